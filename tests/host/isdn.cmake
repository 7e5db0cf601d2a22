# SPDX-License-Identifier: MIT
if(TARGET switchroom_isdn_edge)
  add_executable(isdn_edge_test isdn_parts_test.cpp isdn_signalling_test.cpp isdn_bus_frames_test.cpp)
  target_link_libraries(isdn_edge_test PRIVATE switchroom_isdn_edge GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(isdn_edge_test PROPERTIES LABELS host)
endif()
if(TARGET isdn_peer)
  add_executable(isdn_peers_test isdn_peers_test.cpp isdn_bus_test.cpp isdn_line.cpp)
  target_compile_definitions(isdn_peers_test PRIVATE SWITCHROOM_ISDN_EDGE="$<TARGET_FILE:isdn-edge>"
                                                     SWITCHROOM_ISDN_PEER="$<TARGET_FILE:isdn_peer>")
  add_dependencies(isdn_peers_test isdn-edge isdn_peer)
  target_link_libraries(isdn_peers_test PRIVATE switchroom_edge_process Boost::json GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(isdn_peers_test PROPERTIES LABELS host TIMEOUT 60)
endif()
