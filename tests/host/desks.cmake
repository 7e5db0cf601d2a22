# SPDX-License-Identifier: MIT
if(TARGET switchroom_desks AND TARGET switchroom_scn)
  add_executable(desks_test desks_test.cpp desks_settings_test.cpp desks_ports_test.cpp desks_leases_test.cpp desks_records_test.cpp
                            desks_chaos_test.cpp desks_ballots_test.cpp)
  target_link_libraries(desks_test PRIVATE switchroom_desks switchroom_scn GTest::gtest_main
                                           switchroom_warnings)
  gtest_discover_tests(desks_test PROPERTIES LABELS host)
endif()
