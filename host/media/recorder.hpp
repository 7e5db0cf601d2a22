// SPDX-License-Identifier: MIT
/// Records a host slot, 16 bits a sample, for as long as somebody takes away what was recorded;
/// says something at the same time, if it shall. For captures and for tests of lines.
#pragma once
#include "media/tape.hpp"

#include <optional>

namespace switchroom::media {

class recorder : public mounted {
public:
  /// Of what is not taken away in time, more than `room` samples are lost. Says `say` once.
  explicit recorder(std::size_t room, std::vector<std::int16_t> say = {});

  std::int16_t turn(std::uint32_t frame, std::int16_t heard) override;

  // ---- of one thread, another one ----
  /// Adds all that has come since the last time.
  void drain(std::vector<std::int16_t>& to);
  /// Of the first sample: by it, two recorders are brought in step. None: none has come.
  std::optional<std::uint32_t> first_frame() const;
  /// Samples for which there was no room.
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

private:
  const std::vector<std::int16_t> say_;
  std::size_t said_ = 0; ///< of the voice thread
  std::vector<std::int16_t> ring_;
  std::atomic<std::uint64_t> put_{0}, taken_{0}, lost_{0};
  std::uint32_t first_frame_ = 0; ///< written before put_ is 1
};

} // namespace switchroom::media
