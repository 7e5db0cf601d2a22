// SPDX-License-Identifier: MIT
// Real-time factor of one Verilated E1 span (512 clocks a frame) on one core: framer both ways,
// CRC-4, elastic store, 30 time slots of voice, and an HDLC channel in time slot 16. What the far
// end sends is worked out before: random octets. Beside it what a clock of an empty model takes
// just now.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "Vempty_clock_model.h"
#include "Vspan_with_hdlc_model.h"
#include "Vspan_with_hdlc_model___024root.h"
#include "e1_far_end.hpp"
#include "switchroom/regs.hpp"

namespace {
namespace regs = switchroom::regs;
using block = regs::e1_block;
using hdlc = regs::hdlc_block;
constexpr unsigned clocks = 512, frames = 4000;
constexpr double frames_per_second = 8000;

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

class model {
public:
  model() : top_(&context_) {
    top_.rx_stb_i = top_.e1_valid_i = top_.hdlc_valid_i = 0;
    set_clocks(false);
    top_.rst_i = 1;
    top_.eval(); // the first evaluation sees no edge
    for (unsigned n = 0; n < 4; ++n)
      clock();
    top_.rst_i = 0;
    for (unsigned n = 0; n < clocks; ++n) // memories are set
      clock();
  }

  /// Real time: a pulse each second clock.
  void run(const std::vector<switchroom::golden::e1_pulse>& pulses) {
    std::size_t next = 0;
    for (unsigned n = 0; n < frames * clocks; ++n) {
      top_.rx_stb_i = n % 2 == 0 && next < pulses.size();
      if (top_.rx_stb_i) {
        top_.rx_pos_i = pulses[next].positive;
        top_.rx_neg_i = pulses[next++].negative;
      }
      clock();
    }
  }
  std::uint32_t read_e1(std::uint32_t word) {
    access(top_.e1_valid_i, top_.e1_ack_o, false, word, 0);
    return top_.e1_rdata_o;
  }
  void write_e1(std::uint32_t word, std::uint32_t value) {
    access(top_.e1_valid_i, top_.e1_ack_o, true, word, value);
  }
  void write_hdlc(std::uint32_t word, std::uint32_t value) {
    access(top_.hdlc_valid_i, top_.hdlc_ack_o, true, word, value);
  }
  std::uint32_t read_hdlc(std::uint32_t word) {
    access(top_.hdlc_valid_i, top_.hdlc_ack_o, false, word, 0);
    return top_.hdlc_rdata_o;
  }

private:
  void set_clocks(bool high) {
    const bool all = top_.rst_i || top_.e1_valid_i || top_.hdlc_valid_i;
    top_.clk_i = high;
    top_.clk_bit_i = high && (all || top_.bit_awake_o || top_.rx_stb_i);
    top_.clk_span_i = high && (all || top_.span_awake_o);
    top_.clk_hdlc_i = high && (all || top_.hdlc_awake_o);
  }
  /// Where this Verilator lets us say that clocks were low, falling edges cost nothing
  /// (rtl/rising_edge.hpp).
  void clock() {
    set_clocks(true);
    top_.eval();
    if constexpr (requires { top_.rootp->__Vtrigrprev__TOP__clk_i; }) {
      auto& root = *top_.rootp;
      root.__Vtrigrprev__TOP__clk_i = root.__Vtrigrprev__TOP__clk_bit_i = 0;
      root.__Vtrigrprev__TOP__clk_span_i = root.__Vtrigrprev__TOP__clk_hdlc_i = 0;
    } else {
      set_clocks(false);
      top_.eval();
    }
  }
  void access(CData& valid, const CData& ack, bool write, std::uint32_t word, std::uint32_t value) {
    valid = 1;
    top_.reg_write_i = write;
    top_.reg_addr_i = static_cast<std::uint16_t>(word);
    top_.reg_wdata_i = value;
    do
      clock();
    while (!ack);
    clock();
    valid = 0;
    clock();
  }

  VerilatedContext context_;
  Vspan_with_hdlc_model top_;
};

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
  model span;
  for (unsigned slot = 1; slot < 32; ++slot)
    span.write_e1(block::slot_config::offset + slot, slot == 16 ? 3 : 1); // clear, A-law
  span.write_e1(block::config::offset, block::config::enable::of(1) | block::config::crc4::of(1));
  span.write_hdlc(hdlc::channel::offset, hdlc::channel::enable::of(1) | hdlc::channel::bits::of(7) |
                                             hdlc::channel::most::of(260));
  switchroom::test::e1_far_end far(1);
  far.scrambles = true;
  std::vector<switchroom::golden::e1_pulse> pulses;
  double best = 1e9, empty = 1e9;
  for (int n = 0; n < 5; ++n) {
    pulses.clear();
    while (pulses.size() < frames * 256)
      for (const auto& pulse : far.arrives())
        pulses.push_back(pulse);
    const double start = processor_seconds();
    span.run(pulses);
    best = std::min(best, processor_seconds() - start);
    empty = std::min(empty, empty_clock_ns());
  }
  const auto alarms = span.read_e1(block::status::offset) & 0xff;
  const auto aborted =
      span.read_hdlc(hdlc::counter::offset + 3); // of random octets many frames end so
  if (alarms != 0 || aborted == 0) {
    std::fprintf(stderr, "span_bench: alarms of the span: %x; frames aborted: %u\n", alarms,
                 aborted);
    return 1;
  }
  const double ns = best * 1e9 / frames / clocks;
  std::printf("one E1 span, one HDLC channel %6.2f x real time   %5.1f ns a clock; an empty "
              "model's takes %.1f ns\n",
              frames / frames_per_second / best, ns, empty);
}
