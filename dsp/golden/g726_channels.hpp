// SPDX-License-Identifier: MIT
// Golden model of rtl/codec/g726_channels.sv: G.726 channels as slots of the switch.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/g726_engine.hpp"

namespace switchroom::golden {

class g726_channels {
public:
  g726_channels(unsigned channels, unsigned first_slot)
      : first_slot_(first_slot), engine_(channels), channels_(channels) {}

  /// What a channel says in the frame that comes next.
  std::int16_t sample(unsigned n) const { return channels_[n].says; }

  /// One frame: what the switch gives to each channel.
  void frame(std::span<const std::int16_t> samples) {
    for (unsigned n = 0; n < channels_.size(); ++n) {
      auto& c = channels_[n];
      if (!config::enable::get(c.word))
        continue;
      const g726_op op{config::decode::get(c.word) != 0,
                       static_cast<dsp::g726::rate>(config::rate::get(c.word) + 2),
                       config::octets::get(c.word) != 0,
                       config::mu_law::get(c.word) != 0 ? dsp::g711::law::mu : dsp::g711::law::a,
                       c.fresh};
      c.fresh = false;
      std::uint16_t word = static_cast<std::uint16_t>(samples[n]);
      if (op.octets && !op.decode)
        word = dsp::g711::encode(op.law, samples[n]);
      const std::uint16_t result = engine_.step(n, op, word);
      c.says = op.octets && op.decode ? dsp::g711::decode(op.law, static_cast<std::uint8_t>(result))
                                      : static_cast<std::int16_t>(result);
    }
  }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const int n = index(word);
    if (n < 0)
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    auto& c = channels_[static_cast<std::size_t>(n)];
    const bool enable = config::enable::get(value) != 0;
    if (!enable || !config::enable::get(c.word)) {
      c.fresh = enable;
      c.says = 0;
    }
    c.word = enable ? value & 0x3f : 0;
    return {};
  }

  register_answer read(std::uint16_t word) const {
    if (const int n = index(word); n >= 0)
      return {regs::status::ok, channels_[static_cast<std::size_t>(n)].word};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, static_cast<std::uint32_t>(channels_.size())};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::g726_block;
  using config = block::channel;
  struct channel {
    std::uint32_t word = 0;
    bool fresh = false;
    std::int16_t says = 0;
  };

  int index(std::uint16_t word) const {
    return array_index<config>(word, static_cast<unsigned>(channels_.size()));
  }

  unsigned first_slot_;
  g726_engine engine_;
  std::vector<channel> channels_;
};

} // namespace switchroom::golden
