// SPDX-License-Identifier: MIT
/// What a phone says of its media (SDP, RFC 4566), and what it is answered (RFC 3264): one audio
/// stream over RTP or SRTP (keys by RFC 5763 or 4568); whatever else is offered is turned down.
/// Pure.
#pragma once
#include "scn.pb.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::sip {

inline constexpr const char* sdp_type = "application/sdp";

/// Of the gateway's end.
struct preferences {
  std::vector<scn::v1::Codec> codecs; ///< no others; the best first
  bool secure = false;                ///< nothing but SRTP
  /// Of several that it has, the phone's first is taken: it has answered (RFC 3264, 6.1).
  bool in_their_order = false;
};

struct session_description {
  /// Where the phone listens, and what it speaks.
  scn::v1::MediaEndpoint media;
  bool on_hold = false;           ///< sendonly or inactive: it does not want to hear us
  bool listens_only = false;      ///< recvonly or inactive: nothing is heard of it
  bool nowhere = false;           ///< on hold by an address that is none (RFC 2543, B.5)
  std::string profile = {};       ///< "RTP/AVP", "UDP/TLS/RTP/SAVP"
  bool savp = false;              ///< of SRTP: else the keys, if there are some, are only an offer
  bool either_role = false;       ///< of its handshake: it would be client or server
  std::string crypto_tag = {};    ///< of the phone's key (RFC 4568, 4.1)
  std::vector<std::string> lines; ///< "m=" of each stream as it is to be answered, "" = ours

  /// Of a description that takes the place of `before`: who is at the same end with the same
  /// certificate keeps the role that it has had (RFC 8842, 5.3).
  void go_on_from(const session_description& before);
};

/// Why a description cannot be spoken: code and text of a Warning (RFC 3261, 20.43).
struct warning {
  unsigned code = 305;
  const char* text = "No audio that is spoken here";
};
/// As a header has it.
std::string header_of(const warning&);

/// None: no audio that this gateway can speak; `why`, if there is one, says why.
std::optional<session_description> read(std::string_view sdp, const preferences&,
                                        warning* why = nullptr);

/// `route`: the URI that this has come from, "sip:192.0.2.1:5060;…". Behind a translator of
/// addresses a phone says an address at which it cannot be reached, or a port.
void locate(scn::v1::MediaEndpoint&, std::string_view route);

/// Where the keys of an offer come from, if `own` has some; else it is of plain RTP.
enum class keying { none, sdes, dtls };
/// It has: nothing but that will be taken.
bool is_keyed(const scn::v1::MediaEndpoint& own, keying);
/// An offer of all that is preferred, but what `own` is spoken to in first.
std::string offer(const scn::v1::MediaEndpoint& own, const preferences&, std::uint64_t session,
                  unsigned version, keying);
/// What was read can be answered with `own`: both have keys of the same kind, or need none.
bool is_answerable(const session_description&, const scn::v1::MediaEndpoint& own);
/// The answer to what was read.
std::string answer(const session_description& to, const scn::v1::MediaEndpoint& own,
                   std::uint64_t session, unsigned version);

} // namespace switchroom::sip
