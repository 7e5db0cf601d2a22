# SPDX-License-Identifier: MIT
if(TARGET switchroom_control)
  add_executable(control_test control_test.cpp)
  target_link_libraries(control_test PRIVATE switchroom_control switchroom_control_client
                                             GTest::gtest_main Threads::Threads switchroom_warnings)
  gtest_discover_tests(control_test PROPERTIES LABELS host TIMEOUT 60)
endif()
