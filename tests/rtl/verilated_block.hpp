// SPDX-License-Identifier: MIT
/// What every lock-step test of a Verilated block needs.
#pragma once
#include <cstdint>
#include <memory>

#include <verilated.h>

#include "../../rtl/rising_edge.hpp"

namespace switchroom::test {

/// A Verilated model that starts from random register and memory contents given by `seed`
/// (needs --x-initial unique), so that nothing can rely on power-up zeros.
template <class Model>
class verilated_block {
public:
  explicit verilated_block(unsigned seed) : context_(std::make_unique<VerilatedContext>()) {
    context_->randReset(2);
    context_->randSeed(static_cast<int>(seed) + 1);
    model_ = std::make_unique<Model>(context_.get());
  }
  ~verilated_block() {
    model_.reset();
    // Verilator remembers the last context by thread, and would use it after its end.
    Verilated::threadContextp(Verilated::defaultContextp());
  }
  verilated_block(const verilated_block&) = delete;
  verilated_block& operator=(const verilated_block&) = delete;

  Model* operator->() { return model_.get(); }
  Model& operator*() { return *model_; }

  /// One rising edge of clk_i with the inputs as they are; outputs are those after the edge.
  /// Of a block that sleeps, nothing; its clk_judge_i, clk_request_i, clk_reference_i, clk_span_i
  /// or clk_bit_i has a sleep of its own, its clk_slot_i none.
  void clock(bool sleeps = false, bool part_sleeps = false) {
    if constexpr (
        requires(Model & model) { model.clk_slot_i; } ||
        requires(Model & model) { model.clk_span_i; } ||
        requires(Model & model) { model.clk_bit_i; } ||
        requires(Model & model) { model.clk_reference_i; } ||
        requires(Model & model) { model.clk_request_i; }) {
      set_clocks(!sleeps, !part_sleeps, true);
      model_->eval();
      set_clocks(false, false, false);
      model_->eval();
    } else if (!sleeps) {
      rtl::rising_edge(*model_);
    }
  }
  /// Reset for `clocks` clocks.
  void reset(int clocks = 2) {
    model_->clk_i = 0;
    model_->rst_i = 1;
    model_->eval(); // the first evaluation sees no edge
    for (int n = 0; n < clocks; ++n)
      clock();
    model_->rst_i = 0;
  }

private:
  void set_clocks(bool own, bool part, bool slot) {
    model_->clk_i = own;
    if constexpr (requires(Model & model) { model.clk_span_i; })
      model_->clk_span_i = part;
    if constexpr (requires(Model & model) { model.clk_bit_i; })
      model_->clk_bit_i = part;
    if constexpr (requires(Model & model) { model.clk_reference_i; })
      model_->clk_reference_i = part;
    if constexpr (requires(Model & model) { model.clk_slot_i; })
      model_->clk_slot_i = slot;
    if constexpr (requires(Model & model) { model.clk_judge_i; })
      model_->clk_judge_i = part;
    if constexpr (requires(Model & model) { model.clk_request_i; })
      model_->clk_request_i = part;
  }

  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
};

/// Answer of a register port.
struct register_answer {
  std::uint8_t status = 0;
  std::uint32_t data = 0;
  int clocks = 0; ///< from request to acknowledgement
};

/// One request on a block's register port, held until it is acknowledged. `clock` runs one
/// clock of the block. Gives up after `limit` clocks with status 0xff.
template <class Block, class Clock>
register_answer ask(Block& block, bool write, std::uint16_t word, std::uint32_t data, Clock&& clock,
                    int limit = 1 << 14) {
  block->reg_valid_i = 1;
  block->reg_write_i = write;
  block->reg_addr_i = word;
  block->reg_wdata_i = data;
  register_answer answer{0xff, 0, limit};
  for (int n = 1; n <= limit; ++n) {
    clock();
    if (block->reg_ack_o) {
      answer = {block->reg_status_o, block->reg_rdata_o, n};
      break;
    }
  }
  clock(); // the acknowledged request is still there in the clock of the acknowledgement
  block->reg_valid_i = 0;
  return answer;
}

} // namespace switchroom::test
