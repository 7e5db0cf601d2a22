// SPDX-License-Identifier: MIT
/// SRTP (RFC 3711) of one stream and its RTCP, both ways: AES-128 in counter mode, HMAC-SHA1 with a
/// tag of 80 bits, keys that each end has told the other (RFC 4568). By libsrtp.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace switchroom::media {

/// Master key (16) and master salt (14).
using srtp_key = std::array<std::uint8_t, 30>;
/// Of `size` octets; nothing if it is none.
std::optional<srtp_key> srtp_key_of(std::span<const std::uint8_t> octets);

class srtp {
public:
  /// What protecting adds at most, of RTP and of RTCP (RFC 3711, 3.4: index and tag).
  static constexpr std::size_t most_added = 14;
  struct keys {
    srtp_key ours; ///< of what is sent from here
    srtp_key theirs;
    friend bool operator==(const keys&, const keys&) = default;
  };

  /// Throws std::runtime_error if libsrtp does not work.
  explicit srtp(const keys&);
  ~srtp();
  srtp(const srtp&) = delete;
  srtp& operator=(const srtp&) = delete;

  /// In place: `room` begins with a packet of `size` octets and has most_added more. The new size;
  /// 0: it is no packet.
  std::size_t protect(std::span<std::uint8_t> room, std::size_t size);
  std::size_t protect_rtcp(std::span<std::uint8_t> room, std::size_t size);
  /// In place. The size without what was added; 0: forged, come before, or of other keys.
  std::size_t unprotect(std::span<std::uint8_t> packet);
  std::size_t unprotect_rtcp(std::span<std::uint8_t> packet);

  const keys& with() const { return keys_; }
  /// In each direction whose key is the same as before, the count of packets goes on, and what has
  /// come is still known: a key's counts never begin anew (RFC 3711, 9.1), and an old packet stays
  /// old. Allocates nothing.
  void go_on_from(const srtp& before);

private:
  class context;
  keys keys_;
  std::shared_ptr<context> send_, receive_;
};

} // namespace switchroom::media
