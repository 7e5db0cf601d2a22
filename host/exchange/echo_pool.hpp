// SPDX-License-Identifier: MIT
/// The board's memory for the tails of echo cancellers, shared out among lines in places of 16 ms.
/// Pure.
#pragma once
#include "types/ids.hpp"

#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace switchroom::exchange {

class echo_pool {
public:
  static constexpr unsigned ms_a_place = 16;
  /// 16, 32, 64 or 128 ms.
  static constexpr bool is_tail(std::uint64_t ms) {
    return ms >= 16 && ms <= 128 && std::has_single_bit(ms);
  }

  /// A board with so many places, all of them free.
  void begin(unsigned places);

  bool any() const { return places_ > 0; }
  /// The first place of a tail of so many ms, next to one another; none: there is no room. A
  /// line that has one of another length keeps that if there is none.
  std::optional<unsigned> take(line_id, unsigned tail_ms);
  void give_back(line_id);
  /// Of the tail that the line has; 0: none.
  unsigned tail_ms(line_id) const;
  /// Where it begins; none: the line has none.
  std::optional<unsigned> place_of(line_id) const;
  /// Who has what, for people: "line 3: 128 ms, line 4: 16 ms".
  std::string holders() const;

private:
  std::optional<unsigned> gap_of(unsigned places) const;
  struct share {
    unsigned place, places;
  };
  unsigned places_ = 0;
  std::map<line_id, share> shares_;
};

} // namespace switchroom::exchange
