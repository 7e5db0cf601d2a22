# SPDX-License-Identifier: MIT
# Tests of the digital lines of rtl/line: in lock step with golden models, libspandsp at the far end.
set(HDLC_SV ${CMAKE_SOURCE_DIR}/rtl/line/hdlc.sv ${CMAKE_SOURCE_DIR}/rtl/line/hdlc_receive.sv
            ${CMAKE_SOURCE_DIR}/rtl/line/hdlc_transmit.sv ${CMAKE_SOURCE_DIR}/rtl/line/hdlc_registers.sv
            ${CMAKE_SOURCE_DIR}/rtl/line/hdlc_channels.sv)
add_rtl_model(hdlc_channels_model TOP hdlc_channels SOURCES ${HDLC_SV}
              PARAMETERS Channels=3 FirstSlot=5 SlotBits=4 RingWords=64 ClocksPerFrame=128)

add_executable(rtl_hdlc_tests ${CMAKE_CURRENT_LIST_DIR}/hdlc_channels_test.cpp)
target_include_directories(rtl_hdlc_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(rtl_hdlc_tests PRIVATE
  switchroom_warnings switchroom_regs PkgConfig::SPANDSP GTest::gtest_main hdlc_channels_model)
gtest_discover_tests(rtl_hdlc_tests PROPERTIES LABELS rtl)
