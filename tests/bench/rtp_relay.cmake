# SPDX-License-Identifier: MIT
# tests/bench/rtp_relay.py runs them.
add_executable(rtp_load ${CMAKE_CURRENT_LIST_DIR}/rtp_load.cpp)
target_link_libraries(rtp_load PRIVATE Threads::Threads switchroom_warnings)
add_executable(rtp_relay ${CMAKE_CURRENT_LIST_DIR}/rtp_relay.cpp
                         ${CMAKE_SOURCE_DIR}/tests/host/media_scripted_board.cpp)
target_include_directories(rtp_relay PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(rtp_relay PRIVATE switchroom_media switchroom_warnings)
