// SPDX-License-Identifier: MIT
#include "calls/messages.hpp"

#include <string_view>

namespace switchroom::calls {
namespace {

scn::v1::Envelope envelope() {
  scn::v1::Envelope e;
  e.set_protocol(1);
  return e;
}

} // namespace

scn::v1::Envelope setup(const call& which, std::uint64_t number,
                        const scn::v1::MediaEndpoint& own) {
  auto e = envelope();
  auto& m = *e.mutable_call_setup();
  m.set_call(number);
  if (which.break_out)
    m.set_break_out(true);
  else
    m.set_extension(which.extension);
  m.set_calling_number(which.from.number);
  m.set_calling_name(which.from.name);
  m.set_hops(which.from.hops + 1);
  m.set_emergency(which.from.urgent);
  *m.mutable_media() = own;
  return e;
}

scn::v1::Envelope progress(std::uint64_t number, bool alerting, const scn::v1::MediaEndpoint* own) {
  auto e = envelope();
  auto& m = *e.mutable_call_progress();
  m.set_call(number);
  m.set_alerting(alerting);
  if (own != nullptr)
    *m.mutable_media() = *own;
  return e;
}

scn::v1::Envelope answer(std::uint64_t number, const scn::v1::MediaEndpoint& own,
                         const caller& connected) {
  auto e = envelope();
  auto& m = *e.mutable_call_answer();
  m.set_call(number);
  *m.mutable_media() = own;
  m.set_connected_number(connected.number);
  m.set_connected_name(connected.name);
  return e;
}

scn::v1::Envelope release(const peer_leg& which, cause why) {
  auto e = envelope();
  auto& m = *e.mutable_call_release();
  m.set_call(which.number);
  m.set_cause(why);
  m.set_by_receiver(!which.ours);
  return e;
}

scn::v1::Envelope digit(std::uint64_t number, char which) {
  auto e = envelope();
  auto& m = *e.mutable_call_digits();
  m.set_call(number);
  m.set_digits(std::string(1, which));
  return e;
}

bool usable(const scn::v1::MediaEndpoint& where) {
  const bool codec = where.payload_type() == 0 || where.payload_type() == 8;
  return !where.address().empty() && where.port() > 0 && where.port() < 65536 && codec &&
         where.ptime_ms() <= 60;
}

std::string describe(const scn::v1::Envelope& e) {
  const auto named = [](std::string_view what, const std::string& more) {
    return std::string(what) + " " + more;
  };
  switch (e.body_case()) {
  case scn::v1::Envelope::kHello:
    return "Hello";
  case scn::v1::Envelope::kDirectory:
    return named("Directory", std::to_string(e.directory().users_size()) + " users");
  case scn::v1::Envelope::kUserState: {
    const auto& who = e.user_state();
    return named("UserState", who.extension() + (who.presence() == scn::v1::LOGGED_IN
                                                     ? " at " + who.gateway()
                                                     : std::string(" logged off")));
  }
  case scn::v1::Envelope::kLoginRequest:
    return named("LoginRequest", e.login_request().extension());
  case scn::v1::Envelope::kLoginGrant:
    return named("LoginGrant", "epoch " + std::to_string(e.login_grant().epoch()));
  case scn::v1::Envelope::kLoginRefusal:
    return named("LoginRefusal", scn::v1::Refusal_Name(e.login_refusal().reason()));
  case scn::v1::Envelope::kRevoke:
    return named("Revoke", e.revoke().extension());
  case scn::v1::Envelope::kRevokeDone:
    return named("RevokeDone", e.revoke_done().extension());
  case scn::v1::Envelope::kLogoutNotice:
    return named("LogoutNotice", e.logout_notice().extension());
  case scn::v1::Envelope::kSettingsRequest:
    return named("SettingsRequest", e.settings_request().extension());
  case scn::v1::Envelope::kSettingsAnswer:
    return named("SettingsAnswer", e.settings_answer().changed()
                                       ? "changed"
                                       : scn::v1::Refusal_Name(e.settings_answer().reason()));
  case scn::v1::Envelope::kCallSetup:
    return named("CallSetup",
                 e.call_setup().break_out() ? "break out" : e.call_setup().extension());
  case scn::v1::Envelope::kCallProgress:
    return named("CallProgress", e.call_progress().alerting() ? "alerting" : "voice");
  case scn::v1::Envelope::kCallAnswer:
    return "CallAnswer";
  case scn::v1::Envelope::kCallRelease:
    return named("CallRelease", text(e.call_release().cause()));
  case scn::v1::Envelope::kCallDigits:
    return "CallDigits";
  case scn::v1::Envelope::kVote:
    return named("Vote", e.vote().login().extension() + " at " + e.vote().login().gateway() +
                             ", epoch " + std::to_string(e.vote().login().epoch()));
  case scn::v1::Envelope::kVoteAnswer:
    return named("VoteAnswer", e.vote_answer().yes() ? "yes" : "no");
  case scn::v1::Envelope::kRenewal: // as regular as heartbeats
  case scn::v1::Envelope::kRenewalAnswer:
  case scn::v1::Envelope::kCopies:
  case scn::v1::Envelope::kCopiesKept:
  case scn::v1::Envelope::kHeartbeat:
  case scn::v1::Envelope::BODY_NOT_SET:
    break;
  }
  return {};
}

} // namespace switchroom::calls
