// SPDX-License-Identifier: MIT
// Offers and answers (RFC 3264): the phone's answer to ours, and what is said anew within a call,
// by INVITE and by UPDATE.
#include "edges/sip/phones.hpp"

#include "edges/sip/status.hpp"

#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <utility>

namespace switchroom::sip {

/// To our INVITE.
void phones::answered(call& about, int status, const sip_t* sip) {
  if (status < 200)
    return rings(about, status, sip);
  if (about.answered)
    return;
  if (status >= 300)
    return over(about, cause_of(status));
  if (about.cancelled) {
    hang_up(about);
    return forget(about);
  }
  about.answered = true;
  const auto* phone = ports_.at(about.line);
  if (sip != nullptr && phone != nullptr) {
    about.known = gate_.calls().add(sip->sip_call_id->i_id);
    watch_session(about, sip);
    if (!about.theirs || !body_of(sip).empty()) // else as it has said while it rang
      about.theirs = read(body_of(sip), wanted_in_answer(*phone, about.keyed));
  }
  if (!about.theirs || about.theirs->nowhere) {
    hang_up(about);
    return over(about, scn::v1::DESTINATION_OUT_OF_ORDER);
  }
  edge::v1::FromEdge message;
  auto& answer = *message.mutable_answer();
  answer.set_line(about.line);
  answer.set_call(about.number);
  *answer.mutable_media() = listening_at(about);
  gateway_.say(message);
  if (about.theirs->on_hold)
    tell_hold(about);
}

/// Hold, or another place to listen at (RFC 3264, 8); by UPDATE, too.
void phones::invited_again(call& about, const sip_t* sip) {
  if (body_of(sip).empty() && about.theirs)
    return offer_again(about);
  const auto* phone = ports_.at(about.line);
  warning why;
  auto theirs = read(body_of(sip), phone == nullptr ? preferences() : preferred(*phone), &why);
  if (!theirs || !is_answerable(*theirs, about.own))
    return refuse_description(about.handle, why);
  if (about.theirs)
    theirs->go_on_from(*about.theirs);
  about.theirs = std::move(theirs);
  describe_to(about, *about.theirs);
  tell_hold(about);
}

/// RFC 3311. Without an offer it is a session timer's, which changes nothing.
void phones::updated(nua_handle_t* handle, call* about, const sip_t* sip) {
  if (about == nullptr)
    return nua_respond(handle, SIP_481_NO_TRANSACTION, NUTAG_WITH_THIS(nua_), TAG_END());
  if (body_of(sip).empty())
    return nua_respond(handle, SIP_200_OK, NUTAG_WITH_THIS(nua_),
                       SIPTAG_CONTACT_STR(contact(about->over_tls)), TAG_END());
  if (about->answered && about->theirs && !about->awaits_answer)
    return invited_again(*about, sip);
  // An offer is open yet (5.2): ours, or the phone's.
  if (about->number % 2 == 0 || about->awaits_answer)
    return nua_respond(handle, SIP_491_REQUEST_PENDING, NUTAG_WITH_THIS(nua_), TAG_END());
  nua_respond(handle, SIP_500_INTERNAL_SERVER_ERROR, SIPTAG_RETRY_AFTER_STR("1"),
              NUTAG_WITH_THIS(nua_), TAG_END());
}

/// RFC 3261, 14.2: what was agreed, but for a hold: whether that goes on, the answer says.
void phones::offer_again(call& about) {
  auto agreed = *about.theirs;
  agreed.on_hold = agreed.listens_only = false;
  about.awaits_answer = true;
  describe_to(about, agreed);
}

void phones::acknowledged(call& about, const sip_t* sip) {
  if (!std::exchange(about.awaits_answer, false))
    return;
  const auto* phone = ports_.at(about.line);
  const bool first = !about.theirs;
  const bool secured = first ? about.keyed : about.theirs->savp;
  auto theirs = sip == nullptr || phone == nullptr
                    ? std::nullopt
                    : read(body_of(sip), wanted_in_answer(*phone, secured));
  if (!theirs) { // it has agreed to nothing
    hang_up(about);
    return over(about, scn::v1::DESTINATION_OUT_OF_ORDER);
  }
  if (!first)
    theirs->go_on_from(*about.theirs);
  about.theirs = std::move(theirs);
  if (first && !about.theirs->nowhere)
    tell_listening(about);
  if (!first || about.theirs->on_hold)
    tell_hold(about);
}

/// 200, with our end of what stands in `agreed`.
void phones::describe_to(call& about, const session_description& agreed) {
  const auto sdp = answer(agreed, about.own, about.number, ++about.version);
  nua_respond(about.handle, SIP_200_OK, NUTAG_WITH_THIS(nua_),
              SIPTAG_CONTACT_STR(contact(about.over_tls)), SIPTAG_CONTENT_TYPE_STR(sdp_type),
              SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

void phones::refuse_description(nua_handle_t* handle, const warning& why) {
  nua_respond(handle, SIP_488_NOT_ACCEPTABLE, SIPTAG_WARNING_STR(header_of(why).c_str()),
              NUTAG_WITH_THIS(nua_), TAG_END());
}

void phones::tell_hold(const call& about) {
  edge::v1::FromEdge message;
  auto& hold = *message.mutable_hold();
  hold.set_line(about.line);
  hold.set_call(about.number);
  hold.set_on(about.theirs->on_hold);
  *hold.mutable_media() = listening_at(about);
  gateway_.say(message);
}

} // namespace switchroom::sip
