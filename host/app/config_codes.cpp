// SPDX-License-Identifier: MIT
// Short codes, and the codes that they ask for (rule C1).
#include "app/config_file.hpp"

#include "dialplan/dialplan.hpp"

namespace switchroom::app {
namespace {

/// That a code which is asked for can be given, and is asked for where it may.
void check_asked(config_reader& in, const dialplan::short_code& code, const char* key,
                 bool is_asked, const std::string& section, bool none_there) {
  if (!is_asked)
    return;
  if (none_there)
    in.wrong(key, "no " + section + " could be dialled: there is no [[" + section + "]]",
             "add the " + section + "s, or take " + key + " away");
  if (code.what == dialplan::feature::emergency)
    in.wrong(key, "an emergency call asks for no " + section + " (rule S10)",
             "take " + std::string(key) + " away");
}

} // namespace

void configuration_file::add_asked_code(const toml::table& table, const char* title,
                                        std::vector<exchange::asked_code>& all) {
  auto in = section(table, title);
  const auto code = in.text("code", true);
  const auto name = in.text("name");
  in.refuse_the_rest();
  if (!code)
    return;
  if (!is_digits(*code))
    in.wrong("code", "\"" + *code + "\" cannot be dialled", "use 1 to 31 digits");
  for (const auto& other : all)
    if (other.code == *code)
      in.wrong("code", "this code is there twice", "remove one of them");
  all.push_back({*code, name.value_or("")});
}

void configuration_file::add_short_code(const toml::table& table) {
  auto in = section(table, "[[short_code]]");
  if (const auto read = short_code_of(in))
    made_.exchange.system_codes.push_back(dialplan::code_of(*read));
}

/// Of the system or of user rights: it compiles.
std::optional<user::v1::ShortCode> configuration_file::short_code_of(config_reader& in) {
  user::v1::ShortCode read;
  read.set_code(in.text("code", true).value_or(""));
  const auto feature = in.text("feature", true);
  read.set_feature(feature.value_or(""));
  read.set_number(in.text("number").value_or(""));
  read.set_line_group(in.text("line_group").value_or(""));
  read.set_force_account_code(in.boolean("force_account_code").value_or(false));
  read.set_force_authorisation_code(in.boolean("force_authorisation_code").value_or(false));
  in.refuse_the_rest();
  if (!feature || read.code().empty())
    return std::nullopt;
  if (!dialplan::feature_named(*feature)) {
    in.wrong("feature", "\"" + *feature + "\" is no feature",
             "see switchroomd.toml(5) for those there are");
    return std::nullopt;
  }
  const auto code = dialplan::code_of(read);
  if (const auto plan = dialplan::compile({}, {}, {code}); !plan) {
    in.wrong("code", plan.error().what, plan.error().remedy);
    return std::nullopt;
  }
  check_asked(in, code, "force_account_code", code.force_account_code, "account",
              made_.exchange.accounts.empty());
  check_asked(in, code, "force_authorisation_code", code.force_authorisation_code, "authorisation",
              made_.exchange.authorisations.empty());
  return read;
}

/// Of the whole list of short codes: each is there once, and none stands in the way of an
/// emergency.
void configuration_file::check_codes() {
  const auto& all = made_.exchange.system_codes;
  for (std::size_t n = 0; n < all.size(); ++n)
    for (std::size_t before = 0; before < n; ++before)
      if (all[before].code == all[n].code)
        root_.wrong("short_code", "short code " + all[n].code + " is there twice",
                    "remove one of them");
  for (const auto& preset : dialplan::default_system_codes(made_.exchange.locale))
    for (const auto& own : all)
      if (preset.what == dialplan::feature::emergency && own.code == preset.code &&
          own.what != dialplan::feature::emergency)
        root_.wrong("short_code",
                    own.code + " is an emergency number here, and cannot be anything else (rule "
                               "S10)",
                    "write feature = \"emergency\", and as number who takes the call");
}

/// A number is one user's, one group's, or one of those that are lent to emergency calls.
void configuration_file::check_numbers() {
  const auto& made = made_.exchange;
  const auto is_user = [&](const std::string& number) {
    return std::ranges::any_of(made.lines,
                               [&](const auto& line) { return line.base_user == number; });
  };
  for (const auto& group : made.groups)
    if (is_user(group.number))
      root_.wrong("group", "group " + group.number + " has the number of a base user",
                  "give one of them another number");
  for (const auto& number : made.call_back_numbers) {
    const bool is_group =
        std::ranges::any_of(made.groups, [&](const auto& group) { return group.number == number; });
    const bool is_code = std::ranges::any_of(made.system_codes,
                                             [&](const auto& code) { return code.code == number; });
    if (is_user(number) || is_group || is_code)
      root_.wrong("emergency", "call-back number " + number + " is a user's, a group's or a code",
                  "use numbers that lead nowhere else");
  }
}

} // namespace switchroom::app
