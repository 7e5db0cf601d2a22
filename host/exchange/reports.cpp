// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

double seconds(duration d) {
  return std::chrono::duration<double>(d).count();
}
double milliseconds(duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

std::string words(const scn::peer& p) {
  switch (p.state) {
  case scn::peer_state::connecting:
    return "connecting";
  case scn::peer_state::up:
    return "up";
  case scn::peer_state::lost:
    return "lost";
  case scn::peer_state::refused:
    break;
  }
  return "refused: " + p.why;
}

std::uint32_t count(std::size_t n) {
  return static_cast<std::uint32_t>(n);
}

} // namespace

std::uint32_t whole_seconds(duration d) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(d).count()));
}

/// A phone that an edge serves has registered, or its layer 1 is up; any other line, the board has.
bool gateway::implementation::is_there(line_id line, const party& p) const {
  return p.on_edge ? p.here : paths_.up() && line.value <= paths_.lines();
}

std::string gateway::implementation::state_for_people(line_id line, const party& p) const {
  const auto state = p.machine.state();
  return state == lines::state::idle && !is_there(line, p) ? "not there"
                                                           : std::string(lines::name(state));
}

control::v1::Status gateway::implementation::status() const {
  control::v1::Status s;
  s.set_gateway(settings_.gateway);
  s.set_version(settings_.software_version);
  s.set_uptime_s(seconds(now_ - started_));
  s.set_board_up(paths_.up());
  s.set_lines(count(settings_.lines.size())); // those of trunks are not people's
  for (const auto& line : settings_.lines)
    s.set_lines_not_there(s.lines_not_there() + !is_there(line.line, lines_.at(line.line)));
  s.set_users_home(count(own_users_.size()));
  s.set_users_known(count(directory_.all().size()));
  s.set_desk_sessions(count(desks_.sessions().size()));
  s.set_calls(count(calls_.size()));
  for (const auto& [name, peer] : network_.peers())
    s.set_peers_up(s.peers_up() + (peer.state == scn::peer_state::up));
  s.set_peers_configured(count(network_.peers().size()));
  s.set_alarms(alarms_.standing());
  for (const auto& [line, check] : checks_)
    s.add_checks("line " + std::to_string(line.value) + ": " + text(check) +
                 (check.until == never
                      ? ""
                      : ", " + std::to_string(whole_seconds(check.until - now_)) + " s left"));
  return s;
}

control::v1::Lines gateway::implementation::list_lines() const {
  control::v1::Lines list;
  for (const auto& configured : settings_.lines) {
    const auto& p = lines_.at(configured.line);
    const auto* session = desks_.at(configured.line);
    const auto lock = desks_.lock_of(configured.line, now_);
    auto& line = *list.add_lines();
    line.set_line(configured.line.value);
    line.set_kind(std::string(users::kind_of(configured.type).name));
    line.set_state(state_for_people(configured.line, p));
    line.set_user(session == nullptr ? std::string() : session->settings.extension());
    line.set_base_user(desks_.base_user_of(configured.line));
    line.set_locale(settings_.locale);
    if (p.machine.state() != lines::state::idle)
      line.set_dialled(shown_digits(p));
    line.set_wrong_codes(lock.wrong_codes);
    line.set_locked_for_s(whole_seconds(lock.left));
    if (const auto check = checks_.find(configured.line); check != checks_.end()) {
      line.set_check(text(check->second));
      line.set_check_for_s(
          check->second.until == never ? 0 : whole_seconds(check->second.until - now_));
    }
    line.set_echo_tail_ms(echoes_.tail_ms(configured.line));
    line.set_logout_pending(session != nullptr && session->logout_pending);
    for (const auto& lent : emergency_ports_)
      if (lent.line == configured.line && lent.until > now_) {
        line.set_emergency_number(lent.number);
        line.set_emergency_for_s(whole_seconds(left_of(lent)));
      }
    if (const auto held = p.held ? calls_.find(*p.held) : calls_.end(); held != calls_.end())
      line.set_on_hold(held->second.origin == p.leg ? held->second.extension
                                                    : held->second.from.number);
  }
  return list;
}

control::v1::Desks gateway::implementation::list_desks() const {
  control::v1::Desks list;
  for (const auto* session : desks_.sessions()) {
    auto& desk = *list.add_desks();
    desk.set_line(session->line.value);
    desk.set_extension(session->settings.extension());
    desk.set_name(session->settings.name());
    desk.set_home(session->settings.home());
    desk.set_epoch(session->epoch.value);
    desk.set_since_s(seconds(now_ - session->since));
    desk.set_roaming(session->settings.home() != settings_.gateway);
    desk.set_logout_pending(session->logout_pending);
    desk.set_in_force(session->in_force);
    desk.set_status(std::string(text(lines_.at(session->line).duty)));
    desk.set_login_ms(milliseconds(session->login_took));
  }
  return list;
}

/// Of a leg of this call whose voice goes over the network.
std::optional<host_slot> gateway::implementation::stream_of(const calls::leg& leg,
                                                            call_id call) const {
  if (const auto* peer = std::get_if<calls::peer_leg>(&leg)) {
    const auto trunk = trunks_.find(*peer);
    return trunk != trunks_.end() && trunk->second.open ? std::optional(trunk->second.slot)
                                                        : std::nullopt;
  }
  const auto* line = std::get_if<calls::line_leg>(&leg);
  const auto found = line == nullptr ? lines_.end() : lines_.find(line->line);
  if (found == lines_.end())
    return std::nullopt;
  const auto& p = found->second;
  const auto& its = p.call == call ? p.phone : p.aside;
  return its && its->listens ? std::optional(its->slot) : std::nullopt;
}

control::v1::Calls gateway::implementation::list_calls() const {
  control::v1::Calls list;
  const auto where = [this](const calls::leg& leg) {
    const bool peer = std::holds_alternative<calls::peer_leg>(leg);
    return (!peer ? " " : " at ") + label(leg);
  };
  for (const auto& [id, c] : calls_) {
    auto& call = *list.add_calls();
    call.set_call(id.value);
    const bool on_hold = c.origin_holds || c.destination_holds;
    call.set_state(on_hold ? "on hold" : std::string(calls::name(c.state)));
    call.set_from((c.from.number.empty() ? "nobody" : c.from.number) + where(c.origin));
    call.set_to((c.break_out ? "break out"
                 : c.outside ? c.outside->number
                             : c.extension) +
                where(c.destination));
    call.set_account(c.account);
    call.set_age_s(seconds(now_ - c.dialled));
    if (const auto slot = board_slot_of(c.origin, id))
      call.set_from_slot(slot->value);
    if (const auto slot = board_slot_of(c.destination, id))
      call.set_to_slot(slot->value);
    if (c.alerted != never)
      call.set_setup_ms(milliseconds(c.alerted - c.dialled));
    // Which voice streams are the call's; what they count is known to the rim.
    for (const auto* leg : {&c.origin, &c.destination})
      if (const auto slot = stream_of(*leg, id))
        call.add_media()->set_host_slot(slot->value);
  }
  return list;
}

control::v1::Peers gateway::implementation::list_peers() const {
  control::v1::Peers list;
  const auto everybody = directory_.all();
  for (const auto& [name, peer] : network_.peers()) {
    auto& p = *list.add_peers();
    const auto sent = sent_.find(name);
    p.set_gateway(name);
    p.set_state(words(peer));
    p.set_last_heard_s(seconds(now_ - peer.last_heard));
    p.set_users(count(static_cast<std::size_t>(
        std::count_if(everybody.begin(), everybody.end(),
                      [&home = name](const users::entry& known) { return known.home == home; }))));
    p.set_received(peer.received);
    p.set_sent(peer.sent + (sent == sent_.end() ? 0 : sent->second));
    p.set_malformed(peer.malformed);
    const auto due = desks_.copies_due_at(name);
    p.set_is_backup(due.has_value());
    p.set_copies_due(count(due.value_or(0)));
  }
  return list;
}

void gateway::implementation::on(const operator_request& asked) {
  using ask = control::v1::Request;
  control::v1::Reply answer;
  switch (asked.ask.ask_case()) {
  case ask::kStatus:
    *answer.mutable_status() = status();
    break;
  case ask::kLines:
    *answer.mutable_lines() = list_lines();
    break;
  case ask::kTrunks:
    *answer.mutable_trunks() = list_trunks();
    break;
  case ask::kPhones:
    *answer.mutable_phones() = list_phones();
    break;
  case ask::kUsers:
    *answer.mutable_users() = list_users();
    break;
  case ask::kDesks:
    *answer.mutable_desks() = list_desks();
    break;
  case ask::kCalls:
    *answer.mutable_calls() = list_calls();
    break;
  case ask::kPeers:
    *answer.mutable_peers() = list_peers();
    break;
  case ask::kGroups:
    *answer.mutable_groups() = list_groups();
    break;
  case ask::kConferences:
    *answer.mutable_conferences() = list_conferences();
    break;
  case ask::kParked:
    *answer.mutable_parked() = list_parked();
    break;
  case ask::kMailboxes:
    *answer.mutable_mailboxes() = list_mailboxes();
    break;
  case ask::kMailbox:
    answer = show_mailbox(asked.ask.mailbox().extension());
    break;
  case ask::kExplain:
    answer = explain(asked.ask.explain());
    break;
  case ask::kShowUser:
    answer = show_user(asked.ask.show_user().extension());
    break;
  case ask::kAgents:
    *answer.mutable_agents() = agents_.after(asked.ask.agents().after());
    break;
  case ask::kDirectory:
    if (auto wrong = search(asked)) {
      answer = std::move(*wrong);
      break;
    }
    return;
  case ask::kLineTest:
    if (auto wrong = test_line(asked)) {
      answer = std::move(*wrong);
      break;
    }
    return; // answered when it is over
  case ask::kLoopback:
    answer = loop_back(asked.ask.loopback());
    break;
  case ask::kTone:
    answer = tone_into(asked.ask.tone());
    break;
  case ask::kLevels:
    answer = list_levels(asked.ask.levels());
    break;
  case ask::kCapture:
    answer = begin_capture(asked.ask.capture());
    break;
  case ask::kRecords:
    answer = records(asked.ask.records());
    break;
  case ask::kReport:
    answer = report(asked.ask.report());
    break;
  case ask::kAlarms:
    *answer.mutable_alarms() = alarms_.all();
    break;
  case ask::kLog:
    *answer.mutable_log() = ladder_.entries(asked.ask.log().after());
    break;
  default:
    if (auto changed = change(asked))
      answer = std::move(*changed);
    else
      return; // answered when desks has decided
  }
  out_.emplace_back(reply{asked.number, std::move(answer)});
}

} // namespace switchroom::exchange
