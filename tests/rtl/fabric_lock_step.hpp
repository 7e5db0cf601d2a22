// SPDX-License-Identifier: MIT
/// The whole fabric over its link, in lock step with the golden models of its blocks joined.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "fabric_harness.hpp"
#include "golden/fabric.hpp"

namespace switchroom::test {
using board::sample;
using golden::fabric_input;
using golden::fabric_output;

inline constexpr golden::fabric_shape shape{.slots = fabric_harness::slots};

/// Fabric and golden model side by side from reset on. Lines say random octets; host slots
/// that are enabled get a random sample, or now and then none.
class lock_step {
public:
  explicit lock_step(unsigned seed) : random(seed), fabric(seed), golden_(shape) {
    fabric.connect();
    // Frames so far were silent; the golden model's tables are as after reset, its detectors' hops
    // and references go on.
    const fabric_input silence{std::vector<std::uint8_t>(shape.lines),
                               std::vector<std::optional<std::int16_t>>(shape.host_slots)};
    for (next_frame_ = 0; next_frame_ != fabric.cell_frame + 1; ++next_frame_)
      golden_.frame(silence);
  }

  /// A write that takes effect after the frame that comes next. There is room for one of four
  /// words a frame, so that frames may pass before it.
  void write(std::uint16_t type, std::uint16_t word, const std::vector<std::uint32_t>& values) {
    for (std::size_t n = 0; n < values.size(); ++n) {
      if (n % 4 == 0) {
        if (!writes_.empty()) {
          ASSERT_NO_FATAL_FAILURE(frame());
        }
        fabric.write(
            type, word,
            std::span(values).subspan(n).first(std::min(values.size() - n, std::size_t{4})));
      }
      writes_.push_back({type, word++, values[n]});
    }
  }

  void frame() {
    for (auto& octet : fabric.octets_in)
      octet = static_cast<std::uint8_t>(random());
    frame_as_said();
  }
  /// The lines say what fabric.octets_in has.
  void frame_as_said() {
    const fabric_input input{{fabric.octets_in.begin(), fabric.octets_in.end()}, due(next_frame_)};
    send_cell();
    fabric.frame();
    const auto output = golden_.frame(input);
    ASSERT_EQ(fabric.cell_frame, next_frame_);
    for (unsigned n = 0; n < shape.lines; ++n)
      ASSERT_EQ(fabric.octets_out[n], output.octets[n]) << "line " << n << frame_text();
    ASSERT_EQ(fabric.unwanted_strobes, 0u);
    if (frames_since_config_ > 2) {
      ASSERT_EQ(fabric.cell, expected_cell()) << "cell" << frame_text();
    }
    before_ = output;
    ++frames_since_config_;
    ++next_frame_;
    ASSERT_EQ(fabric.unanswered(), 0u) << "the test asks too much of one frame";
    for (const auto& [type, word, value] : writes_) {
      golden_.write(type, word, value);
      if (type == regs::link_block::type)
        frames_since_config_ = 0;
    }
    writes_.clear();
  }
  void frames(int count) {
    for (int n = 0; n < count; ++n)
      ASSERT_NO_FATAL_FAILURE(frame());
  }
  const fabric_output& output() const { return before_; }
  const golden::fabric& golden() const { return golden_; }

  /// From now on host slots say by themselves who they are, of 32, and in which frame, of 2048.
  bool traced = false;
  static std::int16_t trace(unsigned slot, std::uint32_t frame) {
    return static_cast<std::int16_t>(slot % 32 << 11 | (frame & 2047));
  }
  std::uint32_t next_frame() const { return next_frame_; }

  std::mt19937 random;
  fabric_harness fabric;

private:
  struct executed {
    std::uint16_t type, word;
    std::uint32_t value;
  };
  std::string frame_text() const { return ", frame " + std::to_string(next_frame_); }

  // The board must have a sample one frame ahead at the latest; this host is two ahead.
  void send_cell() {
    if (traced)
      return send_traced_cell();
    std::vector<std::optional<std::int16_t>> samples(shape.host_slots);
    std::vector<sample> sent;
    for (unsigned n = 0; n < shape.host_slots; ++n) {
      if (!golden_.host_slot_enabled(n) || random() % 16 == 0)
        continue;
      samples[n] = static_cast<std::int16_t>(random());
      sent.push_back({static_cast<std::uint8_t>(n), *samples[n]});
    }
    fabric.send_cell(next_frame_ + 2, sent);
    due_.emplace_back(next_frame_ + 2, samples);
  }
  void send_traced_cell() {
    std::vector<std::optional<std::int16_t>> samples(shape.host_slots);
    std::vector<sample> sent;
    for (unsigned n = 0; n < shape.host_slots; ++n)
      if (golden_.host_slot_enabled(n)) {
        samples[n] = trace(n, next_frame_ + 2);
        sent.push_back({static_cast<std::uint8_t>(n), *samples[n]});
      }
    fabric.send_cell(next_frame_ + 2, sent);
    due_.emplace_back(next_frame_ + 2, samples);
  }
  std::vector<std::optional<std::int16_t>> due(std::uint32_t frame) {
    if (!due_.empty() && due_.front().first == frame) {
      auto samples = due_.front().second;
      due_.pop_front();
      return samples;
    }
    return std::vector<std::optional<std::int16_t>>(shape.host_slots);
  }
  // A board_cell carries what left the switch in the frame before it.
  std::vector<sample> expected_cell() const {
    std::vector<sample> cell;
    for (unsigned n = 0; n < shape.host_slots; ++n)
      if (golden_.host_slot_enabled(n))
        cell.push_back({static_cast<std::uint8_t>(n), before_.samples[n]});
    return cell;
  }

  golden::fabric golden_;
  fabric_output before_;
  std::deque<std::pair<std::uint32_t, std::vector<std::optional<std::int16_t>>>> due_;
  std::vector<executed> writes_;
  std::uint32_t next_frame_ = 0;
  int frames_since_config_ = 0;
};

inline std::uint32_t connection(std::uint32_t source, bool enable = true) {
  using block = regs::switch_block::connection;
  return block::source::of(source) | block::enable::of(enable ? 1 : 0);
}

} // namespace switchroom::test
