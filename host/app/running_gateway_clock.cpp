// SPDX-License-Identifier: MIT
// The board's clock: what operators are told of it.
#include "app/running_gateway.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

using block = regs::clock_block;
constexpr const char* no_reference = "clock-no-reference";
constexpr const char* slow_board = "board-slow";

std::string lost(unsigned reference) {
  auto id = "clock-reference-lost-" + reference_name(reference);
  std::ranges::replace(id, ' ', '-');
  return id;
}

} // namespace

void running_gateway::read_clock(rim_view seen, std::function<void(const rim_view&)> then) {
  using e1 = regs::e1_block;
  const std::size_t references = board_ ? board_->capacity<block>() : 0;
  const std::size_t spans = board_ ? board_->capacity<e1>() : 0;
  struct question {
    std::uint16_t type;
    std::uint32_t offset;
    std::size_t count;
    std::vector<std::uint32_t> clock_words::*answer;
  };
  const std::size_t whole = references > 0 ? block::jumps::offset - block::state::offset + 1 : 0;
  struct reader : std::enable_shared_from_this<reader> {
    running_gateway& of;
    rim_view seen;
    std::function<void(const rim_view&)> then;
    std::vector<question> left; // the last one is asked next
    reader(running_gateway& o, rim_view s, std::function<void(const rim_view&)> t)
        : of(o), seen(std::move(s)), then(std::move(t)) {}
    void next() {
      if (left.empty())
        return then(seen);
      const auto now = left.back();
      left.pop_back();
      of.read_words(now.type, now.offset, now.count, [self = shared_from_this(), now](words found) {
        self->seen.clock.*now.answer = std::move(found);
        self->next();
      });
    }
  };
  const auto made = std::make_shared<reader>(*this, std::move(seen), std::move(then));
  made->left = {{e1::type, e1::skips::offset, spans, &clock_words::skips},
                {e1::type, e1::repeats::offset, spans, &clock_words::repeats},
                {block::type, block::reference_losses::offset, references, &clock_words::losses},
                {block::type, block::reference_error::offset, references, &clock_words::errors},
                {block::type, block::reference_status::offset, references, &clock_words::status},
                {block::type, block::state::offset, whole, &clock_words::state}};
  made->next();
}

/// A board that comes up may have been without a reference for long.
void running_gateway::look_at_clock() {
  if (config_.clock.references.empty() || board_->capacity<block>() == 0)
    return;
  read_words(block::type, block::state::offset, 1, [this](const words& found) {
    if (!found.empty() && block::state::reference::get(found[0]) == 15)
      tell_of_clock(static_cast<regs::clock_state>(block::state::value::get(found[0])));
  });
}

void running_gateway::tell_of_clock(regs::clock_state state) {
  const std::string remedy = "`switchroom status --json` says what each reference lacks: mend its "
                             "line, or name another one in [clock] references.";
  if (state == regs::clock_state::holdover)
    raise(no_reference, "The clock has no reference",
          {"The board keeps the frequency that it had with its last reference, and drifts from the "
           "network: after hours, frames of E1 lines slip.",
           remedy});
  else if (state == regs::clock_state::free_run)
    raise(no_reference, "The clock has no reference",
          {"The board is timed by its oscillator alone: frames of E1 lines slip.", remedy});
  else
    clear(no_reference);
}

void running_gateway::on_clock_event(const media::fabric_event& event) {
  const auto& references = config_.clock.references;
  if (references.empty() || !board_)
    return;
  if (static_cast<regs::event_kind>(event.kind) == regs::event_kind::clock_state)
    return tell_of_clock(static_cast<regs::clock_state>(event.data));
  const auto count = board_->capacity<block>();
  const auto its = std::ranges::find_if(references, [&](unsigned reference) {
    return reference_place(reference, count) == event.index;
  });
  if (its == references.end())
    return;
  if (event.data != 0)
    lost_references_.erase(*its);
  else
    lost_references_.insert(*its);
  tell_of_reference(*its);
}

/// Of a span over which nothing can be said there is an alarm already.
void running_gateway::tell_of_reference(unsigned reference) {
  bool told_of = false;
  for (std::size_t n = 0; n < carriers_.size() && n < exchange::digital_trunks(config_.exchange);
       ++n)
    told_of |= !carriers_[n] && config_.exchange.trunks[n].span == reference;
  const auto id = lost(reference);
  if (told_of || !lost_references_.contains(reference))
    clear(id);
  else if (!alarms_.stands(id))
    raise(id, "A reference of the clock is lost",
          {"Reference " + reference_name(reference) +
               " has gone, has an alarm on its line, or is off its frequency.",
           "Look at its line; `switchroom status --json` says which of these it is. It is used "
           "again when it has been good for wait_to_restore_s."});
}

/// Whose frames come too seldom: a simulated one. The host's timers, and other gateways, do not
/// wait.
void running_gateway::watch_pace() {
  const auto now = around_.now().machine;
  if (now < pace_due_)
    return;
  pace_due_ = pace_.look(now, around_.voice_figures().link.frame);
  look_at_law();
  if (!pace_.is_slow())
    clear(slow_board);
  else if (!alarms_.stands(slow_board))
    raise(
        slow_board, "The board is slower than real time",
        {fmt::format("Its frames came at {:.2f} × real time for {} s: voice has gaps, and digits "
                     "may be taken for others.",
                     *pace_.speed(),
                     std::chrono::duration_cast<std::chrono::seconds>(board_pace::window).count()),
         "Of a simulated board: give it fewer lines, spans and stations, or a computer with less "
         "to do. `switchroom status` shows its speed."});
}

void running_gateway::forget_clock() {
  clear(slow_board);
  clear(no_reference);
  lost_references_.clear();
  for (const unsigned reference : config_.clock.references)
    clear(lost(reference));
}

} // namespace switchroom::app
