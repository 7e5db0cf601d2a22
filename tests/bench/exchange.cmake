# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
if(TARGET exchange_town AND benchmark_FOUND)
  add_executable(exchange_bench ${CMAKE_CURRENT_LIST_DIR}/exchange_bench.cpp)
  target_link_libraries(exchange_bench PRIVATE switchroom_warnings exchange_town
                        benchmark::benchmark)
endif()
