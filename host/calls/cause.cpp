// SPDX-License-Identifier: MIT
#include "calls/cause.hpp"

#include <algorithm>
#include <cctype>

namespace switchroom::calls {

std::string text(cause why) {
  std::string words;
  if (scn::v1::Cause_IsValid(why)) {
    words = " " + scn::v1::Cause_Name(why);
    std::transform(words.begin(), words.end(), words.begin(), [](unsigned char c) {
      return c == '_' ? ' ' : static_cast<char>(std::tolower(c));
    });
  }
  return std::to_string(static_cast<int>(why)) + words;
}

} // namespace switchroom::calls
