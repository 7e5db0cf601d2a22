// SPDX-License-Identifier: MIT
#include "calls/diversion.hpp"

#include "users/forwarding.hpp"

#include <algorithm>

namespace switchroom::calls {
namespace {

std::optional<diversion> to(const std::string& number, diversion_kind why,
                            const user::v1::User& called, const caller& from) {
  if (number.empty() || number == from.number || from.for_group)
    return std::nullopt;
  return diversion{why, called.extension(), number};
}

bool may_disturb(const user::v1::User& called, const caller& from) {
  const auto& exceptions = called.do_not_disturb_exceptions();
  return from.urgent || !called.do_not_disturb() ||
         std::find(exceptions.begin(), exceptions.end(), from.number) != exceptions.end();
}

} // namespace

std::string text(const diversion& which) {
  static constexpr std::string_view does[] = {" has calls follow to ", " forwards all calls to ",
                                              " is busy and forwards to ",
                                              " does not answer and forwards to "};
  return which.from + std::string(does[static_cast<std::size_t>(which.why)]) + which.to;
}

ruling before_ringing(const user::v1::User& called, const caller& from, bool forwards) {
  if (!may_disturb(called, from))
    return {scn::v1::USER_BUSY, std::nullopt};
  if (from.for_group)
    return {};
  if (auto away = to(called.follow_me(), diversion_kind::follow_me, called, from))
    return {std::nullopt, std::move(away)};
  if (!forwards)
    return {};
  return {std::nullopt,
          to(users::forward_unconditional_of(called), diversion_kind::unconditional, called, from)};
}

bool has_voicemail(const user::v1::User& called, const caller& from) {
  return called.voicemail() && !from.for_group && !from.urgent && from.number != called.extension();
}

std::optional<diversion> when_busy(const user::v1::User& called, const caller& from,
                                   bool forwards) {
  if (!forwards)
    return std::nullopt;
  return to(users::forward_busy_of(called), diversion_kind::busy, called, from);
}

std::optional<diversion> when_unanswered(const user::v1::User& called, const caller& from,
                                         bool forwards) {
  if (!forwards)
    return std::nullopt;
  return to(users::forward_no_answer_of(called), diversion_kind::no_answer, called, from);
}

} // namespace switchroom::calls
