// SPDX-License-Identifier: MIT
// Echo cancellers of the board's lines. A line has one from the answer to the end of its calls; it
// is of the line, not of who is at the other end, and stays while that one waits or changes.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

namespace switchroom::exchange {

/// At the end of a step: the board takes echoes out where there is a call, as long as it has room.
void gateway::implementation::cancel_echoes_told() {
  if (!paths_.up())
    return;
  if (!echoes_.any())
    return alarms_.clear("echo-cancellers");
  const auto wanted = [this](const party& p) {
    return talk_of(p) != nullptr || p.held ? p.echo_tail_ms : 0;
  };
  for (const auto& [number, p] : lines_)
    if (const auto line = line_of_board(number, p);
        line && wanted(p) == 0 && echoes_.tail_ms(*line) != 0) {
      echoes_.give_back(*line);
      out_.emplace_back(cancel_echo{*line});
    }
  std::string short_of;
  for (const auto& [number, p] : lines_) {
    const auto line = line_of_board(number, p);
    const unsigned tail_ms = line ? wanted(p) : 0, has = line ? echoes_.tail_ms(*line) : 0;
    if (tail_ms == has)
      continue;
    if (const auto place = echoes_.take(*line, tail_ms)) {
      if (has != 0)
        out_.emplace_back(cancel_echo{*line});
      out_.emplace_back(cancel_echo{*line, tail_ms, *place});
    } else {
      short_of += (short_of.empty() ? "line " : ", line ") + std::to_string(line->value) +
                  (has == 0 ? " without one"
                            : " with " + std::to_string(has) + " ms of " + std::to_string(tail_ms));
    }
  }
  if (short_of.empty())
    return alarms_.clear("echo-cancellers");
  const auto what = "In calls are " + short_of +
                    ": who is at the other end may hear himself. What there is, is held by " +
                    echoes_.holders() + ".";
  if (alarms_.stands("echo-cancellers"))
    return alarms_.restate("echo-cancellers", what);
  note("echo cancellers", settings_.gateway, "no room: " + short_of);
  alarms_.raise("echo-cancellers", "There is no room for another echo canceller", what,
                "Give lines shorter tails (echo_tail_ms), or none; those of digital phones need "
                "none.");
}

/// What it measures is known to the rim.
control::v1::Reply gateway::implementation::report_echo(line_id line) const {
  const auto& p = lines_.at(line);
  control::v1::Reply answer;
  auto& state = *answer.mutable_echo();
  state.set_line(line.value);
  state.set_tail_ms(p.echo_tail_ms);
  const unsigned has = echoes_.tail_ms(line);
  if (has != 0) {
    state.set_has_ms(has);
    state.set_from_ms(echoes_.place_of(line).value() * echo_pool::ms_a_place);
  }
  state.set_state(has != 0              ? paths_.up() ? "works" : "waits for the board"
                  : p.echo_tail_ms == 0 ? "off"
                  : p.call || p.held    ? "no room"
                                        : "no call");
  return answer;
}

control::v1::Reply gateway::implementation::set_echo_tail(const control::v1::EchoRequest& asked) {
  auto& p = lines_.at(line_id{asked.line()});
  if (p.on_edge)
    return error({"Line " + std::to_string(asked.line()) +
                      " is an IP phone's or a digital station's: its echo is its own.",
                  "`switchroom lines` says which lines are the board's."});
  if (asked.tail_ms() != 0 && !echo_pool::is_tail(asked.tail_ms()))
    return error({"There is no echo canceller of " + std::to_string(asked.tail_ms()) + " ms.",
                  "Use 16, 32, 64 or 128, or 0 for none."});
  if (paths_.up() && !echoes_.any())
    return error({"The board has no echo cancellers.", "Connect one that has."});
  if (asked.report())
    return report_echo(line_id{asked.line()});
  p.echo_tail_ms = asked.tail_ms();
  note("operator", "line " + std::to_string(asked.line()),
       "echo canceller " + std::to_string(asked.tail_ms()) + " ms");
  auto trial = echoes_;
  const bool in_call = trial.tail_ms(line_id{asked.line()}) != 0;
  const bool fits = asked.tail_ms() == 0 || !in_call ||
                    trial.take(line_id{asked.line()}, asked.tail_ms()).has_value();
  control::v1::Reply reply;
  reply.mutable_done()->set_text(
      "Line " + std::to_string(asked.line()) +
      (asked.tail_ms() == 0
           ? " has no echo canceller from now on."
           : " shall have an echo canceller of " + std::to_string(asked.tail_ms()) +
                 " ms in calls, until the next start.") +
      (fits ? ""
            : " In this one it keeps that of " +
                  std::to_string(trial.tail_ms(line_id{asked.line()})) +
                  " ms until there is room: `switchroom alarms` says who has it."));
  return reply;
}

} // namespace switchroom::exchange
