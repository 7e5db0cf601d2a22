// SPDX-License-Identifier: MIT
/// What is heard where speech is missing: the last pitch periods again, as in ITU-T G.711, Appendix
/// I. 8,000 samples a second, 16 bits linear, one sample at a time: of each it need be known only
/// when it is due whether it came. Gaps may be of any length and begin anywhere; where all are of
/// whole frames of 10 ms, onset::delayed is the Appendix's sample for sample.
///
/// In a gap: for 10 ms one pitch period, for 10 ms two, then three; at full level for 10 ms, then
/// 20 % less each 10 ms, silent from 60 ms on. After it what came is faded in, over a quarter of
/// a period and 4 ms more for each further 10 ms of the gap, at most 10 ms.
///
/// Nothing is allocated; 2 KB. The first sample of a gap looks for the pitch and is by far the
/// dearest: 1.5 µs (tests/bench/concealment_bench.cpp).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::dsp {

/// How the repetition is joined to what was heard before the gap.
enum class onset : std::uint8_t {
  /// As the Appendix does: all comes out 3.75 ms (onset_delay) late, so that the last quarter of a
  /// period before the gap can still be faded over.
  delayed,
  /// No delay: what was heard is left alone, and the step at the joint is taken off, fading away
  /// over the first quarter of a period.
  at_once,
};

class concealment {
public:
  /// Samples by which onset::delayed is late: a quarter of the longest period.
  static constexpr unsigned onset_delay = 30;
  static constexpr unsigned shortest_pitch = 40, longest_pitch = 120; ///< samples: 200 … 66 Hz
  static constexpr unsigned silent_after = 480;                       ///< samples of a gap

  explicit concealment(onset how) : delay_(how == onset::delayed ? onset_delay : 0) {}

  /// The next sample came. What is to be heard.
  std::int16_t play(std::int16_t sample) {
    return keep(gap_ > 0 || fade_left_ > 0 ? fade_in(sample) : sample);
  }
  /// The next sample is missing. What is to be heard.
  std::int16_t conceal();

  /// The same for many: in place.
  void play(std::span<std::int16_t> frame);
  void conceal(std::span<std::int16_t> frame);

  /// Nothing was heard yet.
  void forget();

  /// What was heard last, oldest sample first; at most `remembered` of them.
  void last_heard(std::span<std::int16_t> into) const {
    for (std::size_t i = 0; i < into.size(); ++i)
      into[i] = heard_[(at_ - delay_ - into.size() + i) % ring];
  }
  static constexpr unsigned remembered = 400;
  /// Samples made up since the last one that came.
  unsigned gap() const { return gap_; }
  /// What comes still is mixed with what was made up.
  bool fading() const { return fade_left_ > 0; }
  /// Samples; of the last gap.
  unsigned pitch() const { return pitch_; }
  unsigned delay() const { return delay_; }

private:
  static constexpr unsigned step = 80; ///< 10 ms: in these the Appendix counts
  static constexpr unsigned longest_overlap = longest_pitch / 4;
  static constexpr unsigned history = 3 * longest_pitch + longest_overlap;
  static constexpr unsigned ring = 512;

  std::int16_t keep(std::int16_t sample) {
    heard_[at_ % ring] = sample;
    return heard_[(at_++ - delay_) % ring];
  }
  void begin();
  void lengthen();
  void join_ends();
  std::int16_t repeat();
  void begin_fade();
  std::int16_t fade_in(std::int16_t sample);

  unsigned delay_;
  std::array<std::int16_t, ring> heard_{};
  unsigned at_ = 0; ///< of the next sample in heard_

  unsigned gap_ = 0;
  unsigned pitch_ = shortest_pitch, overlap_ = shortest_pitch / 4, periods_ = 1;
  std::array<std::int16_t, history> past_{};        ///< heard before the gap; its end is repeated
  unsigned next_ = 0;                               ///< which of the repeated samples
  std::array<std::int16_t, longest_overlap> end_{}; ///< the last quarter period as it was
  std::array<std::int16_t, longest_overlap> before_{}; ///< how it went on with a period less
  double gain_ = 1;
  double joint_ = 0; ///< onset::at_once: the step at the joint
  unsigned fade_left_ = 0;
  double fade_out_ = 0, fade_out_step_ = 0, fade_in_ = 0, fade_in_step_ = 0;
};

} // namespace switchroom::dsp
