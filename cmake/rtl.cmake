# SPDX-License-Identifier: MIT
# add_rtl_model(<target> TOP <module> SOURCES <files…> [PARAMETERS Name=Value…] [NAME <name>] [ARGS <verilator args…>])
#
# A static library <target> that holds the Verilated module; the class is V<target>, or V<name>, header
# "V<target>.h". Models are built without tracing and without assertions unless ARGS asks.
# Include paths of Verilator are SYSTEM, so that our warnings stay ours.
function(add_rtl_model target)
  cmake_parse_arguments(M "" "TOP;NAME" "SOURCES;PARAMETERS;ARGS" ${ARGN})
  add_library(${target} STATIC)
  if(NOT M_NAME)
    set(M_NAME ${target})
  endif()
  set(args -Wall --x-initial unique --x-assign unique -O3)
  foreach(parameter IN LISTS M_PARAMETERS)
    list(APPEND args -G${parameter})
  endforeach()
  verilate(${target} SOURCES ${REGS_SV} ${M_SOURCES} TOP_MODULE ${M_TOP} PREFIX V${M_NAME}
           VERILATOR_ARGS ${args} ${M_ARGS})
  target_compile_options(${target} PRIVATE -O3 -w)
  # What Verilator needs to run is the same for all models: compiled and linked once.
  get_target_property(sources ${target} SOURCES)
  set(runtime ${sources})
  list(FILTER runtime INCLUDE REGEX "/include/verilated[a-z_]*\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/include/verilated[a-z_]*\\.cpp$")
  set_target_properties(${target} PROPERTIES SOURCES "${sources}")
  if(NOT TARGET verilated_runtime)
    add_library(verilated_runtime STATIC ${runtime})
    target_include_directories(verilated_runtime SYSTEM PRIVATE ${VERILATOR_ROOT}/include)
    target_compile_options(verilated_runtime PRIVATE -O3 -w)
  endif()
  target_link_libraries(${target} PUBLIC verilated_runtime)
  get_target_property(dirs ${target} INTERFACE_INCLUDE_DIRECTORIES)
  target_include_directories(${target} SYSTEM INTERFACE ${dirs})
endfunction()
