# SPDX-License-Identifier: MIT
# LAPD frames a second through the Verilated fabric: build/bin/hdlc_bench.
if(TARGET switchroom_media)
  add_executable(hdlc_bench ${CMAKE_CURRENT_LIST_DIR}/hdlc_bench.cpp)
  target_include_directories(hdlc_bench PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/rtl)
  target_link_libraries(hdlc_bench PRIVATE switchroom_warnings switchroom_media fabric_model)
endif()
