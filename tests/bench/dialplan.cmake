# SPDX-License-Identifier: MIT
if(TARGET switchroom_dialplan)
  add_executable(dialplan_bench ${CMAKE_CURRENT_SOURCE_DIR}/dialplan_bench.cpp)
  target_link_libraries(dialplan_bench PRIVATE switchroom_dialplan switchroom_warnings)
endif()
