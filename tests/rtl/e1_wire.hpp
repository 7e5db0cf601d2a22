// SPDX-License-Identifier: MIT
/// One Verilated span with a far end, without a golden model beside it: 512 clocks a frame.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include <gtest/gtest.h>

#include "Vdigital_line_model.h"
#include "Vdigital_line_model___024root.h"
#include "e1_far_end.hpp"
#include "switchroom/regs.hpp"
#include "verilated_block.hpp"

namespace switchroom::test {

class e1_wire {
public:
  using block = regs::e1_block;
  using config = block::config;
  using status = block::status;
  static constexpr unsigned clocks = 512, first_slot = 256;

  explicit e1_wire(unsigned seed,
                   std::uint32_t settings = config::enable::of(1) | config::crc4::of(1))
      : far(seed + 100), block_(seed) {
    block_->rx_stb_i = block_->frame_stb_i = block_->slot_stb_i = block_->egress_stb_i = 0;
    block_->e1_valid_i = 0;
    block_->event_ready_i = 1;
    block_.reset();
    for (unsigned n = 0; n < 64; ++n)
      tick();
    for (unsigned slot = 1; slot < 32; ++slot)
      write(block::slot_config::offset + slot, 3);
    write(config::offset, settings);
  }

  e1_far_end far;
  std::array<std::uint16_t, 32> said{};               ///< by the switch
  std::array<std::uint16_t, 32> heard{};              ///< by the switch, in the last frame
  std::vector<golden::e1_pulse> sent;                 ///< by the span, since the test emptied it
  std::vector<std::uint32_t> alarms;                  ///< by events
  std::vector<std::pair<unsigned, unsigned>> signals; ///< by events: time slot, bits
  unsigned pulses_to = 0;                             ///< bits that the far end has sent

  void tick() {
    block_->frame_stb_i = clock_ == 0;
    block_->left_i = static_cast<std::uint16_t>(clocks - 1 - clock_);
    if (clock_ % 2 == 0)
      for (const auto& pulse : far.arrives())
        arriving_.push_back(pulse);
    block_->rx_stb_i = !arriving_.empty();
    if (!arriving_.empty()) {
      block_->rx_pos_i = arriving_.front().positive;
      block_->rx_neg_i = arriving_.front().negative;
      arriving_.pop_front();
      ++pulses_to;
    }
    const unsigned slot = clock_ - first_slot, egress = clock_ - 3 - first_slot;
    block_->slot_stb_i = slot < 32 && (block_->speaks_o >> slot & 1) != 0;
    block_->slot_i = slot % 32;
    block_->egress_stb_i = egress < 32;
    block_->egress_slot_i = static_cast<std::uint16_t>(first_slot + egress % 32);
    block_->egress_sample_i = said[egress % 32];
    if (block_->event_valid_o) {
      if (block_->event_kind_o == static_cast<unsigned>(regs::event_kind::e1_alarms))
        alarms.push_back(block_->event_data_o);
      else
        signals.emplace_back(block_->event_index_o, block_->event_data_o);
    }
    if (block_->tx_stb_o)
      sent.push_back({block_->tx_pos_o != 0, block_->tx_neg_o != 0});
    block_.clock();
    if (slot < 32)
      heard[slot] = block_->speaks_o >> slot & 1 ? block_->sample_o : 0;
    clock_ = (clock_ + 1) % clocks;
  }
  void frame() {
    do
      tick();
    while (clock_ != 0);
  }
  void frames(unsigned count) {
    for (unsigned n = 0; n < count; ++n)
      frame();
  }
  void write(std::uint32_t word, std::uint32_t value) { access(true, word, value); }
  std::uint32_t read(std::uint32_t word) { return access(false, word, 0); }
  std::uint32_t state() { return read(status::offset); }

private:
  std::uint32_t access(bool write, std::uint32_t word, std::uint32_t value) {
    block_->e1_valid_i = 1;
    block_->reg_write_i = write;
    block_->reg_addr_i = static_cast<std::uint16_t>(word);
    block_->reg_wdata_i = value;
    for (int n = 0; n < 20 && !block_->e1_ack_o; ++n)
      tick();
    EXPECT_TRUE(block_->e1_ack_o);
    EXPECT_EQ(block_->e1_status_o, 0);
    const std::uint32_t answer = block_->e1_rdata_o;
    tick();
    block_->e1_valid_i = 0;
    return answer;
  }

  verilated_block<Vdigital_line_model> block_;
  std::deque<golden::e1_pulse> arriving_;
  unsigned clock_ = 0;
};

} // namespace switchroom::test
