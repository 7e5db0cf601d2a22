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

/// Of a REGISTER (RFC 3261, 10.3). One that asks for nothing asks who is here.
struct registration {
  std::string comes;    ///< URI of the phone that is to be it from now on
  unsigned seconds = 0; ///< for so long
  bool leaves = false;  ///< the one that is here; who has been replaced has nothing to leave
  bool too_brief = false;
  bool malformed = false; ///< `*` stands alone, and with Expires: 0 (10.3, step 6)
};

registration read_registration(const sip_t* sip, const std::string& here) {
  registration asked;
  for (const auto* one = sip->sip_contact; one != nullptr; one = one->m_next) {
    const bool all = one->m_url->url_type == url_any;
    asked.malformed |=
        all && (one != sip->sip_contact || one->m_next != nullptr || sip->sip_expires == nullptr ||
                sip->sip_expires->ex_delta != 0 || sip->sip_expires->ex_date != 0);
    const std::unique_ptr<char, text_ends> uri(all ? nullptr : url_as_string(nullptr, one->m_url));
    const auto seconds =
        all ? 0U
            : static_cast<unsigned>(sip_contact_expires(one, sip->sip_expires, sip->sip_date,
                                                        longest_registration, msg_now()));
    asked.too_brief |= seconds > 0 && seconds < shortest_registration;
    if (seconds == 0) {
      asked.leaves |= all || here == text_of(uri.get());
    } else if (asked.comes.empty()) { // one phone a line: its first address
      asked.comes = text_of(uri.get());
      asked.seconds = std::min(seconds, longest_registration);
    }
  }
  return asked;
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
  if (user_of(sip->sip_to->a_url) != name) {
    nua_respond(handle, SIP_403_FORBIDDEN, NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  const bool tls = came_over_tls(sip);
  if (phone.secure && !tls) {
    nua_respond(handle, 403, "Register by TLS", NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  const auto asked = read_registration(sip, phone.contact);
  if (asked.malformed) {
    nua_respond(handle, SIP_400_BAD_REQUEST, NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  if (asked.too_brief) {
    nua_respond(handle, SIP_423_INTERVAL_TOO_BRIEF,
                SIPTAG_MIN_EXPIRES_STR(std::to_string(shortest_registration).c_str()),
                NUTAG_WITH_THIS(nua_), TAG_END());
    return nua_handle_destroy(handle);
  }
  const auto before = std::tuple(phone.contact, phone.software);
  if (!asked.comes.empty()) {
    phone.contact = asked.comes;
    phone.expires = clock::now() + std::chrono::seconds{asked.seconds};
    phone.over_tls = tls;
    phone.route = source(sip);
    phone.software = sip->sip_user_agent == nullptr ? "" : text_of(sip->sip_user_agent->g_string);
  } else if (asked.leaves) {
    phone.contact.clear();
  }
  if (before != std::tuple(phone.contact, phone.software)) // else it has but renewed
    tell_state(phone);
  gate_.count_registration();
  const auto left = std::chrono::ceil<std::chrono::seconds>(phone.expires - clock::now());
  const auto now =
      phone.contact.empty()
          ? std::string()
          : '<' + phone.contact + ">;expires=" + std::to_string(std::max(left.count(), {}));
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
