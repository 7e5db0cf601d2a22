// SPDX-License-Identifier: MIT
// What every block of the board offers to the host, as golden models do: registers and events.
#pragma once
#include <cstdint>

#include "switchroom/regs.hpp"

namespace switchroom::golden {

/// Outcome of a register access; `value` is the word read, 0 after a write.
struct register_answer {
  regs::status status = regs::status::ok;
  std::uint32_t value = 0;
  bool operator==(const register_answer&) const = default;
};

/// An event as it enters the link's queue; `index` is the line, channel or detector.
struct board_event {
  regs::event_kind kind{};
  std::uint8_t index = 0;
  std::uint16_t data = 0;
  bool operator==(const board_event&) const = default;
};

/// The place of `word` in the register array Register, or -1 when it is not in it or not below
/// `capacity`.
template <class Register>
constexpr int array_index(std::uint16_t word, unsigned capacity) {
  const int index = static_cast<int>(word) - Register::offset;
  return index >= 0 && index < Register::count && static_cast<unsigned>(index) < capacity ? index
                                                                                          : -1;
}

} // namespace switchroom::golden
