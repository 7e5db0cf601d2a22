# SPDX-License-Identifier: MIT
# Copies FROM to TO with the fault planted; fails if the place for it is not there any more.
file(READ ${FROM} text)
set(places
    "user.where.epoch(), wanted.highest}) + 1" "user.where.epoch(), wanted.highest, std::uint64_t{1}})"
    "if (next.epoch <= known.promised)" "if (next.epoch < known.promised)")
set(planted FALSE)
while(places)
  list(POP_FRONT places sound faulty)
  string(FIND "${text}" "${sound}" at)
  if(NOT at EQUAL -1)
    string(REPLACE "${sound}" "${faulty}" text "${text}")
    set(planted TRUE)
  endif()
endwhile()
if(NOT planted)
  message(FATAL_ERROR "tests/chaos/plant.cmake: ${FROM} has no place for the fault; look for it anew")
endif()
file(WRITE ${TO} "${text}")
