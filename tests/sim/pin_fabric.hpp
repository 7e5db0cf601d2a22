// SPDX-License-Identifier: MIT
// The Verilated fabric by its pins alone. Keeps Verilator's headers away from SystemC's: they
// disagree about sc_time_stamp.
#pragma once

#include <cstdint>
#include <memory>

namespace switchroom::sim {

struct pins_in {
  bool clk = false;
  bool rst = false;
  std::uint8_t pcm = 0;
  std::uint32_t loop = 0;
  std::uint8_t link_rx = 0;
  bool link_rx_valid = false;
};

struct pins_out {
  bool frame_stb = false;
  bool line_stb = false;
  std::uint8_t line = 0;
  std::uint8_t pcm = 0;
  std::uint8_t pcm_line = 0;
  std::uint32_t ring = 0;
  bool link_rx_ready = false;
  std::uint8_t link_tx = 0;
  bool link_tx_valid = false;
};

class pin_fabric {
public:
  explicit pin_fabric(int seed);
  ~pin_fabric();
  pin_fabric(const pin_fabric&) = delete;
  pin_fabric& operator=(const pin_fabric&) = delete;
  pins_out eval(const pins_in& in);

private:
  struct model;
  std::unique_ptr<model> model_;
};

} // namespace switchroom::sim
