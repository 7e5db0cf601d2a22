// SPDX-License-Identifier: MIT
#include "cli/views.hpp"

#include "cli/table.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <vector>

namespace switchroom::cli {
namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}
std::string or_dash(std::uint64_t number) {
  return number == 0 ? "-" : std::to_string(number);
}

std::string paint(const console& on, const char* code, const std::string& text) {
  return on.colour() ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

void print(const console& to, const table& rows, const char* when_empty) {
  if (rows.empty())
    std::cout << when_empty << '\n';
  else
    rows.print(std::cout, to.width(), to.colour());
}

std::string lock(std::uint32_t wrong_codes, std::uint32_t locked_for_s) {
  if (locked_for_s > 0)
    return fmt::format("locked for {} s", locked_for_s);
  return wrong_codes > 0 ? fmt::format("{} wrong codes", wrong_codes) : "";
}

} // namespace

std::string age(double seconds) {
  const auto s = static_cast<long>(std::floor(seconds));
  if (s < 60)
    return fmt::format("{} s", s);
  if (s < 3600)
    return fmt::format("{} min", s / 60);
  if (s < 86400)
    return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

std::string date_and_time(double seconds_since_1970) {
  const auto whole = static_cast<std::time_t>(seconds_since_1970);
  std::tm local{};
  localtime_r(&whole, &local);
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                     local.tm_mday, local.tm_hour, local.tm_min);
}

std::string time_of_day(double seconds_since_1970) {
  const auto whole = static_cast<std::time_t>(seconds_since_1970);
  const auto ms = static_cast<int>((seconds_since_1970 - static_cast<double>(whole)) * 1000);
  std::tm local{};
  localtime_r(&whole, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec, ms);
}

void show(const console& to, const control::v1::Status& s) {
  const auto state = [&](bool good, const std::string& text) {
    return paint(to, good ? "32" : "31", text);
  };
  // The clock first: what is wrong with it is heard on every line.
  std::cout << fmt::format("clock    {}, {} slips\n", s.clock(), s.slips());
  std::cout << fmt::format("gateway  {}, version {}, up {}\n", s.gateway(), s.version(),
                           age(s.uptime_s()));
  const std::string speed =
      s.board_speed() > 0 ? fmt::format(", {:.2f} × real time", s.board_speed()) : "";
  std::cout << "board    "
            << (s.board_up() ? state(true, fmt::format("up, frame {}", s.board_frame()) + speed)
                             : state(false, "down"))
            << '\n';
  std::cout << fmt::format(
      "lines    {}{}\n", s.lines(),
      s.lines_not_there() == 0 ? "" : fmt::format(", {} not there", s.lines_not_there()));
  std::cout << fmt::format("users    {} at home here, {} known, {} logged in at lines here\n",
                           s.users_home(), s.users_known(), s.desk_sessions());
  std::cout << fmt::format("calls    {}\n", s.calls());
  std::cout << "peers    "
            << state(s.peers_up() == s.peers_configured(),
                     fmt::format("{} of {} up", s.peers_up(), s.peers_configured()))
            << '\n';
  for (const auto& check : s.checks())
    std::cout << "test     " << paint(to, "33", check) << '\n';
  std::cout << "alarms   "
            << (s.alarms() == 0
                    ? state(true, "none")
                    : state(false, fmt::format("{}: see `switchroom alarms`", s.alarms())))
            << '\n';
}

void show(const console& to, const control::v1::Lines& lines) {
  table rows(
      {{"LINE", true}, {"STATE"}, {"USER"}, {"BASE"}, {"DIALLED"}, {"IN dBm0", true}, {"REMARKS"}});
  for (const auto& line : lines.lines()) {
    std::string remarks = lock(line.wrong_codes(), line.locked_for_s());
    const auto remark = [&remarks](const std::string& text) {
      remarks += (remarks.empty() ? "" : ", ") + text;
    };
    if (!line.check().empty())
      remark(line.check_for_s() == 0
                 ? line.check()
                 : fmt::format("{}, {} left", line.check(), age(line.check_for_s())));
    if (line.gain_in_db() != 0 || line.gain_out_db() != 0)
      remark(fmt::format("gain {:+.1f} in, {:+.1f} out", line.gain_in_db(), line.gain_out_db()));
    if (line.level_gain_db() != 0)
      remark(fmt::format("level control {:+.0f} dB", line.level_gain_db()));
    if (line.logout_pending())
      remark("log out pending");
    if (line.echo_tail_ms() > 0)
      remark(line.echo_removed_db() > 1 ? fmt::format("echo canceller {} ms, ERLE {:.0f} dB",
                                                      line.echo_tail_ms(), line.echo_removed_db())
                                        : fmt::format("echo canceller {} ms", line.echo_tail_ms()));
    if (!line.on_hold().empty())
      remark(line.on_hold() + " on hold");
    if (line.emergency_for_s() > 0)
      remark(fmt::format("{} leads here for {}", line.emergency_number(),
                         age(line.emergency_for_s())));
    rows.row({std::to_string(line.line()), line.state(), or_dash(line.user()),
              or_dash(line.base_user()), line.dialled(),
              line.level_in_dbm0() <= -99 ? "-" : fmt::format("{:.1f}", line.level_in_dbm0()),
              remarks});
  }
  print(to, rows, "No lines are configured.");
}

void show(const console& to, const control::v1::Users& users) {
  table rows({{"USER"}, {"NAME"}, {"HOME"}, {"PRESENCE"}, {"AT"}, {"EPOCH", true}, {"REMARKS"}});
  for (const auto& user : users.users()) {
    std::string remarks = lock(user.wrong_codes(), user.locked_for_s());
    const auto remark = [&remarks](const std::string& text) {
      remarks += (remarks.empty() ? "" : ", ") + text;
    };
    if (user.duplicate())
      remark("number used twice");
    if (user.lamp() != "idle" && user.presence() == "logged in")
      remark(user.lamp());
    if (user.new_messages() > 0)
      remark(fmt::format("{} new message{}", user.new_messages(),
                         user.new_messages() == 1 ? "" : "s"));
    if (!user.absence_text().empty())
      remark(user.absence_text());
    rows.row({user.extension(), user.name(), user.home(), user.presence(),
              user.gateway().empty() ? "-" : fmt::format("{} line {}", user.gateway(), user.line()),
              std::to_string(user.epoch()), remarks});
  }
  print(to, rows, "No users are known. Add one with `switchroom user add`.");
}

void show(const console& to, const control::v1::Desks& desks) {
  table rows({{"LINE", true},
              {"USER"},
              {"NAME"},
              {"HOME"},
              {"SINCE"},
              {"EPOCH", true},
              {"LOGIN ms", true},
              {"REMARKS"}});
  for (const auto& desk : desks.desks()) {
    std::string remarks = desk.roaming() ? "roaming" : "";
    if (!desk.in_force())
      remarks += remarks.empty() ? "not in force" : ", not in force";
    if (!desk.status().empty())
      remarks += (remarks.empty() ? "" : ", ") + desk.status();
    if (desk.logout_pending())
      remarks += remarks.empty() ? "log out pending" : ", log out pending";
    rows.row({std::to_string(desk.line()), desk.extension(), desk.name(), desk.home(),
              age(desk.since_s()), std::to_string(desk.epoch()),
              fmt::format("{:.1f}", desk.login_ms()), remarks});
  }
  print(to, rows, "Nobody is logged in at a line of this gateway.");
}

/// "3, 64"; a dash for a side whose voice does not go through the switch.
std::string slots_of(const control::v1::Call& call) {
  const auto one = [](bool has, std::uint32_t slot) { return has ? std::to_string(slot) : "-"; };
  return one(call.has_from_slot(), call.from_slot()) + ", " +
         one(call.has_to_slot(), call.to_slot());
}

/// A call within the gateway rings in the step that its last digit came in: the gateway sees no
/// time pass.
std::string set_up_of(const control::v1::Call& call) {
  if (!call.has_setup_ms())
    return "-";
  return call.setup_ms() < 0.1 ? "<0.1" : fmt::format("{:.1f}", call.setup_ms());
}

void show(const console& to, const control::v1::Calls& calls) {
  table rows({{"CALL", true},
              {"STATE"},
              {"FROM"},
              {"TO"},
              {"SLOTS"},
              {"AGE"},
              {"SET-UP ms", true},
              {"VOICE"}});
  for (const auto& call : calls.calls()) {
    std::string voice;
    for (const auto& media : call.media())
      voice += fmt::format(
          "{}{}{}, {} packets, {} lost, {} late, {} slips, {} to settle, jitter {:.1f} ms, buffer "
          "{:.0f} ms "
          "(+{:.0f} −{:.0f}){}{}",
          voice.empty() ? "" : "; ", media.codec(), media.packets_forwarded() > 0 ? " relayed" : "",
          media.packets_received(), media.packets_lost(), media.packets_late(), media.slips(),
          media.settled(), media.jitter_ms(), media.buffer_ms(), media.lengthened_ms(),
          media.shortened_ms(), media.mos() > 0 ? fmt::format(", MOS {:.1f}", media.mos()) : "",
          media.srtp() ? ", SRTP" : "");
    rows.row({std::to_string(call.call()), call.state(), call.from(), call.to(), slots_of(call),
              age(call.age_s()), set_up_of(call), voice});
  }
  print(to, rows, "No calls.");
}

/// Of our users, at this peer.
std::string copies(const control::v1::Peer& peer) {
  if (!peer.is_backup())
    return "";
  return peer.copies_due() == 0 ? "has all" : fmt::format("{} to copy", peer.copies_due());
}

void show(const console& to, const control::v1::Peers& peers) {
  table rows({{"GATEWAY"},
              {"STATE"},
              {"ENDPOINT"},
              {"HEARD"},
              {"USERS", true},
              {"BACKUP"},
              {"RECEIVED", true},
              {"SENT", true},
              {"MALFORMED", true}});
  for (const auto& peer : peers.peers())
    rows.row({peer.gateway(), peer.state(), peer.endpoint(),
              peer.received() == 0 ? "never" : age(peer.last_heard_s()) + " ago",
              std::to_string(peer.users()), copies(peer), std::to_string(peer.received()),
              std::to_string(peer.sent()), std::to_string(peer.malformed())});
  print(to, rows, "No peers are configured.");
  if (peers.strangers() > 0)
    std::cout << paint(to, "33",
                       fmt::format("{} connections of strangers were turned away.",
                                   peers.strangers()))
              << '\n';
}

void show(const console& to, const control::v1::Alarms& alarms) {
  bool is_first = true;
  for (const auto& alarm : alarms.alarms()) {
    std::cout << (std::exchange(is_first, false) ? "" : "\n")
              << paint(to, alarm.standing() ? "31" : "2",
                       fmt::format("{} {}", alarm.standing() ? "standing" : "past", alarm.title()))
              << fmt::format("  ({}, {} times)\n  {}\n  remedy: {}\n", alarm.id(), alarm.count(),
                             alarm.what(), alarm.remedy());
  }
  if (is_first)
    std::cout << "No alarms.\n";
}

void show(const console& to, const control::v1::Log& log) {
  table rows({{"NUMBER", true}, {"TIME"}, {"FROM"}, {"TO"}, {"WHAT"}});
  for (const auto& entry : log.entries())
    rows.row({std::to_string(entry.number()), time_of_day(entry.at_s()), entry.from(), entry.to(),
              entry.what()});
  print(to, rows, "Nothing has happened yet.");
}

/// What happens, what matched, and the few that came near.
void show(const console& to, const control::v1::Explanation& explanation) {
  constexpr std::size_t most_near = 3;
  std::cout << explanation.outcome() << '\n';
  if (!explanation.user_rights().empty())
    std::cout << "user rights: " << explanation.user_rights() << '\n';
  table rows({{"LEVEL"}, {"CODE"}, {"FEATURE"}, {"NUMBER"}, {"WHY"}});
  const auto add = [&rows](const control::v1::Considered& code) {
    rows.row({code.level(), code.code(), code.feature(), code.number(), code.why()});
  };
  std::vector<const control::v1::Considered*> others;
  for (const auto& code : explanation.considered())
    if (code.matches())
      add(code);
    else
      others.push_back(&code);
  std::ranges::stable_sort(others, std::greater(), &control::v1::Considered::digits_fit);
  std::size_t near = 0;
  while (near < std::min(most_near, others.size()) && others[near]->digits_fit() > 0)
    add(*others[near++]);
  std::cout << '\n';
  print(to, rows, "No short code or extension matches.");
  if (near < others.size())
    std::cout << fmt::format("\n{} more do not match: --json lists them.\n", others.size() - near);
}

namespace {

/// As a display has it: "201 Anna", "withheld", "301 Bea (waits)".
std::string display_of(const phone::v1::PhoneState& phone) {
  if (!phone.has_caller())
    return "";
  const auto& caller = phone.caller();
  if (!caller.error().empty())
    return "not understood: " + caller.error();
  std::string shown = caller.number_withheld()  ? "withheld"
                      : caller.number().empty() ? "unknown"
                                                : caller.number();
  if (!caller.name().empty())
    shown += ' ' + caller.name();
  return shown + (caller.waiting() ? " (waits)" : "");
}

} // namespace

void show(const console& to, const phone::v1::Reply& reply) {
  table rows({{"LINE", true},
              {"HOOK"},
              {"RINGER"},
              {"RINGS", true},
              {"HEARS dBm0", true},
              {"DISPLAY"},
              {"BUSY WITH"}});
  for (const auto& phone : reply.phones()) {
    std::string busy = phone.playing() ? "playing" : "";
    if (phone.recording())
      busy += busy.empty() ? "recording" : ", recording";
    if (phone.battery_reversed())
      busy += busy.empty() ? "battery reversed" : ", battery reversed";
    rows.row({std::to_string(phone.line()), phone.off_hook() ? "off" : "on",
              phone.ringing() ? "ringing" : "silent", or_dash(std::uint64_t{phone.rings()}),
              fmt::format("{:.1f}", phone.level_dbm0()), display_of(phone), busy});
  }
  if (!rows.empty())
    rows.print(std::cout, to.width(), to.colour());
}

} // namespace switchroom::cli
