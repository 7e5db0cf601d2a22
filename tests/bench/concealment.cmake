# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
if(benchmark_FOUND)
  add_executable(concealment_bench ${CMAKE_CURRENT_LIST_DIR}/concealment_bench.cpp)
  target_link_libraries(concealment_bench PRIVATE switchroom_dsp switchroom_warnings spandsp
                        benchmark::benchmark_main)
endif()
