// SPDX-License-Identifier: MIT
/// What is left of codes after their literal beginning: from the first X or N on. All tails of one
/// beginning are one automaton, stepped 64 tails at a time (the idea of Baeza-Yates and Gonnet's
/// Shift-And, turned by a right angle): X and N keep states alive together, where a deterministic
/// automaton can need 2^n of them. A step passes over the rows that are alive: one if no tail has
/// an N, at most as many as the longest tail has elements, whatever is dialled.
#pragma once
#include "dialplan/pattern.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace switchroom::dialplan {

inline constexpr std::uint32_t no_index = 0xffffffff;
inline constexpr std::size_t keys = 12; ///< 0 … 9 * #

/// 12: cannot be dialled.
constexpr std::size_t key_of(char digit) {
  return digit == '*'                   ? 10
         : digit == '#'                 ? 11
         : digit >= '0' && digit <= '9' ? static_cast<std::size_t>(digit - '0')
                                        : keys;
}

/// The code `code` from element `first` on.
struct tail {
  const pattern* whole = nullptr;
  std::size_t first = 0;
  std::uint32_t code = no_index;
  bool emergency = false;
};

class tails {
public:
  using word = std::uint64_t;

  /// In order of precedence.
  explicit tails(const std::vector<tail>&);

  /// Row n: the tails of which n elements are matched, N not counted; a bit a tail, the lowest
  /// first. A tail with an N can be in several rows.
  struct states {
    std::vector<word> rows;
    std::vector<char> any; ///< of each row: is a bit set?
  };
  /// No digit yet.
  states begin() const;
  /// False: nothing is left alive.
  bool step(states&, std::size_t key) const;

  struct news {
    std::uint32_t first = no_index; ///< code of the first tail that matches
    bool leads_on = false;          ///< some tail can match more
    bool emergency_begun = false;   ///< an emergency code may follow
  };
  news look(const states&) const;

private:
  /// What is said of each row, a bit a tail: which keys lead on from it, and these:
  enum kind : std::size_t { loops = keys, loops_star, ends, alarming, kinds };
  const word* at(std::size_t row, std::size_t which) const {
    return bits_.data() + (row * kinds + which) * size_;
  }
  void set(std::size_t row, std::size_t which, std::size_t index) {
    bits_[(row * kinds + which) * size_ + index / 64] |= word{1} << index % 64;
    has_[row * kinds + which] = 1;
  }
  bool has(std::size_t row, std::size_t which) const { return has_[row * kinds + which] != 0; }
  void lay(const tail&, std::size_t index);
  bool step_row(states&, std::size_t row, std::size_t key) const;

  std::size_t rows_ = 1;
  std::size_t size_ = 0; ///< words of a row
  std::vector<word> bits_;
  std::vector<char> has_; ///< is a bit set?
  std::vector<std::uint32_t> codes_;
};

} // namespace switchroom::dialplan
