// SPDX-License-Identifier: MIT
#include "app/board_pace.hpp"

namespace switchroom::app {

instant board_pace::look(instant now, std::uint32_t frame) {
  if (!began_) {
    began_ = now;
    first_ = frame;
  }
  if (const duration passed = now - *began_; passed >= window) {
    const duration simulated = frame_time * static_cast<std::int64_t>(frame - first_);
    speed_ = std::chrono::duration<double>(simulated) / std::chrono::duration<double>(passed);
    slow_ = *speed_ < (slow_ ? well : slow);
    began_ = now;
    first_ = frame;
  }
  return *began_ + window;
}

} // namespace switchroom::app
