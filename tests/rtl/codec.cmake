# SPDX-License-Identifier: MIT
# Tests of the codecs of rtl/codec that have a state: both schedules of the G.726 engine against the
# ITU's sequences, libspandsp and the golden model.
set(G726_SV ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv ${CMAKE_SOURCE_DIR}/rtl/codec/g726.sv
            ${CMAKE_SOURCE_DIR}/rtl/codec/g726_one_clock.sv ${CMAKE_SOURCE_DIR}/rtl/codec/g726_sequential.sv
            ${CMAKE_SOURCE_DIR}/rtl/codec/g726_engine.sv)
add_rtl_model(g726_one_clock_model TOP g726_engine SOURCES ${G726_SV} PARAMETERS Channels=40 OneClock=1)
add_rtl_model(g726_sequential_model TOP g726_engine SOURCES ${G726_SV} PARAMETERS Channels=40 OneClock=0)
foreach(schedule small fast)
  string(COMPARE EQUAL ${schedule} fast one_clock)
  add_rtl_model(g726_channels_${schedule}_model TOP g726_channels
                SOURCES ${G726_SV} ${CMAKE_SOURCE_DIR}/rtl/codec/g726_channels.sv
                PARAMETERS Channels=6 FirstSlot=5 SlotBits=4 ClocksPerFrame=160 OneClock=${one_clock})
endforeach()

add_executable(rtl_codec_tests ${CMAKE_CURRENT_LIST_DIR}/g726_engine_test.cpp
                               ${CMAKE_CURRENT_LIST_DIR}/g726_channels_test.cpp)
target_include_directories(rtl_codec_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(rtl_codec_tests PRIVATE SWITCHROOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(rtl_codec_tests PRIVATE
  switchroom_warnings switchroom_regs switchroom_dsp PkgConfig::SPANDSP GTest::gtest_main
  g726_one_clock_model g726_sequential_model g726_channels_small_model g726_channels_fast_model)
gtest_discover_tests(rtl_codec_tests PROPERTIES LABELS rtl)
