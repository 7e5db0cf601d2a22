// SPDX-License-Identifier: MIT
#include "exchange/code_mask.hpp"

namespace switchroom::exchange {
namespace {

/// The digits that a short code begins with, up to what varies (rule C2).
std::string literal_start(std::string_view code) {
  std::string start;
  for (const char c : code) {
    if (c == '"')
      continue;
    if (c == 'X' || c == 'N' || c == '?' || c == '[' || c == ';')
      break;
    start += c;
  }
  return start;
}

} // namespace

code_mask::code_mask(const std::vector<dialplan::short_code>& codes) {
  learn(codes);
}

void code_mask::learn(const std::vector<dialplan::short_code>& codes) {
  for (const auto& c : codes)
    if (c.what == dialplan::feature::log_in || c.what == dialplan::feature::change_login_code)
      secrets_.push_back({literal_start(c.code), c.what == dialplan::feature::log_in});
}

std::string code_mask::operator()(std::string_view digits) const {
  for (const auto& s : secrets_) {
    if (!digits.starts_with(s.prefix) || digits.size() == s.prefix.size())
      continue;
    const auto star = digits.find('*', s.prefix.size());
    const auto shown =
        s.extension_first && star != std::string_view::npos ? star + 1 : s.prefix.size();
    return std::string(digits.substr(0, shown)) + "…";
  }
  return std::string(digits);
}

} // namespace switchroom::exchange
