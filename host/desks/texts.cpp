// SPDX-License-Identifier: MIT
#include "desks/texts.hpp"

namespace switchroom::desks {
namespace {

std::string former_login_text(const scn::v1::LoginRefusal& refused, std::string_view extension) {
  const auto& where = refused.gateway();
  const std::string user = "User " + std::string(extension) + " is still logged in at " +
                           (where.empty() ? "a gateway" : where) + ", which does not answer. ";
  if (refused.retry_after_s() == 0)
    return user + "Log out there, or try again in a few seconds.";
  return user + "That login is over in " + std::to_string(refused.retry_after_s()) +
         " s at the latest: try again then.";
}

} // namespace

std::string locked_out_text(const std::string& who, duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  return who + " is locked after too many wrong login codes. Try again in " +
         std::to_string(seconds) + " s.";
}

std::string unknown_user_text(std::string_view extension) {
  return extension.empty()
             ? "This port has no user of its own: dial the extension, *, and the login code."
             : "No user of the network has the extension " + std::string(extension) + ".";
}

std::string no_login_code_text(std::string_view extension) {
  return "User " + std::string(extension) +
         " has no login code, so can neither log in nor out. An administrator can set one.";
}

std::string not_licensed_text(const gateway_name& gateway) {
  return "Gateway " + gateway + " has no Voice Networking licence: only its own users can log in.";
}

std::string home_unreachable_text(std::string_view extension, const gateway_name& home) {
  return "Gateway " + home + ", home of user " + std::string(extension) +
         ", does not answer, so the login cannot be checked. Try again later.";
}

std::string refused_change_text(const scn::v1::SettingsAnswer& refused,
                                std::string_view extension) {
  const std::string user = "User " + std::string(extension);
  switch (refused.reason()) {
  case scn::v1::WRONG_CODE:
    return "The present login code is wrong.";
  case scn::v1::LOCKED_OUT:
    return locked_out_text(user, std::chrono::seconds{refused.retry_after_s()});
  case scn::v1::UNKNOWN_USER:
    return unknown_user_text(extension);
  case scn::v1::STALE_LOGIN:
    return "The login at this line is not in force any more at the home of " + user + ".";
  default:
    return refused.text().empty() ? "The change was refused." : refused.text();
  }
}

spoken_outcome outcome_of(const scn::v1::LoginRefusal& refused, std::string_view extension,
                          const gateway_name& home) {
  const std::string user = "User " + std::string(extension);
  switch (refused.reason()) {
  case scn::v1::WRONG_CODE:
    return {login_outcome::wrong_code, "The login code is wrong."};
  case scn::v1::LOCKED_OUT:
    return {login_outcome::locked_out,
            locked_out_text(user, std::chrono::seconds{refused.retry_after_s()})};
  case scn::v1::UNKNOWN_USER:
    return {login_outcome::unknown_user, unknown_user_text(extension)};
  case scn::v1::NO_LOGIN_CODE:
    return {login_outcome::no_login_code, no_login_code_text(extension)};
  case scn::v1::NOT_LICENSED:
    return {login_outcome::not_licensed, not_licensed_text(home)};
  case scn::v1::HOME_UNREACHABLE:
    return {login_outcome::home_unreachable, home_unreachable_text(extension, home)};
  case scn::v1::AGENT_STAYS:
    return {login_outcome::agent_stays,
            user + " is a contact-centre agent and can log in at " + home + " only."};
  case scn::v1::FORMER_LOGIN_STANDS:
    return {login_outcome::busy, former_login_text(refused, extension)};
  case scn::v1::NO_MAJORITY:
    return {login_outcome::home_unreachable,
            "Too few of the gateways that know where user " + std::string(extension) +
                " is can be reached, so " + user +
                " may be logged in elsewhere. `switchroom peers` shows which are lost."};
  default:
    return {login_outcome::busy,
            user + " is being logged in somewhere else at this moment. Try again."};
  }
}

} // namespace switchroom::desks
