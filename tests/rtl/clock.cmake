# SPDX-License-Identifier: MIT
# Tests of rtl/timing/clock_*: in lock step with the golden model, and what the loop does to a reference.
set(timing_rtl ${CMAKE_SOURCE_DIR}/rtl/timing)
add_rtl_model(clock_recovery_model TOP clock_recovery
              SOURCES ${timing_rtl}/clock_input.sv ${timing_rtl}/clock_supervisor.sv ${timing_rtl}/clock_loop.sv
                      ${timing_rtl}/clock_recovery.sv
              PARAMETERS References=3 ClocksPerFrame=64)

add_executable(rtl_clock_tests
  ${CMAKE_CURRENT_LIST_DIR}/clock_recovery_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/clock_behaviour_test.cpp)
target_include_directories(rtl_clock_tests PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_SOURCE_DIR}/sim ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(rtl_clock_tests PRIVATE switchroom_warnings switchroom_regs GTest::gtest_main clock_recovery_model)
gtest_discover_tests(rtl_clock_tests PROPERTIES LABELS rtl)
