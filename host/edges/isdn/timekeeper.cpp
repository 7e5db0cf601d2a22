// SPDX-License-Identifier: MIT
#include "edges/isdn/timekeeper.hpp"

#include <sys/time.h>

namespace switchroom::isdn {
namespace {

std::optional<microseconds> stopped;

} // namespace

microseconds libpri_time() {
  return stopped.value_or(std::chrono::duration_cast<microseconds>(
      std::chrono::steady_clock::now().time_since_epoch()));
}

void stop_libpri_time(std::optional<microseconds> at) {
  stopped = at;
}

} // namespace switchroom::isdn

/// In place of the C library's, for all of the process (libpri_time is what pulls it in).
extern "C" int gettimeofday(timeval* now, void*) noexcept {
  const auto at = switchroom::isdn::libpri_time();
  now->tv_sec = at.count() / 1'000'000;
  now->tv_usec = at.count() % 1'000'000;
  return 0;
}
