// SPDX-License-Identifier: MIT
/// Conferences of host slots, for which the board has no members (docs/adr/0021): each party hears
/// the sum of all others, not itself (S6), frame by frame.
///
/// Nothing is allocated after the constructor; one frame costs a few additions a party.
#pragma once
#include "types/ids.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace switchroom::media {

/// Number of a conference; 0: none.
using bridge_number = std::uint8_t;

/// Who can mix.
class mixer {
public:
  virtual ~mixer() = default;
  /// From now on the slot is a party of that conference alone, and of no other.
  virtual void join(host_slot, bridge_number) = 0;
  virtual void leave(host_slot) = 0;
};

class bridges : public mixer {
public:
  explicit bridges(unsigned host_slots) : bridge_of_(host_slots), spoken_(host_slots), sums_(256) {}

  void join(host_slot slot, bridge_number which) override { bridge_of_.at(slot.value) = which; }
  void leave(host_slot slot) override { bridge_of_.at(slot.value) = 0; }
  bool is_party(host_slot slot) const { return bridge_of_[slot.value] != 0; }

  // ---- once a frame: begin(), speak() for each party, then hear() ----
  void begin();
  void speak(host_slot, std::int16_t sample);
  /// What all others of the party's conference said, held to 16 bits.
  std::int16_t hear(host_slot) const;

private:
  std::vector<bridge_number> bridge_of_;
  std::vector<std::int16_t> spoken_;
  std::vector<std::int32_t> sums_; ///< by bridge; 256 slots at full scale fit
};

} // namespace switchroom::media
