// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

struct firfilt_rrrf_s; // liquid-dsp

namespace switchroom::sim {

// Impulse response of the echo path: a damped 900 Hz oscillation after 1 ms, `taps` samples
// long. Its energy is −`erl_db`, so that white noise comes back `erl_db` lower.
std::vector<float> echo_path(double erl_db, unsigned taps = 48);

// Two-wire to four-wire hybrid: part of what is sent to the line comes back.
class hybrid {
public:
  explicit hybrid(double erl_db);

  // Echo of `received` in this frame.
  float echo(float received);

  // Forgets what was sent before.
  void reset();

private:
  struct filter_deleter {
    void operator()(firfilt_rrrf_s* filter) const;
  };
  std::unique_ptr<firfilt_rrrf_s, filter_deleter> filter_;
};

} // namespace switchroom::sim
