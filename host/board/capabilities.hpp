// SPDX-License-Identifier: MIT
/// What a board can do, as found in its register headers.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <switchroom/regs.hpp>
#include <vector>

namespace switchroom::board {

struct block {
  std::uint8_t index; ///< bits 23–16 of its addresses
  std::uint16_t type; ///< regs::…_block::type
  std::uint16_t version;
  std::uint32_t capacity;                  ///< what it counts is said in regs/*.toml
  std::optional<std::uint32_t> first_slot; ///< switch slot of its line, channel … 0
};

struct capabilities {
  std::uint32_t clocks_per_frame = 0;
  std::vector<block> blocks; ///< by index

  /// The first block of this type; nothing when the board has none.
  const block* find(std::uint16_t type) const {
    const auto at = std::ranges::find(blocks, type, &block::type);
    return at == blocks.end() ? nullptr : &*at;
  }
  /// How many lines, channels, slots … there are; 0 without such a block.
  template <typename Block>
  std::uint32_t capacity() const {
    const block* found = find(Block::type);
    return found ? found->capacity : 0;
  }
  /// Switch slot of the block's line, channel or host slot 0; 0 without such a block.
  template <typename Block>
  std::uint32_t first_slot() const {
    const block* found = find(Block::type);
    return found ? found->first_slot.value_or(0) : 0;
  }
};

} // namespace switchroom::board
