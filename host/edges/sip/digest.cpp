// SPDX-License-Identifier: MIT
#include "edges/sip/digest.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sodium.h>
#include <sofia-sip/su_md5.h>
#include <sofia-sip/url.h>
#include <stdexcept>
#include <strings.h>

namespace switchroom::sip {
namespace {

using namespace std::chrono_literals;

constexpr auto nonce_lives = 1h;
constexpr std::size_t nonces_kept = 4096;
constexpr std::size_t mac_octets = 16;
constexpr std::string_view sha_256_name = "SHA-256", md5_name = "MD5";

template <std::size_t N>
std::string hex(const std::array<unsigned char, N>& octets) {
  std::string made(2 * N + 1, '\0');
  sodium_bin2hex(made.data(), made.size(), octets.data(), N);
  made.pop_back();
  return made;
}

std::string hash(bool sha_256, const std::string& text) {
  if (sha_256) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> made{};
    crypto_hash_sha256(made.data(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
    return hex(made);
  }
  std::array<unsigned char, SU_MD5_DIGEST_SIZE> made{};
  su_md5_t state{};
  su_md5_init(&state);
  su_md5_update(&state, text.data(), text.size());
  su_md5_digest(&state, made.data());
  return hex(made);
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return std::string(text);
  std::string made;
  for (std::size_t n = 1; n + 1 < text.size(); ++n) {
    if (text[n] == '\\' && n + 2 < text.size())
      ++n;
    made += text[n];
  }
  return made;
}

bool same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && strncasecmp(one.data(), other.data(), one.size()) == 0;
}

std::uint64_t seconds_of(digest::time at) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

} // namespace

credentials credentials_of(const char* const* parameters) {
  credentials made;
  const std::pair<std::string_view, std::string*> wanted[] = {
      {"username", &made.username}, {"realm", &made.realm},       {"nonce", &made.nonce},
      {"uri", &made.uri},           {"response", &made.response}, {"algorithm", &made.algorithm},
      {"cnonce", &made.cnonce},     {"qop", &made.qop},           {"nc", &made.count}};
  for (; parameters != nullptr && *parameters != nullptr; ++parameters) {
    const std::string_view one = *parameters;
    const auto equals = one.find('=');
    if (equals == std::string_view::npos)
      continue;
    for (const auto& [name, value] : wanted)
      if (same(one.substr(0, equals), name) && value->empty())
        *value = unquoted(one.substr(equals + 1));
  }
  return made;
}

digest::digest(std::string realm, digest_kinds kinds) : realm_(std::move(realm)), kinds_(kinds) {
  if (sodium_init() < 0)
    throw std::runtime_error("libsodium does not work here");
  randombytes_buf(key_.data(), key_.size());
}

/// Ports and parameters may differ, and the host be the realm. A URI without a user names only us,
/// as SIPp has it, and phones do when they register.
bool digest::is_of(const asked& request, std::string_view uri) const {
  const auto scheme = uri.substr(0, uri.find(':'));
  if (!same(scheme, "sip") && !same(scheme, "sips"))
    return false;
  uri.remove_prefix(std::min(scheme.size() + 1, uri.size()));
  const auto at = uri.find('@');
  if (at != std::string_view::npos) {
    const std::string written(uri.substr(0, std::min(at, uri.find(':'))));
    std::string user(written.size() + 1, '\0');
    user.resize(url_unescape_to(user.data(), written.c_str(), written.size()));
    if (user != request.user)
      return false;
    uri.remove_prefix(at + 1);
  }
  const auto end = uri.starts_with('[') ? uri.find(']') : uri.find_first_of(":;?");
  const auto host = uri.substr(0, end == std::string_view::npos || uri[end] != ']' ? end : end + 1);
  return same(host, request.host) || same(host, realm_);
}

std::string digest::seal(const parts& of, const std::string& source) const {
  std::array<unsigned char, 2 * sizeof(std::uint64_t) + mac_octets> made{};
  std::memcpy(made.data(), &of.issued, sizeof of.issued);
  std::memcpy(made.data() + sizeof of.issued, &of.serial, sizeof of.serial);
  const std::string said(reinterpret_cast<const char*>(made.data()), made.size() - mac_octets);
  const auto text = said + source;
  crypto_generichash(made.data() + said.size(), mac_octets,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key_.data(),
                     key_.size());
  return hex(made);
}

bool digest::open(const std::string& nonce, const std::string& source, parts& found) const {
  std::array<unsigned char, 2 * sizeof(std::uint64_t) + mac_octets> octets{};
  std::size_t size = 0;
  if (sodium_hex2bin(octets.data(), octets.size(), nonce.data(), nonce.size(), nullptr, &size,
                     nullptr) != 0 ||
      size != octets.size())
    return false;
  std::memcpy(&found.issued, octets.data(), sizeof found.issued);
  std::memcpy(&found.serial, octets.data() + sizeof found.issued, sizeof found.serial);
  const auto right = seal(found, source);
  return right.size() == nonce.size() &&
         sodium_memcmp(right.data(), nonce.data(), right.size()) == 0;
}

bool digest::ours(const std::string& nonce, const std::string& source) const {
  parts found;
  return open(nonce, source, found);
}

std::vector<std::string> digest::challenges(const std::string& source, bool stale, time now) {
  const auto nonce = seal({seconds_of(now), ++last_serial_}, source);
  std::vector<std::string> made;
  for (const auto& name : {sha_256_name, md5_name}) {
    if (kinds_ == (name == md5_name ? digest_kinds::sha_256 : digest_kinds::md5))
      continue;
    made.push_back("Digest realm=\"" + realm_ + "\", nonce=\"" + nonce + "\", " +
                   (stale ? "stale=true, " : "") + "algorithm=" + std::string(name) +
                   ", qop=\"auth\"");
  }
  return made;
}

/// Whoever repeats what a phone has said is no phone.
bool digest::count_is_new(std::uint64_t serial, std::uint64_t count) {
  const auto found = used_.find(serial);
  if (found == used_.end() ? serial <= forgotten_ : count <= found->second)
    return false;
  used_.insert_or_assign(serial, count);
  if (used_.size() > nonces_kept) {
    forgotten_ = used_.begin()->first;
    used_.erase(used_.begin());
  }
  return true;
}

digest::outcome digest::check(const credentials& said, const std::string& source, const asked& of,
                              const std::string* secret, time now) {
  const bool counted = !said.qop.empty();
  std::uint64_t count = 1;
  const auto* end = said.count.data() + said.count.size();
  if (said.username.empty() || said.nonce.empty() || said.uri.empty() || said.response.empty() ||
      (counted && (!same(said.qop, "auth") || said.cnonce.empty() || said.count.size() != 8 ||
                   std::from_chars(said.count.data(), end, count, 16).ptr != end)))
    return outcome::malformed;
  if (!is_of(of, said.uri))
    return outcome::malformed;
  const bool sha_256 = same(said.algorithm, sha_256_name);
  if (!sha_256 && !said.algorithm.empty() && !same(said.algorithm, md5_name))
    return outcome::malformed;
  if (kinds_ == (sha_256 ? digest_kinds::md5 : digest_kinds::sha_256))
    return outcome::stale; // asked again for what is taken
  parts nonce;
  if (!open(said.nonce, source, nonce) ||
      seconds_of(now) >= nonce.issued + std::chrono::seconds(nonce_lives).count())
    return outcome::stale;
  static const std::string nobodys = "nobody's";
  const auto a1 =
      hash(sha_256, said.username + ':' + realm_ + ':' + (secret == nullptr ? nobodys : *secret));
  const auto a2 = hash(sha_256, std::string(of.method) + ':' + said.uri);
  const auto right = hash(
      sha_256, a1 + ':' + said.nonce + ':' +
                   (counted ? said.count + ':' + said.cnonce + ':' + said.qop + ':' : "") + a2);
  if (said.response.size() != right.size() ||
      sodium_memcmp(said.response.data(), right.data(), right.size()) != 0 || secret == nullptr)
    return outcome::wrong;
  return count_is_new(nonce.serial, count) ? outcome::proved : outcome::stale;
}

} // namespace switchroom::sip
