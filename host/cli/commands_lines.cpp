// SPDX-License-Identifier: MIT
// switchroom line and capture: what engineers do to lines.
#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "switchroom/dsp/wav.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

namespace switchroom::cli {
namespace {

using control::v1::Reply;
using control::v1::Request;

struct line_options {
  std::uint32_t line = 0;
  std::vector<double> tones;
  double level = -10, hz = 1004;
  bool off = false;
  std::string on;
  std::uint32_t seconds = 0;
  std::optional<double> in_db, out_db;
};

/// More than any test takes by frames of the board, however slow that is; without a board it is
/// answered at once.
constexpr std::chrono::minutes test_time{10};
constexpr double nothing_dbm0 = -90; // that, or less, is less than can be told

std::string level(double dbm0) {
  return dbm0 <= nothing_dbm0 ? "-" : fmt::format("{:.1f}", dbm0);
}

void show(const console& to, const control::v1::LineTest& found) {
  table rows({{"TONE Hz", true},
              {"SENT dBm0", true},
              {"BACK dBm0", true},
              {"RETURN LOSS dB", true},
              {"REMARKS"}});
  for (const auto& tone : found.tones())
    rows.row({fmt::format("{:g}", tone.hz()), fmt::format("{:.1f}", found.sent_dbm0()),
              level(tone.level_dbm0()),
              tone.has_return_loss_db() ? fmt::format("{:.1f}", tone.return_loss_db()) : "-",
              tone.disturbed() ? "disturbed: something else was heard" : ""});
  rows.print(std::cout, to.width(), to.colour());
  std::cout << fmt::format("Noise in silence: {} dBm0{}\n", level(found.noise_dbm0()),
                           found.noise_disturbed() ? ", disturbed: it was not steady" : "");
  if (found.hook_changed())
    std::cout << "The receiver was lifted or put down in the test: test again.\n";
}

int test_line(console& to, const line_options& given) {
  Request ask;
  auto& what = *ask.mutable_line_test();
  what.set_line(given.line);
  what.set_level_dbm0(given.level);
  for (const double hz : given.tones)
    what.add_tones_hz(hz);
  Reply reply;
  if (const int code = to.fetch(ask, reply, test_time))
    return code;
  const auto& found = reply.line_test();
  if (!found.off_hook() && !found.hook_changed()) // figures would be of nothing
    return to.complain({fmt::format("the receiver of line {} is down: the line's codec is off, and "
                                    "nothing can come back",
                                    given.line),
                        "lift it, or put a termination there"},
                       refused);
  if (to.json)
    to.print_json(found);
  else
    show(to, found);
  return done;
}

void add_line(command_line line) {
  auto* group = line.add(line.app, "line", "Test a line of the board, or set its gain",
                         "switchroom -g berlin line test 3", nullptr);
  group->require_subcommand(1);
  const auto given = std::make_shared<line_options>();
  const auto say = [](const Reply& r) { std::cout << r.done().text() << '\n'; };

  auto* test =
      line.add(*group, "test", "Tones and silence into a line, and what comes back of them",
               "switchroom -g berlin line test 3 --tone 300 1004 3400 --level -10",
               [given, &to = line.to] { return test_line(to, *given); });
  test->add_option("--tone", given->tones,
                   "Frequencies in Hz, 200 to 3600, one after another [1004]")
      ->check(finite);
  test->add_option("--level", given->level, "dBm0, -40 to 0")->capture_default_str()->check(finite);

  auto* loop = line.add(*group, "loopback", "What a line says comes back to it",
                        "switchroom -g berlin line loopback 3 on", [given, say, &to = line.to] {
                          Request ask;
                          ask.mutable_loopback()->set_line(given->line);
                          ask.mutable_loopback()->set_on(given->on == "on");
                          ask.mutable_loopback()->set_seconds(given->seconds);
                          return to.ask(ask, say);
                        });
  auto* tone = line.add(*group, "tone", "A steady tone into a line, until it is taken off",
                        "switchroom -g berlin line tone 3 --hz 1004 --dbm0 -10",
                        [given, say, &to = line.to] {
                          Request ask;
                          auto& what = *ask.mutable_tone();
                          what.set_line(given->line);
                          what.set_on(!given->off);
                          what.set_hz(given->hz);
                          what.set_level_dbm0(given->level);
                          what.set_seconds(given->seconds);
                          return to.ask(ask, say);
                        });
  const auto say_gain = [given](const Reply& r) {
    std::cout << fmt::format("Line {}: what it says {:+.1f} dB, what it hears {:+.1f} dB{}.\n",
                             r.gain().line(), r.gain().in_db(), r.gain().out_db(),
                             given->in_db || given->out_db ? ", until the next start" : "");
  };
  auto* gain = line.add(*group, "gain", "Louder or softer, at once and until the next start",
                        "switchroom -g berlin line gain 3 --in -3 --out 1.5",
                        [given, say_gain, &to = line.to] {
                          Request ask;
                          ask.mutable_gain()->set_line(given->line);
                          if (given->in_db)
                            ask.mutable_gain()->set_in_db(*given->in_db);
                          if (given->out_db)
                            ask.mutable_gain()->set_out_db(*given->out_db);
                          return to.ask(ask, say_gain);
                        });
  for (auto* command : {test, loop, tone, gain})
    command->add_option("LINE", given->line, "Number of the line")->required()->check(from_one);
  loop->add_option("ON", given->on, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
  for (auto* command : {loop, tone})
    command->add_option("--seconds", given->seconds, "For so long, a day at most [600]")
        ->check(CLI::Range(1, 86400));
  auto* hz = tone->add_option("--hz", given->hz, "Frequency, 200 to 3600")
                 ->capture_default_str()
                 ->check(finite);
  auto* dbm0 = tone->add_option("--dbm0", given->level, "Level, -60 to 3.1")
                   ->capture_default_str()
                   ->check(finite);
  tone->add_flag("--off", given->off, "No more")->excludes(hz)->excludes(dbm0);
  gain->add_option("--in", given->in_db, "dB, of what the line says")->check(finite);
  gain->add_option("--out", given->out_db, "dB, of what it hears")->check(finite);
}

// ---- capture ---------------------------------------------------------------------------------

std::atomic<bool> interrupted{false};

struct capture_options {
  std::string what, number, file;
  double seconds = 0;
};

int record(console& to, const capture_options& given) {
  Request ask;
  const bool of_line = given.what == "line";
  std::uint32_t number = 0;
  if (!CLI::detail::lexical_cast(of_line ? given.number : given.what, number))
    return to.complain({"\"" + (of_line ? given.number : given.what) + "\" is no number",
                        "say `capture line 3 FILE`, or `capture 40 FILE` for slot 40"},
                       usage);
  if (of_line)
    ask.mutable_capture()->set_line(number);
  else
    ask.mutable_capture()->set_slot(number);
  if (given.file == "-")
    return to.complain(
        {"a recording cannot go to a pipe: how long it is stands at its beginning", "name a file"},
        usage);
  Reply reply;
  if (const int code = to.fetch(ask, reply))
    return code;
  const auto which = reply.capture().number();
  const auto channels = reply.capture().channels();
  auto opened = dsp::wav_writer::create(given.file, static_cast<std::uint16_t>(channels));
  const auto stop = [&] {
    ask.mutable_capture()->set_stop(which);
    return to.fetch(ask, reply);
  };
  const auto complain = [&](const dsp::wav_error& wrong) {
    return to.complain({wrong.what, wrong.remedy}, refused);
  };
  if (const auto* wrong = std::get_if<dsp::wav_error>(&opened)) {
    stop();
    return complain(*wrong);
  }
  auto& file = std::get<dsp::wav_writer>(opened);
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::uint64_t samples = 0, lost = 0;
  const auto most = static_cast<std::uint64_t>(given.seconds * 8000) * channels;
  for (bool over = false; !over;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    over = interrupted || (most > 0 && samples + 800 * channels >= most);
    if (over && !interrupted) // the last of it
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    ask.mutable_capture()->set_more(which);
    if (const int code = over ? stop() : to.fetch(ask, reply)) {
      if (!to.json)
        std::cerr << fmt::format("The {:.1f} s until then are in {}.\n",
                                 static_cast<double>(samples) / 8000 / channels, given.file);
      return code;
    }
    const auto& octets = reply.capture().samples();
    lost = reply.capture().lost();
    for (std::size_t n = 0; n + 1 < octets.size() && (most == 0 || samples < most); n += 2) {
      const auto low = static_cast<std::uint8_t>(octets[n]),
                 high = static_cast<std::uint8_t>(octets[n + 1]);
      file.write(static_cast<std::int16_t>(low | high << 8));
      ++samples;
    }
    if (const auto wrong = file.flush()) {
      if (!over)
        stop();
      return complain(*wrong);
    }
  }
  const double seconds = static_cast<double>(samples) / 8000 / channels;
  if (to.json)
    std::cout << boost::json::serialize(boost::json::object{{"seconds", seconds},
                                                            {"channels", channels},
                                                            {"file", given.file},
                                                            {"lost", lost}})
              << '\n';
  else
    std::cout << fmt::format("{:.1f} s, {} channel{}, written to {}; {} samples lost.\n", seconds,
                             channels, channels == 1 ? "" : "s", given.file, lost);
  return lost == 0 ? done : refused;
}

void add_capture(command_line line) {
  const auto given = std::make_shared<capture_options>();
  auto* capture = line.add(
      line.app, "capture", "Record a line, both directions, or a slot; is in the log",
      "switchroom -g berlin capture line 3 --seconds 10 call.wav", [given, &to = line.to] {
        const bool of_line = given->what == "line";
        if (of_line == given->file.empty())
          return to.complain({"capture what, into which file?", "say `capture line 3 FILE`, or "
                                                                "`capture 40 FILE` for slot 40"},
                             usage);
        auto asked = *given;
        if (!of_line)
          asked.file = given->number;
        return record(to, asked);
      });
  capture->add_option("WHAT", given->what, "`line` and its number, or the number of a slot")
      ->required();
  capture->add_option("NUMBER", given->number, "Of the line; for a slot the file")->required();
  capture->add_option("FILE", given->file,
                      "WAV file; is overwritten. Of a line stereo: says, hears");
  capture->add_option("--seconds", given->seconds, "How long [until Ctrl-C]")
      ->check(from_to(0.1, 86400));
}

} // namespace

void add_line_commands(command_line line) {
  add_line(line);
  add_capture(line);
}

} // namespace switchroom::cli
