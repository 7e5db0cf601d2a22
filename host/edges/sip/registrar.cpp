// SPDX-License-Identifier: MIT
// Who may speak here, and where the phones are: digest (RFC 3261, 22) and registrations (10).
#include "edges/sip/phones.hpp"

#include <algorithm>
#include <memory>
#include <sofia-sip/msg_date.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <stdexcept>
#include <unistd.h>

namespace switchroom::sip {
namespace {

/// sofia's own, in its terms.
const auth_challenger_t ask_as_registrar[] = {
    {401, "Unauthorized", sip_www_authenticate_class, sip_authentication_info_class}};
const auth_challenger_t ask_as_proxy[] = {{407, "Proxy Authentication Required",
                                           sip_proxy_authenticate_class,
                                           sip_proxy_authentication_info_class}};

struct status_ends {
  void operator()(auth_status_t* one) const { su_home_unref(one->as_home); }
};
struct text_ends {
  void operator()(char* text) const { su_free(nullptr, text); }
};

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

} // namespace

void phones::set_ports(const edge::v1::Ports& told) {
  ports_.replace(told);
  const auto text = ports_.password_file();
  if (ftruncate(passwords_, 0) != 0 ||
      pwrite(passwords_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("no memory for the passwords of phones");
  if (digest_ != nullptr)
    auth_mod_unref(digest_);
  const auto file = "/proc/self/fd/" + std::to_string(passwords_);
  digest_ = auth_mod_create(root_, AUTHTAG_METHOD("Digest"), AUTHTAG_REALM(settings_.realm.c_str()),
                            AUTHTAG_DB(file.c_str()), AUTHTAG_ALGORITHM("MD5"), AUTHTAG_QOP("auth"),
                            TAG_END());
  edge::v1::FromEdge message;
  message.mutable_ready();
  gateway_.say(message);
}

/// Of a request that is served only for phones of ours. False: it has been answered.
bool phones::has_proved(nua_handle_t* handle, const sip_t* sip, bool to_registrar,
                        std::string& name) {
  const auto refuse = [&](int status, const char* phrase) {
    nua_respond(handle, status, phrase, NUTAG_WITH_THIS(nua_), TAG_END());
    return false;
  };
  if (digest_ == nullptr)
    return refuse(SIP_503_SERVICE_UNAVAILABLE);
  const std::unique_ptr<auth_status_t, status_ends> outcome(auth_status_new(nullptr));
  outcome->as_method = sip->sip_request->rq_method_name;
  outcome->as_realm = settings_.realm.c_str();
  outcome->as_user_uri = sip->sip_from->a_url;
  if (sip->sip_payload != nullptr) {
    outcome->as_body = sip->sip_payload->pl_data;
    outcome->as_bodylen = static_cast<isize_t>(sip->sip_payload->pl_len);
  }
  auth_mod_verify(digest_, outcome.get(),
                  to_registrar ? sip->sip_authorization : sip->sip_proxy_authorization,
                  to_registrar ? ask_as_registrar : ask_as_proxy);
  if (outcome->as_status != 0) {
    nua_respond(handle, outcome->as_status, outcome->as_phrase, NUTAG_WITH_THIS(nua_),
                SIPTAG_HEADER(reinterpret_cast<sip_header_t*>(outcome->as_response)),
                SIPTAG_HEADER(reinterpret_cast<sip_header_t*>(outcome->as_info)), TAG_END());
    return false;
  }
  name = text_of(outcome->as_user);
  return ports_.named(name) != nullptr || refuse(SIP_403_FORBIDDEN);
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
    // What another phone says that was there before is of no matter any more.
    if (is_there || leaves || phone.contact == text_of(uri.get()))
      phone.contact = is_there ? text_of(uri.get()) : "";
    phone.expires = clock::now() + std::chrono::seconds{seconds};
    phone.over_tls = tls;
    phone.route = source(sip);
    phone.software = sip->sip_user_agent == nullptr ? "" : text_of(sip->sip_user_agent->g_string);
    tell_state(phone);
  }
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
}

} // namespace switchroom::sip
