// SPDX-License-Identifier: MIT
/// Rule H5: how often a wrong code was given, and until when nothing is accepted.
#pragma once
#include "types/time.hpp"

namespace switchroom::desks {

class wrong_codes {
public:
  /// One more; the last one allowed starts the lock-out.
  void count(unsigned allowed, duration lockout, instant now);
  void clear() { *this = {}; }
  bool locked(instant now) const { return now < locked_until_; }
  /// Until it is over; 0 if there is none.
  duration left(instant now) const { return locked(now) ? locked_until_ - now : duration{}; }
  unsigned tries(instant now) const { return over(now) ? 0 : tries_; }

private:
  bool over(instant now) const { return locked_until_ != instant::min() && !locked(now); }

  unsigned tries_ = 0;
  instant locked_until_ = instant::min();
};

} // namespace switchroom::desks
