# SPDX-License-Identifier: MIT
if(TARGET switchroom_scn AND TARGET switchroom_desks)
  add_executable(scn_test scn_test.cpp scn_directory_test.cpp)
  target_link_libraries(scn_test PRIVATE switchroom_scn switchroom_desks GTest::gtest_main
                                         switchroom_warnings)
  gtest_discover_tests(scn_test PROPERTIES LABELS host)
endif()
