// SPDX-License-Identifier: MIT
// A real isdn-edge with stations of an independent libpri at a BRI, point to multipoint: TEIs, two
// that ring, displays, keys, hold.
#include "isdn_line.hpp"

namespace switchroom::isdn {
namespace {

using heard = v1::FromEdge;

class IsdnBus : public testing::Test {
protected:
  static v1::Channel channel() {
    v1::Channel made;
    made.set_kind(v1::Channel::BRI_NETWORK);
    (*made.mutable_timers())["T312"] = 300; // so long a bus waits for a station that is not busy
    return made;
  }
  void SetUp() override {
    line.line(true);
    line.until([&] { return line.is_up(); }, "the line");
    first_ = &line.add_peer({"--bri"});
    second_ = &line.add_peer({"--bri"});
    for (auto* one : {first_, second_})
      line.until([&] { return one->heard("up") != nullptr; }, "a TEI");
  }
  real_line line{channel()};
  real_peer& first() { return *first_; }
  real_peer& second() { return *second_; }

private:
  real_peer *first_ = nullptr, *second_ = nullptr;
};

TEST_F(IsdnBus, BothRingAndOneAnswers) {
  auto wanted = line.setup(2, 1, "204");
  wanted.mutable_calling()->set_digits("201");
  wanted.set_name("Jürgen");
  line.place(wanted);
  line.wait_for(first(), "ring");
  line.wait_for(second(), "ring");
  EXPECT_EQ(first().heard("ring")->at("name").as_string(), "Jürgen");
  EXPECT_EQ(first().heard("ring")->at("channel").as_int64(), 1);
  first().tell({{"do", "ring"}, {"id", "in1"}});
  line.until(
      [&] {
        return line.heard(heard::kProgress) &&
               line.heard(heard::kProgress)->progress().stage() == v1::Progress::ALERTING;
      },
      "ringing");
  second().tell({{"do", "ring"}, {"id", "in1"}});
  second().tell({{"do", "answer"}, {"id", "in1"}});
  line.wait_for(heard::kConnect);
  line.wait_for(first(), "over", "in1");
  EXPECT_EQ(first().heard("over")->at("cause").as_int64(), 26) << "non-selected user clearing";
  line.release(2);
  line.wait_for(heard::kOver);
  line.wait_for(second(), "over", "in1");
}

TEST_F(IsdnBus, NobodyAnswersOrAllAreBusy) {
  for (auto* one : {&first(), &second()})
    one->tell({{"do", "reflexes"}, {"refuse", 17}});
  line.place(line.setup(2, 1, "204"));
  EXPECT_EQ(line.wait_for(heard::kOver).over().cause(), scn::v1::USER_BUSY);
}

TEST_F(IsdnBus, AStationDialsIsShownTextAndPressesKeys) {
  first().tell({{"do", "call"}, {"id", "a"}, {"to", ""}, {"complete", false}});
  const auto setup = line.wait_for(heard::kSetup).setup();
  EXPECT_GE(setup.b_channel(), 1U);
  EXPECT_LE(setup.b_channel(), 2U);
  line.progress(setup.call(), v1::Progress::WANTS_DIGITS, true);
  line.wait_for(first(), "wants_digits", "a");
  EXPECT_EQ(first().heard("wants_digits")->at("channel").as_int64(), setup.b_channel());
  first().tell({{"do", "digits"}, {"id", "a"}, {"digits", "*35"}});
  line.wait_for(heard::kDigits, 3);
  v1::ToEdge message;
  message.mutable_display()->set_channel(1);
  message.mutable_display()->set_call(setup.call());
  message.mutable_display()->set_text("Login: your code?");
  line.tell(message);
  line.wait_for(first(), "display", "a");
  EXPECT_EQ(first().heard("display")->at("text").as_string(), "Login: your code?");
  line.connect(setup.call());
  line.wait_for(first(), "answered", "a");
  first().tell({{"do", "keys"}, {"id", "a"}, {"keys", "*21#"}});
  EXPECT_EQ(line.wait_for(heard::kKeys).keys().keys(), "*21#");
  first().tell({{"do", "hangup"}, {"id", "a"}});
  line.wait_for(heard::kOver);
  EXPECT_EQ(second().count("ring"), 0U);
}

TEST_F(IsdnBus, ButtonsLampsKeysAndTextsWithoutACall) {
  first().tell({{"do", "press"}, {"button", 3}});
  EXPECT_EQ(line.wait_for(heard::kButton).button().key(), 3U);
  first().tell({{"do", "press"}, {"keys", "#0"}});
  EXPECT_EQ(line.wait_for(heard::kKeys).keys().keys(), "#0");
  EXPECT_EQ(line.heard(heard::kKeys)->keys().call(), 0U);
  v1::ToEdge lamp;
  lamp.mutable_lamp()->set_channel(1);
  lamp.mutable_lamp()->set_key(3);
  lamp.mutable_lamp()->set_shows(v1::Lamp::FLASHES);
  line.tell(lamp);
  v1::ToEdge text;
  text.mutable_display()->set_channel(1);
  text.mutable_display()->set_text("2/31 answered just now: 201 Jürgen at the far desk");
  line.tell(text);
  for (auto* one : {&first(), &second()}) {
    line.until([&] { return one->count("looks") == 2; }, "what it shows");
    EXPECT_EQ(
        serialize(*one->heard("looks")),
        R"({"event":"looks","lines":["2/31 answered just now: 201 Jürgen at th","e far desk"],)"
        R"("lamps":{"3":"flashes"}})");
  }
  // And layer 2 is as it was: calls go on.
  first().tell({{"do", "lift"}});
  const auto setup = line.wait_for(heard::kSetup).setup();
  EXPECT_EQ(setup.called().digits(), "");
  EXPECT_FALSE(setup.complete());
  line.connect(setup.call());
  line.wait_for(first(), "answered", "handset");
  first().tell({{"do", "press"}, {"button", 4}});
  EXPECT_EQ(line.wait_for(heard::kButton, 2).button().key(), 4U);
  first().tell({{"do", "hang_up"}});
  line.wait_for(heard::kOver);
}

/// Who comes to a bus that is up has not heard what was said when it came up.
TEST_F(IsdnBus, AStationThatHasComeIsToldWhatItShows) {
  const auto before = line.count(heard::kChannel);
  auto& third = line.add_peer({"--bri"});
  EXPECT_TRUE(line.wait_for(heard::kChannel, before + 1).channel().up());
  v1::ToEdge text;
  text.mutable_display()->set_channel(1);
  text.mutable_display()->set_text("202 Ben");
  line.tell(text);
  line.wait_for(third, "looks");
  EXPECT_EQ(third.heard("looks")->at("lines").at(0).as_string(), "202 Ben");
}

TEST_F(IsdnBus, ACallIsHeldAndRetrieved) {
  first().tell({{"do", "call"}, {"id", "a"}, {"to", "201"}});
  const auto call = line.wait_for(heard::kSetup).setup().call();
  line.connect(call);
  line.wait_for(first(), "answered", "a");
  first().tell({{"do", "hold"}, {"id", "a"}});
  EXPECT_TRUE(line.wait_for(heard::kHold).hold().on());
  v1::ToEdge message;
  auto& answer = *message.mutable_hold_answer();
  answer.set_channel(1);
  answer.set_call(call);
  answer.set_on(true);
  answer.set_done(true);
  line.tell(message);
  line.wait_for(first(), "held", "a");
  // Both channels are free: two others can be called.
  for (const unsigned b : {1U, 2U}) {
    second().tell({{"do", "reflexes"}, {"answer", true}});
    first().tell({{"do", "reflexes"}, {"refuse", 17}});
    line.place(line.setup(2 * b, b, "204"));
    line.wait_for(heard::kConnect, b);
  }
  line.release(2);
  line.wait_for(heard::kOver);
  line.wait_for(second(), "over");
  first().tell({{"do", "retrieve"}, {"id", "a"}, {"channel", 1}});
  line.wait_for(heard::kHold, 2);
  EXPECT_FALSE(line.heard(heard::kHold)->hold().on());
  answer.set_on(false);
  answer.set_b_channel(2); // the other call's
  line.tell(message);
  line.wait_for(first(), "not_retrieved", "a");
  EXPECT_EQ(first().heard("not_retrieved")->at("cause").as_int64(), 44);
  first().tell({{"do", "retrieve"}, {"id", "a"}, {"channel", 1}});
  line.wait_for(heard::kHold, 3);
  answer.set_b_channel(1);
  line.tell(message);
  line.wait_for(first(), "retrieved", "a");
}

TEST_F(IsdnBus, ALostLineEndsWhatIsNotAnsweredAndStationsComeBack) {
  line.place(line.setup(2, 1, "204"));
  line.wait_for(first(), "ring");
  line.cut = true;
  line.line(false);
  line.until([&] { return !line.is_up(); }, "the news");
  line.wait_for(heard::kOver);
  line.cut = false;
  line.line(true);
  // The station has not heard of the line (isdn_peer has no layer 1): its first try may meet a
  // layer 2 that is about to be set up again.
  first().tell({{"do", "call"}, {"id", "a"}, {"to", "201"}});
  line.until([&] { return line.heard(heard::kSetup) || first().heard("over", "a"); },
             "the first try");
  if (!line.heard(heard::kSetup))
    first().tell({{"do", "call"}, {"id", "b"}, {"to", "201"}});
  line.wait_for(heard::kSetup);
}

} // namespace
} // namespace switchroom::isdn
