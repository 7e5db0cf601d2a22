// SPDX-License-Identifier: MIT
/// Eight 16-bit words that are reckoned with at once, in the arithmetic of ITU-T's fixed-point
/// codecs: sums saturate. GCC's and clang's vector extensions do most of it; where they have no
/// operator it is SSE2, which every x86-64 has, or a loop, far slower there;
/// SWITCHROOM_DSP_PORTABLE asks for loops.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__) && !defined(SWITCHROOM_DSP_PORTABLE)
#define SWITCHROOM_DSP_SSE2
#include <emmintrin.h>
#endif

namespace switchroom::dsp {

using i16x8 [[gnu::vector_size(16)]] = std::int16_t;
using u16x8 [[gnu::vector_size(16)]] = std::uint16_t;
using i64x2 [[gnu::vector_size(16)]] = std::int64_t;
using i32x4 [[gnu::vector_size(16)]] = std::int32_t;

template <typename Vector>
Vector load(const void* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <typename Vector>
void store(void* to, Vector v) {
  std::memcpy(to, &v, sizeof v);
}

/// The lower four words, the upper ones being zero.
inline i16x8 load_half(const void* from) {
  i64x2 v{};
  std::memcpy(&v, from, sizeof v / 2);
  return reinterpret_cast<i16x8>(v);
}
inline void store_half(void* to, i16x8 v) {
  std::memcpy(to, &v, sizeof v / 2);
}

constexpr i16x8 all(int x) {
  const auto w = static_cast<std::int16_t>(x);
  return i16x8{w, w, w, w, w, w, w, w};
}

/// One pair of words where it is wanted four times.
template <int Pair>
i16x8 repeat_pair(i16x8 v) {
  const auto pairs = reinterpret_cast<i32x4>(v);
  return reinterpret_cast<i16x8>(__builtin_shufflevector(pairs, pairs, Pair, Pair, Pair, Pair));
}
/// Four pairs of words out of `a` (0 … 3) and `b` (4 … 7).
template <int P0, int P1, int P2, int P3>
i16x8 pairs_of(i16x8 a, i16x8 b) {
  return reinterpret_cast<i16x8>(__builtin_shufflevector(
      reinterpret_cast<i32x4>(a), reinterpret_cast<i32x4>(b), P0, P1, P2, P3));
}
/// A pair in the low words, zeros above.
inline i16x8 low_pair(std::uint32_t pair) {
  return reinterpret_cast<i16x8>(i32x4{static_cast<std::int32_t>(pair), 0, 0, 0});
}
inline std::uint32_t low_pair_of(i16x8 v) {
  return static_cast<std::uint32_t>(reinterpret_cast<i32x4>(v)[0]);
}

#ifdef SWITCHROOM_DSP_SSE2

namespace sse2 {
inline __m128i in(i16x8 v) {
  return reinterpret_cast<__m128i>(v);
}
inline i16x8 out(__m128i v) {
  return reinterpret_cast<i16x8>(v);
}
} // namespace sse2

inline i16x8 add_saturated(i16x8 a, i16x8 b) {
  return sse2::out(_mm_adds_epi16(sse2::in(a), sse2::in(b)));
}
inline i16x8 subtract_saturated(i16x8 a, i16x8 b) {
  return sse2::out(_mm_subs_epi16(sse2::in(a), sse2::in(b)));
}
/// a · b / 2^16, rounded down.
inline i16x8 multiply_high(i16x8 a, i16x8 b) {
  return sse2::out(_mm_mulhi_epi16(sse2::in(a), sse2::in(b)));
}
inline i16x8 multiply_high_unsigned(i16x8 a, i16x8 b) {
  return sse2::out(_mm_mulhi_epu16(sse2::in(a), sse2::in(b)));
}
inline i16x8 limit(i16x8 v, i16x8 least, i16x8 most) {
  return sse2::out(_mm_max_epi16(_mm_min_epi16(sse2::in(v), sse2::in(most)), sse2::in(least)));
}
/// Products of words, added up in twos.
inline i32x4 multiply_add(i16x8 a, i16x8 b) {
  return reinterpret_cast<i32x4>(_mm_madd_epi16(sse2::in(a), sse2::in(b)));
}
/// Eight words, saturated, of eight numbers.
inline i16x8 narrow_saturated(i32x4 a, i32x4 b) {
  return sse2::out(_mm_packs_epi32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
}
/// A bit for each word that is all ones, of words that are all ones or all zeros.
inline std::uint32_t bits_of(i16x8 a, i16x8 b) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(sse2::in(a), sse2::in(b))));
}

#else

namespace loops {
inline std::int32_t saturated(std::int32_t x) {
  return x < -32768 ? -32768 : (x > 32767 ? 32767 : x);
}
// By way of arrays, which compilers see through; single words of a vector they do not.
template <typename Of>
i16x8 each(i16x8 a, i16x8 b, Of of) {
  const auto x = std::bit_cast<std::array<std::int16_t, 8>>(a);
  const auto y = std::bit_cast<std::array<std::int16_t, 8>>(b);
  std::array<std::int16_t, 8> to;
  for (std::size_t i = 0; i < 8; ++i)
    to[i] = static_cast<std::int16_t>(of(x[i], y[i]));
  return std::bit_cast<i16x8>(to);
}
} // namespace loops

inline i16x8 add_saturated(i16x8 a, i16x8 b) {
  return loops::each(a, b, [](int x, int y) { return loops::saturated(x + y); });
}
inline i16x8 subtract_saturated(i16x8 a, i16x8 b) {
  return loops::each(a, b, [](int x, int y) { return loops::saturated(x - y); });
}
inline i16x8 multiply_high(i16x8 a, i16x8 b) {
  return loops::each(a, b, [](int x, int y) { return (x * y) >> 16; });
}
inline i16x8 multiply_high_unsigned(i16x8 a, i16x8 b) {
  return loops::each(a, b, [](std::int16_t x, std::int16_t y) {
    return std::uint32_t{static_cast<std::uint16_t>(x)} * static_cast<std::uint16_t>(y) >> 16;
  });
}
inline i16x8 limit(i16x8 v, i16x8 least, i16x8 most) {
  const i16x8 v1 = v > most ? most : v;
  return v1 < least ? least : v1;
}
inline i32x4 multiply_add(i16x8 a, i16x8 b) {
  i32x4 v{};
  for (int i = 0; i < 4; ++i)
    v[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return v;
}
inline i16x8 narrow_saturated(i32x4 a, i32x4 b) {
  i16x8 v{};
  for (int i = 0; i < 4; ++i) {
    v[i] = static_cast<std::int16_t>(loops::saturated(a[i]));
    v[i + 4] = static_cast<std::int16_t>(loops::saturated(b[i]));
  }
  return v;
}
inline std::uint32_t bits_of(i16x8 a, i16x8 b) {
  std::uint32_t bits = 0;
  for (int i = 0; i < 8; ++i)
    bits |= (a[i] & 1U) << i | (b[i] & 1U) << (i + 8);
  return bits;
}

#endif

/// a · b / 2^15, rounded down: the product of two fractions, but for -1 · -1, which is -1 here.
inline i16x8 multiply_fractions(i16x8 a, i16x8 b) {
  const auto high = reinterpret_cast<u16x8>(multiply_high(a, b));
  const u16x8 low = reinterpret_cast<u16x8>(a) * reinterpret_cast<u16x8>(b);
  return reinterpret_cast<i16x8>(high + high + (low >> 15));
}

/// The sums of four vectors.
inline i32x4 sums_of(i32x4 a, i32x4 b, i32x4 c, i32x4 d) {
  const i32x4 ab =
      __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const i32x4 cd =
      __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

} // namespace switchroom::dsp
