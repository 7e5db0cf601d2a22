// SPDX-License-Identifier: MIT
/// The blocks of ITU-T G.726, clause 4.2, each a function of the block's name, for one sample.
/// Numbers in brackets are the standard's bits: TC two's complement, SM sign and magnitude, FL
/// floating point, else unsigned. Here they are signed integers; where a sum can leave its bits,
/// the wrapping is written out, and where nothing is said it cannot.
#pragma once
#include "g726_tables.hpp"

#include <algorithm>
#include <bit>

namespace switchroom::dsp::g726 {

/// A difference and its sign apart: an SM word, of which zero has a sign too.
struct signed_magnitude {
  int minus;     ///< 1 if negative
  int magnitude; ///< [15]
};
constexpr int signed_by(int minus, int magnitude) {
  return (magnitude ^ -minus) + minus;
}
/// The lowest 16 bits, TC.
constexpr int wrapped(int x) {
  return static_cast<std::int16_t>(x);
}
/// How many bits a magnitude has: one more than the place of its leading one.
constexpr int bits_in(int magnitude) {
  return std::bit_width(static_cast<unsigned>(magnitude));
}

// --- Adaptive quantiser ---

/// SUBTA: SL [14 TC], SE [15 TC] → D [16 TC].
constexpr int subta(int sl, int se) {
  return sl - se;
}

/// LOG: |D| [15] → DL [11], 1/128 of log 2, the fraction by a straight line.
constexpr int log(int magnitude) {
  const int exponent = std::max(bits_in(magnitude) - 1, 0);
  const int mantissa = (magnitude << 7 >> exponent) & 127;
  return (exponent << 7) + mantissa;
}

/// SUBTB: DL, Y [13] → DLN [12 TC].
constexpr int subtb(int dl, int y) {
  return dl - (y >> 2);
}

/// QUAN: DLN, DS → I, by the bits of both, DS on top. Codes of positive differences count the
/// decision levels that are passed; all zeros are no code but at 16 kbit/s.
template <rate R>
constexpr auto quan = [] {
  std::array<std::uint8_t, 8192> codes{};
  unsigned passed = 0;
  for (int dln = -2048; dln < 2048; ++dln) {
    while (passed < numbers<R>::decisions.size() && dln >= numbers<R>::decisions[passed])
      ++passed;
    const bool ones_for_zero = R != rate::kbit_16 && passed == 0;
    const std::size_t at = static_cast<unsigned>(dln) & 4095;
    codes[at] = static_cast<std::uint8_t>(ones_for_zero ? ones<R> : passed);
    codes[4096 | at] = static_cast<std::uint8_t>(ones<R> - passed);
  }
  return codes;
}();

/// LOG, SUBTB and QUAN, as encoder and synchronous coding adjustment have them.
template <rate R>
constexpr unsigned quantised(int d, int y) {
  const int dln = subtb(log(d < 0 ? -d : d), y);
  return quan<R>[(static_cast<unsigned>(dln) & 4095) | (d < 0 ? 4096U : 0)];
}

// --- Inverse adaptive quantiser ---

/// What RECONST, FUNCTW and FUNCTF give for a code.
struct row {
  std::int16_t dqln, wi; ///< [12 TC]
  std::uint8_t fi, dqs;  ///< [3], [1]
};
template <rate R>
constexpr auto row_of_code = [] {
  std::array<row, ones<R> + 1> rows{};
  for (unsigned code = 0; code <= ones<R>; ++code) {
    const std::size_t m = magnitude_of_code<R>(code);
    rows[code] = {static_cast<std::int16_t>(numbers<R>::levels[m]),
                  static_cast<std::int16_t>(numbers<R>::w[m]),
                  static_cast<std::uint8_t>(numbers<R>::f[m]),
                  static_cast<std::uint8_t>(sign_of_code<R>(code))};
  }
  return rows;
}();

/// ADDA: DQLN, Y → DQL [12 TC].
constexpr int adda(int dqln, int y) {
  return dqln + (y >> 2);
}

/// ANTILOG: DQL → |DQ| [15].
constexpr int antilog(int dql) {
  const int exponent = dql >> 7 & 15, mantissa = dql & 127;
  return dql < 0 ? 0 : ((128 + mantissa) << 7) >> (14 - exponent);
}

// --- Scale factor ---

/// FILTD: WI, Y → YUT [13].
constexpr int filtd(int wi, int y) {
  return y + (((wi << 5) - y) >> 5);
}

/// LIMB: YUT → YUP [13].
constexpr int limb(int yut) {
  return std::clamp(yut, 544, 5120);
}

/// FILTE: YUP, YL [19] → YLP [19].
constexpr int filte(int yup, int yl) {
  return yl + yup + (-yl >> 6);
}

/// LIMA: AP [10] → AL [7], 1/64.
constexpr int lima(int ap) {
  return ap >= 256 ? 64 : ap >> 2;
}

/// MIX: AL, YU, YL → Y [13]. The product is of a magnitude, which rounds it towards zero.
constexpr int mix(int al, int yu, int yl) {
  const int slow = yl >> 6, difference = yu - slow, minus = difference < 0 ? 1 : 0;
  return slow + signed_by(minus, signed_by(minus, difference) * al >> 6);
}

// --- Speed of adaptation ---

/// FILTA: FI, DMS [12] → DMSP [12].
constexpr int filta(int fi, int dms) {
  return dms + (((fi << 9) - dms) >> 5);
}

/// FILTB: FI, DML [14] → DMLP [14].
constexpr int filtb(int fi, int dml) {
  return dml + (((fi << 11) - dml) >> 7);
}

/// SUBTC: DMSP, DMLP, TDP, Y → AX.
constexpr int subtc(int dmsp, int dmlp, bool tdp, int y) {
  const int difference = (dmsp << 2) - dmlp;
  return y < 1536 || (difference < 0 ? -difference : difference) >= dmlp >> 3 || tdp ? 1 : 0;
}

/// FILTC: AX, AP → APP [10].
constexpr int filtc(int ax, int ap) {
  return ap + (((ax << 9) - ap) >> 4);
}

/// TRIGA: TR, APP → APR [10].
constexpr int triga(bool tr, int app) {
  return tr ? 256 : app;
}

// --- Tone and transition detector ---

/// TONE: A2P [16 TC] → TDP.
constexpr bool tone(int a2p) {
  return a2p < -11776;
}

/// TRANS: TD, YL, |DQ| → TR. The threshold is 3/4 of 2^(YL/32768), or near it, and 31/32 of it at
/// most where it no longer fits.
constexpr bool trans(bool td, int yl, int dqmag) {
  const int whole = yl >> 15, fraction = yl >> 10 & 31;
  const int threshold = whole > 9 ? 31 << 10 : (32 + fraction) << whole;
  return td && dqmag > (threshold + (threshold >> 1)) >> 1;
}

// --- Adaptive predictor ---

/// A magnitude and a sign to FL [11]; zero is half of the smallest.
constexpr unsigned fl(unsigned minus, int magnitude) {
  const int exponent = bits_in(magnitude);
  const int mantissa = magnitude == 0 ? 32 : magnitude << 6 >> exponent;
  return minus << 10 | static_cast<unsigned>(exponent << 6 | mantissa);
}

/// FLOATA: DQ [16 SM] → DQ0 [11 FL].
constexpr unsigned floata(signed_magnitude dq) {
  return fl(static_cast<unsigned>(dq.minus), dq.magnitude);
}

/// FLOATB: SR [16 TC] → SR0 [11 FL]; of the magnitude, 15 bits.
constexpr unsigned floatb(int sr) {
  return fl(sr < 0 ? 1 : 0, (sr < 0 ? -sr : sr) & 32767);
}

/// FMULT: a coefficient [16 TC] and a word [11 FL] → their product [16 TC].
constexpr int fmult(int an, unsigned srn) {
  const int quarter = an >> 2, minus = an < 0 ? 1 : 0;
  const int magnitude = signed_by(minus, quarter) & 8191; // -32768 counts as zero
  const int exponent = bits_in(magnitude);
  const int mantissa = magnitude == 0 ? 32 : magnitude << 6 >> exponent;
  const int exponents = exponent + static_cast<int>(srn >> 6 & 15);
  const int product = (mantissa * static_cast<int>(srn & 63) + 48) >> 4;
  // The standard has shifts of 7, then of the exponents less 26 either way, into 15 bits.
  const int scaled = (product << 9 >> (28 - exponents)) & 32767;
  return signed_by(minus ^ static_cast<int>(srn >> 10), scaled);
}

/// Of ACCUM: the estimate SE and the zeros' part of it, SEZ [15 TC].
struct estimates {
  int se, sez;
};

/// FMULT and ACCUM. Sums wrap in 16 bits.
constexpr estimates accum(const state& s) {
  int sezi = 0;
  for (std::size_t n = 0; n < 6; ++n)
    sezi += fmult(s.b[n], s.dq[n]);
  const int sei = sezi + fmult(s.a2, s.sr2) + fmult(s.a1, s.sr1);
  return {wrapped(sei) >> 1, wrapped(sezi) >> 1};
}

/// ADDB: DQ, SE → SR [16 TC], which wraps.
constexpr int addb(signed_magnitude dq, int se) {
  return wrapped(signed_by(dq.minus, dq.magnitude) + se);
}

/// ADDC: DQ, SEZ → DQ + SEZ [16 TC], which wraps; PK0 is its sign, and SIGPK whether it is zero.
constexpr int addc(signed_magnitude dq, int sez) {
  return wrapped(signed_by(dq.minus, dq.magnitude) + sez);
}

/// XOR and UPB: Bn, DQn [11 FL], DQ → BnP [16 TC], which wraps from 32767: no sound does that, but
/// codes that repeat do, and most at 40 kbit/s, which leaks half as fast.
template <rate R>
constexpr int upb(int bn, unsigned dqn, signed_magnitude dq) {
  constexpr int leak = R == rate::kbit_40 ? 9 : 8;
  const int un = static_cast<int>(dqn >> 10) ^ dq.minus;
  const int gain = dq.magnitude == 0 ? 0 : signed_by(un, 128);
  return wrapped(bn + gain - (bn >> leak));
}

/// UPA2: A1, A2, the signs of DQ + SEZ now and before → A2T [16 TC].
constexpr int upa2(int a1, int a2, int dqsez, bool pk1, bool pk2) {
  const bool pk0 = dqsez < 0;
  const int drive = std::clamp(a1, -8191, 8191) * 4;
  const int gain = (pk0 != pk2 ? -16384 : 16384) + (pk0 != pk1 ? drive : -drive);
  return a2 + (dqsez == 0 ? 0 : gain >> 7) - (a2 >> 7);
}

/// LIMC: A2T → A2P.
constexpr int limc(int a2t) {
  return std::clamp(a2t, -12288, 12288);
}

/// UPA1: A1, the signs of DQ + SEZ now and before → A1T [16 TC].
constexpr int upa1(int a1, int dqsez, bool pk1) {
  const int gain = dqsez == 0 ? 0 : ((dqsez < 0) != pk1 ? -192 : 192);
  return a1 + gain - (a1 >> 8);
}

/// LIMD: A1T, A2P → A1P.
constexpr int limd(int a1t, int a2p) {
  const int most = 15360 - a2p;
  return std::clamp(a1t, -most, most);
}

} // namespace switchroom::dsp::g726
