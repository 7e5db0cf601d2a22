# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
if(TARGET switchroom_board AND benchmark_FOUND)
  add_executable(link_bench ${CMAKE_CURRENT_LIST_DIR}/link_bench.cpp)
  target_link_libraries(link_bench PRIVATE switchroom_warnings switchroom_board
                        benchmark::benchmark)
endif()
