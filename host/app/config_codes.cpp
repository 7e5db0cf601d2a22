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

} // namespace switchroom::app
