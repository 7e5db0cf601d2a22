// SPDX-License-Identifier: MIT
#pragma once

#include "board/verilated_fabric.hpp"
#include "exchange/exchange_line.hpp"
#include "loop/exchange_port.hpp"
#include "loop/subscriber_loop.hpp"
#include "phone/phone.hpp"
#include "span/far_end.hpp"
#include "span/frame_store.hpp"
#include "span/iom2_stations.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <systemc>
#include <vector>

namespace switchroom::sim {

struct board_options {
  unsigned lines = fabric_lines; // that have a phone; the others stay open
  std::uint64_t seed = 1;        // of everything random on this board
  loop_options loop;             // of every line; its seed is not used
  dialling keys;
  std::optional<span_options> span; // what is at the E1 span; none: nothing is plugged in
  // Far ends of digital lines are processes of their own, which are late now and then: their frames
  // wait for so long, and what they say is as late.
  unsigned far_end_lead_ms = 20;
  // Of the places for a line to an exchange, so many, from the first on, lead to a simulated one.
  unsigned exchanges = 0;
  exchange_options exchange;
  port_options port;
  // Places that lead to a line of this board instead, in place of its phone.
  struct cord {
    unsigned place, line; // from 0
  };
  std::vector<cord> cords;
};

// A board: one Verilated fabric, and a subscriber loop with a phone on each of its first lines.
// SystemC calls it once a frame of 125 µs. Several boards may live in one SystemC kernel; equal
// options and equal octets and commands at equal frames give equal octets.
//
// Between calls of sc_start(): octets go in and out, and phones are told what to do. Not for use
// from two threads.
class simulated_board : public sc_core::sc_module {
  SC_HAS_PROCESS(simulated_board);

public:
  // Throws std::invalid_argument if there are more lines than the fabric has, or two for one place.
  simulated_board(const sc_core::sc_module_name& name, const board_options& options);

  // Octets from the host, for the frames to come.
  void feed(std::span<const std::uint8_t> octets);
  // Appends all octets to the host since the last call.
  void take(std::vector<std::uint8_t>& octets);

  // Frames that have run: the number of the next one in the fabric's counting.
  std::uint64_t frame() const { return frame_; }
  unsigned lines() const { return static_cast<unsigned>(phones_.size()); }
  // Lines are numbered from 0 here.
  phone& phone_at(unsigned line) { return *phones_[line]; }
  // Places are numbered from 0, too.
  exchange_line& exchange_at(unsigned place) { return *exchanges_[place]; }
  exchange_port& port_at(unsigned place) { return *ports_[place]; }
  unsigned clocks_per_frame() const { return fabric_.clocks_per_frame(); }

  // Digital lines, from 0. Whoever is at the far end gives a frame for each that it gets; octets of
  // any number of frames, 32 a frame of the span, 3 of a station (B1, B2, D).
  // Of the span: only with one.
  void plug_span(bool in);
  void feed_span(std::span<const std::uint8_t> octets) { to_span_.put(octets); }
  void take_span(std::vector<std::uint8_t>& octets) {
    octets.swap(from_span_);
    from_span_.clear();
  }
  void plug_station(unsigned which, bool in);
  void feed_station(unsigned which, std::span<const std::uint8_t> octets) {
    stations_[which].to.put(octets);
  }
  void take_station(unsigned which, std::vector<std::uint8_t>& octets) {
    octets.swap(stations_[which].from);
    stations_[which].from.clear();
  }

  // What the pins carried in the last frame.
  const frame_pins& pins() const { return pins_; }

  // Simulated over computing time, of all frames so far; 0 before the first.
  double real_time_factor() const;

private:
  void add_exchanges(const board_options& options);
  handset_if& end_of(unsigned line, const board_options& options);
  void run_frame();
  void run_span();
  void run_stations();
  void hear_stations();

  verilated_fabric fabric_;
  frame_pins pins_;
  std::vector<std::unique_ptr<phone>> phones_;
  std::vector<std::unique_ptr<subscriber_loop>> loops_;
  std::optional<span_far_end> far_end_;
  frame_store to_span_;
  std::vector<std::uint8_t> from_span_;
  std::vector<span_frame> heard_;
  struct station {
    bool there = false;
    frame_store to;
    std::vector<std::uint8_t> from;
  };
  std::vector<station> stations_; // by place
  iom2_stations bus_;
  std::vector<std::unique_ptr<exchange_port>> ports_;
  std::vector<std::unique_ptr<exchange_line>> exchanges_;
  std::array<bool, fabric_exchange_lines> led_somewhere_{}; // places
  std::uint64_t frame_ = 0;
  std::chrono::nanoseconds computing_{};
  sc_core::sc_time frame_period_{125, sc_core::SC_US};
};

} // namespace switchroom::sim
