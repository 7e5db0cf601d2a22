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

constexpr std::int64_t most_lines = 1024; // regs/fxs.toml: line_config

const std::vector<std::string>& locales() {
  static const std::vector<std::string> known{"DE", "FR", "GB", "NL", "US"};
  return known;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_address(const std::string& text) {
  in_addr v4{};
  in6_addr v6{};
  return inet_pton(AF_INET, text.c_str(), &v4) == 1 || inet_pton(AF_INET6, text.c_str(), &v6) == 1;
}

} // namespace

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

std::string configuration_file::name_of(config_reader& in) {
  const auto name = in.text("name", true);
  if (name && !is_name(*name))
    in.wrong("name", "\"" + *name + "\" is no name of a gateway",
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
  made_.exchange.gateway = name_of(in);
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
  };
  address("address", made_.voice.rtp_address, "give this computer's own address, in numbers");
  to.rtp_address = made_.voice.rtp_address;
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

/// "g722", "pcma": as proto/scn.proto has them.
void configuration_file::add_codecs(config_reader& in, const std::vector<std::string>& words,
                                    edge::v1::Port& to) {
  for (const auto& word : words) {
    std::string name = "CODEC_" + word;
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    scn::v1::Codec codec{};
    if (scn::v1::Codec_Parse(name, &codec) && codec != scn::v1::CODEC_UNSPECIFIED)
      to.add_codecs(codec);
    else
      in.wrong("codecs", '"' + word + "\" is no codec",
               "use g722, pcma, pcmu, opus, g726-16, -24, -32 and -40");
  }
  if (words.empty())
    in.wrong("codecs", "no codec is left", "leave codecs out, for all of them");
}

void configuration_file::add_line(const toml::table& table) {
  auto in = section(table, "[[line]]");
  const auto number = in.integer("number", 1, most_lines, true);
  const auto user = in.text("base_user");
  std::vector<std::string> types;
  for (const auto& kind : users::line_kinds())
    types.emplace_back(kind.name);
  const auto type = in.choice("type", types);
  const auto phone = in.text("phone"), password = in.text("password");
  const auto secure = in.boolean("secure");
  const auto codecs = in.texts("codecs");
  const auto keys = in.choice("srtp", {"sdes", "dtls"});
  const auto gain_in = in.number("gain_in_db", -24, 12),
             gain_out = in.number("gain_out_db", -24, 12);
  in.refuse_the_rest();
  if (phone && (gain_in || gain_out))
    in.wrong(gain_in ? "gain_in_db" : "gain_out_db", "a gain of a line with an IP phone",
             "set its volume at the phone");
  constexpr auto ip = static_cast<std::size_t>(users::line_type::ip);
  if (phone && !is_name(*phone))
    in.wrong("phone", "\"" + *phone + "\" is no name of a phone",
             "use 1 to 32 small letters, digits and -");
  if (phone && type.value_or(ip) != ip)
    in.wrong("type", "a line with an IP phone is of type \"ip\"", "leave type out");
  if (phone &&
      (!password || password->empty() || password->find_first_of("\n\r:") != std::string::npos))
    in.wrong("phone", "phone " + *phone + " has no password, or one with a colon",
             "give password, which the phone registers with");
  if (secure && !phone)
    in.wrong("secure", "secure without phone", "say what the phone registers as: phone");
  if (codecs && !phone)
    in.wrong("codecs", "codecs without phone", "say what the phone registers as: phone");
  if (keys && !phone)
    in.wrong("srtp", "srtp without phone", "say what the phone registers as: phone");
  if (keys && !made_.voice.protect)
    in.wrong("srtp", "srtp of a line, and none in [rtp]",
             "leave it out, or take srtp = false out of [rtp]");
  if (!phone && password)
    in.wrong("password", "a password without phone", "say what the phone registers as: phone");
  for (const auto& other : made_.phones.ports())
    if (phone && other.name() == *phone)
      in.wrong("phone",
               "phone " + *phone + " is at line " + std::to_string(other.line()) + " already",
               "give each phone a name of its own");
  if (user && !is_digits(*user))
    in.wrong("base_user", "\"" + *user + "\" is no extension", "use 1 to 31 digits");
  if (!number)
    return;
  const line_id line{static_cast<std::uint32_t>(*number)};
  for (const auto& other : made_.exchange.lines) {
    if (other.line == line)
      in.wrong("number", "line " + std::to_string(*number) + " is there twice",
               "remove one of them");
    else if (user && other.base_user == *user)
      in.wrong("base_user",
               "user " + *user + " is base user of line " + std::to_string(other.line.value) +
                   " already",
               "a user has one base line");
  }
  made_.exchange.lines.push_back({line, user.value_or(""),
                                  static_cast<users::line_type>(type.value_or(phone ? ip : 0)),
                                  phone.has_value()});
  if (!phone && (gain_in || gain_out))
    made_.gains[line] = {gain_in.value_or(0), gain_out.value_or(0)};
  if (!phone)
    return;
  auto& port = *made_.phones.add_ports();
  port.set_line(line.value);
  port.set_name(*phone);
  port.set_secret(password.value_or(""));
  port.set_secure(secure.value_or(false));
  if (codecs)
    add_codecs(in, *codecs, port);
  port.set_dtls(keys == 1);
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

/// IP phones register here; without the section, at the RTP address and port 5060.
void configuration_file::sip() {
  made_.sip.listen = "sip:" + made_.voice.rtp_address + ":5060";
  const toml::table* table = root_.table("sip");
  if (table == nullptr)
    return;
  auto in = section(*table, "[sip]");
  const auto listen = [&](const char* key, const char* scheme, std::string& found) {
    const auto given = in.text(key);
    if (!given)
      return;
    const auto colon = given->rfind(':');
    if (colon == std::string::npos || !is_address(given->substr(0, colon)) ||
        !is_port(given->substr(colon + 1)))
      in.wrong(key, "\"" + *given + "\" is no address and port",
               "give them in numbers, \"192.0.2.1:5060\"");
    found = scheme + *given;
  };
  listen("listen", "sip:", made_.sip.listen);
  listen("tls_listen", "sips:", made_.sip.tls_listen);
  const auto certificate = in.text("certificate");
  const std::vector<std::string> digests{"md5", "sha-256", "both"};
  if (const auto kind = in.choice("digest", digests))
    made_.sip.digest = digests[*kind];
  if (const auto seconds = in.integer("shortest_session_s", 10, 3600))
    made_.sip.shortest_session_s = static_cast<unsigned>(*seconds);
  if (const auto seconds = in.integer("session_s", 0, 86'400))
    made_.sip.session_s = static_cast<unsigned>(*seconds);
  if (made_.sip.session_s != 0 && made_.sip.session_s < made_.sip.shortest_session_s)
    in.wrong("session_s",
             "session_s is shorter than shortest_session_s, " +
                 std::to_string(made_.sip.shortest_session_s),
             "give at least that, or 0: calls are not watched");
  in.refuse_the_rest();
  if (certificate) {
    made_.sip.certificate = from_here(*certificate);
    std::error_code unknown;
    if (!fs::is_regular_file(made_.sip.certificate, unknown))
      in.wrong("certificate", "there is no file " + made_.sip.certificate.string(),
               "give a PEM file with the private key and the certificate");
  }
  if (made_.sip.tls_listen.empty() == certificate.has_value())
    in.wrong(certificate ? "certificate" : "tls_listen",
             "tls_listen and certificate need one another", "give both, or neither");
}

void configuration_file::share_rtp() {
  made_.voice.rtp_base_port = made_.exchange.rtp_base_port;
  made_.voice.rtp_payload_type = made_.exchange.rtp_payload_type;
  made_.voice.rtp_ptime_ms = made_.exchange.rtp_ptime_ms;
  const bool a_law = made_.exchange.rtp_payload_type == 8;
  for (auto& port : *made_.phones.mutable_ports())
    if (port.codecs().empty())
      for (const auto codec :
           {scn::v1::CODEC_G722, a_law ? scn::v1::CODEC_PCMA : scn::v1::CODEC_PCMU,
            a_law ? scn::v1::CODEC_PCMU : scn::v1::CODEC_PCMA, scn::v1::CODEC_OPUS})
        port.add_codecs(codec);
}

} // namespace switchroom::app
