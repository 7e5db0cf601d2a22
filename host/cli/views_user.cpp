// SPDX-License-Identifier: MIT
#include "cli/table.hpp"
#include "cli/views.hpp"

#include <fmt/format.h>
#include <iostream>

namespace switchroom::cli {

void show(const console& to, const control::v1::UserDetails& details) {
  const auto& user = details.user();
  table rows({{"SETTING"}, {"VALUE"}});
  rows.row({"user", user.extension() + (user.name().empty() ? "" : " " + user.name())});
  rows.row({"home", user.home()});
  rows.row({"presence", user.gateway().empty() ? user.presence()
                                               : fmt::format("{} at {} line {}", user.presence(),
                                                             user.gateway(), user.line())});
  rows.row({"lamp", user.lamp()});
  rows.row({"full name", details.full_name().empty() ? "-" : details.full_name()});
  rows.row({"base line", details.base_line() == 0 ? "-" : std::to_string(details.base_line())});
  rows.row({"login code", details.has_login_code() ? "set" : "-"});
  rows.row({"force login", details.force_login() ? "on" : "off"});
  rows.row({"log out when idle",
            details.login_idle_s() == 0 ? "-" : fmt::format("{} s", details.login_idle_s())});
  for (const auto& code : details.short_codes())
    rows.row({"short code", fmt::format("{} {} {}", code.code(), code.feature(), code.number())});
  for (const auto& setting : details.settings())
    rows.row({setting.what(), setting.value().empty() ? "-" : setting.value()});
  rows.row({"version", std::to_string(details.version())});
  rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::RoamingReport& report) {
  std::cout << fmt::format("user {} of {} at {} line {}{}\n\n", report.extension(), report.home(),
                           report.gateway(), report.line(), report.roaming() ? ", roaming" : "");
  table rows({{"SETTING"}, {"VALUE"}, {"EFFECT"}, {"WHY"}});
  for (const auto& one : report.remarks())
    rows.row({one.what(), one.value().empty() ? "-" : one.value(), one.effect(), one.why()});
  if (rows.empty())
    std::cout << "Every setting acts as it does at home.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::FoundEntries& found) {
  table rows({{"NAME"}, {"NUMBER"}, {"KIND"}, {"GATEWAY"}});
  for (const auto& one : found.entries())
    rows.row({one.name(), one.number(), one.kind(), one.gateway()});
  if (rows.empty())
    std::cout << "Nobody is found.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
  if (found.more())
    std::cout << "There are more: give more of the name.\n";
  for (const auto& gateway : found.silent())
    std::cout << "Gateway " << gateway << " did not answer.\n";
}

void show(const console& to, const control::v1::UserRecords& records, bool log) {
  table calls({{"WHEN"}, {"KIND"}, {"NUMBER"}, {"NAME"}, {"GROUP"}, {"MOS", true}});
  for (const auto& call : records.calls())
    calls.row({date_and_time(call.at_s()), call.kind(), call.number(), call.name(), call.group(),
               call.mos() > 0 ? fmt::format("{:.1f}", call.mos()) : ""});
  table entries({{"NAME"}, {"NUMBER"}});
  for (const auto& entry : records.personal())
    entries.row({entry.name(), entry.number()});
  const auto& rows = log ? calls : entries;
  if (rows.empty())
    std::cout << (log ? "No calls.\n" : "The personal directory is empty.\n");
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::AgentEvents& agents) {
  table rows({{"NUMBER", true}, {"TIME"}, {"AGENT"}, {"WHAT"}, {"GATEWAY"}, {"LINE", true}});
  for (const auto& event : agents.events())
    rows.row({std::to_string(event.number()), time_of_day(event.at_s()), event.extension(),
              event.what(), event.gateway().empty() ? "-" : event.gateway(),
              event.line() == 0 ? "-" : std::to_string(event.line())});
  if (rows.empty())
    std::cout << "No events of agents. They are kept where agent_roaming is set.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

} // namespace switchroom::cli
