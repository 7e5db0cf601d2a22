// SPDX-License-Identifier: MIT
#include "media/srtp.hpp"

#include <algorithm>
#include <srtp2/srtp.h>
#include <stdexcept>
#include <string>

namespace switchroom::media {
namespace {

void check(srtp_err_status_t status, const char* what) {
  if (status != srtp_err_status_ok)
    throw std::runtime_error(std::string("libsrtp: ") + what + " failed with status " +
                             std::to_string(static_cast<int>(status)));
}

srtp_t context(srtp_ssrc_type_t whose, srtp_key& key) {
  srtp_policy_t policy{};
  srtp_crypto_policy_set_rtp_default(&policy.rtp);
  srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
  policy.ssrc.type = whose;
  policy.key = key.data();
  policy.window_size = 128;
  srtp_t made = nullptr;
  check(srtp_create(&made, &policy), "srtp_create");
  return made;
}

/// Before its first use, once.
void begin() {
  static const bool begun = [] {
    check(srtp_init(), "srtp_init");
    return true;
  }();
  static_cast<void>(begun);
}

using function = srtp_err_status_t (*)(srtp_t, void*, int*);

std::size_t apply(function f, srtp_t to, std::uint8_t* octets, std::size_t size) {
  int length = static_cast<int>(size);
  return f(to, octets, &length) == srtp_err_status_ok ? static_cast<std::size_t>(length) : 0;
}

} // namespace

class srtp::contexts {
public:
  explicit contexts(keys with)
      : send(context(ssrc_any_outbound, with.ours)),
        receive(context(ssrc_any_inbound, with.theirs)) {}
  ~contexts() {
    srtp_dealloc(send);
    srtp_dealloc(receive);
  }
  contexts(const contexts&) = delete;
  contexts& operator=(const contexts&) = delete;
  srtp_t send, receive;
};

std::optional<srtp_key> srtp_key_of(std::span<const std::uint8_t> octets) {
  srtp_key made;
  if (octets.size() != made.size())
    return std::nullopt;
  std::ranges::copy(octets, made.begin());
  return made;
}

srtp::srtp(const keys& with) : keys_(with) {
  begin();
  contexts_ = std::make_unique<contexts>(with);
}

srtp::~srtp() = default;

std::size_t srtp::protect(std::span<std::uint8_t> room, std::size_t size) {
  if (size + most_added > room.size())
    return 0;
  return apply(&srtp_protect, contexts_->send, room.data(), size);
}

std::size_t srtp::protect_rtcp(std::span<std::uint8_t> room, std::size_t size) {
  if (size + most_added > room.size())
    return 0;
  return apply(&srtp_protect_rtcp, contexts_->send, room.data(), size);
}

std::size_t srtp::unprotect(std::span<std::uint8_t> packet) {
  return apply(&srtp_unprotect, contexts_->receive, packet.data(), packet.size());
}

std::size_t srtp::unprotect_rtcp(std::span<std::uint8_t> packet) {
  return apply(&srtp_unprotect_rtcp, contexts_->receive, packet.data(), packet.size());
}

} // namespace switchroom::media
