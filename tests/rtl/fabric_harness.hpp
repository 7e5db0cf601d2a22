// SPDX-License-Identifier: MIT
/// The Verilated fabric with codecs on its lines and a host on its link, run frame by frame.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "Vfabric_model.h"
#include "Vfabric_model___024root.h"
#include "fabric_clock.hpp"
#include "golden/e1_line_code.hpp"
#include "host/board/link_codec.hpp"
#include "verilated_block.hpp"

// How large the fabric is, with add_fabric_model's parameters.
#ifndef SWITCHROOM_FABRIC_SLOTS
#define SWITCHROOM_FABRIC_SLOTS 328
#define SWITCHROOM_FABRIC_LINES 32
#define SWITCHROOM_FABRIC_CLOCKS 512
#endif

namespace switchroom::test {

/// An event as the host received it.
struct heard_event {
  regs::event_kind kind;
  std::uint8_t index;
  std::uint16_t data;
  std::uint32_t frame; ///< time stamp
};

/// Lines 0 to 31 of a port of a bit a line, which is a number or an array of words.
template <class Port>
auto& first_lines(Port& port) {
  if constexpr (std::is_integral_v<Port>)
    return port;
  else
    return port[0];
}

class fabric_harness {
public:
  static constexpr unsigned clocks_per_frame = SWITCHROOM_FABRIC_CLOCKS,
                            slots = SWITCHROOM_FABRIC_SLOTS, lines = SWITCHROOM_FABRIC_LINES,
                            host_slots = 64;
  /// Register requests go out at this clock of a frame: the lines and tones of the frame have
  /// been dealt with, so that a write takes effect between two frames.
  static constexpr unsigned request_clock = slots + 22;

  /// With `shuffled_sleep`, of the clocks that may be left out some are and some are not.
  explicit fabric_harness(unsigned seed, bool shuffled_sleep = true)
      : fabric_(seed), shuffled_sleep_(shuffled_sleep), random_(seed) {
    fabric_->ring_i = fabric_->polarity_i = fabric_->current_i = 0;
    loop(0);
    fabric_->rx_stb_i = fabric_->ref_stb_i = 0;
    fabric_->iom2_dd_i = fabric_->iom2_du_i = 1;
    fabric_->pcm_i = 0;
    fabric_->link_rx_valid_i = 0;
    fabric_->link_tx_ready_i = 1;
    reset();
    rtl::fabric_clock(*fabric_); // the first clock of frame 0 comes next
  }

  std::array<std::uint8_t, lines> octets_in{}; ///< what each line's codec says in the next frame
  std::array<int, lines> octets_out{};         ///< what each codec got in the last frame; -1: none
  std::vector<board::sample> cell;             ///< samples of the last board_cell
  std::uint32_t cell_frame = 0;                ///< its frame
  std::vector<heard_event> events;             ///< all so far
  std::deque<golden::e1_pulse> to_span; ///< bits that arrive at the E1 span, one each second clock
  std::vector<golden::e1_pulse> from_span; ///< bits that it has sent
  unsigned unwanted_strobes = 0;           ///< second octets for a line within a frame

  double reference_clocks = 0; ///< between strobes of the external clock; 0: none
  unsigned frame_clocks = 0;   ///< that the last frame had
  unsigned last_slot = 0;      ///< of it

  /// Of lines 0 to 31.
  void loop(std::uint32_t closed) { first_lines(fabric_->loop_i) = closed; }
  std::uint32_t ring() { return first_lines(fabric_->ring_o); }

  /// Runs one frame: cells first, requests from request_clock on.
  void frame() {
    octets_out.fill(-1);
    cells_sent_ = requests_sent_ = 0;
    unsigned clock = 0;
    do { // a frame may have a clock more or less
      last_slot = fabric_->rootp->fabric__DOT__slot;
      clock += 1 + run_clock(clock);
    } while (fabric_->frame_stb_o == 0);
    frame_clocks = clock;
    cells_.clear();
    requests_.erase(requests_.begin(), requests_.begin() + static_cast<long>(requests_sent_));
    decoder_.push(received_, [this](const board::frame& f) { take(f); });
    received_.clear();
  }

  /// A cell at the start of the next frame: samples due in `frame`. Acknowledges the last event.
  void send_cell(std::uint32_t frame, std::span<const board::sample> samples) {
    encoder_.append_cell(cells_, frame, last_event_, samples);
  }
  /// Words to consecutive registers of the block of a type, in the next frame.
  void write(std::uint16_t type, std::uint16_t word, std::span<const std::uint32_t> values) {
    std::vector<std::uint8_t> body = head(type, word);
    for (const std::uint32_t value : values)
      for (unsigned n = 0; n < 4; ++n)
        body.push_back(static_cast<std::uint8_t>(value >> 8 * n));
    encoder_.append(requests_, regs::frame_type::write, body);
    ++unanswered_;
  }
  /// Runs frames until a register's answer has come; 0 when it is refused.
  std::uint32_t read(std::uint16_t type, std::uint16_t word) {
    std::vector<std::uint8_t> body = head(type, word);
    body.push_back(1);
    encoder_.append(requests_, regs::frame_type::read, body);
    ++unanswered_;
    answer_ = 0;
    for (int n = 0; n < 8 && unanswered_ != 0; ++n)
      frame();
    return answer_;
  }
  unsigned unanswered() const { return unanswered_; }
  unsigned refused() const { return refused_; } ///< answers that were not ok
  std::uint64_t damaged() const {
    return decoder_.figures().check_errors + decoder_.figures().malformed +
           decoder_.figures().sequence_gaps;
  }

  /// Greets the board and finds its blocks. Throws when it does not answer.
  void connect() {
    for (int n = 0; n < 40; ++n)
      frame();
    const std::uint8_t version = 1;
    encoder_.append(requests_, regs::frame_type::hello, std::span(&version, 1));
    for (int n = 0; n < 40; ++n)
      frame();
    if (!greeted_)
      throw std::runtime_error("the board did not answer hello");
    blocks_ = {{regs::board_block::type, 0}};
    const std::uint32_t count = read(regs::board_block::type, regs::board_block::capacity::offset);
    for (std::uint32_t n = 1; n < count; ++n) {
      blocks_[0] = static_cast<std::uint8_t>(n); // type 0: the block being looked at
      blocks_[static_cast<std::uint16_t>(read(0, 0) >> 16)] = static_cast<std::uint8_t>(n);
    }
  }

private:
  void reset() {
    rtl::clocks_low(*fabric_);
    fabric_->skip_i = 0;
    fabric_->rst_i = 1;
    fabric_->eval(); // the first evaluation sees no edge
    for (int n = 0; n < 2; ++n)
      rtl::fabric_clock(*fabric_);
    fabric_->rst_i = 0;
  }

  /// Gives how many clocks were left out after it.
  unsigned run_clock(unsigned clock) {
    const bool requesting = clock >= request_clock;
    const auto& source = requesting ? requests_ : cells_;
    std::size_t& sent = requesting ? requests_sent_ : cells_sent_;
    const bool offered = sent < source.size();
    fabric_->link_rx_valid_i = offered;
    if (offered)
      fabric_->link_rx_i = source[sent];
    if (offered && fabric_->link_rx_ready_o)
      ++sent;
    if (fabric_->link_tx_valid_o)
      received_.push_back(fabric_->link_tx_o);
    if (fabric_->tx_stb_o)
      from_span.push_back({fabric_->tx_pos_o != 0, fabric_->tx_neg_o != 0});
    fabric_->rx_stb_i = !to_span.empty() && clock % 2 == 0;
    if (fabric_->rx_stb_i) {
      fabric_->rx_pos_i = to_span.front().positive;
      fabric_->rx_neg_i = to_span.front().negative;
      to_span.pop_front();
    }
    const unsigned line = fabric_->pcm_line_o;
    const unsigned to_strobe = clocks_to_strobe();
    const unsigned who = rtl::awake(*fabric_);
    unsigned skip = rtl::idle_clocks(*fabric_, who);
    if (!to_span.empty())
      skip = 0;
    if (!requesting && !requests_.empty())
      skip = std::min(skip, request_clock - 1 - clock);
    skip = std::min(skip, to_strobe);
    if (shuffled_sleep_ && skip > 0)
      skip = random_() % (skip + 1);
    time_ += skip + 1;
    rtl::fabric_clock(*fabric_, skip, who);
    fabric_->pcm_i = octets_in[line]; // a synchronous memory
    if (fabric_->line_stb_o) {
      unwanted_strobes += octets_out[fabric_->line_o] >= 0;
      octets_out[fabric_->line_o] = fabric_->pcm_o;
    }
    return skip;
  }

  /// Gives the external clock's strobe when it is due, else says how many clocks may be left out.
  unsigned clocks_to_strobe() {
    fabric_->ref_stb_i = 0;
    if (reference_clocks == 0)
      return ~0U;
    if (static_cast<double>(time_) < strobe_)
      return static_cast<unsigned>(std::ceil(strobe_ - static_cast<double>(time_))) - 1;
    fabric_->ref_stb_i = 1;
    strobe_ = std::max(strobe_, static_cast<double>(time_) - 1) + reference_clocks;
    return 0;
  }

  std::vector<std::uint8_t> head(std::uint16_t type, std::uint16_t word) {
    return {tag_++, static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8),
            blocks_.at(type)};
  }

  void take(const board::frame& f) {
    using board::little_endian;
    if (f.type == regs::frame_type::board_cell) {
      cell_frame = little_endian(f.body.first(4));
      cell.clear();
      for (std::size_t n = 4; n + 3 <= f.body.size(); n += 3)
        cell.push_back(
            {f.body[n], static_cast<std::int16_t>(little_endian(f.body.subspan(n + 1, 2)))});
    } else if (f.type == regs::frame_type::event) {
      if (f.body[0] == last_event_)
        return;
      last_event_ = f.body[0];
      events.push_back({static_cast<regs::event_kind>(f.body[5]), f.body[6],
                        static_cast<std::uint16_t>(little_endian(f.body.subspan(7, 2))),
                        little_endian(f.body.subspan(1, 4))});
    } else if (f.type == regs::frame_type::hello_reply) {
      greeted_ = true;
    } else {
      --unanswered_;
      refused_ += f.body[1] != 0;
      if (f.type == regs::frame_type::read_reply && f.body.size() >= 6)
        answer_ = little_endian(f.body.subspan(2, 4));
    }
  }

  verilated_block<Vfabric_model> fabric_;
  bool shuffled_sleep_;
  std::mt19937 random_;
  board::encoder encoder_;
  board::decoder decoder_{board::link_end::board};
  std::map<std::uint16_t, std::uint8_t> blocks_; ///< number of the block of a type
  std::vector<std::uint8_t> cells_, requests_, received_;
  std::size_t cells_sent_ = 0, requests_sent_ = 0;
  bool greeted_ = false;
  std::uint64_t time_ = 0; ///< clocks so far
  double strobe_ = 0;      ///< when the external clock's next one is due
  std::uint8_t tag_ = 0, last_event_ = 0;
  unsigned unanswered_ = 0, refused_ = 0;
  std::uint32_t answer_ = 0;
};

} // namespace switchroom::test
