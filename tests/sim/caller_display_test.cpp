// SPDX-License-Identifier: MIT
// A phone's display, on its line; libspandsp is the central office.
#include "frame_bench.hpp"
#include "loop/levels.hpp"
#include "loop/subscriber_loop.hpp"
#include "phone/phone.hpp"

#include "../dsp/caller_id_spandsp.hpp" // spandsp.h has macros of its own for <cmath>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

using dsp::fsk_standard;
using dsp::testing::adsi_field;
using dsp::testing::spandsp_says;
using signal = std::vector<std::int16_t>;

constexpr std::uint8_t a_law_silence = 0xd5;
const adsi_field bea[]{{0x80}, {0x01, "11271305"}, {0x02, "301"}, {0x07, "Bea"}};

class CallerDisplay : public testing::Test {
protected:
  CallerDisplay() { loop_.handset.bind(set); }
  void run(std::uint64_t ms) { bench_.run(ms * frames_per_ms); }
  void ring(std::uint64_t ms) {
    drive.ring = true;
    run(ms);
    drive.ring = false;
  }
  void send(const signal& samples) {
    for (const auto sample : samples) {
      drive.octet = linear_to_alaw(sample);
      bench_.run(1);
    }
    drive.octet = a_law_silence;
  }
  std::string keys_sent() {
    dtmf_rx_state_t* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
    dtmf_rx(receiver, sent.data(), static_cast<int>(sent.size()));
    char heard[64] = {};
    dtmf_rx_get(receiver, heard, sizeof heard - 1);
    dtmf_rx_free(receiver);
    return heard;
  }
  const caller_display::shown* shown() {
    return set.display()->last() ? &*set.display()->last() : nullptr;
  }
  void expect_bea(bool waiting) {
    ASSERT_NE(shown(), nullptr);
    EXPECT_EQ(shown()->error, "");
    EXPECT_EQ(shown()->who.number, "301");
    EXPECT_EQ(shown()->who.name, "Bea");
    EXPECT_EQ(shown()->who.when, (dsp::caller_id::moment{11, 27, 13, 5}));
    EXPECT_EQ(shown()->waiting, waiting);
  }

  phone set{"phone"};
  line_drive drive{.octet = a_law_silence};
  signal sent;

private:
  subscriber_loop loop_{"loop", {}};
  frame_bench bench_{"bench", [this](std::uint64_t) {
                       sent.push_back(alaw_to_linear(loop_.exchange(drive).octet));
                     }};
};

TEST_F(CallerDisplay, ShowsWhoCallsAfterTheFirstRing) {
  for (const auto standard : {fsk_standard::bell202, fsk_standard::v23}) {
    ring(1000);
    EXPECT_EQ(shown(), nullptr) << "of the ringing before";
    run(500);
    send(spandsp_says(standard, bea));
    run(100);
    expect_bea(false);
    ring(1000);
    run(7000);
    expect_bea(false);
  }
  EXPECT_EQ(set.display()->messages(), 2U);
}

TEST_F(CallerDisplay, WhoLiftsToCallSeesNobody) {
  ring(1000);
  run(500);
  send(spandsp_says(fsk_standard::v23, bea));
  run(2000);
  set.lift(); // to answer
  run(100);
  expect_bea(false);
  set.hang_up();
  run(7000);
  expect_bea(false);
  set.lift();
  run(100);
  EXPECT_EQ(shown(), nullptr);
}

TEST_F(CallerDisplay, ShowsWhoCallsBeforeItRings) {
  drive.reverse = true;
  run(150);
  send(spandsp_says(fsk_standard::v23, bea, true));
  run(250);
  ring(400);
  expect_bea(false);
}

TEST_F(CallerDisplay, SaysWhatWasNotUnderstood) {
  ring(1000);
  run(500);
  auto cut = spandsp_says(fsk_standard::v23, bea);
  cut.resize(cut.size() - 1200);
  send(cut);
  run(200);
  ASSERT_NE(shown(), nullptr);
  EXPECT_EQ(shown()->error, "the message ends before its length");
}

TEST_F(CallerDisplay, NothingIsShownOfVoice) {
  set.lift();
  run(100);
  send(spandsp_says(fsk_standard::v23, bea)); // nobody has said that data come
  run(100);
  EXPECT_EQ(shown(), nullptr);
  EXPECT_EQ(keys_sent(), "");
}

TEST_F(CallerDisplay, AcknowledgesTheAlertAndHearsNothingOfWhatFollows) {
  set.lift();
  run(100);
  set.play(signal(40000, 8000));
  send(spandsp_says(fsk_standard::bell202, {}, true));
  run(200);
  EXPECT_EQ(keys_sent(), "D");
  EXPECT_LT(set.heard_dbm0(), -80);
  sent.clear();
  send(spandsp_says(fsk_standard::bell202, bea, false, 0, 80));
  EXPECT_LT(set.heard_dbm0(), -80);
  double loudest = 0;
  for (std::size_t n = 0; n + 400 < sent.size(); ++n) { // but the marks after the message
    loudest = std::max(loudest, std::abs(static_cast<double>(sent[n])));
  }
  EXPECT_LT(loudest, 3000) << "the mouthpiece is not muted"; // the hybrid's echo is there
  run(100);
  expect_bea(true);
  EXPECT_GT(alaw_to_linear(linear_to_alaw(sent.back())), 6000) << "the mouthpiece stays muted";
}

TEST_F(CallerDisplay, ComesBackWhenNoMessageFollows) {
  set.lift();
  run(100);
  send(spandsp_says(fsk_standard::bell202, {}, true));
  run(1300);
  set.play(signal(8000, 8000));
  run(100);
  EXPECT_GT(sent.back(), 6000);
  EXPECT_EQ(shown(), nullptr);
}

TEST_F(CallerDisplay, APhoneWithoutADisplayAcknowledgesNothing) {
  set.have_no_display();
  set.lift();
  run(100);
  send(spandsp_says(fsk_standard::bell202, {}, true));
  run(300);
  EXPECT_EQ(keys_sent(), "");
}

} // namespace
} // namespace switchroom::sim
