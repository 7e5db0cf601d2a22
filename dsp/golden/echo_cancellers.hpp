// SPDX-License-Identifier: MIT
/// Golden model of rtl/voice/echo_canceller.sv: what the host's own canceller does, for each line.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "golden/board_port.hpp"
#include "switchroom/dsp/echo_canceller.hpp"
#include "switchroom/dsp/nonlinear_processor.hpp"

namespace switchroom::golden {

class echo_cancellers {
public:
  /// `places`: of 16 ms, in the pool.
  echo_cancellers(unsigned lines, unsigned places) : places_(places), lines_(lines) {}

  /// What goes on to the switch of what line n says in this frame. `bypass` is the block's input.
  std::int16_t said(unsigned n, std::int16_t sample, bool bypass = false) {
    auto& l = lines_[n];
    l.left = sample;
    if (!l.works())
      return sample;
    l.canceller->learn(!bypass && config::freeze::get(l.word) == 0);
    const bool suppress = !bypass && config::suppress::get(l.word) != 0;
    const std::int16_t left = l.canceller->cancel(l.heard, sample);
    const auto far_power =
        static_cast<std::uint32_t>(l.canceller->far_energy() / l.canceller->taps());
    const std::int16_t mixed = l.suppressor.step(l.canceller->near(), left, far_power, suppress);
    if (!bypass)
      l.left = left;
    const std::int32_t back = (sample - left) * static_cast<std::int32_t>(l.as_it_came) >> 4;
    // 2 ms from the one to the other.
    l.as_it_came = bypass ? std::min(l.as_it_came + 1, 16U) : l.as_it_came - (l.as_it_came > 0);
    return static_cast<std::int16_t>(std::clamp(mixed + back, -32768, 32767));
  }

  /// The same before comfort noise takes its place.
  std::int16_t left(unsigned n) const { return lines_[n].left; }

  /// What line n is given in this frame, after said().
  void heard(unsigned n, std::int16_t sample) { lines_[n].heard = sample; }

  /// The frame is over; writes that follow are in force from the next one.
  void frame() {
    ++frame_;
    for (auto& l : lines_)
      if (l.works() && l.canceller->compared() != l.compared) {
        l.compared = l.canceller->compared();
        l.powers = {l.canceller->near_power(), l.canceller->left_power()};
      }
  }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const int n = array_index<config>(word, static_cast<unsigned>(lines_.size()));
    if (n < 0)
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    auto& l = lines_[static_cast<std::size_t>(n)];
    const bool enable = config::enable::get(value) != 0;
    const auto place = config::place::get(value), tail = config::tail::get(value);
    const bool beyond = place + (1U << tail) > places_;
    const bool moves =
        l.works() && (place != config::place::get(l.word) || tail != config::tail::get(l.word));
    if (enable && (beyond || moves))
      return {regs::status::bad_value};
    if (enable && !l.works()) {
      l.canceller = std::make_unique<dsp::echo_canceller>(128U << tail);
      // Blocks end in the frame that has the line's number, modulo 128.
      const unsigned into_block =
          (frame_ - static_cast<unsigned>(n) - 1) % dsp::echo_canceller::block;
      l.canceller->reset(into_block);
      l.suppressor.reset(into_block);
      l.as_it_came = 16;
      l.compared = 0;
      l.heard = 0;
    }
    if (!enable)
      l.canceller.reset();
    l.word = enable ? value & mask() : 0;
    return {};
  }

  register_answer read(std::uint16_t word) const {
    const auto count = static_cast<unsigned>(lines_.size());
    if (const int n = array_index<config>(word, count); n >= 0)
      return {regs::status::ok, lines_[static_cast<std::size_t>(n)].word};
    if (const int n = array_index<block::near_power>(word, count); n >= 0)
      return {regs::status::ok, lines_[static_cast<std::size_t>(n)].powers.near};
    if (const int n = array_index<block::left_power>(word, count); n >= 0)
      return {regs::status::ok, lines_[static_cast<std::size_t>(n)].powers.left};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, places_};
    case block::late::offset:
      return {regs::status::ok, 0};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::echo_block;
  using config = block::line;
  struct powers {
    std::uint32_t near = 0, left = 0;
  };
  struct line {
    std::uint32_t word = 0;
    std::unique_ptr<dsp::echo_canceller> canceller;
    dsp::nonlinear_processor suppressor;
    std::int16_t heard = 0, left = 0;
    unsigned as_it_came = 16; ///< sixteenths of what the line says in what goes on, not cancelled
    std::uint32_t compared = 0;
    struct powers powers;
    bool works() const { return canceller != nullptr; }
  };

  std::uint32_t mask() const { return 0x1f | (places_ - 1) << 16; }

  unsigned places_;
  std::uint32_t frame_ = 0; ///< that comes next
  std::vector<line> lines_;
};

} // namespace switchroom::golden
