# SPDX-License-Identifier: MIT
if(TARGET switchroom_board)
  add_executable(host_board_tests board_client_test.cpp board_codec_test.cpp board_transport_test.cpp)
  set_target_properties(host_board_tests PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(host_board_tests PRIVATE switchroom_board GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(host_board_tests PROPERTIES LABELS host TIMEOUT 60)
endif()
