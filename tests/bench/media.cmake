# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
if(benchmark_FOUND)
  add_executable(media_bench ${CMAKE_CURRENT_LIST_DIR}/media_bench.cpp)
  target_link_libraries(media_bench PRIVATE switchroom_media switchroom_warnings spandsp
                        benchmark::benchmark_main)
endif()
