// SPDX-License-Identifier: MIT
#include "exchange/agent_log.hpp"

namespace switchroom::exchange {

void agent_log::add(double at_s, const extension_number& who, const std::string& what) {
  auto& of = known_[who];
  if (of.last == what)
    return;
  of.last = what;
  auto& told = events_.emplace_back();
  told.set_number(++last_);
  told.set_at_s(at_s);
  told.set_extension(who);
  told.set_what(what);
  told.set_gateway(of.gateway);
  told.set_line(of.line);
  told.set_epoch(of.epoch);
  if (events_.size() > most)
    events_.pop_front();
}

void agent_log::move(double at_s, const extension_number& who, const gateway_name& gateway,
                     std::uint32_t line, std::uint64_t epoch) {
  auto& of = known_[who];
  if (of.gateway == gateway && of.line == line && (gateway.empty() || of.epoch == epoch))
    return;
  if (!of.gateway.empty()) // where it was, before where it is
    add(at_s, who, "logged out");
  of.gateway = gateway;
  of.line = line;
  of.epoch = epoch;
  if (!gateway.empty())
    add(at_s, who, "logged in");
}

control::v1::AgentEvents agent_log::after(std::uint64_t number) const {
  control::v1::AgentEvents found;
  for (const auto& one : events_)
    if (one.number() > number)
      *found.add_events() = one;
  return found;
}

std::vector<extension_number> agent_log::at(const gateway_name& gateway) const {
  std::vector<extension_number> there;
  for (const auto& [who, of] : known_)
    if (of.gateway == gateway)
      there.push_back(who);
  return there;
}

bool agent_log::is_at(const extension_number& who, const gateway_name& gateway) const {
  const auto found = known_.find(who);
  return found != known_.end() && found->second.gateway == gateway;
}

} // namespace switchroom::exchange
