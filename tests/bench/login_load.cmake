# SPDX-License-Identifier: MIT
# tests/bench/login_rate.py runs it.
add_executable(login_load ${CMAKE_CURRENT_LIST_DIR}/login_load.cpp)
target_link_libraries(login_load PRIVATE switchroom_control switchroom_proto Threads::Threads switchroom_warnings)
