// SPDX-License-Identifier: MIT
#include "phone/phone.hpp"

namespace switchroom::sim {

phone::phone(const sc_core::sc_module_name& name, const dialling& how)
    : sc_module(name), keypad_(how) {}

handset_sense phone::exchange(const handset_drive& drive) {
  const bool new_ringing = drive.ringing && (ringer_.silent() || ringer_.cadence_ms().empty());
  ringer_.step(drive.ringing);
  reversed_ = drive.reversed;
  const auto display = look(drive, new_ringing);
  const float heard = off_hook_ && !display.mute ? drive.earpiece : 0.0F;
  heard_.step(heard);
  if (recording_) {
    recording_->write(heard);
  }
  if (!off_hook_) {
    return {};
  }
  const keypad::output keys = keypad_.step();
  const float spoken = speak(keys); // goes on, heard or not
  return {.mouthpiece = display.mute && !keys.sounding ? 0.0F : spoken,
          .contact_closed = !keys.open};
}

caller_display::output phone::look(const handset_drive& drive, bool new_ringing) {
  if (!display_) {
    return {};
  }
  const auto out = display_->step({.sample = drive.earpiece,
                                   .off_hook = off_hook_,
                                   .ringing = drive.ringing,
                                   .reversed = drive.reversed,
                                   .new_ringing = new_ringing});
  if (out.acknowledge) {
    keypad_.dial("D", false);
  }
  return out;
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
