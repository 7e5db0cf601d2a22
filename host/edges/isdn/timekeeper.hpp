// SPDX-License-Identifier: MIT
/// The time by which libpri's timers run. It asks gettimeofday, a clock that is set; of this
/// process that is one that is not: no call ends because the time was corrected.
#pragma once
#include <chrono>
#include <optional>

namespace switchroom::isdn {

using microseconds = std::chrono::microseconds;

/// Since some beginning.
microseconds libpri_time();
/// For tests: the time stands still, until it is said otherwise. None: it is that of the machine.
void stop_libpri_time(std::optional<microseconds>);

} // namespace switchroom::isdn
