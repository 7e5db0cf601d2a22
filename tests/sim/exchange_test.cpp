// SPDX-License-Identifier: MIT
// A board's places for lines to an exchange, through the RTL: what the exchange does arrives at the
// host, what the host orders arrives at the exchange. One place leads to a simulated exchange, the
// other is plugged into line 1 of the same board.
#include "board/simulated_board.hpp"

#include "loop/levels.hpp"
#include "virtual_host.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

using fxo = regs::fxo_block;
using regs::event_kind;

constexpr std::uint32_t first_place = fabric_lines - fabric_exchange_lines;
constexpr std::uint8_t exchange = 0, cord = 1; // places

board_options one_exchange_one_cord() {
  board_options options;
  options.lines = 2;
  options.exchanges = 1;
  options.cords = {{cord, 0}};
  return options;
}

class ExchangeLines : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(host_.bring_up());
    host_.enable_line(0);
    for (const auto place : {exchange, cord})
      host_.write<fxo::line_config>(place, fxo::line_config::enable::of(1));
    host_.settle();
    host_.run_ms(50);
  }
  void control(unsigned place, bool close, unsigned dial_end = 0) {
    host_.write<fxo::line_control>(place, fxo::line_control::close::of(close) |
                                              fxo::line_control::dial_end::of(dial_end));
    host_.settle();
  }
  void dial(unsigned place, const std::string& number) {
    std::uint32_t word = 0;
    for (std::size_t n = 0; n < number.size(); ++n)
      word |= static_cast<std::uint32_t>(number[n] == '0' ? 10 : number[n] - '0') << 4 * n;
    host_.write<fxo::dial>(4 * place, word);
    control(place, true, static_cast<unsigned>(number.size()));
  }
  // At most so long, until the event has come; leaves its data.
  std::uint16_t wait_for(event_kind kind, std::uint8_t index, unsigned ms) {
    for (unsigned n = 0; n < ms; ++n) {
      for (std::size_t at = 0; at < host_.events.size(); ++at)
        if (host_.events[at].kind == kind && host_.events[at].index == index) {
          const auto data = host_.events[at].data;
          host_.events.erase(host_.events.begin() + static_cast<std::ptrdiff_t>(at));
          return data;
        }
      host_.run_ms(1);
    }
    ADD_FAILURE() << "event " << int(kind) << " of " << int(index) << " did not come in " << ms
                  << " ms";
    return 0xffff;
  }

  simulated_board board_{"board", one_exchange_one_cord()};
  virtual_host host_{board_};
};

TEST_F(ExchangeLines, ACallOutByPulsesIsAnsweredWithReversalAndReleasedByABreak) {
  auto& far = board_.exchange_at(0);
  control(exchange, true);
  wait_for(event_kind::line_seized, exchange, 100);
  host_.run_ms(500);
  EXPECT_EQ(far.at(), exchange_line::state::dial_tone);
  dial(exchange, "402310");
  wait_for(event_kind::line_dialled, exchange, 10000);
  EXPECT_EQ(far.dialled(), "402310");
  EXPECT_EQ(far.at(), exchange_line::state::ringback);
  EXPECT_EQ(wait_for(event_kind::polarity, exchange, 3000), 1);
  EXPECT_EQ(far.at(), exchange_line::state::talking);
  far.hang_up();
  wait_for(event_kind::line_lost, exchange, 400);
  EXPECT_EQ(wait_for(event_kind::polarity, exchange, 400), 0);
  control(exchange, false);
  host_.run_ms(1000);
  EXPECT_EQ(far.at(), exchange_line::state::idle);
}

TEST_F(ExchangeLines, ACallInRingsShowsWhoCallsAndIsAnswered) {
  auto& far = board_.exchange_at(0);
  dsp::fsk_receiver receiver(dsp::fsk_standard::v23);
  std::optional<dsp::caller_id> shown;
  // The place's codec is heard in its slot: it is line 31's.
  host_.on_frame = [&] {
    const auto octet = board_.pins().from_lines[first_place].octet;
    receiver.feed(golden::g711_decode(golden::g711_law::a, octet));
    if (const auto outcome = receiver.take())
      if (const auto* who = std::get_if<dsp::caller_id>(&*outcome))
        shown = *who;
  };
  far.call({.number = "030555", .name = "Outside"});
  EXPECT_EQ(wait_for(event_kind::line_rings, exchange, 400), 40);
  const auto length = wait_for(event_kind::line_silent, exchange, 1200);
  EXPECT_NEAR(length, 1000, 90);
  wait_for(event_kind::line_rings, exchange, 4500);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->number, "030555");
  EXPECT_EQ(shown->name, "Outside");
  control(exchange, true);
  wait_for(event_kind::line_silent, exchange, 100);
  wait_for(event_kind::line_seized, exchange, 100);
  EXPECT_EQ(far.at(), exchange_line::state::talking);
}

TEST_F(ExchangeLines, WhatIsSaidComesThroughTheSwitchBothWays) {
  auto& far = board_.exchange_at(0);
  far.call({});
  wait_for(event_kind::line_rings, exchange, 400);
  control(exchange, true);
  wait_for(event_kind::line_seized, exchange, 100);
  host_.connect(first_place, first_place); // the caller hears himself
  host_.commit();
  std::vector<std::int16_t> tone(16000);
  for (std::size_t n = 0; n < tone.size(); ++n)
    tone[n] = static_cast<std::int16_t>(
        std::lrint(sine_peak(-10) * std::sin(2 * std::numbers::pi * 1000 * double(n) / 8000)));
  far.play(tone);
  host_.run_ms(1500);
  const auto& heard = far.heard();
  double sum = 0;
  for (std::size_t n = heard.size() - 4000; n < heard.size(); ++n)
    sum += double{heard[n]} * double{heard[n]};
  // 0.5 dB of copper each way; the hybrid's echo, 20 dB down, goes round and round.
  EXPECT_NEAR(level_dbm0(sum / 4000), -11, 1.5);
}

TEST_F(ExchangeLines, APlaceIsPluggedIntoALineOfTheSameBoard) {
  control(cord, true);
  wait_for(event_kind::line_seized, cord, 100);
  wait_for(event_kind::off_hook, 0, 100);
  host_.run_ms(300); // a contact that has just closed may bounce
  dial(cord, "230");
  EXPECT_EQ(wait_for(event_kind::pulse_digit, 0, 3000), 2);
  EXPECT_EQ(wait_for(event_kind::pulse_digit, 0, 3000), 3);
  EXPECT_EQ(wait_for(event_kind::pulse_digit, 0, 3000), 10);
  wait_for(event_kind::line_dialled, cord, 1000);
  control(cord, false);
  wait_for(event_kind::on_hook, 0, 1000);

  host_.write<regs::fxs_block::cadence>(0, regs::fxs_block::cadence::ring::of(1) |
                                               regs::fxs_block::cadence::duration_ms::of(1000));
  host_.write<regs::fxs_block::line_control>(0, regs::fxs_block::line_control::ring::of(1));
  wait_for(event_kind::line_rings, cord, 400);
  control(cord, true);
  wait_for(event_kind::ring_trip, 0, 200);
  wait_for(event_kind::line_seized, cord, 200);
}

TEST(ExchangePlaces, AreRefusedWhereTheyAreNotThere) {
  board_options options = one_exchange_one_cord();
  options.cords = {{exchange, 0}}; // leads to the exchange already
  EXPECT_THROW(simulated_board("board", options), std::invalid_argument);
}

} // namespace
} // namespace switchroom::sim
