// SPDX-License-Identifier: MIT
#include "board/cell_spotter.hpp"

#include <boost/crc.hpp>

namespace switchroom::sim {
namespace {

// RFC 1662, clause 4.2.
constexpr std::uint8_t flag = 0x7e;
constexpr std::uint8_t escape = 0x7d;
constexpr std::uint8_t flip = 0x20;
constexpr std::size_t shortest_frame = 6; // type, sequence, check

bool check_is_right(const std::uint8_t* frame, std::size_t size) {
  boost::crc_32_type crc;
  crc.process_bytes(frame, size - 4);
  const std::uint32_t wanted = crc.checksum();
  const std::uint8_t* check = frame + size - 4;
  return wanted == (std::uint32_t{check[0]} | std::uint32_t{check[1]} << 8U |
                    std::uint32_t{check[2]} << 16U | std::uint32_t{check[3]} << 24U);
}

} // namespace

bool cell_spotter::take(std::uint8_t octet) {
  if (octet == flag) {
    const bool found = !escaped_ && size_ >= shortest_frame && size_ <= longest_frame &&
                       frame_[0] == type_ && check_is_right(frame_.data(), size_);
    reset();
    return found;
  }
  if (octet == escape) {
    escaped_ = true;
    return false;
  }
  if (size_ < longest_frame) {
    frame_[size_] = escaped_ ? octet ^ flip : octet;
  }
  size_ += size_ <= longest_frame ? 1U : 0U;
  escaped_ = false;
  return false;
}

void cell_spotter::reset() {
  size_ = 0;
  escaped_ = false;
}

} // namespace switchroom::sim
