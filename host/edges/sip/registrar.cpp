// SPDX-License-Identifier: MIT
// Who may speak here, and where the phones are: digest (RFC 3261, 22) and registrations (10).
#include "edges/sip/phones.hpp"

#include <algorithm>
#include <memory>
#include <sofia-sip/msg_date.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <tuple>

namespace switchroom::sip {
namespace {

struct text_ends {
  void operator()(char* text) const { su_free(nullptr, text); }
};

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

} // namespace

void phones::set_ports(const edge::v1::Ports& told) {
  ports_.replace(told);
  served_ = true;
  edge::v1::FromEdge message;
  message.mutable_ready();
  gateway_.say(message);
}

bool phones::refuse_for_now(nua_handle_t* handle, const std::string& source) {
  const auto seconds = gate_.sources().retry_after(source, clock::now());
  const auto text = std::to_string(seconds.count());
  nua_respond(handle, SIP_503_SERVICE_UNAVAILABLE, SIPTAG_RETRY_AFTER_STR(text.c_str()),
              NUTAG_WITH_THIS(nua_), TAG_END());
  return false;
}

/// Of a request that is served only for phones of ours. False: it has been answered.
bool phones::has_proved(nua_handle_t* handle, const sip_t* sip, bool to_registrar,
                        std::string& name) {
  const auto now = clock::now();
  const auto source = gate::source_of(nua_current_request(nua_));
  if (!served_ || gate_.sources().refuses(source, gate_.kind_of(sip, source), now))
    return refuse_for_now(handle, source);
  const auto* url = sip->sip_request->rq_url;
  bool stale = false;
  for (const auto* one = to_registrar ? sip->sip_authorization : sip->sip_proxy_authorization;
       one != nullptr; one = one->au_next) {
    const auto said = credentials_of(one->au_params);
    if (said.realm != settings_.realm)
      continue;
    if (gate_.sources().locked(source, now))
      return refuse_for_now(handle, source);
    const auto* known = ports_.named(said.username);
    switch (gate_.proofs().check(
        said, source, {sip->sip_request->rq_method_name, user_of(url), text_of(url->url_host)},
        known == nullptr ? nullptr : &known->secret, now)) {
    case digest::outcome::proved:
      gate_.sources().proved(source, now);
      name = said.username;
      return true;
    case digest::outcome::stale:
      stale = true;
      continue;
    case digest::outcome::wrong:
      gate_.sources().wrong_password(source, now);
      continue;
    case digest::outcome::malformed:
      nua_respond(handle, SIP_400_BAD_REQUEST, NUTAG_WITH_THIS(nua_), TAG_END());
      return false;
    }
  }
  challenge(handle, to_registrar, gate_.proofs().challenges(source, stale, now));
  return false;
}

void phones::challenge(nua_handle_t* handle, bool as_registrar,
                       const std::vector<std::string>& with) {
  const char* first = with.front().c_str();
  const char* second = with.size() > 1 ? with.back().c_str() : nullptr;
  if (as_registrar)
    return nua_respond(handle, SIP_401_UNAUTHORIZED, SIPTAG_WWW_AUTHENTICATE_STR(first),
                       TAG_IF(second != nullptr, SIPTAG_WWW_AUTHENTICATE_STR(second)),
                       NUTAG_WITH_THIS(nua_), TAG_END());
  nua_respond(handle, SIP_407_PROXY_AUTH_REQUIRED, SIPTAG_PROXY_AUTHENTICATE_STR(first),
              TAG_IF(second != nullptr, SIPTAG_PROXY_AUTHENTICATE_STR(second)),
              NUTAG_WITH_THIS(nua_), TAG_END());
}

void phones::registered(nua_handle_t* handle, const sip_t* sip) {
  std::string name;
  if (!has_proved(handle, sip, true, name))
    return nua_handle_destroy(handle);
  auto& phone = *ports_.named(name);
  const auto* contact = sip->sip_contact;
  if (user_of(sip->sip_to->a_url) != name) {
    nua_respond(handle, SIP_403_FORBIDDEN, NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  const bool tls = came_over_tls(sip);
  if (phone.secure && !tls) {
    nua_respond(handle, 403, "Register by TLS", NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  const bool leaves = contact != nullptr && contact->m_url->url_type == url_any;
  unsigned seconds =
      contact == nullptr ? 0
      : leaves           ? 0
               : static_cast<unsigned>(sip_contact_expires(contact, sip->sip_expires, sip->sip_date,
                                                           longest_registration, msg_now()));
  if (seconds > 0 && seconds < shortest_registration) {
    nua_respond(handle, SIP_423_INTERVAL_TOO_BRIEF,
                SIPTAG_MIN_EXPIRES_STR(std::to_string(shortest_registration).c_str()),
                NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  seconds = std::min(seconds, longest_registration);
  if (contact != nullptr) {
    const std::unique_ptr<char, text_ends> uri(leaves ? nullptr
                                                      : url_as_string(nullptr, contact->m_url));
    const bool is_there = seconds > 0;
    const auto before = std::tuple(phone.contact, phone.software);
    // What another phone says that was there before is of no matter any more.
    if (is_there || leaves || phone.contact == text_of(uri.get()))
      phone.contact = is_there ? text_of(uri.get()) : "";
    phone.expires = clock::now() + std::chrono::seconds{seconds};
    phone.over_tls = tls;
    phone.route = source(sip);
    phone.software = sip->sip_user_agent == nullptr ? "" : text_of(sip->sip_user_agent->g_string);
    if (before != std::tuple(phone.contact, phone.software)) // else it has but renewed
      tell_state(phone);
  }
  gate_.count_registration();
  const auto now = phone.contact.empty()
                       ? std::string()
                       : '<' + phone.contact + ">;expires=" + std::to_string(seconds);
  nua_respond(handle, SIP_200_OK, TAG_IF(!now.empty(), SIPTAG_CONTACT_STR(now.c_str())),
              NUTAG_WITH_THIS(nua_), TAG_END());
  nua_handle_destroy(handle);
}

void phones::tell_state(const phone& one) {
  edge::v1::FromEdge message;
  auto& state = *message.mutable_phone();
  state.set_line(one.line);
  state.set_here(!one.contact.empty());
  state.set_address(one.contact);
  state.set_software(one.software);
  gateway_.say(message);
}

void phones::on_second(su_root_magic_t*, su_timer_t*, su_timer_arg_t* arg) {
  auto& self = *reinterpret_cast<phones*>(arg);
  for (const auto line : self.ports_.take_expired(clock::now()))
    self.tell_state(*self.ports_.at(line));
  self.refresh_sessions(clock::now());
  edge::v1::FromEdge message;
  if (self.served_ && self.gate_.news(*message.mutable_figures(), clock::now()))
    self.gateway_.say(message);
}

} // namespace switchroom::sip
