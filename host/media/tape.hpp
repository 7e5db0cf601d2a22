// SPDX-License-Identifier: MIT
/// What is played to a host slot, and what is recorded from it afterwards. Control makes it, with
/// all the memory that it will ever need, and hands it to the voice thread, which plays and
/// records; meanwhile control may look how far it has come. Nobody waits, locks or allocates.
///
/// Who made it keeps a pointer for as long as the voice thread has one, so that it is freed where
/// it was made.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace switchroom::media {

class tape {
public:
  /// Plays `say`, 8000 samples a second; records up to `most` samples then.
  tape(std::vector<std::int16_t> say, std::size_t most);

  // ---- of the voice thread: once a frame, take() and then put() ----
  /// Silence when all has been said.
  std::int16_t take() {
    const auto at = said_.load(std::memory_order_relaxed);
    if (at >= say_.size())
      return 0;
    said_.store(at + 1, std::memory_order_release);
    return say_[at];
  }
  /// Kept if all has been said, and there is room.
  void put(std::int16_t sample);

  // ---- of any thread ----
  bool all_said() const { return said_.load(std::memory_order_acquire) >= say_.size(); }
  bool is_full() const { return recorded_.load(std::memory_order_acquire) >= room_.size(); }
  bool records() const { return !room_.empty(); }
  /// A-law octets; grows. What it held once it holds for ever.
  std::span<const std::uint8_t> recorded() const {
    return std::span(room_).first(recorded_.load(std::memory_order_acquire));
  }

private:
  const std::vector<std::int16_t> say_;
  std::vector<std::uint8_t> room_;
  std::atomic<std::size_t> said_{0}, recorded_{0};
};

} // namespace switchroom::media
