// SPDX-License-Identifier: MIT
// IP phones for operators: which are here, and what their edge counts.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

constexpr const char* alarm_of_sources = "sip-sources";

} // namespace

void gateway::implementation::take(const edge::v1::Figures& news) {
  const bool begins = news.sources_limited() > 0 && edge_figures_.sources_limited() == 0;
  edge_figures_ = news;
  if (news.sources_limited() == 0)
    return alarms_.clear(alarm_of_sources);
  if (!begins)
    return;
  std::string who;
  for (const auto& one : news.worst())
    if (one.limited())
      who += (who.empty() ? "" : ", ") + one.address() + " (" + std::to_string(one.refused()) +
             " requests refused, " + std::to_string(one.wrong_passwords()) + " wrong passwords)";
  note("sip-edge", settings_.gateway, "asks too much, limited: " + who);
  alarms_.raise(
      alarm_of_sources, "Somebody asks too much of the IP phones' address", "Limited: " + who + ".",
      "Phones at other addresses are served. A phone of yours there has a wrong password, "
      "or too many share one address; else shut the address out at the firewall. See "
      "`switchroom phones`.");
}

control::v1::Phones gateway::implementation::list_phones() const {
  control::v1::Phones list;
  for (const auto& configured : settings_.lines) {
    const auto& p = lines_.at(configured.line);
    if (!p.on_edge || p.isdn)
      continue;
    const auto* session = desks_.at(configured.line);
    auto& one = *list.add_phones();
    one.set_line(configured.line.value);
    one.set_here(p.here);
    if (p.here) {
      one.set_address(p.address);
      one.set_software(p.software);
    }
    one.set_user(session == nullptr ? std::string() : session->settings.extension());
    one.set_state(std::string(lines::name(p.machine.state())));
  }
  list.set_registrations(edge_figures_.registrations());
  list.set_refused(edge_figures_.refused());
  list.set_wrong_passwords(edge_figures_.wrong_passwords());
  list.set_malformed(edge_figures_.malformed());
  list.set_sources_limited(edge_figures_.sources_limited());
  for (const auto& bad : edge_figures_.worst()) {
    auto& source = *list.add_worst();
    source.set_address(bad.address());
    source.set_refused(bad.refused());
    source.set_wrong_passwords(bad.wrong_passwords());
    source.set_limited(bad.limited());
  }
  return list;
}

} // namespace switchroom::exchange
