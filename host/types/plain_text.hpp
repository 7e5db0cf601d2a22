// SPDX-License-Identifier: MIT
/// What others say is shown on terminals, in logs and on phones: there it shall be text, never an
/// order. Pure.
#pragma once
#include <string>
#include <string_view>

namespace switchroom {

/// UTF-8 in which a `?` stands for each octet of a control character: below U+0020, U+007f, and
/// U+0080 to U+009f, which terminals obey as they obey an escape (ECMA-48, 5.3).
inline std::string without_controls(std::string_view text) {
  std::string made(text);
  for (std::size_t n = 0; n < made.size(); ++n) {
    const auto octet = static_cast<unsigned char>(made[n]);
    const auto next = n + 1 < made.size() ? static_cast<unsigned char>(made[n + 1]) : 0U;
    if (octet < 0x20 || octet == 0x7f)
      made[n] = '?';
    else if (octet == 0xc2 && next >= 0x80 && next < 0xa0)
      made[n] = made[n + 1] = '?';
  }
  return made;
}

} // namespace switchroom
