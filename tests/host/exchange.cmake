# SPDX-License-Identifier: MIT
if(TARGET switchroom_exchange)
  find_package(fmt REQUIRED)
  add_library(exchange_town STATIC exchange_town.cpp exchange_town_run.cpp exchange_town_tapes.cpp exchange_town_phones.cpp
              exchange_town_trunks.cpp)
  target_include_directories(exchange_town PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(exchange_town PUBLIC switchroom_exchange PRIVATE fmt::fmt switchroom_warnings)
  target_compile_options(exchange_town PRIVATE $<$<CONFIG:Release>:-O3>) # exchange_bench has it, too
  foreach(part story rules wire features roaming agents directory records diversions holds transfers services
               voicemail listening conference caller_id emergency asked_codes ip_phones outside analog_trunks stations station_keys station_calls early_media echoes dtls second_calls page hunting leases trouble operator line_checks captures
               soak parts)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/exchange_${part}_test.cpp)
      list(APPEND EXCHANGE_TESTS exchange_${part}_test.cpp)
    endif()
  endforeach()
  add_executable(exchange_test ${EXCHANGE_TESTS})
  target_link_libraries(exchange_test PRIVATE exchange_town GTest::gtest_main switchroom_warnings)
  gtest_discover_tests(exchange_test PROPERTIES LABELS host)
endif()
