// SPDX-License-Identifier: MIT
#include "phone/keypad.hpp"

#include "loop/levels.hpp"

#include <array>
#include <complex>
#include <numbers>

#include <liquid/liquid.h>

namespace switchroom::sim {
namespace {

// ITU-T Q.23, clause 6: rows by the low group, columns by the high group.
constexpr std::string_view dtmf_keys = "123A456B789C*0#D";
constexpr std::array<double, 4> low_group_hz{697, 770, 852, 941};
constexpr std::array<double, 4> high_group_hz{1209, 1336, 1477, 1633};
constexpr char pause_key = ',';

} // namespace

keypad::keypad(const dialling& how)
    : how_(how), low_(nco_crcf_create(LIQUID_VCO)), high_(nco_crcf_create(LIQUID_VCO)) {}

bool keypad::has_key(char key, bool pulse) {
  return key == pause_key ||
         (pulse ? key >= '0' && key <= '9' : dtmf_keys.find(key) != std::string_view::npos);
}

void keypad::dial(std::string_view keys, bool pulse) {
  for (const char key : keys) {
    if (key == pause_key) {
      push({.frames = frames_per_second, .ends_key = true});
    } else if (pulse) {
      dial_pulses(key);
    } else {
      const std::size_t place = dtmf_keys.find(key);
      push({.frames = how_.tone_ms * frames_per_ms,
            .low_hz = low_group_hz[place / 4],
            .high_hz = high_group_hz[place % 4],
            .ends_key = true});
      push({.frames = how_.pause_ms * frames_per_ms});
    }
  }
}

void keypad::dial_pulses(char key) {
  const int pulses = key == '0' ? 10 : key - '0';
  for (int pulse = 1; pulse <= pulses; ++pulse) {
    push({.frames = how_.break_ms * frames_per_ms, .open = true});
    push({.frames = how_.make_ms * frames_per_ms, .ends_key = pulse == pulses});
  }
  push({.frames = how_.interdigit_ms * frames_per_ms});
}

void keypad::flash(std::uint32_t ms) {
  push({.frames = ms * frames_per_ms, .open = true, .ends_key = true});
}

void keypad::stop() {
  time_line_.clear();
  elapsed_ = 0;
  keys_left_ = 0;
}

void keypad::push(const stretch& next) {
  if (next.frames > 0) {
    time_line_.push_back(next);
    keys_left_ += next.ends_key ? 1U : 0U;
  }
}

void keypad::start_tones(const stretch& now) {
  const auto turn = [](double hz) {
    return static_cast<float>(2.0 * std::numbers::pi * hz / frames_per_second);
  };
  nco_crcf_reset(low_.get());
  nco_crcf_reset(high_.get());
  nco_crcf_set_frequency(low_.get(), turn(now.low_hz));
  nco_crcf_set_frequency(high_.get(), turn(now.high_hz));
}

keypad::output keypad::step() {
  if (time_line_.empty()) {
    return {};
  }
  const stretch now = time_line_.front();
  output out{.sounding = now.low_hz > 0, .open = now.open};
  if (out.sounding) {
    if (elapsed_ == 0) {
      start_tones(now);
    }
    out.tone = static_cast<float>(sine_peak(how_.low_group_dbm0)) * nco_crcf_sin(low_.get()) +
               static_cast<float>(sine_peak(how_.high_group_dbm0)) * nco_crcf_sin(high_.get());
    nco_crcf_step(low_.get());
    nco_crcf_step(high_.get());
  }
  if (++elapsed_ == now.frames) {
    keys_left_ -= now.ends_key ? 1U : 0U;
    time_line_.pop_front();
    elapsed_ = 0;
  }
  return out;
}

void keypad::nco_deleter::operator()(nco_crcf_s* oscillator) const {
  nco_crcf_destroy(oscillator);
}

} // namespace switchroom::sim
