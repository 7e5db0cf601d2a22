// SPDX-License-Identifier: MIT
/// Takes one configuration file apart, section by section. Inside config*.cpp only.
#pragma once
#include "app/config.hpp"
#include "app/config_reader.hpp"
#include "dialplan/dialplan.hpp"

namespace switchroom::app {

class configuration_file {
public:
  configuration_file(const toml::table& root, const std::filesystem::path& file)
      : folder_(std::filesystem::absolute(file).parent_path()), problems_(file.filename().string()),
        root_(root, "the file", problems_) {}

  std::variant<configuration, config_problems>
  read(const std::optional<std::filesystem::path>& run) {
    gateway();
    run_directory(run);
    board();
    scn();
    for (const toml::table* peer : root_.tables("peer"))
      add_peer(*peer);
    backups();
    rtp();
    for (const toml::table* account : root_.tables("account"))
      add_asked_code(*account, "[[account]]", made_.exchange.accounts);
    for (const toml::table* code : root_.tables("authorisation"))
      add_asked_code(*code, "[[authorisation]]", made_.exchange.authorisations);
    for (const toml::table* rights : root_.tables("user_rights"))
      add_user_rights(*rights);
    for (const toml::table* profile : root_.tables("time_profile"))
      add_time_profile(*profile);
    for (const toml::table* line : root_.tables("line"))
      add_line(*line);
    for (const bool analog : {false, true}) // in this order, see exchange::digital_trunks
      for (const toml::table* trunk : root_.tables("trunk"))
        if (is_analog(*trunk) == analog)
          add_trunk(*trunk);
    clock();
    for (const toml::table* group : root_.tables("line_group"))
      add_line_group(*group);
    for (const toml::table* code : root_.tables("short_code"))
      add_short_code(*code);
    for (const toml::table* group : root_.tables("group"))
      add_group(*group);
    timers();
    voicemail();
    conference();
    emergency();
    sip();
    add_stations();
    isdn();
    check_codes();
    check_line_groups();
    check_numbers();
    root_.refuse_the_rest();
    share_rtp();
    if (problems_.empty())
      return std::move(made_);
    return problems_.sorted();
  }

private:
  config_reader section(const toml::table& table, const char* title) {
    return {table, title, problems_};
  }
  static bool is_name(std::string_view);     ///< of a gateway or a phone
  static bool is_digits(std::string_view);   ///< 1 to 31 of them
  static bool is_port(std::string_view);     ///< 1 to 65535
  static bool is_endpoint(std::string_view); ///< "tcp://host:port"
  std::filesystem::path from_here(const std::string& path) const { return folder_ / path; }

  void gateway();
  void run_directory(const std::optional<std::filesystem::path>& run);
  void board();
  void clock();
  void scn();
  void add_peer(const toml::table&);
  void backups();
  void rtp();
  static void add_codecs(config_reader&, const std::vector<std::string>& words, edge::v1::Port& to);
  exchange::caller_display display_of(config_reader&, bool analog);
  static unsigned echo_tail_of(config_reader&, bool is_phone, bool is_station);
  void add_line(const toml::table&);
  static bool is_analog(const toml::table& trunk);
  void add_trunk(const toml::table&);
  void add_analog_trunk(config_reader&, exchange::trunk_settings);
  void check_trunk_name(config_reader&, const exchange::trunk_settings&);
  void add_line_group(const toml::table&);
  void check_line_groups();
  void add_stations();
  void isdn();
  static void check_capture(config_reader&, const std::filesystem::path& file);
  void add_asked_code(const toml::table&, const char* title, std::vector<exchange::asked_code>&);
  void add_short_code(const toml::table&);
  std::optional<user::v1::ShortCode> short_code_of(config_reader&);
  void add_user_rights(const toml::table&);
  void add_time_profile(const toml::table&);
  void add_week(const toml::table&, user::v1::TimeProfile&);
  void add_date(const toml::table&, user::v1::TimeProfile&);
  bool read_hours(config_reader&, bool required, user::v1::TimeProfile::Entry&);
  void read_directory(config_reader&, const std::filesystem::path&);
  std::string time_zone_of(config_reader&);
  void add_group(const toml::table&);
  void check_members(config_reader&, const hunting::group&);
  void timers();
  void voicemail();
  void conference();
  void emergency();
  void sip();
  void follow_listen(config_reader&);
  void check_codes();
  void check_numbers();
  /// The exchange and the voice thread need the same figures.
  void share_rtp();
  std::string name_of(config_reader&, std::string_view of);
  std::string number_of(config_reader&);

  std::filesystem::path folder_;
  problems problems_;
  config_reader root_;
  configuration made_;
  std::optional<std::vector<std::string>> backups_; ///< as written
  bool has_rtp_address_ = false, has_public_address_ = false;
};

} // namespace switchroom::app
