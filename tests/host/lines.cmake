# SPDX-License-Identifier: MIT
if(TARGET switchroom_lines)
  add_executable(lines_test lines_test.cpp line_test_test.cpp)
  target_link_libraries(lines_test PRIVATE switchroom_lines GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(lines_test PROPERTIES LABELS host)
  add_executable(level_control_test level_control_test.cpp)
  target_link_libraries(level_control_test PRIVATE switchroom_lines GTest::gtest_main
                                                   switchroom_warnings)
  gtest_discover_tests(level_control_test PROPERTIES LABELS host)
endif()
