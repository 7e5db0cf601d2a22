// SPDX-License-Identifier: MIT
#pragma once

#include "switchroom/dsp/alert_detector.hpp"
#include "switchroom/dsp/fsk.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace switchroom::sim {

// The display of a phone: who calls, or waits (Bell 202 and V.23). On-hook it listens for as long
// after ringing or a reversal of the line as a message may come; off-hook for the alert, which it
// acknowledges, then mutes the phone until the message is over or does not come. One step a frame.
class caller_display {
public:
  struct shown {
    dsp::caller_id who;
    bool waiting = false; // told in a call
    std::string error;    // of the last message, if it was not understood; nothing else then
  };
  struct output {
    bool mute = false;        // mouthpiece and earpiece
    bool acknowledge = false; // press D now
  };

  struct line_state {
    float sample = 0; // from the line
    bool off_hook = false;
    bool ringing = false;
    bool reversed = false;
    bool new_ringing = false; // the first burst after a silence begins
  };
  output step(const line_state&);

  // The last message; none after ringing that brought none, nor in a call of one's own
  // that begins later than a pause of ringing lasts.
  const std::optional<shown>& last() const { return last_; }
  std::uint32_t messages() const { return messages_; } // that were understood

private:
  output step_off_hook(const line_state&);
  void step_on_hook(const line_state&);
  void listen_for(std::uint64_t frames);
  // True: a message has come, or what was left of one.
  bool hear(float sample, bool waiting);

  static constexpr auto never = ~std::uint64_t{0};
  dsp::alert_detector alert_;
  std::array<dsp::fsk_receiver, 2> receivers_{dsp::fsk_receiver(dsp::fsk_standard::bell202),
                                              dsp::fsk_receiver(dsp::fsk_standard::v23)};
  std::uint64_t listening_ = 0; // frames that are left
  std::uint64_t since_message_ = never, since_ringing_ = never;
  std::uint64_t until_key_ = 0;
  std::optional<std::string> error_; // of one receiver; the other may do better
  std::uint64_t until_error_ = 0;
  bool was_ringing_ = false, was_reversed_ = false, was_off_hook_ = false;
  std::optional<shown> last_;
  std::uint32_t messages_ = 0;
};

} // namespace switchroom::sim
