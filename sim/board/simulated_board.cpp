// SPDX-License-Identifier: MIT
#include "board/simulated_board.hpp"

#include "loop/levels.hpp"

#include <stdexcept>
#include <string>

namespace switchroom::sim {

simulated_board::simulated_board(const sc_core::sc_module_name& name, const board_options& options)
    : sc_module(name), fabric_(options.seed) {
  if (options.lines > fabric_lines) {
    throw std::invalid_argument("the fabric has " + std::to_string(fabric_lines) + " lines: " +
                                std::to_string(options.lines) + " phones cannot be attached");
  }
  seeded_random seeds(options.seed);
  for (unsigned line = 0; line < options.lines; ++line) {
    const std::string number = std::to_string(line + 1);
    loop_options loop = options.loop;
    loop.seed = seeds.next();
    phones_.push_back(std::make_unique<phone>(("phone_" + number).c_str(), options.keys));
    loops_.push_back(std::make_unique<subscriber_loop>(("loop_" + number).c_str(), loop));
    loops_.back()->handset.bind(*phones_.back());
  }
  if (options.span) {
    far_end_.emplace(*options.span);
  }
  SC_METHOD(run_frame);
}

void simulated_board::run_frame() {
  const auto started = std::chrono::steady_clock::now();
  for (unsigned line = 0; line < loops_.size(); ++line) {
    pins_.from_lines[line] = loops_[line]->exchange(pins_.to_lines[line]);
  }
  run_span();
  fabric_.run_frame(pins_);
  ++frame_;
  computing_ += std::chrono::steady_clock::now() - started;
  next_trigger(frame_period_);
}

void simulated_board::run_span() {
  if (!far_end_) {
    return;
  }
  for (const golden::e1_pulse& pulse : pins_.to_span) {
    far_end_->hears(pulse);
  }
  pins_.to_span.clear();
  for (unsigned bit = 0; bit < 256; ++bit) {
    for (const golden::e1_pulse& pulse : far_end_->arrives()) {
      pins_.from_span.push_back(pulse);
    }
  }
}

void simulated_board::feed(std::span<const std::uint8_t> octets) {
  pins_.from_host.insert(pins_.from_host.end(), octets.begin(), octets.end());
}

void simulated_board::take(std::vector<std::uint8_t>& octets) {
  octets.insert(octets.end(), pins_.to_host.begin(), pins_.to_host.end());
  pins_.to_host.clear();
}

double simulated_board::real_time_factor() const {
  const double computing_s = std::chrono::duration<double>(computing_).count();
  return computing_s > 0 ? static_cast<double>(frame_) / frames_per_second / computing_s : 0.0;
}

} // namespace switchroom::sim
