// SPDX-License-Identifier: MIT
/// Two spans in frames of a fabric, in lock step with their golden model: bits both ways, samples
/// both ways, registers and events are compared.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vdigital_lines_model.h"
#include "e1_far_end.hpp"
#include "golden/e1_lines.hpp"
#include "verilated_block.hpp"

namespace switchroom::test {

class e1_bench {
public:
  using block_registers = regs::e1_block;
  static constexpr unsigned spans = 2, first_slot = 8, slots = 32 * spans, clocks = 2048;
  static constexpr unsigned bit_clocks = clocks / 256;
  /// Clock of slot 0 of what the switch says: when nothing else keeps a span awake.
  static constexpr unsigned said_at = 82;

  explicit e1_bench(unsigned seed)
      : golden(spans, first_slot), far{e1_far_end(seed + 100), e1_far_end(seed + 200)},
        random(seed), block_(seed), sleep_(seed) {
    block_->rx_stb_i = block_->rx_pos_i = block_->rx_neg_i = 0;
    block_->frame_stb_i = block_->slot_stb_i = block_->egress_stb_i = block_->e1_valid_i = 0;
    block_->event_ready_i = 1;
    block_->left_i = 1;
    block_.reset();
    for (unsigned n = 0; n < 64; ++n) // memories are set
      block_.clock();
  }

  golden::e1_lines golden;
  std::array<e1_far_end, spans> far;
  std::mt19937 random;
  std::array<std::int16_t, slots> said{};  ///< by the switch, in the next frame
  std::array<std::int16_t, slots> heard{}; ///< by the switch, in the last frame
  bool switch_is_random = true;

  /// A register is written, or read and compared, in the frames that come.
  void write(std::uint32_t word, std::uint32_t value) {
    requests_.push_back({static_cast<std::uint16_t>(word), value});
  }
  void read(std::uint32_t word) { requests_.push_back({static_cast<std::uint16_t>(word), {}}); }

  /// Pulses that a span sent in the last frame.
  const std::vector<golden::e1_pulse>& sent(unsigned span) const { return sent_[span]; }
  /// Events so far.
  std::vector<golden::board_event> events(unsigned span) const { return events_[span]; }

  void frame() {
    for (auto& pulses : sent_)
      pulses.clear();
    if (switch_is_random)
      for (auto& sample : said)
        sample = static_cast<std::int16_t>(random());
    for (unsigned clock = 0; clock < clocks; ++clock)
      ASSERT_NO_FATAL_FAILURE(one(clock)) << "clock " << clock << " of frame " << frames_;
    ASSERT_NO_FATAL_FAILURE(compare_events());
    ++frames_;
  }
  void frames(unsigned count) {
    for (unsigned n = 0; n < count; ++n)
      ASSERT_NO_FATAL_FAILURE(frame());
  }
  /// Frames until all requests are made.
  void settle() {
    while (!requests_.empty())
      ASSERT_NO_FATAL_FAILURE(frame());
  }

private:
  struct request {
    std::uint16_t word = 0;
    std::optional<std::uint32_t> value; ///< none: a read
  };

  void one(unsigned clock) {
    const unsigned phase = clock % bit_clocks;
    block_->frame_stb_i = clock == 0;
    block_->left_i = static_cast<std::uint16_t>(clocks - 1 - clock);
    if (phase == 0)
      for (unsigned s = 0; s < spans; ++s)
        for (const auto& pulse : far[s].arrives())
          arriving_[s].push_back(pulse);
    set_line(phase);
    set_switch(clock);
    set_request(clock, phase);
    block_->eval();
    ASSERT_NO_FATAL_FAILURE(step_golden(clock, phase));
    ASSERT_NO_FATAL_FAILURE(compare_line());
    take_event();
    const bool sleeps = !block_->awake_o && block_->rx_stb_i == 0 && sleep_() % 2 != 0;
    const bool span_sleeps = !block_->span_awake_o && sleep_() % 2 != 0;
    const unsigned slot = clock - first_slot;
    const bool asked = block_->slot_stb_i;
    block_.clock(sleeps, span_sleeps);
    if (slot < slots) {
      heard[slot] = asked ? static_cast<std::int16_t>(block_->sample_o) : std::int16_t{0};
      ASSERT_EQ(heard[slot], golden.span(slot / 32).sample(slot % 32)) << "slot " << slot;
    }
  }

  /// Bits arrive early in a bit of the fabric, so that requests fall between bits.
  void set_line(unsigned phase) {
    block_->rx_stb_i = 0;
    for (unsigned s = 0; s < spans; ++s) {
      presented_[s].reset();
      if (arriving_[s].empty() || phase > 2 ||
          (phase < 2 && arriving_[s].size() == 1 && random() % 3 != 0))
        continue;
      presented_[s] = arriving_[s].front();
      arriving_[s].pop_front();
      block_->rx_stb_i = static_cast<std::uint8_t>(block_->rx_stb_i | 1u << s);
      const auto put = [s](auto& port, bool level) {
        port = static_cast<std::uint8_t>((port & ~(1u << s)) | unsigned{level} << s);
      };
      put(block_->rx_pos_i, presented_[s]->positive);
      put(block_->rx_neg_i, presented_[s]->negative);
    }
  }
  void set_switch(unsigned clock) {
    const unsigned slot = clock - first_slot, egress = clock - said_at;
    block_->slot_stb_i = slot < slots && (block_->speaks_o >> slot & 1) != 0;
    block_->slot_i = static_cast<std::uint8_t>(slot % slots);
    block_->egress_stb_i = egress < 128;
    block_->egress_slot_i = static_cast<std::uint8_t>(egress % 128);
    block_->egress_sample_i = egress - first_slot < slots
                                  ? static_cast<std::uint16_t>(said[egress - first_slot])
                                  : 0x5a5a;
  }
  void set_request(unsigned clock, unsigned phase) {
    const bool asks = !requests_.empty() && clock > 400;
    block_->e1_valid_i = asks && phase >= 4 && phase <= 6;
    if (!asks)
      return;
    block_->reg_addr_i = requests_.front().word;
    block_->reg_write_i = requests_.front().value.has_value();
    block_->reg_wdata_i = requests_.front().value.value_or(0);
  }

  void step_golden(unsigned clock, unsigned phase) {
    if (clock == 1)
      golden.frame();
    for (unsigned s = 0; s < spans; ++s) {
      auto& span = golden.span(s);
      if (const unsigned slot = clock - said_at - first_slot; slot / 32 == s)
        span.egress(slot % 32, said[slot]);
      if (phase == 1 && span.enabled()) {
        const auto leaves = span.send(clock / bit_clocks);
        if (span.looped() != golden::e1_span::loop::line)
          expected_[s].push_back(leaves);
        if (span.looped() == golden::e1_span::loop::local)
          golden.receive(s, leaves);
      }
      if (received_[s] && span.enabled()) {
        if (span.looped() != golden::e1_span::loop::local)
          golden.receive(s, *received_[s]);
        if (span.looped() == golden::e1_span::loop::line)
          expected_[s].push_back(*received_[s]);
      }
      received_[s] = presented_[s];
    }
    if (requests_.empty() || clock <= 400)
      return;
    const auto& [word, value] = requests_.front();
    if (phase == 5)
      answer_ = value ? golden.write(word, *value) : golden.read(word);
    if (phase == 6) {
      ASSERT_TRUE(block_->e1_ack_o);
      ASSERT_EQ(block_->e1_status_o, static_cast<std::uint8_t>(answer_.status)) << "word " << word;
      if (!value && answer_.status == regs::status::ok) {
        ASSERT_EQ(block_->e1_rdata_o, answer_.value) << "word " << word;
      }
      requests_.pop_front();
    }
  }
  void compare_line() {
    for (unsigned s = 0; s < spans; ++s) {
      if ((block_->tx_stb_o >> s & 1) == 0)
        continue;
      ASSERT_FALSE(expected_[s].empty()) << "span " << s;
      const golden::e1_pulse pulse{(block_->tx_pos_o >> s & 1) != 0,
                                   (block_->tx_neg_o >> s & 1) != 0};
      ASSERT_EQ(pulse.positive, expected_[s].front().positive) << "span " << s;
      ASSERT_EQ(pulse.negative, expected_[s].front().negative) << "span " << s;
      expected_[s].pop_front();
      sent_[s].push_back(pulse);
    }
  }
  void take_event() {
    if (!block_->event_valid_o)
      return;
    const golden::board_event event{static_cast<regs::event_kind>(block_->event_kind_o),
                                    block_->event_index_o, block_->event_data_o};
    events_[span_of(event)].push_back(event);
  }
  static unsigned span_of(const golden::board_event& event) {
    return event.kind == regs::event_kind::e1_alarms ? event.index : event.index / 32;
  }
  void compare_events() {
    std::array<std::vector<golden::board_event>, spans> told;
    for (const auto& event : golden.events)
      told[span_of(event)].push_back(event);
    for (unsigned s = 0; s < spans; ++s) {
      ASSERT_EQ(events_[s].size(), told[s].size()) << "events of span " << s;
      for (std::size_t n = 0; n < told[s].size(); ++n)
        ASSERT_TRUE(events_[s][n] == told[s][n])
            << "event " << n << " of span " << s << ": " << events_[s][n].data << ", not "
            << told[s][n].data;
    }
  }

  verilated_block<Vdigital_lines_model> block_;
  std::mt19937 sleep_;
  std::deque<request> requests_;
  golden::register_answer answer_;
  std::array<std::deque<golden::e1_pulse>, spans> arriving_, expected_;
  std::array<std::optional<golden::e1_pulse>, spans> presented_, received_;
  std::array<std::vector<golden::e1_pulse>, spans> sent_;
  std::array<std::vector<golden::board_event>, spans> events_;
  unsigned frames_ = 0;
};

} // namespace switchroom::test
