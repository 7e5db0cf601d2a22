// SPDX-License-Identifier: MIT
#include "dialplan/dialplan.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::dialplan {

namespace {

constexpr std::pair<feature, std::string_view> feature_names[] = {
    {feature::dial, "dial"},
    {feature::log_in, "log_in"},
    {feature::log_out, "log_out"},
    {feature::break_out, "break_out"},
    {feature::emergency, "emergency"},
    {feature::change_login_code, "change_login_code"},
    {feature::cancel_forwarding, "cancel_forwarding"},
    {feature::forward_unconditional_on, "forward_unconditional_on"},
    {feature::forward_unconditional_off, "forward_unconditional_off"},
    {feature::forward_busy_on, "forward_busy_on"},
    {feature::forward_busy_off, "forward_busy_off"},
    {feature::forward_no_answer_on, "forward_no_answer_on"},
    {feature::forward_no_answer_off, "forward_no_answer_off"},
    {feature::forward_number, "forward_number"},
    {feature::forward_busy_number, "forward_busy_number"},
    {feature::do_not_disturb_on, "do_not_disturb_on"},
    {feature::do_not_disturb_off, "do_not_disturb_off"},
    {feature::do_not_disturb_exception_add, "do_not_disturb_exception_add"},
    {feature::do_not_disturb_exception_remove, "do_not_disturb_exception_remove"},
    {feature::follow_me_here, "follow_me_here"},
    {feature::follow_me_here_cancel, "follow_me_here_cancel"},
    {feature::follow_me_to, "follow_me_to"},
    {feature::call_waiting_on, "call_waiting_on"},
    {feature::call_waiting_off, "call_waiting_off"},
    {feature::park, "park"},
    {feature::retrieve, "retrieve"},
    {feature::pickup, "pickup"},
    {feature::call_back, "call_back"},
    {feature::call_back_cancel, "call_back_cancel"},
    {feature::night_service_on, "night_service_on"},
    {feature::night_service_off, "night_service_off"},
    {feature::voicemail, "voicemail"},
    {feature::conference, "conference"},
    {feature::page, "page"},
    {feature::available, "available"},
    {feature::not_available, "not_available"},
    {feature::directory, "directory"},
    {feature::call_log, "call_log"},
    {feature::transfer, "transfer"},
    {feature::barred, "barred"},
    {feature::unsupported, "unsupported"},
};

struct served_code {
  const char* code;
  feature what;
  const char* number;
};

/// Rule C9, in its order: what this version serves.
constexpr served_code served_codes[] = {
    {"*00", feature::cancel_forwarding, ""},
    {"*01", feature::forward_unconditional_on, ""},
    {"*02", feature::forward_unconditional_off, ""},
    {"*03", feature::forward_busy_on, ""},
    {"*04", feature::forward_busy_off, ""},
    {"*05", feature::forward_no_answer_on, ""},
    {"*06", feature::forward_no_answer_off, ""},
    {"*07*N#", feature::forward_number, "N"},
    {"*08", feature::do_not_disturb_on, ""},
    {"*09", feature::do_not_disturb_off, ""},
    {"*10*N#", feature::do_not_disturb_exception_add, "N"},
    {"*11*N#", feature::do_not_disturb_exception_remove, "N"},
    {"*12*N#", feature::follow_me_here, "N"},
    {"*13*N#", feature::follow_me_here_cancel, "N"},
    {"*14*N#", feature::follow_me_to, "N"},
    {"*15", feature::call_waiting_on, ""},
    {"*16", feature::call_waiting_off, ""},
    {"*17", feature::voicemail, ""},
    {"*20*N#", feature::night_service_on, "N"},
    {"*21*N#", feature::night_service_off, "N"},
    {"*30", feature::pickup, ""},
    {"*32*N#", feature::pickup, "N"},
    {"*35*N#", feature::log_in, "N"},
    {"*36", feature::log_out, ""},
    {"*37*N#", feature::park, "N"},
    {"*38*N#", feature::retrieve, "N"},
    {"*40*N#", feature::call_back, "N"},
    {"*41", feature::call_back_cancel, ""},
    {"*42", feature::available, ""},
    {"*43", feature::not_available, ""},
    {"*45", feature::directory, ""},
    {"*46", feature::call_log, ""},
    {"*57*N#", feature::forward_busy_number, "N"},
    {"*60*N#", feature::change_login_code, "N"},
    {"*66*N#", feature::conference, "N"},
    {"*80*N#", feature::break_out, "N"},
};

/// "nl", "NL", "nl-NL" and "nl_NL" are all NL.
std::string country_of(std::string_view locale) {
  if (const auto cut = locale.find_last_of("-_"); cut != std::string_view::npos)
    locale.remove_prefix(cut + 1);
  std::string country(locale);
  std::transform(country.begin(), country.end(), country.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return country;
}

bool north_american(std::string_view country) {
  return country == "US" || country == "CA";
}

std::vector<std::string> emergency_numbers(std::string_view country) {
  if (north_american(country))
    return {"911"};
  if (country == "GB" || country == "IE")
    return {"999", "112"};
  if (country == "DE")
    return {"112", "110"};
  return {"112"};
}

/// The digit before a number outside.
char external_prefix(std::string_view country) {
  return north_american(country) || country == "GB" || country == "IE" ? '9' : '0';
}

short_code served(std::string code, feature what, std::string number) {
  short_code made;
  made.code = std::move(code);
  made.what = what;
  made.number = std::move(number);
  return made;
}

} // namespace

std::string_view feature_name(feature what) {
  for (const auto& [named, name] : feature_names)
    if (named == what)
      return name;
  return "unsupported";
}

std::optional<feature> feature_named(std::string_view wanted) {
  for (const auto& [named, name] : feature_names)
    if (name == wanted)
      return named;
  return std::nullopt;
}

std::vector<short_code> default_system_codes(std::string_view locale,
                                             const std::string& line_group) {
  const auto country = country_of(locale);
  std::vector<short_code> codes;
  for (const auto& number : emergency_numbers(country))
    codes.push_back(served(number, feature::emergency, number));
  for (const auto& [code, what, number] : served_codes)
    codes.push_back(served(code, what, number));
  auto outside = served(std::string(1, external_prefix(country)) + "N;", feature::dial, "N");
  outside.line_group = line_group;
  if (line_group.empty()) {
    outside.what = feature::unsupported;
    outside.number.clear();
    outside.name = "external call";
    outside.code.pop_back();
  }
  codes.push_back(std::move(outside));
  codes.push_back(served("?", feature::dial, "."));
  return codes;
}

dial_timers default_timers(std::string_view locale) {
  const auto country = country_of(locale);
  dial_timers timers;
  if (!north_american(country) && country != "JP") {
    timers.dial_delay_count = 4;
    timers.dial_delay = std::chrono::seconds{1};
  }
  return timers;
}

} // namespace switchroom::dialplan
