// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/views.hpp"

#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>

namespace switchroom::cli {
namespace {

using namespace std::chrono_literals;
using phone::v1::Reply;
using phone::v1::Request;

constexpr std::chrono::milliseconds short_time = 30s;

struct phone_options {
  std::string line;
  std::string digits, file, until;
  bool pulse = false;
  std::uint32_t flash_ms = 250;
  double timeout_s = 10;
};

/// Phones are driven by another process, in another directory.
std::string absolute(const std::string& file) {
  return file.empty() ? file : std::filesystem::absolute(file).string();
}

class phone_command {
public:
  phone_command(command_line line, CLI::App* phone, std::shared_ptr<phone_options> options)
      : line_(line), phone_(phone), options_(std::move(options)) {}

  template <typename F>
  CLI::App* add(const std::string& name, const std::string& what, const std::string& example,
                F fill) {
    return line_.add(*phone_, name, what, "switchroom -g berlin phone 3 " + example,
                     [fill, name, options = options_, &to = line_.to] {
                       Request ask;
                       if (options->line == "all" && name != "state")
                         return to.complain({"only the state of all phones can be asked for",
                                             "give the number of one line, from 1"},
                                            usage);
                       if (options->line != "all") {
                         std::uint32_t number = 0;
                         const auto* end = options->line.data() + options->line.size();
                         const auto [at, fault] =
                             std::from_chars(options->line.data(), end, number);
                         if (fault != std::errc{} || at != end || number == 0)
                           return to.complain({"\"" + options->line + "\" is no line",
                                               "give the number of a line, from 1"},
                                              usage);
                         ask.set_line(number);
                       }
                       const std::chrono::milliseconds time = fill(ask, *options);
                       return to.ask(ask, time, [&](const Reply& r) { show(to, r); });
                     });
  }

private:
  command_line line_;
  CLI::App* phone_;
  std::shared_ptr<phone_options> options_;
};

void add_keys(phone_command phone, const std::shared_ptr<phone_options>& options) {
  phone.add("off-hook", "Lift the handset", "off-hook", [](Request& ask, const phone_options&) {
    ask.mutable_off_hook();
    return short_time;
  });
  phone.add("on-hook", "Put the handset down", "on-hook", [](Request& ask, const phone_options&) {
    ask.mutable_on_hook();
    return short_time;
  });
  auto* flash = phone.add("flash", "Press the hook for a moment", "flash --ms 300",
                          [](Request& ask, const phone_options& given) {
                            ask.mutable_flash()->set_ms(given.flash_ms);
                            return short_time;
                          });
  flash->add_option("--ms", options->flash_ms, "How long")->capture_default_str();
  auto* dial = phone.add("dial", "Press keys; returns when the last is released",
                         "dial '*35*204*1234#'", [](Request& ask, const phone_options& given) {
                           ask.mutable_dial()->set_digits(given.digits);
                           ask.mutable_dial()->set_pulse(given.pulse);
                           return short_time + 2s * static_cast<long>(given.digits.size());
                         });
  dial->add_option("DIGITS", options->digits, "0-9 * # A-D; a comma is a pause of one second")
      ->required();
  dial->add_flag("--pulse", options->pulse, "By loop interruptions instead of DTMF");
}

void add_voice(phone_command phone, const std::shared_ptr<phone_options>& options) {
  auto* play = phone.add("play", "Play a WAV file (mono, 16 bit, 8000 Hz) into the mouthpiece",
                         "play hello.wav", [](Request& ask, const phone_options& given) {
                           ask.mutable_play()->set_file(absolute(given.file));
                           return short_time;
                         });
  play->add_option("FILE", options->file, "WAV file")->required();
  auto* record = phone.add("record", "Record the earpiece from now on; \"\" stops",
                           "record heard.wav", [](Request& ask, const phone_options& given) {
                             ask.mutable_record()->set_file(absolute(given.file));
                             return short_time;
                           });
  record->add_option("FILE", options->file, "WAV file; \"\" stops")->required();
  auto* wait = phone.add("wait", "Wait until the phone rings, is silent, or has played its file",
                         "wait ringing --timeout 8", [](Request& ask, const phone_options& given) {
                           auto& wait_for = *ask.mutable_wait_for();
                           using what = phone::v1::WaitFor;
                           wait_for.set_what(given.until == "ringing"  ? what::RINGING
                                             : given.until == "silent" ? what::SILENT
                                                                       : what::PLAYED);
                           const auto ms = static_cast<std::uint32_t>(given.timeout_s * 1000);
                           wait_for.set_timeout_ms(ms);
                           // The time-out is the board's, which may run slower than this clock.
                           return short_time + std::chrono::milliseconds{ms} * 4;
                         });
  wait->add_option("WHAT", options->until, "ringing, silent or played")
      ->required()
      ->check(CLI::IsMember({"ringing", "silent", "played"}));
  wait->add_option("--timeout", options->timeout_s, "Seconds of the board's time")
      ->check(from_to(0.001, 3600))
      ->capture_default_str();
  phone.add("state", "What the phone is doing; with `all`, every phone", "state",
            [](Request& ask, const phone_options& given) {
              if (given.line == "all")
                ask.mutable_all();
              else
                ask.mutable_state();
              return short_time;
            });
}

} // namespace

void add_phone_commands(command_line line) {
  auto* phone = line.add(line.app, "phone", "Use a simulated phone of this gateway's board",
                         "switchroom -g berlin phone 3 off-hook", nullptr);
  const auto options = std::make_shared<phone_options>();
  phone->add_option("LINE", options->line, "Line number from 1; with state also: all")->required();
  phone->require_subcommand(1);
  add_keys({line, phone, options}, options);
  add_voice({line, phone, options}, options);
}

} // namespace switchroom::cli
