# SPDX-License-Identifier: MIT
add_executable(clock_bench ${CMAKE_CURRENT_LIST_DIR}/clock_bench.cpp ${CMAKE_CURRENT_LIST_DIR}/clock_pictures.cpp)
target_include_directories(clock_bench PRIVATE ${CMAKE_SOURCE_DIR}/sim ${CMAKE_SOURCE_DIR}/dsp)
target_link_libraries(clock_bench PRIVATE switchroom_regs switchroom_warnings)
