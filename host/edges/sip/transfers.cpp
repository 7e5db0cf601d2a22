// SPDX-License-Identifier: MIT
// A phone has its call transferred (RFC 3515), to digits or to its other call (RFC 3891).
#include "edges/sip/phones.hpp"
#include "edges/sip/status.hpp"

#include <cstring>
#include <memory>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/url.h>
#include <strings.h>

namespace switchroom::sip {
namespace {

/// The call that Refer-To names as the one to be replaced; null: none is named.
sip_replaces_t* replaced(su_home_t* home, const sip_refer_to_t* where) {
  const char* headers = where->r_url->url_headers;
  if (headers == nullptr)
    return nullptr;
  const char* text = url_query_as_header_string(home, headers);
  const std::string_view name = "replaces:";
  for (const char* line = text; line != nullptr; line = std::strchr(line, '\n')) {
    line += *line == '\n' ? 1 : 0;
    if (strncasecmp(line, name.data(), name.size()) == 0)
      return sip_replaces_make(
          home, std::string(line + name.size(), std::strcspn(line + name.size(), "\r\n")).c_str());
  }
  return nullptr;
}

struct home_ends {
  void operator()(su_home_t* home) const { su_home_unref(home); }
};

} // namespace

/// It is answered when the gateway says what became of it.
void phones::referred(nua_handle_t* handle, call* about, const sip_t* sip, tagi_t tags[]) {
  const auto answer_with = [&](int code, const char* phrase) {
    nua_respond(handle, code, phrase, NUTAG_WITH_THIS(nua_), TAG_END());
  };
  if (about == nullptr || !about->answered)
    return answer_with(SIP_481_NO_TRANSACTION);
  if (sip->sip_refer_to == nullptr || !about->referral.empty())
    return answer_with(SIP_400_BAD_REQUEST);
  edge::v1::FromEdge message;
  auto& transfer = *message.mutable_transfer();
  transfer.set_line(about->line);
  transfer.set_call(about->number);
  const std::unique_ptr<su_home_t, home_ends> home(
      static_cast<su_home_t*>(su_home_new(sizeof(su_home_t))));
  if (const auto* named = replaced(home.get(), sip->sip_refer_to)) {
    auto* other = nua_handle_by_replaces(nua_, named);
    const auto* its = other == nullptr ? nullptr : dynamic_cast<call*>(nua_handle_magic(other));
    if (other != nullptr)
      nua_handle_unref(other);
    if (its == nullptr || its->line != about->line)
      return answer_with(SIP_481_NO_TRANSACTION);
    transfer.set_other(its->number);
  } else {
    const auto digits = user_of(sip->sip_refer_to->r_url);
    if (!can_be_dialled(digits))
      return answer_with(SIP_404_NOT_FOUND);
    transfer.set_digits(digits);
  }
  sip_event_t const* event = nullptr;
  tl_gets(tags, NUTAG_REFER_EVENT_REF(event), TAG_END());
  about->referral =
      event == nullptr
          ? "refer"
          : sip_header_as_string(home.get(), reinterpret_cast<const sip_header_t*>(event));
  answer_with(SIP_202_ACCEPTED);
  gateway_.say(message);
}

void phones::transfer_failed(const edge::v1::TransferFailed& failed) {
  const auto found = calls_.find(failed.call());
  if (found == calls_.end())
    return;
  const auto why = status_of(failed.cause());
  tell_referrer(found->second, why.code, why.phrase);
}

void phones::tell_referrer(call& about, int code, const char* phrase) {
  const auto event = std::exchange(about.referral, {});
  if (event.empty())
    return;
  const auto text = "SIP/2.0 " + std::to_string(code) + ' ' + phrase;
  nua_notify(about.handle, NTATAG_DEFAULT_PROXY(about.route.c_str()),
             SIPTAG_CONTACT_STR(contact(about.over_tls)), NUTAG_SUBSTATE(nua_substate_terminated),
             SIPTAG_EVENT_STR(event.c_str()), SIPTAG_CONTENT_TYPE_STR("message/sipfrag"),
             SIPTAG_PAYLOAD_STR(text.c_str()), TAG_END());
}

} // namespace switchroom::sip
