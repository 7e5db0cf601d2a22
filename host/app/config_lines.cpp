// SPDX-License-Identifier: MIT
// Lines: who sits there, the phone, and what it is told.
#include "app/config_file.hpp"
#include "exchange/echo_pool.hpp"

#include <algorithm>
#include <map>

namespace switchroom::app {
namespace {

constexpr std::int64_t most_lines = 1024; // regs/fxs.toml: line_config
constexpr std::int64_t most_stations = 64;

} // namespace

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

/// What an analog phone is told, and when: as its country's networks do (docs/voice.md), or as the
/// line says.
exchange::caller_display configuration_file::display_of(config_reader& in, bool analog) {
  using dsp::fsk_standard;
  static const std::map<std::string, std::size_t, std::less<>> usual{{"US", 1}, {"GB", 3}};
  const auto said = in.choice("caller_id", {"off", "bell202", "v23", "v23-before-ringing"});
  const auto wait = in.integer("caller_id_wait_ms", 250, 1000);
  if ((said || wait) && !analog)
    in.wrong(said ? "caller_id" : "caller_id_wait_ms", "the line is no analog phone's",
             "leave it out: digital and IP phones are told who calls in words");
  if (wait && said == 0)
    in.wrong("caller_id_wait_ms", "caller_id is off", "leave it out");
  const auto found = usual.find(made_.exchange.locale);
  const auto what = said.value_or(!analog ? 0 : found == usual.end() ? 2 : found->second);
  if (wait && said != 0 && what == 3)
    in.wrong("caller_id_wait_ms", "the line is told who calls before it rings",
             "leave it out, or set caller_id to v23");
  exchange::caller_display display;
  if (what != 0)
    display.standard = what == 1 ? fsk_standard::bell202 : fsk_standard::v23;
  display.before_ringing = what == 3;
  if (wait)
    display.wait = std::chrono::milliseconds{*wait};
  return display;
}

unsigned configuration_file::echo_tail_of(config_reader& in, bool is_phone, bool is_station) {
  const auto ms = in.integer("echo_tail_ms", 0, 128);
  if (!ms)
    return 16;
  if (is_phone)
    in.wrong("echo_tail_ms", "an IP phone's line has no echo canceller here",
             "leave it out: phones cancel their own echo");
  if (is_station)
    in.wrong("echo_tail_ms", "a digital station's line has no echo canceller here",
             "leave it out: it has no hybrid that would give an echo");
  if (*ms != 0 && !exchange::echo_pool::is_tail(static_cast<std::uint64_t>(*ms)))
    in.wrong("echo_tail_ms", "there is no echo canceller of " + std::to_string(*ms) + " ms",
             "use 16, 32, 64 or 128, or 0 for none");
  return static_cast<unsigned>(*ms);
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
  const auto noise = in.boolean("comfort_noise");
  const auto station = in.integer("station", 1, most_stations);
  const unsigned echo_tail_ms = echo_tail_of(in, phone.has_value(), station.has_value());
  const auto display = display_of(in, !phone && !station && type.value_or(0) == 0);
  const auto gain_in = in.number("gain_in_db", -24, 12),
             gain_out = in.number("gain_out_db", -24, 12),
             speech = in.number("speech_level_dbm0", -30, -10);
  in.refuse_the_rest();
  if ((phone || station) && (gain_in || gain_out))
    in.wrong(gain_in ? "gain_in_db" : "gain_out_db",
             phone ? "a gain of a line with an IP phone" : "a gain of a line with a station",
             "set its volume at the phone");
  if (speech && (phone || station))
    in.wrong("speech_level_dbm0", "the line is no analog phone's", "leave it out");
  else if (speech && echo_tail_ms == 0)
    in.wrong("speech_level_dbm0",
             "voices would be made louder, and their echoes with them: echo_tail_ms is 0",
             "give the line an echo canceller, or leave speech_level_dbm0 out");
  constexpr auto ip = static_cast<std::size_t>(users::line_type::ip),
                 digital = static_cast<std::size_t>(users::line_type::digital);
  if (station && type.value_or(digital) != digital)
    in.wrong("type", "a line with a digital station is of type \"digital\"", "leave type out");
  if (station && phone)
    in.wrong("station", "a line with a station and an IP phone", "take one of them out");
  for (const auto& other : made_.exchange.lines)
    if (station && other.station == static_cast<unsigned>(*station))
      in.wrong("station",
               "station " + std::to_string(*station) + " is at line " +
                   std::to_string(other.line.value) + " already",
               "a station has one line");
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
  if (noise && !phone)
    in.wrong("comfort_noise", "comfort_noise without phone",
             "say what the phone registers as: phone");
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
                                  static_cast<users::line_type>(type.value_or(phone     ? ip
                                                                              : station ? digital
                                                                                        : 0)),
                                  phone.has_value(), display, echo_tail_ms});
  if (station)
    made_.exchange.lines.back().station = static_cast<unsigned>(*station);
  if (!phone && (gain_in || gain_out))
    made_.gains[line] = {gain_in.value_or(0), gain_out.value_or(0)};
  if (speech)
    made_.speech_levels[line] = *speech;
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
  port.set_tells_silence(noise.value_or(false));
}

} // namespace switchroom::app
