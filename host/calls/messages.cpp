// SPDX-License-Identifier: MIT
#include "calls/messages.hpp"

#include <string_view>
#include <utility>

namespace switchroom::calls {
namespace {

scn::v1::Envelope envelope() {
  scn::v1::Envelope made;
  made.set_protocol(1);
  return made;
}

} // namespace

scn::v1::Envelope setup(const call& which, std::uint64_t number,
                        const scn::v1::MediaEndpoint& own) {
  auto made = envelope();
  auto& m = *made.mutable_call_setup();
  m.set_call(number);
  if (which.break_out)
    m.set_break_out(true);
  else if (which.wish == wish::retrieve)
    m.set_retrieve(which.extension);
  else if (which.wish == wish::pickup)
    m.set_pickup(which.extension);
  else if (which.wish == wish::leave_message)
    m.set_leave_message(which.extension);
  else if (which.wish == wish::fetch_messages)
    m.set_fetch_messages(which.extension);
  else if (which.wish == wish::confer)
    m.set_conference(which.extension);
  else if (which.wish == wish::page)
    m.set_page(which.extension);
  else
    m.set_extension(which.extension);
  m.set_calling_number(which.from.number);
  m.set_calling_name(which.from.name);
  m.set_hops(which.from.hops + 1);
  m.set_emergency(which.from.urgent);
  m.set_group_call(which.from.for_group);
  m.set_one_way(which.from.page);
  m.set_no_answer_counts(which.from.no_answer_counts);
  m.set_group(which.from.group);
  *m.mutable_media() = own;
  return made;
}

scn::v1::Envelope progress(std::uint64_t number, bool alerting, const scn::v1::MediaEndpoint* own,
                           bool hunting) {
  auto made = envelope();
  auto& m = *made.mutable_call_progress();
  m.set_call(number);
  m.set_alerting(alerting);
  m.set_hunting(hunting);
  if (own != nullptr)
    *m.mutable_media() = *own;
  return made;
}

scn::v1::Envelope early(std::uint64_t number, const scn::v1::MediaEndpoint* own) {
  auto made = progress(number, true, own);
  made.mutable_call_progress()->set_early(true);
  return made;
}

scn::v1::Envelope answer(std::uint64_t number, const scn::v1::MediaEndpoint& own,
                         const caller& connected) {
  auto made = envelope();
  auto& m = *made.mutable_call_answer();
  m.set_call(number);
  *m.mutable_media() = own;
  m.set_connected_number(connected.number);
  m.set_connected_name(connected.name);
  return made;
}

scn::v1::Envelope release(const peer_leg& which, cause why) {
  auto made = envelope();
  auto& m = *made.mutable_call_release();
  m.set_call(which.number);
  m.set_cause(why);
  m.set_by_receiver(!which.ours);
  return made;
}

scn::v1::Envelope hold(const peer_leg& which, bool held) {
  auto made = envelope();
  auto& m = *made.mutable_call_hold();
  m.set_call(which.number);
  m.set_by_receiver(!which.ours);
  m.set_held(held);
  return made;
}

scn::v1::Envelope connected(const peer_leg& which, scn::v1::CallConnected what) {
  what.set_call(which.number);
  what.set_by_receiver(!which.ours);
  auto made = envelope();
  *made.mutable_call_connected() = std::move(what);
  return made;
}

scn::v1::Envelope reroute(const peer_leg& which, const peer_leg& other, const gateway_name& here) {
  auto made = envelope();
  auto& m = *made.mutable_call_reroute();
  m.set_call(which.number);
  m.set_by_receiver(!which.ours);
  m.set_gateway(other.peer);
  m.mutable_other()->set_gateway(here);
  m.mutable_other()->set_call(other.number);
  m.mutable_other()->set_by_reader(!other.ours);
  return made;
}

scn::v1::Envelope replace(const scn::v1::CallLeg& what, std::uint64_t number,
                          const scn::v1::MediaEndpoint& own) {
  auto made = envelope();
  auto& m = *made.mutable_call_setup();
  m.set_call(number);
  *m.mutable_replaces() = what;
  *m.mutable_media() = own;
  m.set_hops(1);
  return made;
}

scn::v1::Envelope use(const extension_number& who, bool in_use, bool ringing, bool unavailable) {
  auto made = envelope();
  auto& m = *made.mutable_user_use();
  m.set_extension(who);
  m.set_in_use(in_use);
  m.set_ringing(ringing);
  m.set_unavailable(unavailable);
  return made;
}

scn::v1::Envelope park_slot(const std::string& slot, const caller* who) {
  auto made = envelope();
  auto& m = *made.mutable_park_slot();
  m.set_slot(slot);
  m.set_taken(who != nullptr);
  if (who != nullptr) {
    m.set_number(who->number);
    m.set_name(who->name);
  }
  return made;
}

scn::v1::Envelope group_state(const extension_number& number, const std::string& name, bool night) {
  auto made = envelope();
  auto& m = *made.mutable_group_state();
  m.set_number(number);
  m.set_name(name);
  m.set_night_service(night);
  return made;
}

scn::v1::Envelope night_service(const extension_number& group, bool on) {
  auto made = envelope();
  made.mutable_night_service()->set_group(group);
  made.mutable_night_service()->set_on(on);
  return made;
}

scn::v1::Envelope mailbox_state(const extension_number& of, unsigned fresh, unsigned heard) {
  auto made = envelope();
  auto& m = *made.mutable_mailbox_state();
  m.set_extension(of);
  m.set_new_messages(fresh);
  m.set_heard_messages(heard);
  return made;
}

scn::v1::Envelope emergency_port(const extension_number& number, const extension_number& by,
                                 std::uint32_t seconds) {
  auto made = envelope();
  auto& m = *made.mutable_emergency_port();
  m.set_number(number);
  m.set_by(by);
  m.set_for_s(seconds);
  return made;
}

scn::v1::Envelope conference_state(const std::string& number, std::size_t parties) {
  auto made = envelope();
  made.mutable_conference_state()->set_number(number);
  made.mutable_conference_state()->set_parties(static_cast<std::uint32_t>(parties));
  return made;
}

scn::v1::Envelope digit(const peer_leg& which, char pressed) {
  auto made = envelope();
  auto& m = *made.mutable_call_digits();
  m.set_call(which.number);
  m.set_by_receiver(!which.ours);
  m.set_digits(std::string(1, pressed));
  return made;
}

scn::v1::Codec codec_of(const scn::v1::MediaEndpoint& where) {
  if (where.codec() != scn::v1::CODEC_UNSPECIFIED)
    return scn::v1::Codec_IsValid(where.codec()) ? where.codec() : scn::v1::CODEC_UNSPECIFIED;
  switch (where.payload_type()) { // RFC 3551, table 4
  case 0:
    return scn::v1::CODEC_PCMU;
  case 8:
    return scn::v1::CODEC_PCMA;
  case 9:
    return scn::v1::CODEC_G722;
  default:
    return scn::v1::CODEC_UNSPECIFIED;
  }
}

bool is_law(scn::v1::Codec codec) {
  return codec == scn::v1::CODEC_PCMU || codec == scn::v1::CODEC_PCMA;
}

void set_codec(scn::v1::MediaEndpoint& where, scn::v1::Codec codec) {
  constexpr unsigned dynamic = 107;
  where.set_codec(codec);
  where.set_payload_type(codec == scn::v1::CODEC_PCMU   ? 0
                         : codec == scn::v1::CODEC_PCMA ? 8
                         : codec == scn::v1::CODEC_G722 ? 9
                                                        : dynamic);
}

bool usable(const scn::v1::MediaEndpoint& where) {
  const bool codec = where.payload_type() < 128 && codec_of(where) != scn::v1::CODEC_UNSPECIFIED;
  const bool packet_time = where.ptime_ms() <= 60 && where.ptime_ms() % 10 == 0;
  const bool events = where.events() < 128;
  const bool key = where.srtp_key().empty() || where.srtp_key().size() == srtp_key_octets;
  const bool dtls =
      !where.has_dtls() || where.dtls().fingerprint().size() == dtls_fingerprint_octets;
  return !where.address().empty() && where.port() > 0 && where.port() < 65536 && codec &&
         packet_time && events && key && dtls;
}

namespace {

std::string wanted(const scn::v1::CallSetup& setup) {
  using to = scn::v1::CallSetup;
  switch (setup.to_case()) {
  case to::kBreakOut:
    return "break out";
  case to::kReplaces:
    return "shorter path";
  case to::kRetrieve:
    return "retrieve " + setup.retrieve();
  case to::kPickup:
    return "pickup " + setup.pickup();
  case to::kPage:
    return "page of " + setup.page();
  case to::kConference:
    return "conference " + setup.conference();
  case to::kLeaveMessage:
    return "message for " + setup.leave_message();
  case to::kFetchMessages:
    return "messages of " + setup.fetch_messages();
  default:
    return setup.extension();
  }
}

} // namespace

std::string describe(const scn::v1::Envelope& said) {
  const auto named = [](std::string_view what, const std::string& more) {
    return std::string(what) + " " + more;
  };
  switch (said.body_case()) {
  case scn::v1::Envelope::kHello:
    return "Hello";
  case scn::v1::Envelope::kDirectory:
    return named("Directory", std::to_string(said.directory().users_size()) + " users");
  case scn::v1::Envelope::kUserState: {
    const auto& who = said.user_state();
    return named("UserState", who.extension() + (who.presence() == scn::v1::LOGGED_IN
                                                     ? " at " + who.gateway()
                                                     : std::string(" logged off")));
  }
  case scn::v1::Envelope::kLoginRequest:
    return named("LoginRequest", said.login_request().extension());
  case scn::v1::Envelope::kLoginGrant:
    return named("LoginGrant", "epoch " + std::to_string(said.login_grant().epoch()));
  case scn::v1::Envelope::kLoginRefusal:
    return named("LoginRefusal", scn::v1::Refusal_Name(said.login_refusal().reason()));
  case scn::v1::Envelope::kRevoke:
    return named("Revoke", said.revoke().extension());
  case scn::v1::Envelope::kRevokeDone:
    return named("RevokeDone", said.revoke_done().extension());
  case scn::v1::Envelope::kLogoutNotice:
    return named("LogoutNotice", said.logout_notice().extension());
  case scn::v1::Envelope::kSettingsRequest:
    return named("SettingsRequest", said.settings_request().extension());
  case scn::v1::Envelope::kSettingsAnswer:
    return named("SettingsAnswer", said.settings_answer().changed()
                                       ? "changed"
                                       : scn::v1::Refusal_Name(said.settings_answer().reason()));
  case scn::v1::Envelope::kCallSetup:
    return named("CallSetup", wanted(said.call_setup()));
  case scn::v1::Envelope::kCallProgress:
    return named("CallProgress", !said.call_progress().alerting() ? "voice"
                                 : said.call_progress().early()   ? "early"
                                                                  : "alerting");
  case scn::v1::Envelope::kCallAnswer:
    return "CallAnswer";
  case scn::v1::Envelope::kCallRelease:
    return named("CallRelease", text(said.call_release().cause()));
  case scn::v1::Envelope::kCallDigits:
    return "CallDigits";
  case scn::v1::Envelope::kCallHold:
    return named("CallHold", said.call_hold().held() ? "on" : "off");
  case scn::v1::Envelope::kCallConnected:
    return named("CallConnected", said.call_connected().number());
  case scn::v1::Envelope::kUserUse:
    return named("UserUse",
                 said.user_use().extension() + (said.user_use().ringing()       ? " ringing"
                                                : said.user_use().in_use()      ? " in use"
                                                : said.user_use().unavailable() ? " not available"
                                                                                : " idle"));
  case scn::v1::Envelope::kParkSlot:
    return named("ParkSlot",
                 said.park_slot().slot() + (said.park_slot().taken() ? " taken" : " free"));
  case scn::v1::Envelope::kGroupState:
    return named("GroupState", said.group_state().number());
  case scn::v1::Envelope::kNightService:
    return named("NightService",
                 said.night_service().group() + (said.night_service().on() ? " on" : " off"));
  case scn::v1::Envelope::kMailboxState:
    return named("MailboxState", said.mailbox_state().extension() + ": " +
                                     std::to_string(said.mailbox_state().new_messages()) + " new");
  case scn::v1::Envelope::kEmergencyPort:
    return named("EmergencyPort", said.emergency_port().number());
  case scn::v1::Envelope::kConferenceState:
    return named("ConferenceState", said.conference_state().number() + ": " +
                                        std::to_string(said.conference_state().parties()) +
                                        " parties");
  case scn::v1::Envelope::kCallReroute:
    return named("CallReroute", said.call_reroute().gateway());
  case scn::v1::Envelope::kDirectorySearch:
    return "DirectorySearch"; // whom somebody looks for is theirs
  case scn::v1::Envelope::kDirectoryFound:
    return named("DirectoryFound", std::to_string(said.directory_found().entries_size()));
  case scn::v1::Envelope::kRecordsRequest:
    return named("RecordsRequest", said.records_request().extension());
  case scn::v1::Envelope::kRecordsSent:
    return named("RecordsSent", said.records_sent().records().extension());
  case scn::v1::Envelope::kCallsMade:
    return named("CallsMade", said.calls_made().extension());
  case scn::v1::Envelope::kCallsKept:
    return "CallsKept";
  case scn::v1::Envelope::kVote:
    return named("Vote", said.vote().login().extension() + " at " + said.vote().login().gateway() +
                             ", epoch " + std::to_string(said.vote().login().epoch()));
  case scn::v1::Envelope::kVoteAnswer:
    return named("VoteAnswer", said.vote_answer().yes() ? "yes" : "no");
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
