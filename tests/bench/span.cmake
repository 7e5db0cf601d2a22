# SPDX-License-Identifier: MIT
# How fast a Verilated E1 span is on one core: build/bin/span_bench.
if(TARGET digital_line_model AND TARGET empty_clock_model)
  add_executable(span_bench ${CMAKE_CURRENT_LIST_DIR}/span_bench.cpp)
  target_include_directories(span_bench PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_SOURCE_DIR}/tests/rtl)
  target_link_libraries(span_bench PRIVATE switchroom_warnings switchroom_regs digital_line_model empty_clock_model)
endif()
