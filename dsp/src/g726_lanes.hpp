// SPDX-License-Identifier: MIT
/// The blocks of g726_blocks.hpp, by the same names, for four channels at once: a vector has one
/// number of each. Shifts by a different number in each channel, and looking for leading ones,
/// are what x86-64 has not for vectors of integers; conversion to floating point does both. Every
/// step in floating point is exact, for no number has more than 16 bits, so that neither rounding
/// nor contraction can make a difference.
#pragma once
#include "g726_blocks.hpp"
#include "i16x8.hpp"

namespace switchroom::dsp::g726 {

using f32x4 [[gnu::vector_size(16)]] = float;

constexpr i32x4 each(std::int32_t x) {
  return i32x4{x, x, x, x};
}
inline f32x4 to_float(i32x4 v) {
  return __builtin_convertvector(v, f32x4);
}
/// Rounded towards zero.
inline i32x4 to_integer(f32x4 v) {
  return __builtin_convertvector(v, i32x4);
}
inline i32x4 bits_of_float(f32x4 v) {
  return reinterpret_cast<i32x4>(v);
}
inline f32x4 float_of_bits(i32x4 v) {
  return reinterpret_cast<f32x4>(v);
}
inline bool any_in(i32x4 masks) {
  const auto halves = reinterpret_cast<i64x2>(masks);
  return (halves[0] | halves[1]) != 0;
}
/// All ones for what is negative.
inline i32x4 minus_in(i32x4 v) {
  return v >> 31;
}
/// -v where `minus` is all ones, v where it is zero.
inline i32x4 negated_if(i32x4 minus, i32x4 v) {
  return (v ^ minus) - minus;
}
inline i32x4 magnitude_of(i32x4 v) {
  return negated_if(minus_in(v), v);
}
inline i32x4 wrapped(i32x4 v) {
  return v << 16 >> 16;
}
/// Numbers of 16 bits: their upper halves, all signs, are in the same order as they are.
inline i32x4 limited(i32x4 v, i32x4 least, i32x4 most) {
  return reinterpret_cast<i32x4>(limit(reinterpret_cast<i16x8>(v), reinterpret_cast<i16x8>(least),
                                       reinterpret_cast<i16x8>(most)));
}
/// Products of numbers of 16 bits, of which `b` are not negative.
inline i32x4 product(i32x4 a, i32x4 b) {
  return multiply_add(reinterpret_cast<i16x8>(a), reinterpret_cast<i16x8>(b));
}

constexpr std::int32_t exponent_bits = 0x7f800000, sign_bit = INT32_MIN;
constexpr std::int32_t one = 0x3f800000; ///< 1.0f

/// LOG, DQL and YL are a floating point number's exponent and mantissa, less what it adds to the
/// exponent; `fraction` is how many bits of mantissa they have.
template <int Fraction>
i32x4 logarithm_of(f32x4 v) {
  return (bits_of_float(v) - each(one)) >> (23 - Fraction);
}
template <int Fraction>
f32x4 power_of(i32x4 logarithm) {
  return float_of_bits((logarithm << (23 - Fraction)) + each(one));
}

/// At least `least`, in bits of floating point; neither is negative, and of both the lower 16 bits
/// are zero.
inline f32x4 at_least(f32x4 v, std::int32_t least) {
  const auto words = reinterpret_cast<i16x8>(v), floor = reinterpret_cast<i16x8>(each(least));
  return reinterpret_cast<f32x4>(words > floor ? words : floor);
}

/// Of D; the sign is cut off.
inline i32x4 log(i32x4 d) {
  // 7 bits of mantissa; zero is as one.
  const i32x4 cut = bits_of_float(to_float(d)) & each(exponent_bits | 0x7f0000);
  return logarithm_of<7>(at_least(float_of_bits(cut), one));
}

inline i32x4 antilog(i32x4 dql) {
  // Up to 2^15, cut to whole numbers; below one, and so below zero, there is nothing.
  const i32x4 from_zero = dql & ~minus_in(dql);
  return to_integer(power_of<7>(from_zero)) & ~minus_in(dql);
}

/// Magnitudes as FL words have them, six bits of mantissa, but as numbers; the sign is cut off.
/// Their zero is one half.
inline f32x4 fl(i32x4 v) {
  const i32x4 cut = bits_of_float(to_float(v)) & each(exponent_bits | 0x7c0000);
  return at_least(float_of_bits(cut), one - (1 << 23));
}
/// DQn and SRn are kept divided by this, which is where products with them are cut.
constexpr float fl_divisor = 2048;
inline f32x4 floata(i32x4 minus, i32x4 magnitude) {
  return float_of_bits(bits_of_float(fl(magnitude) * (1 / fl_divisor)) | (minus & each(sign_bit)));
}
inline f32x4 floatb(i32x4 sr) {
  return floata(minus_in(sr), magnitude_of(sr) & each(32767));
}

inline i32x4 fmult(i32x4 an, f32x4 srn) {
  const i32x4 whole = an >> 2, quarter = whole & (whole != each(-8192)); // which counts as zero
  const f32x4 a = fl(quarter);
  const f32x4 s = float_of_bits(bits_of_float(srn) & each(~sign_bit));
  // Twelve bits; the unit is that of a product of mantissas.
  const f32x4 exact = a * s;
  const f32x4 unit_1024 = float_of_bits(bits_of_float(a) & each(exponent_bits)) *
                          float_of_bits(bits_of_float(s) & each(exponent_bits));
  // Above 4096 units, below 8192: there the lowest four bits are at the same place in all.
  const f32x4 raised = exact + unit_1024 * 4;
  const f32x4 cut = float_of_bits(bits_of_float(raised) & each(~0x7fff));
  const f32x4 rounded = cut - unit_1024 * (4 - 48.0F / 1024);
  const i32x4 scaled = to_integer(rounded) & each(32767);
  return negated_if(minus_in(an ^ bits_of_float(srn)), scaled);
}

/// `gain` is 128 with the sign of DQ, or 0.
template <rate R>
i32x4 upb(i32x4 bn, f32x4 dqn, i32x4 gain) {
  constexpr int leak = R == rate::kbit_40 ? 9 : 8;
  return wrapped(bn + negated_if(minus_in(bits_of_float(dqn)), gain) - (bn >> leak));
}

/// `pks1` and `pks2` are all ones where signs differ, `driven` where DQ + SEZ is not zero.
inline i32x4 upa2(i32x4 a1, i32x4 a2, i32x4 pks1, i32x4 pks2, i32x4 driven) {
  const i32x4 drive = limited(a1, each(-8191), each(8191)) << 2;
  const i32x4 gain = negated_if(pks2, each(16384)) + negated_if(~pks1, drive);
  return a2 + (gain >> 7 & driven) - (a2 >> 7);
}
inline i32x4 upa1(i32x4 a1, i32x4 pks1, i32x4 driven) {
  return a1 + (negated_if(pks1, each(192)) & driven) - (a1 >> 8);
}
inline i32x4 limc(i32x4 a2t) {
  return limited(a2t, each(-12288), each(12288));
}
inline i32x4 limd(i32x4 a1t, i32x4 a2p) {
  const i32x4 most = each(15360) - a2p;
  return limited(a1t, -most, most);
}

inline i32x4 filtd(i32x4 wi, i32x4 y) {
  return y + (((wi << 5) - y) >> 5);
}
inline i32x4 limb(i32x4 yut) {
  return limited(yut, each(544), each(5120));
}
inline i32x4 filte(i32x4 yup, i32x4 yl) {
  return yl + yup + (-yl >> 6);
}
inline i32x4 lima(i32x4 ap) {
  return limited(ap >> 2, each(0), each(64));
}
inline i32x4 mix(i32x4 al, i32x4 yu, i32x4 yl) {
  const i32x4 slow = yl >> 6, p = product(yu - slow, al);
  return slow + ((p + (minus_in(p) & each(63))) >> 6);
}

inline i32x4 filta(i32x4 fi, i32x4 dms) {
  return dms + (((fi << 9) - dms) >> 5);
}
inline i32x4 filtb(i32x4 fi, i32x4 dml) {
  return dml + (((fi << 11) - dml) >> 7);
}
/// AX as all ones or zero, and TDP like it.
inline i32x4 subtc(i32x4 dmsp, i32x4 dmlp, i32x4 tdp, i32x4 y) {
  const i32x4 difference = magnitude_of((dmsp << 2) - dmlp);
  return (y < each(1536)) | ~(difference < (dmlp >> 3)) | tdp;
}
inline i32x4 filtc(i32x4 ax, i32x4 ap) {
  return ap + (((ax & each(512)) - ap) >> 4);
}

/// TR, all ones or zero, and TD like it.
inline i32x4 trans(i32x4 td, i32x4 yl, i32x4 dqmag) {
  const i32x4 power = to_integer(power_of<5>(yl >> 10) * 32), large = yl >= each(10 << 15);
  const i32x4 threshold = (power & ~large) | (each(31 << 10) & large);
  return td & (dqmag > (threshold + (threshold >> 1)) >> 1);
}

} // namespace switchroom::dsp::g726
