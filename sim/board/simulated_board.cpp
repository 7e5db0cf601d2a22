// SPDX-License-Identifier: MIT
#include "board/simulated_board.hpp"

#include "loop/levels.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace switchroom::sim {
namespace {

std::size_t lead_frames(const board_options& options) {
  return std::size_t{options.far_end_lead_ms} * frames_per_ms;
}

} // namespace

simulated_board::simulated_board(const sc_core::sc_module_name& name, const board_options& options)
    : sc_module(name), fabric_(options.seed),
      to_span_(std::tuple_size_v<span_frame>, lead_frames(options)),
      stations_(iom2_stations::stations,
                {false,
                 frame_store(std::tuple_size_v<iom2_stations::channels>, lead_frames(options)),
                 {}}) {
  if (options.lines > fabric_lines) {
    throw std::invalid_argument("the fabric has " + std::to_string(fabric_lines) + " lines: " +
                                std::to_string(options.lines) + " phones cannot be attached");
  }
  add_exchanges(options);
  seeded_random seeds(options.seed);
  for (unsigned line = 0; line < options.lines; ++line) {
    const std::string number = std::to_string(line + 1);
    loop_options loop = options.loop;
    loop.seed = seeds.next();
    phones_.push_back(std::make_unique<phone>(("phone_" + number).c_str(), options.keys));
    loops_.push_back(std::make_unique<subscriber_loop>(("loop_" + number).c_str(), loop));
    loops_.back()->handset.bind(end_of(line, options));
  }
  if (options.span) {
    far_end_.emplace(*options.span);
    far_end_->pull(true); // until somebody is there
  }
  SC_METHOD(run_frame);
}

void simulated_board::add_exchanges(const board_options& options) {
  if (options.exchanges > fabric_exchange_lines) {
    throw std::invalid_argument("the fabric has places for " +
                                std::to_string(fabric_exchange_lines) +
                                " lines to exchanges, not " + std::to_string(options.exchanges));
  }
  for (unsigned place = 0; place < fabric_exchange_lines; ++place) {
    const std::string number = std::to_string(place + 1);
    ports_.push_back(std::make_unique<exchange_port>(("port_" + number).c_str(), options.port));
    if (place < options.exchanges) {
      exchanges_.push_back(
          std::make_unique<exchange_line>(("exchange_" + number).c_str(), options.exchange));
      exchanges_.back()->handset.bind(*ports_.back());
      led_somewhere_[place] = true;
    }
  }
  for (const auto& [place, line] : options.cords) {
    if (place >= fabric_exchange_lines || line >= options.lines || led_somewhere_[place] ||
        line == fabric_lines - fabric_exchange_lines + place) {
      throw std::invalid_argument("place " + std::to_string(place + 1) +
                                  " cannot be plugged into line " + std::to_string(line + 1) +
                                  ": one of them is not there, or taken");
    }
    led_somewhere_[place] = true;
  }
}

// What is plugged into a line.
handset_if& simulated_board::end_of(unsigned line, const board_options& options) {
  for (const auto& cord : options.cords) {
    if (cord.line == line) {
      return *ports_[cord.place];
    }
  }
  return *phones_.back();
}

void simulated_board::run_frame() {
  const auto started = std::chrono::steady_clock::now();
  constexpr unsigned first_place = fabric_lines - fabric_exchange_lines;
  for (unsigned place = 0; place < ports_.size(); ++place) {
    ports_[place]->put(pins_.to_lines[first_place + place].octet, pins_.loops_closed[place]);
  }
  for (const auto& exchange : exchanges_) {
    exchange->step();
  }
  for (unsigned line = 0; line < loops_.size(); ++line) {
    pins_.from_lines[line] = loops_[line]->exchange(pins_.to_lines[line]);
  }
  run_span();
  run_stations();
  for (unsigned place = 0; place < ports_.size(); ++place) {
    const auto sensed = ports_[place]->take();
    pins_.from_exchanges[place] = sensed.line;
    if (led_somewhere_[place]) {
      pins_.from_lines[first_place + place].octet = sensed.octet;
    }
  }
  fabric_.run_frame(pins_);
  hear_stations();
  ++frame_;
  computing_ += std::chrono::steady_clock::now() - started;
  next_trigger(frame_period_);
}

void simulated_board::run_span() {
  if (!far_end_) {
    return;
  }
  for (const golden::e1_pulse& pulse : pins_.to_span) {
    far_end_->hears(pulse);
  }
  pins_.to_span.clear();
  far_end_->take(heard_);
  for (const span_frame& frame : heard_) {
    from_span_.insert(from_span_.end(), frame.begin(), frame.end());
  }
  heard_.clear();
  if (const auto octets = to_span_.take(); !octets.empty()) {
    span_frame frame{};
    std::copy(octets.begin(), octets.end(), frame.begin());
    far_end_->say(frame);
  }
  for (unsigned bit = 0; bit < 256; ++bit) {
    for (const golden::e1_pulse& pulse : far_end_->arrives()) {
      pins_.from_span.push_back(pulse);
    }
  }
}

void simulated_board::plug_span(bool in) {
  far_end_->pull(!in);
  to_span_.clear();
  from_span_.clear();
}

void simulated_board::plug_station(unsigned which, bool in) {
  stations_[which].there = in;
  stations_[which].to.clear();
  stations_[which].from.clear();
}

void simulated_board::run_stations() {
  constexpr iom2_stations::channels idle{0xd5, 0xd5, 3}; // A-law's silence, ones
  std::array<std::optional<iom2_stations::channels>, iom2_stations::stations> said;
  for (unsigned n = 0; n < said.size(); ++n) {
    if (!stations_[n].there) {
      continue;
    }
    const auto octets = stations_[n].to.take();
    said[n] = octets.empty() ? idle : iom2_stations::channels{octets[0], octets[1], octets[2]};
  }
  pins_.from_stations = bus_.frame(said);
}

void simulated_board::hear_stations() {
  const auto heard = bus_.hear(pins_.to_stations);
  for (unsigned n = 0; n < heard.size(); ++n) {
    if (heard[n]) {
      stations_[n].from.insert(stations_[n].from.end(), heard[n]->begin(), heard[n]->end());
    }
  }
}

void simulated_board::feed(std::span<const std::uint8_t> octets) {
  pins_.from_host.insert(pins_.from_host.end(), octets.begin(), octets.end());
}

void simulated_board::take(std::vector<std::uint8_t>& octets) {
  octets.insert(octets.end(), pins_.to_host.begin(), pins_.to_host.end());
  pins_.to_host.clear();
}

double simulated_board::real_time_factor() const {
  const double computing_s = std::chrono::duration<double>(computing_).count();
  return computing_s > 0 ? static_cast<double>(frame_) / frames_per_second / computing_s : 0.0;
}

} // namespace switchroom::sim
