// SPDX-License-Identifier: MIT
#include "media/tape.hpp"

#include "switchroom/dsp/g711.hpp"

#include <utility>

namespace switchroom::media {

tape::tape(std::vector<std::int16_t> say, std::size_t most) : say_(std::move(say)), room_(most) {}

void tape::put(std::int16_t sample) {
  const auto at = recorded_.load(std::memory_order_relaxed);
  if (at >= room_.size() || said_.load(std::memory_order_relaxed) < say_.size())
    return;
  room_[at] = dsp::g711::encode_a(sample);
  recorded_.store(at + 1, std::memory_order_release);
}

} // namespace switchroom::media
