# SPDX-License-Identifier: MIT
# Tests of rtl/{timing,codec,switch,top}: each block in lock step with its golden model.
pkg_check_modules(SPANDSP REQUIRED IMPORTED_TARGET spandsp)

set(TIME_SLOT_SWITCH_SV ${CMAKE_SOURCE_DIR}/rtl/switch/slot_interchange.sv
                        ${CMAKE_SOURCE_DIR}/rtl/switch/time_slot_switch.sv)
add_rtl_model(frame_timer_model TOP frame_timer
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/timing/frame_timer.sv
              PARAMETERS ClocksPerFrame=90 Slots=16)
add_rtl_model(slots_in_use_model TOP slots_in_use
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/top/slots_in_use.sv
              PARAMETERS Slots=30 LevelWindow=4 Blocks=3)
add_rtl_model(g711_functions_model TOP g711_functions
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv
                      ${CMAKE_CURRENT_LIST_DIR}/g711_functions.sv)
add_rtl_model(time_slot_switch_model TOP time_slot_switch SOURCES ${TIME_SLOT_SWITCH_SV}
              PARAMETERS Slots=256)
add_rtl_model(small_switch_model TOP time_slot_switch SOURCES ${TIME_SLOT_SWITCH_SV}
              PARAMETERS Slots=8)
add_rtl_model(board_registers_model TOP board_registers
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/top/board_registers.sv
              PARAMETERS ClocksPerFrame=1024)
add_rtl_model(register_bus_model TOP register_bus
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/top/register_bus.sv PARAMETERS Blocks=7)
add_rtl_model(event_arbiter_model TOP event_arbiter
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/top/event_arbiter.sv PARAMETERS Sources=3)

add_executable(rtl_switch_tests
  ${CMAKE_CURRENT_LIST_DIR}/board_registers_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/event_arbiter_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/frame_timer_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/g711_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/register_bus_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/slots_in_use_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/time_slot_switch_test.cpp)
target_include_directories(rtl_switch_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(rtl_switch_tests PRIVATE SWITCHROOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(rtl_switch_tests PRIVATE
  switchroom_warnings switchroom_regs PkgConfig::SPANDSP GTest::gtest_main
  frame_timer_model slots_in_use_model g711_functions_model time_slot_switch_model
  small_switch_model board_registers_model register_bus_model event_arbiter_model)
gtest_discover_tests(rtl_switch_tests PROPERTIES LABELS rtl)

add_test(NAME lint.rtl COMMAND ${CMAKE_SOURCE_DIR}/scripts/lint-rtl)
set_tests_properties(lint.rtl PROPERTIES LABELS lint TIMEOUT 300)

# The whole fabric over its link, with the host's codec at the other end.
if(TARGET switchroom_board)
  add_executable(rtl_fabric_tests ${CMAKE_CURRENT_LIST_DIR}/fabric_test.cpp
                                  ${CMAKE_CURRENT_LIST_DIR}/fabric_sharing_test.cpp
                                  ${CMAKE_CURRENT_LIST_DIR}/fabric_law_test.cpp
                                  ${CMAKE_CURRENT_LIST_DIR}/fabric_answer_test.cpp
                                  ${CMAKE_CURRENT_LIST_DIR}/fabric_clock_test.cpp)
  target_include_directories(rtl_fabric_tests PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/dsp
                             ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(rtl_fabric_tests PRIVATE switchroom_warnings switchroom_board switchroom_dsp fabric_model
                        switchroom_sim_span PkgConfig::SPANDSP
                        GTest::gtest_main)
  gtest_discover_tests(rtl_fabric_tests PROPERTIES LABELS rtl TIMEOUT 120)

  # Once more with the engines of boards: what they calculate is in the frame's time, beside all else; and with slots
  # that belong to nobody.
  add_rtl_model(fabric_of_boards_model TOP fabric SOURCES ${FABRIC_SOURCES} NAME fabric_model
                PARAMETERS ClocksPerFrame=1024 Slots=400 EchoOneClock=0 DtmfOneClock=0 G726OneClock=0)
  target_include_directories(fabric_of_boards_model INTERFACE ${CMAKE_SOURCE_DIR}/rtl)
  target_compile_definitions(fabric_of_boards_model INTERFACE SWITCHROOM_FABRIC_SLOTS=400 SWITCHROOM_FABRIC_LINES=32
                             SWITCHROOM_FABRIC_CLOCKS=1024)
  add_executable(rtl_fabric_of_boards_tests ${CMAKE_CURRENT_LIST_DIR}/fabric_test.cpp
                                            ${CMAKE_CURRENT_LIST_DIR}/fabric_sharing_test.cpp
                                            ${CMAKE_CURRENT_LIST_DIR}/fabric_law_test.cpp
                                            ${CMAKE_CURRENT_LIST_DIR}/fabric_answer_test.cpp)
  target_include_directories(rtl_fabric_of_boards_tests PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/dsp
                             ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(rtl_fabric_of_boards_tests PRIVATE switchroom_warnings switchroom_board switchroom_dsp
                        fabric_of_boards_model switchroom_sim_span PkgConfig::SPANDSP GTest::gtest_main)
  gtest_discover_tests(rtl_fabric_of_boards_tests TEST_PREFIX OfBoards. PROPERTIES LABELS rtl TIMEOUT 120)
endif()
