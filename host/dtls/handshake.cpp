// SPDX-License-Identifier: MIT
#include "dtls/handshake.hpp"

#include "dtls/records.hpp"

#include <algorithm>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdexcept>
#include <utility>

namespace switchroom::dtls {
namespace {

using namespace std::chrono_literals;

/// A voice call waits for it, so it is said again sooner than data would be (RFC 6347, 4.2.4.1: 1 s
/// is for who knows nothing of the network), and never much later.
constexpr unsigned first_wait_us = 250'000, longest_wait_us = 2'000'000;
/// Longer nobody needs. After that the far end has lost what it knew, or never was there.
constexpr auto patience = 20s;
/// Then a client tries anew, when what could not be agreed on may have been somebody else's doing.
constexpr auto again_after = 2s;
/// Of an IP packet's payload: fits through every tunnel.
constexpr long link_mtu = 1200;
constexpr std::string_view label = "EXTRACTOR-dtls_srtp"; // RFC 5764, 4.2
constexpr std::size_t key_octets = 16, salt_octets = 14;

} // namespace

/// OpenSSL's end: reads the one packet that has just come, writes packets.
class handshake::connection {
public:
  connection(const identity& who, role as, const fingerprint& expected, std::vector<packet>& sent)
      : expected_(expected), sent_(sent), ssl_(SSL_new(who.context())) {
    BIO* const end = ssl_ ? BIO_new(method()) : nullptr;
    if (end == nullptr)
      throw std::runtime_error("OpenSSL: SSL_new: " + last_error());
    BIO_set_data(end, this);
    BIO_set_init(end, 1);
    SSL_set_bio(ssl_.get(), end, end);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(who.context(), &connection::is_expected, nullptr);
    DTLS_set_link_mtu(ssl_.get(), link_mtu);
    DTLS_set_timer_cb(ssl_.get(), [](SSL*, unsigned was_us) {
      return was_us == 0 ? first_wait_us : std::min(was_us * 2, longest_wait_us);
    });
    if (as == role::client)
      SSL_set_connect_state(ssl_.get());
    else
      SSL_set_accept_state(ssl_.get());
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  SSL* ssl() const { return ssl_.get(); }
  void hand_in(std::span<const std::uint8_t> octets) { waiting_ = octets; }
  bool has_waiting() const { return !waiting_.empty(); }
  bool was_stranger() const { return stranger_; }

private:
  struct ssl_ends {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  static connection& of(BIO* end) { return *static_cast<connection*>(BIO_get_data(end)); }

  static int read(BIO* end, char* to, int room) {
    auto& self = of(end);
    BIO_clear_retry_flags(end);
    if (self.waiting_.empty()) {
      BIO_set_retry_read(end);
      return -1;
    }
    const auto size = std::min(self.waiting_.size(), static_cast<std::size_t>(std::max(room, 0)));
    std::copy_n(self.waiting_.begin(), size, to);
    self.waiting_ = {}; // as of a datagram, the rest is lost
    return static_cast<int>(size);
  }
  static int write(BIO* end, const char* octets, int size) {
    of(end).sent_.emplace_back(octets, octets + size);
    return size;
  }
  static long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      auto* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "packets");
      BIO_meth_set_read(fresh, &connection::read);
      BIO_meth_set_write(fresh, &connection::write);
      BIO_meth_set_ctrl(fresh, &connection::control);
      return fresh;
    }();
    return made;
  }

  /// In place of chains and authorities (RFC 8122, 6).
  static int is_expected(X509_STORE_CTX* seen, void*) {
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(seen, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& self = *static_cast<connection*>(SSL_get_app_data(ssl));
    fingerprint print{};
    const auto* theirs = X509_STORE_CTX_get0_cert(seen);
    self.stranger_ = theirs == nullptr ||
                     X509_digest(theirs, EVP_sha256(), print.data(), nullptr) != 1 ||
                     print != self.expected_;
    X509_STORE_CTX_set_error(seen, self.stranger_ ? X509_V_ERR_CERT_REJECTED : X509_V_OK);
    return self.stranger_ ? 0 : 1;
  }

  fingerprint expected_;
  std::vector<packet>& sent_;
  std::span<const std::uint8_t> waiting_;
  bool stranger_ = false;
  std::unique_ptr<SSL, ssl_ends> ssl_;
};

handshake::handshake(const identity& who, role as, const fingerprint& of_far_end, instant now)
    : who_(who), role_(as), expected_(of_far_end) {
  begin(now);
}

handshake::~handshake() = default;

void handshake::begin(instant now) {
  connection_ = std::make_unique<connection>(who_, role_, expected_, sent_);
  begun_ = now;
  answered_ = false;
  deadline_ = never;
  state_ = state::under_way;
  if (role_ == role::client)
    go_on(now);
}

void handshake::receive(std::span<const std::uint8_t> octets, instant now) {
  if (state_ == state::wrong_certificate)
    return;
  const auto records = sift(octets);
  if (state_ == state::broken_off && role_ == role::server && records.begins)
    begin(now);
  if (records.alert && state_ == state::under_way)
    why_ = std::string("the far end said: ") + SSL_alert_desc_string_long(*records.alert);
  if (records.octets.empty() || state_ == state::broken_off)
    return;
  const auto sent_before = sent_.size();
  connection_->hand_in(records.octets);
  if (state_ == state::under_way)
    go_on(now);
  if (state_ == state::done) { // an old flight is answered; there is no data
    std::array<std::uint8_t, 64> nothing;
    ERR_clear_error();
    while (SSL_read(connection_->ssl(), nothing.data(), nothing.size()) > 0) {
    }
  }
  connection_->hand_in({});
  if (sent_.size() > sent_before && !std::exchange(answered_, true))
    begun_ = now;
}

void handshake::go_on(instant now) {
  ERR_clear_error();
  const int result = SSL_do_handshake(connection_->ssl());
  if (result == 1)
    return finish();
  if (SSL_get_error(connection_->ssl(), result) == SSL_ERROR_WANT_READ)
    return wait(now);
  fail(now);
}

/// Until OpenSSL wants to say its flight again.
void handshake::wait(instant now) {
  timeval left{};
  const bool waits = DTLSv1_get_timeout(connection_->ssl(), &left) == 1;
  const auto time = std::chrono::seconds{left.tv_sec} + std::chrono::microseconds{left.tv_usec};
  // The clock that it looks at may be set meanwhile.
  const auto longest = std::chrono::microseconds{longest_wait_us};
  deadline_ = waits ? now + std::clamp<duration>(time, 1ms, longest) : never;
  if (answered_)
    deadline_ = std::min(deadline_, begun_ + patience);
}

void handshake::tick(instant now) {
  if (now < deadline_)
    return;
  if (state_ == state::broken_off)
    return begin(now);
  if (now >= begun_ + patience) {
    if (answered_ && why_.empty())
      why_ = "the far end has not gone on with it";
    return begin(now);
  }
  ERR_clear_error();
  if (DTLSv1_handle_timeout(connection_->ssl()) < 0)
    return begin(now);
  wait(now);
}

void handshake::finish() {
  auto* const ssl = connection_->ssl();
  std::array<std::uint8_t, 2 * (key_octets + salt_octets)> octets{};
  if (SSL_get_selected_srtp_profile(ssl) == nullptr ||
      SSL_export_keying_material(ssl, octets.data(), octets.size(), label.data(), label.size(),
                                 nullptr, 0, 0) != 1) {
    state_ = state::broken_off;
    deadline_ = never;
    why_ = "the far end has none of our kinds of SRTP";
    return;
  }
  // RFC 5764, 4.2: keys of client and server, then their salts.
  const bool first = role_ == role::client;
  const auto put = [&](srtp_key& to, std::size_t which) {
    std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(which * key_octets), key_octets,
                to.begin());
    std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(2 * key_octets + which * salt_octets),
                salt_octets, to.begin() + key_octets);
  };
  put(keys_.ours, first ? 0 : 1);
  put(keys_.theirs, first ? 1 : 0);
  state_ = state::done;
  deadline_ = never;
  why_.clear();
}

void handshake::fail(instant now) {
  const bool stranger = connection_->was_stranger();
  state_ = stranger ? state::wrong_certificate : state::broken_off;
  deadline_ = stranger || role_ == role::server ? never : now + again_after;
  why_ = stranger ? "its certificate has another fingerprint than it has told" : last_error();
  ERR_clear_error();
}

std::vector<handshake::packet> handshake::take_packets() {
  return std::exchange(sent_, {});
}

} // namespace switchroom::dtls
