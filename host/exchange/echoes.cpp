// SPDX-License-Identifier: MIT
// Echo cancellers of the board's lines. A line has one from the answer to the end of its calls; it
// is of the line, not of who is at the other end, and stays while that one waits or changes.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

/// At the end of a step: the board takes echoes out where there is a call, as long as it has room.
void gateway::implementation::cancel_echoes_told() {
  if (!paths_.up() || !echoes_.any())
    return;
  const auto wanted = [this](const party& p) {
    const auto* c = p.on_edge ? nullptr : call_of(p.call);
    const bool talks =
        c != nullptr && (c->state == calls::state::active || c->state == calls::state::overlap);
    return talks || p.held ? p.echo_tail_ms : 0;
  };
  for (const auto& [line, p] : lines_)
    if (const unsigned has = echoes_.tail_ms(line); has != 0 && has != wanted(p)) {
      echoes_.give_back(line);
      out_.emplace_back(cancel_echo{line});
    }
  std::string without;
  for (const auto& [line, p] : lines_) {
    const unsigned tail_ms = line.value <= paths_.lines() ? wanted(p) : 0;
    if (tail_ms == 0 || echoes_.tail_ms(line) != 0)
      continue;
    if (const auto place = echoes_.take(line, tail_ms))
      out_.emplace_back(cancel_echo{line, tail_ms, *place});
    else
      without += (without.empty() ? "" : ", ") + std::to_string(line.value);
  }
  if (without.empty())
    return alarms_.clear("echo-cancellers");
  if (!alarms_.stands("echo-cancellers"))
    alarms_.raise("echo-cancellers", "There is no room for another echo canceller",
                  "Line " + without +
                      " is in a call without one: who is at its other end may hear "
                      "himself. What there is, is held by " +
                      echoes_.holders() + ".",
                  "Give lines shorter tails (echo_tail_ms), or none; those of digital phones need "
                  "none.");
}

control::v1::Reply gateway::implementation::set_echo_tail(const control::v1::EchoRequest& asked) {
  auto& p = lines_.at(line_id{asked.line()});
  control::v1::Reply reply;
  const auto refused = [&reply](const std::string& what, const std::string& remedy) {
    reply.mutable_error()->set_what(what);
    reply.mutable_error()->set_remedy(remedy);
    return reply;
  };
  if (p.on_edge)
    return refused("Line " + std::to_string(asked.line()) +
                       " is an IP phone's: its echo is its own.",
                   "`switchroom lines` says which lines are the board's.");
  if (asked.tail_ms() != 0 && !echo_pool::is_tail(asked.tail_ms()))
    return refused("There is no echo canceller of " + std::to_string(asked.tail_ms()) + " ms.",
                   "Use 16, 32, 64 or 128, or 0 for none.");
  if (paths_.up() && !echoes_.any())
    return refused("The board has no echo cancellers.", "Connect one that has.");
  p.echo_tail_ms = asked.tail_ms();
  note("operator", "line " + std::to_string(asked.line()),
       "echo canceller " + std::to_string(asked.tail_ms()) + " ms");
  reply.mutable_done()->set_text(
      "Line " + std::to_string(asked.line()) +
      (asked.tail_ms() == 0
           ? " has no echo canceller from now on."
           : " has an echo canceller of " + std::to_string(asked.tail_ms()) + " ms in calls."));
  return reply;
}

} // namespace switchroom::exchange
