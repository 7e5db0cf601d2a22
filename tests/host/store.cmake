# SPDX-License-Identifier: MIT
if(TARGET switchroom_store)
  add_executable(store_test store_test.cpp store_kill_test.cpp store_wipe_test.cpp)
  target_link_libraries(store_test PRIVATE switchroom_store PkgConfig::SQLITE3 GTest::gtest_main
                                           switchroom_warnings)
  gtest_discover_tests(store_test PROPERTIES LABELS host TIMEOUT 300)
endif()
