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

srtp_t session(srtp_ssrc_type_t whose, srtp_key key) {
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

/// Of one direction.
class srtp::context {
public:
  context(srtp_ssrc_type_t whose, const srtp_key& key) : of(session(whose, key)) {}
  ~context() { srtp_dealloc(of); }
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  srtp_t of;
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
  send_ = std::make_shared<context>(ssrc_any_outbound, with.ours);
  receive_ = std::make_shared<context>(ssrc_any_inbound, with.theirs);
}

srtp::~srtp() = default;

void srtp::go_on_from(const srtp& before) {
  if (keys_.ours == before.keys_.ours)
    send_ = before.send_;
  if (keys_.theirs == before.keys_.theirs)
    receive_ = before.receive_;
}

std::size_t srtp::protect(std::span<std::uint8_t> room, std::size_t size) {
  if (size + most_added > room.size())
    return 0;
  return apply(&srtp_protect, send_->of, room.data(), size);
}

std::size_t srtp::protect_rtcp(std::span<std::uint8_t> room, std::size_t size) {
  if (size + most_added > room.size())
    return 0;
  return apply(&srtp_protect_rtcp, send_->of, room.data(), size);
}

std::size_t srtp::unprotect(std::span<std::uint8_t> packet) {
  return apply(&srtp_unprotect, receive_->of, packet.data(), packet.size());
}

std::size_t srtp::unprotect_rtcp(std::span<std::uint8_t> packet) {
  return apply(&srtp_unprotect_rtcp, receive_->of, packet.data(), packet.size());
}

} // namespace switchroom::media
