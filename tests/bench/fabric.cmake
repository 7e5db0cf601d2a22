# SPDX-License-Identifier: MIT
# How fast the Verilated fabric is on one core: build/release/bin/fabric_bench; and a large one, which is built only
# when asked for: scripts/build release fabric_1024_bench.
if(TARGET switchroom_board)
  add_rtl_model(empty_clock_model TOP empty_clock
                SOURCES ${CMAKE_CURRENT_LIST_DIR}/empty_clock.sv)
  add_fabric_model(fabric_1024_model PARAMETERS ClocksPerFrame=2048 Slots=1024 Lines=128 EchoPlaces=128)
  target_compile_definitions(fabric_1024_model INTERFACE SWITCHROOM_FABRIC_SLOTS=1024 SWITCHROOM_FABRIC_LINES=128
                             SWITCHROOM_FABRIC_CLOCKS=2048)
  foreach(size "" 1024_)
    add_executable(fabric_${size}bench ${CMAKE_CURRENT_LIST_DIR}/fabric_bench.cpp)
    target_include_directories(fabric_${size}bench PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_SOURCE_DIR}/tests/rtl)
    target_link_libraries(fabric_${size}bench PRIVATE switchroom_warnings switchroom_board fabric_${size}model
                          empty_clock_model spandsp)
  endforeach()
  set_target_properties(fabric_1024_model fabric_1024_bench PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
