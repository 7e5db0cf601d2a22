// SPDX-License-Identifier: MIT
// Encoder and decoder are put together here out of the standard's blocks, figures 4 and 5: first
// what is known of a sample before it comes, then its code, then what is learnt from the code.
#include "switchroom/dsp/g726.hpp"

#include "g726_blocks.hpp"

#include <algorithm>

namespace switchroom::dsp::g726 {
namespace {

/// Of the coming sample: its estimate, and the scale factor of what it will differ by.
struct forecast {
  estimates e;
  int y;
};
forecast forecast_of(const state& s) {
  return {accum(s), mix(lima(s.ap), s.yu, static_cast<int>(s.yl))};
}

/// UPB, DELAY and FLOATA of the six zeros.
template <rate R>
void adapt_zeros(state& s, signed_magnitude dq, bool tr) {
  for (std::size_t n = 0; n < 6; ++n)
    s.b[n] = static_cast<std::int16_t>(tr ? 0 : upb<R>(s.b[n], s.dq[n], dq)); // TRIGB
  for (std::size_t n = 5; n > 0; --n)
    s.dq[n] = s.dq[n - 1];
  s.dq[0] = static_cast<std::uint16_t>(floata(dq));
}

/// UPA2, LIMC, UPA1, LIMD, TONE, TRIGB and DELAY of the two poles and what drives them. Returns
/// TDP.
bool adapt_poles(state& s, int dqsez, int sr, bool tr) {
  const int a2p = limc(upa2(s.a1, s.a2, dqsez, s.pk1, s.pk2));
  const int a1p = limd(upa1(s.a1, dqsez, s.pk1), a2p);
  const bool tdp = tone(a2p);
  s.a1 = static_cast<std::int16_t>(tr ? 0 : a1p);
  s.a2 = static_cast<std::int16_t>(tr ? 0 : a2p);
  s.td = !tr && tdp;
  s.pk2 = s.pk1;
  s.pk1 = dqsez < 0;
  s.sr2 = s.sr1;
  s.sr1 = static_cast<std::uint16_t>(floatb(sr));
  return tdp;
}

/// FILTA … TRIGA, FILTD, LIMB, FILTE and their DELAYs.
void adapt_scale(state& s, const row& of_code, int y, bool tdp, bool tr) {
  s.dms = static_cast<std::uint16_t>(filta(of_code.fi, s.dms));
  s.dml = static_cast<std::uint16_t>(filtb(of_code.fi, s.dml));
  s.ap = static_cast<std::uint16_t>(triga(tr, filtc(subtc(s.dms, s.dml, tdp, y), s.ap)));
  s.yu = static_cast<std::uint16_t>(limb(filtd(of_code.wi, y)));
  s.yl = static_cast<std::uint32_t>(filte(s.yu, static_cast<int>(s.yl)));
}

/// All that both ends learn from a code. Returns SR.
template <rate R>
int adapt(state& s, const forecast& f, unsigned code) {
  const row& of_code = row_of_code<R>[code];
  const signed_magnitude dq = {of_code.dqs, antilog(adda(of_code.dqln, f.y))};
  const bool tr = trans(s.td, static_cast<int>(s.yl), dq.magnitude);
  const int sr = addb(dq, f.e.se);
  adapt_zeros<R>(s, dq, tr);
  const bool tdp = adapt_poles(s, addc(dq, f.e.sez), sr, tr);
  adapt_scale(s, of_code, f.y, tdp, tr);
  return sr;
}

/// EXPAND: → SL [14 TC].
int expand(g711::law l, std::uint8_t octet) {
  return g711::decode(l, octet) >> 2;
}

/// COMPRESS: SR → SP. Negative samples on a decision level belong to the smaller magnitude of
/// A-law and to the larger one of µ-law, while the tables of G.711 have the smaller one for both.
/// Of the magnitude, 15 bits count: -32768 is a negative zero.
std::uint8_t compress(g711::law l, int sr) {
  const int nudged = l == g711::law::mu && sr < 0 ? sr - 1 : sr;
  const int im = sr == -32768 ? -1 : std::clamp(nudged, -8192, 8191);
  return g711::encode(l, static_cast<std::int16_t>(im * 4));
}

/// The octet of the next output level up (1) or down (-1), or the same if there is none.
std::uint8_t next_octet(g711::law l, std::uint8_t octet, int step) {
  const unsigned inverted = l == g711::law::a ? 0x55 : 0x7f;
  const unsigned code = octet ^ inverted;
  int rank = (code & 128) != 0 ? static_cast<int>(code & 127) : -1 - static_cast<int>(code & 127);
  rank += step;
  // Both zeros of the µ-law are one level.
  if (l == g711::law::mu && (rank == 0 || rank == -1) && step == (rank == 0 ? 1 : -1))
    rank += step;
  rank = std::clamp(rank, -128, 127);
  const int next = rank >= 0 ? 128 + rank : -1 - rank;
  return static_cast<std::uint8_t>(static_cast<unsigned>(next) ^ inverted);
}

/// SYNC and what it needs: SR → SD, which a following encoder would give this code again.
template <rate R>
std::uint8_t sync(g711::law l, int sr, const forecast& f, unsigned code) {
  // Codes in the order of the differences that they stand for.
  constexpr unsigned sign = (ones<R> + 1) / 2;
  const std::uint8_t sp = compress(l, sr);
  const unsigned id = quantised<R>(subta(expand(l, sp), f.e.se), f.y) ^ sign, im = code ^ sign;
  if (id == im)
    return sp;
  return next_octet(l, sp, id < im ? 1 : -1);
}

/// LIMO of Annex A: SR → SO [14 TC].
int limo(int sr) {
  return std::clamp(sr, -8192, 8191);
}

/// `sl_of` gives SL of an input.
template <rate R, typename Input, typename Expand>
std::size_t encode_all(state& kept, std::span<const Input> from, std::span<std::uint8_t> codes,
                       Expand sl_of) {
  const std::size_t count = std::min(from.size(), codes.size());
  state s = kept; // no octet that is written can be part of it
  for (std::size_t i = 0; i < count; ++i) {
    const forecast f = forecast_of(s);
    const unsigned code = quantised<R>(subta(sl_of(from[i]), f.e.se), f.y);
    codes[i] = static_cast<std::uint8_t>(code);
    adapt<R>(s, f, code);
  }
  kept = s;
  return count;
}

/// `output_of` makes SO or SD of SR, the forecast and the code.
template <rate R, typename Output, typename Compress>
std::size_t decode_all(state& kept, std::span<const std::uint8_t> codes, std::span<Output> into,
                       Compress output_of) {
  const std::size_t count = std::min(codes.size(), into.size());
  state s = kept;
  for (std::size_t i = 0; i < count; ++i) {
    const forecast f = forecast_of(s);
    const unsigned code = codes[i] & ones<R>;
    into[i] = static_cast<Output>(output_of(adapt<R>(s, f, code), f, code));
  }
  kept = s;
  return count;
}

} // namespace

std::size_t encoder::encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> codes) {
  return with_rate(rate_, [&]<rate R> {
    return encode_all<R>(state_, samples, codes, [](std::int16_t sample) { return sample >> 2; });
  });
}

std::size_t encoder::encode(g711::law l, std::span<const std::uint8_t> octets,
                            std::span<std::uint8_t> codes) {
  return with_rate(rate_, [&]<rate R> {
    return encode_all<R>(state_, octets, codes,
                         [l](std::uint8_t octet) { return expand(l, octet); });
  });
}

std::size_t decoder::decode(std::span<const std::uint8_t> codes, std::span<std::int16_t> samples) {
  return with_rate(rate_, [&]<rate R> {
    return decode_all<R>(state_, codes, samples,
                         [](int sr, const forecast&, unsigned) { return limo(sr) * 4; });
  });
}

std::size_t decoder::decode(g711::law l, std::span<const std::uint8_t> codes,
                            std::span<std::uint8_t> octets) {
  return with_rate(rate_, [&]<rate R> {
    return decode_all<R>(state_, codes, octets, [l](int sr, const forecast& f, unsigned code) {
      return sync<R>(l, sr, f, code);
    });
  });
}

} // namespace switchroom::dsp::g726
