// SPDX-License-Identifier: MIT
// Operators test lines. A line under test is out of use: calls do not reach it, and what its phone
// does is only remembered. Everything ends by itself and is undone, whoever waits for it or not.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include <fmt/format.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr duration longest_check = 24h, usual_check = 10min;
// A sine of 3.14 dBm0 is the loudest that A-law has (ITU-T G.711, table 5); µ-law's is 3.17.
constexpr double loudest_dbm0 = 3.1, softest_dbm0 = -60;
constexpr double lowest_hz = 200, highest_hz = 3600; // what a line takes

bool is_free(const party& p) {
  using enum lines::state;
  const auto now = p.machine.state();
  return !p.call && !p.held && !p.waiting &&
         (now == idle || now == dial_tone || now == tone || now == confirmed || now == parked);
}

duration for_so_long(std::uint32_t seconds) {
  return seconds == 0 ? usual_check : duration{std::chrono::seconds{seconds}};
}

/// What is wrong with how a check was asked for; `what` is "A loopback".
std::optional<refusal> too_long(std::uint32_t seconds, const std::string& what) {
  if (for_so_long(seconds) <= longest_check)
    return std::nullopt;
  return refusal{what + " of " + std::to_string(seconds) + " s is too long.",
                 "Give at most a day: 86400."};
}

std::optional<refusal> wrong_tone(const sine& tone) {
  if (!(tone.hz >= lowest_hz && tone.hz <= highest_hz))
    return refusal{fmt::format("A tone of {:g} Hz does not go through a line.", tone.hz),
                   "Give a frequency from 200 to 3600 Hz."};
  if (!(tone.dbm0 >= softest_dbm0 && tone.dbm0 <= loudest_dbm0))
    return refusal{fmt::format("A tone of {:+.1f} dBm0 is {}.", tone.dbm0,
                               tone.dbm0 > 0 ? "cut off by the line's codec" : "none to test with"),
                   "Give a level from -60 to 3.1 dBm0."};
  return std::nullopt;
}

/// For people who have to end it first.
std::string how_to_end(line_id line, const line_check& check) {
  const std::string number = std::to_string(line.value);
  return check.test ? "Wait until that is over."
         : check.tone
             ? "Wait until that is over, or `switchroom line tone " + number + " --off`."
             : "Wait until that is over, or `switchroom line loopback " + number + " off`.";
}

/// A handset that is down is told of: nobody would hear what the operator has been told is there.
std::string unheard(const line_check& check) {
  return check.lifted ? "" : " Its receiver is down: until it is lifted, its codec is off.";
}

} // namespace

std::string text(const line_check& check) {
  return check.test ? "line test"
         : check.tone
             ? fmt::format("tone of {:g} Hz at {:.1f} dBm0", check.tone->hz, check.tone->dbm0)
             : "loopback";
}

std::optional<refusal> gateway::implementation::not_to_be_checked(line_id line) const {
  const auto found = lines_.find(line);
  const std::string name = "Line " + std::to_string(line.value);
  if (found == lines_.end())
    return no_line(settings_.gateway, line.value);
  if (found->second.on_edge)
    return refusal{
        name + " has an IP phone or a digital station: there is no loop that could be tested.",
        "Choose a line of the board."};
  if (!paths_.up() || line.value > paths_.lines())
    return refusal{name + " is not there: the board is down, or has fewer lines.",
                   "`switchroom board` shows what there is."};
  if (const auto check = checks_.find(line); check != checks_.end())
    return refusal{name + " is under test already: " + text(check->second) + ".",
                   how_to_end(line, check->second)};
  if (!is_free(found->second))
    return refusal{name + " is in use: " + std::string(lines::name(found->second.machine.state())) +
                       ".",
                   "Wait until its call is over; `switchroom lines` shows that."};
  return std::nullopt;
}

line_check& gateway::implementation::begin_check(line_id line, instant until) {
  auto& p = lines_.at(line);
  auto& check = checks_[line];
  check.lifted = p.machine.state() != lines::state::idle;
  check.until = until;
  p.machine.forget();
  paths_.silence(paths_.slot_of(line));
  touch(p);
  uses_changed_ = true;
  return check;
}

/// The line is as it would be if its receiver had been lifted, or put down, just now.
void gateway::implementation::end_check(line_id line, const std::string& how) {
  const auto ended = checks_.extract(line).mapped();
  auto& p = lines_.at(line);
  note(settings_.gateway, label(p.leg), text(ended) + how);
  paths_.silence(paths_.slot_of(line));
  if (ended.test) {
    out_.emplace_back(record_end{ended.number});
    paths_.give_back(ended.slot);
  }
  touch(p);
  uses_changed_ = true;
  if (ended.lifted)
    drive(p, lines::event::off_hook);
}

void gateway::implementation::end_due_checks() {
  std::vector<line_id> due;
  for (const auto& [line, check] : checks_)
    if (check.until <= now_)
      due.push_back(line);
  for (const auto line : due)
    drop_check(line, {"its time is over", ""});
}

/// Whoever waits for a test is told why there will be no figures.
void gateway::implementation::drop_check(line_id line, const refusal& why) {
  const auto& check = checks_.at(line);
  if (check.test)
    out_.emplace_back(reply{check.asked, error({"The test of line " + std::to_string(line.value) +
                                                    " was broken off: " + why.what + ".",
                                                why.remedy})});
  end_check(line, " ends: " + why.what);
}

void gateway::implementation::hook_in_check(line_check& check, signal what) {
  const bool was_lifted = check.lifted;
  if (what == signal::off_hook || what == signal::ring_trip)
    check.lifted = true;
  else if (what == signal::on_hook)
    check.lifted = false;
  check.hook_changed |= check.lifted != was_lifted;
}

// ---- loopback -----------------------------------------------------------------------------------

control::v1::Reply gateway::implementation::loop_back(const control::v1::LoopbackRequest& asked) {
  const line_id line{asked.line()};
  const std::string number = std::to_string(asked.line());
  const auto there = checks_.find(line);
  const bool looped = there != checks_.end() && !there->second.test && !there->second.tone;
  if (!asked.on()) {
    if (!looped)
      return error({"Line " + number + " is not looped back.", "`switchroom lines` shows it."});
    end_check(line, " off");
    return done("Line " + number + " is in use again.");
  }
  if (const auto why = too_long(asked.seconds(), "A loopback"))
    return error(*why);
  if (const auto why = not_to_be_checked(line))
    return error(*why);
  const duration longest = for_so_long(asked.seconds());
  const auto& check = begin_check(line, now_ + longest);
  paths_.listen(paths_.slot_of(line), paths_.slot_of(line));
  note("operator", "line " + number, "loopback on");
  return done("Line " + number + " hears itself for " + std::to_string(whole_seconds(longest)) +
              " s. Calls do not reach it, and it can make none, no emergency calls either." +
              unheard(check));
}

// ---- a steady tone ------------------------------------------------------------------------------

/// For people: "line 1, line 4, berlin".
std::string gateway::implementation::holders_of_tones() const {
  std::string names;
  const auto add = [&](const party& p) {
    const auto slot = board_slot_of(p.leg, {});
    if (slot && paths_.hears_a_tone(*slot))
      names += (names.empty() ? "" : ", ") + label(p.leg);
  };
  for (const auto& [line, p] : lines_)
    add(p);
  for (const auto& [leg, p] : visitors_)
    add(p);
  return names.empty() ? "nobody" : names;
}

/// One tone may follow another, as who sweeps a line wants it.
control::v1::Reply gateway::implementation::tone_into(const control::v1::ToneRequest& asked) {
  const line_id line{asked.line()};
  const std::string number = std::to_string(asked.line());
  const auto there = checks_.find(line);
  const bool sounds = there != checks_.end() && there->second.tone;
  if (!asked.on()) {
    if (!sounds)
      return error({"There is no tone into line " + number + ".",
                    "`switchroom status` shows what is under test."});
    end_check(line, " off");
    return done("Line " + number + " is in use again.");
  }
  const sine tone{asked.hz(), asked.level_dbm0()};
  if (const auto why = wrong_tone(tone))
    return error(*why);
  if (const auto why = too_long(asked.seconds(), "A tone"))
    return error(*why);
  if (const auto why = sounds ? std::nullopt : not_to_be_checked(line))
    return error(*why);
  const auto slot = paths_.slot_of(line);
  if (!paths_.has_channel_for(slot))
    return error({"All tone channels are in use, by " + holders_of_tones() + ".",
                  "Wait until one of these is in a call or has hung up."});
  const duration longest = for_so_long(asked.seconds());
  auto& check = sounds ? there->second : begin_check(line, now_ + longest);
  check.until = now_ + longest;
  check.tone = tone;
  paths_.hear(slot, tone);
  note("operator", "line " + number, text(check) + " on");
  return done(fmt::format("Line {} hears {:g} Hz at {:.1f} dBm0 for {} s, or until `switchroom "
                          "line tone {} --off`. Calls do not reach it, and it can make none, no "
                          "emergency calls either.{}",
                          number, tone.hz, tone.dbm0, whole_seconds(longest), number,
                          unheard(check)));
}

// ---- test ---------------------------------------------------------------------------------------

/// None: it is under way.
std::optional<control::v1::Reply>
gateway::implementation::test_line(const operator_request& asked) {
  const auto& what = asked.ask.line_test();
  const line_id line{what.line()};
  lines::line_test test({what.tones_hz().begin(), what.tones_hz().end()}, what.level_dbm0());
  if (const auto why = test.wrong())
    return error(*why);
  if (const auto why = not_to_be_checked(line))
    return error(*why);
  const auto slot = paths_.take_host_slot();
  if (!slot)
    return error({"Line " + std::to_string(what.line()) +
                      " cannot be tested: all host slots are in use, by " +
                      holders_of_host_slots() + ".",
                  "Wait until one of these is over."});
  auto& check = begin_check(line, never); // until the board has taken so many frames
  check.slot = *slot;
  check.number = ++last_record_;
  check.asked = asked.number;
  paths_.listen(paths_.slot_of(line), paths_.slot_of(*slot));
  paths_.listen(paths_.slot_of(*slot), paths_.slot_of(line));
  note("operator", "line " + std::to_string(what.line()), "line test");
  out_.emplace_back(record_begin{check.number, {*slot}, test.says(), test.wanted()});
  check.test = std::move(test);
  return std::nullopt;
}

std::map<line_id, line_check>::iterator gateway::implementation::test_with(std::uint64_t record) {
  return std::find_if(checks_.begin(), checks_.end(), [&](const auto& one) {
    return one.second.test && one.second.number == record;
  });
}

void gateway::implementation::on(const recorded& news) {
  const auto found = test_with(news.number);
  if (found == checks_.end())
    return;
  const auto& [line, check] = *found;
  control::v1::Reply answer;
  auto& report = *answer.mutable_line_test();
  const auto measured = check.test->measure(*news.what);
  report.set_line(line.value);
  report.set_sent_dbm0(check.test->level_dbm0());
  report.set_noise_dbm0(measured.noise_dbm0);
  report.set_off_hook(check.lifted);
  report.set_hook_changed(check.hook_changed);
  report.set_noise_disturbed(measured.noise_disturbed);
  for (const auto& one : measured.tones) {
    auto& tone = *report.add_tones();
    tone.set_hz(one.hz);
    tone.set_level_dbm0(one.level_dbm0);
    if (one.return_loss_db)
      tone.set_return_loss_db(*one.return_loss_db);
    tone.set_disturbed(one.disturbed);
  }
  out_.emplace_back(reply{check.asked, std::move(answer)});
  const auto tested = line;
  end_check(tested, " is over");
}

} // namespace switchroom::exchange
