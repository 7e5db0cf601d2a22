// SPDX-License-Identifier: MIT
/// What can be put into a host slot in place of a stream: control makes it, with all the memory
/// that it will ever need, and hands it to the voice thread, which plays and records; meanwhile
/// control may look how far it has come. Nobody waits, locks or allocates.
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

class mounted {
public:
  virtual ~mounted() = default;
  /// Of the voice thread, once a frame, from the first on in which the board sends the slot's
  /// samples: takes what the slot is given in `frame`, gives what it says.
  virtual std::int16_t turn(std::uint32_t frame, std::int16_t heard) = 0;
};

/// What is played to a host slot, and what is recorded from it afterwards.
class tape : public mounted {
public:
  /// Plays `say`, 8000 samples a second; records up to `most` samples then.
  tape(std::vector<std::int16_t> say, std::size_t most);

  std::int16_t turn(std::uint32_t, std::int16_t heard) override {
    const std::int16_t next = take();
    put(heard);
    return next;
  }

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
