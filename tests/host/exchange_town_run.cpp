// SPDX-License-Identifier: MIT
// The moving parts of the town: time, wires, boards, and what must always hold.
#include "exchange_town.hpp"
#include "kept_disk.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr duration wire{1000};

std::pair<std::string, std::string> pair_of(const std::string& a, const std::string& b) {
  return std::minmax(a, b);
}

std::string rung_twice(const std::string& who, const std::string& here, const std::string& there) {
  return "user " + who + " is rung at " + here + " and at " + there;
}

} // namespace

// ---- time ----------------------------------------------------------------------------------

void town::run(duration how_long) {
  const instant end = now_ + how_long;
  for (;;) {
    instant next = post_.empty() ? never : post_.top().due;
    member* whose = nullptr;
    for (auto& [name, m] : members_) {
      const auto wakes = std::min(m.machine ? m.machine->next_deadline() : never, next_of_tapes(m));
      if (wakes < next) {
        next = wakes;
        whose = &m;
      }
    }
    if (next > end)
      break;
    now_ = std::max(now_, next);
    if (whose != nullptr && run_tapes(*whose))
      continue;
    if (whose != nullptr) {
      const auto before = steps_;
      step(*whose, deadline{});
      if (whose->machine->next_deadline() <= now_ && steps_ - before == 1 && ++stuck_ > 1000) {
        fault(*whose, "a deadline that never passes");
        break;
      }
      continue;
    }
    const auto arrived = post_.top();
    post_.pop();
    if (!is_cut(arrived.from, arrived.to))
      step(members_.at(arrived.to), peer_message{arrived.from, arrived.message});
  }
  now_ = end;
  stuck_ = 0;
}

void town::step(member& m, const event& what) {
  ++steps_;
  for (const auto& done : m.machine->step(what, now_))
    carry_out(m, done);
  for (const auto& news : std::exchange(m.news, {}))
    step(m, news); // as the rim does, before anything else
  check(m);
  check_ringing();
}

// ---- fate ----------------------------------------------------------------------------------

bool town::is_cut(const std::string& a, const std::string& b) const {
  return cuts_.contains(pair_of(a, b));
}
void town::cut(const std::string& a, const std::string& b) {
  cuts_.insert(pair_of(a, b));
}
void town::heal(const std::string& a, const std::string& b) {
  cuts_.erase(pair_of(a, b));
}

void town::jitter(duration most, std::uint64_t seed) {
  most_jitter_ = most;
  random_.seed(seed);
}

void town::start_board(member& m) {
  m.hardware = {};
  m.hardware.up = true;
  // A board that is found in the state of somebody else's night out.
  m.hardware.connections[slot_id{0}] = slot_id{town_first_tone};
  m.hardware.tones[tone_channel{0}] = tone::busy;
  step(m, board_up{town_lines, tone_channels, host_slots_, slot_id{0}, slot_id{town_first_tone},
                   slot_id{town_first_host}, members_of_conferences_, slot_id{town_first_member},
                   town_echo_places, town_spans, slot_id{town_first_span}, town_stations,
                   slot_id{town_first_station}, 1, line_id{town_lines}});
}

void town::board_fails(const std::string& gateway) {
  auto& m = members_.at(gateway);
  const auto off = m.hardware.off_hook;
  auto media = std::move(m.hardware.media);
  auto tapes = std::move(m.hardware.tapes);
  auto parties = std::move(m.hardware.parties);
  m.hardware = {};
  m.hardware.media = std::move(media);
  m.hardware.tapes = std::move(tapes);
  m.hardware.parties = std::move(parties);
  m.hardware.off_hook = off;
  step(m, board_down{"pulled out"});
}

void town::board_returns(const std::string& gateway) {
  auto& m = members_.at(gateway);
  if (m.hardware.up)
    return;
  const auto off = m.hardware.off_hook;
  start_board(m);
  for (const auto line : off)
    signal_line(gateway, line.value, signal::off_hook);
}

void town::restart(const std::string& gateway) {
  auto& m = members_.at(gateway);
  m.chosen.boot = ++boots_;
  m.machine.emplace(m.chosen, m.disk, now_, m.mail, m.standing);
  const auto off = m.hardware.off_hook;
  start_board(m);
  for (const auto line : off)
    signal_line(gateway, line.value, signal::off_hook);
}

void town::set_clock(const std::string& gateway, double utc_s) {
  const auto since_start = std::chrono::duration<double>(now_.time_since_epoch()).count();
  step(members_.at(gateway), wall_clock{utc_s - since_start});
}

void town::forge(const std::string& from, const std::string& to, const scn::v1::Envelope& what) {
  step(members_.at(to), peer_message{from, what});
}

void town::everybody_hangs_up() {
  for (auto& [name, m] : members_)
    for (auto& [line, p] : m.phones)
      if (p.call != 0)
        phone_ends(name, line);
  for (auto& [name, m] : members_)
    for (auto& [where, line] : m.far_lines)
      if (line.call != 0)
        far_ends(name, where.first, where.second);
  for (auto& [name, m] : members_)
    for (unsigned line = 1; line <= town_lines; ++line)
      signal_line(name, line, signal::on_hook);
  run(10s);
  for (auto& [name, m] : members_) {
    const auto left = m.machine->in_use();
    if (left.calls + left.peer_legs + left.visitors + left.host_slots + left.tone_channels +
            left.tapes + left.parties + left.phones + left.members + left.ears + left.recorders !=
        0)
      fault(m, "left over: calls " + std::to_string(left.calls) + ", legs " +
                   std::to_string(left.peer_legs) + ", visitors " + std::to_string(left.visitors) +
                   ", host slots " + std::to_string(left.host_slots) + ", tone channels " +
                   std::to_string(left.tone_channels));
    if (!m.hardware.connections.empty() || !m.hardware.tones.empty())
      fault(m, "a connection or a tone is left over");
    if (!m.hardware.media.empty() || !m.hardware.ringing.empty() || !m.hardware.tapes.empty() ||
        !m.hardware.parties.empty() || !m.hardware.seats.empty())
      fault(m, "an open voice stream, a ringing line, a tape or a party is left over");
  }
}

// ---- what the rim does -----------------------------------------------------------------------

void town::carry_out(member& m, const action& what) {
  if (const auto* out = std::get_if<send>(&what)) {
    deliver(m, *out);
  } else if (const auto* answer = std::get_if<reply>(&what)) {
    m.replies[answer->number] = answer->answer;
  } else if (const auto* line = std::get_if<exchange::log>(&what)) {
    m.ladder.push_back(line->from + " → " + line->to + ": " + line->what);
  } else if (const auto* durable = std::get_if<store>(&what)) {
    std::visit(test::kept_disk{m.disk}, *durable);
    if (const auto* switched = std::get_if<store_standing>(durable))
      m.standing = switched->what;
    if (const auto* message = std::get_if<voicemail::store_message>(durable))
      keep(m, *message);
    if (const auto* erased = std::get_if<voicemail::erase_message>(durable))
      std::erase_if(m.mail.messages, [&](const auto& one) { return one.number == erased->number; });
  } else if (const auto* gone = std::get_if<erase_user>(&what)) {
    std::erase_if(m.disk.users, [&](const auto& u) { return u.extension() == gone->extension; });
    std::erase_if(m.mail.messages, [&](const auto& one) { return one.of == gone->extension; });
    std::erase_if(m.disk.whereabouts,
                  [&](const auto& w) { return w.extension() == gone->extension; });
  } else if (const auto* opened = std::get_if<media_open>(&what)) {
    const auto there = m.hardware.media.find(opened->slot);
    if (there != m.hardware.media.end() &&
        there->second.SerializeAsString() == opened->remote.SerializeAsString())
      fault(m, "a host slot is opened anew and nothing has changed");
    m.hardware.media.insert_or_assign(opened->slot, opened->remote);
    ++m.hardware.streams_opened;
  } else if (const auto* closed = std::get_if<media_close>(&what)) {
    if (m.hardware.media.erase(closed->slot) == 0)
      fault(m, "host slot closed that was not open");
    expect_silent(m, [&](slot_id, slot_id from) {
      return from.value == town_first_host + closed->slot.value;
    });
    ++m.hardware.streams_closed;
    m.news.emplace_back(stream_over{closed->slot, closed->whose, {}, mos});
  } else if (const auto* joined = std::get_if<bridge_join>(&what)) {
    if (!m.hardware.parties.emplace(joined->slot, joined->bridge).second)
      fault(m, "a party joins twice");
  } else if (const auto* left = std::get_if<bridge_leave>(&what)) {
    if (m.hardware.parties.erase(left->slot) == 0)
      fault(m, "a party leaves that was none");
  } else if (const auto* stopped = std::get_if<tape_stop>(&what)) {
    stop_tape(m, stopped->slot);
  } else if (const auto* said = std::get_if<send_digit>(&what)) {
    carry_out_digit(m, said->slot, said->digit, true);
  } else if (const auto* sounds = std::get_if<sound_digit>(&what)) {
    carry_out_digit(m, sounds->slot, sounds->digit, false);
  } else if (const auto* told = std::get_if<to_edge>(&what)) {
    carry_out_phone(m, told->message);
  } else if (const auto* outside = std::get_if<to_isdn>(&what)) {
    carry_out_trunk(m, outside->message);
  } else {
    carry_out_board(m, what);
  }
}

void town::carry_out_board(member& m, const action& what) {
  if (const auto* ended = std::get_if<ear_end>(&what)) {
    if (m.hardware.ears.erase(ended->slot) == 0 && m.hardware.up)
      fault(m, "an ear is taken away that was none");
    return;
  }
  if (const auto* ended = std::get_if<record_end>(&what)) {
    if (m.hardware.records.erase(ended->number) == 0 && m.hardware.up)
      fault(m, "what is recorded ends and was not begun");
    return;
  }
  if (!m.hardware.up)
    return fault(m, "the board is told something while it is down, action " +
                        std::to_string(what.index()) + " after " +
                        (m.ladder.empty() ? "nothing" : m.ladder.back()));
  if (const auto* joined = std::get_if<connect>(&what)) {
    expect_silent(
        m, [&](slot_id to, slot_id from) { return to == joined->to && from != joined->from; });
    if (joined->from)
      m.hardware.connections.insert_or_assign(joined->to, *joined->from);
    else
      m.hardware.connections.erase(joined->to);
  } else if (const auto* straight = std::get_if<relay>(&what)) {
    m.hardware.relays.erase(straight->to);
    if (straight->from)
      m.hardware.relays.emplace(straight->to, *straight);
  } else if (const auto* seated = std::get_if<member_join>(&what)) {
    sit(m, *seated);
  } else if (const auto* gone = std::get_if<member_leave>(&what)) {
    expect_silent(
        m, [&](slot_id to, slot_id) { return to.value == town_first_member + gone->member.value; });
    if (m.hardware.seats.erase(gone->member) == 0)
      fault(m, "a member leaves that was none");
  } else if (const auto* hooked = std::get_if<loop>(&what)) {
    m.hardware.loops.erase(hooked->line);
    if (hooked->closed) {
      m.hardware.loops.insert(hooked->line);
      m.hardware.dialled_outside.clear();
    }
  } else if (const auto* pulsed = std::get_if<dial_pulses>(&what)) {
    if (!m.hardware.loops.contains(pulsed->line))
      fault(m, "digits into an open loop");
    m.hardware.dialled_outside = "pulses " + pulsed->digits;
  } else if (const auto* ear = std::get_if<ear_begin>(&what)) {
    if (!m.hardware.ears.emplace(ear->slot, ear->ear).second)
      fault(m, "two ears in one slot");
    if (!ear->digits.empty())
      m.hardware.dialled_outside = "tones " + ear->digits;
  } else if (const auto* recorder = std::get_if<record_begin>(&what)) {
    m.hardware.records.emplace(recorder->number, recorder->slots);
  } else if (const auto* muted = std::get_if<mute_digits>(&what)) {
    if (muted->on)
      m.hardware.digits_muted.insert(muted->line);
    else
      m.hardware.digits_muted.erase(muted->line);
  } else if (const auto* cancels = std::get_if<cancel_echo>(&what)) {
    if (m.hardware.cancellers.erase(cancels->line) != 0 && cancels->tail_ms != 0)
      fault(m, "an echo canceller gets another tail and was not off");
    for (const auto& [line, other] : m.hardware.cancellers)
      if (cancels->place < other.place + other.tail_ms / 16 &&
          other.place < cancels->place + cancels->tail_ms / 16)
        faults_.push_back(m.chosen.gateway + ": one place for two echo cancellers");
    if (cancels->tail_ms != 0)
      m.hardware.cancellers.emplace(cancels->line, *cancels);
  } else if (const auto* started = std::get_if<play>(&what)) {
    expect_silent(m, [&](slot_id, slot_id from) {
      return from.value == town_first_tone + started->channel.value &&
             m.hardware.tones.contains(started->channel);
    });
    if (started->what == tone::none)
      m.hardware.tones.erase(started->channel);
    else
      m.hardware.tones[started->channel] = started->what;
    m.hardware.sines[started->channel] = started->test;
  } else if (const auto* spoken = std::get_if<tape_run>(&what)) {
    run_tape(m, *spoken);
  } else if (const auto* shown = std::get_if<show_caller>(&what)) {
    run_tape(m, *shown);
  } else if (const auto* battery = std::get_if<reverse_battery>(&what)) {
    m.hardware.reversed.erase(battery->line);
    if (battery->on)
      m.hardware.reversed.insert(battery->line);
  } else if (const auto* bell = std::get_if<ring>(&what)) {
    m.hardware.ringing.erase(bell->line);
    if (bell->on)
      m.hardware.ringing[bell->line] = "";
    if (bell->on && bell->cadence == ring_cadence::page)
      m.hardware.paged.insert(bell->line);
    else
      m.hardware.paged.erase(bell->line);
    check_ringing();
  }
}

void town::sit(member& m, const member_join& as) {
  auto& [was, muted] = m.hardware.seats.try_emplace(as.member, seat{as}).first->second;
  if (was.bridge != as.bridge || was.listens != as.listens)
    fault(m, "a member joins twice");
  was = as;
  muted = !as.muted ? never : muted == never ? now_ : muted;
}

/// Of members and what they say: who is heard, or not faded yet, when that ends leaves a click.
void town::expect_silent(const member& m,
                         const std::function<bool(slot_id to, slot_id from)>& which) {
  for (const auto& [number, one] : m.hardware.seats) {
    const slot_id to{static_cast<std::uint16_t>(town_first_member + number.value)};
    const auto said = m.hardware.connections.find(to);
    const bool is_silent = one.muted != never && now_ - one.muted >= 25ms;
    if (said != m.hardware.connections.end() && which(to, said->second) && !is_silent)
      fault(m, "a conference hears a click: member " + std::to_string(number.value));
  }
}

void town::deliver(member& from, const send& out) {
  const auto& name = from.chosen.gateway;
  if (!members_.contains(out.to))
    return fault(from, "a message to an unknown gateway");
  const auto& told = out.message.mailbox_state();
  const auto kept = std::count_if(from.mail.messages.begin(), from.mail.messages.end(),
                                  [&](const auto& one) { return one.of == told.extension(); });
  if (told.new_messages() + told.heard_messages() > static_cast<std::size_t>(kept))
    fault(from, "a peer is told of a message that is not on the disk");
  if (watch && !watch(name, out.to, out.message))
    return;
  if (is_cut(name, out.to))
    return;
  duration late = wire;
  if (most_jitter_.count() > 0)
    late += duration(
        static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most_jitter_.count())));
  auto& last = last_due_[{name, out.to}];
  last = std::max(last, now_ + late);
  post_.push({last, ++letters_sent_, name, out.to, out.message});
}

// ---- what must always hold -------------------------------------------------------------------

void town::fault(const member& m, const std::string& what) {
  const auto at = std::to_string(now_.time_since_epoch().count()) + " µs, " + m.chosen.gateway;
  if (faults_.size() < 20)
    faults_.push_back(at + ": " + what);
}

bool town::records(const member& m, host_slot slot) {
  return std::ranges::any_of(m.hardware.records, [&](const auto& one) {
    return std::ranges::find(one.second, slot) != one.second.end();
  });
}

void town::check(const member& m) {
  std::map<slot_id, unsigned> listeners;
  unsigned fading = 0; // members whose sources go on for them
  for (const auto& [to, from] : m.hardware.connections) {
    const auto own = seat_at(m, to);
    if (own && own->muted != never && now_ - own->muted <= 30ms) {
      ++fading; // while who said it may have gone
      continue;
    }
    const unsigned source = from.value;
    const bool line = source < town_lines;
    const bool spoken = source >= town_first_tone && source < town_first_tone + town_tone_channels;
    const bool host = source >= town_first_host && source < town_first_host + host_slots_;
    const bool span = source >= town_first_span;
    const bool member_slot = source >= town_first_member && !span;
    if (member_slot && !seat_at(m, from))
      fault(m, "somebody listens to a member of no conference");
    if (!line && !spoken && !host && !member_slot && !span)
      fault(m, "slot " + std::to_string(source) + " is nobody's");
    const host_slot into{static_cast<std::uint8_t>(to.value - town_first_host)};
    const bool ear = m.hardware.ears.contains(into) || records(m, into);
    if (!ear && (line || host || member_slot || span) && ++listeners[from] > 1 && !pages)
      fault(m, "slot " + std::to_string(source) + " is heard by two");
    if (spoken && !m.hardware.tones.contains(
                      tone_channel{static_cast<std::uint8_t>(source - town_first_tone)}))
      fault(m, "somebody listens to a tone channel that does not play");
    const host_slot slot{static_cast<std::uint8_t>(source - town_first_host)};
    if (host && !m.hardware.media.contains(slot) && !m.hardware.tapes.contains(slot) &&
        !m.hardware.parties.contains(slot) && !m.hardware.ears.contains(slot) && !records(m, slot))
      fault(m, "somebody listens to a host slot that is not open");
    if (line && !ear && !m.hardware.off_hook.contains(line_id{source + 1}) &&
        !m.hardware.loops.contains(line_id{source + 1}))
      fault(m, "a line that is on hook is heard");
  }
  std::map<host_slot, host_slot> straight, told; // what is connected between host slots
  const auto is_host = [&](slot_id slot) {
    return slot.value >= town_first_host && slot.value < town_first_host + host_slots_;
  };
  const auto host_of = [](slot_id slot) {
    return host_slot{static_cast<std::uint8_t>(slot.value - town_first_host)};
  };
  for (const auto& [to, from] : m.hardware.connections)
    if (is_host(to) && is_host(from))
      straight.emplace(host_of(to), host_of(from));
  for (const auto& straight_on : m.hardware.relays) {
    const relay& what = straight_on.second;
    told.emplace(what.to, *what.from);
    const bool shared = std::ranges::any_of(m.hardware.connections, [&](const auto& one) {
      return is_host(one.second) && !is_host(one.first) && host_of(one.second) == *what.from;
    });
    if (shared != what.shared)
      fault(m, "a line hears what is decoded for nobody, or none what is");
  }
  if (straight != told)
    fault(m, "what is relayed is not what is connected");
  const auto used = m.machine->in_use();
  if (used.host_slots !=
      used.peer_legs + used.tapes + used.parties + used.phones + used.ears + used.recorders)
    fault(m, "host slots, and legs to peers, tapes, parties, IP phones and recorders differ");
  if (m.hardware.media.size() > used.host_slots + fading)
    fault(m, "a voice stream is open without a host slot");
}

/// Rule H4: at no instant do two ports ring for one login. Who is meant by a ring is who sits at
/// the line when it begins.
void town::check_ringing() {
  std::map<std::string, std::string> rings_for;
  for (auto& [name, m] : members_)
    for (auto& [line, who] : m.hardware.ringing) {
      if (who.empty())
        for (const auto& s : m.disk.sessions)
          if (s.line == line)
            who = s.settings.extension();
      if (who.empty())
        for (const auto& configured : m.chosen.lines)
          if (configured.line == line)
            who = configured.base_user;
      const auto place = name + " line " + std::to_string(line.value);
      if (const auto [first, fresh] = rings_for.emplace(who, place); !fresh)
        fault(m, rung_twice(who, first->second, place));
    }
}

} // namespace switchroom::exchange
