// SPDX-License-Identifier: MIT
// Both sub-bands go through the same steps, so they are taken together: a pair of words {lower,
// higher} is what everything below works on, and up to four pairs, one for each tap, share a
// vector. Names in capitals are the Recommendation's, clause 6.2.
#include "switchroom/dsp/g722.hpp"

#include "g722_tables.hpp"
#include "i16x8.hpp"

#include <algorithm>

namespace switchroom::dsp::g722 {
namespace {

constexpr std::size_t block = 64;   // octets: what is between filter bank and coder stays in cache
constexpr std::size_t history = 22; // words
// What the receive filter bank looks at, 11 pairs and a block, and its vectors beyond it.
constexpr std::size_t padded = 96;

/// BLOCK4L and BLOCK4H, the two adaptive predictors, while a block is worked on.
class predictors {
public:
  explicit predictors(const bands& b)
      : b1_(load<i16x8>(&b.zeros[0])), b5_(load<i16x8>(&b.zeros[8])),
        d1_(load<i16x8>(&b.differences[0])), d5_(load<i16x8>(&b.differences[8])) {
    const auto low = load<i16x8>(&b.others[0]), high = load<i16x8>(&b.others[8]);
    a1_ = repeat_pair<0>(low);
    a2_ = repeat_pair<1>(low);
    r1_ = repeat_pair<2>(low);
    p1_ = repeat_pair<3>(low);
    p2_ = repeat_pair<0>(high);
    s_ = repeat_pair<1>(high);
    sz_ = repeat_pair<2>(high);
  }

  void keep_in(bands& b) const {
    store(&b.zeros[0], b1_);
    store(&b.zeros[8], b5_);
    store(&b.differences[0], d1_);
    store(&b.differences[8], d5_);
    store(&b.others[0],
          pairs_of<0, 1, 4, 5>(pairs_of<0, 4, 0, 4>(a1_, a2_), pairs_of<0, 4, 0, 4>(r1_, p1_)));
    store(&b.others[8], pairs_of<0, 1, 4, 5>(pairs_of<0, 4, 0, 4>(p2_, s_), sz_));
  }

  /// SL and SH, in every pair.
  i16x8 estimate() const { return s_; }

  /// What is to be known of the next sample from the quantised difference of this one, DLT and
  /// DH: the first pair of `difference`.
  void adapt(i16x8 difference) {
    const i16x8 d = repeat_pair<0>(difference);
    adapt_zeros(d);
    adapt_poles(d);
    // RECONS and DELAYA.
    const i16x8 r = add_saturated(s_, d);
    d5_ = pairs_of<3, 4, 5, 6>(d1_, d5_);
    d1_ = pairs_of<4, 0, 1, 2>(d1_, d);
    // FILTEZ, FILTEP and PREDIC; every sum saturates, the oldest terms' first.
    const i16x8 c = pairs_of<0, 1, 4, 5>(b5_, pairs_of<0, 4, 0, 4>(a1_, a2_));
    const i16x8 x = pairs_of<0, 1, 4, 5>(d5_, pairs_of<0, 4, 0, 4>(r, r1_));
    const i16x8 near = multiply_fractions(b1_, add_saturated(d1_, d1_));
    const i16x8 far = multiply_fractions(c, add_saturated(x, x));
    i16x8 sz = add_saturated(repeat_pair<1>(far), repeat_pair<0>(far));
    sz = add_saturated(sz, repeat_pair<3>(near));
    sz = add_saturated(sz, repeat_pair<2>(near));
    sz = add_saturated(sz, repeat_pair<1>(near));
    sz_ = add_saturated(sz, repeat_pair<0>(near));
    s_ = add_saturated(add_saturated(repeat_pair<2>(far), repeat_pair<3>(far)), sz_);
    r1_ = r;
  }

private:
  /// 255/256 · x, rounded down.
  static i16x8 leak_255(i16x8 x) { return x + multiply_high(x, all(-256)); }
  /// 127/128 · x, rounded down.
  static i16x8 leak_127(i16x8 x) { return x + multiply_high(x, all(-512)); }
  /// x where `minus` is zero, -x where it is all ones.
  static i16x8 negated_if(i16x8 minus, i16x8 x) { return (x ^ minus) - minus; }

  /// UPZERO. These sums never saturate: a coefficient is driven by ±128 a sample and loses 1/256
  /// of itself, which holds it in -32768 … 32513.
  void adapt_zeros(i16x8 d) {
    const i16x8 step = all(128) & ~(d == all(0));
    b1_ = leak_255(b1_) + negated_if((d ^ d1_) >> 15, step);
    b5_ = leak_255(b5_) + negated_if((d ^ d5_) >> 15, step);
  }

  /// PARREC, UPPOL2 and UPPOL1. Only the fourfold a1 and its negative can saturate.
  void adapt_poles(i16x8 d) {
    const i16x8 p = add_saturated(d, sz_);
    const i16x8 differs_1 = (p ^ p1_) >> 15, differs_2 = (p ^ p2_) >> 15, same_1 = ~differs_1;
    const i16x8 twice = add_saturated(a1_, a1_), fourfold = add_saturated(twice, twice);
    const i16x8 drive = subtract_saturated(fourfold ^ same_1, same_1) >> 7;
    a2_ = limit(drive + (leak_127(a2_) + negated_if(differs_2, all(128))), all(-12288), all(12288));
    const i16x8 bound = all(15360) - a2_;
    a1_ = limit(leak_255(a1_) + negated_if(differs_1, all(192)), -bound, bound);
    p2_ = p1_;
    p1_ = p;
  }

  i16x8 b1_, b5_, d1_, d5_;
  i16x8 a1_, a2_, r1_, p1_, p2_, s_, sz_; // in every pair
};

/// INVQAL, INVQAH and their like: levels in 1/32768 of the scale factor.
i16x8 scaled(i16x8 levels, i16x8 doubled_scales_of_both) {
  // Twice a scale factor may be 32768, so both are taken as unsigned, and the sign put right.
  const auto product =
      reinterpret_cast<u16x8>(multiply_high_unsigned(levels, doubled_scales_of_both));
  const auto too_much = reinterpret_cast<u16x8>(doubled_scales_of_both & (levels >> 15));
  return reinterpret_cast<i16x8>(product - too_much);
}

/// LOGSCL and SCALEL, LOGSCH and SCALEH.
struct scales {
  int lower, higher;
  explicit scales(const bands& b) : lower(b.log_lower), higher(b.log_higher) {}
  void keep_in(bands& b) const {
    b.log_lower = lower;
    b.log_higher = higher;
  }
  void adapt(int step_lower, int step_higher) {
    lower = std::clamp(((lower * 127) >> 7) + step_lower, 0, most_log_lower);
    higher = std::clamp(((higher * 127) >> 7) + step_higher, 0, most_log_higher);
  }
  std::uint32_t doubled_lower() const {
    return doubled_scales_lower[static_cast<unsigned>(lower) >> 6];
  }
  std::uint32_t doubled_higher() const {
    return doubled_scales_higher[static_cast<unsigned>(higher) >> 6];
  }
};

// --- encoder ---

constexpr auto direct = filter_bank;
/// For the higher band: what is older by an odd number of samples counts negative.
constexpr auto alternating = table<std::int16_t, 24>(
    [](std::size_t i) { return i % 2 == 1 ? filter_bank[i] : -filter_bank[i]; });

i32x4 convolve(const std::array<std::int16_t, 24>& taps, const std::int16_t* with) {
  i32x4 sum{};
  for (std::size_t i = 0; i < 24; i += 8)
    sum += multiply_add(load<i16x8>(&taps[i]), load<i16x8>(with + i));
  return sum;
}

/// The transmit filter bank, clause 5.2.1: pairs {XL, XH} from samples, of which 22 lie before
/// those of the first pair. Works in twos; room for one too many is at both ends.
void analyse(const std::int16_t* samples, std::size_t pairs, std::int16_t* into) {
  for (std::size_t i = 0; i < pairs; i += 2) {
    const std::int16_t* const x = samples + 2 * i;
    const i32x4 both = sums_of(convolve(direct, x), convolve(alternating, x),
                               convolve(direct, x + 2), convolve(alternating, x + 2)) >>
                       14;
    const i16x8 words = narrow_saturated(both, both);
    store_half(into + 2 * i, limit(words, all(-16384), all(16383)));
  }
}

/// Decision levels, so that the upper half of the product with twice the scale factor is what the
/// difference is compared with; the last three are never passed over.
constexpr auto thresholds = table<std::uint16_t, 32>(
    [](std::size_t i) { return i < decision_levels.size() ? decision_levels[i] * 8 : 0xffff; });

// What follows from the quantiser's findings: decision levels of the lower band passed (5 bits),
// its sign, that of the higher band passed, its sign.
constexpr auto octet_of = table<std::uint8_t, 256>([](std::size_t i) {
  return code_6(std::min<unsigned>(i & 31, 29), (i & 32) != 0) |
         code_2((i & 64) != 0, (i & 128) != 0) << 6;
});
constexpr auto levels_of_octet = table<std::uint32_t, 256>([](std::size_t octet) {
  return pair(level_by_code_4(octet >> 2 & 15), level_by_code_2(octet >> 6));
});
constexpr auto levels_of =
    table<std::uint32_t, 256>([](std::size_t i) { return levels_of_octet[octet_of[i]]; });
constexpr auto step_lower =
    table<std::int16_t, 16>([](std::size_t code) { return log_steps_lower[magnitude_4(code)]; });

void code(bands& state, const std::int16_t* input, std::size_t count, std::uint8_t* octets) {
  predictors predicted(state);
  scales scale(state);
  const auto t0 = load<i16x8>(&thresholds[0]), t1 = load<i16x8>(&thresholds[8]),
             t2 = load<i16x8>(&thresholds[16]), t3 = load<i16x8>(&thresholds[24]);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t lower = scale.doubled_lower(), higher = scale.doubled_higher();
    // SUBTRA
    const i16x8 difference =
        subtract_saturated(low_pair(load<std::uint32_t>(input + 2 * i)), predicted.estimate());
    // QUANTL: the magnitudes are one's complements; the first level above is looked for.
    const i16x8 magnitude = difference ^ (difference >> 15);
    const i16x8 m = __builtin_shufflevector(magnitude, magnitude, 0, 0, 0, 0, 0, 0, 0, 0);
    const i16x8 by = all(static_cast<int>(lower));
    const std::uint32_t above =
        bits_of(multiply_high_unsigned(t0, by) > m, multiply_high_unsigned(t1, by) > m) |
        bits_of(multiply_high_unsigned(t2, by) > m, multiply_high_unsigned(t3, by) > m) << 16;
    const auto passed = static_cast<unsigned>(std::countr_zero(above | 1U << 29));
    // QUANTH
    const std::uint32_t both = low_pair_of(difference);
    const auto dh = static_cast<std::int32_t>(both) >> 16;
    const auto passed_higher = static_cast<unsigned>(
        (dh ^ (dh >> 31)) >= static_cast<int>(higher * (decision_level_higher * 8) >> 16));
    const unsigned found = passed | (both >> 10 & 32) | passed_higher << 6 | (both >> 24 & 128);
    const std::uint8_t octet = octet_of[found];
    octets[i] = octet;
    predicted.adapt(scaled(low_pair(levels_of[found]), low_pair(lower | higher << 16)));
    scale.adapt(step_lower[octet >> 2 & 15], log_steps_higher[passed_higher]);
  }
  predicted.keep_in(state);
  scale.keep_in(state);
}

// --- decoder ---

/// Levels of an octet as words: {lower, higher} for the predictors, then for the ear.
using decoded_levels = std::array<std::uint32_t, 2>;
template <typename HeardLower>
constexpr auto levels_with(HeardLower heard_lower) {
  return table<decoded_levels, 256>([=](std::size_t octet) {
    return decoded_levels{levels_of_octet[octet],
                          pair(heard_lower(octet & 63), level_by_code_2(octet >> 6))};
  });
}
constexpr std::array<std::array<decoded_levels, 256>, 3> decoded = {
    levels_with([](std::size_t c) { return level_by_code<64, 2>(levels_6, c); }),
    levels_with([](std::size_t c) { return level_by_code<32, 1>(levels_5, c >> 1); }),
    levels_with([](std::size_t c) { return level_by_code_4(c >> 2); })};

/// Pairs {RL, RH}.
void reconstruct(bands& state, const std::array<decoded_levels, 256>& levels,
                 std::span<const std::uint8_t> octets, std::int16_t* into) {
  predictors predicted(state);
  scales scale(state);
  for (const std::uint8_t octet : octets) {
    const i16x8 by = repeat_pair<0>(low_pair(scale.doubled_lower() | scale.doubled_higher() << 16));
    const i16x8 d = scaled(load_half(levels[octet].data()), by);
    const i16x8 heard = limit(add_saturated(predicted.estimate(), d), all(-16384), all(16383));
    store(into, low_pair_of(repeat_pair<1>(heard)));
    into += 2;
    predicted.adapt(d);
    scale.adapt(step_lower[octet >> 2 & 15], log_steps_higher[octet & 64 ? 0 : 1]);
  }
  predicted.keep_in(state);
  scale.keep_in(state);
}

constexpr auto taps_of_differences =
    table<std::int16_t, 16>([](std::size_t i) { return i < 12 ? filter_bank[2 * i + 1] : 0; });
constexpr auto taps_of_sums =
    table<std::int16_t, 16>([](std::size_t i) { return i < 12 ? filter_bank[2 * i] : 0; });

i32x4 convolve(const std::array<std::int16_t, 16>& taps, const std::int16_t* with) {
  return multiply_add(load<i16x8>(&taps[0]), load<i16x8>(with)) +
         multiply_add(load<i16x8>(&taps[8]), load<i16x8>(with + 8));
}

/// The receive filter bank, clause 5.2.2: two samples from each pair {RL, RH}, of which 11 lie
/// before the first one. Works in eights; room for what is too much is at both ends.
void synthesise(const std::int16_t* bands_words, std::size_t count, std::int16_t* samples) {
  constexpr i16x8 sum = {1, 1, 1, 1, 1, 1, 1, 1}, difference = {1, -1, 1, -1, 1, -1, 1, -1};
  std::array<std::int16_t, padded> sums{}, differences{};
  for (std::size_t i = 0; i < count + 11; i += 8) {
    const auto a = load<i16x8>(bands_words + 2 * i), b = load<i16x8>(bands_words + 2 * i + 8);
    store(&sums[i], narrow_saturated(multiply_add(a, sum), multiply_add(b, sum)));
    store(&differences[i],
          narrow_saturated(multiply_add(a, difference), multiply_add(b, difference)));
  }
  for (std::size_t i = 0; i < count; i += 2) {
    const i32x4 four =
        sums_of(convolve(taps_of_differences, &differences[i]), convolve(taps_of_sums, &sums[i]),
                convolve(taps_of_differences, &differences[i + 1]),
                convolve(taps_of_sums, &sums[i + 1])) >>
        11;
    store_half(samples + 2 * i, narrow_saturated(four, four));
  }
}

} // namespace

std::size_t encoder::encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> octets) {
  const std::size_t count = std::min(samples.size() / 2, octets.size());
  std::array<std::int16_t, history + 2 * block + 2> heard{};
  std::array<std::int16_t, 2 * block> split;
  std::copy(heard_.begin(), heard_.end(), heard.begin());
  for (std::size_t done = 0; done < count; done += block) {
    const std::size_t now = std::min(block, count - done);
    std::copy_n(samples.begin() + 2 * done, 2 * now, heard.begin() + history);
    analyse(heard.data(), now, split.data());
    code(bands_, split.data(), now, &octets[done]);
    std::copy_n(heard.begin() + 2 * now, history, heard.begin());
  }
  std::copy_n(heard.begin(), history, heard_.begin());
  return count;
}

std::size_t decoder::decode(std::span<const std::uint8_t> octets, std::span<std::int16_t> samples) {
  const std::size_t count = std::min(octets.size(), samples.size() / 2);
  std::array<std::int16_t, 2 * padded> heard{};
  std::array<std::int16_t, 2 * block> joined;
  std::copy(heard_.begin(), heard_.end(), heard.begin());
  for (std::size_t done = 0; done < count; done += block) {
    const std::size_t now = std::min(block, count - done);
    reconstruct(bands_, decoded[static_cast<std::size_t>(mode_)], octets.subspan(done, now),
                &heard[history]);
    synthesise(heard.data(), now, joined.data());
    std::copy_n(joined.begin(), 2 * now, samples.begin() + 2 * done);
    std::copy_n(heard.begin() + 2 * now, history, heard.begin());
  }
  std::copy_n(heard.begin(), history, heard_.begin());
  return 2 * count;
}

} // namespace switchroom::dsp::g722
