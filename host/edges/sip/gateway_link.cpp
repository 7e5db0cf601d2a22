// SPDX-License-Identifier: MIT
#include "edges/sip/gateway_link.hpp"

namespace switchroom::sip {

gateway_link::gateway_link(su_root_t* root, int descriptor,
                           std::function<void(const edge::v1::ToEdge&)> told,
                           std::function<void()> gone)
    : root_(root), connection_(descriptor), told_(std::move(told)), gone_(std::move(gone)) {
  su_wait_t wait{};
  su_wait_create(&wait, connection_.descriptor(), SU_WAIT_IN);
  registered_ = su_root_register(root_, &wait, &gateway_link::ready,
                                 reinterpret_cast<su_wakeup_arg_t*>(this), 0);
}

gateway_link::~gateway_link() {
  if (registered_ > 0)
    su_root_deregister(root_, registered_);
}

int gateway_link::ready(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* self) {
  reinterpret_cast<gateway_link*>(self)->read();
  return 0;
}

void gateway_link::read() {
  const bool there = connection_.read([this](std::string_view body) {
    edge::v1::ToEdge message;
    if (!message.ParseFromArray(body.data(), static_cast<int>(body.size())))
      return false;
    told_(message);
    return true;
  });
  if (!there)
    gone_();
}

void gateway_link::say(const edge::v1::FromEdge& message) {
  if (!connection_.say(message))
    gone_();
}

} // namespace switchroom::sip
