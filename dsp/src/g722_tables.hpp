// SPDX-License-Identifier: MIT
/// The numbers of ITU-T G.722, clause 6, and the tables that follow from them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace switchroom::dsp::g722 {

/// The filter bank's impulse response, table 11: 24 coefficients, 1/8192; the other half mirrors.
constexpr std::array<std::int16_t, 24> filter_bank = {
    3,    -11, -11,  53,   12,  -156, 32,   362, -210, -805, 951, 3876,
    3876, 951, -805, -210, 362, 32,   -156, 12,  53,   -11,  -11, 3};

/// The lower band's decision levels Q6, table 14: an eighth of the scale factor's 1/4096.
constexpr std::array<std::uint16_t, 29> decision_levels = {
    35,  72,  110, 150,  190,  233,  276,  323,  370,  422,  473,  530,  587,  650, 714,
    786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919};
/// The higher band's only one, Q2.
constexpr int decision_level_higher = 564;

/// Output levels of the lower band's magnitudes with six, five and four bits (QQ6, QQ5, QQ4), from
/// zero on; what is coded is in 1/32768 of the scale factor, eight times these.
constexpr std::array<int, 30> levels_6 = {
    17,  54,  91,  130, 170,  211,  254,  300,  347,  396,  447,  501,  558,  618,  682,
    750, 822, 899, 982, 1072, 1170, 1279, 1399, 1535, 1689, 1873, 2088, 2376, 2738, 3101};
constexpr std::array<int, 15> levels_5 = {35,  110,  190,  276,  370,  473,  587, 714,
                                          858, 1023, 1219, 1458, 1765, 2195, 2919};
constexpr std::array<int, 8> levels_4 = {0, 150, 323, 530, 786, 1121, 1612, 2557};
constexpr std::array<int, 2> levels_2 = {202, 926};

/// What a magnitude adds to the logarithm of the scale factor: WL, WH.
constexpr std::array<int, 8> log_steps_lower = {-60, -30, 58, 172, 334, 538, 1198, 3042};
constexpr std::array<int, 2> log_steps_higher = {-214, 798};
constexpr int most_log_lower = 18432, most_log_higher = 22528;

/// ILB: 2048 · 2^(i/32).
constexpr std::array<int, 32> powers = {
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008};

template <typename Value, std::size_t Size, typename Entry>
constexpr std::array<Value, Size> table(Entry entry) {
  std::array<Value, Size> entries{};
  for (std::size_t i = 0; i < Size; ++i)
    entries[i] = static_cast<Value>(entry(i));
  return entries;
}

/// Twice the scale factor (SCALEL, SCALEH) by the upper bits of its logarithm; `Top` is where 2^0
/// lies.
template <int Most, int Top>
constexpr auto doubled_scales = table<std::uint16_t, (Most >> 6) + 1>([](std::size_t i) {
  const int octave = Top - static_cast<int>(i >> 5), power = powers[i & 31];
  return (octave < 0 ? power << -octave : power >> octave) << 3;
});
constexpr auto& doubled_scales_lower = doubled_scales<most_log_lower, 8>;
constexpr auto& doubled_scales_higher = doubled_scales<most_log_higher, 10>;

/// Codes of a sign count down from its largest magnitude, the negative ones first. So that no code
/// has zeros alone in its upper four bits (clause 3.3), the negative ones begin late and their last
/// are at the very end, `Late` = 1 of 32 and 2 of 64; what never is sent means the smallest.
template <std::size_t Codes, std::size_t Late>
constexpr int level_by_code(const auto& levels, std::size_t code) {
  if (code < 2 * Late)
    return -8 * levels[0];
  if (code < Codes / 2)
    return -8 * levels[Codes / 2 - 1 + Late - code];
  return code < Codes - Late ? 8 * levels[Codes - 1 - Late - code] : -8 * levels[Codes - 1 - code];
}

/// The magnitude that a code of four bits stands for, 0 … 7 (RL42).
constexpr std::size_t magnitude_4(std::size_t code) {
  if (code >= 8)
    return 15 - code;
  return code == 0 ? 0 : 8 - code;
}
constexpr int level_by_code_4(std::size_t code) {
  return (code < 8 ? -8 : 8) * levels_4[magnitude_4(code)];
}
/// Two bits: 0 and 1 are negative, odd ones small.
constexpr int level_by_code_2(std::size_t code) {
  return (code < 2 ? -8 : 8) * levels_2[code & 1 ? 0 : 1];
}

/// The lower band's code of a difference that `passed` so many decision levels (ILN, ILP).
constexpr unsigned code_6(unsigned passed, bool negative) {
  if (!negative)
    return 61 - passed;
  return passed < 2 ? 63 - passed : 33 - passed;
}
/// The higher band's (IHN, IHP).
constexpr unsigned code_2(bool passed, bool negative) {
  return (negative ? 1U : 3U) - (passed ? 1 : 0);
}

/// Both bands' levels as a pair of words, the lower band's below.
constexpr std::uint32_t pair(int lower, int higher) {
  return static_cast<std::uint16_t>(lower) | std::uint32_t{static_cast<std::uint16_t>(higher)}
                                                 << 16;
}

} // namespace switchroom::dsp::g722
