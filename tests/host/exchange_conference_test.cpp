// SPDX-License-Identifier: MIT
// Conferences (S6, C9): joined from any gateway by number, left, and who is left alone.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

/// Mixed by the host, and by the board, which has so many members.
class Conference : public People, public testing::WithParamInterface<unsigned> {
protected:
  Conference()
      : People(
            3,
            [](settings& s) {
              s.conference_parties = 8;
              s.conference_tone = false;
            },
            town_host_slots, GetParam()) {}
  void join(const std::string& where, unsigned line, const std::string& number = "7") {
    t.call(where, line, "*66*" + number + "#");
    t.run(50ms);
  }
  void expect_hears(const std::string& where, unsigned line, const std::string& what) {
    EXPECT_EQ(t.hears(where, line), what) << where << " line " << line;
  }
};

TEST_P(Conference, S6_C9_ThreeOfAGatewayHearEachOtherAndNotThemselves) {
  join("amsterdam", 1);
  expect_hears("amsterdam", 1, "hold"); // alone
  join("amsterdam", 2);
  expect_hears("amsterdam", 1, "amsterdam line 2");
  expect_hears("amsterdam", 2, "amsterdam line 1");
  join("amsterdam", 3);
  expect_hears("amsterdam", 1, "amsterdam line 2 + amsterdam line 3");
  expect_hears("amsterdam", 2, "amsterdam line 1 + amsterdam line 3");
  expect_hears("amsterdam", 3, "amsterdam line 1 + amsterdam line 2");
  EXPECT_EQ(t.state_of("amsterdam", 1), "in call");
}

TEST_P(Conference, S6_PeopleOfThreeGatewaysMeetWhereItBegan) {
  join("berlin", 1);
  join("amsterdam", 1);
  join("cologne", 2);
  EXPECT_EQ(legs(), "1 2 1");
  expect_hears("berlin", 1, "amsterdam line 1 + cologne line 2");
  expect_hears("amsterdam", 1, "berlin line 1 + cologne line 2");
  expect_hears("cologne", 2, "amsterdam line 1 + berlin line 1");
  t.hang_up("berlin", 1); // who began it leaves: it goes on
  t.run(50ms);
  expect_hears("amsterdam", 1, "cologne line 2");
  expect_hears("cologne", 2, "amsterdam line 1");
  t.hang_up("cologne", 2);
  t.run(50ms);
  expect_hears("amsterdam", 1, "hold"); // the last one left
  t.hang_up("amsterdam", 1);
  t.run(50ms);
  join("cologne", 1); // begins anew, at the own gateway
  EXPECT_EQ(legs(), "0 0 0");
  expect_hears("cologne", 1, "hold");
}

INSTANTIATE_TEST_SUITE_P(MixedBy, Conference, testing::Values(0U, 16U), [](const auto& which) {
  return which.param == 0 ? "TheHost" : "TheBoard";
});

TEST_P(Conference, S6_WithoutAFreeHostSlotNobodyJoins) {
  if (GetParam() != 0)
    GTEST_SKIP() << "lines take none where the board mixes";
  for (unsigned line = 1; line <= 3; ++line)
    join("amsterdam", line);
  for (unsigned line = 1; line <= 2; ++line)
    join("berlin", line);
  // Of eight host slots three parties take one each here, two from Berlin two: its leg, its party.
  EXPECT_EQ(tone_after("cologne", 1, "*66*7#"), "congestion");
  EXPECT_NE(t.alarm("amsterdam", "host-slots"), "");
  expect_hears("berlin", 2,
               "amsterdam line 1 + amsterdam line 2 + amsterdam line 3 + berlin line 1");
}

TEST(ConferenceOfEight, S6_EightPartiesOfThreeGatewaysAndNotANinth) {
  town t(
      3, [](settings& s) { s.conference_parties = 8; }, 16);
  for (const auto* extension : {"205", "305"}) { // at the lines without a user
    control::v1::Request put;
    put.mutable_put_user()->set_extension(extension);
    put.mutable_put_user()->set_base_line(*extension == '2' ? 4 : 3);
    ASSERT_TRUE(t.ask(*extension == '2' ? "amsterdam" : "berlin", put).has_done());
  }
  t.run(1s);
  std::vector<std::pair<std::string, unsigned>> parties;
  for (const auto& [where, lines] : {std::pair("amsterdam", 4u), {"berlin", 2u}, {"cologne", 2u}})
    for (unsigned line = 1; line <= lines; ++line) {
      t.call(where, line, "*66*12#");
      t.run(50ms);
      parties.emplace_back(where, line);
    }
  ASSERT_EQ(parties.size(), 8U);
  for (const auto& [where, line] : parties) {
    std::string others;
    for (const auto& other : parties)
      if (other != std::pair(where, line))
        others +=
            (others.empty() ? "" : " + ") + other.first + " line " + std::to_string(other.second);
    EXPECT_EQ(t.hears(where, line), others) << where << " line " << line;
  }
  EXPECT_EQ(exchange::tone_after(t, "berlin", 3, "*66*12#", 50ms), "busy");
  for (std::size_t n = 0; n + 1 < parties.size(); ++n)
    t.hang_up(parties[n].first, parties[n].second);
  EXPECT_EQ(t.hears("cologne", 2), "hold");
  expect_nothing_left(t);
}

TEST_P(Conference, S6_TwoConferencesAreTwo) {
  join("amsterdam", 1, "7");
  join("amsterdam", 2, "7");
  join("berlin", 1, "8");
  join("amsterdam", 3, "8");
  expect_hears("amsterdam", 1, "amsterdam line 2");
  expect_hears("amsterdam", 3, "berlin line 1");
  expect_hears("berlin", 1, "amsterdam line 3");
}

TEST_P(Conference, S6_APartyOnHoldSaysNothingAndComesBack) {
  join("amsterdam", 1);
  join("amsterdam", 2);
  join("berlin", 1);
  t.flash("berlin", 1);
  t.run(50ms);
  expect_hears("berlin", 1, "dial");
  expect_hears("amsterdam", 1, "amsterdam line 2");
  t.flash("berlin", 1);
  t.run(50ms);
  expect_hears("amsterdam", 1, "amsterdam line 2 + berlin line 1");
  expect_hears("berlin", 1, "amsterdam line 1 + amsterdam line 2");
}

TEST_P(Conference, S6_ACallOnHoldIsBroughtIntoTheConference) {
  talk("berlin", 1, "201", "amsterdam", 1);
  join("cologne", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "*66*7#");
  t.run(50ms);
  expect_hears("amsterdam", 1, "cologne line 1");
  t.hang_up("amsterdam", 1); // they have each other
  t.run(200ms);
  expect_hears("berlin", 1, "cologne line 1");
  expect_hears("cologne", 1, "berlin line 1");
  EXPECT_EQ(legs(), "0 1 1"); // and the one between is out of it
}

TEST_P(Conference, S6_SomebodyIsCalledIntoTheConference) {
  join("amsterdam", 1);
  join("amsterdam", 2);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "301");
  t.run(100ms);
  t.lift("berlin", 1);
  t.hang_up("amsterdam", 1);
  t.run(200ms);
  expect_hears("berlin", 1, "amsterdam line 2");
  expect_hears("amsterdam", 2, "berlin line 1");
  t.hang_up("amsterdam", 2);
  t.run(50ms);
  expect_hears("berlin", 1, "hold");
}

TEST_P(Conference, S6_WhoIsCalledIntoItMayAnswerAfterwards) {
  join("amsterdam", 1);
  join("amsterdam", 2);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "301");
  t.run(100ms);
  t.hang_up("amsterdam", 1); // while it rings
  t.run(50ms);
  t.lift("berlin", 1);
  t.run(100ms);
  expect_hears("berlin", 1, "amsterdam line 2");
  expect_hears("amsterdam", 2, "berlin line 1");
}

TEST_P(Conference, S6_AFullConferenceIsBusy) {
  town small(2, [](settings& s) { s.conference_parties = 3; });
  for (unsigned line = 1; line <= 3; ++line)
    small.call("amsterdam", line, "*66*7#");
  EXPECT_EQ(exchange::tone_after(small, "berlin", 1, "*66*7#", 50ms), "busy");
  expect_nothing_left(small);
}

TEST_P(Conference, S6_ALostPeerLeavesAndTheOthersGoOn) {
  join("amsterdam", 1);
  join("amsterdam", 2);
  join("berlin", 1);
  t.cut("amsterdam", "berlin");
  t.run(5s);
  expect_hears("amsterdam", 1, "amsterdam line 2");
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  t.hang_up("berlin", 1);
  join("berlin", 2); // nothing is known of the other: its own
  expect_hears("berlin", 2, "hold");
  t.heal("amsterdam", "berlin");
  t.run(5s);
}

TEST_P(Conference, S6_ABoardThatIsLostEndsIt) {
  join("amsterdam", 1);
  join("berlin", 1);
  t.board_fails("amsterdam");
  t.run(1s);
  t.board_returns("amsterdam");
  t.run(1s);
  EXPECT_EQ(legs(), "0 0 0");
  t.hang_up("berlin", 1);
  join("berlin", 1);
  expect_hears("berlin", 1, "hold");
}

class ConferenceOfTheBoard : public People {
protected:
  explicit ConferenceOfTheBoard(unsigned members = 4) : People(3, {}, town_host_slots, members) {}
  void join(const std::string& where, unsigned line, const std::string& number) {
    t.call(where, line, "*66*" + number + "#");
    t.run(50ms);
  }
};

TEST_F(ConferenceOfTheBoard, S6_WhoIsThereHearsThatSomebodyJoins) {
  join("amsterdam", 1, "7");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  join("amsterdam", 2, "7");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2 + call waiting");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1 + call waiting");
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
  join("amsterdam", 4, "8"); // nobody is there
  t.hang_up("amsterdam", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
}

TEST_F(ConferenceOfTheBoard, S6_TheToneEndsWithTheConference) {
  join("amsterdam", 1, "7");
  join("amsterdam", 2, "7");
  t.hang_up("amsterdam", 1);
  t.hang_up("amsterdam", 2);
}

TEST_F(ConferenceOfTheBoard, S6_LinesTakeNoHostSlot) {
  for (unsigned line = 1; line <= 3; ++line)
    join("amsterdam", line, "7");
  join("berlin", 1, "7"); // one: its leg
  t.run(1s);
  EXPECT_EQ(t.alarm("amsterdam", "host-slots"), "");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1 + amsterdam line 2 + amsterdam line 3");
}

/// What began in the board stays there; what begins when the board is full is mixed by the host.
TEST_F(ConferenceOfTheBoard, S6_WithoutAFreeMemberNobodyJoinsAndAnotherBeginsInTheHost) {
  for (unsigned line = 1; line <= 2; ++line)
    join("amsterdam", line, "7");
  join("berlin", 1, "7");
  join("cologne", 1, "7");
  t.run(1s);
  EXPECT_EQ(exchange::tone_after(t, "berlin", 2, "*66*7#", 50ms), "congestion");
  const auto alarm = t.alarm("amsterdam", "conference-members");
  EXPECT_NE(alarm, "");
  EXPECT_EQ(alarm.find("(over)"), std::string::npos);
  EXPECT_NE(alarm.find("held by conference 7: 4."), std::string::npos) << alarm;
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2 + berlin line 1 + cologne line 1");
  join("amsterdam", 3, "9");
  join("berlin", 2, "9");
  EXPECT_EQ(t.hears("amsterdam", 3), "berlin line 2");
  EXPECT_EQ(t.hears("berlin", 2), "amsterdam line 3");
  t.hang_up("berlin", 1);
  t.hang_up("berlin", 2);
  join("berlin", 2, "7"); // one is free again
  EXPECT_NE(t.alarm("amsterdam", "conference-members").find("(over)"), std::string::npos);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2 + berlin line 2 + cologne line 1");
}

/// As the board would be told: no click (docs/voice.md), of a line and of another gateway.
TEST_F(ConferenceOfTheBoard, S6_WhoHangsUpIsMutedAndDismissedWhenThatHasFaded) {
  join("amsterdam", 1, "7");
  join("amsterdam", 2, "7");
  join("berlin", 1, "7");
  t.run(1s); // the tones are over
  EXPECT_EQ(t.members("amsterdam"), "0 in 0 speaks, 1 in 0 speaks, 2 in 0 speaks");
  t.signal_line("amsterdam", 1, signal::on_hook);
  EXPECT_EQ(t.members("amsterdam"), "0 in 0 speaks, 1 in 0 is muted, 2 in 0 speaks");
  EXPECT_EQ(t.hears("amsterdam", 2), "berlin line 1");
  t.run(29ms);
  EXPECT_EQ(t.members("amsterdam"), "0 in 0 speaks, 1 in 0 is muted, 2 in 0 speaks");
  t.run(1ms);
  EXPECT_EQ(t.members("amsterdam"), "0 in 0 speaks, 2 in 0 speaks");
  t.signal_line("berlin", 1, signal::on_hook);
  t.run(15ms); // on its way for 5
  EXPECT_EQ(t.members("amsterdam"), "0 in 0 is muted, 2 in 0 speaks");
  EXPECT_EQ(t.told_of_streams("amsterdam"), "1 opened, 0 closed");
  t.run(30ms);
  EXPECT_EQ(t.members("amsterdam"), "2 in 0 speaks");
  EXPECT_EQ(t.told_of_streams("amsterdam"), "1 opened, 1 closed");
}

TEST_F(ConferenceOfTheBoard, S6_WhoIsOnHoldIsMutedAndSpeaksAgain) {
  join("amsterdam", 1, "7");
  join("amsterdam", 2, "7");
  t.run(1s);
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.members("amsterdam"), "1 in 0 is muted, 2 in 0 speaks");
  t.run(1s);
  EXPECT_EQ(t.members("amsterdam"), "1 in 0 is muted, 2 in 0 speaks");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.members("amsterdam"), "1 in 0 speaks, 2 in 0 speaks");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1");
}

/// Else another conference would hear the end of it.
TEST_F(ConferenceOfTheBoard, S6_ABridgeBeginsAnewWhenAllThatWasSaidInItHasFaded) {
  join("amsterdam", 1, "7");
  t.call("amsterdam", 2, "*66*8");
  t.signal_line("amsterdam", 1, signal::on_hook);
  t.signal_line("amsterdam", 2, signal::dtmf_on, '#');
  EXPECT_EQ(t.members("amsterdam"), "1 in 0 is muted, 2 in 1 speaks");
  t.run(50ms);
  EXPECT_EQ(t.members("amsterdam"), "2 in 1 speaks");
  join("amsterdam", 1, "9");
  EXPECT_EQ(t.members("amsterdam"), "2 in 1 speaks, 3 in 0 speaks");
}

/// By an operator, for as long as the party takes part.
TEST_F(ConferenceOfTheBoard, S6_APartyIsMutedMadeLouderAndHeardAgain) {
  join("amsterdam", 1, "7");
  join("amsterdam", 2, "7");
  join("berlin", 1, "7");
  t.run(1s);
  control::v1::Request ask;
  auto& change = *ask.mutable_conference_party();
  change.set_conference("7");
  change.set_party("202");
  change.set_muted(true);
  auto reply = t.ask("amsterdam", ask);
  ASSERT_EQ(reply.conferences().conferences_size(), 1) << reply.DebugString();
  const auto& seen = reply.conferences().conferences(0);
  ASSERT_EQ(seen.parties_size(), 3);
  std::string parties;
  for (const auto& party : seen.parties())
    parties += party.number() + (party.muted() ? " is muted; " : "; ");
  EXPECT_EQ(parties, "201; 202 is muted; 301; ");
  t.run(1ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1 + berlin line 1");
  // On hold and back, it stays muted.
  t.flash("amsterdam", 2);
  t.run(200ms);
  t.flash("amsterdam", 2);
  t.run(200ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1 + berlin line 1");
  change.set_muted(false);
  change.set_says_db(6);
  change.set_hears_db(-3);
  EXPECT_TRUE(t.ask("amsterdam", ask).has_conferences());
  t.run(1ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1 + amsterdam line 2");
  EXPECT_EQ(t.members("amsterdam"),
            "0 in 0 speaks, 1 in 0 speaks, 2 in 0 speaks +6.0 dB, hears -3.0 dB");
  // Who has its place next begins as it is.
  for (const auto& [where, line] : {std::pair("amsterdam", 1U), {"amsterdam", 2U}, {"berlin", 1U}})
    t.hang_up(where, line);
  t.run(1s);
  for (unsigned line = 1; line <= 3; ++line)
    join("amsterdam", line, "7");
  t.run(1s);
  EXPECT_EQ(t.members("amsterdam").find("dB"), std::string::npos) << t.members("amsterdam");
  EXPECT_EQ(t.members("amsterdam").find("muted"), std::string::npos) << t.members("amsterdam");
}

TEST_P(Conference, S6_WhatCannotBeDoneToAPartySaysWhy) {
  join("amsterdam", 1);
  join("amsterdam", 2);
  const auto refusal = [&](const std::string& conference, const std::string& party,
                           double says_db) {
    control::v1::Request ask;
    ask.mutable_conference_party()->set_conference(conference);
    ask.mutable_conference_party()->set_party(party);
    ask.mutable_conference_party()->set_says_db(says_db);
    return t.ask("amsterdam", ask).error().what();
  };
  EXPECT_EQ(refusal("8", "201", 0), "Gateway amsterdam has no conference 8.");
  if (GetParam() == 0) {
    EXPECT_EQ(refusal("7", "201", 0),
              "Conference 7 is mixed by the host, which has no gains of parties.");
  } else {
    EXPECT_EQ(refusal("7", "301", 0), "Nobody with the number 301 is in conference 7.");
    for (const double wrong : {12.1, -24.1, std::nan("")})
      EXPECT_EQ(refusal("7", "201", wrong),
                "What a party says goes from -24 to 12 dB, what it hears from -24 to 0.");
  }
  expect_hears("amsterdam", 1, "amsterdam line 2");
}

TEST_P(Conference, H13_NobodysPortJoinsNone) {
  EXPECT_EQ(tone_after("amsterdam", 4, "*66*7#"), "refusal");
  EXPECT_EQ(tone_after("amsterdam", 1, "*66*123456789#"), "refusal");
  EXPECT_EQ(tone_after("amsterdam", 1, "*66*#"), "refusal");
}

} // namespace
} // namespace switchroom::exchange
