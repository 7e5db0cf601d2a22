// SPDX-License-Identifier: MIT
#include "steered_frames.hpp"

#include "../rtl/verilated_block.hpp"
#include "Vsteered_frames_model.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {
constexpr unsigned clocks_per_frame = 8192;
constexpr double frame_s = 125e-6;
} // namespace

struct steered_frames::model {
  test::verilated_block<Vsteered_frames_model> top{3};
};

steered_frames::steered_frames(oscillator::character of)
    : oscillator_(of), model_(std::make_unique<model>()) {
  auto& top = model_->top;
  top->skip_i = top->ref_stb_i = top->fault_i = top->reg_valid_i = 0;
  top.reset();
}
steered_frames::~steered_frames() = default;

double steered_frames::period() {
  return frame_s / clocks_per_frame / (1 + oscillator_.y(now_));
}

void steered_frames::clock(unsigned skip) {
  auto& top = model_->top;
  top->skip_i = static_cast<std::uint16_t>(skip);
  top.clock();
  now_ += (skip + 1) * period();
  if (top->frame_stb_o && top->frame_o % 160 == 0)
    time_error.push_back(now_ - top->frame_o * frame_s);
}

void steered_frames::run_until(double seconds) {
  auto& top = model_->top;
  while (now_ < seconds) {
    const auto due = static_cast<unsigned>(std::min((seconds - now_) / period(), 8000.0));
    clock(top->awake_o ? 0 : std::min<unsigned>(top->left_o, due));
  }
}

void steered_frames::strobe(unsigned reference) {
  model_->top->ref_stb_i = static_cast<std::uint8_t>(1U << reference);
  clock(0);
  model_->top->ref_stb_i = 0;
}

std::uint32_t steered_frames::access(bool write, std::uint16_t word, std::uint32_t value) {
  const auto answer = test::ask(model_->top, write, word, value, [this] { clock(0); });
  EXPECT_EQ(answer.status, 0U) << "word " << word;
  return answer.data;
}

} // namespace switchroom::sim
