// SPDX-License-Identifier: MIT
/// libpri asks for layer 2 once a second (T200) for as long as nobody answers. A few times that is
/// well; then it is let through ever more seldom. Pure.
#pragma once
#include <algorithm>
#include <chrono>

namespace switchroom::isdn {

class sabme_gate {
public:
  using microseconds = std::chrono::microseconds;
  static constexpr unsigned at_once = 8; ///< as often as libpri likes: N200 + 1, twice
  static constexpr microseconds longest = std::chrono::seconds(16);

  /// May this one leave?
  bool asks(microseconds now) {
    if (unanswered_ >= at_once && now < not_before_)
      return false;
    if (++unanswered_ >= at_once) {
      not_before_ = now + pause_;
      pause_ = std::min(pause_ * 2, longest);
    }
    return true;
  }
  /// The far end lives, or the line has come back.
  void opens() {
    unanswered_ = 0;
    pause_ = std::chrono::seconds(2);
  }

private:
  unsigned unanswered_ = 0;
  microseconds pause_ = std::chrono::seconds(2), not_before_{};
};

} // namespace switchroom::isdn
