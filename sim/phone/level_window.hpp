// SPDX-License-Identifier: MIT
#pragma once

#include "loop/levels.hpp"

#include <array>
#include <cstddef>

namespace switchroom::sim {

// Level over the last 100 ms, in steps of 10 ms.
class level_window {
public:
  void step(float sample) {
    sum_ += double{sample} * double{sample};
    if (++samples_ == block_samples) {
      blocks_[next_] = sum_;
      next_ = (next_ + 1) % blocks_.size();
      sum_ = 0;
      samples_ = 0;
    }
  }

  double dbm0() const {
    double sum = 0;
    for (const double block : blocks_) {
      sum += block;
    }
    return level_dbm0(sum / (block_samples * static_cast<double>(blocks_.size())));
  }

private:
  static constexpr int block_samples = 10 * frames_per_ms;
  std::array<double, 10> blocks_{};
  std::size_t next_ = 0;
  double sum_ = 0;
  int samples_ = 0;
};

} // namespace switchroom::sim
