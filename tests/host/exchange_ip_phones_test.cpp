// SPDX-License-Identifier: MIT
// IP phones as their edge tells of them. Line 5 of amsterdam is 205's; line 5 of berlin nobody's.
#include "calls/messages.hpp"
#include "exchange_people.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class IpPhones : public PeopleWithIpPhones {
protected:
  explicit IpPhones(unsigned host_slots = town_host_slots) : PeopleWithIpPhones(host_slots) {
    t.phone_registers("berlin", 5);
  }
  void talk_from_201() {
    t.call("amsterdam", 1, "205");
    t.phone_lifts("amsterdam", 5);
    ASSERT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  }
};
class FewHostSlots : public IpPhones {
protected:
  FewHostSlots() : IpPhones(1) {}
};

TEST_F(IpPhones, IsRungAndBothHearOneAnother) {
  t.call("amsterdam", 1, "205");
  EXPECT_TRUE(t.phone("amsterdam", 5).rings);
  EXPECT_EQ(t.phone("amsterdam", 5).caller, "201");
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.phone_lifts("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "16 normal clearing");
}

TEST_F(IpPhones, RingsNoLongerWhenTheCallerGivesUp) {
  t.call("amsterdam", 1, "205");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.phone("amsterdam", 5).rings);
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "16 normal clearing");
}

TEST_F(IpPhones, CallsAnAnalogPhoneAndIsToldOfRingingAndAnswer) {
  t.phone_calls("amsterdam", 5, "201");
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_TRUE(t.phone("amsterdam", 5).hears_ringback);
  EXPECT_FALSE(t.phone("amsterdam", 5).talks);
  t.lift("amsterdam", 1);
  EXPECT_TRUE(t.phone("amsterdam", 5).talks);
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

/// Two that speak alike need not be decoded.
TEST_F(IpPhones, VoiceBetweenAPhoneAndAPeerIsRelayed) {
  t.phone_calls("amsterdam", 5, "301");
  t.lift("berlin", 1);
  EXPECT_EQ(t.relays("amsterdam"), 2U);
  EXPECT_EQ(t.relays("berlin"), 0U);
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.relays("amsterdam"), 0U);
}

TEST_F(IpPhones, TwoWidebandPhonesAreSpokenToAlikeAcrossTheNetwork) {
  for (const auto codec : {scn::v1::CODEC_G722, scn::v1::CODEC_OPUS}) {
    const auto name = scn::v1::Codec_Name(codec).substr(6);
    t.phone_speaks("amsterdam", 5, codec);
    t.phone_speaks("berlin", 5, codec);
    t.phone_calls("berlin", 5, "205");
    EXPECT_EQ(calls::codec_of(t.phone("amsterdam", 5).gate), codec)
        << "what the caller speaks is offered first";
    t.phone_lifts("amsterdam", 5);
    EXPECT_EQ(t.codecs("amsterdam"), name + ' ' + name);
    EXPECT_EQ(t.codecs("berlin"), name + ' ' + name);
    t.phone_ends("berlin", 5);
  }
}

TEST_F(IpPhones, OtherwiseGatewaysSpeakTheirLawToOneAnother) {
  t.phone_speaks("amsterdam", 5, scn::v1::CODEC_G722);
  t.phone_speaks("berlin", 5, scn::v1::CODEC_OPUS);
  t.phone_calls("berlin", 5, "205");
  t.phone_lifts("amsterdam", 5);
  EXPECT_EQ(t.codecs("amsterdam"), "G722 PCMA");
  EXPECT_EQ(t.codecs("berlin"), "OPUS PCMA");
  t.phone_ends("berlin", 5);
  t.phone_calls("berlin", 5, "201");
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.codecs("amsterdam"), "PCMA");
  EXPECT_EQ(t.codecs("berlin"), "OPUS PCMA");
}

/// Nobody knew when the caller was told that it rings.
TEST_F(IpPhones, WhoTakesTheCallForAnotherMayBeSpokenToInAnotherWay) {
  t.phone_speaks("amsterdam", 5, scn::v1::CODEC_G722);
  t.phone_speaks("berlin", 5, scn::v1::CODEC_G722);
  t.phone_calls("berlin", 5, "201");
  t.phone_calls("amsterdam", 5, "*32*201#"); // picks it up
  EXPECT_TRUE(t.phone("amsterdam", 5).talks);
  EXPECT_EQ(t.codecs("amsterdam"), "G722 G722");
  EXPECT_EQ(t.codecs("berlin"), "G722 G722");
}

TEST_F(IpPhones, CallsAcrossTheNetwork) {
  t.phone_calls("amsterdam", 5, "301");
  EXPECT_TRUE(t.rings("berlin", 1));
  t.lift("berlin", 1);
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 5");
  t.hang_up("berlin", 1);
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "16 normal clearing");
}

TEST_F(IpPhones, AFailedCallEndsWithItsCause) {
  t.lift("amsterdam", 1);
  t.phone_calls("amsterdam", 5, "201");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "17 user busy");
  t.phone_calls("amsterdam", 5, "999");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "1 unallocated number");
  t.phone_calls("amsterdam", 5, "20"); // the beginning of a number, and no more comes
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "1 unallocated number");
  t.phone_calls("amsterdam", 5, "*35*201*9999#");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "21 call rejected");
}

TEST_F(IpPhones, H2_LogsInAtAnotherGatewayAndHearsThatItWorked) {
  t.phone_calls("berlin", 5, "*35*205*1205#");
  t.run(300ms);
  EXPECT_TRUE(t.phone("berlin", 5).talks);
  EXPECT_EQ(t.phone_hears("berlin", 5), "confirmation");
  t.run(2s);
  EXPECT_EQ(t.phone("berlin", 5).ended, "16 normal clearing");
  EXPECT_EQ(t.user_at("berlin", 5), "205");
  t.call("amsterdam", 1, "205");
  EXPECT_TRUE(t.phone("berlin", 5).rings) << "calls come to where the person is (S3)";
  EXPECT_FALSE(t.phone("amsterdam", 5).rings);
  t.phone_lifts("berlin", 5);
  EXPECT_EQ(t.phone_hears("berlin", 5), "amsterdam line 1");
}

TEST_F(IpPhones, H4_StopsRingingWhenThePersonLogsInElsewhere) {
  t.call("amsterdam", 1, "205");
  ASSERT_TRUE(t.phone("amsterdam", 5).rings);
  control::v1::Request in;
  in.mutable_login()->set_line(3);
  in.mutable_login()->set_extension("205");
  ASSERT_TRUE(t.ask("berlin", in).has_done());
  t.run(100ms);
  EXPECT_FALSE(t.phone("amsterdam", 5).rings);
  EXPECT_TRUE(t.rings("berlin", 3));
}

TEST_F(IpPhones, S8_BreakOutIsAnsweredSoThatDigitsCanBeSent) {
  t.phone_calls("amsterdam", 5, "*80*2#");
  t.run(300ms);
  EXPECT_TRUE(t.phone("amsterdam", 5).talks);
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "dial");
  t.phone_dials("amsterdam", 5, "302");
  t.run(300ms);
  EXPECT_TRUE(t.rings("berlin", 2));
}

TEST_F(IpPhones, S8_DigitsInItsVoiceAreDialled) {
  t.phone_calls("amsterdam", 5, "*80*2#");
  t.run(300ms);
  t.phone_presses("amsterdam", 5, "302");
  t.run(300ms);
  EXPECT_TRUE(t.rings("berlin", 2));
  EXPECT_EQ(t.phone("amsterdam", 5).sounded, "") << "its stream sounds them by itself";
}

TEST_F(IpPhones, WhatAnAnalogPhoneDialsInACallReachesItInWords) {
  talk_from_201();
  t.dial("amsterdam", 1, "12#");
  EXPECT_EQ(t.phone("amsterdam", 5).got, "12#");
  t.phone_dials("amsterdam", 5, "7");
  EXPECT_EQ(t.phone("amsterdam", 5).sounded, "7") << "the analog phone hears a tone";
  EXPECT_EQ(t.phone("amsterdam", 5).got, "12#") << "and nothing comes back";
}

TEST_F(IpPhones, TheEchoOfItsOwnDigitDoesNotComeBack) {
  talk_from_201();
  t.phone_presses("amsterdam", 5, "5");
  t.run(200ms);
  t.dial("amsterdam", 1, "5");
  EXPECT_EQ(t.phone("amsterdam", 5).got, "") << "the hybrid of line 1 gave it back";
  t.run(2s);
  t.dial("amsterdam", 1, "5");
  EXPECT_EQ(t.phone("amsterdam", 5).got, "5");
}

TEST_F(IpPhones, DigitsInACallReachAPhoneOfAnotherGatewayInWords) {
  control::v1::Request in;
  in.mutable_login()->set_line(5);
  in.mutable_login()->set_extension("205");
  ASSERT_TRUE(t.ask("berlin", in).has_done());
  t.run(100ms);
  t.call("amsterdam", 1, "205");
  t.phone_lifts("berlin", 5);
  t.dial("amsterdam", 1, "90");
  t.run(100ms);
  EXPECT_EQ(t.phone("berlin", 5).got, "90");
  t.hang_up("amsterdam", 1);
  t.phone_calls("berlin", 5, "201");
  t.lift("amsterdam", 1);
  t.run(100ms);
  t.dial("amsterdam", 1, "3");
  t.run(100ms);
  EXPECT_EQ(t.phone("berlin", 5).got, "903") << "from who was called, too";
}

TEST_F(IpPhones, ToneOfADigitThatGoesInWordsIsKeptFromThePhone) {
  t.call("amsterdam", 1, "205");
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1)) << "nobody listens yet";
  t.phone_lifts("amsterdam", 5);
  EXPECT_TRUE(t.mutes_digits("amsterdam", 1));
  t.flash("amsterdam", 1);
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1)) << "on hold";
  t.flash("amsterdam", 1);
  EXPECT_TRUE(t.mutes_digits("amsterdam", 1));
  t.phone_ends("amsterdam", 5);
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
}

TEST_F(IpPhones, WhoHasNothingButTheToneHearsIt) {
  t.phone_takes_tones("amsterdam", 5);
  talk_from_201();
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "202");
  t.lift("amsterdam", 2);
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
  EXPECT_FALSE(t.mutes_digits("amsterdam", 2));
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.run(100ms);
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
  EXPECT_FALSE(t.mutes_digits("berlin", 1));
}

TEST_F(IpPhones, ToneOfADigitIsKeptFromAPhoneOfAnotherGateway) {
  t.phone_calls("berlin", 5, "201");
  t.lift("amsterdam", 1);
  t.run(100ms);
  EXPECT_TRUE(t.mutes_digits("amsterdam", 1));
  t.phone_ends("berlin", 5);
  t.run(100ms);
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
  t.hang_up("amsterdam", 1);
  t.call("berlin", 1, "205");
  t.phone_lifts("amsterdam", 5);
  t.run(100ms);
  EXPECT_TRUE(t.mutes_digits("berlin", 1));
}

/// Amsterdam is told of each who comes in the place of another.
TEST_F(IpPhones, WhatIsKeptFollowsATransferAtAnotherGateway) {
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.run(100ms);
  t.flash("berlin", 1);
  t.dial("berlin", 1, "205"); // who is at amsterdam, but that is berlin's matter
  t.run(100ms);
  t.phone_lifts("amsterdam", 5);
  t.run(100ms);
  EXPECT_TRUE(t.mutes_digits("berlin", 1));
  t.hang_up("berlin", 1);
  t.run(200ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_TRUE(t.mutes_digits("amsterdam", 1));
}

TEST_F(IpPhones, OfAPhoneThatHandsOverToAnAnalogOneTheToneIsHeardAgain) {
  control::v1::Request in;
  in.mutable_login()->set_line(5);
  in.mutable_login()->set_extension("205");
  ASSERT_TRUE(t.ask("berlin", in).has_done());
  t.run(100ms);
  t.call("amsterdam", 1, "205");
  t.phone_lifts("berlin", 5);
  t.run(100ms);
  EXPECT_TRUE(t.mutes_digits("amsterdam", 1));
  t.phone_transfers("berlin", 5, "301");
  t.lift("berlin", 1);
  t.run(200ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  EXPECT_FALSE(t.mutes_digits("amsterdam", 1));
  EXPECT_FALSE(t.mutes_digits("berlin", 1));
}

TEST_F(IpPhones, EachStreamHasAKeyOfItsOwn) {
  t.phone_calls("amsterdam", 5, "301");
  const auto first = t.phone("amsterdam", 5).gate.srtp_key();
  EXPECT_EQ(first.size(), 30U);
  t.phone_ends("amsterdam", 5);
  t.phone_calls("amsterdam", 5, "301");
  EXPECT_NE(t.phone("amsterdam", 5).gate.srtp_key(), first);
}

TEST_F(IpPhones, H12_ItsLampsFollowAPersonToAnotherGateway) {
  using lamp = edge::v1::Lamp;
  t.phone_watches("amsterdam", 5, 7, "301");
  const auto shows = [&] { return t.phone("amsterdam", 5).lamps.at(7).use(); };
  EXPECT_EQ(shows(), lamp::IDLE) << "it is told at once";
  t.lift("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(shows(), lamp::IN_USE);
  t.hang_up("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(shows(), lamp::IDLE);
  control::v1::Request in;
  in.mutable_login()->set_line(4);
  in.mutable_login()->set_extension("301");
  ASSERT_TRUE(t.ask("amsterdam", in).has_done());
  t.run(100ms);
  t.lift("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(shows(), lamp::IDLE) << "301 is not there any more";
  t.call("amsterdam", 1, "301");
  EXPECT_EQ(shows(), lamp::RINGS);
  t.phone_watches("amsterdam", 5, 7, "301", false);
  t.lift("amsterdam", 4);
  EXPECT_EQ(shows(), lamp::RINGS) << "nobody looks at it any more";
}

TEST_F(IpPhones, H1_TheLampOfAKeyThatLogsInShowsWhetherItHas) {
  using lamp = edge::v1::Lamp;
  const std::string code = "*35*301*1301#";
  t.phone_watches("amsterdam", 5, 7, code);
  t.phone_watches("amsterdam", 5, 8, "*35*205*1205#");
  const auto shows = [&](std::uint64_t which) {
    return t.phone("amsterdam", 5).lamps.at(which).use();
  };
  EXPECT_EQ(shows(7), lamp::IDLE);
  EXPECT_EQ(shows(8), lamp::IN_USE) << "the base user is there";
  t.phone_calls("amsterdam", 5, code); // the key is pressed
  t.run(3s);
  EXPECT_EQ(t.user_at("amsterdam", 5), "301");
  EXPECT_EQ(shows(7), lamp::IN_USE);
  EXPECT_EQ(shows(8), lamp::IDLE);
  t.phone_calls("amsterdam", 5, "*36");
  t.run(3s);
  EXPECT_EQ(shows(7), lamp::IDLE);
  EXPECT_EQ(shows(8), lamp::IN_USE);
}

TEST_F(IpPhones, OneThatIsNotRegisteredIsOutOfOrder) {
  t.phone_registers("amsterdam", 5, false);
  EXPECT_EQ(tone_after("amsterdam", 1, "205"), "congestion");
  t.phone_registers("amsterdam", 5);
  t.call("amsterdam", 1, "205");
  EXPECT_TRUE(t.phone("amsterdam", 5).rings);
}

TEST_F(IpPhones, WhoDeclinesIsBusyAndForwardingOnBusyHolds) {
  t.call("amsterdam", 1, "205");
  t.phone_ends("amsterdam", 5, scn::v1::USER_BUSY);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(IpPhones, HoldIsHeardByTheOther) {
  talk_from_201();
  t.phone_holds("amsterdam", 5, true);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_holds("amsterdam", 5, false);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
}

/// So that the stream's numbers, and its keys, go on (ADR 0017).
TEST_F(IpPhones, OneThatListensSomewhereElseIsSpokenToThereWithoutAClose) {
  t.phone_calls("amsterdam", 5, "301");
  t.lift("berlin", 1);
  t.run(100ms);
  ASSERT_EQ(t.told_of_streams("amsterdam"), "2 opened, 0 closed");
  t.phone_moves("amsterdam", 5, 4444);
  t.phone_holds("amsterdam", 5, false); // its INVITE, again
  EXPECT_EQ(t.told_of_streams("amsterdam"), "3 opened, 0 closed");
  const auto remotes = t.remotes("amsterdam");
  EXPECT_EQ(std::ranges::count(remotes, 4444U, &scn::v1::MediaEndpoint::port), 1);
  EXPECT_EQ(t.relays("amsterdam"), 2U) << "and goes on as it came";
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "berlin line 1");
  t.phone_ends("amsterdam", 5);
  t.run(100ms);
  EXPECT_EQ(t.told_of_streams("amsterdam"), "3 opened, 2 closed");
}

TEST_F(IpPhones, ADeadEdgeEndsItsCallsAndNoOther) {
  talk_from_201();
  t.call("amsterdam", 2, "302");
  t.lift("berlin", 2);
  t.edge_dies("amsterdam");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  expect_talk("amsterdam", 2, "berlin", 2);
  EXPECT_EQ(tone_after("amsterdam", 3, "205"), "congestion");
  t.phone_registers("amsterdam", 5);
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "205");
  EXPECT_TRUE(t.phone("amsterdam", 5).rings);
}

TEST_F(IpPhones, AnEdgeThatCannotGoOnSaysWhyInTheAlarm) {
  edge::v1::FromEdge said;
  said.mutable_trouble()->set_what("cannot listen at sip:192.0.2.1:5060");
  said.mutable_trouble()->set_remedy("Give another.");
  t.tell("amsterdam", said);
  t.edge_dies("amsterdam");
  EXPECT_EQ(t.alarm("amsterdam", "sip-edge"),
            "IP phones cannot be served sip-edge killed: cannot listen at sip:192.0.2.1:5060. "
            "Give another.");
  t.edge_dies("amsterdam"); // and this time it says nothing
  EXPECT_NE(t.alarm("amsterdam", "sip-edge").find("sip-edge killed. It is"), std::string::npos);
}

TEST_F(IpPhones, ALostBoardEndsItsCalls) {
  talk_from_201();
  t.board_fails("amsterdam");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "27 destination out of order");
  t.phone_calls("amsterdam", 5, "201");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "27 destination out of order");
}

TEST_F(FewHostSlots, WithoutAHostSlotItIsRefusedAndAnAlarmSaysSo) {
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.phone_calls("amsterdam", 5, "202");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "34 no circuit available");
  EXPECT_NE(t.alarm("amsterdam", "host-slots"), "");
  EXPECT_EQ(tone_after("amsterdam", 2, "205"), "congestion");
  control::v1::Request ask;
  ask.mutable_records()->set_extension("205");
  EXPECT_EQ(t.ask("amsterdam", ask).records().calls_size(), 0)
      << "what did not ring was not missed";
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(IpPhones, OperatorsAreToldWhichAreHereAndWhoAsksTooMuch) {
  control::v1::Request ask;
  ask.mutable_phones();
  const auto phones = [&] { return t.ask("amsterdam", ask).phones(); };
  ASSERT_EQ(phones().phones_size(), 1);
  EXPECT_EQ(phones().phones(0).address(), "192.0.2.7:5060");
  EXPECT_TRUE(phones().phones(0).here());
  edge::v1::FromEdge said;
  auto& figures = *said.mutable_figures();
  figures.set_registrations(3);
  figures.set_refused(77);
  figures.set_sources_limited(1);
  figures.add_worst()->set_address("192.0.2.66");
  figures.mutable_worst(0)->set_refused(77);
  figures.mutable_worst(0)->set_limited(true);
  t.tell("amsterdam", said);
  EXPECT_EQ(phones().refused(), 77U);
  EXPECT_EQ(phones().worst(0).address(), "192.0.2.66");
  EXPECT_NE(t.alarm("amsterdam", "sip-sources").find("192.0.2.66 (77 requests"), std::string::npos);
  figures.set_sources_limited(0);
  figures.mutable_worst(0)->set_limited(false);
  t.tell("amsterdam", said);
  EXPECT_TRUE(t.alarm("amsterdam", "sip-sources").ends_with("(over)"));
  t.phone_registers("amsterdam", 5, false);
  EXPECT_FALSE(phones().phones(0).here());
  EXPECT_EQ(phones().phones(0).address(), "");
}

TEST_F(IpPhones, WhatItSaysOfACallThatIsOverOrOfALineThatIsNotItsIsDropped) {
  talk_from_201();
  edge::v1::FromEdge said;
  for (const unsigned line : {0U, 1U, 5U, 99U}) {
    said.mutable_release()->set_line(line);
    said.mutable_release()->set_call(77);
    t.tell("amsterdam", said);
    said.mutable_answer()->set_line(line);
    said.mutable_answer()->set_call(77);
    t.tell("amsterdam", said);
    said.mutable_digits()->set_line(line);
    said.mutable_digits()->set_call(77);
    t.tell("amsterdam", said);
    said.mutable_hold()->set_line(line);
    said.mutable_hold()->set_call(77);
    t.tell("amsterdam", said);
    said.mutable_phone()->set_line(line == 5 ? 4 : line);
    t.tell("amsterdam", said);
  }
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

} // namespace
} // namespace switchroom::exchange
