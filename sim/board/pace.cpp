// SPDX-License-Identifier: MIT
#include "board/pace.hpp"

#include <algorithm>

namespace switchroom::sim {

void pace::run(clock::time_point now) {
  const duration lag = now - due_;
  worst_lag_ = std::max(worst_lag_, lag);
  if (lag > longest_catch_up) {
    lost_ += lag - longest_catch_up;
    due_ += lag - longest_catch_up;
  }
  due_ += quantum_;
  const duration step = quantum_ * 4 / 5;
  allowed_ = std::clamp(allowed_ + step, now - burst * quantum_, now + step);
}

} // namespace switchroom::sim
