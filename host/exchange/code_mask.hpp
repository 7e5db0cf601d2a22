// SPDX-License-Identifier: MIT
/// Hides login codes in what was dialled, while it is being dialled and afterwards (rule H3).
#pragma once
#include "dialplan/dialplan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace switchroom::exchange {

class code_mask {
public:
  code_mask() = default;
  /// Learns which short codes are followed by a login code.
  explicit code_mask(const std::vector<dialplan::short_code>&);
  void learn(const std::vector<dialplan::short_code>&);

  /// "*35*204*1234#" → "*35*204*…": what follows the extension is gone, its length too.
  /// Without an extension everything after the short code is: it may be the code itself (H2).
  std::string operator()(std::string_view digits) const;

private:
  struct secret {
    std::string prefix;   ///< digits of the short code before what varies
    bool extension_first; ///< log in: extension*code; change of code: old*new
  };
  std::vector<secret> secrets_;
};

} // namespace switchroom::exchange
