// SPDX-License-Identifier: MIT
#include "board/verilated_fabric.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include <Vfabric_model.h>
#include <Vfabric_model___024root.h>
#include <verilated.h>

#include <fabric_clock.hpp>

namespace switchroom::sim {
namespace {

constexpr int random_values = 2; // Verilated's name for "x is random"
constexpr unsigned reset_clocks = 16;
constexpr unsigned most_clocks = 1U << 16U; // a frame that takes longer has no strobe

// A bit each second clock, and those beyond 256 in between.
bool span_bit_is_due(const frame_pins& pins, unsigned clock, unsigned clocks) {
  return !pins.from_span.empty() &&
         (clock % 2 == 0 || pins.from_span.size() > (clocks - clock) / 2);
}

bool loop_changes_within(const frame_pins& pins) {
  return std::any_of(pins.from_lines.begin(), pins.from_lines.end(), [](const line_sense& line) {
    return line.loop != 0 && line.loop != whole_frame;
  });
}

} // namespace

verilated_fabric::verilated_fabric(std::uint64_t seed)
    : context_(std::make_unique<VerilatedContext>()) {
  context_->randReset(random_values);
  context_->randSeed(static_cast<int>(seed % 0x7fffffffU) + 1);
  model_ = std::make_unique<Vfabric_model>(context_.get());
  static_assert(sizeof(model_->loop_i) * 8 >= fabric_lines);
  model_->loop_i = 0;
  model_->ring_i = model_->polarity_i = model_->current_i = 0;
  model_->rx_stb_i = 0;
  model_->iom2_dd_i = model_->iom2_du_i = 1;
  model_->ref_stb_i = 0;
  model_->pcm_i = 0;
  model_->link_rx_i = 0;
  model_->link_rx_valid_i = 0;
  model_->link_tx_ready_i = 1;
  reset();
  clocks_per_frame_ = clocks_to_strobe();
  reset();
}

verilated_fabric::~verilated_fabric() {
  model_->final();
}

void verilated_fabric::reset() {
  rtl::clocks_low(*model_);
  model_->skip_i = 0;
  model_->rst_i = 1;
  model_->eval(); // the first evaluation sees no edge
  for (unsigned clock = 0; clock < reset_clocks; ++clock) {
    rtl::fabric_clock(*model_);
  }
  model_->rst_i = 0;
  clocks_to_strobe();
}

unsigned verilated_fabric::clocks_to_strobe() {
  for (unsigned clock = 1; clock <= most_clocks; ++clock) {
    rtl::fabric_clock(*model_);
    if (model_->frame_stb_o != 0) {
      return clock;
    }
  }
  throw std::runtime_error("the fabric gives no frame strobe; rebuild fabric_model");
}

void verilated_fabric::set_loop(const frame_pins& pins, unsigned sub_frame) {
  std::uint64_t loop = 0;
  for (unsigned line = 0; line < fabric_lines; ++line) {
    loop |= std::uint64_t{(pins.from_lines[line].loop >> sub_frame) & 1U} << line;
  }
  model_->loop_i = static_cast<std::remove_reference_t<decltype(model_->loop_i)>>(loop);
}

// A bit begins with each clocks_a_bit-th clock of the frame; DD has it one clock later.
void verilated_fabric::exchange_with_stations(frame_pins& pins, unsigned clock) {
  const unsigned clocks_a_bit = clocks_per_frame_ / frame_pins::bits_a_frame;
  const unsigned bit = std::min(clock / clocks_a_bit, frame_pins::bits_a_frame - 1);
  model_->iom2_du_i = pins.from_stations[bit];
  model_->iom2_dd_i = model_->iom2_dd_o; // nobody else drives it
  if (clock % clocks_a_bit != 0) {
    pins.to_stations[bit] = model_->iom2_dd_o != 0;
  }
}

void verilated_fabric::set_exchanges(const frame_pins& pins) {
  unsigned ring = 0;
  unsigned reversed = 0;
  unsigned current = 0;
  for (unsigned n = 0; n < fabric_exchange_lines; ++n) {
    ring |= (pins.from_exchanges[n].ring ? 1U : 0U) << n;
    reversed |= (pins.from_exchanges[n].reversed ? 1U : 0U) << n;
    current |= (pins.from_exchanges[n].current ? 1U : 0U) << n;
  }
  model_->ring_i = static_cast<CData>(ring);
  model_->polarity_i = static_cast<CData>(reversed);
  model_->current_i = static_cast<CData>(current);
}

void verilated_fabric::run_frame(frame_pins& pins) {
  Vfabric_model& model = *model_;
  const unsigned sub_frame_clocks = clocks_per_frame_ / sub_frames;
  const bool watch_loop = loop_changes_within(pins);
  set_loop(pins, 0);
  set_exchanges(pins);
  pins.to_stations.fill(true);
  unsigned clock = 0;
  do { // a frame may have a clock more or less (docs/adr/0024)
    if (watch_loop && clock % sub_frame_clocks == 0) {
      set_loop(pins, std::min(clock / sub_frame_clocks, sub_frames - 1));
    }
    const bool offered = !pins.from_host.empty();
    model.link_rx_valid_i = offered;
    model.link_rx_i = offered ? pins.from_host.front() : 0;
    if (offered && model.link_rx_ready_o != 0) {
      pins.from_host.pop_front();
    }
    if (model.link_tx_valid_o != 0) {
      pins.to_host.push_back(model.link_tx_o);
    }
    if (model.line_stb_o != 0 && model.line_o < fabric_lines) {
      pins.to_lines[model.line_o].octet = model.pcm_o;
    }
    if (model.tx_stb_o != 0) {
      pins.to_span.push_back({model.tx_pos_o != 0, model.tx_neg_o != 0});
    }
    model.rx_stb_i = span_bit_is_due(pins, clock, clocks_per_frame_);
    if (model.rx_stb_i != 0) {
      model.rx_pos_i = pins.from_span.front().positive;
      model.rx_neg_i = pins.from_span.front().negative;
      pins.from_span.pop_front();
    }
    exchange_with_stations(pins, clock);
    // The codec interface is a synchronous RAM: the address of this clock, the octet in the next.
    const std::uint8_t octet =
        model.pcm_line_o < fabric_lines ? pins.from_lines[model.pcm_line_o].octet : 0;
    const unsigned who = rtl::awake(model);
    const unsigned skip = watch_loop || !pins.from_span.empty() ? 0 : rtl::idle_clocks(model, who);
    rtl::fabric_clock(model, skip, who);
    clock += skip + 1;
    model.pcm_i = octet;
  } while (model.frame_stb_o == 0);
  for (unsigned line = 0; line < fabric_lines; ++line) {
    pins.to_lines[line].ring = ((std::uint64_t{model.ring_o} >> line) & 1U) != 0;
    pins.to_lines[line].reverse = ((std::uint64_t{model.reverse_o} >> line) & 1U) != 0;
  }
  for (unsigned n = 0; n < fabric_exchange_lines; ++n) {
    pins.loops_closed[n] = ((unsigned{model.loop_close_o} >> n) & 1U) != 0;
  }
}

} // namespace switchroom::sim
