# SPDX-License-Identifier: MIT
if(TARGET switchroom_config)
  add_executable(config_test config_test.cpp)
  target_link_libraries(config_test PRIVATE switchroom_config switchroom_scn_transport
                                            GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(config_test PROPERTIES LABELS host)
endif()
