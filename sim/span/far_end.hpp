// SPDX-License-Identifier: MIT
#pragma once

#include "golden/e1_line_code.hpp"
#include "golden/e1_receiver.hpp"
#include "golden/e1_store.hpp"
#include "golden/e1_transmitter.hpp"
#include "loop/seeded_random.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace switchroom::sim {

// The octets of a frame, by time slot; of each, the highest bit is the first on the line. That of
// time slot 0 has no meaning.
using span_frame = std::array<std::uint8_t, 32>;

struct span_options {
  bool crc4 = true;
  double ppm = 0;        // of its clock against the fabric's
  double bit_errors = 0; // of what it sends, 0 to 1
  std::uint64_t seed = 1;
};

// What is at the other end of an E1 span's cable: it frames octets at a clock of its own, and finds
// frames in what the span sends. Built on the golden models, a bit at a time.
//
// Call arrives() for each bit of the fabric, hears() for each bit that the span has sent.
class span_far_end {
public:
  explicit span_far_end(const span_options& options);

  // A frame that it shall send after those that wait. Without one it says the last one again, with
  // ones in time slot 16 (no HDLC frame). At most 64 wait; then the oldest is lost.
  void say(const span_frame& octets);
  // Appends frames that it has received since the last call, while it was aligned.
  void take(std::vector<span_frame>& frames);

  // What arrives at the span in this bit of the fabric: none to two bits.
  std::vector<golden::e1_pulse> arrives();
  void hears(golden::e1_pulse pulse);

  // The cable: neither end hears the other while it is pulled.
  void pull(bool out) { pulled_ = out; }

  bool aligned() const { return !receiver_.los() && !receiver_.ais() && !receiver_.lof(); }
  bool hears_remote_alarm() const { return receiver_.rai(); }

  // What it counts, in frames or blocks.
  struct figures {
    std::uint64_t violations = 0, fas_errors = 0, crc_errors = 0, e_bits = 0, alignments = 0;
    std::uint64_t repeated = 0; // frames that were said again because none waited
    std::uint64_t lost = 0;     // frames that found too many waiting
  };
  const figures& counted() const { return figures_; }

private:
  bool next_bit();
  golden::e1_pulse struck(golden::e1_pulse pulse);

  span_options options_;
  seeded_random random_;
  golden::e1_transmitter transmitter_;
  golden::hdb3_coder coder_;
  golden::e1_receiver receiver_;
  std::deque<span_frame> waiting_;
  span_frame saying_;
  span_frame hearing_{};
  std::vector<span_frame> heard_;
  unsigned place_ = 0;
  double due_ = 0;     // bits
  unsigned wrong_ = 0; // blocks to be told by E bits
  bool pulled_ = false;
  figures figures_;
};

} // namespace switchroom::sim
