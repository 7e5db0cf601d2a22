// SPDX-License-Identifier: MIT
// What the phones of one gateway hear, and how soon.
#include "two_towns.hpp"

#include <algorithm>

namespace switchroom::system_test {
namespace {

class OneTown : public SystemTest {
protected:
  OneTown() : SystemTest(one_town()) {}
  handset one = world.at("bristol", 1), two = world.at("bristol", 2),
          three = world.at("bristol", 3);
};

TEST_F(OneTown, DialToneBeforeTheFirstDigitAndSilenceAfterIt) {
  one.lift();
  const auto before = one.listen(200);
  EXPECT_NEAR(before.level_dbm0, -12 - sim::loop_options{}.loss_db, 0.5); // two at −15 dBm0
  one.dial("3");
  world.run_ms(20);
  EXPECT_LT(one.listen(200).level_dbm0, -55);
}

TEST_F(OneTown, RingsWithTheCountrysCadence) {
  one.lift();
  one.dial("302");
  ASSERT_TRUE(two.is_rung());
  ASSERT_TRUE(world.until([&] { return two.cadence_ms().size() >= 4; }, 4000));
  const std::array<unsigned, 4> great_britain{400, 200, 400, 2000};
  for (std::size_t n = 0; n < great_britain.size(); ++n)
    EXPECT_NEAR(two.cadence_ms()[n], great_britain[n], 60) << "phase " << n;
  EXPECT_FALSE(three.rings());
}

// A click into one handset, and when it comes out of another.
TEST_F(OneTown, PortToPortInTwoFrames) {
  connect(one, two, "302");
  two.begin_recording();
  one.say({20000});
  world.run_ms(10);
  const samples heard = two.end_recording();
  const auto loudest = std::ranges::max_element(
      heard, {}, [](std::int16_t sample) { return std::abs(int{sample}); });
  ASSERT_GT(std::abs(int{*loudest}), 10000) << "no click";
  const auto frames = loudest - heard.begin();
  // A model's call sees what the fabric sent in the frame before: one frame is the board model's.
  constexpr std::ptrdiff_t model_frames = 1;
  std::printf("handset to handset %td frames, of which the models' own %td\n", frames,
              model_frames);
  EXPECT_LE(frames - model_frames, 2);
  EXPECT_GE(frames - model_frames, 1) << "faster than the fabric can be";
  expect_heard(one, two, goodbye, "301 to 302");
}

/// In GB a code of fewer than four digits waits 1 s for what could go on, here 60N (C5).
TEST_F(OneTown, C3_C5_C6_TheMostLiteralCodeWinsWhenNoLongerOneComes) {
  three.lift();
  three.dial("601");
  EXPECT_FALSE(world.until([&] { return one.rings(); }, 500));
  EXPECT_TRUE(world.until([&] { return one.rings(); }, 1000)) << "601, not 60X or 60N";
  three.hang_up();
  three.lift();
  three.dial("602");
  EXPECT_TRUE(world.until([&] { return two.rings(); }, 1500)) << "60X, not 60N";
  three.hang_up();
  one.lift();
  one.dial("60");
  EXPECT_FALSE(world.until([&] { return two.rings() || three.rings(); }, 500)) << "waits (C4)";
  EXPECT_TRUE(world.until([&] { return three.rings(); }, 1000)) << "60N, with N empty";
}

/// Mixed by the fabric: three meet, one speaks. Two loops send back what their hybrids do not
/// balance, to the speaker and to one another; nothing else comes back.
TEST_F(OneTown, S6_AConferenceOfThreeInTheFabric) {
  for (auto phone : {one, two, three}) {
    phone.lift();
    phone.dial("*66*5#");
    ASSERT_TRUE(world.until([&] { return phone.state() == "in call"; }, 3000)) << phone.state();
    world.run_ms(1000); // the tone that says so is over
  }
  one.begin_recording();
  three.begin_recording();
  two.begin_recording();
  one.say(goodbye);
  world.until([&] { return !one.speaking(); }, 10000);
  world.run_ms(60);
  const auto heard = [&](handset who) {
    const auto found = dsp::compare(goodbye, who.end_recording());
    EXPECT_EQ(found.result, dsp::outcome::measured);
    std::printf("in a conference: SNR %.1f dB, gain %.2f dB, delay %.2f ms\n", found.snr_db,
                found.gain_db, found.delay_ms());
    return found;
  };
  constexpr double loss_db = 2 * sim::loop_options{}.loss_db, erl_db = sim::loop_options{}.erl_db;
  for (auto who : {two, three}) {
    const auto found = heard(who);
    EXPECT_NEAR(found.gain_db, -loss_db, 1);
    EXPECT_GE(found.snr_db, 18);
    EXPECT_EQ(found.slips.size(), 0U);
    EXPECT_EQ(found.gaps, 0U);
  }
  EXPECT_LT(heard(one).gain_db, -loss_db - erl_db + 7); // two alike
  one.hang_up();
  world.run_ms(500);
  expect_heard(two, three, hello, "302 to 303 when 301 has gone");
}

TEST_F(OneTown, H13_NobodysPortCallsInsideOnly) {
  handset nobodys = world.at("bristol", 4);
  ASSERT_EQ(nobodys.user(), "");
  nobodys.lift();
  nobodys.dial("302");
  EXPECT_TRUE(two.is_rung());
  nobodys.hang_up();
  nobodys.lift();
  nobodys.dial("*80*20#");
  ASSERT_TRUE(world.until([&] { return nobodys.state() == "hears tone"; }, 500)) << nobodys.state();
  // Quick beats: half of the steady tone that says that there is no such gateway.
  EXPECT_NEAR(nobodys.listen(240).level_dbm0, -12 - 3 - sim::loop_options{}.loss_db, 1);
}

} // namespace
} // namespace switchroom::system_test
