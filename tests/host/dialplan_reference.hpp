// SPDX-License-Identifier: MIT
/// Rules C2, C3, C4, C5 and C8 once more, as simple as can be and only from their text: every code
/// is tried against all digits by backtracking. What the engine is compared with; shares no code
/// with it.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace switchroom::dialplan::reference {

struct code {
  std::string text;
  int level = 0; ///< 0 user, 1 user rights, 2 line, 3 system
  bool emergency = false;
};

struct plan {
  std::vector<code> codes; ///< those of a level in the order in which they are configured
  std::vector<std::string> numbers;
  bool arriving = false; ///< rule C8
  unsigned dial_delay_count = 0;
};

enum class dialling { goes_on, paused, complete };

/// "waits", "waits, dial tone", "unknown", "extension 204", or "code 60N, level 3, N = 2".
std::string outcome(const plan&, const std::string& digits, dialling);

} // namespace switchroom::dialplan::reference
