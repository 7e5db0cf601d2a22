// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"
#include "types/plain_text.hpp"

#include <algorithm>
#include <stdexcept>

namespace switchroom::exchange {
namespace {

desks::settings desk_settings(const settings& s) {
  desks::settings d;
  d.gateway = s.gateway;
  for (const auto& line : s.lines)
    d.ports.push_back({line.line, line.base_user, users::kind_of(line.type).display});
  d.network_key = s.network_key;
  d.voice_networking = s.voice_networking;
  d.backups = s.backups;
  d.lease = s.lease;
  d.profiles = s.profiles;
  d.agent_roaming = s.agent_roaming;
  d.first_request = (s.boot & 0x3fff'ffff) << 32 | 1;
  return d;
}

scn::settings network_settings(const settings& s) {
  scn::settings n;
  n.gateway = s.gateway;
  for (const auto& peer : s.peers)
    n.peers.push_back(peer.name);
  n.backups = s.backups;
  n.boot = s.boot;
  n.voice_networking = s.voice_networking;
  return n;
}

std::vector<dialplan::short_code> all_system_codes(const settings& s) {
  auto codes = s.system_codes;
  for (const auto& preset : dialplan::default_system_codes(
           s.locale, s.line_groups.empty() ? std::string() : s.line_groups.front().name)) {
    // Only an emergency code takes the place of one (S10).
    const bool urgent = preset.what == dialplan::feature::emergency;
    const bool replaced =
        std::any_of(s.system_codes.begin(), s.system_codes.end(), [&](const auto& own) {
          return own.code == preset.code && (!urgent || own.what == dialplan::feature::emergency);
        });
    if (!replaced)
      codes.push_back(preset);
  }
  return codes;
}

dialplan::plan must_compile(const std::vector<dialplan::short_code>& codes) {
  auto compiled = dialplan::compile({}, {}, codes);
  if (!compiled) // at start-up: nothing works without a plan
    throw std::invalid_argument(compiled.error().what + " " + compiled.error().remedy);
  return *compiled;
}

/// Rule C5.
dialplan::dial_timers timers_of(const settings& s) {
  auto t = dialplan::default_timers(s.locale);
  t.dial_delay_count = s.dial_delay_count.value_or(t.dial_delay_count);
  t.dial_delay = s.dial_delay.value_or(t.dial_delay);
  t.off_hook_timeout = s.off_hook_timeout.value_or(t.off_hook_timeout);
  return t;
}

std::map<extension_number, user::v1::User> by_extension(const std::vector<user::v1::User>& users) {
  std::map<extension_number, user::v1::User> map;
  for (const auto& u : users)
    map[u.extension()] = u;
  return map;
}

/// So that a call of this start is never taken for one of the start before: peers learn of a
/// restart by Hello, but a late message may overtake it.
std::uint64_t first_leg_number(std::uint64_t boot) {
  return (boot & 0x3fff'ffff) << 32;
}

} // namespace

kept::kept(settings s, desks::stored stored, instant now, voicemail::stored mail)
    : settings_(std::move(s)), system_codes_(all_system_codes(settings_)),
      system_plan_(must_compile(system_codes_)), system_mask_(system_codes_),
      dial_timers_(timers_of(settings_)), timers_{dial_timers_.dial_delay,
                                                  dial_timers_.off_hook_timeout},
      directory_(settings_.gateway), own_users_(by_extension(stored.users)),
      desks_(desk_settings(settings_), std::move(stored), directory_, now),
      network_(network_settings(settings_), directory_, now),
      last_leg_(first_leg_number(settings_.boot)), clock_origin_s_(settings_.clock_origin_s),
      now_(now), started_(now) {
  last_message_ = mail.last_number;
  for (auto& one : mail.messages)
    mailboxes_[one.of].push_back(std::move(one));
  for (const auto& line : settings_.lines) {
    auto& p = lines_.emplace(line.line, party(calls::line_leg{line.line}, timers_)).first->second;
    p.on_edge = line.on_edge;
    p.display = line.display;
    p.echo_tail_ms = line.on_edge || line.station ? 0 : line.echo_tail_ms;
    if (line.station)
      add_station(p, line.line, *line.station);
  }
  add_trunk_lines();
  for (const auto& group : settings_.groups)
    if (group.night_service)
      night_.insert(group.number);
}

gateway::implementation::implementation(settings s, desks::stored stored, instant now,
                                        voicemail::stored mail,
                                        const standing::v1::Standing& standing)
    : kept(std::move(s), std::move(stored), now, std::move(mail)) {
  for (auto& [line, p] : lines_)
    if (const auto* session = desks_.at(line))
      p.person = session->settings.extension();
  take_up(standing);
  standing_kept_ = standing_now().SerializeAsString();
  follow_day_hours();
  for (const auto& known : directory_.all_of(settings_.gateway))
    agent_moves(known.state);
  out_.clear(); // nobody is there yet who could be told
}

std::vector<action> gateway::implementation::step(event happened, instant now) {
  now_ = now;
  out_.clear();
  std::visit([&](auto& what) { on(std::move(what)); }, happened);
  settle();
  while (hear_analog_lines())
    settle();
  mute_digits_told();
  cancel_echoes_told();
  paths_.changes(now_, out_);
  close_what_has_faded();
  return std::move(out_);
}

void gateway::implementation::settle() {
  while (!touched_.empty() || !moved_.empty() || uses_changed_ || !hunts_due_.empty() ||
         !unanswered_.empty() || !hang_up_.empty()) {
    hang_phones_up();
    std::vector<line_id> log_off;
    for (const auto line : std::exchange(unanswered_, {}))
      if (heed_no_answer(line))
        log_off.push_back(line);
    tell_use();
    for (const auto line : log_off)
      run_desks(desks::log_out{line, true}); // desks knows by now that it does not ring
    if (std::exchange(uses_changed_, false)) {
      lamps_changed_ = true;
      try_call_backs();
      for (const auto& [id, hunted] : hunts_)
        hunts_due_.insert(id);
    }
    step_hunts();
    for (const auto id : std::exchange(moved_, {}))
      if (auto* moved = call_of(id))
        move_on(*moved, settings_.gateway);
  }
  if (std::exchange(numbers_changed_, false)) {
    check_group_numbers();
    check_emergency_numbers();
  }
  tell_lamps();
  keep_calls_made();
  if (std::exchange(standing_changed_, false))
    keep_standing();
  for (const auto id : std::exchange(ended_, {}))
    calls_.erase(id);
  for (const auto& leg : std::exchange(gone_, {}))
    if (auto visitor = visitors_.extract(leg))
      count_guess(visitor.mapped());
}

void gateway::implementation::tell_use() {
  for (const auto line : std::exchange(touched_, {})) {
    auto& p = lines_.at(line);
    const bool ringing = p.machine.state() == lines::state::ringing;
    const bool in_call = (!ringing && p.call.has_value()) || p.held.has_value();
    announce_use(p);
    if (ringing == p.ringing_told && in_call == p.in_call_told)
      continue;
    p.ringing_told = ringing;
    p.in_call_told = in_call;
    run_desks(desks::line_use{line, ringing, in_call});
  }
}

instant gateway::implementation::next_deadline() const {
  instant earliest = std::min(desks_.next_deadline(), network_.next_deadline());
  for (const auto& [line, p] : lines_)
    earliest = std::min({earliest, p.machine.next_deadline(), p.next_beep, p.beep_over, p.duty_over,
                         p.reads_until, p.phone ? p.phone->over : never,
                         p.isdn_call && !p.isdn_call->over ? p.isdn_call->ends : never,
                         p.showing ? p.showing->until : never, p.analog ? p.analog->until : never});
  for (const auto& [leg, p] : visitors_)
    earliest = std::min(earliest, p.machine.next_deadline());
  for (const auto& [id, c] : calls_)
    earliest = std::min(earliest, c.expires);
  for (const auto& [tape, one] : visits_)
    earliest = std::min(earliest, one.session.next_deadline());
  for (const auto& [slot, parked] : parked_)
    earliest = std::min(earliest, parked.returns);
  for (const auto& [id, hunted] : hunts_)
    earliest = std::min(earliest, hunted.hunt.next_deadline());
  for (const auto& asked : nights_asked_)
    earliest = std::min(earliest, asked.until);
  for (const auto& [number, one] : searches_)
    earliest = std::min(earliest, one.until);
  for (const auto& wanted : call_backs_)
    earliest = std::min(earliest, wanted.forgotten);
  for (const auto& [line, check] : checks_)
    earliest = std::min(earliest, check.until);
  for (const auto& [number, one] : conferences_)
    earliest = std::min(earliest, one.bell_over);
  earliest = std::min(earliest, paths_.next_deadline());
  if (!in_day_hours_.empty())
    earliest = std::min(earliest, next_minute());
  return earliest;
}

// ---- events ----------------------------------------------------------------------------------

/// What could not be told while it was not kept is told when it is.
void gateway::implementation::on(const disk& now) {
  if (std::exchange(disk_refuses_, now.refuses) && !disk_refuses_)
    for (const auto& group : settings_.groups)
      post_to_all(state_of(group));
}

void gateway::implementation::on(peer_message arrived) {
  if (const auto what = calls::describe(arrived.message); !what.empty())
    note(arrived.from, settings_.gateway, what);
  watch_network(scn::received{std::move(arrived.from), std::move(arrived.message)});
}

void gateway::implementation::on(const deadline&) {
  if (network_.next_deadline() <= now_)
    watch_network(scn::deadline{});
  if (desks_.next_deadline() <= now_)
    run_desks(desks::deadline{});
  for (auto& [line, p] : lines_) {
    if (const auto due = p.machine.due(now_))
      drive(p, *due);
    if (std::min(p.next_beep, p.beep_over) <= now_)
      beep(p);
    if (p.showing && p.showing->until <= now_)
      showing_due(p);
    if (p.phone && p.phone->over <= now_)
      hang_up_.insert_or_assign(line, scn::v1::NORMAL_CLEARING);
    if (p.isdn_call && !p.isdn_call->over && p.isdn_call->ends <= now_)
      hang_up_.insert_or_assign(line, p.isdn_call->why == scn::v1::CAUSE_UNSPECIFIED
                                          ? scn::v1::NORMAL_CLEARING
                                          : p.isdn_call->why);
    if (p.analog && p.analog->until <= now_)
      analog_due(p);
    if (p.reads_until <= now_)
      clear_display(p);
    if (p.duty_over <= now_)
      set_duty(p, duty::available);
  }
  for (auto& [leg, p] : visitors_)
    if (const auto due = p.machine.due(now_))
      drive(p, *due);
  for (auto& [id, c] : calls_)
    if (c.expires <= now_ && c.state != calls::state::released)
      expire(c);
  for (const auto& [id, hunted] : hunts_)
    if (hunted.hunt.next_deadline() <= now_)
      hunts_due_.insert(id);
  std::vector<std::uint64_t> tapes_due;
  for (const auto& [tape, one] : visits_)
    if (one.session.next_deadline() <= now_)
      tapes_due.push_back(tape);
  for (const auto tape : tapes_due)
    visit(tape, voicemail::waited{});
  for (auto& [number, one] : conferences_)
    if (one.bell_over <= now_)
      end_bell(one);
  forget_nights_asked();
  end_due_checks();
  finish_searches();
  follow_day_hours();
  std::erase_if(call_backs_, [this](const auto& wanted) { return wanted.forgotten <= now_; });
  std::vector<std::string> due;
  for (const auto& [slot, parked] : parked_)
    if (parked.returns <= now_)
      due.push_back(slot);
  for (const auto& slot : due)
    return_parked(slot);
}

// ---- small things ------------------------------------------------------------------------------

void gateway::implementation::note(std::string from, std::string to, std::string what) {
  const double at = wall_s();
  what = without_controls(what); // numbers and texts of others are in it
  out_.emplace_back(log{from, to, what});
  ladder_.add(at, std::move(from), std::move(to), std::move(what));
}

std::string gateway::implementation::label(const calls::leg& leg) const {
  if (const auto* line = std::get_if<calls::line_leg>(&leg)) {
    const auto found = lines_.find(line->line);
    if (found == lines_.end() || !is_outside(found->second))
      return "line " + std::to_string(line->line.value);
    const auto& place = *found->second.isdn;
    return settings_.trunks[place.trunk].name + (found->second.analog ? " line " : " channel ") +
           std::to_string(place.channel);
  }
  if (const auto* service = std::get_if<calls::service_leg>(&leg))
    return calls::text(*service);
  return std::get<calls::peer_leg>(leg).peer;
}

party* gateway::implementation::party_of(const calls::leg& leg) {
  if (const auto* line = std::get_if<calls::line_leg>(&leg)) {
    const auto found = lines_.find(line->line);
    return found == lines_.end() ? nullptr : &found->second;
  }
  const auto* peer = std::get_if<calls::peer_leg>(&leg);
  const auto found = peer == nullptr ? visitors_.end() : visitors_.find(*peer);
  return found == visitors_.end() ? nullptr : &found->second;
}

/// Desks is told after this step what the line is used for.
void gateway::implementation::touch(const party& p) {
  if (const auto* line = std::get_if<calls::line_leg>(&p.leg))
    touched_.insert(line->line);
}

// ---- the seam ------------------------------------------------------------------------------

gateway::gateway(settings s, desks::stored stored, instant now, voicemail::stored mail,
                 const standing::v1::Standing& standing)
    : self_(std::make_unique<implementation>(std::move(s), std::move(stored), now, std::move(mail),
                                             standing)) {}
gateway::~gateway() = default;
gateway::gateway(gateway&&) noexcept = default;

std::vector<action> gateway::step(event happened, instant now) {
  return self_->step(std::move(happened), now);
}

instant gateway::next_deadline() const {
  return self_->next_deadline();
}

gateway::resources gateway::in_use() const {
  const auto size = [](const auto& map) { return static_cast<unsigned>(map.size()); };
  unsigned parties = 0, members = 0;
  for (const auto& [number, one] : self_->conferences_)
    (one.by_board ? members : parties) += size(one.parties) + (one.bell ? 1U : 0U);
  unsigned phones = 0, displays = 0, ears = 0;
  for (const auto& [line, p] : self_->lines_) {
    phones += (p.phone ? 1U : 0U) + (p.aside ? 1U : 0U);
    ears += p.analog && p.analog->slot ? 1U : 0U;
    displays += p.showing && p.showing->slot ? 1U : 0U;
  }
  unsigned recorders = 0;
  for (const auto& [number, one] : self_->captures_)
    recorders += size(one.slots);
  for (const auto& [line, check] : self_->checks_)
    recorders += check.test ? 1U : 0U;
  const auto visits = std::count_if(self_->visits_.begin(), self_->visits_.end(),
                                    [](const auto& one) { return one.second.slot.has_value(); });
  return {size(self_->calls_),
          size(self_->trunks_),
          size(self_->visitors_),
          self_->paths_.host_slots_in_use(),
          self_->paths_.tone_channels_in_use(),
          static_cast<unsigned>(visits) + displays,
          parties,
          phones,
          members,
          size(self_->checks_),
          size(self_->captures_),
          ears,
          recorders};
}

} // namespace switchroom::exchange
