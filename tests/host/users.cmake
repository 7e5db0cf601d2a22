# SPDX-License-Identifier: MIT
if(TARGET switchroom_users)
  add_executable(users_test users_test.cpp users_settings_test.cpp users_profiles_test.cpp
                            users_roaming_test.cpp users_phone_book_test.cpp users_records_test.cpp users_display_list_test.cpp)
  target_link_libraries(users_test PRIVATE switchroom_users GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(users_test PROPERTIES LABELS host)
endif()
