// SPDX-License-Identifier: MIT
// Operators capture a line or a slot: what it says, and of a line what it hears, go to host slots
// beside whom they go to anyway. The call does not notice; the log does.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

namespace switchroom::exchange {

control::v1::Reply
gateway::implementation::begin_capture(const control::v1::CaptureRequest& asked) {
  const line_id line{asked.line()};
  const slot_id slot{static_cast<std::uint16_t>(asked.slot())};
  const bool is_line = asked.has_line();
  const auto found = lines_.find(line);
  const std::string whom =
      is_line ? "line " + std::to_string(asked.line()) : "slot " + std::to_string(asked.slot());
  if (!paths_.up())
    return error({"There is no board to capture from.", "See `switchroom alarms` for why."});
  if (is_line && found == lines_.end())
    return error({"There is no " + whom + " at gateway " + settings_.gateway + ".",
                  "`switchroom lines` lists them."});
  if (is_line && found->second.on_edge)
    return error(
        {"The voice of " + whom +
             ", an IP phone's or a digital station's, is at a slot of its call.",
         "Capture that slot while the call lasts: `switchroom calls` has it under SLOTS."});
  if (is_line ? line.value > paths_.lines() : asked.slot() > 0xffff || !paths_.has(slot))
    return error({"The board has no " + whom + ".", "`switchroom board` shows what it has."});
  capture fresh{whom, {}};
  for (unsigned n = is_line ? 2 : 1; n > 0; --n) {
    const auto free = paths_.take_host_slot();
    if (!free) {
      for (const auto taken : fresh.slots)
        paths_.give_back(taken);
      return error({"Cannot capture " + whom + ": all host slots are in use, by " +
                        holders_of_host_slots() + ".",
                    "Wait until one of these is over."});
    }
    fresh.slots.push_back(*free);
  }
  paths_.listen(paths_.slot_of(fresh.slots[0]), is_line ? paths_.slot_of(line) : slot);
  if (is_line)
    paths_.mirror(paths_.slot_of(fresh.slots[1]), paths_.slot_of(line));
  const auto number = ++last_record_;
  note("operator", whom, "capture begins");
  out_.emplace_back(record_begin{number, fresh.slots});
  control::v1::Reply answer;
  answer.mutable_capture()->set_number(number);
  answer.mutable_capture()->set_channels(static_cast<std::uint32_t>(fresh.slots.size()));
  captures_.emplace(number, std::move(fresh));
  return answer;
}

void gateway::implementation::on(const record_over& news) {
  if (captures_.contains(news.number))
    end_capture(news.number, "capture ends");
  else if (const auto test = test_with(news.number); test != checks_.end())
    drop_check(test->first, {"nothing more came from the board for two seconds",
                             "See `switchroom board` for frames that were lost."});
}

void gateway::implementation::end_capture(std::uint64_t number, const std::string& how) {
  const auto ended = captures_.extract(number).mapped();
  note(settings_.gateway, ended.whom, how);
  out_.emplace_back(record_end{number});
  for (const auto slot : ended.slots)
    paths_.give_back(slot);
}

} // namespace switchroom::exchange
