# SPDX-License-Identifier: MIT
if(TARGET switchroom_calls)
  add_executable(calls_test calls_test.cpp)
  target_link_libraries(calls_test PRIVATE switchroom_calls GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(calls_test PROPERTIES LABELS host)
endif()
