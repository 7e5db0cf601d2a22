// SPDX-License-Identifier: MIT
#include "exchange_town.hpp"

#include "users/login_code.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

const char* tone_name(tone what) {
  static const char* names[] = {
      "silence",      "dial",         "secondary dial",       "ringback", "busy", "congestion",
      "unobtainable", "confirmation", "limited confirmation", "refusal",  "hold", "call waiting",
      "messages",     "test tone"};
  return names[static_cast<std::size_t>(what)];
}

user::v1::User make_user(const std::string& home, unsigned number, unsigned line,
                         const std::vector<std::uint8_t>& key) {
  user::v1::User u;
  u.set_version(1);
  u.set_extension(std::to_string(number));
  u.set_name("Person " + std::to_string(number));
  u.set_home(home);
  u.set_base_line(line);
  if (number % 10 != 2) {
    std::array<std::uint8_t, 16> salt{};
    salt[0] = static_cast<std::uint8_t>(number);
    *u.mutable_login_code() = *users::make_verifier(std::to_string(1000 + number), key, salt);
  }
  return u;
}

} // namespace

town::town(unsigned gateways, const settings_change& change, unsigned host_slots, unsigned members)
    : host_slots_(host_slots), members_of_conferences_(members) {
  add("amsterdam", "1", 200, {1, 2, 4}, change);
  add("berlin", "2", 300, {1, 2}, change);
  if (gateways > 2)
    add("cologne", "3", 400, {1, 2}, change);
  for (auto& [name, m] : members_) {
    for (const auto& [other, o] : members_)
      if (other != name)
        m.chosen.peers.push_back({other, o.chosen.number});
    m.machine.emplace(m.chosen, m.disk, now_);
    start_board(m);
  }
  run(5s);
}

void town::add(const std::string& name, const std::string& number, unsigned first_user,
               const std::vector<unsigned>& at_home, const settings_change& change) {
  auto& m = members_[name];
  auto& s = m.chosen;
  s.gateway = name;
  s.number = number;
  s.locale = name == "amsterdam" ? "NL" : "DE";
  s.network_key.assign(users::network_key_octets, 7);
  s.rtp_address = name;
  s.boot = ++boots_;
  s.media_secret.assign(16, static_cast<std::uint8_t>(boots_));
  dialplan::short_code local;
  local.code = first_user == 200 ? "8XX" : "7XX";
  local.number = std::to_string(first_user / 100) + "N";
  s.system_codes.push_back(local);
  for (unsigned line = 1; line <= town_lines; ++line)
    s.lines.push_back({line_id{line}, {}});
  unsigned line = 0;
  for (const auto user : at_home) {
    s.lines[line++].base_user = std::to_string(first_user + user);
    m.disk.users.push_back(make_user(name, first_user + user, line, s.network_key));
  }
  if (change)
    change(s);
}

// ---- people --------------------------------------------------------------------------------

void town::signal_line(const std::string& gateway, unsigned line, signal what, std::uint16_t data) {
  auto& m = members_.at(gateway);
  auto& off = m.hardware.off_hook;
  const bool was_off = off.contains(line_id{line});
  if (what == signal::off_hook)
    off.insert(line_id{line});
  if (what == signal::on_hook)
    off.erase(line_id{line});
  if (!m.hardware.up)
    return;
  if (what == signal::off_hook && !was_off && m.hardware.ringing.contains(line_id{line}))
    step(m, line_signal{line_id{line}, signal::ring_trip, 0});
  step(m, line_signal{line_id{line}, what, data});
}

void town::lift(const std::string& gateway, unsigned line) {
  signal_line(gateway, line, signal::off_hook);
  run(50ms);
}

void town::hang_up(const std::string& gateway, unsigned line) {
  signal_line(gateway, line, signal::on_hook);
  run(50ms);
}

void town::flash(const std::string& gateway, unsigned line) {
  signal_line(gateway, line, signal::flash, 250);
  run(50ms);
}

void town::dial(const std::string& gateway, unsigned line, const std::string& digits) {
  for (const char c : digits) {
    signal_line(gateway, line, signal::dtmf_on, static_cast<std::uint16_t>(c));
    run(60ms);
    signal_line(gateway, line, signal::dtmf_off, 60);
    run(40ms);
  }
}

void town::pulse(const std::string& gateway, unsigned line, const std::string& digits) {
  for (const char c : digits) {
    run(500ms);
    const auto pulses = static_cast<std::uint16_t>(c == '0' ? 10 : c - '0');
    signal_line(gateway, line, signal::pulse_digit, pulses);
  }
}

void town::call(const std::string& gateway, unsigned line, const std::string& digits) {
  lift(gateway, line);
  dial(gateway, line, digits);
  run(100ms);
}

void town::log_in(const std::string& gateway, unsigned line, const std::string& number_and_code) {
  call(gateway, line, "*35*" + number_and_code + "#");
  hang_up(gateway, line);
}

sine town::test_tone(const std::string& gateway, unsigned line) const {
  const auto& at = members_.at(gateway).hardware;
  const auto from = at.connections.find(slot_id{static_cast<std::uint16_t>(line - 1)});
  if (hears(gateway, line) != "test tone")
    return {};
  return at.sines.at(tone_channel{static_cast<std::uint8_t>(from->second.value - town_first_tone)});
}

bool town::rings(const std::string& gateway, unsigned line) const {
  return members_.at(gateway).hardware.ringing.contains(line_id{line});
}

std::vector<std::string> town::ringing() const {
  std::vector<std::string> list;
  for (const auto& [name, m] : members_)
    for (const auto& [line, who] : m.hardware.ringing)
      list.push_back(name + " line " + std::to_string(line.value));
  return list;
}

std::vector<std::string> town::paged() const {
  std::vector<std::string> list;
  for (const auto& [name, m] : members_)
    for (const auto& [line, who] : m.hardware.ringing)
      if (m.hardware.paged.contains(line))
        list.push_back(name + " line " + std::to_string(line.value));
  return list;
}

std::string town::hears(const std::string& gateway, unsigned line) const {
  return trace(members_.at(gateway), slot_id{static_cast<std::uint16_t>(line - 1)}, 0);
}

/// Follows the voice from the listener back to where it comes from, through both fabrics.
std::string town::trace(const member& at, slot_id listener, int depth) const {
  const auto found = at.hardware.connections.find(listener);
  if (found == at.hardware.connections.end() || depth > 8)
    return "silence";
  const unsigned from = found->second.value;
  if (from < town_lines)
    return at.chosen.gateway + " line " + std::to_string(from + 1);
  if (from >= town_first_station)
    return at.chosen.gateway + " station " + std::to_string((from - town_first_station) / 4 + 1);
  if (from >= town_first_span)
    return at.chosen.gateway + " outside " + std::to_string((from - town_first_span) / 32 + 1) +
           "/" + std::to_string((from - town_first_span) % 32);
  if (from < town_first_host) {
    const auto t =
        at.hardware.tones.find(tone_channel{static_cast<std::uint8_t>(from - town_first_tone)});
    return t == at.hardware.tones.end() ? "silence" : tone_name(t->second);
  }
  if (seat_at(at, found->second) ||
      at.hardware.parties.contains(host_slot{static_cast<std::uint8_t>(from - town_first_host)}))
    return others(at, found->second, depth + 1);
  const auto mounted =
      at.hardware.tapes.find(host_slot{static_cast<std::uint8_t>(from - town_first_host)});
  if (mounted != at.hardware.tapes.end())
    return now_ < mounted->second.said ? mounted->second.says : "silence";
  const auto opened =
      at.hardware.media.find(host_slot{static_cast<std::uint8_t>(from - town_first_host)});
  for (const auto& [line, phone] : at.phones)
    if (opened != at.hardware.media.end() && opened->second.address() == phone.its.address())
      return at.chosen.gateway + " line " + std::to_string(line);
  scn::v1::MediaEndpoint own;
  own.set_address(at.chosen.rtp_address);
  own.set_port(at.chosen.rtp_base_port + 2u * (from - town_first_host));
  host_slot by;
  const auto* sender = sender_to(own, by);
  if (sender == nullptr)
    return "silence";
  return trace(*sender, slot_id{static_cast<std::uint16_t>(town_first_host + by.value)}, depth + 1);
}

std::optional<town::seat> town::seat_at(const member& at, slot_id slot) {
  if (slot.value < town_first_member)
    return std::nullopt;
  const auto found =
      at.hardware.seats.find(member_id{static_cast<std::uint8_t>(slot.value - town_first_member)});
  return found == at.hardware.seats.end() ? std::nullopt : std::optional(found->second);
}

/// Who else is in the conference of the party whose slot this is, whoever mixes it.
std::string town::others(const member& at, slot_id self, int depth) const {
  std::set<std::string> heard;
  const auto add = [&](unsigned slot) {
    if (slot != self.value)
      heard.insert(trace(at, slot_id{static_cast<std::uint16_t>(slot)}, depth));
  };
  if (const auto own = seat_at(at, self)) {
    if (own->as.listens)
      for (const auto& [which, other] : at.hardware.seats)
        if (other.as.bridge == own->as.bridge && !other.as.muted)
          add(town_first_member + which.value);
  } else {
    const auto bridge =
        at.hardware.parties.at(host_slot{static_cast<std::uint8_t>(self.value - town_first_host)});
    for (const auto& [slot, theirs] : at.hardware.parties)
      if (theirs == bridge)
        add(town_first_host + slot.value);
  }
  std::string all;
  for (const auto& one : heard)
    if (one != "silence")
      all += (all.empty() ? "" : " + ") + one;
  return all.empty() ? "silence" : all;
}

const town::member* town::sender_to(const scn::v1::MediaEndpoint& where, host_slot& by) const {
  for (const auto& [name, m] : members_)
    for (const auto& [slot, remote] : m.hardware.media)
      if (remote.address() == where.address() && remote.port() == where.port()) {
        by = slot;
        return &m;
      }
  return nullptr;
}

// ---- operators -----------------------------------------------------------------------------

control::v1::Reply town::ask(const std::string& gateway, const control::v1::Request& what) {
  auto& m = members_.at(gateway);
  const auto number = ++requests_;
  operator_request request{number, what, {}};
  request.salt[0] = static_cast<std::uint8_t>(number);
  step(m, request);
  if (!m.replies.contains(number))
    run(4s);
  return m.replies[number];
}

std::string town::state_of(const std::string& gateway, unsigned line) {
  control::v1::Request r;
  r.mutable_lines();
  return ask(gateway, r).lines().lines(static_cast<int>(line) - 1).state();
}

std::string town::user_at(const std::string& gateway, unsigned line) {
  control::v1::Request r;
  r.mutable_lines();
  return ask(gateway, r).lines().lines(static_cast<int>(line) - 1).user();
}

std::string town::alarm(const std::string& gateway, const std::string& id) {
  control::v1::Request r;
  r.mutable_alarms();
  const auto answer = ask(gateway, r);
  for (const auto& a : answer.alarms().alarms())
    if (a.id() == id)
      return a.title() + " " + a.what() + " " + a.remedy() + (a.standing() ? "" : " (over)");
  return {};
}

std::vector<std::string> town::log(const std::string& gateway) const {
  return members_.at(gateway).ladder;
}

user::v1::User town::document(const std::string& extension) const {
  for (const auto& [name, m] : members_)
    for (const auto& u : m.disk.users)
      if (u.extension() == extension)
        return u;
  return {};
}

unsigned town::open_streams(const std::string& gateway) const {
  return static_cast<unsigned>(members_.at(gateway).hardware.media.size());
}

std::string town::told_of_streams(const std::string& gateway) const {
  const auto& told = members_.at(gateway).hardware;
  return std::to_string(told.streams_opened) + " opened, " + std::to_string(told.streams_closed) +
         " closed";
}

unsigned town::relays(const std::string& gateway) const {
  return static_cast<unsigned>(members_.at(gateway).hardware.relays.size());
}

bool town::mutes_digits(const std::string& gateway, unsigned line) const {
  return members_.at(gateway).hardware.digits_muted.contains(line_id{line});
}

std::string town::canceller(const std::string& gateway, unsigned line) const {
  const auto& all = members_.at(gateway).hardware.cancellers;
  const auto found = all.find(line_id{line});
  return found == all.end() ? std::string()
                            : std::to_string(found->second.tail_ms) + " ms from " +
                                  std::to_string(found->second.place);
}

std::string town::members(const std::string& gateway) const {
  std::string text;
  for (const auto& [which, one] : members_.at(gateway).hardware.seats)
    text += (text.empty() ? "" : ", ") + std::to_string(which.value) + " in " +
            std::to_string(one.as.bridge) + (one.as.muted ? " is muted" : " speaks") +
            (one.as.says_db == 0 ? "" : fmt::format(" {:+.1f} dB", one.as.says_db)) +
            (one.as.hears_db == 0 ? "" : fmt::format(", hears {:+.1f} dB", one.as.hears_db));
  return text;
}

gateway::resources town::in_use(const std::string& gateway) const {
  return members_.at(gateway).machine->in_use();
}

} // namespace switchroom::exchange
