# SPDX-License-Identifier: MIT
if(TARGET switchroom_sip_edge)
  add_executable(sip_edge_test sip_edge_test.cpp sip_dtls_test.cpp sip_limits_test.cpp sip_confinement_test.cpp)
  target_link_libraries(sip_edge_test PRIVATE switchroom_sip_edge GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(sip_edge_test PROPERTIES LABELS host)
endif()
