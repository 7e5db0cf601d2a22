// SPDX-License-Identifier: MIT
/// spandsp's G.726, for comparison.
#pragma once
#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/g726.hpp"

#include <spandsp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::dsp::spandsp {

using octets = std::vector<std::uint8_t>;
using words = std::vector<std::int16_t>;

constexpr std::array rates = {g726::rate::kbit_16, g726::rate::kbit_24, g726::rate::kbit_32,
                              g726::rate::kbit_40};
inline std::string name_of(g726::rate r) {
  return std::to_string(8 * int(r));
}

using peer = std::unique_ptr<g726_state_t, decltype(&g726_free)>;
inline peer peer_of(g726::rate r, int ends, int packing = G726_PACKING_NONE) {
  return {g726_init(nullptr, 8000 * int(r), ends, packing), g726_free};
}
inline int ends_of(g711::law l) {
  return l == g711::law::a ? G726_ENCODING_ALAW : G726_ENCODING_ULAW;
}

inline octets encode(g726::rate r, const words& samples) {
  octets out(samples.size());
  g726_encode(peer_of(r, G726_ENCODING_LINEAR).get(), out.data(), samples.data(),
              int(samples.size()));
  return out;
}
/// To spandsp, octets are an array of words all the same.
inline octets encode(g726::rate r, g711::law l, const octets& from) {
  octets out(from.size());
  g726_encode(peer_of(r, ends_of(l)).get(), out.data(),
              reinterpret_cast<const std::int16_t*>(from.data()), int(from.size()));
  return out;
}
inline words decode(g726::rate r, const octets& codes) {
  words out(codes.size());
  g726_decode(peer_of(r, G726_ENCODING_LINEAR).get(), out.data(), codes.data(), int(codes.size()));
  return out;
}
inline octets decode(g726::rate r, g711::law l, const octets& codes) {
  octets out(codes.size());
  g726_decode(peer_of(r, ends_of(l)).get(), reinterpret_cast<std::int16_t*>(out.data()),
              codes.data(), int(codes.size()));
  return out;
}

inline octets packed(g726::rate r, g726::order o, const words& samples) {
  octets out(samples.size());
  const bool low = o == g726::order::low_bits_first;
  const auto s = peer_of(r, G726_ENCODING_LINEAR, low ? G726_PACKING_RIGHT : G726_PACKING_LEFT);
  out.resize(std::size_t(g726_encode(s.get(), out.data(), samples.data(), int(samples.size()))));
  return out;
}

} // namespace switchroom::dsp::spandsp
