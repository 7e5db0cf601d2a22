// SPDX-License-Identifier: MIT
/// Buttons, keys, lamps and texts of stations beside their calls, for which libpri has no call:
/// INFORMATION with the dummy call reference (Q.931, 4.3), and Q.932's feature activation and
/// indication. From a station in any frame that carries layer 3, to stations as a broadcast. Pure.
#pragma once
#include "isdn.pb.h"

#include <optional>
#include <string>
#include <string_view>

namespace switchroom::isdn {

struct pressed {
  unsigned button = 0;   ///< 0: none
  std::string keys = {}; ///< of 0 to 9, * and #
  bool alone = false;    ///< nobody else has to see this frame: it is not numbered
};
/// Whatever the frame is (LAPD, without FCS). Keys: those without a call only, the others are
/// libpri's.
std::optional<pressed> pressed_in(std::string_view frame);

/// `text`: as shown() made it.
std::string display_frame(std::string_view text);
/// None: the key is not 1 to 127.
std::optional<std::string> lamp_frame(const v1::Lamp&);

} // namespace switchroom::isdn
