// SPDX-License-Identifier: MIT
/// What a fuzz target does when something does not hold: says what, and ends, so that the fuzzer
/// keeps the input.
#pragma once
#include <cstdio>
#include <cstdlib>

namespace switchroom::fuzz {

inline void hold(bool so, const char* what) {
  if (so)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

} // namespace switchroom::fuzz
