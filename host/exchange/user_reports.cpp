// SPDX-License-Identifier: MIT
// Users as operators see them: all of the network, and one with every setting.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"
#include "users/settings.hpp"

#include <algorithm>

namespace switchroom::exchange {

control::v1::User gateway::implementation::report(const users::entry& known) const {
  const auto& state = known.state;
  control::v1::User user;
  const bool in = state.presence() == scn::v1::LOGGED_IN;
  user.set_extension(state.extension());
  user.set_name(state.name());
  user.set_home(known.home);
  user.set_presence(in ? "logged in" : "logged off");
  user.set_gateway(in ? state.gateway() : std::string());
  user.set_line(in ? state.line() : 0);
  user.set_epoch(state.epoch());
  const auto line = use_of(state.extension());
  user.set_lamp(line.ringing  ? "ringing"
                : line.in_use ? "in use"
                              : std::string(users::lamp_of(state)));
  user.set_absence_text(state.absence_text());
  user.set_new_messages(tally_of(state.extension()).fresh);
  user.set_duplicate(directory_.claimants(state.extension()).size() > 1);
  if (known.home == settings_.gateway) {
    const auto lock = desks_.lock_of_user(state.extension(), now_);
    user.set_wrong_codes(lock.wrong_codes);
    user.set_locked_for_s(whole_seconds(lock.left));
  }
  return user;
}

control::v1::Users gateway::implementation::list_users() const {
  control::v1::Users list;
  for (const auto& known : directory_.all())
    *list.add_users() = report(known);
  return list;
}

/// The login code is not part of it, not even as a verifier (H3).
control::v1::Reply gateway::implementation::show_user(const extension_number& extension) const {
  control::v1::Reply answer;
  const auto* known = directory_.find(extension);
  if (known == nullptr)
    return unknown_user(extension);
  const auto* document = settings_of(extension);
  if (document != nullptr && document->home() != known->home) { // somebody else's of that number
    const auto own = own_users_.find(extension);
    document = known->home == settings_.gateway && own != own_users_.end() ? &own->second : nullptr;
  }
  if (document == nullptr)
    return error(
        {"Gateway " + settings_.gateway + " does not have the settings of user " + extension + ".",
         "Ask the home gateway, " + known->home + "."});
  auto& details = *answer.mutable_user_details();
  *details.mutable_user() = report(*known);
  details.set_has_login_code(document->has_login_code());
  details.set_version(document->version());
  details.set_full_name(document->full_name());
  details.set_base_line(document->base_line());
  details.set_force_login(document->force_login());
  details.set_login_idle_s(document->login_idle_s());
  *details.mutable_short_codes() = document->short_codes();
  for (const auto& which : users::settings()) {
    auto& setting = *details.add_settings();
    setting.set_name(std::string(which.name));
    setting.set_value(users::value_of(*document, which));
    setting.set_what(std::string(which.what));
  }
  return answer;
}

// ---- the roaming report (rule S9) ---------------------------------------------------------------

std::vector<users::remark>
gateway::implementation::remarks_on(const desks::session& session) const {
  return users::roaming_report(
      session.settings,
      {settings_.gateway, settings_.locale, settings_.profiles, type_of(session.line),
       [](std::string_view feature) { return dialplan::feature_named(feature).has_value(); }});
}

control::v1::Reply gateway::implementation::report(const control::v1::ReportRequest& asked) const {
  control::v1::Reply answer;
  const auto* known = directory_.find(asked.extension());
  const auto sessions = desks_.sessions();
  const auto found = std::find_if(sessions.begin(), sessions.end(), [&](const auto* one) {
    return one->settings.extension() == asked.extension() &&
           (known == nullptr || one->settings.home() == known->home);
  });
  if (found == sessions.end()) {
    const bool elsewhere = known != nullptr && known->state.presence() == scn::v1::LOGGED_IN;
    return error({"User " + asked.extension() + " is not logged in at a line of gateway " +
                      settings_.gateway + ".",
                  elsewhere ? "Ask gateway " + known->state.gateway() + "."
                            : "`switchroom users` shows who is logged in, and where."});
  }
  const auto& session = **found;
  auto& made = *answer.mutable_report();
  made.set_extension(asked.extension());
  made.set_name(session.settings.name());
  made.set_home(session.settings.home());
  made.set_gateway(settings_.gateway);
  made.set_line(session.line.value);
  made.set_roaming(session.settings.home() != settings_.gateway);
  const auto remarks = remarks_on(session);
  made.set_summary(users::summary_of(remarks));
  for (const auto& one : remarks) {
    auto& remark = *made.add_remarks();
    remark.set_setting(std::string(one.setting));
    remark.set_what(std::string(one.what));
    remark.set_value(one.value);
    remark.set_effect(std::string(users::name(one.is)));
    remark.set_why(one.why);
  }
  return answer;
}

} // namespace switchroom::exchange
