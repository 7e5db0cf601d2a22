// SPDX-License-Identifier: MIT
/// Writes of registers that come in the midst of a frame.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include <gtest/gtest.h>

namespace switchroom::test {

struct timed_write {
  unsigned clock; ///< of the frame, in which it is asked for
  std::uint16_t word;
  std::uint32_t value;
};

/// Asks for one after the other: each is held until it is acknowledged, and a clock longer. The
/// next one waits for that. A block takes it into its registers in the clock after the first.
class timed_writes {
public:
  void add(const timed_write& write) { waiting_.push_back(write); }
  bool empty() const { return waiting_.empty() && !now_; }

  /// Before a clock: sets the inputs. Returns the write that this clock takes into the registers.
  template <class Block>
  std::optional<timed_write> before(Block& block, unsigned clock) {
    if (acknowledged_) {
      block->reg_valid_i = 0;
      now_.reset();
      acknowledged_ = false;
    } else if (!now_ && !waiting_.empty() && waiting_.front().clock <= clock) {
      now_ = waiting_.front();
      waiting_.pop_front();
      block->reg_valid_i = block->reg_write_i = 1;
      block->reg_addr_i = now_->word;
      block->reg_wdata_i = now_->value;
      began_ = clock;
    }
    return now_ && clock == began_ + 1 ? now_ : std::nullopt;
  }
  /// After it.
  template <class Block>
  void after(Block& block) {
    if (now_ && block->reg_ack_o && !leaving_) {
      EXPECT_EQ(block->reg_status_o, 0) << "write to " << now_->word;
      leaving_ = true; // it is still there in the clock of the acknowledgement
    } else if (leaving_) {
      acknowledged_ = true;
      leaving_ = false;
    }
  }

private:
  std::deque<timed_write> waiting_;
  std::optional<timed_write> now_;
  unsigned began_ = 0;
  bool leaving_ = false, acknowledged_ = false;
};

} // namespace switchroom::test
