// SPDX-License-Identifier: MIT
#include "loop/subscriber_loop.hpp"

#include "loop/levels.hpp"

namespace switchroom::sim {

subscriber_loop::subscriber_loop(const sc_core::sc_module_name& name, const loop_options& options)
    : sc_module(name), codec_(options.law), contact_(options.hook, options.seed),
      current_(options.feed), hybrid_(options.erl_db), random_(~options.seed),
      loss_(static_cast<float>(from_db(-options.loss_db))),
      noise_(static_cast<float>(rms_of(options.noise_dbm0))) {}

line_sense subscriber_loop::exchange(const line_drive& drive) {
  const float received = drive.ring ? 0.0F : codec_.decode(drive.octet);
  const handset_sense phone = handset->exchange(
      {.earpiece = received * loss_, .ringing = drive.ring, .reversed = drive.reverse});
  contact_.move(phone.contact_closed);
  const sub_frame_mask closed = contact_.step();
  const bool talking = closed != 0 && !drive.ring;
  if (talking && !talking_) {
    hybrid_.reset();
  }
  talking_ = talking;
  line_sense sense{.octet = codec_.silence(), .loop = current_.step(closed, drive.ring)};
  if (talking) {
    sense.octet = codec_.encode(phone.mouthpiece * loss_ + hybrid_.echo(received) +
                                noise_ * random_.gaussian());
  }
  return sense;
}

} // namespace switchroom::sim
