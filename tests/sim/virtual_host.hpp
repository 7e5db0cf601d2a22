// SPDX-License-Identifier: MIT
// The host's end of a simulated board in virtual time, with switchroomd's own board client.
#pragma once

#include "board/client.hpp"
#include "board/lock_step.hpp"
#include "board/simulated_board.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {

class virtual_host {
public:
  explicit virtual_host(simulated_board& board) : board_(board), client_({}) {
    client_.connected(instant{}, todo_);
    time_.connect();
    carry_out();
  }

  // For several boards in one kernel: begin all, sc_start() a frame, end all.
  void begin_frame() {
    ASSERT_TRUE(time_.may_run()) << "the host owes the board a cell";
    fed.clear();
    time_.take(fed);
    board_.feed(fed);
  }
  void end_frame() {
    said.clear();
    board_.take(said);
    time_.from_board(said);
    client_.received(said, now(), todo_);
    carry_out();
    if (on_frame) {
      on_frame();
    }
  }

  // Octets of the last frame: to the board, and from it.
  std::vector<std::uint8_t> fed;
  std::vector<std::uint8_t> said;
  // After every frame.
  std::function<void()> on_frame;

  void run(std::uint64_t frames) {
    for (std::uint64_t n = 0; n < frames; ++n) {
      run_frame();
    }
  }
  void run_ms(std::uint64_t ms) { run(ms * 8); }

  // Until the board is known. Fails the test if it is refused.
  void bring_up() {
    for (int frame = 0; frame < 2000 && !client_.is_up() && refusal_.empty(); ++frame) {
      run_frame();
    }
    ASSERT_TRUE(client_.is_up()) << refusal_;
  }

  template <typename Register>
  void write(std::uint32_t index, std::uint32_t word) {
    ASSERT_NE(client_.write<Register>(index, word, todo_), board::ticket::none);
    carry_out();
  }

  // Until all writes are answered.
  void settle() {
    for (int frame = 0; frame < 2000 && client_.waiting() > 0; ++frame) {
      run_frame();
    }
    ASSERT_EQ(client_.waiting(), 0U);
  }

  // Connects slot `from` to slot `to`, one way, from the next commit on.
  void connect(std::uint32_t from, std::uint32_t to) {
    using word = regs::switch_block::connection;
    write<word>(to, word::source::of(from) | word::enable::of(1));
  }
  void commit() {
    using word = regs::switch_block::control;
    write<word>(0, word::commit::of(1));
    settle();
    run(2);
  }
  void enable_line(std::uint32_t line) {
    using word = regs::fxs_block::line_config;
    write<word>(line, word::enable::of(1));
  }

  bool has(regs::event_kind kind, std::uint8_t index) const {
    return std::ranges::any_of(events, [kind, index](const board::event& event) {
      return event.kind == kind && event.index == index;
    });
  }

  board::client& client() { return client_; }
  std::vector<board::event> events;
  std::uint32_t last_cell = 0; // frame number of the last board_cell

private:
  instant now() const { return instant{} + frame_time * static_cast<int>(board_.frame()); }

  void run_frame() {
    begin_frame();
    sc_core::sc_start(sc_core::sc_time(125, sc_core::SC_US));
    end_frame();
  }

  void carry_out() {
    for (std::size_t n = 0; n < todo_.list.size(); ++n) {
      if (const auto* cell = std::get_if<board::cell>(&todo_.list[n])) {
        last_cell = cell->frame;
        client_.send_cell(cell->frame + 2, {}, todo_);
      } else if (const auto* event = std::get_if<board::event>(&todo_.list[n])) {
        events.push_back(*event);
      } else if (const auto* down = std::get_if<board::down>(&todo_.list[n])) {
        refusal_ = down->why.what;
      }
    }
    time_.from_host(todo_.octets);
    todo_.clear();
  }

  simulated_board& board_;
  board::client client_;
  board::actions todo_;
  lock_step time_;
  std::string refusal_;
};

} // namespace switchroom::sim
