// SPDX-License-Identifier: MIT
#include "dialplan/dialplan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace switchroom::dialplan {

namespace {

constexpr std::array<std::pair<feature, std::string_view>, 7> feature_names = {{
    {feature::dial, "dial"},
    {feature::log_in, "log_in"},
    {feature::log_out, "log_out"},
    {feature::break_out, "break_out"},
    {feature::emergency, "emergency"},
    {feature::change_login_code, "change_login_code"},
    {feature::unsupported, "unsupported"},
}};

struct default_code {
  const char *code, *name;
};

/// Rule C9, in its order; the features that this version does not serve.
constexpr default_code unsupported_codes[] = {
    {"*00", "cancel all forwarding"},
    {"*01", "forward unconditional on"},
    {"*02", "forward unconditional off"},
    {"*03", "forward on busy on"},
    {"*04", "forward on busy off"},
    {"*05", "forward on no answer on"},
    {"*06", "forward on no answer off"},
    {"*07*N#", "forward number"},
    {"*08", "do not disturb on"},
    {"*09", "do not disturb off"},
    {"*10*N#", "do not disturb exception"},
    {"*11*N#", "no do not disturb exception"},
    {"*12*N#", "follow me here"},
    {"*13*N#", "follow me here cancel"},
    {"*14*N#", "follow me to"},
    {"*15", "call waiting on"},
    {"*16", "call waiting off"},
    {"*17", "voicemail"},
    {"*20*N#", "group night service on"},
    {"*21*N#", "group night service off"},
    {"*30", "pickup"},
    {"*32*N#", "directed pickup"},
    {"*37*N#", "park"},
    {"*38*N#", "retrieve"},
    {"*57*N#", "forward on busy number"},
    {"*66*N#", "conference"},
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

std::vector<short_code> default_system_codes(std::string_view locale) {
  const auto country = country_of(locale);
  std::vector<short_code> codes;
  for (const auto& number : emergency_numbers(country))
    codes.push_back(served(number, feature::emergency, number));
  codes.push_back(served("*35*N#", feature::log_in, "N"));
  codes.push_back(served("*36", feature::log_out, ""));
  codes.push_back(served("*60*N#", feature::change_login_code, "N"));
  codes.push_back(served("*80*N#", feature::break_out, "N"));
  const auto unsupported = [&codes](std::string code, std::string name) {
    auto made = served(std::move(code), feature::unsupported, "");
    made.name = std::move(name);
    codes.push_back(std::move(made));
  };
  for (const auto& [code, name] : unsupported_codes)
    unsupported(code, name);
  unsupported(std::string(1, external_prefix(country)) + "N", "external call");
  codes.push_back(served("?", feature::dial, "."));
  return codes;
}

dial_timers default_timers(std::string_view locale) {
  dial_timers timers;
  timers.dial_delay_count = north_american(country_of(locale)) ? 0 : 4;
  return timers;
}

} // namespace switchroom::dialplan
