// SPDX-License-Identifier: MIT
/// A phone proves that it knows its password (RFC 7616 and 8760): MD5, which is all that many
/// phones have, and SHA-256. Sofia's own module has neither SHA-256 nor a look at the count of a
/// nonce, and its nonces can be made by anybody: so this. A nonce is worth something only from the
/// source that it was given to, for an hour, and with a count only once. Pure: time is passed in.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchroom::sip {

enum class digest_kinds { md5, both, sha_256 };

/// As the phone says it; quotes are taken away. "" : it does not say so.
struct credentials {
  std::string username, realm, nonce, uri, response, algorithm, cnonce, qop, count;
};
/// Parameters as sofia splits them: "name=value", or name="value". `parameters`: ends with null.
credentials credentials_of(const char* const* parameters);

/// Of the request that is proved.
struct asked {
  std::string_view method;
  std::string user; ///< of its URI, with "%23" as '#'
  std::string host; ///< of its URI
};

class digest {
public:
  using time = std::chrono::steady_clock::time_point;
  enum class outcome {
    proved,
    stale, ///< it may know the password, but the nonce is worth nothing (any more)
    wrong,
    malformed
  };
  digest(std::string realm, digest_kinds);

  /// "Digest realm=…", one or two: the strongest first.
  std::vector<std::string> challenges(const std::string& source, bool stale, time now);
  /// Was this nonce given to that source by us?
  bool ours(const std::string& nonce, const std::string& source) const;
  /// `secret`: null when there is no such user. A proof whose URI is not the request's is malformed
  /// (RFC 7616, 3.4.6): else who hears it could call another number with it.
  outcome check(const credentials&, const std::string& source, const asked&,
                const std::string* secret, time now);

private:
  struct parts {
    std::uint64_t issued = 0, serial = 0;
  };
  bool is_of(const asked&, std::string_view uri) const;
  std::string seal(const parts&, const std::string& source) const;
  bool open(const std::string& nonce, const std::string& source, parts&) const;
  bool count_is_new(std::uint64_t serial, std::uint64_t count);

  std::string realm_;
  digest_kinds kinds_;
  std::array<unsigned char, 32> key_{};
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, std::uint64_t> used_; ///< nonce: its highest count
  std::uint64_t forgotten_ = 0; ///< what was used up to this one is not known any more
};

} // namespace switchroom::sip
