// SPDX-License-Identifier: MIT
/// How fast a board's frames come, by the host's clock: 1 of a real board; less of a simulated one
/// that has too much to compute, for which a second takes longer than for everybody else. Pure.
#pragma once
#include "types/time.hpp"

#include <cstdint>
#include <optional>

namespace switchroom::app {

class board_pace {
public:
  /// So long frames are counted. A simulated board makes up for hiccups of up to a second.
  static constexpr duration window = std::chrono::seconds(10);
  /// Below, voice has gaps; above again, it is in order.
  static constexpr double slow = 0.95, well = 0.98;

  /// The board is up, or lost: what was counted before says nothing.
  void forget() { *this = {}; }
  /// With the number of its newest frame, which may wrap. Gives when it is to be called again.
  instant look(instant now, std::uint32_t frame);

  /// Of the last whole window, over real time; nothing: none has passed.
  std::optional<double> speed() const { return speed_; }
  bool is_slow() const { return slow_; }

private:
  std::optional<instant> began_; ///< the window
  std::uint32_t first_ = 0;
  std::optional<double> speed_;
  bool slow_ = false;
};

} // namespace switchroom::app
