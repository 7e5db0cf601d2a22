# SPDX-License-Identifier: MIT
# add_fabric_model(<target> [PARAMETERS Name=Value…])
#
# The Verilated fabric and its clock (rtl/fabric_clock.hpp). The class is Vfabric_model, whatever the parameters,
# so a program has one of them.
function(add_fabric_model target)
  cmake_parse_arguments(M "" "" "PARAMETERS" ${ARGN})
  add_rtl_model(${target} TOP fabric SOURCES ${FABRIC_SOURCES} NAME fabric_model PARAMETERS ${M_PARAMETERS})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF) # what fabric_clock.cpp is beside
  target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR}/rtl)

  # fabric_clock.cpp compiles once more what Verilator 5.006 made for the running model; see there.
  if(verilator_VERSION VERSION_EQUAL 5.006)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "Vfabric_model_(__024root__DepSet_[^/]*__|_ConstPool_)[0-9]+\\.cpp$")
    set(made ${sources})
    list(TRANSFORM sources REPLACE "(.+)" "#include \"\\1\"\n")
    list(JOIN sources "" sources)
    set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target}_clock)
    file(CONFIGURE OUTPUT ${dir}/fabric_model_sources.inc CONTENT "${sources}")
    add_custom_command(OUTPUT ${dir}/fabric_model_nba.inc
                       COMMAND ${CMAKE_COMMAND} "-DSOURCES=${made}" -DOUTPUT=${dir}/fabric_model_nba.inc
                               -P ${CMAKE_SOURCE_DIR}/cmake/fabric_nba.cmake
                       DEPENDS ${made} ${CMAKE_SOURCE_DIR}/cmake/fabric_nba.cmake VERBATIM)
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/rtl/fabric_clock.cpp ${dir}/fabric_model_nba.inc)
    # Of unlike words side by side a vector is made and stored that is read word by word at once: 5 % slower.
    set(options -fno-tree-slp-vectorize)
    if(SWITCHROOM_SIMULATION_ARCH)
      list(APPEND options -march=${SWITCHROOM_SIMULATION_ARCH} -DSWITCHROOM_SIMULATION_ARCH="${SWITCHROOM_SIMULATION_ARCH}")
    endif()
    set_source_files_properties(${CMAKE_SOURCE_DIR}/rtl/fabric_clock.cpp PROPERTIES COMPILE_OPTIONS "${options}")
    target_include_directories(${target} PRIVATE ${dir})
    target_compile_definitions(${target} PUBLIC SWITCHROOM_FABRIC_CLOCK)
  endif()
endfunction()

# With which instructions a fabric is simulated: with all that the machine has which builds it (ADR 0007).
if(NOT DEFINED SWITCHROOM_SIMULATION_ARCH)
  set(arch "")
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64 AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CMAKE_CROSSCOMPILING)
    include(CheckCXXSourceRuns)
    foreach(level v3 v4)
      check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"x86-64-${level}\") ? 0 : 1; }" SWITCHROOM_HAS_${level})
      if(SWITCHROOM_HAS_${level})
        set(arch x86-64-${level})
      endif()
    endforeach()
  endif()
  set(SWITCHROOM_SIMULATION_ARCH "${arch}" CACHE STRING "-march= of simulated fabrics; empty: the compiler's own")
endif()
