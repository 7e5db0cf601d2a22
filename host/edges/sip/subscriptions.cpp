// SPDX-License-Identifier: MIT
// Lamps of phones: subscriptions (RFC 6665) to what users' lines do and to messages that wait.
#include "edges/sip/phones.hpp"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>

namespace switchroom::sip {

void phones::subscribed(nua_handle_t* handle, dialogue* which, const sip_t* sip) {
  auto* about = dynamic_cast<subscription*>(which);
  const auto refuse = [&](int code, const char* phrase) {
    nua_respond(handle, code, phrase, NUTAG_WITH_THIS(nua_), TAG_END());
  };
  const bool ends = sip->sip_expires != nullptr && sip->sip_expires->ex_delta == 0;
  if (which == &past_)
    return refuse(SIP_481_NO_TRANSACTION);
  if (about == nullptr && which != nullptr) // the handle is its call's
    return refuse(403, "Subscribe Outside the Call");
  if (about == nullptr) {
    const auto* type = lamp_type_of(sip->sip_event == nullptr || sip->sip_event->o_type == nullptr
                                        ? ""
                                        : sip->sip_event->o_type);
    if (type == nullptr)
      return refuse(SIP_489_BAD_EVENT);
    std::string name;
    if (!has_proved(handle, sip, false, name))
      return;
    const auto whom = user_of(sip->sip_request->rq_url);
    if (type->kind == lamp_kind::dialog &&
        (whom.empty() || whom.find_first_not_of("0123456789") != std::string::npos))
      return refuse(SIP_404_NOT_FOUND);
    const auto number = ++last_watch_;
    auto& made = subscriptions_[number];
    begin(made, handle, sip, name, number);
    made.type = type;
    made.entity = "sip:" + whom + '@' + settings_.realm;
    made.digits = type->kind == lamp_kind::dialog ? whom : "";
    about = &made;
  }
  nua_respond(handle, SIP_200_OK, NUTAG_WITH_THIS(nua_),
              SIPTAG_CONTACT_STR(contact(about->over_tls)), TAG_END());
  if (!ends && about->shown) // refreshed: it is told again (RFC 6665, 4.2.1.2)
    return show(*about, nua_substate_active);
  if (ends) {
    show(*about, nua_substate_terminated);
    last_told_.insert(handle);
    return unsubscribe(*about);
  }
  watch(*about, true);
}

void phones::watch(const subscription& about, bool on) {
  edge::v1::FromEdge message;
  auto& wish = *message.mutable_watch();
  wish.set_line(about.line);
  wish.set_watch(about.number);
  wish.set_on(on);
  wish.set_number(about.digits);
  gateway_.say(message);
}

void phones::light(const edge::v1::Lamp& lamp) {
  const auto found = subscriptions_.find(lamp.watch());
  if (found == subscriptions_.end())
    return;
  found->second.shown = lamp;
  show(found->second, nua_substate_active);
}

void phones::show(subscription& about, int state) {
  const auto text = lamp_document(*about.type, about.shown.value_or(edge::v1::Lamp()), about.entity,
                                  about.version++);
  nua_notify(about.handle, NTATAG_DEFAULT_PROXY(about.route.c_str()),
             SIPTAG_CONTACT_STR(contact(about.over_tls)), NUTAG_SUBSTATE(state),
             SIPTAG_EVENT_STR(about.type->package), SIPTAG_CONTENT_TYPE_STR(about.type->content),
             SIPTAG_PAYLOAD_STR(text.c_str()), TAG_END());
}

void phones::notified(nua_handle_t* handle, subscription* about, int status, tagi_t tags[]) {
  int state = nua_substate_active;
  tl_gets(tags, NUTAG_SUBSTATE_REF(state), TAG_END());
  // The phone does not take it any more, or has not refreshed it.
  const bool over = about != nullptr && (status >= 300 || state == nua_substate_terminated);
  if (over)
    unsubscribe(*about);
  if (over || (status >= 200 && last_told_.erase(handle) > 0))
    nua_handle_destroy(handle);
}

void phones::unsubscribe(subscription& about) {
  watch(about, false);
  nua_handle_bind(about.handle, &past_);
  subscriptions_.erase(about.number);
}

} // namespace switchroom::sip
