// SPDX-License-Identifier: MIT
/// What a phone says of its media (SDP, RFC 4566), and what it is answered (RFC 3264). G.711 only:
/// one audio stream over plain RTP; whatever else is offered is turned down. Pure.
#pragma once
#include "scn.pb.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::sip {

struct session_description {
  /// Where the phone listens, and the law to be spoken.
  scn::v1::MediaEndpoint media;
  bool on_hold = false;           ///< sendonly or inactive: it does not want to hear us
  int events = -1;                ///< payload type of telephone-event (RFC 4733); −1: none
  std::vector<std::string> lines; ///< "m=" of each stream as it is to be answered, "" = ours
};

/// None: no audio that this gateway can speak. `law` (0 or 8) is taken when the phone has both.
std::optional<session_description> read(std::string_view sdp, std::uint32_t law);

/// An offer: of both laws.
std::string offer(const scn::v1::MediaEndpoint& own, std::uint64_t session, unsigned version);
/// The answer to what was read.
std::string answer(const session_description& to, const scn::v1::MediaEndpoint& own,
                   std::uint64_t session, unsigned version);

} // namespace switchroom::sip
