// SPDX-License-Identifier: MIT
// Calls whose phone has vanished end (RFC 4028). Sofia agrees on the interval, refreshes by UPDATE,
// and ends what is not refreshed; but to a phone that knows no UPDATE it would offer nothing by
// INVITE, and end the call that is refused. Such a phone is asked here, before sofia's turn comes.
#include "edges/sip/phones.hpp"

#include <algorithm>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>
#include <string_view>

namespace switchroom::sip {
namespace {

/// Sofia's turn comes after half of the interval, or 5 s before.
constexpr unsigned part_of_interval = 3;

/// As the phone has said, of its INVITE or of its answer to ours (RFC 4028, 7.1 and 9).
bool refreshes_itself(const sip_t* sip) {
  const auto* asked = sip->sip_session_expires;
  const std::string_view who =
      asked == nullptr || asked->x_refresher == nullptr ? "" : asked->x_refresher;
  return sip->sip_request != nullptr
             ? sip_has_feature(sip->sip_supported, "timer") != 0 && who != "uas"
             : who == "uas";
}

} // namespace

void phones::watch_session(call& about, const sip_t* sip) const {
  unsigned interval = settings_.session_s;
  if (const auto* asked = sip->sip_session_expires; asked != nullptr && asked->x_delta > 0) {
    const auto theirs = static_cast<unsigned>(std::min(asked->x_delta, 86'400UL));
    interval = interval == 0 ? theirs : std::min(interval, theirs);
  }
  const bool updates =
      sip->sip_allow != nullptr && sip_is_allowed(sip->sip_allow, sip_method_update, nullptr) != 0;
  const bool by_us = !updates && !refreshes_itself(sip);
  about.refresh_every = std::chrono::seconds{by_us ? interval / part_of_interval : 0};
  about.refresh_at = clock::now() + about.refresh_every;
}

/// By what was agreed, which changes nothing.
void phones::refresh_sessions(clock::time_point now) {
  for (auto& [number, about] : calls_) {
    if (!about.answered || !about.theirs || about.refresh_every.count() == 0 ||
        about.refresh_at > now)
      continue;
    about.refresh_at = now + about.refresh_every;
    const auto sdp = answer(*about.theirs, about.own, about.number, ++about.version);
    nua_invite(about.handle, NTATAG_DEFAULT_PROXY(about.route.c_str()),
               SIPTAG_CONTACT_STR(contact(about.over_tls)), SIPTAG_CONTENT_TYPE_STR(sdp_type),
               SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
  }
}

} // namespace switchroom::sip
