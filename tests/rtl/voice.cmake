# SPDX-License-Identifier: MIT
# Tests of rtl/line and rtl/voice: each block in lock step with its golden model, and both against
# the figures of the standards and libspandsp.
pkg_check_modules(SPANDSP REQUIRED IMPORTED_TARGET spandsp)
set(line_rtl ${CMAKE_SOURCE_DIR}/rtl/line)
set(voice_rtl ${CMAKE_SOURCE_DIR}/rtl/voice)

add_rtl_model(fxs_lines_model TOP fxs_lines
              SOURCES ${line_rtl}/fxs_registers.sv ${line_rtl}/fxs_lines.sv
              PARAMETERS Lines=5 FirstSlot=3 ClocksPerFrame=64)
add_rtl_model(fxo_lines_model TOP fxo_lines
              SOURCES ${line_rtl}/fxo_registers.sv ${line_rtl}/fxo_lines.sv
              PARAMETERS Lines=3 FirstSlot=29 ClocksPerFrame=64)
add_rtl_model(pcm_highway_model TOP pcm_highway
              SOURCES ${CMAKE_SOURCE_DIR}/rtl/codec/g711.sv ${CMAKE_SOURCE_DIR}/rtl/prim/synchronizer.sv
                      ${line_rtl}/spi_master.sv ${line_rtl}/pcm_highway_bus.sv
                      ${line_rtl}/pcm_highway_registers.sv ${line_rtl}/pcm_highway.sv
              PARAMETERS FirstSlot=40)
set(LINEAR_SV ${CMAKE_SOURCE_DIR}/rtl/prim/linear.sv)
set(TONE_GENERATOR_SV ${LINEAR_SV} ${voice_rtl}/sine_rom.sv ${voice_rtl}/tone_registers.sv
                      ${voice_rtl}/tone_round.sv ${voice_rtl}/tone_generator.sv)
add_rtl_model(tone_generator_model TOP tone_generator SOURCES ${TONE_GENERATOR_SV}
              PARAMETERS Channels=6 FirstSlot=32 ClocksPerFrame=80)
add_rtl_model(many_tones_model TOP tone_generator SOURCES ${TONE_GENERATOR_SV}
              PARAMETERS Channels=70 FirstSlot=32 ClocksPerFrame=240)
add_rtl_model(level_meter_model TOP level_meter SOURCES ${voice_rtl}/level_meter.sv
              PARAMETERS Slots=12 LevelWindow=64)
add_rtl_model(gain_stage_model TOP gain_stage SOURCES ${voice_rtl}/slot_gain.sv ${voice_rtl}/gain_stage.sv
              PARAMETERS Slots=16 Lines=5)
set(DTMF_SV ${voice_rtl}/sine_rom.sv ${voice_rtl}/dtmf_prefilter.sv ${voice_rtl}/dtmf_correlator.sv
            ${voice_rtl}/dtmf_window.sv ${voice_rtl}/dtmf_judge.sv ${voice_rtl}/dtmf_sequential.sv
            ${voice_rtl}/dtmf_one_clock.sv ${voice_rtl}/dtmf_detector.sv)
add_rtl_model(dtmf_detector_model TOP dtmf_detector SOURCES ${DTMF_SV}
              PARAMETERS Lines=3 FirstSlot=2 SlotBits=4 ClocksPerFrame=320 OneClock=0)
add_rtl_model(dtmf_one_clock_model TOP dtmf_detector SOURCES ${DTMF_SV}
              PARAMETERS Lines=3 FirstSlot=2 SlotBits=4 ClocksPerFrame=320 OneClock=1)
add_rtl_model(answer_tone_model TOP answer_tone
              SOURCES ${voice_rtl}/sine_rom.sv ${voice_rtl}/answer_tone_run.sv ${voice_rtl}/answer_tone.sv
              PARAMETERS Lines=3 FirstSlot=2 SlotBits=4 ClocksPerFrame=128)
set(CONFERENCE_SV ${LINEAR_SV} ${voice_rtl}/conference_mixer.sv ${voice_rtl}/conference.sv)
add_rtl_model(conference_model TOP conference SOURCES ${CONFERENCE_SV})
add_rtl_model(conference_small_model TOP conference SOURCES ${CONFERENCE_SV}
              PARAMETERS Members=8 FirstSlot=5 SlotBits=4 ClocksPerFrame=128)

add_executable(rtl_voice_tests
  ${CMAKE_CURRENT_LIST_DIR}/fxs_lines_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/fxo_lines_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/pcm_highway_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/tone_generator_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/tone_plans_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/tone_rest_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/level_meter_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/slot_gain_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/answer_tone_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/answer_tone_acceptance_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dtmf_detector_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dtmf_acceptance_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dtmf_mute_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dtmf_table_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/conference_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/conference_sound_test.cpp)
target_include_directories(rtl_voice_tests PRIVATE ${CMAKE_SOURCE_DIR}/dsp ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(rtl_voice_tests PRIVATE SWITCHROOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(rtl_voice_tests PRIVATE
  switchroom_warnings switchroom_regs PkgConfig::SPANDSP GTest::gtest_main
  fxs_lines_model fxo_lines_model pcm_highway_model tone_generator_model many_tones_model level_meter_model gain_stage_model dtmf_detector_model
  dtmf_one_clock_model
  answer_tone_model conference_model conference_small_model)
gtest_discover_tests(rtl_voice_tests PROPERTIES LABELS rtl)
