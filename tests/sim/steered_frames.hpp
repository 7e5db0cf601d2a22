// SPDX-License-Identifier: MIT
/// steered_frames.sv beside an oscillator, in seconds. Has no SystemC in it: Verilator's headers
/// take another way where there is some.
#pragma once
#include "clock/timing_sources.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace switchroom::sim {

class steered_frames {
public:
  explicit steered_frames(oscillator::character);
  ~steered_frames();

  /// All clocks up to `seconds`; those in which nothing happens are left out.
  void run_until(double seconds);
  /// In the next clock.
  void strobe(unsigned reference);
  /// A register of regs/clock.toml; a refusal fails the test.
  std::uint32_t read(std::uint16_t word) { return access(false, word, 0); }
  void write(std::uint16_t word, std::uint32_t value) { access(true, word, value); }

  std::vector<double> time_error; ///< how late frames are, in seconds, one each 20 ms

private:
  struct model;
  std::uint32_t access(bool write, std::uint16_t word, std::uint32_t value);
  double period();
  void clock(unsigned skip);

  oscillator oscillator_;
  std::unique_ptr<model> model_;
  double now_ = 0;
};

} // namespace switchroom::sim
