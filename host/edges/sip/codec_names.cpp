// SPDX-License-Identifier: MIT
#include "edges/sip/codec_names.hpp"

#include <algorithm>
#include <array>
#include <strings.h>

namespace switchroom::sip {
namespace {

using namespace scn::v1;

// Opus: one channel is sent, whatever RFC 7587 wants written here; 8,000 Hz is all that the fabric
// has, but two phones may have more between them.
constexpr std::array names{
    codec_name{CODEC_PCMU, "PCMU", 8000, "", 0, ""},
    codec_name{CODEC_PCMA, "PCMA", 8000, "", 8, ""},
    codec_name{CODEC_G722, "G722", 8000, "", 9, ""},
    codec_name{CODEC_G726_16, "G726-16", 8000, "", 113, ""},
    codec_name{CODEC_G726_24, "G726-24", 8000, "", 112, ""},
    codec_name{CODEC_G726_32, "G726-32", 8000, "", 111, ""},
    codec_name{CODEC_G726_40, "G726-40", 8000, "", 110, ""},
    codec_name{CODEC_OPUS, "opus", 48000, "/2", 107, "stereo=0;sprop-stereo=0"},
};

} // namespace

const codec_name* codec_named(const char* encoding, unsigned long clock) {
  const auto* const found = std::ranges::find_if(names, [&](const codec_name& one) {
    return encoding != nullptr && strcasecmp(one.encoding, encoding) == 0 && one.clock == clock;
  });
  return found == names.end() ? nullptr : found;
}

const codec_name* name_of(Codec codec) {
  const auto* const found = std::ranges::find(names, codec, &codec_name::codec);
  return found == names.end() ? nullptr : found;
}

std::string map_of(const codec_name& one, unsigned payload_type) {
  const auto number = std::to_string(payload_type);
  std::string made = "a=rtpmap:" + number + ' ' + one.encoding + '/' + std::to_string(one.clock) +
                     one.channels + "\r\n";
  if (*one.parameters != '\0')
    made.append("a=fmtp:").append(number).append(" ").append(one.parameters).append("\r\n");
  return made;
}

} // namespace switchroom::sip
