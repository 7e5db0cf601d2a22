// SPDX-License-Identifier: MIT
/// Walks the headers of a board's blocks and decides whether this host can work with it. Pure:
/// asks for registers, is given the answers in the same order.
#pragma once
#include "board/capabilities.hpp"
#include "types/refusal.hpp"

#include <deque>
#include <span>
#include <string>
#include <string_view>

namespace switchroom::board {

class discovery {
public:
  struct question {
    std::uint32_t address;
    std::uint8_t count; ///< words
  };

  /// `name` is how messages call the board, e.g. its endpoint.
  explicit discovery(std::string name) : name_(std::move(name)) {}

  /// What to ask first.
  std::vector<question> begin();
  /// The answer to the oldest question that has none yet. Gives what to ask next (maybe
  /// nothing), or why this board cannot be used.
  result<std::vector<question>> answered(regs::status status, std::span<const std::uint32_t> words);
  bool complete() const { return pending_.empty() && !found_.blocks.empty(); }
  const capabilities& found() const { return found_; }

private:
  result<std::vector<question>> board_answered(std::span<const std::uint32_t> words);
  result<std::vector<question>> header_answered(std::uint8_t index,
                                                std::span<const std::uint32_t> words);
  std::vector<question> ask(std::vector<question> questions);

  std::string name_;
  std::deque<question> pending_;
  capabilities found_;
};

/// Of a block of this type: "fxs"; "unknown" if this host knows none.
std::string_view block_name(std::uint16_t type);

/// Refuses a link protocol version that this host does not speak.
std::optional<refusal> check_protocol(const std::string& name, std::uint8_t version);

} // namespace switchroom::board
