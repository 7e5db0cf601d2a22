# SPDX-License-Identifier: MIT
if(TARGET switchroom_scn_transport)
  add_executable(transport_test transport_test.cpp transport_authenticator_test.cpp)
  target_link_libraries(transport_test PRIVATE switchroom_scn_transport PkgConfig::ZMQ
                                               GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(transport_test PROPERTIES LABELS host TIMEOUT 120
    ENVIRONMENT TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/host/libzmq.tsan)
endif()
