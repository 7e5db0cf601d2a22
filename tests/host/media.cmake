# SPDX-License-Identifier: MIT
add_executable(media_test media_rtp_test.cpp media_rtcp_test.cpp media_reception_test.cpp
               media_sequence_test.cpp media_jitter_buffer_test.cpp media_jitter_adaptive_test.cpp
               media_jitter_speech_test.cpp media_stream_test.cpp
               media_events_test.cpp media_reports_test.cpp media_engine_test.cpp media_relay_test.cpp
               media_codec_test.cpp media_bridges_test.cpp media_handshake_test.cpp media_recorder_test.cpp media_silence_test.cpp)
set_target_properties(media_test PROPERTIES UNITY_BUILD OFF)
# It counts by an operator new of its own; GCC 12 sees the free() of its delete, inlined, alone.
target_compile_options(media_test PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
target_link_libraries(media_test PRIVATE switchroom_media switchroom_warnings spandsp PkgConfig::OPUS GTest::gtest_main)
gtest_discover_tests(media_test PROPERTIES LABELS host)

add_executable(media_voice_test media_voice_test.cpp media_scripted_board.cpp)
target_link_libraries(media_voice_test PRIVATE switchroom_media switchroom_warnings
                      GTest::gtest_main)
gtest_discover_tests(media_voice_test PROPERTIES LABELS host TIMEOUT 120)

add_executable(media_sockets_test media_sockets_test.cpp)
target_link_libraries(media_sockets_test PRIVATE switchroom_media switchroom_warnings GTest::gtest_main)
gtest_discover_tests(media_sockets_test PROPERTIES LABELS host)

add_executable(media_hdlc_test media_hdlc_rings_test.cpp)
target_include_directories(media_hdlc_test PRIVATE ${CMAKE_SOURCE_DIR}/dsp)
target_link_libraries(media_hdlc_test PRIVATE switchroom_media switchroom_warnings GTest::gtest_main)
gtest_discover_tests(media_hdlc_test PROPERTIES LABELS host)
