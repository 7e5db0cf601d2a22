# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
if(benchmark_FOUND AND TARGET switchroom_desks)
  add_executable(who_bench ${CMAKE_CURRENT_SOURCE_DIR}/who_bench.cpp)
  target_link_libraries(who_bench PRIVATE switchroom_desks benchmark::benchmark_main switchroom_warnings)
endif()
