// SPDX-License-Identifier: MIT
// Trunks to exchanges outside, and the groups of them that short codes name.
#include "app/config_file.hpp"

#include <algorithm>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t most_spans = 32;
constexpr std::int64_t most_analog_line = 99; ///< as exchange/outside.cpp numbers them
constexpr unsigned d_channel_slot = 16;       ///< time slot of the D channel

} // namespace

bool configuration_file::is_analog(const toml::table& trunk) {
  return trunk["kind"].value<std::string_view>() == "analog";
}

void configuration_file::add_trunk(const toml::table& table) {
  auto in = section(table, "[[trunk]]");
  exchange::trunk_settings trunk;
  trunk.name = name_of(in, "a trunk");
  static const std::vector<std::string> kinds{"pri-user", "pri-network", "analog"};
  const auto kind = in.choice("kind", kinds).value_or(0);
  if (kinds[kind] == "analog")
    return add_analog_trunk(in, std::move(trunk));
  const auto span = in.integer("span", 1, most_spans, true);
  trunk.number = number_of(in);
  trunk.called_digits = static_cast<unsigned>(in.integer("called_digits", 1, 15).value_or(0));
  const auto check = in.choice("crc4", {"off", "on", "auto"});
  const auto channels = in.integer("channels", 1, 30);
  for (const toml::table* code : in.tables("short_code")) {
    auto its = section(*code, "[[trunk.short_code]]");
    if (const auto read = short_code_of(its))
      trunk.codes.push_back(dialplan::code_of(*read));
  }
  in.refuse_the_rest();
  if (!span)
    return;
  trunk.span = static_cast<unsigned>(*span);
  for (unsigned slot = 1; trunk.channels.size() < static_cast<std::size_t>(channels.value_or(30));
       ++slot)
    if (slot != d_channel_slot)
      trunk.channels.push_back(slot);
  check_trunk_name(in, trunk);
  for (const auto& other : made_.exchange.trunks) {
    if (!other.analog && other.span == trunk.span)
      in.wrong("span", "span " + std::to_string(trunk.span) + " is trunk " + other.name + "'s",
               "a span has one trunk");
  }
  auto& signalling = *made_.d_channels.add_channels();
  signalling.set_channel(static_cast<std::uint32_t>(made_.d_channels.channels_size()));
  signalling.set_name(trunk.name);
  signalling.set_kind(kinds[kind] == "pri-network" ? isdn::v1::Channel::E1_NETWORK
                                                   : isdn::v1::Channel::E1_USER);
  for (const auto channel : trunk.channels)
    signalling.add_b_channels(channel);
  made_.spans.push_back(
      {trunk.span, trunk.channels, static_cast<span_settings::crc4>(check.value_or(2))});
  made_.exchange.trunks.push_back(std::move(trunk));
}

void configuration_file::check_trunk_name(config_reader& in,
                                          const exchange::trunk_settings& trunk) {
  if (std::ranges::find(made_.exchange.trunks, trunk.name, &exchange::trunk_settings::name) !=
      made_.exchange.trunks.end())
    in.wrong("name", "trunk " + trunk.name + " is there twice", "give each a name of its own");
  const auto groups = root_.tables("line_group");
  const bool is_used = std::ranges::any_of(groups, [&](const toml::table* group) {
    const auto* trunks = (*group)["trunks"].as_array();
    return trunks != nullptr && std::ranges::any_of(*trunks, [&](const toml::node& one) {
             return one.value<std::string_view>() == trunk.name;
           });
  });
  if (!is_used)
    in.wrong("name", "trunk " + trunk.name + " is in no line group: no call would leave by it",
             "name it in trunks of a [[line_group]]");
}

/// Lines of the board that lead to an exchange.
void configuration_file::add_analog_trunk(config_reader& in, exchange::trunk_settings trunk) {
  exchange::analog_trunk how;
  for (const auto line :
       in.integers("lines", 1, most_analog_line, true).value_or(std::vector<std::int64_t>{}))
    trunk.channels.push_back(static_cast<unsigned>(line));
  static const std::vector<std::string> ways{"tones", "pulses"};
  how.pulses = in.choice("dials", ways).value_or(0) == 1;
  how.waits_for_dial_tone = in.boolean("dial_tone").value_or(true);
  how.pause = std::chrono::milliseconds(in.integer("dial_pause_ms", 100, 10000).value_or(1500));
  how.answered_after = std::chrono::seconds(in.integer("answered_after_s", 0, 120).value_or(15));
  how.shows_caller = in.boolean("caller_id").value_or(true);
  if (const auto speech = in.number("speech_level_dbm0", -30, -10))
    for (const auto line : trunk.channels)
      made_.speech_levels[line_id{line}] = *speech;
  for (const toml::table* code : in.tables("short_code")) {
    auto its = section(*code, "[[trunk.short_code]]");
    if (const auto read = short_code_of(its))
      trunk.codes.push_back(dialplan::code_of(*read));
  }
  in.refuse_the_rest();
  check_trunk_name(in, trunk);
  if (trunk.channels.empty())
    in.wrong("lines", "no line is named", "name one or more of the board's that lead to it");
  const auto fallback = std::ranges::find(trunk.codes, "?", &dialplan::short_code::code);
  if (fallback == trunk.codes.end() || !is_digits(fallback->number))
    in.wrong("short_code", "nobody is named whom calls from outside ring",
             "give it a [[trunk.short_code]] with code \"?\" and a number of digits");
  for (auto one = trunk.channels.begin(); one != trunk.channels.end(); ++one) {
    const auto line = "line " + std::to_string(*one);
    if (std::find(trunk.channels.begin(), one, *one) != one)
      in.wrong("lines", line + " is there twice", "name each once");
    for (const auto& other : made_.exchange.trunks)
      if (other.analog && std::ranges::find(other.channels, *one) != other.channels.end())
        in.wrong("lines", line + " is trunk " + other.name + "'s", "a line has one trunk");
    for (const auto& own : made_.exchange.lines)
      if (own.line.value == *one)
        in.wrong("lines", line + " is a [[line]], of a phone", "take one of them out");
  }
  trunk.analog = how;
  made_.exchange.trunks.push_back(std::move(trunk));
}

void configuration_file::add_line_group(const toml::table& table) {
  auto in = section(table, "[[line_group]]");
  exchange::line_group group{in.text("name", true).value_or(""), {}};
  if (auto trunks = in.texts("trunks", true))
    group.trunks = std::move(*trunks);
  in.refuse_the_rest();
  if (group.trunks.empty())
    in.wrong("trunks", "no trunk is named", "name one or more, the cheapest first");
  for (auto one = group.trunks.begin(); one != group.trunks.end(); ++one) {
    if (std::ranges::find(made_.exchange.trunks, *one, &exchange::trunk_settings::name) ==
        made_.exchange.trunks.end())
      in.wrong("trunks", "there is no trunk \"" + *one + "\"", "write it as a [[trunk]]");
    if (std::find(group.trunks.begin(), one, *one) != one)
      in.wrong("trunks", "trunk " + *one + " is there twice", "name each once");
  }
  if (std::ranges::find(made_.exchange.line_groups, group.name, &exchange::line_group::name) !=
      made_.exchange.line_groups.end())
    in.wrong("name", "line group " + group.name + " is there twice", "remove one of them");
  made_.exchange.line_groups.push_back(std::move(group));
}

void configuration_file::check_capture(config_reader& in, const fs::path& file) {
  std::error_code unknown;
  if (!fs::is_directory(file.parent_path(), unknown))
    in.wrong("capture", "there is no directory " + file.parent_path().string(),
             "make it, or name a file in another one");
  else if (fs::is_directory(file, unknown))
    in.wrong("capture", file.string() + " is a directory", "name a file in it");
}

void configuration_file::isdn() {
  const toml::table* table = root_.table("isdn");
  if (!table)
    return;
  auto in = section(*table, "[isdn]");
  if (const auto file = in.text("capture", true))
    check_capture(in, made_.d_channel_capture = from_here(*file));
  in.refuse_the_rest();
}

/// D channels of digital stations follow those of trunks, in the order of their lines.
void configuration_file::add_stations() {
  for (const auto& line : made_.exchange.lines) {
    if (!line.station)
      continue;
    auto& signalling = *made_.d_channels.add_channels();
    signalling.set_channel(static_cast<std::uint32_t>(made_.d_channels.channels_size()));
    signalling.set_name("line " + std::to_string(line.line.value));
    signalling.set_kind(isdn::v1::Channel::BRI_NETWORK);
    made_.stations.push_back(*line.station);
  }
}

/// What short codes name is there.
void configuration_file::check_line_groups() {
  for (const auto& code : made_.exchange.system_codes)
    if (!code.line_group.empty() &&
        std::ranges::find(made_.exchange.line_groups, code.line_group,
                          &exchange::line_group::name) == made_.exchange.line_groups.end())
      root_.wrong("short_code",
                  "short code " + code.code + " names line group \"" + code.line_group +
                      "\", which there is not",
                  "write it as a [[line_group]]");
}

} // namespace switchroom::app
