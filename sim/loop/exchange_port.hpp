// SPDX-License-Identifier: MIT
#pragma once

#include "loop/hybrid.hpp"
#include "loop/line_codec.hpp"
#include "loop/line_ports.hpp"

#include <cstdint>

namespace switchroom::sim {

struct port_options {
  golden::g711_law law = golden::g711_law::a;
  double erl_db = 20.0; // echo return loss of its hybrid, for white noise
  double loss_db = 0.5; // of the copper, each way
  double ringing_hz = 25.0;
};

// A board's place for a line to an exchange (FXO): to who feeds it, a subscriber loop or a
// simulated exchange, it is as a phone; to the board, codec, ring detector and sensors of polarity
// and current. Its codec hears the line on-hook, too (caller ID), but while it rings. Once a frame
// the board calls put(), then the far end exchange(), then the board take().
class exchange_port : public sc_core::sc_module, public handset_if {
public:
  exchange_port(const sc_core::sc_module_name& name, const port_options& options);

  // The far end's side.
  handset_sense exchange(const handset_drive& drive) override;

  // The board's side.
  void put(std::uint8_t octet, bool loop_closed);
  struct sense {
    std::uint8_t octet = 0xd5;
    exchange_sense line;
  };
  // Of a line that leads nowhere: silence, no current.
  sense take();

private:
  line_codec codec_;
  hybrid hybrid_;
  float loss_;
  double turns_a_frame_, phase_ = 0; // of the ringing voltage
  float said_ = 0;
  bool closed_ = false;
  sense sense_;
};

} // namespace switchroom::sim
