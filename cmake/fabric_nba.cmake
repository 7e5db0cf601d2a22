# SPDX-License-Identifier: MIT
# cmake -DSOURCES=<files> -DOUTPUT=<file> -P fabric_nba.cmake
#
# Takes eval_nba out of what Verilator 5.006 wrote, to be told who had a clock by its caller's variable `triggered`: what is
# in the model, any call might have changed, for all that the compiler knows (rtl/fabric_clock.cpp).
set(head "void Vfabric_model___024root___eval_nba(Vfabric_model___024root* vlSelf")
foreach(source IN LISTS SOURCES)
  file(READ "${source}" text)
  string(FIND "${text}" "${head}) {" begin)
  if(NOT begin EQUAL -1)
    string(SUBSTRING "${text}" ${begin} -1 text)
    string(FIND "${text}" "\n}\n" end)
    string(SUBSTRING "${text}" 0 ${end} text)
    string(REPLACE "${head})" "${head}, const flags& triggered)" text "${text}")
    string(REPLACE "vlSelf->__VnbaTriggered.at" "triggered.at" text "${text}")
    file(WRITE "${OUTPUT}" "${text}\n}\n")
    return()
  endif()
endforeach()
message(FATAL_ERROR "there is no eval_nba in ${SOURCES}")
