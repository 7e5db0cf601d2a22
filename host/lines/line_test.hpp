// SPDX-License-Identifier: MIT
/// A test of an analog line: what is said into it, and what the answer means. Pure.
#pragma once
#include "types/refusal.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace switchroom::lines {

class line_test {
public:
  struct tone {
    double hz = 0;
    double level_dbm0 = 0; ///< of the sine as it came back; −90 at the least
    /// ITU-T G.122: how much weaker it came back; none: nothing did.
    std::optional<double> return_loss_db;
    bool disturbed = false; ///< something else than the tone was there
  };
  struct figures {
    double noise_dbm0 = 0;        ///< in silence, flat; −90 at the least
    bool noise_disturbed = false; ///< a part of it was much louder than the rest: somebody spoke
    std::vector<tone> tones;
  };

  /// Frequencies, each for 0.3 s. None: 1004 Hz, the test tone of the trade: 1000 would beat with
  /// the 8000 samples of a second.
  line_test(std::vector<double> tones_hz, double level_dbm0);

  /// What cannot be tested with: frequencies of 200 to 3600 Hz, at most 16; −40 to 0 dBm0.
  std::optional<refusal> wrong() const;
  double level_dbm0() const { return level_dbm0_; }

  /// 8000 samples a second: 0.2 s of silence for what was there before to fade, 1 s of silence that
  /// is measured, the tones.
  std::vector<std::int16_t> says() const;
  /// How many samples of what comes back are wanted: those of says(), and of the longest way.
  std::size_t wanted() const;
  /// `heard` from the moment on in which says() began to be said; wanted() samples.
  figures measure(std::span<const std::int16_t> heard) const;

private:
  std::vector<double> tones_hz_;
  double level_dbm0_;
};

} // namespace switchroom::lines
