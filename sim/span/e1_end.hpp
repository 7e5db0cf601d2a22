// SPDX-License-Identifier: MIT
#pragma once

#include "golden/e1_line_code.hpp"
#include "golden/e1_receiver.hpp"
#include "golden/e1_transmitter.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace switchroom::sim {

// The line interface of an exchange at the far end of an E1 span: finds the board's frames in the
// pulses, and makes pulses of its own (HDB3, G.704 with CRC-4). It takes its clock from what it
// receives: a bit goes back for each that comes.
class e1_end {
public:
  static constexpr unsigned slots = 32;
  using frame = std::array<std::uint8_t, slots>;

  // A bit of the board. `next`: asked for when a frame is begun, gives its time slots 1 to 31;
  // none: idle ones. True: a frame has come, received().
  template <typename Next>
  bool exchange(golden::e1_pulse from_board, golden::e1_pulse& to_board, Next next) {
    if (place_ == 0) {
      sent_ = next();
    }
    to_board = send();
    return take(from_board);
  }
  const frame& received() const { return received_; }
  bool aligned() const { return !receiver_.lof() && !receiver_.los(); }

private:
  golden::e1_pulse send();
  bool take(golden::e1_pulse);

  golden::e1_receiver receiver_;
  golden::e1_transmitter transmitter_;
  golden::hdb3_coder coder_;
  unsigned place_ = 0; // of the bit that is sent next
  std::optional<frame> sent_;
  frame received_{};
};

} // namespace switchroom::sim
