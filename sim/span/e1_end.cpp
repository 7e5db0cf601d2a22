// SPDX-License-Identifier: MIT
#include "span/e1_end.hpp"

namespace switchroom::sim {
namespace {

constexpr unsigned bits_a_frame = 256;
constexpr std::uint8_t silence = 0xd5; // A-law
constexpr std::uint8_t flags = 0x7e;   // of a D channel without frames (Q.921, 2.2)
constexpr unsigned signalling = 16;

} // namespace

golden::e1_pulse e1_end::send() {
  const unsigned slot = place_ / 8;
  golden::e1_transmitter::contents with;
  with.crc4 = true;
  with.a = !aligned();
  with.octet = sent_ ? (*sent_)[slot] : slot == signalling ? flags : silence;
  const auto pulse = coder_.code(transmitter_.send(place_, with));
  place_ = (place_ + 1) % bits_a_frame;
  return pulse;
}

bool e1_end::take(golden::e1_pulse from_board) {
  const auto found = receiver_.take(from_board, 2, 0);
  if (!found.octet) {
    return false;
  }
  received_[found.slot] = *found.octet;
  return found.slot == slots - 1;
}

} // namespace switchroom::sim
