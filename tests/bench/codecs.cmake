# SPDX-License-Identifier: MIT
find_package(benchmark QUIET)
pkg_check_modules(SPEEXDSP QUIET IMPORTED_TARGET speexdsp)
if(benchmark_FOUND)
  add_executable(codecs_bench ${CMAKE_CURRENT_LIST_DIR}/codecs_bench.cpp)
  target_link_libraries(codecs_bench PRIVATE switchroom_dsp switchroom_warnings spandsp
                        benchmark::benchmark_main)
  if(SPEEXDSP_FOUND)
    target_compile_definitions(codecs_bench PRIVATE SWITCHROOM_SPEEXDSP)
    target_link_libraries(codecs_bench PRIVATE PkgConfig::SPEEXDSP)
  endif()
endif()
