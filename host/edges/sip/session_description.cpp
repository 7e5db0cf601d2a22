// SPDX-License-Identifier: MIT
#include "edges/sip/session_description.hpp"

#include <memory>
#include <sofia-sip/sdp.h>
#include <strings.h>

namespace switchroom::sip {
namespace {

constexpr unsigned pcmu = 0, pcma = 8;
constexpr int event_payload_type = 101; // as everybody has it, when it is ours to choose

struct parser_ends {
  void operator()(sdp_parser_t* parser) const { sdp_parser_free(parser); }
};

bool is(const char* text, const char* wanted) {
  return text != nullptr && strcasecmp(text, wanted) == 0;
}

/// Fills in what is ours of one stream. False: it cannot be spoken.
bool take(const sdp_session_t& whole, const sdp_media_t& stream, std::uint32_t law,
          session_description& made) {
  if (stream.m_type != sdp_media_audio || stream.m_proto != sdp_proto_rtp || stream.m_port == 0)
    return false;
  const auto* connection =
      stream.m_connections != nullptr ? stream.m_connections : whole.sdp_connection;
  if (connection == nullptr || connection->c_address == nullptr)
    return false;
  bool has[2] = {false, false};
  int events = -1;
  for (const auto* map = stream.m_rtpmaps; map != nullptr; map = map->rm_next) {
    has[0] |= map->rm_pt == pcmu;
    has[1] |= map->rm_pt == pcma;
    if (is(map->rm_encoding, "telephone-event") && map->rm_rate == 8000)
      events = static_cast<int>(map->rm_pt);
  }
  if (!has[0] && !has[1])
    return false;
  made.media.set_address(connection->c_address);
  made.media.set_port(static_cast<std::uint32_t>(stream.m_port));
  made.media.set_payload_type(has[law == pcmu ? 0 : 1] ? law : law == pcmu ? pcma : pcmu);
  made.events = events;
  made.on_hold = stream.m_mode == sdp_sendonly || stream.m_mode == sdp_inactive;
  return true;
}

std::string head(const scn::v1::MediaEndpoint& own, std::uint64_t session, unsigned version) {
  const std::string address =
      (own.address().find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ") + own.address();
  return "v=0\r\no=switchroom " + std::to_string(session) + ' ' + std::to_string(version) + ' ' +
         address + "\r\ns=-\r\nc=" + address + "\r\nt=0 0\r\n";
}

std::string stream(const scn::v1::MediaEndpoint& own, const std::vector<std::uint32_t>& laws,
                   int events, std::string_view mode) {
  std::string line = "m=audio " + std::to_string(own.port()) + " RTP/AVP";
  std::string maps;
  for (const auto law : laws) {
    line += ' ' + std::to_string(law);
    maps += "a=rtpmap:" + std::to_string(law) + (law == pcmu ? " PCMU/8000\r\n" : " PCMA/8000\r\n");
  }
  if (events >= 0) {
    const auto number = std::to_string(events);
    line += ' ' + number;
    maps.append("a=rtpmap:").append(number).append(" telephone-event/8000\r\na=fmtp:");
    maps.append(number).append(" 0-15\r\n");
  }
  return line + "\r\n" + maps + "a=ptime:" + std::to_string(own.ptime_ms()) +
         "\r\na=" + std::string(mode) + "\r\n";
}

} // namespace

std::optional<session_description> read(std::string_view sdp, std::uint32_t law) {
  const std::unique_ptr<sdp_parser_t, parser_ends> parser(
      sdp_parse(nullptr, sdp.data(), static_cast<issize_t>(sdp.size()), sdp_f_insane));
  const auto* whole = parser ? sdp_session(parser.get()) : nullptr;
  if (whole == nullptr)
    return std::nullopt;
  session_description made;
  bool found = false;
  for (const auto* one = whole->sdp_media; one != nullptr; one = one->m_next) {
    if (!found && take(*whole, *one, law, made)) {
      found = true;
      made.lines.emplace_back();
      continue;
    }
    // RFC 3264, 6: a format must be there, and says nothing.
    const std::string format = one->m_rtpmaps != nullptr ? std::to_string(one->m_rtpmaps->rm_pt)
                               : one->m_format != nullptr && one->m_format->l_text != nullptr
                                   ? one->m_format->l_text
                                   : "0";
    const std::string name = one->m_type_name == nullptr ? "audio" : one->m_type_name;
    const std::string protocol = one->m_proto_name == nullptr ? "RTP/AVP" : one->m_proto_name;
    made.lines.push_back("m=" + name + " 0 " + protocol + ' ' + format);
  }
  return found ? std::optional(std::move(made)) : std::nullopt;
}

std::string offer(const scn::v1::MediaEndpoint& own, std::uint64_t session, unsigned version) {
  const std::uint32_t first = own.payload_type();
  return head(own, session, version) +
         stream(own, {first, first == pcmu ? pcma : pcmu}, event_payload_type, "sendrecv");
}

std::string answer(const session_description& to, const scn::v1::MediaEndpoint& own,
                   std::uint64_t session, unsigned version) {
  std::string text = head(own, session, version);
  for (const auto& line : to.lines)
    text += line.empty() ? stream(own, {to.media.payload_type()}, to.events,
                                  to.on_hold ? "recvonly" : "sendrecv")
                         : line + "\r\n";
  return text;
}

} // namespace switchroom::sip
