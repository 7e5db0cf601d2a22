// SPDX-License-Identifier: MIT
#include "board/lock_step.hpp"

#include <switchroom/regs.hpp>

namespace switchroom::sim {

lock_step::lock_step()
    : board_cells_(static_cast<std::uint8_t>(regs::frame_type::board_cell)),
      host_cells_(static_cast<std::uint8_t>(regs::frame_type::cell)) {}

void lock_step::connect() {
  disconnect();
  connected_ = true;
}

void lock_step::disconnect() {
  connected_ = false;
  open_.clear();
  answered_.clear();
  owed_ = 0;
  host_cells_.reset();
  // board_cells_ goes on: the fabric is in the middle of nothing.
}

void lock_step::from_host(std::span<const std::uint8_t> octets) {
  for (const std::uint8_t octet : octets) {
    open_.push_back(octet);
    if (host_cells_.take(octet)) {
      answered_.push_back(std::move(open_));
      open_.clear();
    }
  }
}

void lock_step::from_board(std::span<const std::uint8_t> octets) {
  for (const std::uint8_t octet : octets) {
    owed_ += board_cells_.take(octet) ? 1U : 0U;
  }
}

void lock_step::take(std::vector<std::uint8_t>& octets) {
  for (; owed_ > 0; --owed_) {
    const std::vector<std::uint8_t>& answer = answered_.front();
    octets.insert(octets.end(), answer.begin(), answer.end());
    answered_.pop_front();
  }
}

} // namespace switchroom::sim
