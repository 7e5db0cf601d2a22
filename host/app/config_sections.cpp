// SPDX-License-Identifier: MIT
#include "app/config_file.hpp"
#include "users/phone_book.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <fstream>
#include <iterator>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string>& locales() {
  static const std::vector<std::string> known{"DE", "FR", "GB", "NL", "US"};
  return known;
}

bool is_address(const std::string& text) {
  in_addr v4{};
  in6_addr v6{};
  return inet_pton(AF_INET, text.c_str(), &v4) == 1 || inet_pton(AF_INET6, text.c_str(), &v6) == 1;
}

} // namespace

bool configuration_file::is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool configuration_file::is_digits(std::string_view text) {
  return !text.empty() && text.size() <= 31 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool configuration_file::is_port(std::string_view text) {
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end && number > 0 && number < 65536;
}

std::string configuration_file::name_of(config_reader& in, std::string_view of) {
  const auto name = in.text("name", true);
  if (name && !is_name(*name))
    in.wrong("name", "\"" + *name + "\" is no name of " + std::string(of),
             "use 1 to 32 small letters, digits and -");
  return name.value_or("");
}

std::string configuration_file::number_of(config_reader& in) {
  const auto number = in.text("number");
  if (number && !is_digits(*number))
    in.wrong("number", "\"" + *number + "\" cannot be dialled", "use 1 to 31 digits");
  return number.value_or("");
}

void configuration_file::gateway() {
  const toml::table* table = root_.table("gateway", true);
  if (!table)
    return;
  auto in = section(*table, "[gateway]");
  made_.exchange.gateway = name_of(in, "a gateway");
  made_.exchange.number = number_of(in);
  if (const auto locale = in.choice("locale", locales()))
    made_.exchange.locale = locales()[*locale];
  if (const auto file = in.text("directory_file"))
    read_directory(in, from_here(*file));
  auto& profiles = made_.exchange.profiles;
  if (auto zone = time_zone_of(in); !zone.empty())
    profiles.time_zone = std::move(zone);
  made_.exchange.agent_roaming = in.boolean("agent_roaming").value_or(false);
  profiles.portable = in.boolean("portable_profiles").value_or(false);
  if (const auto zone = in.choice("portable_time_zone", {"home", "visited"}))
    profiles.visited_zone = *zone == 1;
  if (const toml::table* licence = in.table("licence")) {
    auto rights = section(*licence, "[gateway.licence]");
    made_.exchange.voice_networking = rights.boolean("voice_networking").value_or(true);
    rights.refuse_the_rest();
  }
  in.refuse_the_rest();
}

/// The system directory (S7).
void configuration_file::read_directory(config_reader& in, const fs::path& file) {
  std::ifstream from(file);
  if (!from || fs::is_directory(file))
    return in.wrong("directory_file", "cannot read " + file.string(),
                    "name a file of lines name,number");
  const std::string text{std::istreambuf_iterator<char>(from), {}};
  auto book = users::read_phone_book(text);
  if (!book)
    return in.wrong("directory_file", file.string() + ", " + book.error().what,
                    book.error().remedy);
  made_.exchange.phone_book = std::move(*book);
}

void configuration_file::run_directory(const std::optional<fs::path>& run) {
  std::optional<std::string> database;
  if (run)
    made_.run_directory = gateway_directory(*run, made_.exchange.gateway);
  if (const toml::table* table = root_.table("run", !run)) {
    auto in = section(*table, "[run]");
    const auto directory = in.text("directory", !run);
    if (!run && directory)
      made_.run_directory = from_here(*directory);
    database = in.text("database");
    in.refuse_the_rest();
  }
  made_.database = database ? from_here(*database) : made_.run_directory / "gateway.db";
}

void configuration_file::board() {
  const toml::table* table = root_.table("board", true);
  if (!table)
    return;
  auto in = section(*table, "[board]");
  if (const auto link = in.text("link", true)) {
    if (link->starts_with("unix:") && link->size() > 5)
      made_.voice.link = "unix:" + from_here(link->substr(5)).string();
    else if (link->starts_with("serial:/"))
      made_.voice.link = *link;
    else
      in.wrong("link", "\"" + *link + "\" is no link to a board",
               "write unix:PATH for a simulated board or serial:/dev/… for a real one");
  }
  if (const auto lead = in.integer("lead_frames", 2, 128))
    made_.voice.lead_frames = static_cast<std::uint16_t>(*lead);
  in.refuse_the_rest();
}

void configuration_file::rtp() {
  const toml::table* table = root_.table("rtp");
  if (!table)
    return;
  auto in = section(*table, "[rtp]");
  auto& to = made_.exchange;
  const auto address = [&](const char* key, std::string& found, const char* remedy) {
    const auto given = in.text(key);
    if (given && !is_address(*given))
      in.wrong(key, "\"" + *given + "\" is no IP address", remedy);
    found = given.value_or(found);
    return given.has_value();
  };
  has_rtp_address_ =
      address("address", made_.voice.rtp_address, "give this computer's own address, in numbers");
  to.rtp_address = made_.voice.rtp_address;
  has_public_address_ =
      address("public_address", to.rtp_address, "give the address at which the peers reach it");
  if (const auto port = in.integer("base_port", 1024, 65000)) {
    to.rtp_base_port = static_cast<std::uint16_t>(*port);
    if (*port % 2 != 0)
      in.wrong("base_port", "base_port is odd", "RTP takes even ports (RFC 3550, section 11)");
  }
  if (const auto ptime = in.integer("ptime_ms", 10, 60)) {
    to.rtp_ptime_ms = static_cast<std::uint8_t>(*ptime);
    if (*ptime % 10 != 0)
      in.wrong("ptime_ms", "ptime_ms is " + std::to_string(*ptime), "use 10, 20, 30, 40, 50 or 60");
  }
  const auto fixed = in.integer("jitter_ms", 5, 120), most = in.integer("jitter_most_ms", 5, 120);
  made_.voice.jitter_target_ms = static_cast<std::uint16_t>(fixed.value_or(0));
  made_.voice.jitter_most_ms = static_cast<std::uint16_t>(most.value_or(120));
  if (fixed && most)
    in.wrong("jitter_most_ms", "jitter_most_ms is of no use beside jitter_ms",
             "leave jitter_ms out: then the delay follows the network");
  made_.voice.protect = in.boolean("srtp").value_or(true);
  if (const auto law = in.choice("law", {"a", "mu"}))
    to.rtp_payload_type = *law == 0 ? 8 : 0; // RFC 3551, table 4
  in.refuse_the_rest();
}

void configuration_file::timers() {
  const toml::table* table = root_.table("timers");
  if (!table)
    return;
  auto in = section(*table, "[timers]");
  if (const auto wait = in.integer("no_answer_s", 5, 3600))
    made_.exchange.no_answer = std::chrono::seconds{*wait};
  if (const auto wait = in.integer("park_s", 10, 3600))
    made_.exchange.park_time = std::chrono::seconds{*wait};
  if (const auto wait = in.integer("call_back_min", 1, 1440))
    made_.exchange.call_back_time = std::chrono::minutes{*wait};
  if (const auto wait = in.integer("wrap_up_s", 1, 3600))
    made_.exchange.wrap_up_time = std::chrono::seconds{*wait};
  if (const auto count = in.integer("dial_delay_count", 0, 30))
    made_.exchange.dial_delay_count = static_cast<unsigned>(*count);
  if (const auto wait = in.integer("dial_delay_s", 1, 99))
    made_.exchange.dial_delay = std::chrono::seconds{*wait};
  if (const auto wait = in.integer("off_hook_s", 5, 3600))
    made_.exchange.off_hook_timeout = std::chrono::seconds{*wait};
  in.refuse_the_rest();
}

void configuration_file::voicemail() {
  const toml::table* table = root_.table("voicemail");
  if (!table)
    return;
  auto in = section(*table, "[voicemail]");
  auto& to = made_.exchange.mailboxes;
  if (const auto folder = in.text("prompts")) {
    made_.prompts = from_here(*folder);
    std::error_code unknown;
    if (!fs::is_directory(made_.prompts, unknown))
      in.wrong("prompts", "there is no directory " + made_.prompts.string(),
               "install asterisk-core-sounds-en-wav, or name a directory of WAV files (8000 Hz, 16 "
               "bit, mono) with the same names");
  }
  if (const auto most = in.integer("messages", 1, 999))
    to.most_messages = static_cast<unsigned>(*most);
  if (const auto longest = in.integer("longest_s", 5, 600))
    to.longest = std::chrono::seconds{*longest};
  if (const auto silence = in.integer("silence_s", 2, 60))
    to.silence = std::chrono::seconds{*silence};
  in.refuse_the_rest();
}

void configuration_file::conference() {
  const toml::table* table = root_.table("conference");
  if (!table)
    return;
  auto in = section(*table, "[conference]");
  if (const auto most = in.integer("parties", 3, 64))
    made_.exchange.conference_parties = static_cast<unsigned>(*most);
  if (const auto tone = in.boolean("entry_tone"))
    made_.exchange.conference_tone = *tone;
  in.refuse_the_rest();
}

void configuration_file::emergency() {
  const toml::table* table = root_.table("emergency");
  if (!table)
    return;
  auto in = section(*table, "[emergency]");
  for (const auto& number : in.texts("call_back_numbers").value_or(std::vector<std::string>{})) {
    if (!is_digits(number) || number.size() > 15)
      in.wrong("call_back_numbers", "\"" + number + "\" is no number", "use 1 to 15 digits");
    made_.exchange.call_back_numbers.push_back(number);
  }
  if (const auto time = in.integer("call_back_min", 5, 1440))
    made_.exchange.emergency_call_back = std::chrono::minutes{*time};
  in.refuse_the_rest();
}

} // namespace switchroom::app
