// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_lines.sv: E1 spans, their time slots as slots of the switch, and
// their registers (regs/e1.toml).
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/e1_line_code.hpp"
#include "golden/e1_receiver.hpp"
#include "golden/e1_signalling.hpp"
#include "golden/e1_store.hpp"
#include "golden/e1_transmitter.hpp"
#include "golden/g711.hpp"

namespace switchroom::golden {

/// One span. Of what comes in the same clock: frame(), then send(), then receive().
class e1_span {
public:
  using block = regs::e1_block;
  enum class mode { idle, a_law, mu_law, clear };
  enum class loop { none, local, line, payload };
  static constexpr unsigned idle_at_first = block::idle::reset;

  /// What the host has written.
  std::uint32_t config = 0, sequence_send = 0, sequence_check = 0;
  unsigned idle = idle_at_first;
  std::array<mode, 32> modes{};
  std::array<unsigned, 32> signal{};
  /// In the registers' order, from code_violations on.
  std::array<std::uint32_t, 8> counters{};

  e1_span() { signal.fill(block::cas_send::reset); }

  bool enabled() const { return block::config::enable::get(config) != 0; }
  loop looped() const { return static_cast<loop>(block::config::loop::get(config)); }

  /// A frame of the fabric begins.
  void frame() {
    if (!enabled())
      return;
    sending_ = gathered_;
    gathered_.whole = true;
    const auto slip = store_.frame(!mutes());
    counters[repeats] += slip == e1_store::slip::repeat;
    counters[skips] += slip == e1_store::slip::skip;
  }
  /// What the switch hears of a time slot in this frame.
  std::int16_t sample(unsigned slot) {
    if (!enabled() || slot == 0)
      return 0;
    const std::uint8_t octet = store_.ready() ? store_.read(slot) : 0xff;
    if (looped() == loop::payload)
      gathered_.put(slot, octet);
    switch (modes[slot]) {
    case mode::idle:
      return 0;
    case mode::clear:
      return octet;
    default:
      return store_.ready() ? g711_decode(law(slot), octet) : std::int16_t{0};
    }
  }
  /// What it gives to a time slot, to be sent in the next frame.
  void egress(unsigned slot, std::int16_t sample) {
    if (!enabled() || looped() == loop::payload)
      return;
    switch (modes[slot]) {
    case mode::idle:
      return gathered_.put(slot, static_cast<std::uint8_t>(idle));
    case mode::clear:
      return gathered_.put(slot, static_cast<std::uint8_t>(sample));
    default:
      return gathered_.put(slot, g711_encode(law(slot), sample));
    }
  }

  /// The bit at `place` of a sent frame begins: gives the pulses of the bit before, which the line
  /// gets now.
  e1_pulse send(unsigned place) {
    const e1_pulse leaves = coded_;
    if (!enabled())
      return {};
    using c = block::config;
    const bool takes_e = place == 0 && c::crc4::get(config) != 0 && transmitter_.e_is_next();
    e1_transmitter::contents contents;
    contents.crc4 = c::crc4::get(config) != 0;
    contents.cas = c::cas::get(config) != 0;
    contents.a = c::send_rai::get(config) != 0 || mutes();
    contents.y = c::send_cas_alarm::get(config) != 0 || !signalling_.aligned();
    contents.e = receiver_.crc() && wrong_ == 0;
    contents.ais = c::send_ais::get(config) != 0;
    contents.sa = c::sa::get(config);
    contents.prbs = sequence_send;
    contents.octet = sending_.whole ? sending_.octets[place / 8] : static_cast<std::uint8_t>(idle);
    contents.signal = fetched_;
    coded_ = coder_.code(transmitter_.send(place, contents));
    if (contents.cas && place == 15 * 8 + 7)
      fetched_ = signal[transmitter_.frame()];
    if (contents.cas && place == 16 * 8 + 3)
      fetched_ = signal[transmitter_.frame() + 16];
    if (takes_e && wrong_ > 0)
      --wrong_;
    return leaves;
  }
  /// A bit is received.
  void receive(e1_pulse wires, std::vector<board_event>& events, std::uint8_t number) {
    if (!enabled())
      return;
    const bool runs = block::config::cas::get(config) != 0 && !mutes();
    const auto got = receiver_.take(wires, block::config::crc4::get(config), sequence_check);
    counters[code_violations] += got.violation;
    counters[fas_errors] += got.fas_error;
    counters[crc_errors] += got.crc_error;
    counters[e_bits] += got.e_bit;
    counters[alignments] += got.change;
    counters[sequence_errors] += got.sequence_error;
    if (got.crc_error && wrong_ < 3)
      ++wrong_;
    if (!receiver_.crc())
      wrong_ = 0;
    if (got.octet)
      store_.write(got.slot, *got.octet);
    if (!runs)
      signalling_.stop();
    else if (got.octet && got.slot == 16)
      for (const auto& [slot, bits] : signalling_.take(*got.octet))
        events.push_back({regs::event_kind::e1_signalling,
                          static_cast<std::uint8_t>(32 * number + slot),
                          static_cast<std::uint16_t>(bits)});
    tell(events, number);
  }
  /// Tells alarms that have changed.
  void tell(std::vector<board_event>& events, std::uint8_t number) {
    const auto now = static_cast<std::uint16_t>(status() & 255);
    if (now != told_ && enabled())
      events.push_back({regs::event_kind::e1_alarms, number, now});
    told_ = now;
  }

  std::uint32_t status() const {
    if (!enabled())
      return 0;
    using s = block::status;
    const bool wants_crc = block::config::crc4::get(config) != 0;
    const bool crc_lost = wants_crc && !receiver_.crc() && !receiver_.without_crc();
    const bool cas_lost = block::config::cas::get(config) != 0 && !signalling_.aligned();
    return s::los::of(receiver_.los()) | s::ais::of(receiver_.ais()) | s::lof::of(receiver_.lof()) |
           s::rai::of(receiver_.rai()) | s::crc_lost::of(crc_lost) | s::cas_lost::of(cas_lost) |
           s::cas_rai::of(signalling_.y()) | s::without_crc4::of(receiver_.without_crc()) |
           s::prbs_locked::of(receiver_.sequence_locked()) | s::sa::of(receiver_.sa());
  }
  unsigned signal_received(unsigned slot) const { return signalling_.taken(slot); }

  void configure(std::uint32_t word) {
    config = word & 0x3fff;
    if (enabled())
      return;
    receiver_ = {};
    transmitter_ = {};
    coder_ = {};
    coded_ = {};
    store_ = {};
    sending_ = gathered_ = {};
    wrong_ = 0;
    signalling_.stop();
  }

private:
  enum {
    code_violations,
    fas_errors,
    crc_errors,
    e_bits,
    alignments,
    repeats,
    skips,
    sequence_errors
  };
  /// Octets of a frame to be sent; `whole`: the frame began while the span was enabled.
  struct gathered {
    std::array<std::uint8_t, 32> octets{};
    bool whole = false;
    void put(unsigned slot, std::uint8_t octet) { octets[slot] = octet; }
  };
  bool mutes() const { return receiver_.los() || receiver_.ais() || receiver_.lof(); }
  g711_law law(unsigned slot) const {
    return modes[slot] == mode::mu_law ? g711_law::mu : g711_law::a;
  }

  e1_receiver receiver_;
  e1_transmitter transmitter_;
  hdb3_coder coder_;
  e1_pulse coded_;
  e1_store store_;
  e1_signalling signalling_;
  gathered sending_, gathered_;
  unsigned wrong_ = 0; ///< sub-multiframes to be told by E bits
  unsigned fetched_ = 0;
  std::uint16_t told_ = 0;
};

/// All spans of a board. The lines' bits come by span(n); what they cause is in `events`.
class e1_lines {
public:
  explicit e1_lines(unsigned spans, unsigned first_slot = 256)
      : first_slot_(first_slot), spans_(spans) {}

  e1_span& span(unsigned n) { return spans_[n]; }
  void frame() {
    for (auto& s : spans_)
      s.frame();
  }
  void receive(unsigned n, e1_pulse wires) {
    spans_[n].receive(wires, events, static_cast<std::uint8_t>(n));
  }
  std::vector<board_event> events;

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto many = static_cast<unsigned>(spans_.size());
    if (const int n = array_index<block::config>(word, many); n >= 0) {
      at(n).configure(value);
      at(n).tell(events, static_cast<std::uint8_t>(n));
    } else if (const int m = array_index<block::idle>(word, many); m >= 0) {
      at(m).idle = value & 255;
    } else if (const int s = array_index<block::prbs_send>(word, many); s >= 0) {
      at(s).sequence_send = value;
    } else if (const int c = array_index<block::prbs_check>(word, many); c >= 0) {
      at(c).sequence_check = value;
    } else if (const int t = array_index<block::slot_config>(word, 32 * many); t >= 0) {
      at(t / 32).modes[static_cast<unsigned>(t % 32)] =
          static_cast<e1_span::mode>(block::slot_config::mode::get(value));
    } else if (const int f = array_index<block::cas_send>(word, 32 * many); f >= 0) {
      at(f / 32).signal[static_cast<unsigned>(f % 32)] = value & 15;
    } else {
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    }
    return {};
  }

  register_answer read(std::uint16_t word) {
    const auto many = static_cast<unsigned>(spans_.size());
    const auto ok = [](std::uint32_t value) { return register_answer{regs::status::ok, value}; };
    if (const int n = array_index<block::config>(word, many); n >= 0)
      return ok(at(n).config);
    if (const int n = array_index<block::idle>(word, many); n >= 0)
      return ok(at(n).idle);
    if (const int n = array_index<block::status>(word, many); n >= 0)
      return ok(at(n).status());
    if (const int n = array_index<block::prbs_send>(word, many); n >= 0)
      return ok(at(n).sequence_send);
    if (const int n = array_index<block::prbs_check>(word, many); n >= 0)
      return ok(at(n).sequence_check);
    if (word >= block::code_violations::offset && word < block::prbs_send::offset &&
        word % 8u < many)
      return ok(spans_[word % 8u].counters[(word - block::code_violations::offset) / 8u]);
    if (const int n = array_index<block::slot_config>(word, 32 * many); n >= 0)
      return ok(static_cast<std::uint32_t>(at(n / 32).modes[static_cast<unsigned>(n % 32)]));
    if (const int n = array_index<block::cas_send>(word, 32 * many); n >= 0)
      return ok(at(n / 32).signal[static_cast<unsigned>(n % 32)]);
    if (const int n = array_index<block::cas_received>(word, 32 * many); n >= 0)
      return ok(at(n / 32).signal_received(static_cast<unsigned>(n % 32)));
    switch (word) {
    case block::id::offset:
      return ok(block::id::type::of(block::type) | block::version);
    case block::capacity::offset:
      return ok(many);
    case block::first_slot::offset:
      return ok(first_slot_);
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::e1_block;
  e1_span& at(int n) { return spans_[static_cast<unsigned>(n)]; }

  unsigned first_slot_;
  std::vector<e1_span> spans_;
};

} // namespace switchroom::golden
