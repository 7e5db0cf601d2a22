// SPDX-License-Identifier: MIT
#include "switchroom/dsp/fsk.hpp"

#include <cmath>
#include <complex> // before liquid.h, which then takes its complex type from here
#include <numbers>

#include <liquid/liquid.h>

namespace switchroom::dsp {
namespace {

using signal = std::vector<std::int16_t>;

constexpr std::size_t a_ms = 8; // samples
// SIN 227, ETS 300 659-1: 100 ms and more from the reversal on; 100 ± 10 ms of alert; then 45 ms
// and more of peace, in which the phone draws current for a moment; 200 ms and more before ringing.
constexpr std::size_t after_reversal_ms = 150, long_alert_ms = 100, after_alert_ms = 100,
                      before_ringing_ms = 250;
constexpr std::size_t alert_ms = 80;             // GR-30: 75 … 85
constexpr std::size_t after_acknowledge_ms = 80; // the key may still be held; data within 500 ms

void silence(signal& to, std::size_t ms) {
  to.insert(to.end(), ms * a_ms, 0);
}

void message(signal& to, fsk_standard standard, std::vector<std::uint8_t> octets, unsigned seizure,
             unsigned marks) {
  fsk_sender sender(standard, std::move(octets), {.seizure_bits = seizure, .mark_bits = marks});
  while (!sender.over())
    to.push_back(sender.next());
}

void tones(signal& to, std::size_t ms) {
  using oscillator = std::unique_ptr<nco_crcf_s, fsk_destroyer>;
  const oscillator low(nco_crcf_create(LIQUID_VCO)), high(nco_crcf_create(LIQUID_VCO));
  const auto turn = [](double hz) {
    return static_cast<float>(2 * std::numbers::pi * hz / samples_per_second);
  };
  nco_crcf_set_frequency(low.get(), turn(2130));
  nco_crcf_set_frequency(high.get(), turn(2750));
  const auto peak =
      static_cast<float>(peak_of_0dbm0 * std::pow(10, caller_id_signal::alert_level_dbm0 / 20));
  for (std::size_t n = 0; n < ms * a_ms; ++n) {
    const float sum = peak * (nco_crcf_sin(low.get()) + nco_crcf_sin(high.get()));
    to.push_back(static_cast<std::int16_t>(std::lround(sum)));
    nco_crcf_step(low.get());
    nco_crcf_step(high.get());
  }
}

} // namespace

signal caller_id_signal::after_ring(const caller_id& who, fsk_standard standard,
                                    message_format format) {
  signal to;
  message(to, standard, encode(who, format), seizure_bits, marks_on_hook);
  return to;
}

signal caller_id_signal::before_ring(const caller_id& who, fsk_standard standard) {
  signal to;
  silence(to, after_reversal_ms);
  tones(to, long_alert_ms);
  silence(to, after_alert_ms);
  message(to, standard, encode(who, message_format::multiple), seizure_bits, marks_on_hook);
  silence(to, before_ringing_ms);
  return to;
}

signal caller_id_signal::alert() {
  signal to;
  tones(to, alert_ms);
  return to;
}

signal caller_id_signal::in_a_call(const caller_id& who, fsk_standard standard) {
  signal to;
  silence(to, after_acknowledge_ms);
  message(to, standard, encode(who, message_format::multiple), 0, marks_off_hook);
  return to;
}

} // namespace switchroom::dsp
