// SPDX-License-Identifier: MIT
/// Digits as they are dialled, one by one, and what they have come to (rules C3, C4, C5, C8).
#pragma once
#include "dialplan/table.hpp"

namespace switchroom::dialplan {

/// Who acts, or what is waited for, before it is put into words and numbers.
struct choice {
  verdict what = verdict::wait;
  const compiled_code* code = nullptr; ///< when matched; none: the extension
  std::string_view digits;             ///< all, but for a `#` that only ended dialling
  bool secondary_dial_tone = false;
};

class progress {
public:
  progress() = default;
  explicit progress(plan, unsigned dial_delay_count = 0);

  /// The digits that have come since; nothing else may have been dialled before them.
  void follow(std::string_view all_digits);
  const std::string& digits() const { return digits_; }

  decision decide(dialling, const extension_lookup&, const call_context&) const;
  choice choose(dialling, const extension_lookup&) const;

private:
  void take(char digit);
  void gather();
  const compiled_code* fallback() const;
  choice settle(dialling, const walked&, extension_match, std::string_view digits) const;
  bool acts_at_once(const walked&, extension_match) const;

  plan plan_; ///< owns what walks_ go through
  unsigned dial_delay_count_ = 0;
  std::vector<walk> walks_;
  std::string digits_;
  walked found_;       ///< by all levels together
  walked before_last_; ///< before the last digit, which may turn out to be the `#` that ends
};

/// All digits at once.
decision decide(const plan&, std::string_view digits, dialling, const extension_lookup&,
                const call_context&, unsigned dial_delay_count = 0);

} // namespace switchroom::dialplan
