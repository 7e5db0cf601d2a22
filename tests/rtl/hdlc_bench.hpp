// SPDX-License-Identifier: MIT
/// The HDLC channels beside their golden model, and a host that reads and writes their rings.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include <gtest/gtest.h>

#include "Vhdlc_channels_model.h"
#include "golden/hdlc_channels.hpp"
#include "hdlc_peer.hpp"
#include "voice_bench.hpp"

namespace switchroom::test {

inline constexpr unsigned hdlc_count = 3, hdlc_first_slot = 5, hdlc_slots = 16, hdlc_words = 64;

class hdlc_bench : public voice_bench<Vhdlc_channels_model, golden::hdlc_channels> {
  using base = voice_bench<Vhdlc_channels_model, golden::hdlc_channels>;

public:
  using regs_block = regs::hdlc_block;
  using config = regs_block::channel;

  explicit hdlc_bench(unsigned seed, unsigned longest_wait = 0)
      : base(seed, longest_wait, hdlc_count, hdlc_first_slot, hdlc_words) {
    block->egress_stb_i = block->channel_stb_i = block->event_ready_i = 0;
    block.reset();
    for (int n = 0; n < 64; ++n)
      clock();
  }

  static std::uint32_t word(unsigned bits, bool idle_ones, unsigned most) {
    return config::enable::of(1) | config::bits::of(bits - 1) | config::idle_ones::of(idle_ones) |
           config::mark::of(most) | config::most::of(most);
  }
  void configure(unsigned channel, unsigned bits, bool idle_ones = false, unsigned most = 200) {
    write(config::offset + channel, word(bits, idle_ones, most));
  }

  /// A frame of 128 clocks: what the channels say is asked for, then they get `line`.
  void frame(const std::array<std::uint16_t, hdlc_count>& line) {
    for (unsigned clock = 0; clock < 128; ++clock) {
      const unsigned asked = clock - hdlc_first_slot, slot = clock - 3;
      block->channel_stb_i = asked < hdlc_count;
      block->channel_i = asked % 4;
      block->egress_stb_i = slot < hdlc_slots;
      block->egress_slot_i = slot % hdlc_slots;
      const unsigned channel = slot - hdlc_first_slot;
      block->egress_sample_i =
          channel < hdlc_count ? line[channel] : static_cast<std::uint16_t>(random());
      base::clock();
      if (asked < hdlc_count) {
        EXPECT_EQ((block->speaks_o >> asked & 1) != 0, golden.speaks(asked));
        said[asked] = block->sample_o;
        ASSERT_EQ(said[asked], static_cast<std::uint16_t>(golden.sample(asked)))
            << "channel " << asked;
      }
    }
    golden.frame_of([&](unsigned n) { return line[n]; });
  }
  std::uint32_t counter(unsigned channel, regs::hdlc_counter what) {
    return read(regs_block::counter::offset + 8 * channel + static_cast<unsigned>(what));
  }

  /// All frames that the receive ring has.
  std::vector<octets> receive(unsigned channel) {
    std::vector<octets> frames;
    auto& tail = tails_[channel];
    const std::uint32_t head = read(regs_block::receive_head::offset + channel);
    while (tail != head) {
      octets frame(ring_word(channel, tail));
      for (std::size_t n = 0; n < frame.size(); n += 4) {
        const std::uint32_t four = ring_word(channel, tail);
        for (std::size_t k = 0; k < 4 && n + k < frame.size(); ++k)
          frame[n + k] = static_cast<std::uint8_t>(four >> 8 * k);
      }
      frames.push_back(std::move(frame));
    }
    write(regs_block::receive_tail::offset + channel, tail);
    return frames;
  }
  /// False: the transmit ring has no room.
  bool transmit(unsigned channel, const octets& frame) {
    const std::uint32_t tail = read(regs_block::transmit_tail::offset + channel);
    auto& head = heads_[channel];
    const std::size_t words = 1 + (frame.size() + 3) / 4;
    if (((head - tail) & (2 * hdlc_words - 1)) + words > hdlc_words)
      return false;
    put_word(channel, head, static_cast<std::uint32_t>(frame.size()));
    for (std::size_t n = 0; n < frame.size(); n += 4) {
      std::uint32_t four = 0;
      for (std::size_t k = 0; k < 4 && n + k < frame.size(); ++k)
        four |= std::uint32_t{frame[n + k]} << 8 * k;
      put_word(channel, head, four);
    }
    write(regs_block::transmit_head::offset + channel, head);
    return true;
  }
  void put_word(unsigned channel, std::uint32_t& pointer, std::uint32_t value) {
    write(regs_block::transmit_ring::offset + 256 * channel + pointer % hdlc_words, value);
    pointer = (pointer + 1) % (2 * hdlc_words);
  }
  /// After a channel was disabled.
  void forget(unsigned channel) { tails_[channel] = heads_[channel] = 0; }
  std::uint32_t& head(unsigned channel) { return heads_[channel]; }

  std::array<std::uint16_t, hdlc_count> said{};

private:
  std::uint32_t ring_word(unsigned channel, std::uint32_t& pointer) {
    const std::uint32_t value =
        read(regs_block::receive_ring::offset + 256 * channel + pointer % hdlc_words);
    pointer = (pointer + 1) % (2 * hdlc_words);
    return value;
  }
  std::array<std::uint32_t, hdlc_count> tails_{}, heads_{};
};

} // namespace switchroom::test
