// SPDX-License-Identifier: MIT
// Golden model of rtl/line/fxo_lines.sv: analog lines to an exchange, one step a millisecond.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"

namespace switchroom::golden {

/// What the far end does to a line.
struct exchange_line {
  bool ring = false;     ///< ringing voltage, one half of its waves
  bool reversed = false; ///< polarity
  bool current = false;  ///< flows in the closed loop
};

/// All exchange lines of a board. Registers as in regs/fxo.toml; line n's loop is closes(n). Each
/// function of a line looks at the state of before this millisecond.
class fxo_lines {
public:
  explicit fxo_lines(unsigned lines, unsigned first_slot = 0)
      : first_slot_(first_slot), lines_(lines) {}

  /// One millisecond: `far(n)` gives line n's exchange_line. Events in order of the lines.
  template <class Far>
  std::vector<board_event> tick(Far&& far) {
    std::vector<board_event> events;
    for (unsigned n = 0; n < lines_.size(); ++n) {
      lines_[n].far = far(n);
      step(lines_[n], static_cast<std::uint8_t>(n), events);
    }
    return events;
  }

  bool closes(unsigned n) const { return lines_[n].closes; }
  bool mu_law(unsigned n) const { return block::line_config::mu_law::get(lines_[n].config); }
  bool enable(unsigned n) const { return block::line_config::enable::get(lines_[n].config); }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto capacity = static_cast<unsigned>(lines_.size());
    if (const int d = array_index<block::dial>(word, 4 * capacity); d >= 0)
      lines_[static_cast<std::size_t>(d / 4)].dial[static_cast<std::size_t>(d % 4)] = value;
    else if (const int c = array_index<block::line_config>(word, capacity); c >= 0)
      lines_[static_cast<std::size_t>(c)].config = value & 3;
    else if (const int l = array_index<block::line_control>(word, capacity); l >= 0)
      lines_[static_cast<std::size_t>(l)].control = value & 0x1ff1;
    else if (auto [setting, mask] = timing(word); setting != nullptr)
      *setting = value & mask;
    else
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    return {};
  }

  register_answer read(std::uint16_t word) {
    using regs::status;
    const auto capacity = static_cast<unsigned>(lines_.size());
    if (const int d = array_index<block::dial>(word, 4 * capacity); d >= 0)
      return {status::ok,
              lines_[static_cast<std::size_t>(d / 4)].dial[static_cast<std::size_t>(d % 4)]};
    if (const int c = array_index<block::line_config>(word, capacity); c >= 0)
      return {status::ok, lines_[static_cast<std::size_t>(c)].config};
    if (const int l = array_index<block::line_control>(word, capacity); l >= 0)
      return {status::ok, lines_[static_cast<std::size_t>(l)].control};
    if (const int s = array_index<block::line_status>(word, capacity); s >= 0)
      return {status::ok, shown(lines_[static_cast<std::size_t>(s)])};
    if (const auto [setting, mask] = timing(word); setting != nullptr)
      return {status::ok, *setting};
    switch (word) {
    case block::id::offset:
      return {status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {status::ok, capacity};
    case block::first_slot::offset:
      return {status::ok, first_slot_};
    default:
      return {status::no_such_register};
    }
  }

private:
  using block = regs::fxo_block;
  /// Current for so long is no spike.
  static constexpr unsigned current_ms = 10;
  static constexpr unsigned long_ago_ms = 127;

  enum class state { open, seizing, seized, lost };
  enum class phase { rest, pulse, make, pause, flash };
  struct line {
    std::uint32_t config = 0, control = 0;
    std::array<std::uint32_t, 4> dial{};
    exchange_line far;
    bool closes = false;
    bool level = false, ringing = false; ///< of the ringing voltage; it is ringing
    unsigned since_ms = long_ago_ms;     ///< the last edge
    unsigned ringing_ms = 0;
    bool reversed = false; ///< debounced
    unsigned unlike_ms = 0;
    state at = state::open;
    unsigned seen_ms = 0, waited_ms = 0;
    phase dials = phase::rest;
    unsigned left_ms = 0, pulses = 0, place = 0, flashes = 0;
    bool breaks() const { return dials == phase::pulse || dials == phase::flash; }
    bool close() const { return block::line_control::close::get(control); }
    unsigned dial_end() const { return block::line_control::dial_end::get(control); }
    unsigned flashes_wanted() const { return block::line_control::flashes::get(control); }
  };

  static std::uint32_t shown(const line& l) {
    using s = block::line_status;
    return s::loop_closed::of(l.closes) | s::seized::of(l.at == state::seized) |
           s::lost::of(l.at == state::lost) | s::current::of(l.far.current) |
           s::ringing::of(l.ringing) | s::reversed::of(l.reversed) | s::place::of(l.place);
  }

  std::pair<std::uint32_t*, std::uint32_t> timing(std::uint16_t word) {
    switch (word) {
    case block::ring_min_ms::offset:
      return {&ring_min_ms_, 0x3ff};
    case block::period_min_ms::offset:
      return {&period_min_ms_, 0x7f};
    case block::period_max_ms::offset:
      return {&period_max_ms_, 0x7f};
    case block::seize_ms::offset:
      return {&seize_ms_, 0xfff};
    case block::lost_ms::offset:
      return {&lost_ms_, 0xfff};
    case block::polarity_ms::offset:
      return {&polarity_ms_, 0xff};
    case block::break_ms::offset:
      return {&break_ms_, 0xff};
    case block::make_ms::offset:
      return {&make_ms_, 0xff};
    case block::interdigit_ms::offset:
      return {&interdigit_ms_, 0xfff};
    case block::flash_ms::offset:
      return {&flash_ms_, 0xfff};
    default:
      return {nullptr, 0};
    }
  }

  void step(line& l, std::uint8_t index, std::vector<board_event>& events) const {
    if (!block::line_config::enable::get(l.config)) {
      line fresh;
      fresh.config = l.config, fresh.control = l.control, fresh.dial = l.dial, fresh.far = l.far;
      fresh.level = l.far.ring, fresh.reversed = l.far.reversed;
      fresh.place = l.dial_end(), fresh.flashes = l.flashes_wanted();
      l = fresh;
      return;
    }
    const auto report = [&](regs::event_kind kind, unsigned data = 0) {
      events.push_back({kind, index, static_cast<std::uint16_t>(data)});
    };
    const line was = l;
    hear_ringing(l, report);
    look_at_polarity(l, report);
    supervise(l, report);
    dial(l, was, report);
    l.closes = l.close() && !l.breaks();
  }

  template <class Report>
  void hear_ringing(line& l, Report&& report) const {
    const bool rises = l.far.ring && !l.level;
    l.level = l.far.ring;
    const auto end = [&] {
      if (std::exchange(l.ringing, false))
        report(regs::event_kind::line_silent, l.ringing_ms);
      l.ringing_ms = 0;
    };
    if (l.close()) {
      l.since_ms = long_ago_ms;
      return end();
    }
    l.since_ms = std::min(l.since_ms + 1, long_ago_ms);
    if (rises) {
      const unsigned period = std::exchange(l.since_ms, 0u);
      if (period < period_min_ms_ || period > period_max_ms_)
        return end();
      l.ringing_ms = std::min(l.ringing_ms + period, 0xffffu);
      if (!l.ringing && l.ringing_ms >= ring_min_ms_) {
        l.ringing = true;
        report(regs::event_kind::line_rings, period);
      }
    } else if (l.since_ms > period_max_ms_) {
      end();
    }
  }

  template <class Report>
  void look_at_polarity(line& l, Report&& report) const {
    if (l.breaks() || l.far.reversed == l.reversed) {
      l.unlike_ms = 0;
    } else if (++l.unlike_ms >= polarity_ms_) {
      l.unlike_ms = 0;
      l.reversed = l.far.reversed;
      report(regs::event_kind::polarity, l.reversed);
    }
  }

  template <class Report>
  void supervise(line& l, Report&& report) const {
    const auto enter = [&](state next) { l.at = next, l.seen_ms = l.waited_ms = 0; };
    if (!l.close())
      return enter(state::open);
    switch (l.at) {
    case state::open:
      enter(state::seizing);
      break;
    case state::seizing:
      ++l.waited_ms;
      l.seen_ms = l.far.current ? l.seen_ms + 1 : 0;
      if (l.seen_ms == current_ms) {
        report(regs::event_kind::line_seized, l.waited_ms);
        enter(state::seized);
      } else if (l.waited_ms >= seize_ms_) {
        report(regs::event_kind::line_dead);
        enter(state::lost);
      }
      break;
    case state::seized:
      if (l.breaks() || l.far.current) {
        l.waited_ms = 0;
      } else if (++l.waited_ms >= lost_ms_) {
        report(regs::event_kind::line_lost);
        enter(state::lost);
      }
      break;
    case state::lost:
      break;
    }
  }

  /// `was`: the line before this millisecond.
  template <class Report>
  void dial(line& l, const line& was, Report&& report) const {
    if (!l.close()) {
      l.dials = phase::rest;
      l.place = l.dial_end();
      l.flashes = l.flashes_wanted();
      return;
    }
    if (was.at != state::seized) {
      l.dials = phase::rest;
      return;
    }
    const auto enter = [&](phase next, unsigned ms) { l.dials = next, l.left_ms = ms; };
    if (l.dials == phase::rest) {
      if (std::exchange(l.flashes, l.flashes_wanted()) != l.flashes_wanted())
        return enter(phase::flash, flash_ms_);
      if (l.place == l.dial_end())
        return;
      l.pulses = l.dial[l.place / 8] >> 4 * (l.place % 8) & 0xf;
      return l.pulses == 0 ? enter(phase::pause, interdigit_ms_) : enter(phase::pulse, break_ms_);
    }
    if (--l.left_ms != 0)
      return;
    switch (l.dials) {
    case phase::pulse:
      return enter(phase::make, make_ms_);
    case phase::make:
      return --l.pulses == 0 ? enter(phase::pause, interdigit_ms_) : enter(phase::pulse, break_ms_);
    case phase::pause:
      l.place = (l.place + 1) % 32;
      if (l.place == l.dial_end())
        report(regs::event_kind::line_dialled, l.place);
      [[fallthrough]];
    default:
      l.dials = phase::rest;
    }
  }

  unsigned first_slot_;
  std::vector<line> lines_;
  std::uint32_t ring_min_ms_ = block::ring_min_ms::reset;
  std::uint32_t period_min_ms_ = block::period_min_ms::reset;
  std::uint32_t period_max_ms_ = block::period_max_ms::reset;
  std::uint32_t seize_ms_ = block::seize_ms::reset;
  std::uint32_t lost_ms_ = block::lost_ms::reset;
  std::uint32_t polarity_ms_ = block::polarity_ms::reset;
  std::uint32_t break_ms_ = block::break_ms::reset;
  std::uint32_t make_ms_ = block::make_ms::reset;
  std::uint32_t interdigit_ms_ = block::interdigit_ms::reset;
  std::uint32_t flash_ms_ = block::flash_ms::reset;
};

} // namespace switchroom::golden
