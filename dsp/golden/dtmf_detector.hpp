// SPDX-License-Identifier: MIT
// Golden model of rtl/voice/dtmf_detector.sv: DTMF receiver (ITU-T Q.23, Q.24), integer, of the
// same results bit by bit.
//
// How: a high-pass takes dial tone away (−34 dB at 330 to 450 Hz). What is left is multiplied by
// cosine and sine of the eight frequencies and summed over hops of 32 samples (4 ms). Three hops
// are a window; each hop a window is judged: one strong frequency a group, twist, level, and the
// two must hold most of the energy. Seven windows in a row with the same digit, 36 ms, are a
// digit unless what speech does shows in them: the phases turn from window to window by more than
// an offset of 2 %, the levels or the twist drift, or too much energy is elsewhere. A digit ends
// when five windows in a row did not have it: breaks up to 10 ms are bridged.
//
// Muting cannot wait for that. A digit is suspected after one hop in which two frequencies, one a
// group, hold three quarters of what the high-pass left, if that is most of the sound (speech has
// its fundamental below) and began suddenly, or after two windows in a row with the same digit;
// then as long as one of the two goes on. What was decided of muting counts from the next frame
// on, for a hop; in it the line fades, if it was decided otherwise the hop before.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/tone_generator.hpp"

namespace switchroom::golden {

/// All DTMF detectors of a board. Registers as in regs/dtmf.toml.
class dtmf_detector {
public:
  explicit dtmf_detector(unsigned lines, unsigned first_slot = 0)
      : first_slot_(first_slot), lines_(lines) {}

  /// One frame: the sample of every line. Events in order of the lines.
  std::vector<board_event> frame(std::span<const std::int16_t> samples) {
    std::array<std::int32_t, 16> reference{};
    for (std::size_t tone = 0; tone < 8; ++tone) {
      reference[2 * tone] = table_sine(static_cast<std::uint16_t>(phase_[tone] + 0x4000));
      reference[2 * tone + 1] = table_sine(phase_[tone]);
      phase_[tone] = static_cast<std::uint16_t>(phase_[tone] + increments[tone]);
    }
    std::vector<board_event> events;
    for (std::size_t n = 0; n < lines_.size(); ++n) {
      auto& line = lines_[n];
      const unsigned place = (frame_ + static_cast<unsigned>(n)) % hop_frames;
      listen(line, live(line), samples[n], place == 0, reference);
      if (place == hop_frames - 1)
        judge(line, static_cast<std::uint8_t>(n), events);
    }
    ++frame_;
    return events;
  }

  /// What the switch gets of a line's sample in the next frame.
  std::int16_t muted(std::size_t n, std::int16_t sample) const {
    const auto& line = lines_[n];
    const int place = static_cast<int>((frame_ + n) % hop_frames);
    int share = 32; // in 32nds
    if (line.mutes)
      share = line.muted ? 0 : std::max(30 - 2 * place, 0);
    else if (line.muted)
      share = place + 1;
    return static_cast<std::int16_t>((sample * share) >> 5);
  }
  bool mutes(std::size_t n) const { return lines_[n].mutes; } ///< as was decided last
  bool muted(std::size_t n) const { return lines_[n].muted; } ///< and the hop before

  register_answer write(std::uint16_t word, std::uint32_t value) {
    if (const int c = array_index<block::channel_config>(word, capacity()); c >= 0) {
      auto& line = lines_[static_cast<std::size_t>(c)];
      line.enable = block::channel_config::enable::get(value) != 0;
      line.mute = block::channel_config::mute::get(value) != 0;
      line.forget |= !line.enable;
      return {};
    }
    return {read(word).status == regs::status::ok ? regs::status::read_only
                                                  : regs::status::no_such_register};
  }

  register_answer read(std::uint16_t word) const {
    if (const int c = array_index<block::channel_config>(word, capacity()); c >= 0) {
      const auto& line = lines_[static_cast<std::size_t>(c)];
      return {regs::status::ok, block::channel_config::enable::of(line.enable) |
                                    block::channel_config::mute::of(line.mute)};
    }
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
  using block = regs::dtmf_block;
  static constexpr unsigned hop_frames = 32;
  static constexpr unsigned windows_on = 7;  ///< in a row make a digit
  static constexpr unsigned windows_off = 5; ///< in a row without it end it
  /// Least power of either frequency: −37 dBm0.
  static constexpr std::int64_t least_power = 1 << 16;
  /// f / 8000 · 65536 of 697, 770, 852, 941 and 1209, 1336, 1477, 1633 Hz (Q.23).
  static constexpr std::array<std::uint16_t, 8> increments{5710, 6308,  6980,  7709,
                                                           9904, 10945, 12100, 13378};
  /// 32 · tan of the phase that an offset of 2 % turns in a hop: what is nearer must be accepted
  /// up to 1.5 %, what is further rejected from 3.5 % on.
  static constexpr std::array<std::int64_t, 8> steepest{12, 13, 15, 16, 22, 25, 29, 34};
  /// Over the windows of a digit, in eighths of an octave of power (0.38 dB): how far each level
  /// and the twist may drift. The first window may be only partly covered by the tone.
  static constexpr int most_level_drift = 13;
  static constexpr int most_twist_drift = 9;
  static constexpr std::string_view digits = "123A456B789C*0#D";

  struct complex_sum {
    std::int64_t re = 0, im = 0;
  };
  struct finding {
    bool hit = false;
    bool pure = false;   ///< of the hop: the high-pass left two thirds of it
    bool pair = false;   ///< of the hop: two frequencies
    bool sudden = false; ///< the hop is 9 dB above the one before the last
    unsigned digit = 0;
    std::int64_t power = 0, energy = 0;
    int low_level = 0, high_level = 0; ///< eighths of an octave
    complex_sum row_turn, column_turn;
  };
  struct range {
    int least = 0, most = 0;
    void begin(int value) { least = most = value; }
    void add(int value) { least = std::min(least, value), most = std::max(most, value); }
    int width() const { return most - least; }
  };
  struct line_state {
    bool enable = false, mute = false;
    bool forget = false;
    std::array<std::int32_t, 6> past{};  ///< x, y and z of the frame before, and of two before
    std::array<std::int64_t, 18> sums{}; ///< of the present hop: eight pairs, energy, unfiltered
    std::array<std::array<std::int32_t, 16>, 3> hops{}; ///< the hops before, latest first
    std::array<std::int64_t, 2> energies{};
    unsigned candidate = 0, run = 0;
    complex_sum row_turn, column_turn; ///< of the candidate, window by window
    std::int64_t power = 0, energy = 0;
    range low_level, high_level, twist;
    bool on = false;
    unsigned digit = 0, missed = 0, length = 0;
    bool suspected = false;
    bool mutes = false, muted = false; ///< decided in this hop, in the one before
  };

  unsigned capacity() const { return static_cast<unsigned>(lines_.size()); }
  /// After reset nothing is heard until all memories have been filled.
  bool live(const line_state& l) const { return l.enable && frame_ >= 256; }

  /// How long a tone was in which `windows` windows found the digit, the bridged ones included.
  static std::uint16_t length_ms(unsigned windows) {
    return static_cast<std::uint16_t>(4 * windows + 4);
  }

  static std::int32_t limit18(std::int64_t value) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, -131072, 131071));
  }

  /// One second-order section, coefficients in units of 2^-14.
  static std::int32_t section(std::array<std::int32_t, 5> c, std::int64_t x0, std::int64_t x1,
                              std::int64_t x2, std::int64_t y1, std::int64_t y2) {
    return limit18((c[0] * x0 + c[1] * x1 + c[2] * x2 + c[3] * y1 + c[4] * y2 + 8192) >> 14);
  }

  static void listen(line_state& l, bool live, std::int16_t sample, bool hop_begins,
                     const std::array<std::int32_t, 16>& reference) {
    auto& [x1, y1, z1, x2, y2, z2] = l.past;
    if (!live)
      l.past = {};
    const std::int32_t x = live ? sample : 0;
    const std::int32_t y = section({13124, -25251, 13124, 23012, -8896}, x, x1, x2, y1, y2);
    const std::int32_t z = section({13124, -24579, 13124, 26693, -13982}, y, y1, y2, z1, z2);
    l.past = {x, y, z, x1, y1, z1};
    if (hop_begins)
      l.sums = {};
    for (std::size_t k = 0; k < 16; ++k)
      l.sums[k] += (static_cast<std::int64_t>(z) * reference[k]) >> 2;
    l.sums[16] += (static_cast<std::int64_t>(z) * z) >> 4;
    l.sums[17] += (static_cast<std::int64_t>(x) * x) >> 4;
  }

  /// The window that ends with the present hop.
  static finding examine(line_state& l) {
    std::array<std::int32_t, 16> hop{}, window{}, before{};
    std::array<std::int64_t, 8> power{}, hop_power{};
    for (std::size_t k = 0; k < 16; ++k) {
      hop[k] = limit18(l.sums[k] >> 17);
      const std::int32_t common = l.hops[0][k] + l.hops[1][k];
      window[k] = (hop[k] + common) >> 2;
      before[k] = (common + l.hops[2][k]) >> 2;
      power[k / 2] += static_cast<std::int64_t>(window[k]) * window[k];
      hop_power[k / 2] += static_cast<std::int64_t>(hop[k]) * hop[k];
    }
    l.hops = {hop, l.hops[0], l.hops[1]};
    const std::int64_t energy = l.sums[16] + l.energies[0] + l.energies[1];
    finding f;
    f.pure = 2 * l.sums[17] <= 3 * l.sums[16];
    f.pair = is_pair(hop_power, l.sums[16]);
    f.sudden = 8 * l.energies[1] <= l.sums[16];
    l.energies = {l.sums[16], l.energies[0]};

    const auto strongest = [&](std::size_t group) {
      std::size_t best = group;
      std::int64_t second = 0;
      for (std::size_t tone = group + 1; tone < group + 4; ++tone) {
        if (power[tone] > power[best])
          second = power[std::exchange(best, tone)];
        else
          second = std::max(second, power[tone]);
      }
      return std::pair{best, second};
    };
    const auto [row, row_second] = strongest(0);
    const auto [column, column_second] = strongest(4);
    const std::int64_t low = power[row], high = power[column];
    const auto turn = [&](std::size_t tone) {
      const std::int64_t a = window[2 * tone], b = window[2 * tone + 1];
      const std::int64_t c = before[2 * tone], d = before[2 * tone + 1];
      return complex_sum{(a * c + b * d) >> 10, (b * c - a * d) >> 10};
    };
    f.digit = static_cast<unsigned>(4 * row + column - 4);
    f.power = (low + high) >> 4;
    f.energy = energy >> 4;
    f.low_level = eighths(low);
    f.high_level = eighths(high);
    f.hit = low >= least_power && high >= least_power && row_second * 4 <= low &&
            column_second * 4 <= high && // 6 dB above the others
            high <= 4 * low &&           // 6 dB
            low <= 11 * high &&          // 10.4 dB
            8 * (low + high) >= energy;  // two thirds of it
    f.row_turn = turn(row);
    f.column_turn = turn(column);
    return f;
  }

  /// Two frequencies are the hop, one of each group. A hop does not tell those of a group apart.
  static bool is_pair(const std::array<std::int64_t, 8>& power, std::int64_t energy) {
    const auto* const middle = power.begin() + 4;
    const std::int64_t low = *std::max_element(power.begin(), middle);
    const std::int64_t high = *std::max_element(middle, power.end());
    return low >= least_power && high >= least_power && // −39.5 dBm0
           high <= 8 * low && low <= 16 * high &&       // 9 and 12 dB
           4 * (low + high) >= 3 * energy;
  }

  /// 8 · log2 of a power, linear between octaves.
  static int eighths(std::int64_t power) {
    int octave = 0;
    for (; power >= 16; power >>= 1)
      ++octave;
    return 8 * octave + static_cast<int>(power);
  }

  /// No further from the nominal frequency than 2 %, or as much of that as `eighth` eighths.
  static bool on_frequency(complex_sum turn, std::int64_t steep, std::int64_t eighth = 8) {
    return turn.re > 0 && 256 * std::abs(turn.im) <= eighth * steep * turn.re;
  }

  /// Seven windows that do not do what speech does.
  static bool steady(const line_state& l) {
    const std::int64_t row = steepest[l.candidate / 4], column = steepest[4 + l.candidate % 4];
    const bool centred = on_frequency(l.row_turn, row, 4) && on_frequency(l.column_turn, column, 4);
    return on_frequency(l.row_turn, row) && on_frequency(l.column_turn, column) &&
           l.low_level.width() <= most_level_drift && l.high_level.width() <= most_level_drift &&
           l.twist.width() <= most_twist_drift &&
           // 76 % of the energy; 82 % when no frequency offset takes a part of it
           2 * l.energy <= (centred ? 13 : 14) * l.power;
  }

  /// Takes a window that continues the candidate, or the first of a new one.
  static void collect(line_state& l, const finding& f) {
    const int twist = f.high_level - f.low_level;
    if (l.run == 0 || f.digit != l.candidate) {
      l.candidate = f.digit;
      l.run = 1;
      l.row_turn = l.column_turn = {};
      l.power = f.power;
      l.energy = f.energy;
      l.low_level.begin(f.low_level);
      l.high_level.begin(f.high_level);
      l.twist.begin(twist);
      return;
    }
    ++l.run;
    l.row_turn.re += f.row_turn.re, l.row_turn.im += f.row_turn.im;
    l.column_turn.re += f.column_turn.re, l.column_turn.im += f.column_turn.im;
    l.power += f.power;
    l.energy += f.energy;
    l.low_level.add(f.low_level);
    l.high_level.add(f.high_level);
    l.twist.add(twist);
  }

  static void judge(line_state& l, std::uint8_t index, std::vector<board_event>& events) {
    const finding f = examine(l);
    l.muted = std::exchange(l.mutes, false);
    if (!l.enable || std::exchange(l.forget, false)) {
      l.run = 0;
      l.on = l.forget = l.suspected = false;
      return;
    }
    const bool same = l.on && f.hit && f.digit == l.digit;
    if (f.hit && !same)
      collect(l, f);
    else
      l.run = 0;
    const bool begins = l.run == windows_on && steady(l);
    l.suspected =
        f.pure && ((f.hit && (l.suspected || l.run >= 2)) || (f.pair && (l.suspected || f.sudden)));
    if (l.run == windows_on)
      l.run = 0; // what did not pass may pass with the next seven
    if (same) {
      l.length = l.length > 16370 ? 16382 : l.length + l.missed + 1;
      l.missed = 0;
    } else if (l.on && (++l.missed == windows_off || begins)) {
      events.push_back({regs::event_kind::dtmf_off, index, length_ms(l.length)});
      l.on = false;
    }
    if (begins) {
      events.push_back(
          {regs::event_kind::dtmf_on, index, static_cast<std::uint16_t>(digits[l.candidate])});
      l.on = true;
      l.digit = l.candidate;
      l.missed = 0;
      l.length = windows_on;
    }
    l.mutes = l.mute && (l.on || l.suspected);
  }

  unsigned first_slot_;
  std::uint64_t frame_ = 0;
  std::array<std::uint16_t, 8> phase_{};
  std::vector<line_state> lines_;
};

} // namespace switchroom::golden
