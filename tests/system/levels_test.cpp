// SPDX-License-Identifier: MIT
// Test tones, levels and echoes of lines, as operators ask for them of a whole gateway; judged by a
// spectrum that is computed here, and by what the loops are known to do.
#include "loop/hybrid.hpp"
#include "two_towns.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <span>

namespace switchroom::system_test {
namespace {

using control::v1::Reply;
using control::v1::Request;

constexpr double loss_db = sim::loop_options{}.loss_db;

/// Of the sine of this frequency, by a window of Hann; 0 dBm0 is a peak of 22,827 (G.711's 3.14
/// dBm0 is one of 32,768).
double level_at(double hz, std::span<const std::int16_t> heard) {
  std::complex<double> sum;
  double weights = 0;
  for (std::size_t n = 0; n < heard.size(); ++n) {
    const double at = static_cast<double>(n);
    const double weight =
        1 - std::cos(2 * std::numbers::pi * (at + .5) / static_cast<double>(heard.size()));
    sum += heard[n] * weight * std::polar(1., -2 * std::numbers::pi * hz / 8000 * at);
    weights += weight;
  }
  return 20 * std::log10(2 * std::abs(sum) / weights / 22827);
}

/// What is beside that sine and the bins around it, by the same window (Parseval); without what
/// does not change.
double beside(double hz, std::span<const std::int16_t> heard) {
  constexpr int around = 8;
  const double size = static_cast<double>(heard.size());
  double mean = 0;
  for (const double sample : heard)
    mean += sample / size;
  std::vector<double> shaped;
  double all = 0, weights = 0;
  for (std::size_t n = 0; n < heard.size(); ++n) {
    const double weight = 1 - std::cos(2 * std::numbers::pi * (static_cast<double>(n) + .5) / size);
    shaped.push_back((heard[n] - mean) * weight);
    all += shaped[n] * shaped[n];
    weights += weight * weight;
  }
  for (int bin = -around; bin <= around; ++bin) {
    const double turns = (std::round(hz * size / 8000) + bin) / size;
    std::complex<double> sum;
    for (std::size_t n = 0; n < shaped.size(); ++n)
      sum += shaped[n] * std::polar(1., -2 * std::numbers::pi * turns * static_cast<double>(n));
    all -= 2 * std::norm(sum) / size;
  }
  return 10 * std::log10(std::max(1e-12, all / weights / (22827. * 22827 / 2)));
}

class Levels : public SystemTest {
protected:
  explicit Levels(const std::string& rtp = {}) : SystemTest(with(rtp)) {}
  static std::vector<site_plan> with(const std::string& rtp) {
    auto plan = one_town();
    plan[0].rtp = rtp;
    return plan;
  }
  handset one = world.at("bristol", 1), two = world.at("bristol", 2),
          three = world.at("bristol", 3);
  virtual_site& site = world.site("bristol");

  Reply tone(unsigned line, double hz, double dbm0) {
    Request ask;
    ask.mutable_tone()->set_line(line);
    ask.mutable_tone()->set_on(true);
    ask.mutable_tone()->set_hz(hz);
    ask.mutable_tone()->set_level_dbm0(dbm0);
    return world.ask(site, ask);
  }
  control::v1::LineLevels levels(unsigned line) {
    Request ask;
    ask.mutable_levels()->add_lines(line);
    const auto reply = world.ask(site, ask);
    EXPECT_EQ(reply.levels().lines_size(), 1) << reply.error().what();
    EXPECT_EQ(reply.levels().window_ms(), 128);
    return reply.levels().lines_size() == 1 ? reply.levels().lines(0) : control::v1::LineLevels{};
  }
  /// What line hears in half a second, by a capture.
  samples capture_heard(unsigned line) {
    Request ask;
    ask.mutable_capture()->set_line(line);
    const auto number = world.ask(site, ask).capture().number();
    world.run_ms(520);
    ask.mutable_capture()->set_stop(number);
    const auto octets = world.ask(site, ask).capture().samples();
    samples heard;
    for (std::size_t n = 2; n + 1 < octets.size(); n += 4)
      heard.push_back(static_cast<std::int16_t>(static_cast<std::uint8_t>(octets[n]) |
                                                static_cast<std::uint8_t>(octets[n + 1]) << 8));
    EXPECT_GE(heard.size(), 4000U);
    heard.resize(4000);
    return heard;
  }
  void report(const char* what, double hz, std::span<const std::int16_t> heard) {
    std::printf("%s: %.2f dBm0 at %.0f Hz, beside it %.1f\n", what, level_at(hz, heard), hz,
                beside(hz, heard));
  }
};

TEST_F(Levels, AToneByCommandIsAsLoudAsAskedAndIsHeardOnAnotherLine) {
  three.lift();
  connect(one, two, "302");
  for (const auto& [hz, dbm0] : {std::pair{1004., -10.}, {2804., -20.}, {404., 0.}}) {
    ASSERT_TRUE(tone(3, hz, dbm0).has_done());
    world.run_ms(300);
    const auto into = capture_heard(3);
    report("into line 3", hz, into);
    EXPECT_NEAR(level_at(hz, into), dbm0, 0.2);
    EXPECT_LT(beside(hz, into), dbm0 - 60) << "of its own, without a codec";
    const auto read = levels(3);
    EXPECT_NEAR(read.hears().rms_dbm0(), dbm0, 0.2);
    EXPECT_NEAR(read.hears().peak_dbm0(), dbm0, 0.2);
    EXPECT_FALSE(read.hears().overload());
    EXPECT_EQ(read.slot(), 2u);
    // The receiver of 3 is held to the mouthpiece of 1, who talks to 2.
    three.begin_recording();
    world.run_ms(1200);
    const auto at_ear = three.end_recording();
    EXPECT_NEAR(level_at(hz, std::span(at_ear).subspan(800, 8000)), dbm0 - loss_db, 0.2);
    one.say(at_ear);
    world.run_ms(400);
    const auto by_two = levels(2);
    const auto other = capture_heard(2);
    report("heard by line 2", hz, other);
    EXPECT_NEAR(level_at(hz, other), dbm0 - 2 * loss_db, 0.2);
    EXPECT_LT(beside(hz, other), dbm0 - 2 * loss_db - 32) << "A-law's 38 dB, thrice";
    EXPECT_NEAR(by_two.hears().rms_dbm0(), dbm0 - 2 * loss_db, 0.2);
    EXPECT_NEAR(levels(1).says().rms_dbm0(), dbm0 - 2 * loss_db, 0.2);
    world.until([&] { return !one.speaking(); }, 3000);
  }
  EXPECT_EQ(world.line(site, 3).check(), "tone of 404 Hz at 0.0 dBm0");
  Request off;
  off.mutable_tone()->set_line(3);
  EXPECT_TRUE(world.ask(site, off).has_done());
  EXPECT_EQ(three.state(), "dial tone");
  EXPECT_EQ(tone(1, 1004, -10).error().what(), "Line 1 is in use: in call.");
}

TEST_F(Levels, ALoudVoiceIsAnOverload) {
  three.lift();
  ASSERT_TRUE(tone(3, 1004, -60).has_done());
  samples square(8000);
  for (std::size_t n = 0; n < square.size(); ++n)
    square[n] = n / 8 % 2 == 0 ? 32767 : -32767;
  three.say(square);
  world.run_ms(400);
  EXPECT_FALSE(levels(3).says().overload()) << "the loop loses half a dB";
  // The loudest code of A-law (ITU-T G.711): of a louder signal nothing more is seen.
  EXPECT_NEAR(levels(3).says().peak_dbm0(), 3.14 - loss_db, 0.5);
  ASSERT_TRUE(tone(3, 1004, 0).has_done()); // whose echo comes on top
  world.run_ms(300);
  EXPECT_TRUE(levels(3).says().overload());
  EXPECT_FALSE(levels(3).hears().overload());
  EXPECT_NEAR(levels(3).says().peak_dbm0(), 3.14, 0.15);
}

TEST_F(Levels, ATestThatAGainCutsOffIsRefused) {
  Request gain;
  gain.mutable_gain()->set_line(3);
  gain.mutable_gain()->set_out_db(12);
  ASSERT_TRUE(world.ask(site, gain).has_gain());
  EXPECT_NE(tone(3, 1004, -8).error().what().find("cut off"), std::string::npos);
  Request test;
  test.mutable_line_test()->set_line(3);
  test.mutable_line_test()->set_level_dbm0(-8);
  EXPECT_NE(world.ask(site, test).error().what().find("cut off"), std::string::npos);
  ASSERT_TRUE(tone(3, 1004, -20).has_done());
  world.run_ms(300);
  EXPECT_NEAR(levels(3).hears().rms_dbm0(), -8, 0.2) << "behind the gain";
}

TEST_F(Levels, WhoTouchesThePhoneOrSpeaksInATestIsInItsResult) {
  three.lift();
  Request ask;
  ask.mutable_line_test()->set_line(3);
  ask.mutable_line_test()->set_level_dbm0(-10);
  const auto test = [&](const std::function<void()>& meanwhile) {
    std::optional<Reply> answer;
    site.ask(ask, [&](const Reply& reply) { answer = reply; });
    world.run_ms(500);
    meanwhile();
    world.until([&] { return answer.has_value(); }, 5000);
    return answer.value_or(Reply{}).line_test();
  };
  const auto plain = test([] {});
  EXPECT_FALSE(plain.hook_changed() || plain.noise_disturbed() || plain.tones(0).disturbed());
  const auto spoken = test([&] { three.say(goodbye); });
  EXPECT_TRUE(spoken.noise_disturbed());
  EXPECT_FALSE(spoken.hook_changed());
  world.until([&] { return !three.speaking(); }, 5000);
  const auto touched = test([&] { three.hang_up(); });
  EXPECT_TRUE(touched.hook_changed());
  EXPECT_FALSE(touched.off_hook());
}

/// White noise, as `erl_db` of a loop is meant.
TEST_F(Levels, AnEchoReportHasTheHybridsReturnLoss) {
  connect(one, two, "302");
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 22827 / std::numbers::sqrt2 * std::pow(10, -12. / 20));
  samples said(24000);
  for (auto& sample : said)
    sample = static_cast<std::int16_t>(std::clamp(noise(random), -32767., 32767.));
  two.say(said);
  world.run_ms(2500);
  Request ask;
  ask.mutable_echo()->set_line(1);
  ask.mutable_echo()->set_report(true);
  const auto echo = world.ask(site, ask).echo();
  std::printf("ERL %.1f dB, ERLE %.1f dB\n", echo.erl_db(), echo.erle_db());
  EXPECT_EQ(echo.state(), "works");
  EXPECT_NEAR(echo.erl_db(), sim::loop_options{}.erl_db, 1);
  EXPECT_GT(echo.erle_db(), 20);
  EXPECT_NEAR(echo.returns_dbm0() - echo.left_dbm0(), echo.erle_db(), 1e-6);
}

TEST_F(Levels, LinesOfTheLawThatIsConfiguredAreNoAlarm) {
  world.run_ms(2000);
  EXPECT_EQ(world.alarm("bristol", "board-law"), "");
}

class WrongLaw : public Levels {
protected:
  WrongLaw() : Levels("law = \"mu\"\n") {}
};

TEST_F(WrongLaw, IsAnAlarmThatSaysWhatToChange) {
  world.run_ms(2000);
  EXPECT_NE(world.alarm("bristol", "board-law").find("silence of A-law"), std::string::npos);
}

} // namespace
} // namespace switchroom::system_test
