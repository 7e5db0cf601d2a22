// SPDX-License-Identifier: MIT
// Golden model of rtl/line/fxs_lines.sv: analog lines, one step a millisecond.
#pragma once
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"

namespace switchroom::golden {

/// All analog lines of a board. Registers as in regs/fxs.toml; the outputs of line n are ring(n),
/// reverse(n), mu_law(n) and enable(n). Written from the register description: a break shorter
/// than flash_min_ms is a dial pulse, up to flash_max_ms a flash, longer is on-hook.
class fxs_lines {
public:
  explicit fxs_lines(unsigned lines, unsigned first_slot = 0)
      : first_slot_(first_slot), lines_(lines) {}

  /// One millisecond: `loop(n)` says whether current flows in line n. Events in order of the lines.
  template <class Loop>
  std::vector<board_event> tick(Loop&& loop) {
    std::vector<board_event> events;
    for (unsigned n = 0; n < lines_.size(); ++n) {
      lines_[n].current = loop(n);
      step(lines_[n], static_cast<std::uint8_t>(n), events);
    }
    return events;
  }

  bool ring(unsigned n) const { return lines_[n].ringing_current; }
  bool reverse(unsigned n) const { return block::line_control::reverse::get(lines_[n].control); }
  bool mu_law(unsigned n) const { return block::line_config::mu_law::get(lines_[n].config); }
  bool enable(unsigned n) const { return block::line_config::enable::get(lines_[n].config); }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto capacity = static_cast<unsigned>(lines_.size());
    if (const int i = array_index<block::cadence>(word, block::cadence::count); i >= 0) {
      cadence_[static_cast<std::size_t>(i)] = value & 0x1ffff;
    } else if (const int c = array_index<block::line_config>(word, capacity); c >= 0) {
      lines_[static_cast<std::size_t>(c)].config = value & 3;
    } else if (const int l = array_index<block::line_control>(word, capacity); l >= 0) {
      auto& line = lines_[static_cast<std::size_t>(l)];
      line.control = value & 0x1f1;
      line.ring_was_cleared |= block::line_control::ring::get(value) == 0;
    } else if (std::uint32_t* setting = timing(word)) {
      *setting = value & timing_mask(word);
    } else {
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    }
    return {};
  }

  register_answer read(std::uint16_t word) {
    const auto capacity = static_cast<unsigned>(lines_.size());
    if (const int i = array_index<block::cadence>(word, block::cadence::count); i >= 0)
      return {regs::status::ok, cadence_[static_cast<std::size_t>(i)]};
    if (const int c = array_index<block::line_config>(word, capacity); c >= 0)
      return {regs::status::ok, lines_[static_cast<std::size_t>(c)].config};
    if (const int l = array_index<block::line_control>(word, capacity); l >= 0)
      return {regs::status::ok, lines_[static_cast<std::size_t>(l)].control};
    if (const int s = array_index<block::line_status>(word, capacity); s >= 0)
      return {regs::status::ok, status(lines_[static_cast<std::size_t>(s)])};
    if (const std::uint32_t* setting = timing(word))
      return {regs::status::ok, *setting};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, capacity};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::fxs_block;
  /// A contact that has just closed may bounce for as long without its breaks being dial pulses.
  static constexpr unsigned settle_ms = 100;

  enum class hook { on, closed, broken };
  struct line_state {
    std::uint32_t config = 0;
    std::uint32_t control = 0;
    bool ring_was_cleared = false; ///< since the last millisecond
    bool current = false;
    bool closed = false;    ///< debounced
    unsigned unlike_ms = 0; ///< for how long the loop has differed from `closed`
    hook state = hook::on;
    unsigned state_ms = 0;
    unsigned pulses = 0;
    bool settling = false;
    bool ringing = false;
    bool ringing_current = false;
    bool tripped = false;
    unsigned phase = 0;
    unsigned phase_left_ms = 0;
  };

  static std::uint32_t status(const line_state& l) {
    using s = block::line_status;
    return s::off_hook::of(l.state != hook::on) | s::loop::of(l.current) |
           s::ringing_current::of(l.ringing_current) | s::tripped::of(l.tripped);
  }

  std::uint32_t* timing(std::uint16_t word) {
    switch (word) {
    case block::hook_debounce_ms::offset:
      return &hook_debounce_ms_;
    case block::flash_min_ms::offset:
      return &flash_min_ms_;
    case block::flash_max_ms::offset:
      return &flash_max_ms_;
    case block::interdigit_ms::offset:
      return &interdigit_ms_;
    case block::ring_trip_ms::offset:
      return &ring_trip_ms_;
    default:
      return nullptr;
    }
  }
  static std::uint32_t timing_mask(std::uint16_t word) {
    switch (word) {
    case block::flash_max_ms::offset:
      return 0xfff;
    case block::flash_min_ms::offset:
    case block::interdigit_ms::offset:
      return 0x7ff;
    default:
      return 0xff;
    }
  }

  void step(line_state& l, std::uint8_t index, std::vector<board_event>& events) {
    const bool cleared = std::exchange(l.ring_was_cleared, false);
    const bool ring = block::line_control::ring::get(l.control);
    if (!block::line_config::enable::get(l.config)) {
      l = {.config = l.config, .control = l.control, .current = l.current};
      return;
    }
    if (!ring || cleared)
      l.tripped = false;
    const bool rung = ring && l.state == hook::on && !l.tripped;
    apply_cadence(l, rung, cleared);
    debounce(l, rung);
    l.ringing = rung;
    supervise(l, index, events);
  }

  void apply_cadence(line_state& l, bool rung, bool cleared) const {
    if (!rung) {
      l.ringing_current = false;
      return;
    }
    const auto entry = [&](unsigned phase) {
      return cadence_[8 * block::line_control::cadence::get(l.control) + phase];
    };
    const auto duration = [](std::uint32_t word) { return block::cadence::duration_ms::get(word); };
    if (l.ringing && !cleared && l.phase_left_ms > 1) {
      --l.phase_left_ms;
      return;
    }
    l.phase = l.ringing && !cleared ? (l.phase + 1) % 8 : 0;
    if (duration(entry(l.phase)) == 0)
      l.phase = 0;
    l.phase_left_ms = duration(entry(l.phase));
    l.ringing_current = l.phase_left_ms != 0 && block::cadence::ring::get(entry(l.phase));
  }

  void debounce(line_state& l, bool rung) const {
    const unsigned limit = rung ? ring_trip_ms_ : hook_debounce_ms_;
    if (l.current == l.closed || rung != l.ringing) {
      l.unlike_ms = 0;
    } else if (++l.unlike_ms >= limit) {
      l.closed = l.current;
      l.unlike_ms = 0;
    }
  }

  void supervise(line_state& l, std::uint8_t index, std::vector<board_event>& events) const {
    const auto report = [&](regs::event_kind kind, unsigned data = 0) {
      events.push_back({kind, index, static_cast<std::uint16_t>(data)});
    };
    const auto enter = [&](hook state) { l.state = state, l.state_ms = 0; };
    switch (l.state) {
    case hook::on:
      if (!l.closed)
        break;
      if (l.ringing) {
        l.tripped = true;
        l.ringing = l.ringing_current = false;
        report(regs::event_kind::ring_trip);
      }
      report(regs::event_kind::off_hook);
      enter(hook::closed);
      l.pulses = 0;
      l.settling = true;
      break;
    case hook::closed:
      if (l.state_ms >= settle_ms)
        l.settling = false;
      if (!l.closed) {
        enter(hook::broken);
      } else if (l.pulses > 0 && l.state_ms >= interdigit_ms_) {
        if (l.pulses <= 10)
          report(regs::event_kind::pulse_digit, l.pulses);
        l.pulses = 0;
      }
      break;
    case hook::broken:
      if (l.closed && l.state_ms < flash_min_ms_) {
        l.pulses += !l.settling;
        enter(hook::closed);
      } else if (l.closed) {
        report(regs::event_kind::flash, l.state_ms);
        l.pulses = 0;
        l.settling = true;
        enter(hook::closed);
      } else if (l.state_ms >= flash_max_ms_) {
        report(regs::event_kind::on_hook);
        enter(hook::on);
      }
      break;
    }
    l.state_ms = std::min(l.state_ms + 1, 4095u);
  }

  unsigned first_slot_;
  std::vector<line_state> lines_;
  std::array<std::uint32_t, block::cadence::count> cadence_{};
  std::uint32_t hook_debounce_ms_ = block::hook_debounce_ms::reset;
  std::uint32_t flash_min_ms_ = block::flash_min_ms::reset;
  std::uint32_t flash_max_ms_ = block::flash_max_ms::reset;
  std::uint32_t interdigit_ms_ = block::interdigit_ms::reset;
  std::uint32_t ring_trip_ms_ = block::ring_trip_ms::reset;
};

} // namespace switchroom::golden
