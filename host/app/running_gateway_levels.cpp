// SPDX-License-Identifier: MIT
// Level control of lines (lines/level_control.hpp): the board's meter is read, gains are written.
#include "app/running_gateway.hpp"

#include <algorithm>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

/// More than a window of 128 ms of the meter, so that none is read twice, also if a timer or a
/// simulated board is late.
constexpr auto between_readings = std::chrono::milliseconds(160);
constexpr const char* wrong_law = "board-law";

} // namespace

/// A line has its canceller from the answer to the end of its calls, and only where an echo is
/// taken out may what comes back be made louder (ITU-T G.169, 7.2).
void running_gateway::control_level(const exchange::cancel_echo& what) {
  const auto wanted = config_.speech_levels.find(what.line);
  if (wanted == config_.speech_levels.end())
    return;
  level_controls_.erase(what.line);
  fabric_.set_level_gain(what.line, 0);
  if (what.tail_ms != 0)
    level_controls_.emplace(what.line, wanted->second);
  if (level_controls_.empty())
    levels_due_ = never;
  else
    levels_due_ = std::min(levels_due_, around_.now().machine + between_readings);
}

void running_gateway::forget_levels() {
  clear(wrong_law);
  level_controls_.clear();
  levels_due_ = never;
}

void running_gateway::look_at_levels() {
  const auto now = around_.now().machine;
  if (now < levels_due_)
    return;
  levels_due_ = now + between_readings;
  read_meter(slots_of_lines(), all_slots(),
             [this](const words& peaks, const words& squares) { on_levels(peaks, squares); });
}

running_gateway::slot_range running_gateway::all_slots() const {
  return {0, board_ ? board_->capacity<regs::level_block>() : 0U};
}

running_gateway::slot_range running_gateway::slots_of_lines() const {
  using lines = regs::fxs_block;
  return board_ ? slot_range{board_->first_slot<lines>(), board_->capacity<lines>()} : slot_range{};
}

/// One word a slot, all of one window of the meter; what could not be read is missing at the end.
void running_gateway::read_meter(slot_range peaks, slot_range mean_squares,
                                 std::function<void(const words&, const words&)> then) {
  using meter = regs::level_block;
  read_words(meter::type, meter::mean_square::offset + mean_squares.first, mean_squares.count,
             [this, peaks, mean_squares, then = std::move(then)](words before) mutable {
               if (peaks.count == 0)
                 return then({}, before);
               read_window(peaks, mean_squares, std::move(before), 4, std::move(then));
             });
}

/// Mean squares that are the same before and after the peaks were read: no window has ended in
/// between, or nothing that could be told. A board that is too slow for that gives what it has.
void running_gateway::read_window(slot_range peaks, slot_range mean_squares, words before,
                                  unsigned tries,
                                  std::function<void(const words&, const words&)> then) {
  using meter = regs::level_block;
  read_words(meter::type, meter::peak::offset + peaks.first, peaks.count,
             [=, this, before = std::move(before), then = std::move(then)](words high) mutable {
               read_words(
                   meter::type, meter::mean_square::offset + mean_squares.first, mean_squares.count,
                   [=, this, before = std::move(before), high = std::move(high),
                    then = std::move(then)](words after) mutable {
                     if (after == before || tries == 1)
                       return then(high, after);
                     read_window(peaks, mean_squares, std::move(after), tries - 1, std::move(then));
                   });
             });
}

void running_gateway::report_levels(control::v1::Reply reply, const control::answer& to) {
  using meter = regs::level_block;
  read_words(meter::type, meter::window_frames::offset, 1,
             [this, reply = std::move(reply), to](const words& window) mutable {
               if (!window.empty())
                 reply.mutable_levels()->set_window_ms(window[0] / 8.0);
               read_meter(
                   all_slots(), all_slots(),
                   [this, reply = std::move(reply), to](const words& peaks,
                                                        const words& mean_squares) mutable {
                     for (auto& line : *reply.mutable_levels()->mutable_lines()) {
                       const slot_id slot{static_cast<std::uint16_t>(line.slot())};
                       if (const auto from = fabric_.source_of(slot); line.has_slot() && from) {
                         line.set_hears_slot(from->value);
                         fill_levels(line, peaks, mean_squares, fabric_.gain_between(*from, slot));
                       } else {
                         fill_levels(line, peaks, mean_squares, 0);
                       }
                       if (line.has_slot() && !line.has_says()) {
                         const auto name = line.name();
                         reply.mutable_error()->set_what("The board has no level of " + name + ".");
                         reply.mutable_error()->set_remedy("`switchroom board` shows what it has.");
                         break;
                       }
                     }
                     to(reply);
                   });
             });
}

/// Adds what the board measures of a canceller.
void running_gateway::report_echo(control::v1::Reply reply, const control::answer& to) {
  if (!reply.echo().has_has_ms())
    return to(reply);
  read_echoes(view(), [this, reply = std::move(reply), to](const rim_view& seen) mutable {
    const line_id line{reply.echo().line()};
    using detector = regs::answer_tone_block;
    read_words(detector::type, detector::line_state::offset + line.value - 1, 1,
               [this, line, seen, reply = std::move(reply), to](const words& state) mutable {
                 read_meter(
                     {}, all_slots(),
                     [this, line, seen, state, reply = std::move(reply),
                      to](const words&, const words& mean_squares) mutable {
                       const slot_id slot{static_cast<std::uint16_t>(
                           (board_ ? board_->first_slot<regs::fxs_block>() : 0) + line.value - 1)};
                       std::optional<double> hears;
                       if (const auto from = fabric_.source_of(slot);
                           from && from->value < mean_squares.size())
                         hears =
                             dbm0(mean_squares[from->value]) + fabric_.gain_between(*from, slot);
                       fill_echo(*reply.mutable_echo(), seen, hears);
                       if (!state.empty() && detector::line_state::disable::get(state[0]))
                         reply.mutable_echo()->set_state("kept out of the way by a modem's tone");
                       to(reply);
                     });
               });
  });
}

/// Lines at rest say their codec's silence. Taken for one of the other law it is a steady sample
/// that no line at rest has.
void running_gateway::look_at_law() {
  const bool mu_law = config_.exchange.rtp_payload_type == 0;
  const auto of_lines = slots_of_lines();
  read_meter(of_lines, of_lines, [this, mu_law](const words& peaks, const words& mean_squares) {
    const auto found = law_at_rest(peaks, mean_squares, mu_law);
    if (found == law_found::right)
      clear(wrong_law);
    else if (found == law_found::other && !alarms_.stands(wrong_law))
      raise(wrong_law, "The board's lines speak another law",
            {std::string("Lines at rest say the silence of ") + (mu_law ? "A-law" : "µ-law") +
                 ", and `law` is \"" + (mu_law ? "mu" : "a") + "\": voice is loud noise.",
             std::string("Set law = \"") + (mu_law ? "a" : "mu") +
                 "\" in [rtp], or have the board's codecs speak the other law (--law of "
                 "switchroom-board)."});
  });
}

void running_gateway::on_levels(const words& peaks, const words& mean_squares) {
  for (auto& [line, control] : level_controls_) {
    const slot_id slot{
        static_cast<std::uint16_t>(board_->first_slot<regs::fxs_block>() + line.value - 1)};
    if (line.value > peaks.size() || slot.value >= mean_squares.size())
      continue; // the board has gone meanwhile
    const auto peak = peaks[line.value - 1];
    lines::level_control::reading read{dbm0(mean_squares[slot.value]), dbm0(peak * peak), dbm0(0)};
    if (const auto from = fabric_.source_of(slot); from && from->value < mean_squares.size())
      read.heard = dbm0(mean_squares[from->value]) + fabric_.gain_between(*from, slot);
    control.read(read);
    fabric_.set_level_gain(line, control.gain_db());
  }
  write_registers(fabric_.so_far());
}

/// What is no speech, as detectors of the board tell.
void running_gateway::on_signal_in_band(const media::fabric_event& event) {
  const line_id line{event.index + 1u};
  const auto found = level_controls_.find(line);
  if (found == level_controls_.end())
    return;
  const auto kind = static_cast<regs::event_kind>(event.kind);
  if (kind == regs::event_kind::dtmf_on || kind == regs::event_kind::dtmf_off)
    found->second.on_digit();
  else if (kind == regs::event_kind::answer_tone)
    found->second.on_answer_tone();
  fabric_.set_level_gain(line, found->second.gain_db());
  write_registers(fabric_.so_far());
}

} // namespace switchroom::app
