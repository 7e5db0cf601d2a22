// SPDX-License-Identifier: MIT
/// A block with register port and events beside its golden model: every answer and event of the
/// one is compared with the other's.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "golden/board_port.hpp"
#include "verilated_block.hpp"

namespace switchroom::golden {
inline std::ostream& operator<<(std::ostream& out, const board_event& event) {
  return out << "event kind " << int(event.kind) << " index " << int(event.index) << " data "
             << event.data;
}
} // namespace switchroom::golden

namespace switchroom::test {

/// `Model` is the Verilated block, `Golden` its model. Events are taken after random waits of up
/// to `longest_wait` clocks.
template <class Model, class Golden>
class voice_bench {
public:
  template <class... Arguments>
  voice_bench(unsigned seed, unsigned longest_wait, Arguments... arguments)
      : golden(arguments...), block(seed), random(seed), sleep_(seed), longest_wait_(longest_wait) {
    block->reg_valid_i = 0;
  }

  /// One clock; an event that the block gives up is noted. A block that says it is not awake gets
  /// half of its clocks only, so that every test proves that it misses nothing.
  void clock() {
    if constexpr (requires { block->event_valid_o; }) {
      const bool take = block->event_valid_o && wait_ == 0;
      block->event_ready_i = take;
      if (take) {
        events_.push_back({static_cast<regs::event_kind>(block->event_kind_o), block->event_index_o,
                           block->event_data_o});
        wait_ = static_cast<unsigned>(random() % (longest_wait_ + 1));
      } else if (wait_ > 0) {
        --wait_;
      }
    }
    edge();
  }

  void write(std::uint32_t word, std::uint32_t value) {
    const auto expected = golden.write(static_cast<std::uint16_t>(word), value);
    const auto answer = access(true, static_cast<std::uint16_t>(word), value);
    ASSERT_EQ(answer.status, static_cast<std::uint8_t>(expected.status)) << "write to " << word;
  }
  std::uint32_t read(std::uint32_t word) {
    const auto expected = golden.read(static_cast<std::uint16_t>(word));
    const auto answer = access(false, static_cast<std::uint16_t>(word), 0);
    EXPECT_EQ(answer.status, static_cast<std::uint8_t>(expected.status)) << "read of " << word;
    if (expected.status == regs::status::ok) {
      EXPECT_EQ(answer.data, expected.value) << "read of " << word;
    }
    return answer.data;
  }

  /// The events that the block has given since the last call.
  std::vector<golden::board_event> take_events() { return std::exchange(events_, {}); }

  Golden golden;
  verilated_block<Model> block;
  std::mt19937 random;

private:
  void edge() {
    bool sleeps = false, part_sleeps = false;
    if constexpr (requires { block->awake_o; }) {
      block->eval(); // awake_o depends on inputs
      sleeps = !block->awake_o && sleep_() % 2 != 0;
      if constexpr (requires { block->judge_awake_o; })
        part_sleeps = !block->judge_awake_o && sleep_() % 2 != 0;
      if constexpr (requires { block->bit_awake_o; })
        part_sleeps = !block->bit_awake_o && sleep_() % 2 != 0;
      if constexpr (requires { block->reference_awake_o; })
        part_sleeps = !block->reference_awake_o && sleep_() % 2 != 0;
    }
    block.clock(sleeps, part_sleeps);
  }
  register_answer access(bool write, std::uint16_t word, std::uint32_t value) {
    return ask(block, write, word, value, [this] { clock(); });
  }
  std::mt19937 sleep_; // of its own, so that what a test feeds does not depend on who sleeps when
  unsigned longest_wait_;
  unsigned wait_ = 0;
  std::vector<golden::board_event> events_;
};

} // namespace switchroom::test
