# SPDX-License-Identifier: MIT
# The echo cancellers of rtl/voice in lock step with the host's, which G.168's tests are for
# (tests/dsp/echo_canceller_test.cpp): with few lanes and with many, and the one of simulations.
set(ECHO_SV ${CMAKE_SOURCE_DIR}/rtl/prim/linear.sv ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_dither.sv ${CMAKE_SOURCE_DIR}/rtl/voice/echo_lane.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_places.sv ${CMAKE_SOURCE_DIR}/rtl/voice/echo_estimates.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_filter.sv ${CMAKE_SOURCE_DIR}/rtl/voice/echo_control.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_control_one_clock.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_filter_one_clock.sv
            ${CMAKE_SOURCE_DIR}/rtl/voice/echo_canceller.sv)
foreach(lanes 2 16 32)
  add_rtl_model(echo_${lanes}_lanes_model TOP echo_canceller SOURCES ${ECHO_SV}
                PARAMETERS Lines=3 SlotBits=3 Places=8 Lanes=${lanes} OneClock=0 ClocksPerFrame=1024)
endforeach()
add_rtl_model(echo_one_clock_model TOP echo_canceller SOURCES ${ECHO_SV}
              PARAMETERS Lines=3 SlotBits=3 Places=8 OneClock=1)

add_executable(rtl_echo_tests ${CMAKE_CURRENT_LIST_DIR}/echo_canceller_test.cpp ${CMAKE_CURRENT_LIST_DIR}/echo_changes_test.cpp)
target_include_directories(rtl_echo_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(rtl_echo_tests PRIVATE
  switchroom_warnings switchroom_regs switchroom_dsp GTest::gtest_main echo_2_lanes_model echo_16_lanes_model echo_32_lanes_model
  echo_one_clock_model)
gtest_discover_tests(rtl_echo_tests PROPERTIES LABELS rtl TIMEOUT 300)
