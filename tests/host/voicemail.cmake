# SPDX-License-Identifier: MIT
if(TARGET switchroom_voicemail)
  add_executable(voicemail_test voicemail_test.cpp)
  target_link_libraries(voicemail_test PRIVATE switchroom_voicemail GTest::gtest_main
                                               switchroom_warnings)
  gtest_discover_tests(voicemail_test PROPERTIES LABELS host)
endif()
