# SPDX-License-Identifier: MIT
add_executable(spread_bench ${CMAKE_CURRENT_LIST_DIR}/spread_bench.cpp)
target_link_libraries(spread_bench PRIVATE switchroom_scn switchroom_scn_transport switchroom_warnings)
