// SPDX-License-Identifier: MIT
#pragma once

#include "board/far_end_server.hpp"
#include "board/link_server.hpp"
#include "board/lock_step.hpp"
#include "board/pace.hpp"
#include "board/phone_bank.hpp"
#include "board/phone_server.hpp"
#include "board/program_options.hpp"
#include "board/simulated_board.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <vector>

namespace switchroom::sim {

// Puts a simulated board on its sockets and runs its time, until SIGINT or SIGTERM. One thread.
class board_server {
public:
  // Throws start_error.
  explicit board_server(const program_options& options);

  void run();

  // One line at the start, some at the end.
  void introduce(std::ostream& out) const;
  void summarise(std::ostream& out) const;

private:
  void run_by_the_wall();
  void say_if_slow();
  void run_in_lock_step();
  void run_frame();
  void run_quantum(pace::clock::time_point due);
  board_moment now() const;
  link_server::callbacks link_callbacks();
  void serve_far_ends();
  void send_to_far_ends();

  program_options options_;
  boost::asio::io_context io_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  simulated_board board_;
  phone_bank bank_;
  lock_step time_;
  pace pace_;
  link_server link_;
  phone_server phones_;
  std::unique_ptr<far_end_server> span_; // null: nothing can be plugged in
  std::map<unsigned, std::unique_ptr<far_end_server>> stations_;
  std::vector<std::uint8_t> octets_; // of one frame
  bool stopping_ = false;
  pace::clock::time_point started_;
  pace::duration told_lost_{}; ///< of what was lost
  // Wall time of the frame strobe at `anchor_frame_`.
  std::chrono::system_clock::time_point anchor_;
  std::uint64_t anchor_frame_ = 0;
};

} // namespace switchroom::sim
