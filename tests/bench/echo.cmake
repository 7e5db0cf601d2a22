# SPDX-License-Identifier: MIT
find_package(CLI11 REQUIRED)
add_executable(echo_bench ${CMAKE_CURRENT_LIST_DIR}/echo_bench.cpp)
target_compile_definitions(echo_bench PRIVATE
  SWITCHROOM_VECTORS_DEFAULT="${PROJECT_SOURCE_DIR}/../shared/vectors")
target_link_libraries(echo_bench PRIVATE switchroom_dsp switchroom_warnings speexdsp CLI11::CLI11)
