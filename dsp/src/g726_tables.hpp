// SPDX-License-Identifier: MIT
/// The numbers of ITU-T G.726, clause 4.2: QUAN, RECONST, FUNCTW and FUNCTF at each rate.
#pragma once
#include "switchroom/dsp/g726.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace switchroom::dsp::g726 {

/// Magnitudes are those of the codes of positive differences, 0 … half the number of codes - 1.
/// `decisions` are where the next magnitude begins, 1/128 of log 2 of the normalised difference.
/// With an odd number of levels the smallest magnitude has one code, all ones, and that of all
/// zeros is never sent.
template <rate R>
struct numbers;

/// A level that is never heard: the code of magnitude zero of the odd quantisers.
constexpr int no_level = -2048;

template <>
struct numbers<rate::kbit_16> {
  static constexpr std::array<int, 1> decisions = {261};
  static constexpr std::array<int, 2> levels = {116, 365}; ///< DQLN, as above
  static constexpr std::array<int, 2> w = {-22, 439};      ///< WI, 1/16
  static constexpr std::array<int, 2> f = {0, 7};          ///< FI
};
template <>
struct numbers<rate::kbit_24> {
  static constexpr std::array<int, 3> decisions = {8, 218, 331};
  static constexpr std::array<int, 4> levels = {no_level, 135, 273, 373};
  static constexpr std::array<int, 4> w = {-4, 30, 137, 582};
  static constexpr std::array<int, 4> f = {0, 1, 2, 7};
};
template <>
struct numbers<rate::kbit_32> {
  static constexpr std::array<int, 7> decisions = {-124, 80, 178, 246, 300, 349, 400};
  static constexpr std::array<int, 8> levels = {no_level, 4, 135, 213, 273, 323, 373, 425};
  static constexpr std::array<int, 8> w = {-12, 18, 41, 64, 112, 198, 355, 1122};
  static constexpr std::array<int, 8> f = {0, 0, 0, 1, 1, 1, 3, 7};
};
template <>
struct numbers<rate::kbit_40> {
  static constexpr std::array<int, 15> decisions = {-122, -16, 68,  139, 198, 250, 298, 339,
                                                    378,  413, 445, 475, 502, 528, 553};
  static constexpr std::array<int, 16> levels = {no_level, -66, 28,  104, 169, 224, 274, 318,
                                                 358,      395, 429, 459, 488, 514, 539, 566};
  static constexpr std::array<int, 16> w = {14,  14,  24,  39,  40,  41,  58,  100,
                                            141, 179, 219, 280, 358, 440, 529, 696};
  static constexpr std::array<int, 16> f = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6};
};

/// Of a code: all ones.
template <rate R>
constexpr unsigned ones = (1U << static_cast<unsigned>(R)) - 1;
/// The number of magnitudes.
template <rate R>
constexpr std::size_t magnitudes = numbers<R>::levels.size();
/// Sign bit of a code; codes of negative differences count down from all ones.
template <rate R>
constexpr unsigned sign_of_code(unsigned code) {
  return code >> (static_cast<unsigned>(R) - 1) & 1;
}
template <rate R>
constexpr unsigned magnitude_of_code(unsigned code) {
  return sign_of_code<R>(code) != 0 ? ones<R> - code : code;
}

/// Does the work for a rate that is known only now with code of which the rate is a part.
template <typename Work>
auto with_rate(rate r, Work work) {
  switch (r) {
  case rate::kbit_16:
    return work.template operator()<rate::kbit_16>();
  case rate::kbit_24:
    return work.template operator()<rate::kbit_24>();
  case rate::kbit_32:
    return work.template operator()<rate::kbit_32>();
  default:
    return work.template operator()<rate::kbit_40>();
  }
}

} // namespace switchroom::dsp::g726
