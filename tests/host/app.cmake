# SPDX-License-Identifier: MIT
if(TARGET switchroom_config)
  add_executable(config_test config_test.cpp config_caller_id_test.cpp config_phones_test.cpp config_profiles_test.cpp config_trunks_test.cpp
                             config_clock_test.cpp)
  target_link_libraries(config_test PRIVATE switchroom_config switchroom_scn_transport
                                            GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(config_test PROPERTIES LABELS host)
endif()
if(TARGET switchroom_fabric_writer)
  add_executable(fabric_writer_test fabric_writer_test.cpp)
  target_link_libraries(fabric_writer_test PRIVATE switchroom_fabric_writer GTest::gtest_main
                                                   switchroom_warnings)
  gtest_discover_tests(fabric_writer_test PROPERTIES LABELS host)
  add_executable(country_tables_test country_tables_test.cpp)
  target_link_libraries(country_tables_test PRIVATE switchroom_fabric_writer GTest::gtest_main
                                                    switchroom_warnings)
  gtest_discover_tests(country_tables_test PROPERTIES LABELS host)
endif()
if(TARGET switchroom_daemon)
  add_executable(operator_reports_test operator_reports_test.cpp)
  target_link_libraries(operator_reports_test PRIVATE switchroom_daemon GTest::gtest_main
                                                      switchroom_warnings)
  gtest_discover_tests(operator_reports_test PROPERTIES LABELS host)
  add_executable(handshakes_test handshakes_test.cpp)
  target_link_libraries(handshakes_test PRIVATE switchroom_daemon GTest::gtest_main
                                                switchroom_warnings)
  gtest_discover_tests(handshakes_test PROPERTIES LABELS host)
  add_executable(recordings_test recordings_test.cpp)
  target_link_libraries(recordings_test PRIVATE switchroom_daemon GTest::gtest_main
                                                switchroom_warnings)
  gtest_discover_tests(recordings_test PROPERTIES LABELS host)
  add_executable(full_disk_test full_disk_test.cpp)
  target_link_libraries(full_disk_test PRIVATE switchroom_daemon PkgConfig::SPDLOG
                                               GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(full_disk_test PROPERTIES LABELS host)
  add_executable(clock_alarms_test clock_alarms_test.cpp board_pace_test.cpp)
  target_link_libraries(clock_alarms_test PRIVATE switchroom_daemon PkgConfig::SPDLOG
                                                  GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(clock_alarms_test PROPERTIES LABELS host)
  add_executable(one_wait_test one_wait_test.cpp)
  target_link_libraries(one_wait_test PRIVATE switchroom_daemon PkgConfig::SPDLOG
                                              GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(one_wait_test PROPERTIES LABELS host)
  add_executable(daemon_test daemon_test.cpp media_scripted_board.cpp)
  target_link_libraries(daemon_test PRIVATE switchroom_daemon switchroom_control_client
                                            PkgConfig::SPDLOG GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(daemon_test PROPERTIES LABELS host TIMEOUT 120
    ENVIRONMENT TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/host/libzmq.tsan)
endif()
if(TARGET switchroom_cli)
  add_executable(cli_recordings_test cli_recordings_test.cpp)
  target_link_libraries(cli_recordings_test PRIVATE switchroom_cli switchroom_config switchroom_control switchroom_dsp
                                                    GTest::gtest_main Threads::Threads switchroom_warnings)
  target_compile_definitions(cli_recordings_test PRIVATE SWITCHROOM="$<TARGET_FILE:switchroom>")
  add_dependencies(cli_recordings_test switchroom)
  gtest_discover_tests(cli_recordings_test PROPERTIES LABELS host TIMEOUT 60)
  add_executable(cli_text_test cli_text_test.cpp)
  target_link_libraries(cli_text_test PRIVATE switchroom_cli GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(cli_text_test PROPERTIES LABELS host)
endif()
