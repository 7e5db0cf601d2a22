// SPDX-License-Identifier: MIT
// A whole simulated board, phones to link: what people do at the phones arrives at the host
// through the RTL, and what the host orders arrives at the phones.
#include "board/simulated_board.hpp"

#include "loop/levels.hpp"
#include "virtual_host.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

using regs::event_kind;

board_options two_lines(std::uint64_t seed = 1) {
  board_options options;
  options.lines = 2;
  options.seed = seed;
  return options;
}

// A board with both lines enabled and its host up.
class Board : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(host_.bring_up());
    host_.enable_line(0);
    host_.enable_line(1);
    host_.settle();
  }

  // Digits that arrived as `kind` from line 0.
  std::string digits(event_kind kind) const {
    std::string out;
    for (const board::event& event : host_.events) {
      if (event.kind == kind && event.index == 0) {
        const bool pulses = kind == event_kind::pulse_digit;
        out += pulses ? static_cast<char>('0' + event.data % 10) : static_cast<char>(event.data);
      }
    }
    return out;
  }

  std::vector<event_kind> kinds() const {
    std::vector<event_kind> out;
    for (const board::event& event : host_.events) {
      out.push_back(event.kind);
    }
    return out;
  }

  simulated_board board_{"board", two_lines()};
  virtual_host host_{board_};
};

TEST_F(Board, CountsFramesAsTheFabricDoes) {
  host_.run(5);
  EXPECT_EQ(host_.last_cell + 1, board_.frame());
}

TEST_F(Board, LiftingBouncesAndGivesOneOffHook) {
  const std::uint64_t lifted = board_.frame();
  board_.phone_at(0).lift();
  host_.run_ms(60);
  ASSERT_EQ(kinds(), std::vector<event_kind>{event_kind::off_hook});
  EXPECT_EQ(host_.events[0].index, 0);
  const double after_ms = static_cast<double>(host_.events[0].frame - lifted) / 8;
  EXPECT_GE(after_ms, 10.0) << "before the debounce time";
  EXPECT_LE(after_ms, 10.0 + 3.0 + 2.0) << "debounce, bounce, two scans";
  host_.run_ms(300);
  EXPECT_EQ(host_.events.size(), 1U) << "bounce came through";
}

TEST_F(Board, HangingUpIsOnHookAfterTheFlashWindow) {
  board_.phone_at(0).lift();
  host_.run_ms(200);
  const std::uint64_t hung_up = board_.frame();
  board_.phone_at(0).hang_up();
  host_.run_ms(800);
  ASSERT_EQ(kinds(), (std::vector<event_kind>{event_kind::off_hook, event_kind::on_hook}));
  const double after_ms = static_cast<double>(host_.events[1].frame - hung_up) / 8;
  EXPECT_NEAR(after_ms, 700.0 + 10.0, 15.0);
}

TEST_F(Board, FlashHasItsLength) {
  board_.phone_at(0).lift();
  host_.run_ms(200);
  board_.phone_at(0).flash(300);
  host_.run_ms(600);
  ASSERT_EQ(kinds(), (std::vector<event_kind>{event_kind::off_hook, event_kind::flash}));
  EXPECT_NEAR(host_.events[1].data, 300, 5);
}

TEST_F(Board, PulsesArriveAsDigits) {
  board_.phone_at(0).lift();
  host_.run_ms(300);
  board_.phone_at(0).dial("20", true);
  host_.run_ms(12 * 100 + 750 + 400);
  EXPECT_EQ(digits(event_kind::pulse_digit), "20");
  EXPECT_EQ(host_.events.size(), 3U);
}

TEST_F(Board, DtmfArrivesAsDigits) {
  using word = regs::dtmf_block::channel_config;
  host_.write<word>(0, word::enable::of(1));
  host_.settle();
  board_.phone_at(0).lift();
  host_.run_ms(300);
  board_.phone_at(0).dial("*35*204#", false);
  host_.run_ms(8 * 140 + 200);
  EXPECT_EQ(digits(event_kind::dtmf_on), "*35*204#");
}

// The first digit is dialled while dial tone is heard, and the hybrid returns some of it.
TEST_F(Board, FirstDtmfDigitIsHeardThroughDialTone) {
  using frequency = regs::tone_block::segment_frequency;
  using amplitude = regs::tone_block::segment_amplitude;
  using timing = regs::tone_block::segment_timing;
  using channel = regs::tone_block::channel_control;
  using detector = regs::dtmf_block::channel_config;
  const auto increment = [](double hz) { return static_cast<std::uint32_t>(hz * 65536 / 8000); };
  const auto peak = static_cast<std::uint32_t>(sine_peak(-13));
  host_.write<frequency>(0, frequency::a::of(increment(350)) | frequency::b::of(increment(440)));
  host_.write<amplitude>(0, amplitude::a::of(peak) | amplitude::b::of(peak));
  host_.write<timing>(0, timing::duration_ms::of(0));
  host_.write<channel>(0, channel::segment::of(0) | channel::run::of(1));
  host_.write<detector>(0, detector::enable::of(1));
  host_.connect(host_.client().board().first_slot<regs::tone_block>(), 0);
  host_.commit();
  board_.phone_at(0).lift();
  host_.run_ms(400);
  EXPECT_NEAR(board_.phone_at(0).heard_dbm0(), -10.5, 0.5) << "two tones of -13, a loss of 0.5 dB";
  board_.phone_at(0).dial("19", false);
  host_.run_ms(400);
  EXPECT_EQ(digits(event_kind::dtmf_on), "19");
}

// A cadence as in the United Kingdom, but faster, so that the test is.
constexpr std::array<std::uint32_t, 4> cadence_ms{200, 100, 200, 250};

void load_cadence(virtual_host& host) {
  using word = regs::fxs_block::cadence;
  for (std::uint32_t phase = 0; phase < cadence_ms.size(); ++phase) {
    host.write<word>(phase, word::duration_ms::of(cadence_ms[phase]) |
                                word::ring::of(phase % 2 == 0 ? 1 : 0));
  }
  host.write<word>(cadence_ms.size(), 0);
}

TEST_F(Board, RingerHearsTheCadenceThatWasLoaded) {
  using control = regs::fxs_block::line_control;
  load_cadence(host_);
  host_.write<control>(1, control::ring::of(1));
  host_.run_ms(800);
  const std::vector<std::uint32_t>& heard = board_.phone_at(1).bell().cadence_ms();
  ASSERT_GE(heard.size(), cadence_ms.size());
  for (std::size_t phase = 0; phase < cadence_ms.size(); ++phase) {
    EXPECT_NEAR(heard[phase], cadence_ms[phase], 2) << "phase " << phase;
  }
  EXPECT_FALSE(host_.has(event_kind::ring_trip, 1)) << "the ringing current's ripple tripped it";
  EXPECT_EQ(board_.phone_at(0).bell().bursts(), 0U);
}

TEST_F(Board, AnsweringTripsTheRingOnceAndStopsItAtOnce) {
  using control = regs::fxs_block::line_control;
  load_cadence(host_);
  host_.write<control>(1, control::ring::of(1));
  host_.run_ms(150);
  ASSERT_TRUE(board_.phone_at(1).bell().ringing());
  const std::uint64_t answered = board_.frame();
  board_.phone_at(1).lift();
  host_.run_ms(100);
  EXPECT_FALSE(board_.phone_at(1).bell().ringing());
  ASSERT_EQ(kinds(), (std::vector<event_kind>{event_kind::ring_trip, event_kind::off_hook}));
  const double after_ms = static_cast<double>(host_.events[0].frame - answered) / 8;
  EXPECT_GE(after_ms, 60.0 - 20.0) << "a peak of the ripple may have been under way";
  EXPECT_LE(after_ms, 60.0 + 5.0);
  const std::uint32_t bursts = board_.phone_at(1).bell().bursts();
  host_.run_ms(600);
  EXPECT_EQ(board_.phone_at(1).bell().bursts(), bursts) << "it rings on after the answer";
}

TEST_F(Board, BatteryIsReversedAtThePhone) {
  using control = regs::fxs_block::line_control;
  host_.write<control>(0, control::reverse::of(1));
  host_.run_ms(3);
  EXPECT_TRUE(board_.phone_at(0).battery_reversed());
  EXPECT_FALSE(board_.phone_at(1).battery_reversed());
}

TEST_F(Board, SpeechCrossesTheFabricBothWaysAtItsLevel) {
  board_.phone_at(0).lift();
  board_.phone_at(1).lift();
  host_.connect(0, 1);
  host_.connect(1, 0);
  host_.commit();
  host_.run_ms(50);
  std::vector<std::int16_t> tone;
  for (int n = 0; n < 4000; ++n) {
    const double turn = 2 * std::numbers::pi * 1020.0 / frames_per_second * n;
    tone.push_back(static_cast<std::int16_t>(std::lround(sine_peak(-10) * std::sin(turn))));
  }
  board_.phone_at(0).play(tone);
  host_.run_ms(300);
  EXPECT_NEAR(board_.phone_at(1).heard_dbm0(), -11.0, 0.2) << "twice a loss of 0.5 dB";
  board_.phone_at(0).play({});
  board_.phone_at(1).play(tone);
  host_.run_ms(300);
  EXPECT_NEAR(board_.phone_at(0).heard_dbm0(), -11.0, 0.2);
}

void act(simulated_board& board, std::uint64_t frame) {
  if (frame == 450) {
    board.phone_at(0).lift();
  } else if (frame == 1500) {
    board.phone_at(0).dial("1", true);
  }
}

// One board in a virtual run: a host that sets it up, a person, and all octets of the link.
struct run {
  explicit run(const char* name) : board(name, two_lines(7)), host(board) {
    host.on_frame = [this] {
      link.push_back(host.fed);
      link.push_back(host.said);
      loop.push_back(board.pins().from_lines[0].loop);
      act(board, board.frame());
      if (host.client().is_up() && board.frame() == 400) {
        host.enable_line(0);
      }
    };
  }
  simulated_board board;
  virtual_host host;
  std::vector<std::vector<std::uint8_t>> link;
  std::vector<sub_frame_mask> loop;
};

TEST(TwoBoards, TwoVirtualRunsGiveTheSameLinkOctets) {
  run first("first");
  run second("second");
  for (int frame = 0; frame < 5000; ++frame) {
    for (run* each : {&first, &second}) {
      each->host.begin_frame();
    }
    sc_core::sc_start(sc_core::sc_time(125, sc_core::SC_US));
    for (run* each : {&first, &second}) {
      each->host.end_frame();
    }
  }
  EXPECT_TRUE(first.host.has(event_kind::off_hook, 0));
  EXPECT_TRUE(first.host.has(event_kind::pulse_digit, 0));
  EXPECT_TRUE(first.link == second.link);
  EXPECT_TRUE(first.loop == second.loop);
}

TEST(TwoBoards, HaveNoMorePhonesThanTheFabricHasLines) {
  board_options options;
  options.lines = fabric_lines + 1;
  EXPECT_THROW(simulated_board("board", options), std::invalid_argument);
}

} // namespace
} // namespace switchroom::sim
