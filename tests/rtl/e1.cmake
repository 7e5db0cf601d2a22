# SPDX-License-Identifier: MIT
# Tests of E1 spans (rtl/line/e1_*.sv, rtl/top/digital_lines.sv): in lock step with their golden models, and
# both against the words of G.703, G.704, G.706, G.732, G.775 and O.151.
file(GLOB E1_SV CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rtl/line/e1*.sv)
set(E1_SV ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv ${E1_SV} ${CMAKE_SOURCE_DIR}/rtl/top/digital_lines.sv)
add_rtl_model(digital_lines_model TOP digital_lines SOURCES ${E1_SV}
              PARAMETERS Spans=2 FirstSlot=8 SlotBits=7 ClocksPerFrame=2048)
add_executable(rtl_e1_tests ${CMAKE_CURRENT_LIST_DIR}/e1_lock_step_test.cpp)
target_include_directories(rtl_e1_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(rtl_e1_tests PRIVATE
  switchroom_warnings switchroom_regs GTest::gtest_main digital_lines_model)
gtest_discover_tests(rtl_e1_tests PROPERTIES LABELS rtl TIMEOUT 120)
