// SPDX-License-Identifier: MIT
/// Golden model of rtl/voice/gain_stage: gains on both sides of the switch. Registers as in
/// regs/gain.toml.
#pragma once
#include <span>

#include "golden/board_port.hpp"
#include "golden/slot_gain.hpp"

namespace switchroom::golden {

class gain_stage {
public:
  gain_stage(unsigned slots, unsigned lines)
      : slots_(slots), lines_(lines), output_(slots), input_(lines) {}

  /// One frame: samples on their way into the switch, and those that leave it.
  void ingress(std::span<std::int16_t> samples) { input_.frame(samples); }
  void egress(std::span<std::int16_t> samples) { output_.frame(samples); }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto factor = static_cast<std::uint16_t>(block::output::factor::get(value));
    if (const int n = array_index<block::output>(word, slots_); n >= 0)
      output_.write(static_cast<std::size_t>(n), factor);
    else if (const int m = array_index<block::line_input>(word, lines_); m >= 0)
      input_.write(static_cast<std::size_t>(m), factor);
    else
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    return {};
  }

  register_answer read(std::uint16_t word) const {
    if (const int n = array_index<block::output>(word, slots_); n >= 0)
      return {regs::status::ok, output_.read(static_cast<std::size_t>(n))};
    if (const int n = array_index<block::line_input>(word, lines_); n >= 0)
      return {regs::status::ok, input_.read(static_cast<std::size_t>(n))};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, slots_};
    case block::lines::offset:
      return {regs::status::ok, lines_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::gain_block;
  unsigned slots_, lines_;
  slot_gain output_, input_;
};

} // namespace switchroom::golden
