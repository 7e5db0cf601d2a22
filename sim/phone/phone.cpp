// SPDX-License-Identifier: MIT
#include "phone/phone.hpp"

namespace switchroom::sim {

phone::phone(const sc_core::sc_module_name& name, const dialling& how)
    : sc_module(name), keypad_(how) {}

handset_sense phone::exchange(const handset_drive& drive) {
  ringer_.step(drive.ringing);
  reversed_ = drive.reversed;
  const float heard = off_hook_ ? drive.earpiece : 0.0F;
  heard_.step(heard);
  if (recording_) {
    recording_->write(heard);
  }
  if (!off_hook_) {
    return {};
  }
  const keypad::output keys = keypad_.step();
  return {.mouthpiece = speak(keys), .contact_closed = !keys.open};
}

float phone::speak(const keypad::output& keys) {
  const float spoken = playing() ? static_cast<float>(speech_[played_++]) : 0.0F;
  return keys.sounding ? keys.tone : spoken;
}

void phone::hang_up() {
  off_hook_ = false;
  keypad_.stop();
  play({});
  ringer_.forget_bursts();
}

void phone::play(std::vector<std::int16_t> samples) {
  speech_ = std::move(samples);
  played_ = 0;
}

} // namespace switchroom::sim
