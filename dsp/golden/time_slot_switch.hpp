// SPDX-License-Identifier: MIT
/// Golden model of rtl/switch/time_slot_switch, stepped once a frame.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace switchroom::golden {

/// What an output slot carries.
struct connection {
  bool enable = false;
  std::uint16_t source = 0; ///< input slot; one that does not exist is never heard
  bool operator==(const connection&) const = default;
};

/// Each output slot takes the sample of one input slot of the frame before. Connections are
/// written into a shadow table that becomes the active one, whole, at a frame boundary.
class time_slot_switch {
public:
  explicit time_slot_switch(std::size_t slots)
      : shadow_(slots), active_(slots), before_(slots), samples_(slots) {}

  std::size_t slots() const { return shadow_.size(); }

  /// Writes the shadow table. `output` < slots(). A source that does not exist disables.
  void write(std::size_t output, connection c) {
    shadow_[output] = {c.enable && c.source < slots(),
                       static_cast<std::uint16_t>(c.source & (std::bit_ceil(slots()) - 1))};
    written_ = true;
  }
  connection read(std::size_t output) const { return shadow_[output]; }

  /// The shadow table shall become active at the next frame; nothing if it was not written to.
  void commit() { pending_ = pending_ || written_; }

  /// Commits that took effect, modulo 2^32.
  std::uint32_t generation() const { return generation_; }

  /// One frame: takes its samples (one a slot), returns what leaves in it: samples of the
  /// frame before by the table that is active now. Valid until the next call.
  std::span<const std::int16_t> frame(std::span<const std::int16_t> ingress) {
    if (pending_) {
      active_ = shadow_;
      pending_ = written_ = false;
      ++generation_;
    }
    for (std::size_t slot = 0; slot < slots(); ++slot)
      samples_[slot] = active_[slot].enable ? before_[active_[slot].source] : std::int16_t{0};
    before_.assign(ingress.begin(), ingress.end());
    return samples_;
  }

private:
  std::vector<connection> shadow_, active_;
  std::vector<std::int16_t> before_, samples_;
  bool written_ = false, pending_ = false;
  std::uint32_t generation_ = 0;
};

} // namespace switchroom::golden
