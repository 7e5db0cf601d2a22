// SPDX-License-Identifier: MIT
#include "media/recorder.hpp"

#include <utility>

namespace switchroom::media {

recorder::recorder(std::size_t room, std::vector<std::int16_t> say)
    : say_(std::move(say)), ring_(room) {}

std::int16_t recorder::turn(std::uint32_t frame, std::int16_t heard) {
  const auto at = put_.load(std::memory_order_relaxed);
  if (at == 0)
    first_frame_ = frame;
  // In order, none twice: what has no room is lost where it would have been, and all after it
  // until there is room, so that a gap has one place.
  if (at - taken_.load(std::memory_order_acquire) < ring_.size()) {
    ring_[at % ring_.size()] = heard;
    put_.store(at + 1, std::memory_order_release);
  } else {
    lost_.fetch_add(1, std::memory_order_relaxed);
  }
  return said_ < say_.size() ? say_[said_++] : std::int16_t{0};
}

void recorder::drain(std::vector<std::int16_t>& to) {
  const auto end = put_.load(std::memory_order_acquire);
  auto at = taken_.load(std::memory_order_relaxed);
  for (; at != end; ++at)
    to.push_back(ring_[at % ring_.size()]);
  taken_.store(at, std::memory_order_release);
}

std::optional<std::uint32_t> recorder::first_frame() const {
  if (put_.load(std::memory_order_acquire) == 0)
    return std::nullopt;
  return first_frame_;
}

} // namespace switchroom::media
