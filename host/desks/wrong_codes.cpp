// SPDX-License-Identifier: MIT
#include "desks/wrong_codes.hpp"

namespace switchroom::desks {

void wrong_codes::count(unsigned allowed, duration lockout, instant now) {
  if (locked(now))
    return; // refused unread: neither counted nor prolonged
  if (over(now))
    clear();
  if (++tries_ >= allowed)
    locked_until_ = now + lockout;
}

} // namespace switchroom::desks
