// SPDX-License-Identifier: MIT
#pragma once

#include "golden/dtmf_detector.hpp"
#include "golden/fxs_lines.hpp"
#include "loop/line_ports.hpp"
#include "switchroom/dsp/caller_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <systemc>
#include <vector>

namespace switchroom::sim {

// How an exchange treats one of its lines.
struct exchange_options {
  std::uint32_t dial_tone_after_ms = 200;
  unsigned number_digits = 6;           // a number is whole with so many
  std::string busy_prefix = "9";        // numbers that begin so are busy
  std::uint32_t answer_after_ms = 2000; // of ringing, other numbers answer; 0: only by answer()
  bool reverses_on_answer = true;       // polarity, for as long as the call lasts
  std::uint32_t release_break_ms =
      800; // no current when the other side hangs up; 0: busy tone alone
  std::optional<dsp::fsk_standard> caller_id = dsp::fsk_standard::v23; // after the first ring
};

// A subscriber's line of an exchange outside, of German tones (425 Hz) and ringing (1 s, 4 s), and
// the person at the other end of its calls. It feeds what is bound to `handset`, an exchange_port.
// Dials and hook are heard by the golden models of an FXS line and of the DTMF receiver. One step a
// frame.
class exchange_line : public sc_core::sc_module {
public:
  sc_core::sc_port<handset_if> handset{"handset"};

  exchange_line(const sc_core::sc_module_name& name, const exchange_options& options);

  void step();

  enum class state {
    idle,
    ringing, // the line
    dial_tone,
    dialling,
    ringback, // the called phone rings
    busy,
    talking,
    released, // without current, then busy tone
  };
  state at() const { return state_; }
  // Since the line was last seized.
  const std::string& dialled() const { return dialled_; }

  // The other side. It calls, if the line is idle;
  void call(const dsp::caller_id& who);
  // answers a call that rings;
  void answer();
  // hangs up, or gives up;
  void hang_up();
  // and says this, from its first sample; what it hears meanwhile is kept.
  void play(std::vector<std::int16_t> samples);
  const std::vector<float>& heard() const { return heard_; }

private:
  void enter(state next);
  void hear(const handset_sense& line);
  void take(char digit);
  float sound();
  bool rings_now() const;
  double ms() const { return static_cast<double>(since_) / 8.0; }

  exchange_options options_;
  golden::fxs_lines hook_{1};
  golden::dtmf_detector keys_{1};
  state state_ = state::idle;
  std::uint64_t since_ = 0; // frames in this state
  std::uint64_t frame_ = 0;
  bool off_hook_ = false, closed_ = false;
  bool reversed_ = false;
  std::string dialled_;
  std::vector<std::int16_t> shown_; // caller ID
  std::vector<std::int16_t> speech_;
  std::size_t spoken_ = 0;
  std::vector<float> heard_;
};

} // namespace switchroom::sim
