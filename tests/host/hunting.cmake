# SPDX-License-Identifier: MIT
if(TARGET switchroom_hunting)
  add_executable(hunting_test hunting_test.cpp)
  target_link_libraries(hunting_test PRIVATE switchroom_hunting GTest::gtest_main
                                             switchroom_warnings)
  gtest_discover_tests(hunting_test PROPERTIES LABELS host)
endif()
