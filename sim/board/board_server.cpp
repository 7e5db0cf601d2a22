// SPDX-License-Identifier: MIT
#include "board/board_server.hpp"

#include "loop/levels.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <ostream>

namespace switchroom::sim {
namespace {

const sc_core::sc_time& frame_period() {
  static const sc_core::sc_time period(125, sc_core::SC_US);
  return period;
}

constexpr std::size_t most_waiting = 1U << 16U; // octets from the host
constexpr int niceness = -11;                   // before whatever else the machine does

std::vector<phone*> phones_of(simulated_board& board) {
  std::vector<phone*> phones;
  for (unsigned line = 0; line < board.lines(); ++line) {
    phones.push_back(&board.phone_at(line));
  }
  return phones;
}

/// A board has a deadline each frame. Who may not ask for this runs as everybody does.
void ask_for_priority() {
  static_cast<void>(setpriority(PRIO_PROCESS, 0, niceness));
  // Linux weighs sessions against one another before processes (sched(7), autogroup).
  if (getsid(0) == getpid()) {
    std::ofstream("/proc/self/autogroup") << niceness;
  }
}

double in_ms(pace::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace

board_server::board_server(const program_options& options)
    : options_(options), signals_(io_, SIGINT, SIGTERM), timer_(io_),
      board_("board", options.board), bank_(phones_of(board_)),
      pace_(pace::clock::now(), options.quantum), link_(io_, options.link, link_callbacks()),
      phones_(io_, options.phones,
              [this](const switchroom::phone::v1::Request& request, phone_bank::reply_to to) {
                bank_.submit(request, now(), std::move(to));
              }) {
  serve_far_ends();
  signals_.async_wait([this](const boost::system::error_code&, int) {
    stopping_ = true;
    io_.stop();
  });
}

link_server::callbacks board_server::link_callbacks() {
  if (options_.clock == board_clock::virtual_time) {
    return {.connected = [this] { time_.connect(); },
            .disconnected = [this] { time_.disconnect(); },
            .octets = [this](std::span<const std::uint8_t> octets) { time_.from_host(octets); },
            .hungry = [] { return true; }};
  }
  return {.connected = [] {},
          .disconnected = [] {},
          .octets = [this](std::span<const std::uint8_t> octets) { board_.feed(octets); },
          .hungry = [this] { return board_.pins().from_host.size() < most_waiting; }};
}

void board_server::serve_far_ends() {
  if (!options_.span.empty()) {
    span_ = std::make_unique<far_end_server>(
        io_, options_.span,
        far_end_server::callbacks{
            .plugged = [this](bool in) { board_.plug_span(in); },
            .octets = [this](std::span<const std::uint8_t> come) { board_.feed_span(come); }});
  }
  for (const auto& [which, address] : options_.stations) {
    stations_[which] = std::make_unique<far_end_server>(
        io_, address,
        far_end_server::callbacks{
            .plugged = [this, n = which](bool in) { board_.plug_station(n, in); },
            .octets = [this, n = which](
                          std::span<const std::uint8_t> come) { board_.feed_station(n, come); }});
  }
}

// Once a quantum: a frame at a time would be eight thousand calls of the system a second each way.
void board_server::send_to_far_ends() {
  if (span_) {
    board_.take_span(octets_);
    span_->send(octets_);
  }
  for (const auto& [which, server] : stations_) {
    board_.take_station(which, octets_);
    server->send(octets_);
  }
}

board_moment board_server::now() const {
  board_moment moment{.frame = board_.frame(), .real_time_factor = board_.real_time_factor()};
  if (options_.clock == board_clock::wall) {
    const double anchor_s = std::chrono::duration<double>(anchor_.time_since_epoch()).count();
    moment.at_s =
        anchor_s + static_cast<double>(static_cast<std::int64_t>(moment.frame - anchor_frame_)) /
                       frames_per_second;
  }
  return moment;
}

void board_server::run() {
  started_ = pace::clock::now();
  if (options_.clock == board_clock::wall) {
    run_by_the_wall();
  } else {
    run_in_lock_step();
  }
}

void board_server::run_frame() {
  sc_core::sc_start(frame_period());
  octets_.clear();
  board_.take(octets_);
  link_.send(octets_);
  bank_.step(now());
}

void board_server::run_quantum(pace::clock::time_point due) {
  const auto frames = static_cast<std::uint64_t>(options_.quantum.count()) * frames_per_ms;
  // The last frame of the quantum ends when the quantum was due, however late this runs.
  const auto late = pace::clock::now() - due;
  anchor_ = std::chrono::system_clock::now() -
            std::chrono::duration_cast<std::chrono::system_clock::duration>(late);
  anchor_frame_ = board_.frame() + frames;
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    run_frame();
  }
  send_to_far_ends();
  link_.flush();
}

void board_server::run_by_the_wall() {
  ask_for_priority();
  pace_ = pace(pace::clock::now(), options_.quantum);
  while (!stopping_) {
    bool due = false;
    timer_.expires_at(pace_.next());
    timer_.async_wait([&due](const boost::system::error_code&) { due = true; });
    while (!due && !stopping_) {
      io_.run_one();
    }
    io_.poll();
    if (!stopping_) {
      pace_.run(pace::clock::now());
      run_quantum(pace_.due() - options_.quantum);
      say_if_slow();
    }
  }
}

/// Digits and voice suffer: the host's timers go by the wall clock.
void board_server::say_if_slow() {
  constexpr pace::duration worth_saying = std::chrono::seconds(5);
  if (pace_.lost() - told_lost_ < worth_saying)
    return;
  told_lost_ = pace_.lost();
  std::cerr << "switchroom-board: slower than real time, " << std::fixed << std::setprecision(1)
            << in_ms(told_lost_) / 1000 << " s lost until now: digits may be taken for others, and "
            << "voice has gaps. Use fewer lines, spans and stations, or a computer with less to do"
            << std::endl;
}

void board_server::run_in_lock_step() {
  while (!stopping_) {
    if (!time_.may_run()) {
      io_.run_one();
      continue;
    }
    octets_.clear();
    time_.take(octets_);
    board_.feed(octets_);
    run_frame();
    time_.from_board(octets_);
    send_to_far_ends();
    link_.flush();
    io_.poll();
  }
}

void board_server::introduce(std::ostream& out) const {
  const loop_options& loop = options_.board.loop;
  out << "switchroom-board " SWITCHROOM_VERSION ": " << board_.lines() << " phones, "
      << (loop.law == golden::g711_law::a ? "A-law" : "mu-law") << ", ERL " << loop.erl_db
      << " dB, noise " << loop.noise_dbm0 << " dBm0, seed " << options_.board.seed << "; "
      << board_.clocks_per_frame() << " clocks a frame, "
      << (options_.clock == board_clock::wall ? "wall" : "virtual") << " clock; link "
      << options_.link << ", phones " << options_.phones << std::endl;
}

void board_server::summarise(std::ostream& out) const {
  const double board_s = static_cast<double>(board_.frame()) / frames_per_second;
  const double wall_s = std::chrono::duration<double>(pace::clock::now() - started_).count();
  const link_figures& link = link_.figures();
  out << std::fixed << std::setprecision(3) << "switchroom-board: ran " << board_s
      << " s of board time (" << board_.frame() << " frames) in " << wall_s << " s\n"
      << std::setprecision(2) << "  computing: " << board_.real_time_factor()
      << " times real time\n";
  if (options_.clock == board_clock::wall) {
    out << "  clock: worst lag " << in_ms(pace_.worst_lag()) << " ms, " << in_ms(pace_.lost())
        << " ms could not be caught up\n";
  }
  out << "  link: hosts " << link.hosts << ", refused " << link.refused << ", stuck " << link.stuck
      << ", octets in " << link.octets_in << ", out " << link.octets_out << std::endl;
}

} // namespace switchroom::sim
