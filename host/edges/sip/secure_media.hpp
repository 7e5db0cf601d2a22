// SPDX-License-Identifier: MIT
/// SRTP whose keys come by DTLS, as session descriptions speak of it (RFC 5763, RFC 8122): profiles
/// of streams, fingerprints of certificates, who begins. Pure.
#pragma once
#include "scn.pb.h"

#include <optional>
#include <sofia-sip/sdp.h>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::sip {

/// Sofia knows RTP/AVP and RTP/SAVP, and of the streams of other profiles it reads no formats. So
/// it is given SAVP for what is like it: with feedback (RTP/SAVPF, RFC 5124) and over DTLS
/// (UDP/TLS/RTP/SAVP and SAVPF, RFC 5764, 8).
struct readable_description {
  std::string text;
  std::vector<std::string> profiles; ///< of each stream, as it was said
};
readable_description as_sofia_reads(std::string_view sdp);

/// Its keys come by DTLS, and in no other way.
bool wants_dtls(std::string_view profile);

/// 32 octets of "sha-256 4A:AD:…" (RFC 8122, 5); empty: another hash, or none.
std::string fingerprint_octets(std::string_view text);

/// What a phone says of a stream's handshake.
struct dtls_terms {
  scn::v1::DtlsEnd end;
  bool either = false; ///< it would begin or wait (actpass)
};
/// None: it says nothing that is understood.
std::optional<dtls_terms> dtls_terms_of(const sdp_session_t& whole, const sdp_media_t& stream);

/// Lines of a description of ours. `as`: "actpass", "active" or "passive".
std::string dtls_lines(const scn::v1::DtlsEnd& own, std::string_view as);

} // namespace switchroom::sip
