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

add_rtl_model(iom2_bus_model TOP iom2_bus
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv ${CMAKE_SOURCE_DIR}/rtl/line/iom2_monitor.sv
                      ${CMAKE_SOURCE_DIR}/rtl/line/iom2_bus.sv)
add_executable(rtl_iom2_tests ${CMAKE_CURRENT_LIST_DIR}/iom2_bus_test.cpp)
target_include_directories(rtl_iom2_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(rtl_iom2_tests PRIVATE
  switchroom_warnings switchroom_regs switchroom_dsp GTest::gtest_main iom2_bus_model)
gtest_discover_tests(rtl_iom2_tests PROPERTIES LABELS rtl)
