// SPDX-License-Identifier: MIT
#include "board/pace.hpp"

namespace switchroom::sim {

void pace::run(clock::time_point now) {
  const duration lag = now - due_;
  worst_lag_ = std::max(worst_lag_, lag);
  if (lag > longest_catch_up) {
    lost_ += lag - longest_catch_up;
    due_ += lag - longest_catch_up;
  }
  due_ += quantum_;
  allowed_ = std::max(allowed_ + quantum_ * 4 / 5, now - burst * quantum_);
}

} // namespace switchroom::sim
