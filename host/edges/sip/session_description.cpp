// SPDX-License-Identifier: MIT
#include "edges/sip/session_description.hpp"

#include "edges/sip/codec_names.hpp"
#include "edges/sip/secure_media.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <memory>
#include <sodium.h>
#include <sofia-sip/sdp.h>
#include <strings.h>

namespace switchroom::sip {
namespace {

constexpr std::uint32_t usual_packet_time = 20;    // ms (RFC 3551, 4.2)
constexpr unsigned noise_payload_type = 13;        // static (RFC 3389)
constexpr std::uint32_t event_payload_type = 101;  // as everybody has it, when it is ours to choose
constexpr const char* one_port = "a=rtcp-mux\r\n"; // RFC 5761, 5.1.1

struct parser_ends {
  void operator()(sdp_parser_t* parser) const { sdp_parser_free(parser); }
};

bool is(const char* text, const char* wanted) {
  return text != nullptr && strcasecmp(text, wanted) == 0;
}

// ---- keys (RFC 4568) ---------------------------------------------------------------------------

constexpr std::string_view suite = "AES_CM_128_HMAC_SHA1_80";
constexpr std::size_t key_octets = 30;

std::string_view next_word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  const auto end = std::min(text.find(' ', begin), text.size());
  const auto word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

/// "1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^31". False: of another kind, or with parameters that
/// change what it means (6.3), or with a key identifier, which nobody sends with one key.
bool take_key(std::string_view text, session_description& made) {
  const auto tag = next_word(text), algorithm = next_word(text), inlined = next_word(text);
  constexpr std::string_view method = "inline:";
  if (algorithm != suite || !inlined.starts_with(method) || !next_word(text).empty() ||
      inlined.find(':', method.size()) != std::string_view::npos ||
      inlined.find(';') != std::string_view::npos)
    return false;
  const auto coded = inlined.substr(method.size(), inlined.find('|') - method.size());
  std::string key(key_octets, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), coded.data(),
                        coded.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != key.size() || end != coded.data() + coded.size())
    return false;
  made.media.set_srtp_key(key);
  made.crypto_tag = tag;
  return true;
}

std::string crypto(std::string_view tag, const std::string& key) {
  std::array<char, sodium_base64_ENCODED_LEN(key_octets, sodium_base64_VARIANT_ORIGINAL)> coded{};
  sodium_bin2base64(coded.data(), coded.size(), reinterpret_cast<const unsigned char*>(key.data()),
                    key.size(), sodium_base64_VARIANT_ORIGINAL);
  return "a=crypto:" + std::string(tag) + ' ' + std::string(suite) + " inline:" + coded.data() +
         "\r\n";
}

// ---- what sofia's parser cannot stand -----------------------------------------------------------

constexpr std::string_view of_numbers = "0123456789";
constexpr std::string_view of_words =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "-.*+_!";

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

/// "m=audio 4000/2 RTP/AVP 0 8". A format that has anything else in it, sofia 1.12.11 looks at
/// without end, and takes memory each time.
bool is_stream(std::string_view line) {
  if (!line.starts_with("m="))
    return false;
  line.remove_prefix(2);
  const auto media = next_word(line), port = next_word(line), protocol = next_word(line);
  const auto slash = std::min(port.find('/'), port.size());
  if (!consists_of(media, of_words) || !consists_of(port.substr(0, slash), of_numbers) ||
      (slash < port.size() && !consists_of(port.substr(slash + 1), of_numbers)))
    return false;
  for (auto rest = protocol; !rest.empty();) {
    const auto part = rest.substr(0, rest.find('/'));
    if (!consists_of(part, of_words))
      return false;
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  while (line.find_first_not_of(' ') != std::string_view::npos)
    if (!consists_of(next_word(line), of_words))
      return false;
  return true;
}

bool can_be_parsed(std::string_view sdp) {
  while (!sdp.empty()) {
    const auto end = std::min(sdp.find_first_of("\r\n"), sdp.size());
    const auto line = sdp.substr(0, end);
    const auto begin = line.find_first_not_of(" \t");
    if (begin != std::string_view::npos && (line[begin] == 'm' || line[begin] == 'M') &&
        !is_stream(line))
      return false;
    sdp.remove_prefix(std::min(end + 1, sdp.size()));
  }
  return true;
}

// ---- streams -----------------------------------------------------------------------------------

/// As long as a phone wants its packets, if it is a packet time that the gateway has.
std::uint32_t packet_time(const sdp_media_t& stream) {
  const auto* attribute = sdp_attribute_find(stream.m_attributes, "ptime");
  const unsigned long wanted = attribute == nullptr || attribute->a_value == nullptr
                                   ? 0
                                   : std::strtoul(attribute->a_value, nullptr, 10);
  return wanted >= 10 && wanted <= 60 && wanted % 10 == 0 ? static_cast<std::uint32_t>(wanted)
                                                          : usual_packet_time;
}

/// The one that is spoken, of those that the phone has. False: it has none of them.
bool choose_codec(const sdp_rtpmap_t* maps, const preferences& wanted,
                  scn::v1::MediaEndpoint& media) {
  auto best = wanted.codecs.end();
  for (const auto* map = maps; map != nullptr; map = map->rm_next) {
    const auto* known = codec_named(map->rm_encoding, map->rm_rate);
    const auto found =
        known == nullptr ? wanted.codecs.end() : std::ranges::find(wanted.codecs, known->codec);
    if (found >= best)
      continue;
    best = found;
    media.set_codec(known->codec);
    media.set_payload_type(map->rm_pt);
    if (wanted.in_their_order)
      break;
  }
  return best != wanted.codecs.end();
}

/// By DTLS before those that whoever reads the signalling could use. False: there are none.
bool take_keys(const sdp_session_t& whole, const sdp_media_t& stream, session_description& made) {
  made.media.clear_dtls(); // of a stream before
  made.media.clear_srtp_key();
  if (const auto terms = dtls_terms_of(whole, stream)) {
    *made.media.mutable_dtls() = terms->end;
    made.either_role = terms->either;
    return true;
  }
  if (wants_dtls(made.profile))
    return false;
  for (const auto* one = stream.m_attributes; one != nullptr; one = one->a_next)
    if (is(one->a_name, "crypto") && one->a_value != nullptr && take_key(one->a_value, made))
      return true;
  return false;
}

enum class place { somewhere, nowhere, a_name, of_many };

/// Voice is sent to addresses of one computer only: names are not looked up here, and what is sent
/// to many nobody has asked for.
place place_of(const char* address) {
  in6_addr v6{};
  if (inet_pton(AF_INET6, address, &v6) == 1) {
    if (IN6_IS_ADDR_MULTICAST(&v6))
      return place::of_many;
    return IN6_IS_ADDR_UNSPECIFIED(&v6) ? place::nowhere : place::somewhere;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, address, &v4) != 1)
    return place::a_name;
  const auto number = ntohl(v4.s_addr);
  if (IN_MULTICAST(number) || number == INADDR_BROADCAST)
    return place::of_many;
  return number == INADDR_ANY ? place::nowhere : place::somewhere;
}

/// Fills in what is ours of one stream. False: it cannot be spoken.
bool take(const sdp_session_t& whole, const sdp_media_t& stream, const preferences& wanted,
          session_description& made, warning& why) {
  made.savp = stream.m_proto == sdp_proto_srtp;
  if (stream.m_type != sdp_media_audio || (stream.m_proto != sdp_proto_rtp && !made.savp) ||
      stream.m_port == 0 || stream.m_port > 65535)
    return false;
  const auto* connection =
      stream.m_connections != nullptr ? stream.m_connections : whole.sdp_connection;
  if (connection == nullptr || connection->c_address == nullptr)
    return false;
  const auto where = place_of(connection->c_address);
  if (where == place::a_name || where == place::of_many) {
    why = where == place::a_name ? warning{301, "c= must be an address, not a name"}
                                 : warning{330, "Multicast not available"};
    return false;
  }
  if (!take_keys(whole, stream, made) && (made.savp || wanted.secure))
    return false;
  if (!choose_codec(stream.m_rtpmaps, wanted, made.media))
    return false;
  std::uint32_t events = 0; // at 8 kHz also beside Opus: nearly all phones have no other
  for (const auto* map = stream.m_rtpmaps; map != nullptr; map = map->rm_next) {
    if (map->rm_pt == noise_payload_type && is(map->rm_encoding, "CN"))
      made.media.set_comfort_noise(true);
    if (is(map->rm_encoding, "telephone-event") && map->rm_rate == 8000)
      events = map->rm_pt == made.media.payload_type() ? 0 : map->rm_pt;
  }
  made.media.set_address(connection->c_address);
  made.media.set_port(static_cast<std::uint32_t>(stream.m_port));
  made.media.set_events(events);
  made.media.set_ptime_ms(packet_time(stream));
  made.media.set_one_port(sdp_attribute_find(stream.m_attributes, "rtcp-mux") != nullptr);
  made.nowhere = where == place::nowhere;
  made.on_hold = made.nowhere || (stream.m_mode & sdp_recvonly) == 0;
  made.listens_only = (stream.m_mode & sdp_sendonly) == 0;
  return true;
}

std::string head(const scn::v1::MediaEndpoint& own, std::uint64_t session, unsigned version) {
  const std::string address =
      (own.address().find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ") + own.address();
  return "v=0\r\no=switchroom " + std::to_string(session) + ' ' + std::to_string(version) + ' ' +
         address + "\r\ns=-\r\nc=" + address + "\r\nt=0 0\r\n";
}

struct form {
  std::vector<std::pair<const codec_name*, std::uint32_t>> codecs; ///< with payload types
  std::uint32_t events = 0;
  bool noise = false;
  std::string profile = "RTP/AVP";
  std::string keys = {};
  std::string_view mode = "sendrecv";
  std::uint32_t ptime_ms = usual_packet_time;
};

std::string stream(const scn::v1::MediaEndpoint& own, const form& as) {
  std::string line = "m=audio " + std::to_string(own.port()) + ' ' + as.profile;
  std::string maps;
  for (const auto& [name, number] : as.codecs) {
    line += ' ' + std::to_string(number);
    maps += map_of(*name, number);
  }
  if (as.noise) {
    line += " 13";
    maps += "a=rtpmap:13 CN/8000\r\n";
  }
  if (as.events > 0) {
    const auto number = std::to_string(as.events);
    line += ' ' + number;
    maps.append("a=rtpmap:").append(number).append(" telephone-event/8000\r\na=fmtp:");
    maps.append(number).append(" 0-15\r\n");
  }
  return line + "\r\n" + maps + as.keys + "a=ptime:" + std::to_string(as.ptime_ms) +
         "\r\na=" + std::string(as.mode) + "\r\n";
}

} // namespace

std::string header_of(const warning& why) {
  return std::to_string(why.code) + " switchroom \"" + why.text + '"';
}

std::optional<session_description> read(std::string_view sdp, const preferences& wanted,
                                        warning* why) {
  if (!can_be_parsed(sdp))
    return std::nullopt;
  const auto [text, profiles] = as_sofia_reads(sdp);
  const std::unique_ptr<sdp_parser_t, parser_ends> parser(
      sdp_parse(nullptr, text.data(), static_cast<issize_t>(text.size()), sdp_f_insane));
  const auto* whole = parser ? sdp_session(parser.get()) : nullptr;
  if (whole == nullptr)
    return std::nullopt;
  session_description made;
  warning found_wrong;
  bool found = false;
  std::size_t which = 0;
  for (const auto* one = whole->sdp_media; one != nullptr; one = one->m_next, ++which) {
    if (which >= profiles.size())
      return std::nullopt;
    if (!found)
      made.profile = profiles[which];
    if (!found && take(*whole, *one, wanted, made, found_wrong)) {
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
    made.lines.push_back("m=" + name + " 0 " + profiles[which] + ' ' + format);
  }
  if (why != nullptr)
    *why = found_wrong;
  return found ? std::optional(std::move(made)) : std::nullopt;
}

void locate(scn::v1::MediaEndpoint& theirs, std::string_view route) {
  constexpr std::string_view scheme = "sip:";
  if (!route.starts_with(scheme))
    return;
  route.remove_prefix(scheme.size());
  const bool v6 = route.starts_with('[');
  route.remove_prefix(v6 ? 1 : 0);
  theirs.set_seen_at(std::string(route.substr(0, route.find(v6 ? ']' : ':'))));
}

void session_description::go_on_from(const session_description& before) {
  if (either_role && before.media.has_dtls() &&
      before.media.dtls().fingerprint() == media.dtls().fingerprint())
    media.mutable_dtls()->set_client(before.media.dtls().client());
}

bool is_keyed(const scn::v1::MediaEndpoint& own, keying by) {
  return (by == keying::sdes && !own.srtp_key().empty()) || (by == keying::dtls && own.has_dtls());
}

std::string offer(const scn::v1::MediaEndpoint& own, const preferences& wanted,
                  std::uint64_t session, unsigned version, keying by) {
  form ours{{}, event_payload_type, true};
  if (is_keyed(own, by)) {
    const bool dtls = by == keying::dtls;
    ours.profile = dtls ? "UDP/TLS/RTP/SAVP" : "RTP/SAVP";
    ours.keys = dtls ? dtls_lines(own.dtls(), "actpass") + one_port : crypto("1", own.srtp_key());
  }
  for (const auto codec : wanted.codecs)
    if (const auto* name = name_of(codec))
      ours.codecs.emplace_back(name, name->payload_type);
  std::stable_partition(ours.codecs.begin(), ours.codecs.end(), [&](const auto& one) {
    return one.first->codec == own.codec() ||
           (own.codec() == scn::v1::CODEC_UNSPECIFIED && one.second == own.payload_type());
  });
  return head(own, session, version) + stream(own, ours);
}

bool is_answerable(const session_description& to, const scn::v1::MediaEndpoint& own) {
  return !to.savp || (to.media.has_dtls() ? own.has_dtls() : !own.srtp_key().empty());
}

namespace {

/// RFC 3264, 6.1: what the phone does not send is not received, and the other way round.
std::string_view mode_towards(const session_description& to) {
  if (to.on_hold)
    return to.listens_only ? "inactive" : "recvonly";
  return to.listens_only ? "sendonly" : "sendrecv";
}

} // namespace

std::string answer(const session_description& to, const scn::v1::MediaEndpoint& own,
                   std::uint64_t session, unsigned version) {
  form ours{{{name_of(to.media.codec()), to.media.payload_type()}},
            to.media.events(),
            to.media.comfort_noise(),
            to.profile};
  ours.mode = mode_towards(to);
  ours.ptime_ms = to.media.ptime_ms();
  if (to.media.has_dtls() && own.has_dtls())
    ours.keys = dtls_lines(own.dtls(), to.media.dtls().client() ? "passive" : "active");
  else if (!to.media.srtp_key().empty() && !own.srtp_key().empty())
    ours.keys = crypto(to.crypto_tag, own.srtp_key());
  if (to.media.one_port())
    ours.keys += one_port;
  std::string text = head(own, session, version);
  for (const auto& line : to.lines)
    text += line.empty() ? stream(own, ours) : line + "\r\n";
  return text;
}

} // namespace switchroom::sip
