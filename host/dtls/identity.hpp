// SPDX-License-Identifier: MIT
/// Who this gateway is in a DTLS handshake: a key (ECDSA, P-256) and a certificate that it has
/// signed itself. Nobody vouches for it but whoever tells its fingerprint (RFC 8122): so it is made
/// anew at each start, and is nowhere but in memory.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct ssl_ctx_st;

namespace switchroom::dtls {

/// SHA-256 of a certificate as it is sent.
using fingerprint = std::array<std::uint8_t, 32>;
/// Of `octets`; nothing if they are not 32.
std::optional<fingerprint> fingerprint_of(std::span<const std::uint8_t> octets);

class identity {
public:
  /// Throws std::runtime_error if OpenSSL cannot.
  identity();
  ~identity();
  identity(const identity&) = delete;
  identity& operator=(const identity&) = delete;

  const fingerprint& print() const { return print_; }
  /// DTLS 1.2 with use_srtp, of either role (RFC 5764, 4.1).
  ssl_ctx_st* context() const { return context_.get(); }

private:
  struct context_ends {
    void operator()(ssl_ctx_st*) const;
  };
  std::unique_ptr<ssl_ctx_st, context_ends> context_;
  fingerprint print_{};
};

/// What OpenSSL says of the last thing that went wrong; forgets it.
std::string last_error();

} // namespace switchroom::dtls
