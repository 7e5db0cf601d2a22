// SPDX-License-Identifier: MIT
/// How far a recording has come: how long it is, and how long nobody has said anything. Pure.
#pragma once
#include "types/time.hpp"

#include <cstdint>
#include <span>

namespace switchroom::voicemail {

class recording {
public:
  /// What was recorded since the last call, as A-law octets.
  void take(std::span<const std::uint8_t> more);

  duration length() const { return length_of(octets_); }
  /// Since somebody was heard, or from the beginning on.
  duration quiet() const { return length_of(octets_ - heard_); }
  /// Octets worth keeping: up to half a second after the last sound.
  std::size_t worth() const;

private:
  static duration length_of(std::size_t octets) {
    return frame_time * static_cast<std::int64_t>(octets);
  }
  /// 20 ms: shorter sounds are clicks.
  static constexpr std::size_t block = 160;

  std::size_t octets_ = 0;
  std::size_t heard_ = 0;    ///< end of the last block with a sound in it
  std::uint64_t energy_ = 0; ///< of the present block
};

} // namespace switchroom::voicemail
