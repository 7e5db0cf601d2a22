// SPDX-License-Identifier: MIT
#include "dtls/identity.hpp"

#include <algorithm>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdexcept>

namespace switchroom::dtls {
namespace {

/// Nobody looks at how long it is valid: it is as old as the gateway's last start.
constexpr long before_s = -86'400, after_s = 10 * 365 * 86'400L;
/// Forward secrecy and authenticated encryption only; either kind of certificate at the far end.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* groups = "X25519:P-256:P-384";
/// The one that everybody has (RFC 5764, 4.1.2; RFC 8827, 6.5).
constexpr const char* srtp_profiles = "SRTP_AES128_CM_SHA1_80";

void must(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string("OpenSSL: ") + what + ": " + last_error());
}

struct key_ends {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct certificate_ends {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using key_handle = std::unique_ptr<EVP_PKEY, key_ends>;
using certificate_handle = std::unique_ptr<X509, certificate_ends>;

/// Its name says nothing: whoever looks at the handshake need not learn what this is.
certificate_handle self_signed(EVP_PKEY* key) {
  certificate_handle made(X509_new());
  must(made != nullptr, "X509_new");
  std::uint64_t serial = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "RAND_bytes");
  auto* name = X509_get_subject_name(made.get());
  const auto* text = reinterpret_cast<const unsigned char*>("gateway");
  must(X509_set_version(made.get(), X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1 | 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(made.get()), before_s) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(made.get()), after_s) != nullptr &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
           X509_set_issuer_name(made.get(), name) == 1 && X509_set_pubkey(made.get(), key) == 1 &&
           X509_sign(made.get(), key, EVP_sha256()) != 0,
       "making a certificate");
  return made;
}

} // namespace

std::string last_error() {
  const auto code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "no reason is known" : reason;
}

std::optional<fingerprint> fingerprint_of(std::span<const std::uint8_t> octets) {
  fingerprint made;
  if (octets.size() != made.size())
    return std::nullopt;
  std::ranges::copy(octets, made.begin());
  return made;
}

void identity::context_ends::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

identity::identity() : context_(SSL_CTX_new(DTLS_method())) {
  must(context_ != nullptr, "SSL_CTX_new");
  auto* to = context_.get();
  const key_handle key(EVP_EC_gen("P-256"));
  must(key != nullptr, "making a key");
  const auto certificate = self_signed(key.get());
  must(SSL_CTX_set_min_proto_version(to, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(to, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(to, ciphers) == 1 && SSL_CTX_set1_groups_list(to, groups) == 1 &&
           SSL_CTX_use_certificate(to, certificate.get()) == 1 &&
           SSL_CTX_use_PrivateKey(to, key.get()) == 1,
       "setting up DTLS");
  must(SSL_CTX_set_tlsext_use_srtp(to, srtp_profiles) == 0, "use_srtp"); // 0: it has worked
  SSL_CTX_set_options(to, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_session_cache_mode(to, SSL_SESS_CACHE_OFF);
  must(X509_digest(certificate.get(), EVP_sha256(), print_.data(), nullptr) == 1, "X509_digest");
}

identity::~identity() = default;

} // namespace switchroom::dtls
