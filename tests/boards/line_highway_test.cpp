// SPDX-License-Identifier: MIT
// The highway seen from its pins, by codecs that know only frame sync and bit clock.
#include "Vline_highway_model.h"
#include "verilated_block.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace {
constexpr int clocks_per_frame = 8192, lines = 8, frames = 40;
using octets = std::array<std::uint8_t, lines>;

/// Codecs on the highway: they shift out on the falling and sample on the rising edge.
struct codecs {
  int bit = -1; ///< of the frame, counted from frame sync
  bool last_clock = false;
  octets hears{}, says{};
  int frames_seen = 0;

  void step(Vline_highway_model& pins) {
    const bool rising = pins.bclk_o && !last_clock, falling = !pins.bclk_o && last_clock;
    last_clock = pins.bclk_o;
    if (rising) {
      bit = pins.fsync_o ? 0 : bit + 1;
      frames_seen += pins.fsync_o;
      if (bit >= 0 && bit < lines * 8) {
        auto& octet = hears[static_cast<std::size_t>(bit / 8)];
        octet = static_cast<std::uint8_t>(octet << 1 | pins.data_o);
      }
    }
    if (falling) { // present the next bit
      const int next = bit + 1;
      const int slot = next % 256 / 8;
      pins.data_i = slot < lines && (says[static_cast<std::size_t>(slot)] >> (7 - next % 8) & 1);
    }
  }
};

TEST(PcmHighway, CarriesEveryOctetBothWaysOneFrameLater) {
  std::mt19937 random(11);
  switchroom::test::verilated_block<Vline_highway_model> highway(2);
  highway->data_i = 0;
  highway.reset();
  codecs far;
  octets sent{}, sent_before{}, spoken_before{};
  for (int frame = 0; frame < frames; ++frame) {
    for (int clock = 0; clock < clocks_per_frame; ++clock) {
      const int slot = clock / (clocks_per_frame / 256);
      highway->frame_stb_i = clock == 0;
      highway->line_stb_i = slot < lines && clock % (clocks_per_frame / 256) == 3;
      highway->line_i = static_cast<std::uint8_t>(slot % lines);
      if (highway->line_stb_i) {
        // The fabric writes line n's octet early in the frame; it must not appear in this one
        // before its own time slot has passed.
        sent[static_cast<std::size_t>(slot)] = static_cast<std::uint8_t>(random());
        highway->pcm_i = sent[static_cast<std::size_t>(slot)];
      }
      highway->read_line_i = static_cast<std::uint8_t>(slot % lines);
      highway.clock();
      far.step(*highway);
      if (slot < lines && clock % (clocks_per_frame / 256) == 2 && frame > 2) {
        EXPECT_EQ(highway->pcm_o, spoken_before[static_cast<std::size_t>(slot)])
            << "line " << slot << " frame " << frame;
      }
    }
    if (frame > 2) {
      EXPECT_EQ(far.hears, sent_before) << "frame " << frame;
    }
    sent_before = sent;
    spoken_before = far.says;
    for (auto& octet : far.says)
      octet = static_cast<std::uint8_t>(random());
  }
  EXPECT_NEAR(far.frames_seen, frames, 1);
}
} // namespace
