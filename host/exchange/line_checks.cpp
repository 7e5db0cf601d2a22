// SPDX-License-Identifier: MIT
// Operators test lines. A line under test is out of use: calls do not reach it, and what its phone
// does is only remembered. Everything ends by itself and is undone, whoever waits for it or not.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include <cmath>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr duration longest_loopback = 24h, usual_loopback = 10min;
constexpr duration test_grace = 2s; ///< after the end of a test that does not come

bool is_free(const party& p) {
  using enum lines::state;
  const auto now = p.machine.state();
  return !p.call && !p.held && !p.waiting &&
         (now == idle || now == dial_tone || now == tone || now == confirmed || now == parked);
}

} // namespace

std::optional<refusal> gateway::implementation::not_to_be_checked(line_id line) const {
  const auto found = lines_.find(line);
  const std::string name = "Line " + std::to_string(line.value);
  if (found == lines_.end())
    return refusal{name + " is none of gateway " + settings_.gateway + ".",
                   "`switchroom lines` lists them."};
  if (found->second.on_edge)
    return refusal{
        name + " has an IP phone or a digital station: there is no loop that could be tested.",
        "Choose a line of the board."};
  if (!paths_.up() || line.value > paths_.lines())
    return refusal{name + " is not there: the board is down, or has fewer lines.",
                   "`switchroom board` shows what there is."};
  if (checks_.contains(line))
    return refusal{name + " is under test already.",
                   "Wait until that is over, or `switchroom line loopback " +
                       std::to_string(line.value) + " off`."};
  if (!is_free(found->second))
    return refusal{name + " is in use: " + std::string(lines::name(found->second.machine.state())) +
                       ".",
                   "Wait until its call is over; `switchroom lines` shows that."};
  return std::nullopt;
}

line_check& gateway::implementation::begin_check(line_id line, duration longest) {
  auto& p = lines_.at(line);
  auto& check = checks_[line];
  check.lifted = p.machine.state() != lines::state::idle;
  check.until = now_ + longest;
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
  note(settings_.gateway, label(p.leg), std::string(ended.test ? "line test" : "loopback") + how);
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
    drop_check(line, {"its time is over", "See `switchroom board` for frames that were lost."});
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
  if (what == signal::off_hook || what == signal::ring_trip)
    check.lifted = true;
  else if (what == signal::on_hook)
    check.lifted = false;
}

// ---- loopback
// ------------------------------------------------------------------------------------

control::v1::Reply gateway::implementation::loop_back(const control::v1::LoopbackRequest& asked) {
  const line_id line{asked.line()};
  const std::string number = std::to_string(asked.line());
  const auto there = checks_.find(line);
  const bool looped = there != checks_.end() && !there->second.test;
  if (!asked.on()) {
    if (!looped)
      return error({"Line " + number + " is not looped back.", "`switchroom lines` shows it."});
    end_check(line, " off");
    return done("Line " + number + " is in use again.");
  }
  const duration longest =
      asked.seconds() == 0 ? usual_loopback : duration{std::chrono::seconds{asked.seconds()}};
  if (longest > longest_loopback)
    return error({"A loopback of " + std::to_string(asked.seconds()) + " s is too long.",
                  "Give at most a day: 86400."});
  if (const auto why = not_to_be_checked(line))
    return error(*why);
  begin_check(line, longest);
  paths_.listen(paths_.slot_of(line), paths_.slot_of(line));
  note("operator", "line " + number, "loopback on");
  return done("Line " + number + " hears itself for " + std::to_string(whole_seconds(longest)) +
              " s. Calls do not reach it, and it can make none, no emergency calls either.");
}

// ---- test
// ----------------------------------------------------------------------------------------

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
    return error(
        {"Line " + std::to_string(what.line()) + " cannot be tested: all host slots are in use.",
         "Wait until a call between gateways or with an IP phone is over."});
  auto& check =
      begin_check(line, frame_time * static_cast<std::int64_t>(test.wanted()) + test_grace);
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

void gateway::implementation::on(const recorded& news) {
  const auto found = std::find_if(checks_.begin(), checks_.end(), [&](const auto& one) {
    return one.second.test && one.second.number == news.number;
  });
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
  for (const auto& one : measured.tones) {
    auto& tone = *report.add_tones();
    tone.set_hz(one.hz);
    tone.set_level_dbm0(one.level_dbm0);
    tone.set_return_loss_db(one.return_loss_db);
  }
  out_.emplace_back(reply{check.asked, std::move(answer)});
  const auto tested = line;
  end_check(tested, " is over");
}

} // namespace switchroom::exchange
