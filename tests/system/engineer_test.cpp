// SPDX-License-Identifier: MIT
// What engineers do to lines of a gateway, measured at the phones: gains, captures, loopback and
// tests, beside calls that must not notice.
#include "loop/hybrid.hpp"
#include "two_towns.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <memory>
#include <numbers>
#include <span>

namespace switchroom::system_test {
namespace {

using control::v1::Reply;
using control::v1::Request;

/// Of the loops of these worlds at a frequency (sim::hybrid).
double return_loss_db(double hz) {
  const auto path = sim::echo_path(sim::loop_options{}.erl_db);
  std::complex<double> sum;
  for (std::size_t k = 0; k < path.size(); ++k)
    sum += double{path[k]} *
           std::polar(1., -2 * std::numbers::pi * hz / 8000 * static_cast<double>(k));
  return -20 * std::log10(std::abs(sum));
}

class Engineer : public SystemTest {
protected:
  Engineer() : SystemTest(one_town()) {}
  handset one = world.at("bristol", 1), two = world.at("bristol", 2),
          three = world.at("bristol", 3);
  virtual_site& site = world.site("bristol");

  /// In two channels, each with what has come.
  struct captured {
    std::uint64_t number = 0;
    std::array<samples, 2> channel;
    std::uint64_t lost = 0;
  };
  captured begin_capture(unsigned line) {
    Request ask;
    ask.mutable_capture()->set_line(line);
    const auto reply = world.ask(site, ask);
    EXPECT_EQ(reply.capture().channels(), 2U) << reply.error().what();
    return {reply.capture().number(), {}, 0};
  }
  void take(captured& from, bool stop = false) {
    Request ask;
    if (stop)
      ask.mutable_capture()->set_stop(from.number);
    else
      ask.mutable_capture()->set_more(from.number);
    const auto reply = world.ask(site, ask);
    ASSERT_TRUE(reply.has_capture()) << reply.error().what();
    const auto& octets = reply.capture().samples();
    for (std::size_t n = 0; n + 3 < octets.size(); n += 4)
      for (std::size_t c = 0; c < 2; ++c)
        from.channel[c].push_back(
            static_cast<std::int16_t>(static_cast<std::uint8_t>(octets[n + 2 * c]) |
                                      static_cast<std::uint8_t>(octets[n + 2 * c + 1]) << 8));
    from.lost = reply.capture().lost();
  }
  Reply set_gain(unsigned line, double in_db, double out_db) {
    Request ask;
    ask.mutable_gain()->set_line(line);
    ask.mutable_gain()->set_in_db(in_db);
    ask.mutable_gain()->set_out_db(out_db);
    return world.ask(site, ask);
  }
  Reply loop_back(unsigned line, bool on, unsigned seconds = 0) {
    Request ask;
    ask.mutable_loopback()->set_line(line);
    ask.mutable_loopback()->set_on(on);
    ask.mutable_loopback()->set_seconds(seconds);
    return world.ask(site, ask);
  }
  Reply test(unsigned line, const std::vector<double>& tones, double level = -10) {
    Request ask;
    ask.mutable_line_test()->set_line(line);
    for (const double hz : tones)
      ask.mutable_line_test()->add_tones_hz(hz);
    ask.mutable_line_test()->set_level_dbm0(level);
    std::optional<Reply> answer;
    site.ask(ask, [&](const Reply& reply) { answer = reply; });
    world.until([&] { return answer.has_value(); }, 12000);
    return answer.value_or(Reply{});
  }
};

TEST_F(Engineer, ACaptureOfALineHasBothDirectionsInStep) {
  one.lift();
  auto capture = begin_capture(1);
  world.run_ms(300);
  take(capture);
  const auto tone = dsp::measure_tone(capture.channel[1]);
  EXPECT_NEAR(dsp::level_dbm0(capture.channel[1]), -12, 0.5) << "dial tone: two at -15 dBm0";
  EXPECT_TRUE(std::abs(tone.frequency_hz - 350) < 2 || std::abs(tone.frequency_hz - 440) < 2);
  one.dial("302");
  take(capture);
  ASSERT_TRUE(two.is_rung());
  take(capture);
  two.lift();
  ASSERT_TRUE(is_up(one, two));
  world.run_ms(60);
  take(capture);
  capture.channel = {};
  one.say(goodbye);
  for (int n = 0; n < 60; ++n) {
    if (n == 30)
      two.say(hello);
    world.run_ms(50);
    take(capture);
  }
  take(capture, true);
  EXPECT_EQ(capture.lost, 0U);
  ASSERT_EQ(capture.channel[0].size(), capture.channel[1].size());
  EXPECT_NEAR(static_cast<double>(capture.channel[0].size()), 3 * 8000, 400) << "no gap";
  const auto said = dsp::compare(goodbye, capture.channel[0]),
             heard = dsp::compare(hello, capture.channel[1]);
  for (const auto* found : {&said, &heard}) {
    ASSERT_EQ(found->result, dsp::outcome::measured);
    EXPECT_NEAR(found->gain_db, -sim::loop_options{}.loss_db, 0.3);
    EXPECT_TRUE(found->slips.empty());
    EXPECT_EQ(found->gaps, 0U);
  }
  bool begun = false, ended = false;
  Request log;
  log.mutable_log();
  const auto told = world.ask(site, log);
  for (const auto& entry : told.log().entries()) {
    begun = begun || (entry.from() == "operator" && entry.what() == "capture begins");
    ended = ended || (entry.to() == "line 1" && entry.what() == "capture ends");
  }
  EXPECT_TRUE(begun && ended) << "who listens in is in the log";
}

TEST_F(Engineer, CapturesEndWhenNobodyAsksAndAreRefusedWithoutHostSlots) {
  auto first = begin_capture(1);
  unsigned more = 0;
  Reply reply;
  do {
    Request ask;
    ask.mutable_capture()->set_slot(0);
    reply = world.ask(site, ask);
    more += reply.has_capture();
  } while (reply.has_capture() && more < 300);
  EXPECT_EQ(more, 62U) << "64 host slots, of which the first capture has two";
  const std::string holders = "all host slots are in use, by 64 slots of captures.";
  EXPECT_NE(reply.error().what().find(holders), std::string::npos) << reply.error().what();
  EXPECT_NE(test(3, {1004}).error().what().find(holders), std::string::npos);
  connect(one, two, "302"); // needs none
  take(first);
  world.run_ms(1500);
  take(first);
  world.run_ms(1500); // all others have been forgotten
  auto again = begin_capture(2);
  take(first, true);
  take(again, true);
  Request gone;
  gone.mutable_capture()->set_more(first.number);
  EXPECT_FALSE(world.ask(site, gone).error().what().empty());
  gone.mutable_capture()->set_line(9);
  EXPECT_NE(world.ask(site, gone).error().what().find("no line 9"), std::string::npos);
  gone.mutable_capture()->set_slot(4000);
  EXPECT_NE(world.ask(site, gone).error().what().find("no slot 4000"), std::string::npos);
}

// ---- the same call, listened in to or not ----------------------------------------------------

/// Run by the test below, each in a process of its own.
class CapturedCall : public Engineer {};

TEST_F(CapturedCall, TellsWhatWasHeard) {
  const bool listens_in = std::getenv("SWITCHROOM_TEST_CAPTURE") != nullptr;
  connect(one, two, "302");
  std::uint64_t hash = 14695981039346656037U;
  std::optional<captured> capture;
  one.begin_recording();
  two.begin_recording();
  one.say(goodbye);
  two.say(hello);
  for (int n = 0; n < 10; ++n) {
    if (listens_in && n == 1)
      capture = begin_capture(2);
    if (listens_in && n == 7)
      take(*capture, true);
    world.run_ms(100);
    if (capture && n > 1 && n < 7)
      take(*capture);
  }
  for (auto* who : {&one, &two}) {
    const auto all = who->end_recording();
    for (const auto sample : std::span(all).first(7900))
      hash = (hash ^ static_cast<std::uint16_t>(sample)) * 1099511628211U;
  }
  if (listens_in) {
    EXPECT_GT(capture->channel[0].size(), 4000U);
  }
  std::printf("heard %016llx\n", static_cast<unsigned long long>(hash));
}

std::string heard_in(const std::string& environment) {
  const std::unique_ptr<FILE, int (*)(FILE*)> run{
      popen((environment + " exec /proc/$PPID/exe --gtest_filter=CapturedCall.TellsWhatWasHeard")
                .c_str(),
            "r"),
      pclose};
  std::string said;
  for (std::array<char, 256> line{}; std::fgets(line.data(), line.size(), run.get()) != nullptr;)
    said += line.data();
  const auto at = said.find("heard ");
  return at == std::string::npos || said.find("[  PASSED  ] 1 test") == std::string::npos
             ? "none: " + said
             : said.substr(at, 22);
}

TEST(Capture, EverySampleOfACallIsTheSameWithAndWithoutIt) {
  const auto without = heard_in(""), with = heard_in("export SWITCHROOM_TEST_CAPTURE=1;");
  EXPECT_EQ(without.rfind("heard ", 0), 0U) << without;
  EXPECT_EQ(without, with);
}

// ---- tests of lines ----------------------------------------------------------------------------

TEST_F(Engineer, ALineTestFindsWhatTheHybridIs) {
  three.lift();
  ASSERT_EQ(three.state(), "dial tone");
  const std::vector<double> tones{300, 500, 1004, 2000, 2804, 3400};
  const auto found = test(3, tones).line_test();
  ASSERT_EQ(found.tones_size(), static_cast<int>(tones.size()));
  EXPECT_TRUE(found.off_hook());
  EXPECT_NEAR(found.noise_dbm0(), sim::loop_options{}.noise_dbm0,
              1.5); // with what A-law makes of it
  for (int n = 0; n < found.tones_size(); ++n) {
    EXPECT_NEAR(found.tones(n).return_loss_db(), return_loss_db(tones[static_cast<std::size_t>(n)]),
                0.5)
        << tones[static_cast<std::size_t>(n)] << " Hz";
    EXPECT_NEAR(found.tones(n).level_dbm0(), -10 - found.tones(n).return_loss_db(), 1e-6);
  }
  // As before: the receiver is off, so there is dial tone.
  EXPECT_EQ(three.state(), "dial tone");
  EXPECT_NEAR(three.listen(200).level_dbm0, -12 - sim::loop_options{}.loss_db, 0.5);
  three.dial("301");
  EXPECT_TRUE(one.is_rung());
}

/// A loop is what it is, however loud it is heard.
TEST_F(Engineer, ALineTestFindsTheSameAtAnyGain) {
  three.lift();
  ASSERT_TRUE(set_gain(3, -4, -3).has_gain());
  const auto found = test(3, {1004, 2804}).line_test();
  ASSERT_EQ(found.tones_size(), 2);
  for (const auto& tone : found.tones()) {
    EXPECT_NEAR(tone.return_loss_db(), return_loss_db(tone.hz()), 0.5) << tone.hz();
    EXPECT_NEAR(tone.level_dbm0(), -10 - tone.return_loss_db(), 1e-6) << tone.hz();
  }
  EXPECT_NEAR(found.noise_dbm0(), sim::loop_options{}.noise_dbm0, 1.5);
  Request ask;
  ask.mutable_log();
  unsigned told = 0;
  const auto said = world.ask(site, ask);
  for (const auto& entry : said.log().entries())
    told += entry.to() == "line 3" && entry.what() == "gain -4.0 dB in, -3.0 dB out" ? 1 : 0;
  EXPECT_EQ(told, 1u);
}

TEST_F(Engineer, ALineWithItsReceiverDownIsSaidToBeSoAndALineInACallIsLeftAlone) {
  const auto down = test(3, {1004}).line_test();
  EXPECT_FALSE(down.off_hook());
  EXPECT_LE(down.tones(0).level_dbm0(), -65);
  EXPECT_EQ(three.state(), "idle");
  connect(one, two, "302");
  const auto busy = test(1, {1004});
  EXPECT_EQ(busy.error().what(), "Line 1 is in use: in call.");
  EXPECT_EQ(loop_back(2, true).error().what(), "Line 2 is in use: in call.");
  EXPECT_FALSE(test(9, {1004}).error().what().empty());
  EXPECT_FALSE(test(3, {90}).error().what().empty());
  EXPECT_FALSE(test(3, {1004}, 3).error().what().empty());
  expect_heard(one, two, goodbye, "301 to 302, whom nobody tested");
}

TEST_F(Engineer, ALoopedLineHearsItselfAndNobodyReachesIt) {
  three.lift();
  EXPECT_FALSE(loop_back(3, true).done().text().empty());
  EXPECT_EQ(world.line(site, 3).check(), "loopback");
  EXPECT_EQ(loop_back(3, true).error().what(), "Line 3 is under test already: loopback.");
  EXPECT_EQ(test(3, {1004}).error().what(), "Line 3 is under test already: loopback.");
  three.begin_recording();
  three.say(goodbye);
  world.until([&] { return !three.speaking(); }, 10000);
  world.run_ms(60);
  const auto back = dsp::compare(goodbye, three.end_recording());
  ASSERT_EQ(back.result, dsp::outcome::measured);
  EXPECT_NEAR(back.gain_db, -2 * sim::loop_options{}.loss_db, 1); // and its own echo
  one.lift();
  one.dial("303");
  EXPECT_FALSE(world.until([&] { return three.rings(); }, 500));
  one.hang_up();
  three.hang_up();
  world.run_ms(1000); // it might have been a flash
  EXPECT_FALSE(loop_back(3, false).done().text().empty());
  EXPECT_EQ(three.state(), "idle");
  EXPECT_FALSE(loop_back(3, false).error().what().empty());
  connect(one, three, "303");
  one.hang_up();
  three.hang_up();
  loop_back(3, true, 1); // whoever wanted it has gone
  world.run_ms(1200);
  EXPECT_EQ(world.line(site, 3).check(), "");
  connect(one, three, "303");
}

TEST_F(Engineer, AGainIsChangedInTheCallAndNothingElseIs) {
  connect(one, two, "302");
  const auto level = [&](double in_db, double out_db) {
    EXPECT_EQ(set_gain(2, in_db, out_db).gain().out_db(), out_db);
    world.run_ms(60);
    two.begin_recording();
    one.say(goodbye);
    world.until([&] { return !one.speaking(); }, 10000);
    const auto to_two = dsp::compare(goodbye, two.end_recording());
    EXPECT_TRUE(to_two.slips.empty());
    EXPECT_EQ(to_two.gaps, 0U);
    one.begin_recording();
    two.say(hello);
    world.until([&] { return !two.speaking(); }, 10000);
    return std::array{dsp::compare(hello, one.end_recording()).gain_db, to_two.gain_db};
  };
  const double loss = -2 * sim::loop_options{}.loss_db;
  const auto plain = level(0, 0), changed = level(-6, 3);
  EXPECT_NEAR(plain[0], loss, 0.3);
  EXPECT_NEAR(plain[1], loss, 0.3);
  EXPECT_NEAR(changed[0], loss - 6, 0.3);
  EXPECT_NEAR(changed[1], loss + 3, 0.3);
  const auto line = world.line(site, 2);
  EXPECT_EQ(line.gain_in_db(), -6);
  EXPECT_EQ(line.gain_out_db(), 3);
  EXPECT_FALSE(set_gain(2, 13, 0).error().what().empty());
  EXPECT_FALSE(set_gain(7, 0, 0).error().what().empty());
  EXPECT_EQ(two.state(), "in call");
}

} // namespace
} // namespace switchroom::system_test
