# SPDX-License-Identifier: MIT
# How fast the Verilated fabric is on one core: build/bin/fabric_bench.
if(TARGET switchroom_board)
  add_rtl_model(empty_clock_model TOP empty_clock
                SOURCES ${CMAKE_CURRENT_LIST_DIR}/empty_clock.sv)
  add_executable(fabric_bench ${CMAKE_CURRENT_LIST_DIR}/fabric_bench.cpp)
  target_include_directories(fabric_bench PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/rtl)
  target_link_libraries(fabric_bench PRIVATE switchroom_warnings switchroom_board fabric_model
                        empty_clock_model spandsp)
endif()
