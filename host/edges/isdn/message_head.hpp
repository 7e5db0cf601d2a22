// SPDX-License-Identifier: MIT
/// How a message of Q.931 begins that belongs to a call (4.3, 4.4). Pure.
#pragma once
#include <optional>
#include <string_view>

namespace switchroom::isdn {

struct message_head {
  static constexpr unsigned disconnect = 0x45, restart_acknowledge = 0x4e, release_complete = 0x5a;
  unsigned tei = 0, reference = 0, kind = 0;
  bool flag = false; ///< it goes to who has begun the call
};

/// None: the frame is no I frame with such a message.
inline std::optional<message_head> head_of(std::string_view frame) {
  const auto at = [&](std::size_t n) {
    return n < frame.size() ? static_cast<unsigned char>(frame[n]) : 0xffU;
  };
  constexpr unsigned q931 = 8;
  const unsigned length = at(5);
  if ((at(2) & 1) != 0 || at(4) != q931 || length < 1 || length > 2)
    return std::nullopt;
  message_head head;
  head.tei = at(1) >> 1;
  head.flag = (at(6) & 0x80) != 0;
  head.reference = length == 1 ? at(6) & 0x7f : (at(6) & 0x7f) << 8 | at(7);
  head.kind = at(6 + length);
  return head;
}

} // namespace switchroom::isdn
