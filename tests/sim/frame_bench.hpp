// SPDX-License-Identifier: MIT
// A SystemC bench that acts once a frame.
#pragma once

#include <cstdint>
#include <functional>
#include <systemc>

#include <gtest/gtest.h>

namespace switchroom::sim {

class frame_bench : public sc_core::sc_module {
  SC_HAS_PROCESS(frame_bench);

public:
  explicit frame_bench(const sc_core::sc_module_name& name,
                       std::function<void(std::uint64_t)> on_frame)
      : sc_module(name), on_frame_(std::move(on_frame)) {
    SC_METHOD(step);
  }

  // Runs that many frames, and checks that the simulation ran for them and stopped.
  void run(std::uint64_t frames) {
    const sc_core::sc_time begin = sc_core::sc_time_stamp();
    const std::uint64_t before = frame_;
    sc_core::sc_start(period_ * static_cast<double>(frames));
    ASSERT_EQ(sc_core::sc_time_stamp() - begin, period_ * static_cast<double>(frames));
    ASSERT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    ASSERT_EQ(frame_ - before, frames);
  }

  std::uint64_t frame() const { return frame_; }

private:
  void step() {
    on_frame_(frame_);
    ++frame_;
    next_trigger(period_);
  }

  const sc_core::sc_time period_{125, sc_core::SC_US};
  std::function<void(std::uint64_t)> on_frame_;
  std::uint64_t frame_ = 0;
};

} // namespace switchroom::sim
