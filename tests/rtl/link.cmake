# SPDX-License-Identifier: MIT
# Tests of rtl/link: the board's end of the link, alone and against the host's end.
if(TARGET switchroom_board)
  file(GLOB LINK_SV CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rtl/link/*.sv
       ${CMAKE_SOURCE_DIR}/rtl/prim/skid_buffer.sv)
  add_rtl_model(link_model TOP link SOURCES ${LINK_SV})
  add_executable(rtl_link_tests
    ${CMAKE_CURRENT_LIST_DIR}/link_bench.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link_cell_test.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link_conversation_test.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link_event_test.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link_framing_test.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link_register_test.cpp)
  target_include_directories(rtl_link_tests PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(rtl_link_tests PRIVATE switchroom_warnings switchroom_board
                        GTest::gtest_main link_model)
  gtest_discover_tests(rtl_link_tests PROPERTIES LABELS rtl TIMEOUT 120)
endif()
