// SPDX-License-Identifier: MIT
// The fabric in a SystemC bench with every pin a signal. What a board with a host did is played
// to it again, pin by pin: it must do the same as in the board's tight loop. Then the delay
// from port to port is measured at the pins.
#include "pin_fabric.hpp"
#include "virtual_host.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

// What went in and came out in one frame of the board.
using line_octets = std::array<std::uint8_t, fabric_lines>;

struct frame_record {
  std::vector<std::uint8_t> fed;
  std::vector<std::uint8_t> said;
  std::array<std::uint32_t, fabric_lines> current{};
  line_octets to_fabric{};
  line_octets from_fabric{};
};

using octet_signal = sc_core::sc_signal<std::uint8_t>;
using bit_signal = sc_core::sc_signal<bool>;

class pin_bench : public sc_core::sc_module {
  SC_HAS_PROCESS(pin_bench);

public:
  pin_bench(const sc_core::sc_module_name& name, unsigned frame_clocks)
      : sc_module(name), frame_clocks_(frame_clocks), fabric_(99) {
    SC_METHOD(evaluate);
    sensitive << clk_ << rst_ << pcm_i_ << loop_ << rx_ << rx_valid_;
    SC_METHOD(rise);
    sensitive << clk_.posedge_event();
    dont_initialize();
    SC_METHOD(fall);
    sensitive << clk_.negedge_event();
    dont_initialize();
  }

  // Takes the fabric out of reset. Until then the bench holds still, whatever the kernel does.
  void release() { held_ = false; }

  // Runs whole frames, and checks that they came and that the simulation stopped.
  void run_frames(std::uint64_t frames) {
    const std::uint64_t end = frames_begun + frames;
    const std::uint64_t last_clock = clocks + (frames + 2) * 512;
    while (frames_begun < end && clocks < last_clock) {
      sc_core::sc_start(clk_.period());
    }
    ASSERT_EQ(frames_begun, end) << "a frame strobe is missing";
    ASSERT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
  }

  // When a frame begins, before its first rising edge; the number of frames before it.
  std::function<void(std::uint64_t)> on_frame;
  // Octet that line `line`'s codec gave at this clock, or got.
  std::function<void(unsigned line, std::uint8_t octet)> on_given;
  std::function<void(unsigned line, std::uint8_t octet)> on_got;

  line_octets codec{};                               // what the codecs hold for the fabric
  std::array<std::uint32_t, fabric_lines> current{}; // masks of loop current
  line_octets got{};                                 // what they got last
  std::deque<std::uint8_t> to_send;
  std::vector<std::uint8_t> said;
  std::uint64_t frames_begun = 0;
  std::uint64_t clocks = 0;

private:
  void evaluate() {
    if (held_) {
      return;
    }
    const pins_out out = fabric_.eval({.clk = clk_.read(),
                                       .rst = rst_.read(),
                                       .pcm = pcm_i_.read(),
                                       .loop = loop_.read(),
                                       .link_rx = rx_.read(),
                                       .link_rx_valid = rx_valid_.read()});
    frame_stb_.write(out.frame_stb);
    line_stb_.write(out.line_stb);
    line_.write(out.line);
    pcm_o_.write(out.pcm);
    pcm_line_.write(out.pcm_line);
    rx_ready_.write(out.link_rx_ready);
    tx_.write(out.link_tx);
    tx_valid_.write(out.link_tx_valid);
  }

  // Signals still have the values from before the edge here.
  void rise() {
    if (held_) {
      return;
    }
    ++clocks;
    rst_.write(clocks < 16);
    const unsigned line = pcm_line_.read() % fabric_lines;
    pcm_i_.write(codec[line]); // a synchronous RAM
    if (on_given) {
      on_given(line, codec[line]);
    }
    if (line_stb_.read()) {
      got[line_.read()] = pcm_o_.read();
      if (on_got) {
        on_got(line_.read(), pcm_o_.read());
      }
    }
    if (rx_valid_.read() && rx_ready_.read()) {
      to_send.pop_front();
    }
    if (tx_valid_.read()) {
      said.push_back(tx_.read());
    }
  }

  void fall() {
    if (frame_stb_.read() && !rst_.read()) {
      if (on_frame) {
        on_frame(frames_begun);
      }
      ++frames_begun;
      frame_clock_ = 0;
    }
    const unsigned sub_frame = frame_clock_ * sub_frames / frame_clocks_;
    if (frame_clock_ * sub_frames % frame_clocks_ == 0 && sub_frame < sub_frames) {
      std::uint32_t now = 0;
      for (unsigned line = 0; line < fabric_lines; ++line) {
        now |= (current[line] >> sub_frame & 1U) << line;
      }
      loop_.write(now);
    }
    ++frame_clock_;
    rx_valid_.write(!to_send.empty());
    rx_.write(to_send.empty() ? std::uint8_t{0} : to_send.front());
  }

  const unsigned frame_clocks_;
  sc_core::sc_clock clk_{"clk", sc_core::sc_time(122, sc_core::SC_NS)};
  bit_signal rst_{"rst", true}, frame_stb_{"frame_stb"}, line_stb_{"line_stb"},
      rx_valid_{"rx_valid"}, rx_ready_{"rx_ready"}, tx_valid_{"tx_valid"};
  sc_core::sc_signal<std::uint32_t> loop_{"loop"};
  octet_signal pcm_i_{"pcm_i"}, pcm_o_{"pcm_o"}, line_{"line"}, pcm_line_{"pcm_line"}, rx_{"rx"},
      tx_{"tx"};
  pin_fabric fabric_;
  bool held_ = true;
  unsigned frame_clock_ = 0;
};

// A board on which lines 0 and 1 are enabled and talk to each other, and all it did.
std::vector<frame_record> talk(simulated_board& board) {
  std::vector<frame_record> frames;
  virtual_host host(board);
  host.on_frame = [&] {
    frame_record& frame = frames.emplace_back(frame_record{host.fed, host.said, {}, {}, {}});
    for (unsigned line = 0; line < fabric_lines; ++line) {
      frame.current[line] = board.pins().from_lines[line].loop;
      frame.to_fabric[line] = board.pins().from_lines[line].octet;
      frame.from_fabric[line] = board.pins().to_lines[line].octet;
    }
  };
  host.bring_up();
  board.phone_at(0).lift();
  board.phone_at(1).lift();
  host.enable_line(0);
  host.enable_line(1);
  host.connect(0, 1);
  host.connect(1, 0);
  host.commit();
  board.phone_at(0).play(std::vector<std::int16_t>(200, 3000));
  host.run(100);
  return frames;
}

// Clock at which an octet was first seen on a line.
struct sighting {
  unsigned line;
  std::uint8_t octet;
  std::optional<std::uint64_t> clock;
  void see(unsigned where, std::uint8_t what, std::uint64_t now) {
    if (where == line && what == octet && !clock) {
      clock = now;
    }
  }
};

// Frames that a lone octet takes from line `from` to line `to`.
double delay(pin_bench& bench, unsigned from, unsigned to) {
  constexpr std::uint8_t marker = 0x2a;
  constexpr std::uint8_t silence = 0xd5;
  sighting given{from, marker, {}};
  sighting got{to, marker, {}};
  const std::uint64_t sent_in = bench.frames_begun + 3;
  std::uint64_t strobe = 0;
  std::uint64_t frame_clocks = 0;
  bench.on_frame = [&](std::uint64_t number) {
    frame_clocks = bench.clocks - strobe;
    strobe = bench.clocks;
    bench.codec.fill(silence);
    bench.codec[from] = number == sent_in ? marker : silence;
  };
  bench.on_given = [&](unsigned line, std::uint8_t octet) { given.see(line, octet, bench.clocks); };
  bench.on_got = [&](unsigned line, std::uint8_t octet) { got.see(line, octet, bench.clocks); };
  bench.run_frames(8);
  EXPECT_TRUE(given.clock && got.clock) << "the octet did not come through";
  return static_cast<double>(got.clock.value_or(0) - given.clock.value_or(0)) /
         static_cast<double>(frame_clocks);
}

TEST(Pins, DoTheSameAsTheTightLoopAndDelayFromPortToPortIsAtMostTwoFrames) {
  board_options options;
  options.lines = 2;
  options.loop.erl_db = 12; // either direction then depends on the other
  simulated_board board("board", options);
  pin_bench bench("bench", board.clocks_per_frame());
  const std::vector<frame_record> frames = talk(board);
  bench.on_frame = [&](std::uint64_t number) {
    if (number > 0 && number <= frames.size()) {
      EXPECT_EQ(bench.said, frames[number - 1].said) << "frame " << number - 1;
      EXPECT_EQ(bench.got, frames[number - 1].from_fabric) << "frame " << number - 1;
    }
    bench.said.clear();
    if (number < frames.size()) {
      const frame_record& now = frames[number];
      bench.codec = now.to_fabric;
      bench.current = now.current;
      bench.to_send.insert(bench.to_send.end(), now.fed.begin(), now.fed.end());
    }
  };
  bench.release();
  bench.run_frames(frames.size() + 1);
  EXPECT_NE(frames.back().from_fabric[1], 0xd5) << "nothing was said";
  for (const auto& [from, to] : {std::pair{0U, 1U}, std::pair{1U, 0U}}) {
    const double frames_taken = delay(bench, from, to);
    EXPECT_LE(frames_taken, 2.0);
    RecordProperty("delay_in_frames_" + std::to_string(from) + "_" + std::to_string(to),
                   std::to_string(frames_taken));
    std::printf("line %u to line %u: %.3f frames\n", from, to, frames_taken);
  }
}

} // namespace
} // namespace switchroom::sim
