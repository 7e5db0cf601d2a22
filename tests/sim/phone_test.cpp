// SPDX-License-Identifier: MIT
// A phone on its line: what a central office would see and hear, and what the phone notices.
#include "phone/phone.hpp"

#include "frame_bench.hpp"
#include "loop/levels.hpp"
#include "loop/subscriber_loop.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

namespace switchroom::sim {
namespace {

constexpr std::uint8_t a_law_silence = 0xd5;

// A phone and its line with everything that was sent; the test is the central office.
class office {
public:
  explicit office(const loop_options& options = {}) : loop_("loop", options) {
    loop_.handset.bind(set);
  }
  void run(std::uint64_t frames) { bench_.run(frames); }

  phone set{"phone"};
  line_drive drive{.octet = a_law_silence};
  std::vector<std::int16_t> sent; // decoded by libspandsp
  std::vector<sub_frame_mask> current;

private:
  subscriber_loop loop_;
  frame_bench bench_{"bench", [this](std::uint64_t) {
                       const line_sense sense = loop_.exchange(drive);
                       sent.push_back(alaw_to_linear(sense.octet));
                       current.push_back(sense.loop);
                     }};
};

TEST(Phone, EveryDtmfKeyIsHeardBySpandsp) {
  office office;
  office.set.lift();
  office.run(800);
  const std::string keys = "123A456B789C*0#D";
  office.set.dial(keys, false);
  office.run(16 * 140 * frames_per_ms);
  dtmf_rx_state_t* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  dtmf_rx(receiver, office.sent.data(), static_cast<int>(office.sent.size()));
  char heard[64] = {};
  dtmf_rx_get(receiver, heard, sizeof heard - 1);
  dtmf_rx_free(receiver);
  EXPECT_EQ(heard, keys);
}

// Level of one frequency over 400 samples: a whole number of periods of neither, but 50 ms.
double tone_dbm0(const std::vector<std::int16_t>& samples, std::size_t from, double hz) {
  constexpr std::size_t count = 400;
  std::complex<double> sum = 0;
  double window_sum = 0;
  for (std::size_t n = 0; n < count; ++n) {
    const double at = static_cast<double>(n) / count;
    const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * at);
    const double turn = -2 * std::numbers::pi * hz * static_cast<double>(n) / frames_per_second;
    sum += window * samples[from + n] * std::polar(1.0, turn);
    window_sum += window;
  }
  const double peak = 2 * std::abs(sum) / window_sum;
  return 20 * std::log10(peak / dbm0_sine_peak);
}

TEST(Phone, DtmfHasNominalLevelsAndTimes) {
  loop_options options;
  options.loss_db = 0;
  office office(options);
  office.set.lift();
  office.run(800);
  office.set.dial("14", false);
  EXPECT_FALSE(office.set.keys_released());
  office.run((70 + 70 + 70) * frames_per_ms - 1);
  EXPECT_FALSE(office.set.keys_released());
  office.run(1);
  EXPECT_TRUE(office.set.keys_released());
  office.run(100 * frames_per_ms);
  EXPECT_NEAR(tone_dbm0(office.sent, 850, 697), -9.0, 0.2);
  EXPECT_NEAR(tone_dbm0(office.sent, 850, 1209), -7.0, 0.2);
  EXPECT_NEAR(tone_dbm0(office.sent, 850 + 1120, 770), -9.0, 0.2);
  EXPECT_NEAR(tone_dbm0(office.sent, 850 + 1120, 1209), -7.0, 0.2);
  EXPECT_LT(tone_dbm0(office.sent, 800 + 560 + 60, 697), -50.0) << "the pause is not silent";
  EXPECT_LT(tone_dbm0(office.sent, 800 + 1680 + 60, 770), -50.0) << "the last key does not end";
}

TEST(Phone, MouthpieceIsOffWhileAKeySounds) {
  loop_options options;
  options.loss_db = 0;
  office office(options);
  office.set.lift();
  office.run(80);
  office.set.play(std::vector<std::int16_t>(8000, 8000));
  office.set.dial("5", false);
  office.run(560);
  double sum = 0;
  for (std::size_t n = 80; n < 640; ++n) {
    sum += office.sent[n];
  }
  EXPECT_LT(std::abs(sum / 560), 200.0) << "the steady 8000 of the mouthpiece came through";
  office.run(100);
  EXPECT_NEAR(office.sent.back(), 8000, 400);
}

// Lengths of loop states in ms, shorter ones than 10 ms (bounce) taken as part of the one before.
std::vector<double> loop_stretches_ms(const std::vector<sub_frame_mask>& current) {
  constexpr unsigned bounce_limit = 80 * sub_frames;
  std::vector<bool> flows;
  for (const sub_frame_mask mask : current) {
    for (unsigned k = 0; k < sub_frames; ++k) {
      flows.push_back((mask >> k & 1U) != 0);
    }
  }
  std::vector<double> stretches;
  bool state = flows.front();
  std::size_t since = 0;
  std::size_t differs_since = 0;
  for (std::size_t n = 0; n < flows.size(); ++n) {
    if (flows[n] == state) {
      differs_since = n + 1;
    } else if (n + 1 - differs_since >= bounce_limit) {
      stretches.push_back(static_cast<double>(differs_since - since) * 0.125 / sub_frames);
      since = differs_since;
      state = !state;
    }
  }
  return stretches;
}

TEST(Phone, PulsesAreTenASecondAtSixtyToForty) {
  office office;
  office.set.lift();
  office.run(8000);
  office.set.dial("310", true);
  office.run((3 + 1 + 10) * 100 * frames_per_ms + 2 * 750 * frames_per_ms + 4000);
  const std::vector<double> found = loop_stretches_ms(office.current);
  // Closed since lifting, then break and make in turn. A bounce moves an edge by up to 3 ms.
  ASSERT_EQ(found.size(), 28U);
  for (std::size_t pulse = 0; pulse < 14; ++pulse) {
    const double open = found[1 + 2 * pulse];
    EXPECT_NEAR(open, 60.0, 3.1) << "pulse " << pulse;
    if (pulse == 2 || pulse == 3) {
      EXPECT_NEAR(found[2 + 2 * pulse], 40 + 750.0, 3.1) << "after pulse " << pulse;
    } else if (pulse < 13) {
      EXPECT_NEAR(found[2 + 2 * pulse], 40.0, 3.1) << "after pulse " << pulse;
    }
  }
}

TEST(Phone, FlashOpensTheLoopForItsLength) {
  office office;
  office.set.lift();
  office.run(800);
  office.set.flash(300);
  office.run(5000);
  const std::vector<double> found = loop_stretches_ms(office.current);
  ASSERT_GE(found.size(), 2U);
  EXPECT_NEAR(found[found.size() - 1], 300.0, 3.1);
}

TEST(Phone, RingerMeasuresTheCadence) {
  office office;
  const auto phase = [&office](bool ring, unsigned ms) {
    office.drive.ring = ring;
    office.run(std::uint64_t{ms} * frames_per_ms);
  };
  phase(false, 300);
  for (int round = 0; round < 2; ++round) { // United Kingdom
    phase(true, 400);
    phase(false, 200);
    phase(true, 400);
    phase(false, 2000);
  }
  const ringer& bell = office.set.bell();
  EXPECT_EQ(bell.bursts(), 4U);
  EXPECT_EQ(bell.cadence_ms(), (std::vector<std::uint32_t>{400, 200, 400, 2000, 400, 200, 400}));
  EXPECT_FALSE(bell.ringing());
  phase(false, 4400);
  EXPECT_FALSE(bell.silent());
  phase(false, 200);
  EXPECT_TRUE(bell.silent());
  phase(true, 1000); // Germany: a new ringing
  phase(false, 4000);
  EXPECT_EQ(bell.cadence_ms(), (std::vector<std::uint32_t>{1000}));
  EXPECT_EQ(bell.bursts(), 5U);
  office.set.lift();
  office.set.hang_up();
  EXPECT_EQ(bell.bursts(), 0U);
}

TEST(Phone, HearsTheLevelOnTheLineAndSeesTheBattery) {
  loop_options options;
  options.loss_db = 0;
  office office(options);
  office.set.lift();
  office.drive.reverse = true;
  for (int frame = 0; frame < 1600; ++frame) {
    const double turn = 2 * std::numbers::pi * 425.0 / frames_per_second * frame;
    const auto tone = static_cast<std::int16_t>(std::lround(sine_peak(-13) * std::sin(turn)));
    office.drive.octet = linear_to_alaw(tone);
    office.run(1);
  }
  EXPECT_NEAR(office.set.heard_dbm0(), -13.0, 0.1);
  EXPECT_TRUE(office.set.battery_reversed());
  office.set.hang_up();
  office.run(900);
  EXPECT_EQ(office.set.heard_dbm0(), silence_dbm0);
}

} // namespace
} // namespace switchroom::sim
