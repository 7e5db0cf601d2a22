// SPDX-License-Identifier: MIT
#include "pin_fabric.hpp"

#include <Vfabric_model.h>
#include <verilated.h>

namespace switchroom::sim {

struct pin_fabric::model {
  VerilatedContext context;
  std::unique_ptr<Vfabric_model> top;
};

pin_fabric::pin_fabric(int seed) : model_(std::make_unique<model>()) {
  model_->context.randReset(2);
  model_->context.randSeed(seed);
  model_->top = std::make_unique<Vfabric_model>(&model_->context);
}

pin_fabric::~pin_fabric() {
  model_->top->final();
}

pins_out pin_fabric::eval(const pins_in& in) {
  Vfabric_model& top = *model_->top;
  top.clk_i = top.clk_slot_i = top.clk_host_i = top.clk_line_i = in.clk;
  top.clk_tone_i = top.clk_voice_i = top.clk_judge_i = top.clk_request_i = in.clk;
  top.clk_conference_i = top.clk_digital_i = top.clk_span_i = top.clk_bit_i = top.clk_iom2_i =
      in.clk;
  top.ring_i = top.polarity_i = top.current_i = 0;
  top.ref_stb_i = top.rx_stb_i = top.rx_pos_i = top.rx_neg_i = 0;
  top.iom2_dd_i = top.iom2_du_i = 1;
  top.skip_i = 0;
  top.rst_i = in.rst;
  top.pcm_i = in.pcm;
  top.loop_i = in.loop;
  top.link_rx_i = in.link_rx;
  top.link_rx_valid_i = in.link_rx_valid;
  top.link_tx_ready_i = 1;
  top.eval();
  return {.frame_stb = top.frame_stb_o != 0,
          .line_stb = top.line_stb_o != 0,
          .line = top.line_o,
          .pcm = top.pcm_o,
          .pcm_line = top.pcm_line_o,
          .ring = top.ring_o,
          .link_rx_ready = top.link_rx_ready_o != 0,
          .link_tx = top.link_tx_o,
          .link_tx_valid = top.link_tx_valid_o != 0};
}

} // namespace switchroom::sim
