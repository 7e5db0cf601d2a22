// SPDX-License-Identifier: MIT
/// Which of an echo canceller's two filters is heard, and whether that one is believed
/// (docs/adr/0028): decided once a block, of nothing but energies.
///
/// While a filter learns it is no witness of itself: of two voices at once it finds, from one
/// moment to the next, what happens to be alike in them, and seems to foretell the one from the
/// other. What it has found of an echo remains true when it stops learning. So a filter is believed
/// when it has been the better one in eight blocks in a row, in the last five of them at least
/// without learning.
///
/// As long as nothing is proven, the foreground filter is examined: it learns nothing in any case.
/// What comes is heard, but after two blocks in a row in which it has left less than half of that.
/// Of pauses is nothing to be learnt. Later on a bit better will do for the background filter while
/// the foreground leaves no more of the echo than it did at its best. When it leaves more, either
/// the echo path has changed or somebody speaks at the near end. Then the background filter must be
/// better by much for three blocks, and for five more in which it stands still.
///
/// A foreground filter that leaves three times what comes, while the background one leaves half of
/// that, or sixteen times, is believed no longer. A background filter that leaves four times what
/// the foreground one does has lost what it knew, and is made a copy of that.
///
/// Golden model of what rtl/voice/echo_control.sv and echo_control_one_clock.sv decide, where
/// "learning" is the background filter and "heard" the foreground one.
#pragma once
#include <cstdint>

namespace switchroom::dsp {

class filter_choice {
public:
  /// Samples of a block: 16 ms.
  static constexpr unsigned block = 128;
  /// Mean square of the far end under which it is silent: −53.5 dBm0.
  static constexpr unsigned quietest = 1024;

  /// Sums of squares of a block.
  struct energies {
    std::uint64_t far = 0;        ///< of the far end: its mean over the tail, times `block`
    std::uint64_t near = 0;       ///< what came, without DC
    std::uint64_t echo = 0;       ///< what the foreground filter says of it
    std::uint64_t background = 0; ///< what either filter leaves of it
    std::uint64_t foreground = 0;
  };
  enum class verdict : std::uint8_t {
    keep,
    take_over, ///< the foreground becomes a copy of the background
    restore,   ///< the background has lost what it knew, and becomes a copy of the foreground
  };
  verdict judge(const energies&);

  /// The foreground filter is heard; else what comes.
  bool cancels() const { return proven_ || passed_ >= blocks_to_be_heard; }
  /// The background filter may learn: nobody speaks at the near end, and it does not stand still.
  bool learns() const { return !near_speaks_ && !stands_still(); }
  /// The echo is 21 dB down.
  bool nearly_learnt() const { return foreground_mean_ < near_mean_ / 128; }
  /// Over some three blocks, of what came, and of what is left of it.
  std::uint64_t near_mean() const { return near_mean_; }
  std::uint64_t left_mean() const { return cancels() ? foreground_mean_ : near_mean_; }

private:
  static constexpr unsigned most_passed = 7, blocks_to_be_heard = 2, blocks_to_stand_still = 3;
  static constexpr unsigned blocks_to_rise = 16;

  void add_to_means(const energies&);
  bool much_better() const;
  bool worse_than_none() const;
  bool stands_still() const { return proven_ && passed_ >= blocks_to_stand_still; }
  bool foreground_is_proven(const energies&);
  bool background_is_proven(const energies&);
  bool background_is_better(const energies&) const;
  int left_of(std::uint64_t mean) const;

  std::uint64_t near_mean_ = 0, echo_mean_ = 0, background_mean_ = 0, foreground_mean_ = 0;
  /// What came in the block was louder than an echo can be.
  bool near_speaks_ = false;
  /// The foreground's error over its estimate at its best, log2 of energies in eighths. It rises by
  /// one in blocks_to_rise in which the far end is loud: 1.5 dB a second.
  int least_left_ = 1 << 10;
  unsigned blocks_ = 0;
  /// Whether the foreground filter is believed; and the blocks in a row in which the filter that is
  /// examined, the foreground one until it is proven, the background one from then on, has done
  /// well.
  bool proven_ = false;
  unsigned passed_ = 0;
};

} // namespace switchroom::dsp
