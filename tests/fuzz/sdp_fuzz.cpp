// SPDX-License-Identifier: MIT
// Session descriptions as a phone may say them. What was understood is of use to the gateway, and
// the answer is a description in which each stream that was offered has its line, in their order.
#include "edges/sip/session_description.hpp"
#include "hold.hpp"

#include <algorithm>

using switchroom::fuzz::hold;
namespace sip = switchroom::sip;

namespace {

std::size_t streams_in(std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find("\r\nm="); at != std::string_view::npos;
       at = text.find("\r\nm=", at + 1))
    ++count;
  return count;
}

bool one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void as_offer(std::string_view sdp, const sip::preferences& wanted) {
  const auto seen = sip::read(sdp, wanted);
  if (!seen)
    return;
  const auto& media = seen->media;
  hold(!media.address().empty() && one_line(media.address()), "there is an address");
  hold(media.port() > 0 && media.port() <= 65535, "a port");
  hold(media.payload_type() < 128, "a payload type");
  hold(std::ranges::count(wanted.codecs, media.codec()) == 1, "of a codec that was wanted");
  hold(media.events() == 0 || media.events() != media.payload_type(), "that is not of events");
  hold(media.events() < 128, "a payload type of events");
  hold(media.ptime_ms() >= 10 && media.ptime_ms() <= 60, "a packet time");
  const bool keyed = media.srtp_key().size() == 30;
  hold(keyed || media.srtp_key().empty(), "a key is one");
  const bool dtls = media.has_dtls();
  hold(!dtls || media.dtls().fingerprint().size() == 32, "a fingerprint is one");
  hold(!dtls || !keyed, "keys come in one way");
  hold(keyed || dtls || (!seen->savp && !wanted.secure), "what is secure has keys");
  hold(one_line(seen->profile), "a profile is one word");
  hold(std::ranges::count(seen->lines, "") == 1, "one stream is ours");
  hold(std::ranges::all_of(seen->lines, one_line), "a line is one line");
  switchroom::scn::v1::MediaEndpoint own;
  own.set_address("192.0.2.1");
  own.set_port(20002);
  own.set_payload_type(media.payload_type());
  own.set_srtp_key(keyed ? std::string(30, 'k') : "");
  if (dtls)
    own.mutable_dtls()->set_fingerprint(std::string(32, 'f'));
  hold(sip::is_answerable(*seen, own), "it can be answered");
  const auto text = sip::answer(*seen, own, 7, 1);
  hold(streams_in(text) == seen->lines.size(), "each stream is answered");
  const auto again = sip::read(text, wanted);
  hold(again.has_value(), "the answer can be read");
  hold(again->media.address() == own.address() && again->media.port() == own.port(), "it is ours");
  hold(again->media.payload_type() == media.payload_type() && again->media.codec() == media.codec(),
       "and of the codec that was chosen");
  hold(again->media.srtp_key() == own.srtp_key(), "and of our key");
  hold(again->media.dtls().fingerprint() == own.dtls().fingerprint(), "or our fingerprint");
  hold(again->media.one_port() == media.one_port(), "reports go as the phone wants them");
  hold(!dtls || again->media.dtls().client() != media.dtls().client(), "one end begins");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view sdp(reinterpret_cast<const char*>(data), size);
  using namespace switchroom::scn::v1;
  for (const bool secure : {false, true})
    for (const bool in_their_order : {false, true}) {
      as_offer(sdp, {{CODEC_PCMA, CODEC_PCMU}, secure, in_their_order});
      as_offer(sdp, {{CODEC_OPUS, CODEC_G722, CODEC_PCMU}, secure, in_their_order});
    }
  return 0;
}
