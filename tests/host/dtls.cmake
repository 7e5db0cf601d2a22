# SPDX-License-Identifier: MIT
find_package(OpenSSL 3 REQUIRED)
add_executable(dtls_test dtls_records_test.cpp dtls_handshake_test.cpp)
# It takes the place of the clock that OpenSSL looks at.
set_target_properties(dtls_test PROPERTIES UNITY_BUILD OFF)
target_link_libraries(dtls_test PRIVATE switchroom_dtls OpenSSL::SSL OpenSSL::Crypto GTest::gtest_main switchroom_warnings)
gtest_discover_tests(dtls_test PROPERTIES LABELS host)

add_executable(dtls_openssl_test dtls_openssl_test.cpp)
target_link_libraries(dtls_openssl_test PRIVATE switchroom_dtls GTest::gtest_main switchroom_warnings)
gtest_discover_tests(dtls_openssl_test PROPERTIES LABELS host TIMEOUT 120)
