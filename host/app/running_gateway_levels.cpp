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
  level_controls_.clear();
  levels_due_ = never;
}

void running_gateway::look_at_levels() {
  using meter = regs::level_block;
  const auto now = around_.now().machine;
  if (now < levels_due_)
    return;
  levels_due_ = now + between_readings;
  const auto first = board_->first_slot<regs::fxs_block>();
  read_words(meter::type, meter::peak::offset + first, board_->capacity<regs::fxs_block>(),
             [this](words peaks) {
               const std::size_t slots = board_ ? board_->capacity<regs::switch_block>() : 0;
               read_words(meter::type, meter::mean_square::offset, slots,
                          [this, peaks = std::move(peaks)](const words& mean_squares) {
                            on_levels(peaks, mean_squares);
                          });
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
