// SPDX-License-Identifier: MIT
// Tone generator: every tone of every national plan is loaded into it, played, and measured back;
// on the golden model, which the RTL equals sample by sample (tone_generator_test.cpp).
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdio>
#include <map>
#include <numbers>
#include <set>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "golden/tone_generator.hpp"
#include "itu_vectors.hpp"
#include "tone_plans.hpp"

namespace {
namespace regs = switchroom::regs;
using block = regs::tone_block;
using switchroom::test::plan_beat;
using switchroom::test::plan_tone;
constexpr double milliwatt_peak = 22827; // regs/tone.toml

/// Why the generator cannot play the tone; empty: it can.
std::string lacking(const plan_tone& tone) {
  if (tone.beats.empty())
    return "nothing but an announcement";
  for (const auto& beat : tone.beats)
    for (const double hertz : beat.hertz)
      if (hertz > 3900)
        return "not of the voice band";
  if (tone.beats.size() > block::segment_timing::count)
    return "more segments than the table has";
  return {};
}

std::uint32_t peak_of(const plan_beat& beat) {
  if (beat.hertz.empty())
    return 0;
  const double one = beat.dbm0 - 10 * std::log10(static_cast<double>(beat.hertz.size()));
  return static_cast<std::uint32_t>(std::lround(milliwatt_peak * std::pow(10, one / 20)));
}

void load(switchroom::golden::tone_generator& to, const plan_tone& tone) {
  for (std::size_t n = 0; n < tone.beats.size(); ++n) {
    const auto& beat = tone.beats[n];
    const auto at = [&](std::size_t offset) { return static_cast<std::uint16_t>(offset + n); };
    const auto increment = [&](std::size_t which) {
      return which < beat.hertz.size()
                 ? static_cast<std::uint32_t>(std::lround(beat.hertz[which] * 65536 / 8000))
                 : 0U;
    };
    const auto peak = [&](std::size_t which) {
      return which < beat.hertz.size() ? peak_of(beat) : 0U;
    };
    to.write(at(block::segment_frequency::offset),
             block::segment_frequency::a::of(increment(0)) |
                 block::segment_frequency::b::of(increment(1)));
    to.write(at(block::segment_amplitude::offset),
             block::segment_amplitude::a::of(peak(0)) | block::segment_amplitude::b::of(peak(1)));
    to.write(at(block::segment_third::offset), block::segment_third::frequency::of(increment(2)) |
                                                   block::segment_third::amplitude::of(peak(2)));
    const bool last = n + 1 == tone.beats.size();
    to.write(
        at(block::segment_timing::offset),
        block::segment_timing::duration_ms::of(static_cast<std::uint32_t>(std::lround(beat.ms))) |
            block::segment_timing::next::of(
                static_cast<std::uint32_t>(last ? tone.again.value_or(0) : n + 1)) |
            block::segment_timing::last::of(last && !tone.again));
  }
  to.write(block::channel_control::offset, block::channel_control::run::of(1));
}

/// Complex amplitudes of sines of `hertz` that fit `heard` best, and what is left of the power.
struct fit {
  std::vector<std::complex<double>> amplitude;
  double left = 0; ///< of the power
};
fit fit_sines(std::span<const std::int16_t> heard, const std::vector<double>& hertz) {
  const std::size_t size = 2 * hertz.size();
  std::vector<std::vector<double>> m(size, std::vector<double>(size + 1)); // normal equations
  const auto basis = [&](std::size_t k, std::size_t n) {
    const double angle = 2 * std::numbers::pi * hertz[k / 2] * static_cast<double>(n) / 8000;
    return k % 2 == 0 ? std::cos(angle) : std::sin(angle);
  };
  double power = 0;
  std::vector<double> row(size);
  for (std::size_t n = 0; n < heard.size(); ++n) {
    for (std::size_t k = 0; k < size; ++k)
      row[k] = basis(k, n);
    for (std::size_t k = 0; k < size; ++k) {
      for (std::size_t l = 0; l < size; ++l)
        m[k][l] += row[k] * row[l];
      m[k][size] += row[k] * heard[n];
    }
    power += static_cast<double>(heard[n]) * heard[n];
  }
  for (std::size_t k = 0; k < size; ++k) { // Gauss and Jordan
    std::size_t best = k;
    for (std::size_t l = k; l < size; ++l)
      if (std::abs(m[l][k]) > std::abs(m[best][k]))
        best = l;
    std::swap(m[k], m[best]);
    for (std::size_t l = 0; l < size; ++l) {
      const double factor = l == k ? 0 : m[l][k] / m[k][k];
      for (std::size_t c = k; factor != 0 && c <= size; ++c)
        m[l][c] -= factor * m[k][c];
    }
  }
  fit found;
  for (std::size_t k = 0; k < size; k += 2)
    found.amplitude.emplace_back(m[k][size] / m[k][k], -m[k + 1][size] / m[k + 1][k + 1]);
  for (std::size_t n = 0; n < heard.size(); ++n) {
    double left = heard[n];
    for (std::size_t k = 0; k < size; ++k)
      left -= basis(k, n) * m[k][size] / m[k][k];
    found.left += left * left;
  }
  found.left /= power;
  return found;
}

struct worst {
  double hertz = 0, db = 0, left = 0;
};

/// A beat of sound: level of each frequency, and how far each is off.
void measure(std::span<const std::int16_t> heard, const plan_beat& beat, worst& most) {
  const std::size_t piece = std::min<std::size_t>(heard.size(), 2000);
  const auto first = fit_sines(heard.first(piece), beat.hertz);
  most.left = std::max(most.left, first.left);
  for (std::size_t k = 0; k < beat.hertz.size(); ++k)
    most.db =
        std::max(most.db, std::abs(20 * std::log10(std::abs(first.amplitude[k]) / peak_of(beat))));
  if (heard.size() < 4000)
    return; // what is left of the power tells
  const std::size_t later = 2000;
  const auto second = fit_sines(heard.subspan(later, piece), beat.hertz);
  for (std::size_t k = 0; k < beat.hertz.size(); ++k) {
    const double turn = std::arg(
        second.amplitude[k] / first.amplitude[k] *
        std::polar(1.0, -2 * std::numbers::pi * beat.hertz[k] * static_cast<double>(later) / 8000));
    most.hertz = std::max(most.hertz, std::abs(turn) / (2 * std::numbers::pi) * 8000 / later);
  }
}

/// Sound and silence in turn as they are to come, and as they came, in samples.
std::vector<std::size_t> stretches(const plan_tone& tone) {
  std::vector<std::size_t> all;
  bool sounds = false;
  for (const auto& beat : tone.beats) {
    if (beat.hertz.empty() == sounds || all.empty())
      all.push_back(0);
    sounds = !beat.hertz.empty();
    all.back() += static_cast<std::size_t>(8 * std::lround(beat.ms == 0 ? 1000 : beat.ms));
  }
  return all;
}
std::vector<std::size_t> stretches(const std::vector<std::int16_t>& heard) {
  std::vector<std::size_t> all{0};
  bool sounds = heard[0] != 0;
  for (std::size_t n = 0; n < heard.size(); ++n) {
    // A tone begins next to 0, not at 0; then it may go through 0, not stay there.
    const auto ahead =
        std::span(heard).subspan(n).first(std::min<std::size_t>(4, heard.size() - n));
    const bool ends = std::ranges::all_of(ahead, [](auto one) { return one == 0; });
    if (sounds ? ends && ahead.size() == 4 : heard[n] != 0) {
      all.push_back(0);
      sounds = !sounds;
    }
    ++all.back();
  }
  return all;
}

TEST(TonePlans, EveryToneOfEveryCountryIsPlayedAsWritten) {
  const auto file = switchroom::test::itu_folder() / "tones/global-tones.xml";
  if (!std::filesystem::exists(file)) {
    ASSERT_FALSE(switchroom::test::itu_required()) << file;
    GTEST_SKIP() << "skipped: tone plans not present: " << file;
  }
  const auto plans = switchroom::test::tone_plans(file);
  std::set<std::string> countries;
  std::map<std::string, unsigned> refused;
  std::size_t played = 0;
  worst most;
  for (const auto& tone : plans) {
    countries.insert(tone.country);
    const std::string what = tone.country + ", " + tone.name;
    if (const auto why = lacking(tone); !why.empty()) {
      ++refused[why];
      EXPECT_TRUE(why == "nothing but an announcement" ||
                  (why == "not of the voice band" && tone.name == "pay-tone"))
          << what << ": " << why;
      continue;
    }
    switchroom::golden::tone_generator generator(1);
    load(generator, tone);
    std::vector<std::int16_t> heard;
    std::size_t ends = 0;
    for (const auto& beat : tone.beats) {
      const auto from = heard.size();
      for (long n = 8 * std::lround(beat.ms == 0 ? 1000 : beat.ms); n > 0; --n) {
        ends += generator.frame().size();
        heard.push_back(generator.sample(0));
      }
      if (!beat.hertz.empty())
        measure(std::span(heard).subspan(from), beat, most);
    }
    EXPECT_EQ(stretches(heard), stretches(tone)) << what;
    // And then: again, or once and for all over, or on for ever.
    const bool endless = tone.beats.back().ms == 0;
    EXPECT_EQ(ends, tone.again || endless ? 0U : 1U) << what;
    if (tone.again) {
      const auto& beat = tone.beats[*tone.again];
      std::vector<std::int16_t> more;
      for (long n = 8 * std::lround(beat.ms == 0 ? 1000 : beat.ms); n > 0; --n) {
        generator.frame();
        more.push_back(generator.sample(0));
      }
      if (!beat.hertz.empty())
        measure(more, beat, most);
      else
        EXPECT_TRUE(std::ranges::all_of(more, [](auto one) { return one == 0; })) << what;
    } else if (!endless) {
      generator.frame();
      EXPECT_EQ(generator.sample(0), 0) << what;
    }
    ++played;
  }
  std::printf("%zu countries, %zu tones: %zu played; at most %.2f Hz and %.2f dB off, all else "
              "%.0f dB down\n",
              countries.size(), plans.size(), played, most.hertz, most.db,
              -10 * std::log10(most.left));
  for (const auto& [why, count] : refused)
    std::printf("not played, %s: %u\n", why.c_str(), count);
  EXPECT_EQ(countries.size(), 172U);
  EXPECT_LT(most.hertz, .07); // half of an increment: 0.061 Hz
  EXPECT_LT(most.db, .2);
  EXPECT_LT(most.left, 1e-3);
}
} // namespace
