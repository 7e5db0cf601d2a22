// SPDX-License-Identifier: MIT
#include "media/engine.hpp"

#include "media/demultiplexing.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

/// So few frames without a cell are bridged; the longest for which a stream completes no more
/// than one packet in a cell.
constexpr std::uint32_t longest_bridge = 79;

} // namespace

engine::engine(const engine_settings& settings)
    : settings_(settings), streams_(settings.host_slots), tapes_(settings.host_slots),
      bridges_(settings.host_slots), heard_(settings.host_slots), relay_from_(settings.host_slots),
      relays_(settings.host_slots), random_(settings.seed) {
  open_.reserve(settings.host_slots);
  samples_.reserve(settings.host_slots);
  packets_.reserve(std::size_t{settings.host_slots} * 2);
  relayed_.reserve(settings.host_slots);
  for (std::uint64_t rest = random_(); rest != 0; rest >>= 4) // RFC 7022, 4.2: random, and short
    cname_ += "0123456789abcdef"[rest & 15];
}

std::optional<refusal> engine::open(host_slot slot, const endpoint& remote, agreement agreed) {
  const std::string where = "host slot " + std::to_string(slot.value);
  if (slot.value >= streams_.size())
    return refusal{where + " does not exist: the board has " + std::to_string(streams_.size()),
                   "use a board with more host slots, or fewer calls between gateways"};
  if (!agreed.what())
    return refusal{where + ": RTP payload type " + std::to_string(agreed.payload_type) +
                       " is not spoken here",
                   "agree on 0 (PCMU), 8 (PCMA), or a codec by its name"};
  if (agreed.ptime_ms != 0 && !is_ptime(agreed.ptime_ms))
    return refusal{where + ": packets of " + std::to_string(agreed.ptime_ms) +
                       " ms are not sent here",
                   "agree on 10, 20, 30, 40, 50 or 60 ms"};
  std::optional<stream>& there = streams_[slot.value];
  if (there && there->announced() == remote && there->agreed().is(agreed))
    return std::nullopt;
  if (there) {
    agreed.go_on_from(there->agreed());
    if (there->forwards())
      there->end_forwarding(); // so that its times go on, too
  }
  std::optional<stream::handshake_ends> met;
  if (there && there->announced() == remote && there->agreed().by_handshake && agreed.by_handshake)
    met = there->handshakes_at();
  const auto any = [this] { return static_cast<std::uint32_t>(random_()); };
  const rtp_origin origin =
      there ? there->origin() : rtp_origin{any(), any(), static_cast<std::uint16_t>(any())};
  tapes_[slot.value].reset();
  bridges_.leave(slot);
  open_slot(slot);
  there.emplace(stream_settings{remote, std::move(agreed), settings_.ptime_ms,
                                settings_.jitter_target_ms, origin, cname_,
                                settings_.jitter_most_ms});
  if (met)
    there->go_on_at(*met);
  return std::nullopt;
}

void engine::open_slot(host_slot slot) {
  const auto at = std::ranges::lower_bound(open_, slot.value);
  if (at == open_.end() || *at != slot.value)
    open_.insert(at, slot.value);
}

bool engine::mount(host_slot slot, std::shared_ptr<mounted> what) {
  if (slot.value >= streams_.size())
    return false;
  streams_[slot.value].reset();
  bridges_.leave(slot);
  tapes_[slot.value] = std::move(what);
  open_slot(slot);
  return true;
}

bool engine::join(host_slot slot, bridge_number which) {
  if (slot.value >= streams_.size())
    return false;
  streams_[slot.value].reset();
  tapes_[slot.value].reset();
  bridges_.join(slot, which);
  open_slot(slot);
  return true;
}

void engine::close(host_slot slot) {
  if (!is_open(slot))
    return;
  streams_[slot.value].reset();
  tapes_[slot.value].reset();
  bridges_.leave(slot);
  std::erase(open_, slot.value);
  relay(slot, std::nullopt);
  for (std::uint8_t to = 0; relays_[slot.value] > 0; ++to)
    if (relay_from_[to] && relay_from_[to]->slot == slot.value)
      relay(host_slot{to}, std::nullopt);
}

void engine::relay(host_slot to, std::optional<host_slot> from, bool shared) {
  if (to.value >= relay_from_.size() || (from && from->value >= relay_from_.size()))
    return;
  auto& whom = relay_from_[to.value];
  if (whom)
    --relays_[whom->slot];
  whom = from ? std::optional(source{from->value, shared}) : std::nullopt;
  if (whom)
    ++relays_[whom->slot];
}

bool engine::can_relay(std::uint8_t to) const {
  const auto from = relay_from_[to];
  return from && streams_[from->slot] && streams_[to] &&
         streams_[to]->can_forward(*streams_[from->slot]);
}

/// By the board: unless all who hear it get it as it came.
bool engine::is_wanted(std::uint8_t from) const {
  if (relays_[from] == 0)
    return true;
  const auto as_it_came = std::ranges::count_if(open_, [&](std::uint8_t to) {
    const auto& whom = relay_from_[to];
    return whom && whom->slot == from && !whom->shared && can_relay(to);
  });
  return as_it_came < relays_[from];
}

bool engine::is_open(host_slot slot) const {
  return slot.value < streams_.size() &&
         (streams_[slot.value] || tapes_[slot.value] || bridges_.is_party(slot));
}

/// 0: the streams were paused, this cell is the first of a new count.
unsigned engine::frames_since_last(std::uint32_t frame, instant now) {
  const std::uint32_t passed = frame - last_frame_;
  const bool follows = running_ && passed != 0 && passed <= longest_bridge + 1;
  if (follows)
    missing_cells_ += passed - 1;
  else {
    const auto away = last_cell_ == instant{} ? 0 : (now - last_cell_) / frame_time - 1;
    for (const std::uint8_t slot : open_)
      if (streams_[slot])
        streams_[slot]->pause(static_cast<std::uint64_t>(std::max<std::int64_t>(away, 0)));
    if (running_ && static_cast<std::int32_t>(passed) > 0)
      missing_cells_ += passed - 1;
  }
  running_ = true;
  last_frame_ = frame;
  last_cell_ = now;
  return follows ? passed : 0;
}

void engine::push(std::uint8_t slot, std::int16_t sample, unsigned times, instant now) {
  stream& to = *streams_[slot];
  for (unsigned i = 0; i < times; ++i) {
    if (const auto octets = to.push(sample); !octets.empty())
      packets_.push_back({host_slot{slot}, false, to.remote(), octets});
    if (const auto octets = to.report(now); !octets.empty()) {
      const bool apart = !to.agreed().one_port;
      packets_.push_back({host_slot{slot}, apart, to.remote(), octets});
      packets_.back().to.port += apart ? 1 : 0;
    }
  }
}

std::int16_t engine::sample_for(std::uint8_t slot, unsigned passed, instant now) {
  if (streams_[slot])
    return turn(*streams_[slot], slot, passed, now);
  return tapes_[slot] ? turn(*tapes_[slot], slot, passed) : bridges_.hear(host_slot{slot});
}

std::int16_t engine::turn(stream& s, std::uint8_t slot, unsigned passed, instant now) {
  // Until the board has been told to send a new stream's samples, there are none; later, a
  // frame without one is a frame of silence, for the RTP clock must go on.
  if (s.forwards() && !can_relay(slot))
    s.end_forwarding();
  const unsigned times = s.sends() ? std::max(passed, 1U) : 1;
  if (heard_[slot] || s.sends())
    push(slot, heard_[slot].value_or(0), times, now);
  for (unsigned i = 1; i < passed; ++i)
    s.pull();
  return s.pull();
}

/// Before the board sends the slot's samples it takes none either: nothing is said to nobody.
std::int16_t engine::turn(mounted& what, std::uint8_t slot, unsigned passed) {
  if (!heard_[slot])
    return 0;
  std::int16_t next = 0;
  const unsigned times = std::max(passed, 1U);
  for (unsigned i = 0; i < times; ++i)
    next = what.turn(last_frame_ + 1 - times + i, *heard_[slot]);
  return next;
}

engine::cell_answer engine::on_cell(std::uint32_t frame, std::span<const board::sample> from_board,
                                    instant now) {
  const unsigned passed = frames_since_last(frame, now);
  samples_.clear();
  packets_.clear();
  std::ranges::fill(heard_, std::nullopt);
  for (const board::sample& s : from_board)
    if (s.slot < heard_.size())
      heard_[s.slot] = s.value;
  bridges_.begin();
  for (const std::uint8_t slot : open_)
    if (bridges_.is_party(host_slot{slot}))
      bridges_.speak(host_slot{slot}, heard_[slot].value_or(0));
  for (const std::uint8_t slot : open_)
    samples_.push_back({slot, sample_for(slot, passed, now)});
  return {samples_, packets_};
}

engine::packet_answer engine::on_packet(host_slot slot, const endpoint& from,
                                        std::span<const std::uint8_t> octets, instant now) {
  if (!running_ || !is_open(slot) || !is_stream(slot)) {
    ++strays_;
    return {};
  }
  auto& to = *streams_[slot.value];
  if (to.agreed().one_port && is_report(octets)) {
    to.receive_report(from, octets, now);
    return {};
  }
  const stream::arrival heard = to.receive(from, octets, now, is_wanted(slot.value));
  relayed_.clear();
  if ((heard.voice || heard.other) && relays_[slot.value] > 0)
    relay_packet(slot.value, heard);
  return {heard.digit, relayed_, heard.begins};
}

void engine::relay_packet(std::uint8_t from, const stream::arrival& heard) {
  for (const std::uint8_t to : open_)
    if (relay_from_[to] && relay_from_[to]->slot == from && can_relay(to)) {
      if (heard.other)
        streams_[to]->skip(*heard.other);
      else if (const auto packet = streams_[to]->forward(*heard.voice, heard.samples);
               !packet.empty())
        relayed_.push_back({host_slot{to}, false, streams_[to]->remote(), packet});
    }
}

void engine::on_report(host_slot slot, const endpoint& from, std::span<const std::uint8_t> octets,
                       instant now) {
  if (running_ && is_open(slot) && is_stream(slot))
    streams_[slot.value]->receive_report(from, octets, now);
  else
    ++strays_;
}

bool engine::by_handshake(host_slot slot) const {
  return is_open(slot) && is_stream(slot) && streams_[slot.value]->agreed().by_handshake;
}

bool engine::takes_handshake(host_slot slot, bool beside, const endpoint& from) {
  return streams_[slot.value]->takes_handshake(beside, from);
}

std::optional<outgoing_packet> engine::handshake(host_slot slot, bool beside,
                                                 std::span<const std::uint8_t> octets) const {
  if (!by_handshake(slot))
    return std::nullopt;
  const auto& there = streams_[slot.value]->handshakes_at();
  return outgoing_packet{slot, beside, beside ? there.beside : there.voice, octets};
}

void engine::send_digit(host_slot slot, char digit) {
  if (is_open(slot) && is_stream(slot))
    streams_[slot.value]->send_digit(digit);
}

void engine::sound_digit(host_slot slot, char digit) {
  if (is_open(slot) && is_stream(slot))
    streams_[slot.value]->sound_digit(digit);
}

} // namespace switchroom::media
