// SPDX-License-Identifier: MIT
/// The nouns that cross rooms. Each is a type of its own, so that a slot is never a line.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace switchroom {

/// An integer that is only ever itself.
template <typename Tag, typename Value>
struct strong {
  Value value{};
  constexpr strong() = default;
  constexpr explicit strong(Value v) : value(v) {}
  friend constexpr auto operator<=>(strong, strong) = default;
};

/// A line of this gateway as operators number it: from 1. The fabric's line is value − 1.
using line_id = strong<struct line_tag, std::uint32_t>;
/// A slot of the switch.
using slot_id = strong<struct slot_tag, std::uint16_t>;
/// A slot whose voice comes from and goes to the host: index in the link block.
using host_slot = strong<struct host_slot_tag, std::uint8_t>;
/// A member of a conference that the board mixes: index in the conference block.
using member_id = strong<struct member_tag, std::uint8_t>;
/// A channel of the tone generator.
using tone_channel = strong<struct tone_tag, std::uint8_t>;
/// Fence number of a login: rises with every login of a user (rule S12).
using epoch_number = strong<struct epoch_tag, std::uint64_t>;
/// A call of this gateway.
using call_id = strong<struct call_tag, std::uint64_t>;

/// Name of a gateway as configured here: a label for its pinned key, never what a peer claims.
using gateway_name = std::string;
/// Digits of a user's number.
using extension_number = std::string;

} // namespace switchroom

template <typename Tag, typename Value>
struct std::hash<switchroom::strong<Tag, Value>> {
  std::size_t operator()(switchroom::strong<Tag, Value> id) const noexcept {
    return std::hash<Value>{}(id.value);
  }
};
