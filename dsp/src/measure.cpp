// SPDX-License-Identifier: MIT
#include "switchroom/dsp/measure.hpp"

#include "delay_track.hpp"
#include "switchroom/dsp/level.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace switchroom::dsp {
namespace {

constexpr std::size_t least_samples = 1600;
constexpr double least_level_dbm0 = -70;
constexpr double least_coefficient = 0.3;

double sinc(double x) {
  const double p = std::numbers::pi * x;
  return std::abs(x) < 1e-9 ? 1 : std::sin(p) / p;
}

/// How far the best delay of a stretch lies from its whole number of samples: the top of the
/// correlation, interpolated as the band-limited function that it is.
double fraction(samples reference, samples recording, const stretch& s) {
  constexpr std::ptrdiff_t taps = 24;
  std::array<double, 2 * taps + 1> c{};
  for (std::size_t n = s.begin; n < s.end; ++n)
    for (std::ptrdiff_t k = -taps; k <= taps; ++k)
      c[static_cast<std::size_t>(k + taps)] += reference[n] * sample_at(recording, n, s.delay + k);
  const double sign = c[taps] < 0 ? -1 : 1;
  const auto at = [&](double x) {
    double sum = 0;
    for (std::ptrdiff_t k = -taps; k <= taps; ++k) {
      const double w = 0.5 + 0.5 * std::cos(std::numbers::pi * (double(k) - x) / (taps + 1));
      sum += c[static_cast<std::size_t>(k + taps)] * w * sinc(x - double(k));
    }
    return sign * sum;
  };
  double low = -0.75, high = 0.75;
  for (int i = 0; i < 40; ++i) {
    const double third = (high - low) / 3;
    if (at(low + third) < at(high - third))
      low += third;
    else
      high -= third;
  }
  const double best = (low + high) / 2;
  return std::abs(best) < 0.02 ? 0 : best;
}

/// The reference as it would have been recorded with this delay: element i is recording index
/// n + whole delay of reference index n.
std::vector<double> shifted(samples reference, double by) {
  std::vector<double> out(reference.begin(), reference.end());
  if (by == 0)
    return out;
  constexpr std::ptrdiff_t taps = 32;
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n] = 0;
    for (std::ptrdiff_t k = -taps; k <= taps; ++k) {
      const double w = 0.5 + 0.5 * std::cos(std::numbers::pi * (double(k) + by) / (taps + 1));
      out[n] += sample_at(reference, n, k) * w * sinc(double(k) + by);
    }
  }
  return out;
}

/// Reference and recording side by side, slips followed, cut to what both have.
struct aligned {
  std::vector<double> reference;
  std::vector<std::int16_t> recording;
};

aligned align(samples reference, samples recording, const std::vector<stretch>& stretches,
              double by) {
  const std::vector<double> whole = shifted(reference, by);
  aligned out;
  for (const stretch& s : stretches)
    for (std::size_t n = s.begin; n < s.end; ++n) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(n) + s.delay;
      if (at < 0 || at >= static_cast<std::ptrdiff_t>(recording.size()))
        continue;
      out.reference.push_back(whole[n]);
      out.recording.push_back(recording[static_cast<std::size_t>(at)]);
    }
  return out;
}

double energy(const std::vector<double>& of, double gain, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i)
    sum += gain * gain * of[i] * of[i];
  return sum;
}

double snr_db(const aligned& a, double gain, std::size_t from, std::size_t to) {
  double noise = 0;
  for (std::size_t i = from; i < to; ++i) {
    const double e = a.recording[i] - gain * a.reference[i];
    noise += e * e;
  }
  const double signal = energy(a.reference, gain, from, to);
  return noise <= 0 ? 120 : std::clamp(10 * std::log10(signal / noise), -20.0, 120.0);
}

// Speech, and not a pause; and silence in its place: so much under its active level.
constexpr double speaking_db = 15, silent_db = 40;

/// Of a sample of speech.
double speaking(double active_dbm0) {
  return std::pow(10, (active_dbm0 - speaking_db) / 10) * peak_of_0dbm0 * peak_of_0dbm0 / 2;
}

/// Least squares; < 0: the polarity is another.
double gain_of(const aligned& a, std::size_t from, std::size_t to) {
  double rr = 0, ry = 0;
  for (std::size_t i = from; i < to; ++i) {
    rr += a.reference[i] * a.reference[i];
    ry += a.reference[i] * a.recording[i];
  }
  return rr > 0 ? ry / rr : 0;
}

double decibels(double gain) {
  return 20 * std::log10(std::max(std::abs(gain), 1e-6));
}

void fill_gain_and_noise(const aligned& a, comparison& result) {
  const double rr = energy(a.reference, 1, 0, a.reference.size());
  double yy = 0;
  for (const std::int16_t s : a.recording)
    yy += double(s) * s;
  if (rr <= 0 || yy <= 0)
    return;
  const double gain = gain_of(a, 0, a.reference.size());
  result.inverted = gain < 0;
  result.coefficient = std::abs(gain) * std::sqrt(rr / yy);
  result.gain_db = decibels(gain);
  result.snr_db = snr_db(a, gain, 0, a.reference.size());
}

double median(std::vector<double> of) {
  const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::ranges::nth_element(of, middle);
  return *middle;
}

void fill_medians(const aligned& a, double gain, comparison& result) {
  constexpr std::size_t segment = 160; // 20 ms
  std::vector<std::size_t> spoken;
  for (std::size_t at = 0; at + segment <= a.reference.size(); at += segment)
    if (energy(a.reference, gain, at, at + segment) >
        speaking(result.recording_active_dbm0) * segment)
      spoken.push_back(at);
  if (spoken.empty())
    return;
  std::vector<double> gains, snrs;
  for (const std::size_t at : spoken)
    gains.push_back(gain_of(a, at, at + segment));
  const double middle = median(gains);
  for (const std::size_t at : spoken)
    snrs.push_back(snr_db(a, middle, at, at + segment));
  result.median_gain_db = decibels(middle);
  result.median_snr_db = median(snrs);
  const auto damaged = std::ranges::count_if(
      snrs, [&result](double snr) { return snr < result.median_snr_db - 10; });
  result.damaged = static_cast<double>(damaged) / static_cast<double>(snrs.size());
}

/// Silences of the recording where the reference, with the same gain, is far from silent.
void fill_gaps(const aligned& a, double gain, double active_dbm0, comparison& result) {
  constexpr std::size_t block = 16; // 2 ms
  const double speaks = speaking(active_dbm0) * block;
  const double silent = speaks * std::pow(10, (speaking_db - silent_db) / 10);
  std::size_t run = 0; // blocks from the first to the last one that should have spoken
  std::size_t tail = 0;
  const auto finish = [&] {
    const double ms = static_cast<double>(run) * block * 1000 / samples_per_second;
    result.longest_gap_ms = std::max(result.longest_gap_ms, ms);
    result.gaps += ms >= 4 ? 1 : 0;
    run = tail = 0;
  };
  for (std::size_t at = 0; at + block <= a.recording.size(); at += block) {
    double heard = 0;
    for (std::size_t i = at; i < at + block; ++i)
      heard += double(a.recording[i]) * a.recording[i];
    const double said = energy(a.reference, gain, at, at + block);
    if (heard > silent) {
      finish();
    } else if (said > speaks) {
      run += tail + 1;
      tail = 0;
    } else if (run > 0) {
      ++tail; // counts only if more is missing after it
    }
  }
  finish();
}

/// Silence that was inserted while the reference speaks lies between two stretches.
void fill_inserted_gaps(samples reference, samples recording, const std::vector<stretch>& stretches,
                        comparison& result) {
  constexpr std::ptrdiff_t around = 80; // 10 ms to either side
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(stretches[i].begin);
    const std::ptrdiff_t begin = at + stretches[i - 1].delay, end = at + stretches[i].delay;
    const double ms = static_cast<double>(end - begin) * 1000 / samples_per_second;
    if (ms < 4 ||
        level_dbm0(part(reference, at - around, 2 * around)) <
            result.reference_active_dbm0 - speaking_db ||
        level_dbm0(part(recording, begin, static_cast<std::size_t>(end - begin))) >
            result.recording_active_dbm0 - silent_db)
      continue;
    ++result.gaps;
    result.longest_gap_ms = std::max(result.longest_gap_ms, ms);
  }
}

} // namespace

double comparison::slipped_ms() const {
  double sum = 0;
  for (const slip& s : slips)
    sum += std::abs(static_cast<double>(s.samples));
  return sum * 1000 / samples_per_second;
}

std::string_view to_string(outcome o) {
  switch (o) {
  case outcome::measured:
    return "measured";
  case outcome::too_short:
    return "too short: reference and recording must last 0.2 s";
  case outcome::silent:
    return "silent: nothing above -70 dBm0 in the reference or the recording";
  case outcome::unlike:
    break;
  }
  return "unlike: the reference was not found in the recording";
}

comparison compare(samples reference, samples recording) {
  comparison result;
  if (std::min(reference.size(), recording.size()) < least_samples)
    return result;
  result.result = outcome::silent;
  result.reference_active_dbm0 = active_level_dbm0(reference);
  if (std::min(result.reference_active_dbm0, active_level_dbm0(recording)) < least_level_dbm0)
    return result;

  const auto stretches = track_delay(reference, recording, overall_delay(reference, recording));
  const stretch& longest =
      *std::ranges::max_element(stretches, {}, [](const stretch& s) { return s.end - s.begin; });
  const double by = fraction(reference, recording, longest);
  const aligned both = align(reference, recording, stretches, by);
  fill_gain_and_noise(both, result);
  result.covered =
      static_cast<double>(both.reference.size()) / static_cast<double>(reference.size());
  result.delay_samples = static_cast<double>(stretches.front().delay) + by;
  result.result = result.coefficient < least_coefficient ? outcome::unlike : outcome::measured;
  if (result.result == outcome::unlike)
    return result;

  result.recording_active_dbm0 = active_level_dbm0(both.recording);
  result.recording_dbm0 = level_dbm0(both.recording);
  const double gain = std::pow(10, result.gain_db / 20);
  fill_medians(both, gain, result);
  fill_gaps(both, gain, result.recording_active_dbm0, result);
  fill_inserted_gaps(reference, recording, stretches, result);
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const double at = static_cast<double>(stretches[i].begin) + double(stretches[i].delay);
    result.slips.push_back(
        {at * 1000 / samples_per_second, stretches[i].delay - stretches[i - 1].delay});
  }
  return result;
}

} // namespace switchroom::dsp
