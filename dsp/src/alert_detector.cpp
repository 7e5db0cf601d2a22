// SPDX-License-Identifier: MIT
#include "switchroom/dsp/alert_detector.hpp"

#include "switchroom/dsp/samples.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include <liquid/liquid.h>

namespace switchroom::dsp {
namespace {

constexpr double alert_low_hz = 2130, alert_high_hz = 2750;
constexpr double narrow_hz = 30; // half width of what is heard of a tone
constexpr unsigned shortest_alert = 50 * 8,
                   longest_alert = 125 * 8;                  // samples for which filters show it
constexpr float faintest_tone_dbm0 = -36, most_twist = 5.0F; // 7 dB
constexpr float least_share = 0.55F;                         // of all that is heard

iirfilt_crcf make_narrow() {
  return iirfilt_crcf_create_lowpass(2, static_cast<float>(narrow_hz / samples_per_second));
}

} // namespace

void alert_detector::destroyer::operator()(nco_crcf_s* it) const {
  nco_crcf_destroy(it);
}
void alert_detector::destroyer::operator()(iirfilt_crcf_s* it) const {
  iirfilt_crcf_destroy(it);
}

alert_detector::alert_detector()
    : low_(make_tone(alert_low_hz)), high_(make_tone(alert_high_hz)), all_(make_narrow()) {}

alert_detector::tone alert_detector::make_tone(double hz) {
  tone made;
  made.oscillator.reset(nco_crcf_create(LIQUID_VCO));
  nco_crcf_set_frequency(made.oscillator.get(),
                         static_cast<float>(2 * std::numbers::pi * hz / samples_per_second));
  made.narrow.reset(make_narrow());
  return made;
}

void alert_detector::reset() {
  for (auto* one : {low_.narrow.get(), high_.narrow.get(), all_.get()})
    iirfilt_crcf_reset(one);
  present_ = 0;
}

/// Mean square of the tone.
float alert_detector::power(tone& one, float sample) {
  std::complex<float> down, passed;
  nco_crcf_mix_down(one.oscillator.get(), {sample, 0}, &down);
  nco_crcf_step(one.oscillator.get());
  iirfilt_crcf_execute(one.narrow.get(), down, &passed);
  return 2 * std::norm(passed);
}

bool alert_detector::step(std::int16_t sample) {
  static const auto faintest =
      static_cast<float>(peak_of_0dbm0 * peak_of_0dbm0 / 2 * std::pow(10, faintest_tone_dbm0 / 10));
  const auto x = static_cast<float>(sample);
  const float low = power(low_, x), high = power(high_, x);
  std::complex<float> all;
  iirfilt_crcf_execute(all_.get(), {x * x, 0}, &all);
  const bool there = low > faintest && high > faintest && low < most_twist * high &&
                     high < most_twist * low && low + high > least_share * all.real();
  if (there) {
    ++present_;
    return false;
  }
  const auto lasted = std::exchange(present_, 0U);
  return lasted >= shortest_alert && lasted <= longest_alert;
}

} // namespace switchroom::dsp
