// SPDX-License-Identifier: MIT
#include "cli/table.hpp"
#include "cli/views.hpp"

#include <fmt/format.h>
#include <iostream>

namespace switchroom::cli {

void show(const console& to, const control::v1::Parked& parked) {
  table rows({{"SLOT", true}, {"GATEWAY"}, {"CALL OF"}, {"SINCE"}, {"RETURNS IN"}});
  for (const auto& call : parked.calls())
    rows.row({call.slot(), call.gateway(),
              call.number() + (call.name().empty() ? "" : " " + call.name()),
              call.since_s() > 0 ? age(call.since_s()) : "-",
              call.returns_s() > 0 ? age(call.returns_s()) : "-"});
  if (rows.empty())
    std::cout << "No calls are parked.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::Conferences& all) {
  table rows(
      {{"CONFERENCE", true}, {"MIXED BY"}, {"PARTY"}, {"SAYS dB", true}, {"HEARS dB", true}});
  for (const auto& one : all.conferences())
    for (const auto& party : one.parties())
      rows.row({one.number(), one.by_board() ? "board" : "host",
                party.number() + (party.name().empty() ? "" : " " + party.name()),
                party.muted() ? "muted" : fmt::format("{:+.1f}", party.says_db()),
                fmt::format("{:+.1f}", party.hears_db())});
  if (rows.empty())
    std::cout << "No conference is at this gateway.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::Phones& phones) {
  table rows({{"LINE", true}, {"STATE"}, {"USER"}, {"ADDRESS"}, {"SOFTWARE"}});
  for (const auto& one : phones.phones())
    rows.row({std::to_string(one.line()), one.here() ? one.state() : "not there", one.user(),
              one.address(), one.software()});
  if (rows.empty()) {
    std::cout << "No line is an IP phone's. See [[line]] in switchroomd.toml(5).\n";
    return;
  }
  rows.print(std::cout, to.width(), to.colour());
  std::cout << fmt::format("registrations {}, requests refused {}, wrong passwords {}, malformed "
                           "messages {}, sources limited now {}\n",
                           phones.registrations(), phones.refused(), phones.wrong_passwords(),
                           phones.malformed(), phones.sources_limited());
  table sources({{"SOURCE"}, {"REFUSED", true}, {"WRONG PASSWORDS", true}, {"NOW"}});
  for (const auto& one : phones.worst())
    sources.row({one.address(), std::to_string(one.refused()),
                 std::to_string(one.wrong_passwords()), one.limited() ? "limited" : "-"});
  if (!sources.empty())
    sources.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::Trunks& trunks) {
  table rows({{"TRUNK"}, {"SPAN", true}, {"STATE"}, {"CHANNEL", true}, {"FROM"}, {"TO"}});
  for (const auto& trunk : trunks.trunks()) {
    // analog ones have none
    const auto span = trunk.span() == 0 ? "-" : std::to_string(trunk.span());
    std::size_t busy = 0;
    for (const auto& one : trunk.channels())
      busy += one.state() != "idle" ? 1 : 0;
    rows.row({trunk.name(), span,
              trunk.in_service() ? fmt::format("{} of {} in use", busy, trunk.channels_size())
                                 : "out of service",
              "", "", ""});
    for (const auto& one : trunk.channels())
      if (one.state() != "idle")
        rows.row({"", "", one.state(), std::to_string(one.channel()), one.from(), one.to()});
  }
  if (rows.empty()) {
    std::cout << "There is no trunk. See [[trunk]] in switchroomd.toml(5).\n";
    return;
  }
  rows.print(std::cout, to.width(), to.colour());
  for (const auto& trunk : trunks.trunks()) {
    if (trunk.span() == 0)
      continue;
    std::cout << fmt::format(
        "span {}: {}; code violations {}, frame errors {}, CRC errors {}, at the far "
        "end {}, alignments lost {}, slips {}\n",
        trunk.span(), trunk.carrier().empty() ? "in order" : trunk.carrier(),
        trunk.code_violations(), trunk.frame_errors(), trunk.crc_errors(), trunk.far_crc_errors(),
        trunk.alignments(), trunk.slips());
  }
}

void show(const console& to, const control::v1::Groups& groups) {
  table rows({{"GROUP"},
              {"NAME"},
              {"GATEWAY"},
              {"MODE"},
              {"RINGING", true},
              {"WAITING", true},
              {"MEMBERS"},
              {"REMARKS"}});
  for (const auto& group : groups.groups()) {
    std::string members;
    for (const auto& member : group.members())
      members += (members.empty() ? "" : ", ") + member.extension() + " " + member.state();
    rows.row({group.number(), group.name(), group.gateway(),
              group.mode().empty() ? "-" : group.mode(), std::to_string(group.hunting()),
              std::to_string(group.queued()), members,
              group.night_service() ? "night service" : ""});
  }
  if (rows.empty())
    std::cout << "No hunt groups are known. See [[group]] in switchroomd.toml(5).\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::Mailboxes& boxes) {
  table rows({{"MAILBOX"}, {"NAME"}, {"HOME"}, {"NEW", true}, {"HEARD", true}});
  for (const auto& box : boxes.mailboxes())
    rows.row({box.extension(), box.name(), box.gateway(), std::to_string(box.new_messages()),
              std::to_string(box.heard_messages())});
  if (rows.empty())
    std::cout << "No user has a mailbox. See `switchroom user set --voicemail on`.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

void show(const console& to, const control::v1::Mailbox& box) {
  table rows({{"MESSAGE", true}, {"FROM"}, {"AT"}, {"LENGTH", true}, {"STATE"}});
  for (const auto& one : box.messages())
    rows.row({std::to_string(one.number()),
              one.from().empty()
                  ? "-"
                  : one.from() + (one.from_name().empty() ? "" : " " + one.from_name()),
              date_and_time(one.at_s()), fmt::format("{:.0f} s", one.length_s()),
              one.heard() ? "heard" : "new"});
  if (rows.empty())
    std::cout << "The mailbox of user " << box.extension() << " is empty.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

} // namespace switchroom::cli
