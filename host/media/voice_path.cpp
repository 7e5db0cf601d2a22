// SPDX-License-Identifier: MIT
#include "media/voice_path.hpp"

#include "media/demultiplexing.hpp"

#include <algorithm>

namespace switchroom::media {

voice_path::voice_path(voice_settings settings, std::uint64_t seed, ports rim, callbacks told)
    : settings_(std::move(settings)), seed_(seed), ports_(std::move(rim)), told_(std::move(told)),
      session_(settings_.link, handlers()), hdlc_(hdlc_ports()) {}

board_session::handlers voice_path::handlers() {
  return {[this](std::span<const std::uint8_t> octets) { ports_.to_board(octets); },
          [this] { on_up(); },
          [this](const refusal& why) {
            hdlc_.down();
            ports_.hang_up();
            tell_down(why);
          },
          [this](const board::event& e) {
            if (!hdlc_.take(e) && told_.event)
              told_.event({e.frame, static_cast<std::uint8_t>(e.kind), e.index, e.data});
          },
          [this](std::uint32_t frame, std::span<const board::sample> samples) {
            on_cell(frame, samples);
          },
          [this](const alarm& a) {
            if (told_.raise)
              told_.raise(a);
          }};
}

hdlc_rings::ports voice_path::hdlc_ports() {
  return {[this](std::span<const register_write> registers) { session_.write(registers); },
          [this](std::uint32_t address, std::uint8_t count, board_session::read_done then) {
            session_.read(address, count, std::move(then));
          },
          [this](const hdlc_frame& frame) {
            if (told_.frame)
              told_.frame(frame);
          }};
}

// ---- the board -------------------------------------------------------------------------------

void voice_path::received(std::span<const std::uint8_t> octets, instant now) {
  now_ = now;
  session_.received(octets, now);
}

void voice_path::tick(instant now) {
  session_.tick(now);
  hdlc_.tick(now);
}

void voice_path::on_up() {
  const unsigned slots = std::min<unsigned>(session_.board().capacity<regs::link_block>(),
                                            static_cast<unsigned>(board::largest_cell));
  if (!engine_ || engine_->host_slots() != slots)
    engine_.emplace(engine_settings{slots, settings_.rtp_ptime_ms, settings_.jitter_target_ms,
                                    seed_, settings_.jitter_most_ms});
  bind();
  for (unsigned slot = 0; slot < slots; ++slot)
    enable(slot, engine_->is_open(host_slot{static_cast<std::uint8_t>(slot)}));
  was_up_ = true;
  hdlc_.up(session_.board());
  if (told_.up)
    told_.up(session_.board());
}

void voice_path::tell_down(const refusal& why) {
  if (engine_)
    engine_->board_lost();
  const bool news = was_up_ || why.what != last_down_;
  was_up_ = false;
  last_down_ = why.what;
  if (news && told_.down)
    told_.down(why);
}

void voice_path::on_cell(std::uint32_t frame, std::span<const board::sample> samples) {
  const engine::cell_answer answer = engine_->on_cell(frame, samples, now_);
  session_.send_cell(frame + settings_.lead_frames, answer.samples);
  for (const outgoing_packet& packet : answer.packets)
    ports_.to_network(packet);
}

void voice_path::enable(std::uint32_t slot, bool on) {
  using config = regs::link_block::slot_config;
  session_.write_one<config>(slot, config::enable::of(on ? 1 : 0));
}

// ---- streams ---------------------------------------------------------------------------------

void voice_path::bind() {
  deaf_.clear();
  const auto failed = ports_.bind(engine_->host_slots());
  for (const auto& [slot, why] : failed)
    deaf_.insert(slot);
  if (failed.empty() || !told_.raise)
    return;
  refusal why = failed.front().second; // the others have mostly the same cause
  if (failed.size() > 1)
    why.what += "; " + std::to_string(failed.size() - 1) + " more host slots have no RTP";
  told_.raise({"rtp-ports", "RTP ports not available", why});
}

void voice_path::on_packet(host_slot slot, const endpoint& from,
                           std::span<const std::uint8_t> octets, instant now) {
  if (!engine_ || (is_handshake(octets) && take_handshake(slot, false, from, octets, now)))
    return;
  const engine::packet_answer answer = engine_->on_packet(slot, from, octets, now);
  for (const outgoing_packet& packet : answer.packets)
    ports_.to_network(packet);
  if (answer.digit && told_.digit)
    told_.digit({slot, *answer.digit});
  if (answer.begins && told_.speaks)
    told_.speaks(slot);
}

void voice_path::on_report(host_slot slot, const endpoint& from,
                           std::span<const std::uint8_t> octets, instant now) {
  if (engine_ && !(is_handshake(octets) && take_handshake(slot, true, from, octets, now)))
    engine_->on_report(slot, from, octets, now);
}

/// Handed over, not looked at: what it takes is not for this thread. False: the stream is of
/// another kind, and it is a packet as any other.
bool voice_path::take_handshake(host_slot slot, bool beside, const endpoint& from,
                                std::span<const std::uint8_t> octets, instant now) {
  const bool early = !engine_->is_open(slot);
  if (!early && !engine_->by_handshake(slot))
    return false;
  auto& used = handshakes_[slot.value];
  if (now - used.since >= std::chrono::seconds{1})
    used = {now, 0};
  if ((early || engine_->takes_handshake(slot, beside, from)) &&
      used.taken < most_handshake_packets) {
    ++used.taken;
    if (told_.handshake)
      told_.handshake({slot, beside, {octets.begin(), octets.end()}, from});
  }
  return !early; // of nobody's: it is counted
}

void voice_path::send_handshake(const handshake_packet& packet) {
  if (!engine_)
    return;
  if (const auto made = engine_->handshake(packet.slot, packet.beside, packet.octets))
    ports_.to_network(*made);
}

void voice_path::send_digit(host_slot slot, char digit) {
  if (engine_)
    engine_->send_digit(slot, digit);
}

void voice_path::sound_digit(host_slot slot, char digit) {
  if (engine_)
    engine_->sound_digit(slot, digit);
}

void voice_path::open(host_slot slot, const std::string& address, std::uint16_t port,
                      agreement agreed) {
  const auto remote = parse_endpoint(address, port);
  std::optional<refusal> why;
  if (!remote || port == 0)
    why = refusal{"the far end gave \"" + address + "\" port " + std::to_string(port) +
                      " for voice, which is no address to send to",
                  "give a numeric address as address in [rtp] of the far gateway"};
  else if (!engine_)
    why = refusal{"there is no board to take voice from", "see the alarms for why"};
  else if (deaf_.contains(slot))
    bind();
  if (!why)
    why = engine_->open(slot, *remote, std::move(agreed));
  if (!why)
    enable(slot.value, true);
  else if (told_.raise)
    told_.raise({"rtp-stream-" + std::to_string(slot.value), "Voice cannot be carried", *why});
}

void voice_path::mount(host_slot slot, std::shared_ptr<mounted> what) {
  if (engine_ && engine_->mount(slot, std::move(what)))
    enable(slot.value, true);
}

void voice_path::join(host_slot slot, bridge_number which) {
  if (engine_ && engine_->join(slot, which))
    enable(slot.value, true);
}

void voice_path::relay(host_slot to, std::optional<host_slot> from, bool shared) {
  if (engine_)
    engine_->relay(to, from, shared);
}

void voice_path::close(host_slot slot) {
  if (!engine_ || !engine_->is_open(slot))
    return;
  engine_->close(slot);
  enable(slot.value, false);
}

void voice_path::figures(snapshot& into) const {
  into.link = session_.figures();
  into.hdlc = hdlc_.figures();
  into.streams.clear();
  if (!engine_)
    return;
  into.strays = engine_->strays();
  for (const std::uint8_t slot : engine_->open_slots())
    if (engine_->is_stream(host_slot{slot}))
      into.streams.push_back({host_slot{slot}, engine_->figures(host_slot{slot})});
}

} // namespace switchroom::media
