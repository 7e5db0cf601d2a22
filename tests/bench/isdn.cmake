# SPDX-License-Identifier: MIT
if(TARGET isdn_peer)
  add_executable(isdn_bench ${CMAKE_CURRENT_LIST_DIR}/isdn_bench.cpp ${CMAKE_SOURCE_DIR}/tests/host/isdn_line.cpp)
  target_include_directories(isdn_bench PRIVATE ${CMAKE_SOURCE_DIR}/tests/host)
  target_compile_definitions(isdn_bench PRIVATE SWITCHROOM_ISDN_EDGE="$<TARGET_FILE:isdn-edge>"
                                                SWITCHROOM_ISDN_PEER="$<TARGET_FILE:isdn_peer>")
  add_dependencies(isdn_bench isdn-edge isdn_peer)
  target_link_libraries(isdn_bench PRIVATE switchroom_edge_process Boost::json GTest::gtest switchroom_warnings)
endif()
