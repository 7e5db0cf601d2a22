// SPDX-License-Identifier: MIT
// The whole bitstream's RTL at its pins, in real baud rates and highway bits; only the PLLs are
// stand-ins (ehxplll.sv).
#include "dtmf_signals.hpp"
#include "golden/g711.hpp"
#include "ulx3s_bench.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {
using namespace switchroom;
using test::ulx3s_bench;

constexpr std::uint8_t switch_index = 1, fxs_index = 2, dtmf_index = 4;

class Ulx3s : public testing::Test {
protected:
  void hello() {
    std::vector<std::uint8_t> octets;
    const std::array version{static_cast<std::uint8_t>(regs::protocol::version)};
    board.encoder.append(octets, regs::frame_type::hello, version);
    board.say(octets);
    const auto reply = board.await(regs::frame_type::hello_reply);
    ASSERT_EQ(reply.size(), 5u);
    EXPECT_EQ(reply[0], version[0]);
  }
  void enable(unsigned line) {
    using config = regs::fxs_block::line_config;
    ASSERT_TRUE(
        board.write(regs::address(fxs_index, config::offset + line), config::enable::of(1)));
  }
  ulx3s_bench board;
};

TEST_F(Ulx3s, AnswersHelloAndSendsACellEachFrame) {
  hello();
  board.link.clear();
  board.run_frames(20);
  ASSERT_GE(board.link.size(), 19u);
  for (std::size_t n = 1; n < board.link.size(); ++n) {
    const auto& before = board.link[n - 1];
    const auto& now = board.link[n];
    EXPECT_EQ(now.type, regs::frame_type::board_cell);
    EXPECT_EQ(board::little_endian(std::span(now.body).first(4)),
              board::little_endian(std::span(before.body).first(4)) + 1);
    EXPECT_NEAR(static_cast<double>(now.clock - before.clock), ulx3s_bench::clocks_per_frame, 900);
  }
  EXPECT_EQ(board.decoder.figures().check_errors, 0u);
  EXPECT_EQ(board.decoder.figures().malformed, 0u);
}

TEST_F(Ulx3s, SeesEachLoopOnItsOwnPin) {
  hello();
  for (const unsigned line : {0u, 3u, 7u}) {
    enable(line);
    board.pins().loop_closed = static_cast<std::uint8_t>(1u << line);
    const auto event = board.await(regs::frame_type::event, 200);
    ASSERT_EQ(event.size(), 9u) << "line " << line;
    EXPECT_EQ(event[5], static_cast<std::uint8_t>(regs::event_kind::off_hook));
    EXPECT_EQ(event[6], line);
    std::vector<std::uint8_t> octets;
    const std::uint32_t frame = board::little_endian(std::span(event).subspan(1, 4));
    board.encoder.append_cell(octets, frame + 20, event[0], {});
    board.say(octets);
    board.pins().loop_closed = 0;
    board.run_frames(9);
    using config = regs::fxs_block::line_config;
    ASSERT_TRUE(board.write(regs::address(fxs_index, config::offset + line), 0));
  }
}

TEST_F(Ulx3s, ReversesTheBatteryOfOneLine) {
  hello();
  enable(5);
  using control = regs::fxs_block::line_control;
  ASSERT_TRUE(board.write(regs::address(fxs_index, control::offset + 5), control::reverse::of(1)));
  board.run_frames(16);
  EXPECT_EQ(board.pins().reverse, 1u << 5);
  EXPECT_EQ(board.pins().ring, 0u);
}

TEST_F(Ulx3s, CarriesVoiceFromOneCodecToAnother) {
  hello();
  enable(2);
  enable(6);
  using connection = regs::switch_block::connection;
  using control = regs::switch_block::control;
  ASSERT_TRUE(board.write(regs::address(switch_index, connection::offset + 6),
                          connection::source::of(2) | connection::enable::of(1)));
  ASSERT_TRUE(board.write(regs::address(switch_index, control::offset), control::commit::of(1)));
  for (const std::uint8_t octet : {0xd5, 0x12, 0xaa, 0x80, 0x55}) { // A-law, passed unchanged
    board.says[2] = octet;
    board.run_frames(6);
    EXPECT_EQ(board.hears[6], octet);
    EXPECT_EQ(board.hears[2], 0xd5) << "nobody speaks to line 2";
  }
}

// Once yosys dropped the write that enables a detector, and no test of the netlist saw it: what is
// written is read back, and what it enables hears.
TEST_F(Ulx3s, HearsADigitWhereADetectorIsEnabled) {
  hello();
  using config = regs::dtmf_block::channel_config;
  const auto word = [](unsigned line) {
    return config::enable::of(line != 3) | config::mute::of(line % 2);
  };
  for (unsigned line = 0; line < 8; ++line)
    ASSERT_TRUE(board.write(regs::address(dtmf_index, config::offset + line), word(line)));
  for (unsigned line = 0; line < 8; ++line)
    EXPECT_EQ(board.read(regs::address(dtmf_index, config::offset + line)), word(line)) << line;
  enable(3);
  enable(6);
  board.says.fill(0xd5); // silence in A-law
  board.run_frames(256); // a detector hears nothing before
  const auto digit =
      test::line_signal(60, 1).tone(0, 60, 852, -10).tone(0, 60, 1209, -10).samples();
  board.link.clear();
  const auto event = [this] {
    return std::ranges::find(board.link, regs::frame_type::event, &ulx3s_bench::received::type);
  };
  for (std::size_t n = 0; n < digit.size() && event() == board.link.end(); ++n) {
    board.says[6] = golden::g711_encode(golden::g711_law::a, digit[n]);
    board.says[3] = board.says[6]; // into a detector that is off
    board.run_frames(1);
  }
  const auto heard = event();
  ASSERT_NE(heard, board.link.end());
  EXPECT_EQ(heard->body[5], static_cast<std::uint8_t>(regs::event_kind::dtmf_on));
  EXPECT_EQ(heard->body[6], 6);
  EXPECT_EQ(heard->body[7], '7');
}

// A write to a connection waits up to two frames after a commit, 75 octets of the serial line: more
// than the link takes in meanwhile.
TEST_F(Ulx3s, LosesNothingOfAHostThatDoesNotWait) {
  hello();
  board.link.clear();
  using connection = regs::switch_block::connection;
  using control = regs::switch_block::control;
  constexpr std::size_t commits = 12;
  for (std::size_t n = 0; n < commits; ++n) {
    board.say(
        board.write_request(regs::address(switch_index, control::offset), control::commit::of(1)));
    board.say(board.write_request(regs::address(switch_index, connection::offset + 8),
                                  static_cast<std::uint32_t>(n)));
  }
  board.run_frames(100);
  const auto done = std::ranges::count_if(board.link, [](const auto& f) {
    return f.type == regs::frame_type::write_reply && f.body[1] == 0;
  });
  EXPECT_EQ(done, 2 * commits);
}
} // namespace
