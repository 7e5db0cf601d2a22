// SPDX-License-Identifier: MIT
// Golden model of rtl/voice/answer_tone.sv: 2100 Hz with phase reversals (ITU-T V.25, V.8), and
// the tone disabler of an echo canceller (G.168 clause 7, G.164 clause 5), integer, of the same
// results bit by bit.
//
// How: what a line says and what it hears are each multiplied by cosine and sine of 2100 Hz and
// summed over windows of 80 samples, 10 ms, beside the energy. A window is good if the tone has at
// least −35 dBm0 and five eighths of the energy: 2100 ± 36 Hz, or a tone 2.2 dB over white noise.
// Everything else in the band so opposes: speech, noise, other tones. From window to window the
// phase of a tone that is off by some hertz turns evenly. Where it bends by more than 135° between
// a window, the last but one and the one two before that, it was reversed: 180° ± 25° always, less
// than 110° never. The window between may be bad, for it has a piece of both phases; two bad
// windows in a row end the tone. Two reversals 410 to 490 ms apart disable the line's canceller,
// whichever direction they were in, until both directions have been under −33.4 dBm0 for 25
// windows.
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/tone_generator.hpp"

namespace switchroom::golden {

/// The answer-tone detectors of all lines of a board. Registers as in regs/answer_tone.toml.
class answer_tone {
public:
  explicit answer_tone(unsigned lines, unsigned first_slot = 0)
      : first_slot_(first_slot), lines_(lines) {}

  /// One frame: the samples that every line says and hears. Events in order of the lines.
  std::vector<board_event> frame(std::span<const std::int16_t> said,
                                 std::span<const std::int16_t> heard) {
    std::vector<board_event> events;
    bool watches = false;
    for (const auto& line : lines_)
      watches |= line.enable;
    if (!watches)
      return events;
    const std::int64_t cosine = table_sine(static_cast<std::uint16_t>(phase_ + 0x4000));
    const std::int64_t sine = table_sine(phase_);
    phase_ = static_cast<std::uint16_t>(phase_ + increment);
    for (std::size_t n = 0; n < lines_.size(); ++n) {
      auto& line = lines_[n];
      const std::size_t place = (frame_ + n) % window_frames;
      if (line.enable && !line.live && place == 0)
        line.live = true, line.sides = {};
      if (!line.live)
        continue;
      const std::array<std::int64_t, 2> sample{said[n], heard[n]};
      for (std::size_t side = 0; side < 2; ++side) {
        auto& sums = line.sides[side].sums;
        if (place == 0)
          sums = {};
        sums[0] += (sample[side] * cosine) >> 10;
        sums[1] += (sample[side] * sine) >> 10;
        sums[2] += (sample[side] * sample[side]) >> 6;
      }
      if (place == window_frames - 1)
        judge(line, static_cast<std::uint8_t>(n), events);
    }
    ++frame_;
    return events;
  }

  bool disables(std::size_t n) const { return lines_[n].disable; }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    if (const int c = array_index<block::line_config>(word, capacity()); c >= 0) {
      auto& line = lines_[static_cast<std::size_t>(c)];
      line.enable = block::line_config::enable::get(value) != 0;
      if (!line.enable)
        line.live = line.disable = false;
      return {};
    }
    return {read(word).status == regs::status::ok ? regs::status::read_only
                                                  : regs::status::no_such_register};
  }

  register_answer read(std::uint16_t word) const {
    if (const int c = array_index<block::line_config>(word, capacity()); c >= 0)
      return {regs::status::ok,
              block::line_config::enable::of(lines_[static_cast<std::size_t>(c)].enable)};
    if (const int c = array_index<block::line_state>(word, capacity()); c >= 0)
      return {regs::status::ok,
              block::line_state::disable::of(lines_[static_cast<std::size_t>(c)].disable)};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, capacity()};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::answer_tone_block;
  static constexpr unsigned window_frames = 80;
  static constexpr std::uint16_t increment = 17203; ///< 2100 / 8000 · 65536
  /// In units of the sums. A sine of peak A gives (A / 32 · 80)² and A² / 128 · 80.
  static constexpr std::int64_t least_tone = 1 << 20;         ///< −35 dBm0
  static constexpr std::int64_t least_signal = 9 * (1 << 14); ///< −33.4 dBm0
  static constexpr unsigned soonest = 41, latest = 49;        ///< 450 ± 25 ms, and a window
  static constexpr unsigned settled = 6; ///< until then a reversal is among the last windows
  static constexpr unsigned release = 25;

  struct complex_number {
    std::int64_t re = 0, im = 0;
  };
  static complex_number turn(complex_number to, complex_number from) {
    return {to.re * from.re + to.im * from.im, to.im * from.re - to.re * from.im};
  }
  struct side_state {
    std::array<std::int64_t, 3> sums{};
    std::array<complex_number, 2> windows{}; ///< the last two, latest first, of like magnitude
    std::array<complex_number, 2> turns{};   ///< from the last but one to each
    std::array<bool, 4> good{};              ///< latest first
    unsigned run = 0;       ///< windows since the last reversal or since the tone began
    unsigned reversals = 0; ///< in a row, to 2
    bool told_reversals = false, told_tone = false;
  };
  struct line_state {
    bool enable = false, live = false, disable = false;
    unsigned quiet = 0;
    std::array<side_state, 2> sides; ///< said, heard
  };

  unsigned capacity() const { return static_cast<unsigned>(lines_.size()); }

  /// As loud as fits 16 bits, but by 2^6 at most: only the angle counts.
  static complex_number scaled(complex_number z) {
    const auto slight = [](std::int64_t x) { return x >= -32768 && x < 32768; };
    for (int n = 0; n < 6 && slight(z.re) && slight(z.im); ++n)
      z = {z.re * 2, z.im * 2};
    return z;
  }

  /// Of a reversal the bend is 180°. Magnitudes of negative numbers are one less, as in the RTL.
  static bool reversed(complex_number bend) {
    const std::int64_t re = bend.re >> 14, im = bend.im >> 14;
    return re < 0 && (im < 0 ? ~im : im) < -re;
  }

  /// Takes the window into account; whether it is good, whether there is something to tell.
  struct finding {
    bool good = false, loud = false, tells_reversals = false, tells_tone = false;
  };
  static finding examine(side_state& s) {
    const complex_number z{s.sums[0] >> 9, s.sums[1] >> 9};
    const std::int64_t power = z.re * z.re + z.im * z.im, energy = s.sums[2];
    finding f;
    f.good = power >= least_tone && 4 * power >= 25 * energy;
    f.loud = f.good || energy >= least_signal;

    const complex_number now = scaled(z);
    complex_number turned = turn(now, s.windows[1]);
    turned = {turned.re >> 17, turned.im >> 17};
    const complex_number bend = turn(turned, s.turns[1]);
    s.windows = {now, s.windows[0]};
    s.turns = {turned, s.turns[0]};

    const bool turns_round = f.good && s.good[1] && s.good[3] && s.run >= settled && reversed(bend);
    if (!f.good && !s.good[0]) {
      s.run = s.reversals = 0;
      s.told_reversals = s.told_tone = false;
    } else if (turns_round) {
      s.reversals = s.reversals != 0 && s.run >= soonest && s.run <= latest ? 2 : 1;
      s.run = 1;
    } else {
      if (s.run >= latest)
        s.reversals = 0;
      s.run = s.run < 127 ? s.run + 1 : 127;
    }
    s.good = {f.good, s.good[0], s.good[1], s.good[2]};
    f.tells_reversals = s.reversals == 2 && !s.told_reversals;
    f.tells_tone = s.run > latest && !s.told_tone && !s.told_reversals;
    s.told_reversals |= s.reversals == 2;
    s.told_tone |= s.run > latest;
    return f;
  }

  static void judge(line_state& l, std::uint8_t index, std::vector<board_event>& events) {
    bool loud = false;
    for (std::uint16_t side = 0; side < 2; ++side) {
      const finding f = examine(l.sides[side]);
      loud |= f.loud;
      l.disable |= f.tells_reversals;
      if (f.tells_reversals || f.tells_tone)
        events.push_back({regs::event_kind::answer_tone, index,
                          static_cast<std::uint16_t>(2 * side + (f.tells_reversals ? 1 : 0))});
    }
    l.quiet = l.disable && !loud ? l.quiet + 1 : 0;
    if (l.quiet == release) {
      l.disable = false;
      events.push_back({regs::event_kind::carrier_lost, index, 0});
    }
  }

  unsigned first_slot_;
  std::uint64_t frame_ = 0; ///< in which a line was watched
  std::uint16_t phase_ = 0;
  std::vector<line_state> lines_;
};

} // namespace switchroom::golden
