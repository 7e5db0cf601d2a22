// SPDX-License-Identifier: MIT
// Parts of isdn-edge that decide by themselves: causes (Q.850), numbers (Q.931), who has which B
// channel (Q.931, 5.7 and D.3), and how often layer 2 is asked for.
#include "edges/isdn/b_channels.hpp"
#include "edges/isdn/causes.hpp"
#include "edges/isdn/feature_keys.hpp"
#include "edges/isdn/numbers.hpp"
#include "edges/isdn/sabme_gate.hpp"

#include <gtest/gtest.h>

namespace switchroom::isdn {
namespace {

using namespace std::chrono_literals;

TEST(IsdnCauses, WhatTheGatewayHasIsItsNumberAndComesBack) {
  for (int n = scn::v1::Cause_MIN; n <= scn::v1::Cause_MAX; ++n)
    if (scn::v1::Cause_IsValid(n) && n != scn::v1::CAUSE_UNSPECIFIED) {
      EXPECT_EQ(q850_of(static_cast<scn::v1::Cause>(n)), n);
      EXPECT_EQ(cause_of(n), n);
    }
  EXPECT_EQ(q850_of(scn::v1::CAUSE_UNSPECIFIED), 16);
  EXPECT_EQ(q850_of(scn::v1::USER_BUSY, 58), 58) << "the number is more exact";
  EXPECT_EQ(q850_of(scn::v1::USER_BUSY, 128), 17) << "and has to be one";
}

TEST(IsdnCauses, EachNumberIsOneOfTheGateways) {
  for (int n = 1; n <= 127; ++n)
    EXPECT_NE(cause_of(n), scn::v1::CAUSE_UNSPECIFIED) << n;
  EXPECT_EQ(cause_of(0), scn::v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(cause_of(-1), scn::v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(cause_of(128), scn::v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(cause_of(3), scn::v1::UNALLOCATED_NUMBER);
  EXPECT_EQ(cause_of(18), scn::v1::NO_ANSWER);
  EXPECT_EQ(cause_of(44), scn::v1::NO_CIRCUIT_AVAILABLE);
  EXPECT_EQ(cause_of(41), scn::v1::NETWORK_OUT_OF_ORDER);
}

/// Octet 3 of Q.931, 4.5.8, figure 4-12: national, E.164 is 0x21.
TEST(IsdnNumbers, TypeAndPlanAreOctetThree) {
  v1::Numbering of_number, of_channel;
  of_channel.set_type(v1::Numbering::NATIONAL);
  of_channel.set_plan(v1::Numbering::E164);
  EXPECT_EQ(plan_of(of_number, of_channel), 0x21);
  of_number.set_type(v1::Numbering::UNKNOWN);
  EXPECT_EQ(plan_of(of_number, of_channel), 0x01);
  of_number.set_type(v1::Numbering::SUBSCRIBER);
  of_number.set_plan(v1::Numbering::PRIVATE);
  EXPECT_EQ(plan_of(of_number, of_channel), 0x49);
  EXPECT_EQ(numbering_of(0x11).type(), v1::Numbering::INTERNATIONAL);
  EXPECT_EQ(numbering_of(0x11).plan(), v1::Numbering::E164);
  EXPECT_EQ(numbering_of(-1).type(), v1::Numbering::UNKNOWN);
}

TEST(IsdnNumbers, WhatIsNotToBeShownStaysSo) {
  for (const auto one : {v1::ALLOWED, v1::RESTRICTED, v1::UNAVAILABLE})
    EXPECT_EQ(presentation_of(presentation_octet(one, true)), one);
  EXPECT_EQ(presentation_octet(v1::RESTRICTED, true), 0x23);
  EXPECT_EQ(presentation_of(0x60), v1::RESTRICTED) << "reserved";
  EXPECT_TRUE(is_screened(0x03));
  EXPECT_FALSE(is_screened(0x20));
}

TEST(IsdnNumbers, DigitsAndTexts) {
  EXPECT_EQ(digits_of("+49 (30) 12*#"), "493012*#");
  EXPECT_EQ(digits_of(std::string(100, '7')).size(), 63U);
  EXPECT_EQ(shown("Müller", 80), "M\xfcller");
  EXPECT_EQ(shown("Łódź", 80), "?\xf3"
                               "d?");
  EXPECT_EQ(shown("a\nb\x1b", 80), "a b ");
  EXPECT_EQ(shown("\xff\xfe ok", 80), "?? ok");
  EXPECT_EQ(shown("\xc3", 80), "?");
  EXPECT_EQ(shown("Müller", 2), "M\xfc");
  EXPECT_EQ(utf8_of("M\xfcller"), "Müller");
  EXPECT_EQ(utf8_of("\x02\x90"), "  ");
}

using side = b_channels::side;

using namespace std::string_literals;

/// Octets by hand: Q.921, 3.6 (UI 03, I 00 00), Q.931, 4.3 (dummy call reference) and 4.5.1, Q.932
/// (feature activation 38, one octet with the extension bit).
TEST(FeatureKeys, APressedButtonIsFoundInWhateverCarriesIt) {
  const auto information = "\x08\x00\x7b"s, button_5 = "\x38\x01\x85"s;
  const auto alone = pressed_in("\x00\x81\x03"s + information + button_5);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->button, 5U);
  EXPECT_TRUE(alone->alone);
  const auto numbered = pressed_in("\x00\x81\x04\x06"s + information + button_5);
  ASSERT_TRUE(numbered);
  EXPECT_EQ(numbered->button, 5U);
  EXPECT_FALSE(numbered->alone) << "layer 2 has to acknowledge it";
  const auto in_call = pressed_in("\x00\x81\x04\x06\x08\x01\x01\x7b\xa1\x2c\x01\x35"s + button_5);
  ASSERT_TRUE(in_call);
  EXPECT_EQ(in_call->button, 5U);
  EXPECT_EQ(in_call->keys, "") << "keys of a call are libpri's";
}

TEST(FeatureKeys, KeysWithoutACall) {
  const auto found = pressed_in("\x00\x81\x03\x08\x00\x7b\x2c\x03#0x"s);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->keys, "#0");
  EXPECT_EQ(found->button, 0U);
}

TEST(FeatureKeys, WhatIsNoneOrCutOffIsLeftAlone) {
  const auto good = "\x00\x81\x03\x08\x00\x7b\x38\x01\x85"s;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(pressed_in(good.substr(0, size))) << size;
  EXPECT_FALSE(pressed_in("\x00\x81\x03\x08\x00\x7b\x2c\x03#0"s)) << "three keys, it says";
  EXPECT_FALSE(pressed_in("\x00\x81\x03\x08\x00\x7b\x38\x01\x05"s))
      << "an identifier of two octets";
  EXPECT_FALSE(pressed_in("\x00\x81\x03\x08\x00\x05\x38\x01\x85"s)) << "SETUP";
  EXPECT_FALSE(pressed_in("\xfc\x81\x03\x08\x00\x7b\x38\x01\x85"s)) << "SAPI 63";
  EXPECT_FALSE(pressed_in("\x00\x81\x01\x08\x00\x7b\x38\x01\x85"s)) << "RR";
  EXPECT_FALSE(pressed_in("\x00\x81\x03\x08\x00\x7b\x96\x38\x01\x85"s)) << "codeset 6";
}

TEST(FeatureKeys, LampsAndTextsGoToAllStations) {
  v1::Lamp lamp;
  lamp.set_key(5);
  lamp.set_shows(v1::Lamp::ON);
  EXPECT_EQ(lamp_frame(lamp), "\x02\xff\x03\x08\x00\x7b\x39\x02\x85\x81"s);
  lamp.set_shows(v1::Lamp::FLASHES);
  EXPECT_EQ(lamp_frame(lamp), "\x02\xff\x03\x08\x00\x7b\x39\x02\x85\x82"s);
  lamp.set_shows(v1::Lamp::OFF);
  EXPECT_EQ(lamp_frame(lamp), "\x02\xff\x03\x08\x00\x7b\x39\x02\x85\x80"s);
  for (const unsigned none : {0U, 128U}) {
    lamp.set_key(none);
    EXPECT_FALSE(lamp_frame(lamp));
  }
  EXPECT_EQ(display_frame("204 Eva"), "\x02\xff\x03\x08\x00\x7b\x28\x07"
                                      "204 Eva"s);
}

TEST(BChannels, WhatIsTakenIsNotGivenAgain) {
  b_channels pool(side::network, {3, 1, 2, 2});
  EXPECT_TRUE(pool.ask(2, {1, true}));
  EXPECT_FALSE(pool.ask(4, {1, false}));
  EXPECT_FALSE(pool.ask(4, {9, false})) << "there is none";
  EXPECT_FALSE(pool.ask(4, {0, false})) << "the gateway names one";
  EXPECT_TRUE(pool.answered(2, 1));
  EXPECT_EQ(pool.asked(1, {1, true}), std::nullopt);
  EXPECT_EQ(pool.asked(3, {1, false}), 3U) << "another, from the other end";
  EXPECT_EQ(pool.asked(5, {0, false}), 2U);
  EXPECT_EQ(pool.asked(7, {0, false}), std::nullopt);
  pool.over(2);
  EXPECT_EQ(pool.asked(7, {0, false}), 1U);
  EXPECT_EQ(pool.taken(), 3U);
}

TEST(BChannels, TheUsersSideGivesFromTheOtherEnd) {
  b_channels pool(side::user, {1, 2, 3});
  EXPECT_EQ(pool.asked(1, {0, false}), 1U);
}

TEST(BChannels, TheFarEndMayAnswerWithAnotherUnlessItWasToBeThatOne) {
  b_channels pool(side::user, {1, 2, 3});
  ASSERT_TRUE(pool.ask(2, {1, false}));
  EXPECT_TRUE(pool.answered(2, 2));
  EXPECT_EQ(pool.of(2), 2U);
  EXPECT_EQ(pool.user_of(1), std::nullopt);
  EXPECT_FALSE(pool.answered(2, 3)) << "but once only";
  EXPECT_TRUE(pool.answered(2, 0)) << "and need not say it again";
  ASSERT_TRUE(pool.ask(4, {3, true}));
  EXPECT_FALSE(pool.answered(4, 1));
  ASSERT_TRUE(pool.ask(6, {1, false}));
  EXPECT_FALSE(pool.answered(6, 2)) << "taken";
}

TEST(BChannels, WhoYieldsIsWithoutOneUntilItIsAnswered) {
  b_channels pool(side::user, {1, 2});
  ASSERT_TRUE(pool.ask(2, {1, false}));
  EXPECT_EQ(pool.asked(1, {1, false}), 1U) << "the network's";
  EXPECT_EQ(pool.of(2), 0U);
  EXPECT_FALSE(pool.answered(2, 1));
  EXPECT_FALSE(pool.answered(2, 0));
  EXPECT_TRUE(pool.answered(2, 2));
  EXPECT_EQ(pool.of(2), 2U);
}

TEST(BChannels, AHeldCallHasNone) {
  b_channels pool(side::network, {1, 2});
  ASSERT_EQ(pool.asked(1, {1, false}), 1U);
  pool.held(1);
  EXPECT_EQ(pool.of(1), 0U);
  ASSERT_TRUE(pool.ask(2, {1, false}));
  EXPECT_FALSE(pool.retrieved(1, 1));
  EXPECT_TRUE(pool.retrieved(1, 2));
  EXPECT_FALSE(pool.retrieved(1, 2)) << "it has one";
}

TEST(BChannels, OutOfServiceUntilTheFarEndUsesIt) {
  b_channels pool(side::network, {1});
  pool.in_service(1, false);
  EXPECT_FALSE(pool.ask(2, {1, false}));
  EXPECT_EQ(pool.asked(1, {0, false}), std::nullopt);
  EXPECT_EQ(pool.asked(1, {1, true}), 1U);
  EXPECT_TRUE(pool.is_in_service(1));
}

TEST(SabmeGate, EightThenEverMoreSeldom) {
  sabme_gate gate;
  unsigned passed = 0;
  for (int second = 0; second < 3600; ++second)
    passed += gate.asks(std::chrono::seconds(second)) ? 1 : 0;
  EXPECT_EQ(passed, 8U + 3 + (3599U - 37) / 16 + 1) << "at 9, 13, 21, 37 s …";
  gate.opens();
  EXPECT_TRUE(gate.asks(3600s));
}

} // namespace
} // namespace switchroom::isdn
