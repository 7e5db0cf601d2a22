// SPDX-License-Identifier: MIT
#pragma once

#include "board/cell_spotter.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace switchroom::sim {

// Virtual time, made by the link itself: a frame may run when the host has answered every
// board_cell before it with a cell. The frame then gets the host's octets up to the end of that
// cell and no further, so that what the fabric sees does not depend on how the octets travelled.
//
// Every board_cell must be answered (proto/link.md says so) and nothing may damage the octets on
// the way: a lost cell stops time.
class lock_step {
public:
  lock_step();

  // A host has connected; nothing is owed.
  void connect();
  // It has gone: no frame runs.
  void disconnect();

  // Octets from the host, in any portions.
  void from_host(std::span<const std::uint8_t> octets);
  // Octets that the fabric sent in a frame.
  void from_board(std::span<const std::uint8_t> octets);

  bool may_run() const { return connected_ && answered_.size() >= owed_; }
  // Appends what the coming frame gets of the host's octets. Only when may_run().
  void take(std::vector<std::uint8_t>& octets);

private:
  cell_spotter board_cells_;
  cell_spotter host_cells_;
  std::vector<std::uint8_t> open_;                 // after the last whole cell
  std::deque<std::vector<std::uint8_t>> answered_; // each ends with a cell
  std::size_t owed_ = 0;                           // board_cells without an answer
  bool connected_ = false;
};

} // namespace switchroom::sim
