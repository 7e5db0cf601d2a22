// SPDX-License-Identifier: MIT
#pragma once

#include "loop/line_ports.hpp"
#include "phone/caller_display.hpp"
#include "phone/keypad.hpp"
#include "phone/level_window.hpp"
#include "phone/ringer.hpp"
#include "switchroom/dsp/wav.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <systemc>
#include <vector>

namespace switchroom::sim {

// An analog phone: hook, keys, ringer, a display of who calls, a mouthpiece that plays samples and
// an earpiece that is recorded. There is no side tone: the earpiece hears the line alone.
class phone : public sc_core::sc_module, public handset_if {
public:
  explicit phone(const sc_core::sc_module_name& name, const dialling& how = {});

  // The line's side, once a frame.
  handset_sense exchange(const handset_drive& drive) override;

  // The person's side. What is asked takes effect in the next frame.
  void lift() { off_hook_ = true; }
  // Also ends dialling and playing; a recording goes on.
  void hang_up();
  // Every key must be a keypad::has_key.
  void dial(std::string_view keys, bool pulse) { keypad_.dial(keys, pulse); }
  void flash(std::uint32_t ms) { keypad_.flash(ms); }
  // Into the mouthpiece, from its first sample; what played before is cut.
  void play(std::vector<std::int16_t> samples);
  // What the earpiece hears from now on; nothing ends the recording.
  void record(std::optional<dsp::wav_writer> file) { recording_ = std::move(file); }
  // One of the phones that have no display: it acknowledges nothing.
  void have_no_display() { display_.reset(); }

  bool off_hook() const { return off_hook_; }
  bool keys_released() const { return keypad_.released(); }
  bool playing() const { return played_ < speech_.size(); }
  bool recording() const { return recording_.has_value(); }
  bool battery_reversed() const { return reversed_; }
  double heard_dbm0() const { return heard_.dbm0(); }
  const ringer& bell() const { return ringer_; }
  // Null: it has none.
  const caller_display* display() const { return display_ ? &*display_ : nullptr; }

private:
  float speak(const keypad::output& keys);
  caller_display::output look(const handset_drive& drive, bool new_ringing);

  keypad keypad_;
  ringer ringer_;
  std::optional<caller_display> display_{std::in_place};
  level_window heard_;
  std::vector<std::int16_t> speech_;
  std::size_t played_ = 0;
  std::optional<dsp::wav_writer> recording_;
  bool off_hook_ = false;
  bool reversed_ = false;
};

} // namespace switchroom::sim
