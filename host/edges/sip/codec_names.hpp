// SPDX-License-Identifier: MIT
/// Codecs as SDP names them (RFC 4566, 6; RFC 3551; RFC 7587).
#pragma once
#include "scn.pb.h"

#include <optional>
#include <span>
#include <string>

namespace switchroom::sip {

struct codec_name {
  scn::v1::Codec codec;
  const char* encoding;
  unsigned clock;         ///< Hz, as SDP has it: of G.722 8000
  const char* channels;   ///< "" or "/2"
  unsigned payload_type;  ///< in an offer of ours
  const char* parameters; ///< of "a=fmtp", "": none
};

/// None: no codec of ours.
const codec_name* codec_named(const char* encoding, unsigned long clock);
/// None: CODEC_UNSPECIFIED.
const codec_name* name_of(scn::v1::Codec);

/// The lines that tell what a payload type is.
std::string map_of(const codec_name&, unsigned payload_type);

} // namespace switchroom::sip
