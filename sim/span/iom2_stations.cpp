// SPDX-License-Identifier: MIT
#include "span/iom2_stations.hpp"

namespace switchroom::sim {
namespace {

// C/I codes of the interface's specification, line cards.
constexpr unsigned activation_request = 8, activation_indication = 12, deactivated = 15;
constexpr unsigned subframe_bits = 32, b2 = 8, d = 24, command = 26;

using bits = std::array<bool, iom2_stations::bits_a_frame>;

unsigned read(const bits& from, unsigned at, unsigned count) {
  unsigned value = 0;
  for (unsigned n = 0; n < count; ++n) {
    value = value << 1 | static_cast<unsigned>(from[at + n]);
  }
  return value;
}

void write(bits& to, unsigned at, unsigned count, unsigned value) {
  for (unsigned n = 0; n < count; ++n) {
    to[at + n] = (value >> (count - 1 - n) & 1) != 0;
  }
}

} // namespace

bits iom2_stations::frame(const std::array<std::optional<channels>, stations>& said) {
  bits du;
  du.fill(true);
  for (unsigned n = 0; n < stations; ++n) {
    auto& its = states_[n];
    its.there = said[n].has_value();
    its.active = its.active && its.there;
    const unsigned first = n * subframe_bits;
    write(du, first + command, 4, its.active ? activation_indication : deactivated);
    if (!its.active) {
      continue;
    }
    write(du, first, 8, (*said[n])[0]);
    write(du, first + b2, 8, (*said[n])[1]);
    write(du, first + d, 2, (*said[n])[2]);
  }
  return du;
}

std::array<std::optional<iom2_stations::channels>, iom2_stations::stations>
iom2_stations::hear(const bits& dd) {
  std::array<std::optional<channels>, stations> heard;
  for (unsigned n = 0; n < stations; ++n) {
    const unsigned first = n * subframe_bits;
    const unsigned wanted = read(dd, first + command, 4);
    auto& its = states_[n];
    its.active = its.there && (wanted == activation_request || wanted == activation_indication);
    if (its.active) {
      heard[n] = channels{static_cast<std::uint8_t>(read(dd, first, 8)),
                          static_cast<std::uint8_t>(read(dd, first + b2, 8)),
                          static_cast<std::uint8_t>(read(dd, first + d, 2))};
    }
  }
  return heard;
}

} // namespace switchroom::sim
