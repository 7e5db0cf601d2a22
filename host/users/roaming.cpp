// SPDX-License-Identifier: MIT
#include "users/roaming.hpp"

#include "users/settings.hpp"

#include <algorithm>
#include <optional>

namespace switchroom::users {
namespace {

using user::v1::User;
using enum travel;

constexpr setting_of_place places_table[] = {
    {"version", bookkeeping, need::nothing, "version"},
    {"extension", whole, need::nothing, "number"},
    {"name", whole, need::nothing, "name"},
    {"full_name", whole, need::nothing, "whole name"},
    {"home", bookkeeping, need::nothing, "home"},
    {"base_line", stays, need::nothing, "own line"},
    {"login_code", whole, need::nothing, "login code"},
    {"force_login", whole, need::nothing, "force login"},
    {"login_idle_s", whole, need::code_and_force_login, "login idle period"},
    {"short_codes", whole, need::known_features, "short codes"},
    {"locale", stays, need::own_plan, "dial plan, lines and tones"},
    {"forward_unconditional", whole, need::nothing, "forward unconditional to"},
    {"forward_unconditional_on", whole, need::nothing, "forward unconditional"},
    {"forward_busy", whole, need::nothing, "forward on busy to"},
    {"forward_busy_on", whole, need::nothing, "forward on busy"},
    {"forward_no_answer", whole, need::nothing, "forward on no answer to"},
    {"forward_no_answer_on", whole, need::nothing, "forward on no answer"},
    {"no_answer_s", whole, need::nothing, "seconds of ringing"},
    {"do_not_disturb", whole, need::nothing, "do not disturb"},
    {"do_not_disturb_exceptions", whole, need::nothing, "do not disturb exceptions"},
    {"call_waiting", whole, need::nothing, "call waiting"},
    {"follow_me", whole, need::nothing, "follow me to"},
    {"absence_text", whole, need::nothing, "absence text"},
    {"setting_versions", bookkeeping, need::nothing, "versions"},
    {"user_rights", by_name, need::user_rights, "user rights"},
    {"user_rights_out_of_hours", by_name, need::rights_by_time, "user rights out of hours"},
    {"time_profile", by_name, need::time_profile, "time profile"},
    {"forward_when", whole, need::hours, "forwarding holds"},
    {"carried", bookkeeping, need::nothing, "bodies of profiles"},
    {"agent", whole, need::nothing, "contact-centre agent"},
    {"status_on_no_answer", whole, need::code_and_force_login, "status on no answer"},
    {"buttons", whole, need::buttons, "buttons"},
    {"display_language", whole, need::display, "language of the display"},
    {"show_missed_calls", whole, need::log, "missed calls shown"},
    {"voicemail", whole, need::nothing, "voicemail"},
};

struct finding {
  effect is;
  std::string why;
};
using opinion = std::optional<finding>;

bool is_set(const User& user, std::string_view name) {
  const auto* field = User::descriptor()->FindFieldByName(std::string(name));
  const auto* by = User::GetReflection();
  return field->is_repeated() ? by->FieldSize(user, field) > 0 : by->HasField(user, field);
}

std::string value_text(const User& user, std::string_view name) {
  if (const auto* which = setting_named(name))
    return value_of(user, *which);
  if (name == "short_codes") {
    std::string list;
    for (const auto& code : user.short_codes())
      list += (list.empty() ? "" : " ") + code.code();
    return list;
  }
  const auto* field = User::descriptor()->FindFieldByName(std::string(name));
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_UINT32)
    return std::to_string(User::GetReflection()->GetUInt32(user, field));
  return {};
}

/// One user at one place.
struct judge {
  const User& user;
  const place& at;
  bool roaming;

  opinion of_rights(const std::string& name) const {
    const auto* body = rights_here(user, name, at.profiles);
    if (body == nullptr)
      return finding{effect::inert,
                     at.gateway + " has no user rights of this name" +
                         (roaming ? ", and " + user.home() + "'s do not travel" : "")};
    if (!roaming || is_carried(user, body))
      return {};
    return finding{effect::differs,
                   "those of this name at " + at.gateway + " hold, not " + user.home() + "'s"};
  }

  opinion of_time_profile() const {
    const auto* body = time_profile_here(user, at.profiles);
    if (body == nullptr)
      return finding{effect::inert,
                     at.gateway + " has no time profile of this name" +
                         (roaming ? ", and " + user.home() + "'s does not travel" : "")};
    if (!roaming)
      return {};
    if (!is_carried(user, body))
      return finding{effect::differs,
                     "the one of this name at " + at.gateway + " holds, not " + user.home() + "'s"};
    if (body->time_zone().empty())
      return finding{effect::differs, "its hours are those of the clock at " + at.gateway};
    return {};
  }

  opinion of_hours() const {
    if (user.time_profile().empty())
      return finding{effect::inert, "no time profile is named"};
    if (time_profile_here(user, at.profiles) == nullptr)
      return finding{effect::inert, "the time profile is inert"};
    return {};
  }

  opinion of_short_codes() const {
    std::string unknown;
    for (const auto& code : user.short_codes())
      if (at.has_feature && !at.has_feature(code.feature()))
        unknown += (unknown.empty() ? "" : ", ") + code.code() + " (" + code.feature() + ")";
    if (unknown.empty())
      return {};
    return finding{effect::inert, at.gateway + " does not serve the feature of " + unknown};
  }

  opinion without(bool carried, const char* what) const {
    if (carried)
      return {};
    return finding{effect::inert, std::string(kind_of(at.type).what) + " has no " + what};
  }

  opinion of(need what) const {
    switch (what) {
    case need::buttons:
      return without(kind_of(at.type).buttons, "buttons");
    case need::display:
      return without(kind_of(at.type).display, "display");
    case need::log:
      return without(kind_of(at.type).log, "call log");
    case need::nothing:
      return {};
    case need::own_plan:
      if (!roaming)
        return {};
      return finding{effect::differs, "those of " + at.gateway + " hold (" + at.locale + "), not " +
                                          user.home() + "'s"};
    case need::known_features:
      return of_short_codes();
    case need::user_rights:
      return of_rights(user.user_rights());
    case need::rights_by_time: {
      auto hours = of_hours();
      return hours ? hours : of_rights(user.user_rights_out_of_hours());
    }
    case need::time_profile:
      return of_time_profile();
    case need::hours:
      return of_hours();
    case need::code_and_force_login:
      if (user.has_login_code() && user.force_login())
        return {};
      return finding{effect::inert, user.has_login_code() ? "the user has no Force Login"
                                                          : "the user has no login code"};
    }
    return {};
  }
};

} // namespace

std::span<const setting_of_place> settings_of_place() {
  return places_table;
}

std::string_view name(effect is) {
  return is == effect::inert ? "inert" : is == effect::differs ? "differs" : "stays";
}

std::vector<remark> roaming_report(const User& user, const place& at) {
  const judge here{user, at, user.home() != at.gateway};
  std::vector<remark> all;
  for (const auto& row : places_table) {
    if (row.how == bookkeeping || (!is_set(user, row.setting) && row.wants != need::own_plan))
      continue;
    auto says = here.of(row.wants);
    if (!says && row.how == stays && row.wants == need::nothing && here.roaming)
      says = finding{effect::stays, "it is of " + user.home()};
    if (says)
      all.push_back(
          {row.setting, row.what, value_text(user, row.setting), says->is, std::move(says->why)});
  }
  return all;
}

std::string summary_of(const std::vector<remark>& remarks) {
  std::string list;
  for (const auto& one : remarks)
    if (one.is == effect::inert)
      list.append(list.empty() ? "" : ", ").append(one.what);
  return list.empty() ? list : "Inert here: " + list + ".";
}

} // namespace switchroom::users
