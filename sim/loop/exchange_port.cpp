// SPDX-License-Identifier: MIT
#include "loop/exchange_port.hpp"

#include "loop/levels.hpp"

#include <cmath>

namespace switchroom::sim {

exchange_port::exchange_port(const sc_core::sc_module_name& name, const port_options& options)
    : sc_module(name), codec_(options.law), hybrid_(options.erl_db),
      loss_(static_cast<float>(from_db(-options.loss_db))),
      turns_a_frame_(options.ringing_hz / frames_per_second) {}

void exchange_port::put(std::uint8_t octet, bool loop_closed) {
  said_ = loop_closed ? codec_.decode(octet) : 0.0F;
  if (closed_ && !loop_closed) {
    hybrid_.reset();
  }
  closed_ = loop_closed;
  sense_ = {.octet = codec_.silence(), .line = {}};
}

handset_sense exchange_port::exchange(const handset_drive& drive) {
  phase_ = drive.ringing ? phase_ + turns_a_frame_ : 0.0;
  phase_ -= std::floor(phase_);
  sense_.line = {.ring = drive.ringing && phase_ > 0.1 && phase_ < 0.4,
                 .reversed = drive.reversed,
                 .current = drive.fed && closed_};
  const float echo = closed_ ? hybrid_.echo(said_) : 0.0F;
  if (!drive.ringing) {
    sense_.octet = codec_.encode(drive.earpiece * loss_ + echo);
  }
  return {.mouthpiece = said_ * loss_, .contact_closed = closed_};
}

exchange_port::sense exchange_port::take() {
  return sense_;
}

} // namespace switchroom::sim
