// SPDX-License-Identifier: MIT
// The blocks are put together as in g726.cpp, for four channels at once; only what looks numbers up
// in tables takes them one by one.
#include "switchroom/dsp/g726_bank.hpp"

#include "g726_lanes.hpp"

#include <algorithm>
#include <bit>

namespace switchroom::dsp::g726 {
namespace {

/// `state` of four channels. What is negative or true is all ones.
struct quartet {
  std::array<i32x4, 6> b;
  std::array<f32x4, 6> dq;
  i32x4 a1, a2;
  f32x4 sr1, sr2;
  i32x4 ap, dms, dml, yu, yl, pk1, pk2, td;
};
static_assert(sizeof(quartet) == sizeof(four_states));

/// The same word by word, as `four_states` has them.
enum place : std::size_t {
  at_b = 0,
  at_dq = 6,
  at_a1 = 12,
  at_a2,
  at_sr1,
  at_sr2,
  at_ap,
  at_dms,
  at_dml,
  at_yu,
  at_yl,
  at_pk1,
  at_pk2,
  at_td
};

std::int32_t float_of_fl(unsigned word) {
  const float magnitude = static_cast<float>((word & 63) << (word >> 6 & 15)) / 64 / fl_divisor;
  return std::bit_cast<std::int32_t>((word >> 10 & 1) != 0 ? -magnitude : magnitude);
}
std::uint16_t fl_of_float(std::int32_t bits) {
  const auto scaled = std::bit_cast<unsigned>(std::bit_cast<float>(bits) * fl_divisor);
  const unsigned exponent = (scaled >> 23 & 255) - 126, mantissa = 32 | (scaled >> 18 & 31);
  return static_cast<std::uint16_t>(scaled >> 31 << 10 | exponent << 6 | mantissa);
}

struct four_estimates {
  i32x4 se, sez, y;
};

four_estimates forecast_of(const quartet& q) {
  i32x4 sezi{};
  for (std::size_t n = 0; n < 6; ++n)
    sezi += fmult(q.b[n], q.dq[n]);
  const i32x4 sei = sezi + fmult(q.a2, q.sr2) + fmult(q.a1, q.sr1);
  return {wrapped(sei) >> 1, wrapped(sezi) >> 1, mix(lima(q.ap), q.yu, q.yl)};
}

/// What RECONST, FUNCTW and FUNCTF give for four codes.
struct rows {
  i32x4 dqln, wi, fi, minus;
};
template <rate R>
constexpr auto words_of_code = [] {
  std::array<std::array<std::int32_t, 4>, ones<R> + 1> all{};
  for (std::size_t code = 0; code <= ones<R>; ++code) {
    const row& of = row_of_code<R>[code];
    all[code] = {of.dqln, of.wi, of.fi, -of.dqs};
  }
  return all;
}();
template <rate R>
rows rows_of(const std::uint8_t* codes) {
  const auto row_at = [&](std::size_t i) {
    return load<i32x4>(words_of_code<R>[codes[i] & ones<R>].data());
  };
  const i32x4 a = row_at(0), b = row_at(1), c = row_at(2), d = row_at(3);
  const i32x4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
              cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const i32x4 ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7),
              cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return {__builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
          __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5),
          __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7)};
}

/// TRIGB: a transition resets the predictor of the channel where it is; rare enough for a branch.
void trigb(quartet& q, i32x4 tr) {
  for (i32x4& bn : q.b)
    bn &= ~tr;
  q.a1 &= ~tr;
  q.a2 &= ~tr;
  q.td &= ~tr;
}

/// Returns TDP.
i32x4 adapt_poles(quartet& q, i32x4 dqsez, i32x4 sr) {
  const i32x4 pk0 = minus_in(dqsez), driven = dqsez != each(0);
  q.a2 = limc(upa2(q.a1, q.a2, pk0 ^ q.pk1, pk0 ^ q.pk2, driven));
  q.a1 = limd(upa1(q.a1, pk0 ^ q.pk1, driven), q.a2);
  q.td = q.a2 < each(-11776); // TONE
  q.pk2 = q.pk1;
  q.pk1 = pk0;
  q.sr2 = q.sr1;
  q.sr1 = floatb(sr);
  return q.td;
}

template <rate R>
void adapt_zeros(quartet& q, i32x4 minus, i32x4 dqmag) {
  const i32x4 gain = negated_if(minus, each(128)) & (dqmag != each(0));
  for (std::size_t n = 0; n < 6; ++n)
    q.b[n] = upb<R>(q.b[n], q.dq[n], gain);
  for (std::size_t n = 5; n > 0; --n)
    q.dq[n] = q.dq[n - 1];
  q.dq[0] = floata(minus, dqmag);
}

/// All that both ends learn from codes. Returns SR.
template <rate R>
i32x4 adapt(quartet& q, const four_estimates& f, const rows& of) {
  const i32x4 dqmag = antilog(of.dqln + (f.y >> 2)), dq = negated_if(of.minus, dqmag);
  const i32x4 sr = wrapped(dq + f.se), td = q.td, yl = q.yl;
  adapt_zeros<R>(q, of.minus, dqmag);
  const i32x4 tdp = adapt_poles(q, wrapped(dq + f.sez), sr);
  q.dms = filta(of.fi, q.dms);
  q.dml = filtb(of.fi, q.dml);
  q.ap = filtc(subtc(q.dms, q.dml, tdp, f.y), q.ap);
  q.yu = limb(filtd(of.wi, f.y));
  q.yl = filte(q.yu, q.yl);
  if (any_in(td)) {
    const i32x4 tr = trans(td, yl, dqmag);
    trigb(q, tr);
    q.ap = (q.ap & ~tr) | (each(256) & tr); // TRIGA
  }
  return sr;
}

/// LOG, SUBTB and QUAN, into codes.
template <rate R>
void quantise(i32x4 d, i32x4 y, std::uint8_t* codes) {
  const i32x4 dln = log(d) - (y >> 2);
  const i32x4 ds_dln = (dln & each(4095)) | (minus_in(d) & each(4096));
  for (std::size_t i = 0; i < 4; ++i)
    codes[i] = quan<R>[static_cast<unsigned>(ds_dln[i])];
}

constexpr std::size_t fours = bank::channels / 4;
using quartets = std::array<quartet, fours>;

/// Step by step, each for all channels: while one four waits for its tables the next can go on.
template <rate R>
void encode_frame(quartets& all_states, const std::int16_t* samples, std::uint8_t* codes) {
  std::array<four_estimates, fours> f;
  for (std::size_t i = 0; i < fours; ++i)
    f[i] = forecast_of(all_states[i]);
  for (std::size_t i = 0; i < fours; ++i) {
    const i16x8 four = load_half(samples + 4 * i);
    const i16x8 twice = __builtin_shufflevector(four, four, 0, 0, 1, 1, 2, 2, 3, 3);
    const i32x4 sl = reinterpret_cast<i32x4>(twice) >> 18;
    quantise<R>(sl - f[i].se, f[i].y, codes + 4 * i);
  }
  for (std::size_t i = 0; i < fours; ++i)
    adapt<R>(all_states[i], f[i], rows_of<R>(codes + 4 * i));
}

template <rate R>
void decode_frame(quartets& all_states, const std::uint8_t* codes, std::int16_t* samples) {
  for (std::size_t i = 0; i < fours; ++i) {
    quartet& q = all_states[i];
    const four_estimates f = forecast_of(q);
    const i32x4 sr = adapt<R>(q, f, rows_of<R>(codes + 4 * i));
    const i32x4 so = limited(sr, each(-8192), each(8191)) << 2; // LIMO
    store_half(samples + 4 * i, narrow_saturated(so, so));
  }
}

} // namespace

bank::bank(rate r) : rate_(r) {
  for (std::size_t channel = 0; channel < channels; ++channel)
    start(channel);
}

void bank::start(std::size_t channel, const state& from) {
  auto& words = states_[channel / 4].words;
  const std::size_t i = channel % 4;
  const auto put = [&](std::size_t at, std::int32_t value) { words[at][i] = value; };
  for (std::size_t n = 0; n < 6; ++n) {
    put(at_b + n, from.b[n]);
    put(at_dq + n, float_of_fl(from.dq[n]));
  }
  put(at_a1, from.a1);
  put(at_a2, from.a2);
  put(at_sr1, float_of_fl(from.sr1));
  put(at_sr2, float_of_fl(from.sr2));
  put(at_ap, from.ap);
  put(at_dms, from.dms);
  put(at_dml, from.dml);
  put(at_yu, from.yu);
  put(at_yl, static_cast<std::int32_t>(from.yl));
  put(at_pk1, from.pk1 ? -1 : 0);
  put(at_pk2, from.pk2 ? -1 : 0);
  put(at_td, from.td ? -1 : 0);
}

state bank::kept(std::size_t channel) const {
  const auto& words = states_[channel / 4].words;
  const auto at = [&](std::size_t place) { return words[place][channel % 4]; };
  const auto unsigned_at = [&](std::size_t place) { return static_cast<std::uint16_t>(at(place)); };
  state s;
  for (std::size_t n = 0; n < 6; ++n) {
    s.b[n] = static_cast<std::int16_t>(at(at_b + n));
    s.dq[n] = fl_of_float(at(at_dq + n));
  }
  s.a1 = static_cast<std::int16_t>(at(at_a1));
  s.a2 = static_cast<std::int16_t>(at(at_a2));
  s.sr1 = fl_of_float(at(at_sr1));
  s.sr2 = fl_of_float(at(at_sr2));
  s.ap = unsigned_at(at_ap);
  s.dms = unsigned_at(at_dms);
  s.dml = unsigned_at(at_dml);
  s.yu = unsigned_at(at_yu);
  s.yl = static_cast<std::uint32_t>(at(at_yl));
  s.pk1 = at(at_pk1) != 0;
  s.pk2 = at(at_pk2) != 0;
  s.td = at(at_td) != 0;
  return s;
}

std::size_t encoder_bank::encode(std::span<const std::int16_t> samples,
                                 std::span<std::uint8_t> codes) {
  const std::size_t frames = std::min(samples.size(), codes.size()) / channels;
  with_rate(rate_, [&]<rate R> {
    auto all_states = std::bit_cast<quartets>(states_);
    for (std::size_t at = 0; at < frames * channels; at += channels)
      encode_frame<R>(all_states, &samples[at], &codes[at]);
    states_ = std::bit_cast<decltype(states_)>(all_states);
  });
  return frames;
}

std::size_t decoder_bank::decode(std::span<const std::uint8_t> codes,
                                 std::span<std::int16_t> samples) {
  const std::size_t frames = std::min(samples.size(), codes.size()) / channels;
  with_rate(rate_, [&]<rate R> {
    auto all_states = std::bit_cast<quartets>(states_);
    for (std::size_t at = 0; at < frames * channels; at += channels)
      decode_frame<R>(all_states, &codes[at], &samples[at]);
    states_ = std::bit_cast<decltype(states_)>(all_states);
  });
  return frames;
}

} // namespace switchroom::dsp::g726
