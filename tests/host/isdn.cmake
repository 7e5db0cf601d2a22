# SPDX-License-Identifier: MIT
if(TARGET switchroom_isdn_edge)
  add_executable(isdn_edge_test isdn_parts_test.cpp isdn_signalling_test.cpp)
  target_link_libraries(isdn_edge_test PRIVATE switchroom_isdn_edge GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(isdn_edge_test PROPERTIES LABELS host)
endif()
