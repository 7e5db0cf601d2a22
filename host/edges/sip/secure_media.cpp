// SPDX-License-Identifier: MIT
#include "edges/sip/secure_media.hpp"

#include <algorithm>
#include <array>
#include <strings.h>

namespace switchroom::sip {
namespace {

constexpr std::size_t hash_octets = 32;
constexpr std::string_view hash_name = "sha-256";

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_like_savp(std::string_view profile) {
  return same_word(profile, "RTP/SAVPF") || wants_dtls(profile);
}

/// Begin and end of the third word of "m=audio 4000 UDP/TLS/RTP/SAVP 0 8".
std::pair<std::size_t, std::size_t> third_word(std::string_view line) {
  std::size_t begin = 0, end = 0;
  for (int word = 0; word < 3; ++word) {
    begin = std::min(line.find_first_not_of(' ', end), line.size());
    end = std::min(line.find(' ', begin), line.size());
  }
  return {begin, end};
}

/// Of the stream, else of the whole (RFC 8122, 5).
const char* said(const sdp_session_t& whole, const sdp_media_t& stream, const char* name) {
  const auto* found = sdp_attribute_find(stream.m_attributes, name);
  if (found == nullptr)
    found = sdp_attribute_find(whole.sdp_attributes, name);
  return found == nullptr ? nullptr : found->a_value;
}

/// More than one hash may be told, each in a line.
std::string fingerprint_in(const sdp_attribute_t* lines) {
  for (const auto* one = lines; one != nullptr; one = one->a_next)
    if (one->a_name != nullptr && one->a_value != nullptr && same_word(one->a_name, "fingerprint"))
      if (auto octets = fingerprint_octets(one->a_value); !octets.empty())
        return octets;
  return {};
}

int digit_of(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto at = digits.find(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

readable_description as_sofia_reads(std::string_view sdp) {
  readable_description made;
  while (!sdp.empty()) {
    const auto end = std::min(sdp.find_first_of("\r\n"), sdp.size());
    const auto line = sdp.substr(0, end);
    if (line.starts_with("m=")) {
      const auto [begin, after] = third_word(line);
      const auto& profile = made.profiles.emplace_back(line.substr(begin, after - begin));
      made.text += line.substr(0, begin);
      made.text += is_like_savp(profile) ? "RTP/SAVP" : profile;
      made.text += line.substr(after);
    } else {
      made.text += line;
    }
    const auto next = std::min(end + 1, sdp.size());
    made.text += sdp.substr(end, next - end);
    sdp.remove_prefix(next);
  }
  return made;
}

bool wants_dtls(std::string_view profile) {
  return same_word(profile, "UDP/TLS/RTP/SAVP") || same_word(profile, "UDP/TLS/RTP/SAVPF");
}

std::string fingerprint_octets(std::string_view text) {
  const auto space = std::min(text.find(' '), text.size());
  if (!same_word(text.substr(0, space), hash_name))
    return {};
  text.remove_prefix(std::min(text.find_first_not_of(' ', space), text.size()));
  std::string made;
  for (; text.size() >= 2 && made.size() < hash_octets; text.remove_prefix(3)) {
    const int high = digit_of(text[0]), low = digit_of(text[1]);
    if (high < 0 || low < 0)
      return {};
    made += static_cast<char>(high << 4 | low);
    if (text.size() == 2)
      return made.size() == hash_octets ? made : std::string();
    if (text[2] != ':')
      return {};
  }
  return {};
}

std::optional<dtls_terms> dtls_terms_of(const sdp_session_t& whole, const sdp_media_t& stream) {
  auto print = fingerprint_in(stream.m_attributes);
  if (print.empty())
    print = fingerprint_in(whole.sdp_attributes);
  const char* const text = said(whole, stream, "setup");
  const std::string_view setup = text == nullptr ? "active" : text; // RFC 4145, 4
  const bool waits = same_word(setup, "passive"), either = same_word(setup, "actpass");
  if (print.empty() || (!waits && !either && !same_word(setup, "active")))
    return std::nullopt;
  dtls_terms made;
  made.end.set_fingerprint(print);
  // Of one that would do either we are the server: our stream is there before it has been answered,
  // and what we would begin then it could not take part in yet (docs/adr/0018).
  made.end.set_client(!waits);
  made.either = either;
  return made;
}

std::string dtls_lines(const scn::v1::DtlsEnd& own, std::string_view as) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "a=fingerprint:sha-256";
  char between = ' ';
  for (const char c : own.fingerprint()) {
    const auto octet = static_cast<unsigned char>(c);
    text += std::exchange(between, ':');
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text.append("\r\na=setup:").append(as).append("\r\n");
}

} // namespace switchroom::sip
