// SPDX-License-Identifier: MIT
// Real-time factor of one Verilated E1 span (512 clocks a frame) on one core: framer both ways,
// CRC-4, elastic store, signalling, all time slots carrying voice. What the far end sends is worked
// out before. Beside it what a clock of an empty model takes just now.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "Vdigital_line_model.h"
#include "Vdigital_line_model___024root.h"
#include "Vempty_clock_model.h"
#include "e1_far_end.hpp"
#include "switchroom/regs.hpp"
#include "verilated_block.hpp"

namespace {
namespace regs = switchroom::regs;
using block = regs::e1_block;
using model = switchroom::test::verilated_block<Vdigital_line_model>;
constexpr unsigned clocks = 512, first_slot = 256, frames = 4000;
constexpr double frames_per_second = 8000;

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void run(model& span, const std::vector<switchroom::golden::e1_pulse>& pulses) {
  std::size_t next = 0;
  for (unsigned frame = 0; frame < frames; ++frame)
    for (unsigned clock = 0; clock < clocks; ++clock) {
      span->frame_stb_i = clock == 0;
      span->left_i = static_cast<std::uint16_t>(clocks - 1 - clock);
      span->rx_stb_i = clock % 2 == 0 && next < pulses.size();
      if (span->rx_stb_i) {
        span->rx_pos_i = pulses[next].positive;
        span->rx_neg_i = pulses[next++].negative;
      }
      const unsigned slot = clock - first_slot, egress = slot - 3;
      span->slot_stb_i = slot < 32 && (span->speaks_o >> slot & 1) != 0;
      span->slot_i = slot % 32;
      span->egress_stb_i = egress < 32;
      span->egress_slot_i = static_cast<std::uint16_t>(first_slot + egress % 32);
      span->egress_sample_i = static_cast<std::uint16_t>(frame * 31 + clock);
      span.clock();
    }
}

std::uint32_t access(model& span, bool write, std::uint32_t word, std::uint32_t value = 0) {
  span->e1_valid_i = 1;
  span->reg_write_i = write;
  span->reg_addr_i = static_cast<std::uint16_t>(word);
  span->reg_wdata_i = value;
  do
    span.clock();
  while (!span->e1_ack_o);
  const std::uint32_t answer = span->e1_rdata_o;
  span.clock();
  span->e1_valid_i = 0;
  return answer;
}

double empty_clock_ns() {
  VerilatedContext context;
  Vempty_clock_model empty(&context);
  constexpr int count = 4000000;
  const double start = processor_seconds();
  for (int n = 0; n < count; ++n) {
    empty.a_i = n & 1;
    empty.clk_i = 1;
    empty.eval();
    empty.clk_i = 0;
    empty.eval();
  }
  return (processor_seconds() - start) * 1e9 / count;
}
} // namespace

int main() {
  model span(1);
  span->rx_stb_i = span->frame_stb_i = span->slot_stb_i = span->egress_stb_i = 0;
  span->e1_valid_i = 0;
  span->event_ready_i = 1;
  span->left_i = 0;
  span.reset();
  for (unsigned n = 0; n < 64; ++n)
    span.clock();
  for (unsigned slot = 1; slot < 32; ++slot)
    access(span, true, block::slot_config::offset + slot, 1);
  access(span, true, block::config::offset,
         block::config::enable::of(1) | block::config::crc4::of(1) | block::config::cas::of(1));
  switchroom::test::e1_far_end far(1);
  far.sends.cas = far.scrambles = true;
  std::vector<switchroom::golden::e1_pulse> pulses;
  double best = 1e9, empty = 1e9;
  for (int n = 0; n < 5; ++n) {
    pulses.clear();
    while (pulses.size() < frames * 256)
      for (const auto& pulse : far.arrives())
        pulses.push_back(pulse);
    const double start = processor_seconds();
    run(span, pulses);
    best = std::min(best, processor_seconds() - start);
    empty = std::min(empty, empty_clock_ns());
  }
  const auto alarms = access(span, false, block::status::offset) & 0xff;
  if (alarms != 0) {
    std::fprintf(stderr, "span_bench: the span has alarms: %x\n", alarms);
    return 1;
  }
  const double ns = best * 1e9 / frames / clocks;
  std::printf("one E1 span %6.2f x real time   %5.1f ns a clock; an empty model's takes %.1f ns\n",
              frames / frames_per_second / best, ns, empty);
}
