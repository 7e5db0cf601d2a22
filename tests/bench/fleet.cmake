# SPDX-License-Identifier: MIT
add_executable(fleet_bench ${CMAKE_CURRENT_LIST_DIR}/fleet_bench.cpp)
target_link_libraries(fleet_bench PRIVATE switchroom_warnings switchroom_desks switchroom_scn)
