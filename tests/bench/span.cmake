# SPDX-License-Identifier: MIT
# How fast a Verilated E1 span with HDLC is on one core: build/release/bin/span_bench.
if(TARGET empty_clock_model)
  file(GLOB line_sv CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rtl/line/e1*.sv ${CMAKE_SOURCE_DIR}/rtl/line/hdlc*.sv)
  list(SORT line_sv COMPARE NATURAL) # hdlc.sv before those who use it
  add_rtl_model(span_with_hdlc_model TOP span_with_hdlc
                SOURCES ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv ${line_sv} ${CMAKE_SOURCE_DIR}/rtl/timing/frame_timer.sv
                        ${CMAKE_SOURCE_DIR}/rtl/top/digital_lines.sv ${CMAKE_CURRENT_LIST_DIR}/span_with_hdlc.sv)
  add_executable(span_bench ${CMAKE_CURRENT_LIST_DIR}/span_bench.cpp)
  target_include_directories(span_bench PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_SOURCE_DIR}/tests/rtl)
  target_link_libraries(span_bench PRIVATE switchroom_warnings switchroom_regs span_with_hdlc_model empty_clock_model)
endif()
