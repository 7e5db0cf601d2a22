# SPDX-License-Identifier: MIT
if(TARGET switchroom_config)
  add_executable(config_test config_test.cpp)
  target_link_libraries(config_test PRIVATE switchroom_config switchroom_scn_transport
                                            GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(config_test PROPERTIES LABELS host)
endif()
if(TARGET switchroom_fabric_writer)
  add_executable(fabric_writer_test fabric_writer_test.cpp)
  target_link_libraries(fabric_writer_test PRIVATE switchroom_fabric_writer GTest::gtest_main
                                                   switchroom_warnings)
  gtest_discover_tests(fabric_writer_test PROPERTIES LABELS host)
endif()
if(TARGET switchroom_daemon)
  add_executable(daemon_test daemon_test.cpp)
  target_link_libraries(daemon_test PRIVATE switchroom_daemon switchroom_control_client
                                            PkgConfig::SPDLOG GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(daemon_test PROPERTIES LABELS host TIMEOUT 120)
endif()
