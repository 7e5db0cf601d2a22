# SPDX-License-Identifier: MIT
if(TARGET switchroom_dialplan)
  add_executable(dialplan_test dialplan_test.cpp dialplan_random_test.cpp dialplan_reference.cpp)
  target_link_libraries(dialplan_test PRIVATE switchroom_dialplan GTest::gtest_main
                                              switchroom_warnings)
  target_compile_definitions(dialplan_test PRIVATE
                             MANUAL="${CMAKE_SOURCE_DIR}/docs/man/switchroom-codes.7"
                             CONFIGURATION_MANUAL="${CMAKE_SOURCE_DIR}/docs/man/switchroomd.toml.5")
  gtest_discover_tests(dialplan_test PROPERTIES LABELS host)
endif()
