// SPDX-License-Identifier: MIT
#pragma once

#include "loop/contact.hpp"
#include "loop/hybrid.hpp"
#include "loop/line_codec.hpp"
#include "loop/line_ports.hpp"
#include "loop/loop_current.hpp"
#include "loop/seeded_random.hpp"

#include <cstdint>
#include <systemc>

namespace switchroom::sim {

struct loop_options {
  golden::g711_law law = golden::g711_law::a;
  double erl_db = 20.0;      // echo return loss of the hybrid, for white noise
  double noise_dbm0 = -65.0; // flat from 0 to 4 kHz; psophometric weighting reads 2.5 dB less
  double loss_db = 0.5;      // of the copper, each way
  bounce hook;
  loop_feed feed;
  std::uint64_t seed = 1;
};

// An analog subscriber line: detector, hybrid, codec, and the pair to the phone. One call a frame.
// The codec sends silence while no loop current can flow (on-hook, or in a dial pulse) and while
// the line rings. Towards the phone it works on-hook, too, but while the line rings (on-hook
// transmission, for caller ID); nothing of clicks and of cross-talk is modelled.
class subscriber_loop : public sc_core::sc_module, public line_if {
public:
  sc_core::sc_port<handset_if> handset{"handset"};

  subscriber_loop(const sc_core::sc_module_name& name, const loop_options& options);

  line_sense exchange(const line_drive& drive) override;

private:
  line_codec codec_;
  contact contact_;
  loop_current current_;
  hybrid hybrid_;
  seeded_random random_;
  float loss_;
  float noise_;
  bool talking_ = false;
};

} // namespace switchroom::sim
