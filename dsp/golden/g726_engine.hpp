// SPDX-License-Identifier: MIT
// Golden model of rtl/codec/g726_engine.sv: G.726 of many channels, whose rate, law and ends may
// change with each sample.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/g726.hpp"

namespace switchroom::golden {

/// What is asked of the engine with a word.
struct g726_op {
  bool decode = false;
  dsp::g726::rate rate = dsp::g726::rate::kbit_32;
  bool octets = false; ///< ends are octets of G.711, else samples
  dsp::g711::law law = dsp::g711::law::a;
  bool reset = false;
};

class g726_engine {
public:
  explicit g726_engine(unsigned channels) : states_(channels) {}

  /// The next sample of a channel. Encoding, `word` is a sample or an octet, and a code comes back;
  /// decoding, it is the other way round.
  std::uint16_t step(unsigned channel, const g726_op& op, std::uint16_t word) {
    auto& state = states_[channel];
    if (op.reset)
      state = {};
    const auto low = static_cast<std::uint8_t>(word);
    std::int16_t sample = static_cast<std::int16_t>(word);
    std::uint8_t octet = low;
    if (op.decode) {
      dsp::g726::decoder decoder(op.rate, state);
      if (op.octets)
        decoder.decode(op.law, std::span(&low, 1), std::span(&octet, 1));
      else
        decoder.decode(std::span(&low, 1), std::span(&sample, 1));
      state = decoder.kept();
      return op.octets ? octet : static_cast<std::uint16_t>(sample);
    }
    dsp::g726::encoder encoder(op.rate, state);
    std::uint8_t code = 0;
    if (op.octets)
      encoder.encode(op.law, std::span(&low, 1), std::span(&code, 1));
    else
      encoder.encode(std::span(&sample, 1), std::span(&code, 1));
    state = encoder.kept();
    return code;
  }

private:
  std::vector<dsp::g726::state> states_;
};

} // namespace switchroom::golden
