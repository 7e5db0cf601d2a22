// SPDX-License-Identifier: MIT
/// Golden model of rtl/timing/clock_recovery: references, who of them is followed, and the loop.
/// Stepped once a frame. Registers as in regs/clock.toml.
#pragma once
#include <span>
#include <vector>

#include "golden/clock_loop.hpp"
#include "golden/clock_reference.hpp"

namespace switchroom::golden {

class clock_recovery {
public:
  using block = regs::clock_block;

  clock_recovery(unsigned references, unsigned clocks_per_frame)
      : clocks_per_frame_(clocks_per_frame), references_(references) {}

  bool enabled() const { return block::control::enable::get(control_) != 0; }
  const clock_loop& loop() const { return loop_; }
  const clock_reference& reference(unsigned n) const { return references_[n]; }
  /// Clocks, beside clocks_per_frame, of the frame that begins with the next frame().
  int step() const { return loop_.step(); }

  /// A frame begins. `strobes`: what came of each reference in the one before; `ms`: it is an
  /// eighth one.
  void frame(std::span<const clock_strobes> strobes, bool ms) {
    if (!enabled())
      return;
    now_ = (now_ + clocks_per_frame_ + static_cast<std::uint32_t>(length_)) & 0x0fff'ffff;
    length_ = loop_.step();
    loop_.begin_frame();
    const auto followed = loop_.reference();
    bool sampled = false;
    const clock_reference::supervision by{clocks_per_frame_, limit_, hold_off_ms_, restore_ms_};
    for (unsigned n = 0; n < references_.size(); ++n)
      if (references_[n].frame(strobes[n], now_, ms, by) && n == followed)
        sampled = true;
    const auto best = ms ? choose() : followed;
    if (ms && (best != followed || (best == clock_loop::none && rests_wrongly())))
      loop_.select(best, best == clock_loop::none ? 0 : references_[best].error(), free_run());
    else if (sampled)
      loop_.sample(strobes[followed].left, references_[followed].pps(), settings());
    else if (followed != clock_loop::none && !references_[followed].sound())
      loop_.lose();
    loop_.settle(ms, settings());
  }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    if (const int n = array_index<block::reference_config>(word, capacity()); n >= 0) {
      references_[static_cast<std::size_t>(n)].configure(value);
      return {};
    }
    switch (word) {
    case block::control::offset:
      control_ = value & 0xff;
      if (!enabled())
        forget();
      return {};
    case block::hold_off_ms::offset:
      hold_off_ms_ = value & 0xfffff;
      return {};
    case block::restore_ms::offset:
      restore_ms_ = value & 0xfffff;
      return {};
    case block::limit::offset:
      limit_ = std::min(value, 7999u);
      return {};
    case block::loop::offset:
      fast_ = std::clamp(block::loop::fast::get(value), 6u, 15u);
      normal_ = std::clamp(block::loop::normal::get(value), 6u, 15u);
      pps_normal_ = std::clamp(block::loop::pps_normal::get(value), 14u, 20u);
      pps_fast_ = std::clamp(block::loop::pps_fast::get(value), 14u, 20u);
      return {};
    case block::acquire_ms::offset:
      acquire_ms_ = value & 0xfffff;
      return {};
    default:
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    }
  }

  register_answer read(std::uint16_t word) const {
    if (const int n = array_index<block::reference_config>(word, capacity()); n >= 0)
      return ok(references_[static_cast<std::size_t>(n)].configured());
    if (const int n = array_index<block::reference_status>(word, capacity()); n >= 0)
      return ok(references_[static_cast<std::size_t>(n)].status());
    if (const int n = array_index<block::reference_error>(word, capacity()); n >= 0)
      return ok(static_cast<std::uint32_t>(references_[static_cast<std::size_t>(n)].error()));
    if (const int n = array_index<block::reference_losses>(word, capacity()); n >= 0)
      return ok(references_[static_cast<std::size_t>(n)].losses());
    const auto& counted = loop_.counted();
    switch (word) {
    case block::id::offset:
      return ok(block::id::type::of(block::type) | block::version);
    case block::capacity::offset:
      return ok(capacity());
    case block::control::offset:
      return ok(control_);
    case block::hold_off_ms::offset:
      return ok(hold_off_ms_);
    case block::restore_ms::offset:
      return ok(restore_ms_);
    case block::limit::offset:
      return ok(limit_);
    case block::loop::offset:
      return ok(block::loop::fast::of(fast_) | block::loop::normal::of(normal_) |
                block::loop::pps_normal::of(pps_normal_) | block::loop::pps_fast::of(pps_fast_));
    case block::acquire_ms::offset:
      return ok(acquire_ms_);
    case block::state::offset:
      return ok(block::state::value::of(static_cast<std::uint32_t>(loop_.now())) |
                block::state::reference::of(loop_.reference()));
    case block::frequency::offset:
      return ok(static_cast<std::uint32_t>(loop_.frequency()));
    case block::held::offset:
      return ok(static_cast<std::uint32_t>(loop_.held()));
    case block::phase::offset:
      return ok(static_cast<std::uint32_t>(loop_.phase()));
    case block::since_s::offset:
      return ok(loop_.since_s());
    case block::longer::offset:
      return ok(counted.longer);
    case block::shorter::offset:
      return ok(counted.shorter);
    case block::switches::offset:
      return ok(counted.switches);
    case block::holdovers::offset:
      return ok(counted.holdovers);
    case block::jumps::offset:
      return ok(counted.jumps);
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  static register_answer ok(std::uint32_t value) { return {regs::status::ok, value}; }
  unsigned capacity() const { return static_cast<unsigned>(references_.size()); }
  regs::clock_mode mode() const {
    return static_cast<regs::clock_mode>(block::control::mode::get(control_));
  }
  bool free_run() const { return mode() == regs::clock_mode::free_run; }
  /// Nothing is followed, and the other way to rest is wanted.
  bool rests_wrongly() const { return free_run() && loop_.now() == regs::clock_state::holdover; }
  clock_loop::settings settings() const {
    return {clocks_per_frame_, fast_, normal_, pps_fast_, pps_normal_, acquire_ms_};
  }
  bool may(unsigned n) const { return references_[n].usable() && !references_[n].refused(); }

  unsigned choose() const {
    const auto followed = loop_.reference();
    if (mode() == regs::clock_mode::forced) {
      const auto forced = block::control::forced::get(control_);
      return forced < capacity() && may(forced) ? forced : clock_loop::none;
    }
    if (mode() != regs::clock_mode::automatic)
      return clock_loop::none;
    unsigned best = clock_loop::none;
    for (unsigned n = 0; n < capacity(); ++n)
      if (may(n) && (best == clock_loop::none || references_[n].rank() < references_[best].rank()))
        best = n;
    const bool stays = followed != clock_loop::none && may(followed) &&
                       (block::control::revertive::get(control_) == 0 ||
                        references_[followed].rank() == references_[best].rank());
    return stays ? followed : best;
  }
  void forget() {
    for (auto& reference : references_)
      reference.forget();
    loop_ = {};
    now_ = 0;
    length_ = 0;
  }

  unsigned clocks_per_frame_;
  std::vector<clock_reference> references_;
  clock_loop loop_;
  std::uint32_t now_ = 0;
  int length_ = 0;
  std::uint32_t control_ = 0, hold_off_ms_ = block::hold_off_ms::reset,
                restore_ms_ = block::restore_ms::reset, limit_ = block::limit::reset,
                acquire_ms_ = block::acquire_ms::reset;
  unsigned fast_ = block::loop::fast::get(block::loop::reset),
           normal_ = block::loop::normal::get(block::loop::reset),
           pps_normal_ = block::loop::pps_normal::get(block::loop::reset),
           pps_fast_ = block::loop::pps_fast::get(block::loop::reset);
};

} // namespace switchroom::golden
