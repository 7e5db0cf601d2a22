// SPDX-License-Identifier: MIT
// The E-model against figures that the ITU has published, and against its formulas by hand.
#include "switchroom/dsp/quality.hpp"

#include <gtest/gtest.h>

namespace {

using namespace switchroom::dsp;

connection of(codec_impairment codec, double loss, double burst = 1, double delay = 0) {
  return {.codec = codec, .one_way_ms = delay, .loss_percent = loss, .burst_ratio = burst};
}

// G.107, clause 7.7: "with all parameters at their default values … R = 93.2".
TEST(Quality, DefaultsGiveARatingOf93Point2) {
  EXPECT_NEAR(rating({}), 93.2, 0.05);
  EXPECT_NEAR(mean_opinion(connection{}), 4.41, 0.005);
}

// G.107, table B.1.
TEST(Quality, OpinionsAreThoseOfAnnexB) {
  EXPECT_NEAR(mean_opinion(90), 4.34, 0.005);
  EXPECT_NEAR(mean_opinion(80), 4.03, 0.007); // 4.024
  EXPECT_NEAR(mean_opinion(70), 3.60, 0.005);
  EXPECT_NEAR(mean_opinion(60), 3.10, 0.005);
  EXPECT_NEAR(mean_opinion(50), 2.58, 0.006); // 2.575
  EXPECT_EQ(mean_opinion(0), 1);
  EXPECT_EQ(mean_opinion(-5), 1);
  EXPECT_EQ(mean_opinion(100), 4.5);
  EXPECT_EQ(mean_opinion(129), 4.5);
  for (double r = 0; r < 100; r += 0.5)
    ASSERT_LE(mean_opinion(r), mean_opinion(r + 0.5)) << r;
}

// G.107, 7.4, by hand: X = 1 at 200 ms, 2 at 400 ms, 3 at 800 ms.
TEST(Quality, DelayAloneCostsWhatTheFormulaSays) {
  EXPECT_EQ(delay_impairment(0), 0);
  EXPECT_EQ(delay_impairment(100), 0);
  EXPECT_NEAR(delay_impairment(200), 25 * (1.122462 - 3.000685 + 2), 0.001); // 3.04
  EXPECT_NEAR(delay_impairment(400), 25 * (2.005175 - 3.042379 + 2), 0.01);  // 24.07
  EXPECT_NEAR(delay_impairment(800), 25 * (3.000685 - 3.367386 + 2), 0.01);  // 40.83
}

// Without echo to speak of, what is left of the delay is Idd and what 65 dB of echo loss give.
TEST(Quality, DelayAndEchoTogether) {
  // By hand at 150 ms: TERV = 65 − 40·lg 8 = 28.88, Re = 117.19, Roe = 94.77 (No = −61.18):
  // Idte = −11.21 + √(125.7 + 100) − 1 = 2.81; Idd = 0.16. At 0 ms Idle = 0.15; at 150,
  // Rle = 294.9: Idle = −100.1 + √(10014 + 169) = 0.84.
  EXPECT_NEAR(rating(of(g711_concealed, 0, 1, 150)), 93.2 + 0.15 - 2.81 - 0.16 - 0.84, 0.1);
  // An uncancelled hybrid, 30 dB, at 150 ms: TERV = −6.12, Re = 29.69: Idte = 65.6.
  connection echo = of(g711_concealed, 0, 1, 150);
  echo.echo_loss_db = 30;
  EXPECT_NEAR(rating(echo), 93.2 + 0.15 - 65.6 - 0.16 - 0.84, 1.5);
  echo.one_way_ms = 2; // too soon to be heard as an echo
  EXPECT_GT(rating(echo), 85);
  double last = 100;
  for (double ms = 0; ms < 1000; ms += 10) {
    const double r = rating(of(g711_concealed, 0, 1, ms));
    ASSERT_LE(r, last + 0.3) << ms; // near 0 ms sidetone gives some of it back
    last = r;
  }
}

// G.107, 7.5: Ie + (95 − Ie)·Ppl / (Ppl / BurstR + Bpl), with the values of G.113, Appendix I.
TEST(Quality, LossCostsByCodecAndConcealment) {
  EXPECT_NEAR(equipment_impairment(g711_muted, 1), 95 / 5.3, 1e-9);
  EXPECT_NEAR(equipment_impairment(g711_concealed, 1), 95 / 26.1, 1e-9);
  EXPECT_NEAR(equipment_impairment(g711_concealed, 5), 95 * 5 / 30.1, 1e-9);
  EXPECT_NEAR(equipment_impairment(g711_concealed, 5, 2), 95 * 5 / 27.6, 1e-9);
  EXPECT_EQ(equipment_impairment(g726_32_muted, 0), 7);
  EXPECT_EQ(equipment_impairment(g726_40_concealed, 0), 2);
  EXPECT_EQ(equipment_impairment(g726_24_concealed, 0), 25);
  EXPECT_EQ(equipment_impairment(g726_16_concealed, 0), 50);
  EXPECT_NEAR(rating(of(g711_concealed, 1)), 93.2 - 3.64, 0.06);
  EXPECT_NEAR(rating(of(g726_32_muted, 0)), 86.2, 0.06);
  EXPECT_NEAR(rating(of(g711_muted, 3)), 93.2 - 39.04, 0.06);
}

// G.107.1: 129 less Ie,wb and what is lost, over 1.29.
TEST(Quality, WidebandHasItsOwnScale) {
  EXPECT_NEAR(rating(of(g722_64, 0)), 129 - 13, 0.05);
  EXPECT_NEAR(mean_opinion(of(g722_64, 0)), mean_opinion(116 / 1.29), 0.002);
  EXPECT_NEAR(rating(of(g722_48, 0)), 129 - 31, 0.05);
  EXPECT_NEAR(rating(of(g722_56, 2, 3)), 129 - 20 - 75 * 2 / 6.3, 0.05) << "no bursts known";
}

TEST(Quality, NothingLeavesTheScale) {
  EXPECT_EQ(rating(of(g726_16_muted, 100, 50, 5000)), 0);
  EXPECT_EQ(rating(of(g722_48, 500, 1, 50000)), 0);
  connection good;
  good.advantage = 20;
  EXPECT_EQ(rating(good), 100);
  EXPECT_NEAR(rating(of(g711_concealed, -3, 0.1, -10)), 93.2, 0.05) << "out of range: held to it";
}

} // namespace
