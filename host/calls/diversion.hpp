// SPDX-License-Identifier: MIT
/// What the called user's settings make of a call (rules C9, H11). Pure.
///
/// Who decides: the gateway at whose line the user is logged in, from the document as it came
/// with the login and as home keeps it up to date there; for a user who is logged off, or whose
/// gateway is lost, the home. So there is one gateway that decides, it has the current document,
/// and it goes on deciding when the other one is lost (S11). The caller's gateway only finds it.
#pragma once
#include "calls/call.hpp"
#include "calls/cause.hpp"

#include "user.pb.h"

#include <optional>
#include <string>

namespace switchroom::calls {

enum class diversion_kind { follow_me, unconditional, busy, no_answer };
struct diversion {
  diversion_kind why;
  extension_number from, to;
};
/// "204 forwards all calls to 301".
std::string text(const diversion&);

/// Neither: the phone may ring.
struct ruling {
  std::optional<cause> refused;
  std::optional<diversion> away;
};
/// Do not disturb comes first, then follow me, then forward unconditional, as with the peers.
/// A call is not sent back to who makes it [P]: the one who takes somebody's calls can reach them.
/// `forwards`: the user's forwarding holds at this hour (users/profiles.hpp).
ruling before_ringing(const user::v1::User&, const caller&, bool forwards = true);
/// Rule S17: does this caller get the user's mailbox, if nobody answers? Members of a hunt group
/// do not (the group goes on), nor emergency calls: somebody shall answer them.
bool has_voicemail(const user::v1::User&, const caller&);
std::optional<diversion> when_busy(const user::v1::User&, const caller&, bool forwards = true);
std::optional<diversion> when_unanswered(const user::v1::User&, const caller&,
                                         bool forwards = true);

} // namespace switchroom::calls
