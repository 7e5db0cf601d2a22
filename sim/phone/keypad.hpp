// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

struct nco_crcf_s; // liquid-dsp

namespace switchroom::sim {

// How a phone dials. DTMF levels: the high group is sent 2 dB stronger, as ETSI ES 201 235-2
// asks; pulses: 10 a second, break to make 60/40.
struct dialling {
  double low_group_dbm0 = -9.0;
  double high_group_dbm0 = -7.0;
  std::uint32_t tone_ms = 70;
  std::uint32_t pause_ms = 70;
  std::uint32_t break_ms = 60;
  std::uint32_t make_ms = 40;
  std::uint32_t interdigit_ms = 750;
};

// The keys of a phone as a time-line of tones and loop interruptions; a frame a step.
class keypad {
public:
  explicit keypad(const dialling& how = {});

  // Keys that can be dialled this way; a comma is a pause of a second.
  static bool has_key(char key, bool pulse);

  // Queues the keys. Every one must be a has_key(key, pulse).
  void dial(std::string_view keys, bool pulse);
  // Queues an interruption of the loop.
  void flash(std::uint32_t ms);
  // Drops what is queued.
  void stop();

  struct output {
    float tone = 0;
    bool sounding = false; // the microphone is off
    bool open = false;     // the loop is interrupted
  };
  output step();

  // The last key has been released; a pause may remain.
  bool released() const { return keys_left_ == 0; }

private:
  struct stretch {
    std::uint32_t frames;
    double low_hz = 0; // 0: no tone
    double high_hz = 0;
    bool open = false;
    bool ends_key = false;
  };
  struct nco_deleter {
    void operator()(nco_crcf_s* oscillator) const;
  };
  using oscillator = std::unique_ptr<nco_crcf_s, nco_deleter>;

  void push(const stretch& next);
  void dial_pulses(char key);
  void start_tones(const stretch& now);

  dialling how_;
  oscillator low_;
  oscillator high_;
  std::deque<stretch> time_line_;
  std::uint32_t elapsed_ = 0; // frames of the first stretch
  std::uint32_t keys_left_ = 0;
};

} // namespace switchroom::sim
