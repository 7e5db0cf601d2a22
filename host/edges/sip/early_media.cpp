// SPDX-License-Identifier: MIT
// What is heard before a call is answered (RFC 3960), and calls of phones that let us offer (RFC
// 3261, 13.2.1).
#include "edges/sip/phones.hpp"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>

namespace switchroom::sip {

/// Who is called rings, and that may be to be heard. A phone that has offered nothing yet would
/// have to answer us reliably before it hears something; it hears its own tone.
void phones::ringing(call& about, bool heard) {
  const auto* our_end = contact(about.over_tls);
  if (!heard || !about.theirs || !is_answerable(*about.theirs, about.own))
    return nua_respond(about.handle, SIP_180_RINGING, SIPTAG_CONTACT_STR(our_end), TAG_END());
  // The same that the 200 will say: it may be lost.
  const auto sdp = answer(*about.theirs, about.own, about.number, about.version);
  nua_respond(about.handle, SIP_183_SESSION_PROGRESS, SIPTAG_CONTACT_STR(our_end),
              SIPTAG_CONTENT_TYPE_STR(sdp_type), SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

/// The phone's answer comes with the ACK.
void phones::offer_in_answer(call& about) {
  const auto* phone = ports_.at(about.line);
  if (phone == nullptr)
    return;
  about.answered = about.awaits_answer = true;
  about.keyed = is_keyed(about.own, offered(*phone));
  const auto sdp =
      offer(about.own, preferred(*phone), about.number, about.version, offered(*phone));
  nua_respond(about.handle, SIP_200_OK, SIPTAG_CONTACT_STR(contact(about.over_tls)),
              SIPTAG_CONTENT_TYPE_STR(sdp_type), SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

/// To our INVITE. Of the descriptions only that of a 183 promises something to hear: with a 180
/// many phones only get ready.
void phones::rings(call& about, int status, const sip_t* sip) {
  const auto* phone = ports_.at(about.line);
  if (sip == nullptr || phone == nullptr || about.answered || about.cancelled ||
      body_of(sip).empty())
    return;
  auto theirs = read(body_of(sip), wanted_in_answer(*phone, about.keyed));
  if (!theirs)
    return;
  about.theirs = std::move(theirs);
  if (status == 183 && !about.theirs->nowhere && !about.theirs->listens_only)
    tell_listening(about);
}

void phones::tell_listening(const call& about) {
  edge::v1::FromEdge message;
  auto& listening = *message.mutable_listening();
  listening.set_line(about.line);
  listening.set_call(about.number);
  *listening.mutable_media() = listening_at(about);
  gateway_.say(message);
}

} // namespace switchroom::sip
