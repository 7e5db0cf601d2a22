// SPDX-License-Identifier: MIT
#include "edges/sip/ports.hpp"

#include <utility>

namespace switchroom::sip {

void ports::replace(const edge::v1::Ports& told) {
  auto before = std::exchange(by_name_, {});
  for (const auto& one : told.ports()) {
    const auto known = before.find(one.name());
    const bool same = known != before.end() && known->second.line == one.line() &&
                      known->second.secret == one.secret() && known->second.secure == one.secure();
    phone made;
    if (same)
      made = std::move(known->second);
    made.line = one.line();
    made.name = one.name();
    made.secret = one.secret();
    made.secure = one.secure();
    made.dtls = one.dtls();
    made.tells_silence = one.tells_silence();
    made.codecs.clear();
    for (const int codec : one.codecs())
      made.codecs.push_back(static_cast<scn::v1::Codec>(codec));
    by_name_.insert_or_assign(one.name(), std::move(made));
  }
  by_line_.clear();
  for (auto& [name, one] : by_name_)
    by_line_.emplace(one.line, &one);
}

phone* ports::named(const std::string& name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

phone* ports::at(std::uint32_t line) {
  const auto found = by_line_.find(line);
  return found == by_line_.end() ? nullptr : found->second;
}

std::vector<std::uint32_t> ports::take_expired(clock::time_point now) {
  std::vector<std::uint32_t> gone;
  for (auto& [name, one] : by_name_)
    if (!one.contact.empty() && one.expires <= now) {
      one.contact.clear();
      gone.push_back(one.line);
    }
  return gone;
}

} // namespace switchroom::sip
