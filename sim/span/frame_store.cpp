// SPDX-License-Identifier: MIT
#include "span/frame_store.hpp"

namespace switchroom::sim {

void frame_store::put(std::span<const std::uint8_t> octets) {
  octets_.insert(octets_.end(), octets.begin(), octets.end());
  const auto most = 2 * lead_ * octets_a_frame_;
  while (octets_.size() > most) {
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(octets_a_frame_));
    ++left_out_;
  }
  if (octets_.size() >= lead_ * octets_a_frame_) {
    waits_ = false;
  }
}

std::vector<std::uint8_t> frame_store::take() {
  if (!waits_ && octets_.size() < octets_a_frame_) {
    waits_ = true;
    ++gaps_;
  }
  if (waits_) {
    return {};
  }
  const auto end = octets_.begin() + static_cast<std::ptrdiff_t>(octets_a_frame_);
  std::vector<std::uint8_t> frame(octets_.begin(), end);
  octets_.erase(octets_.begin(), end);
  return frame;
}

void frame_store::clear() {
  octets_.clear();
  waits_ = true;
}

} // namespace switchroom::sim
