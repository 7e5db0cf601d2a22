// SPDX-License-Identifier: MIT
/// A board made of the link's codec and a table of registers, on a Unix socket and a thread of
/// its own. In lock step with its host: a frame begins when the cell for the one before has come.
#pragma once
#include "board/link_codec.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace switchroom::testing {

class scripted_board {
public:
  struct settings {
    std::string socket;
    unsigned host_slots = 4;
    std::uint32_t stride = 1; ///< frames from one cell to the next
    std::uint16_t link_block_version = regs::link_block::version;
    /// What a line says to the host in a frame, for enabled host slots.
    std::function<std::int16_t(std::uint32_t frame, std::uint8_t slot)> says;
    /// Called on the board's thread after every frame.
    std::function<void()> progress;
  };
  /// What the host wanted to be heard, and when.
  struct heard {
    std::uint32_t frame; ///< in which it is due
    std::int16_t value;
  };
  struct state {
    std::uint32_t frame = 0;
    unsigned connections = 0;
    std::map<std::uint32_t, std::uint32_t> registers;
    std::vector<std::uint32_t> write_order; ///< first address of each write
    std::map<std::uint8_t, std::vector<heard>> heard_by_slot;
    std::uint64_t cells_in_wrong_frame = 0; ///< due elsewhere than `lead` after the newest frame
  };

  scripted_board(settings, std::uint32_t lead);
  ~scripted_board();
  scripted_board(const scripted_board&) = delete;
  scripted_board& operator=(const scripted_board&) = delete;

  /// Runs `look` on the state, with the board held still.
  template <typename Look>
  auto look(Look inspect) {
    const std::lock_guard lock(mutex_);
    return inspect(state_);
  }
  void cut() { cut_ = true; }                       ///< hang up; answer the next call
  void ring(std::uint8_t index) { event_ = index; } ///< sends one off_hook event

  static constexpr std::uint32_t link_block = 1; ///< its number on this board

private:
  void run();
  void serve(int connection);
  void on_frame(const board::frame&, std::vector<std::uint8_t>& out);
  void on_write(const board::frame&, std::vector<std::uint8_t>& out);
  void on_read(const board::frame&, std::vector<std::uint8_t>& out);
  void on_cell(const board::frame&, std::vector<std::uint8_t>& out);
  void begin_frame(std::vector<std::uint8_t>& out);

  settings settings_;
  std::uint32_t lead_;
  board::encoder encoder_;
  int listener_ = -1;
  std::atomic<bool> stop_ = false, cut_ = false;
  std::atomic<int> event_ = -1;
  std::uint8_t event_number_ = 0;
  std::mutex mutex_;
  state state_;
  std::thread thread_;
};

} // namespace switchroom::testing
