// SPDX-License-Identifier: MIT
#include "exchange/code_mask.hpp"
#include "exchange/voice_paths.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

board_up small_board() {
  return {2, 2, 2, slot_id{0}, slot_id{10}, slot_id{20}};
}

struct told {
  std::map<slot_id, std::optional<slot_id>> connects;
  std::vector<std::pair<unsigned, tone>> plays;
};
told changes(voice_paths& paths) {
  std::vector<action> out;
  paths.changes({}, out);
  told t;
  for (const auto& a : out)
    if (const auto* c = std::get_if<connect>(&a))
      t.connects[c->to] = c->from;
    else if (const auto* p = std::get_if<play>(&a))
      t.plays.emplace_back(p->channel.value, p->what);
  return t;
}

class Paths : public ::testing::Test {
protected:
  Paths() { paths.begin(small_board()); }
  voice_paths paths;
};

TEST_F(Paths, ANewBoardIsSilencedWholeAndOnce) {
  const auto first = changes(paths);
  EXPECT_EQ(first.connects.size(), 4u);
  for (const auto& [to, from] : first.connects)
    EXPECT_EQ(from, std::nullopt);
  EXPECT_EQ(first.plays.size(), 2u);
  EXPECT_TRUE(changes(paths).connects.empty());
}

TEST_F(Paths, BothDirectionsComeInOneStep) {
  changes(paths);
  paths.hear(slot_id{0}, tone::ringback);
  changes(paths);
  paths.listen(slot_id{0}, slot_id{1});
  paths.listen(slot_id{1}, slot_id{0});
  const auto t = changes(paths);
  EXPECT_EQ(t.connects.size(), 2u);
  EXPECT_EQ(t.connects.at(slot_id{0}), slot_id{1});
  EXPECT_EQ(t.connects.at(slot_id{1}), slot_id{0});
  ASSERT_EQ(t.plays.size(), 1u); // the ringback stops
  EXPECT_EQ(t.plays[0].second, tone::none);
}

/// What lines hear, too, is decoded although it is relayed.
TEST_F(Paths, WhoSharesWithALineIsToldSo) {
  const slot_id line{0}, here{20}, there{21};
  const auto relays = [this] {
    std::vector<action> out;
    paths.changes({}, out);
    std::string text;
    for (const auto& a : out)
      if (const auto* r = std::get_if<relay>(&a))
        text += std::to_string(r->to.value) +
                (r->from ? "<" + std::to_string(r->from->value) : "") +
                (r->shared ? " shared;" : ";");
    return text;
  };
  paths.listen(here, there);
  paths.listen(there, here);
  EXPECT_EQ(relays(), "0<1;1<0;");
  paths.listen(line, there);
  EXPECT_EQ(relays(), "0<1 shared;");
  paths.listen(slot_id{1}, there);
  EXPECT_EQ(relays(), "");
  paths.silence(line);
  EXPECT_EQ(relays(), "");
  paths.hear(slot_id{1}, tone::busy);
  EXPECT_EQ(relays(), "0<1;");
  paths.listen(line, here);
  EXPECT_EQ(relays(), "1<0 shared;");
  paths.silence(there);
  EXPECT_EQ(relays(), "1;");
}

TEST_F(Paths, OnlyTheLastWishOfAStepIsTold) {
  changes(paths);
  paths.hear(slot_id{0}, tone::dial);
  paths.silence(slot_id{0});
  const auto t = changes(paths);
  EXPECT_TRUE(t.connects.empty());
  EXPECT_TRUE(t.plays.empty());
}

TEST_F(Paths, SteadyTonesAreSharedRingbackIsNot) {
  paths.hear(slot_id{0}, tone::busy);
  paths.hear(slot_id{1}, tone::busy);
  EXPECT_EQ(paths.tone_channels_in_use(), 1u);
  paths.hear(slot_id{0}, tone::ringback);
  EXPECT_EQ(paths.tone_channels_in_use(), 2u);
  EXPECT_FALSE(paths.hear(slot_id{20}, tone::ringback)); // none is free: from its middle
  const auto t = changes(paths);
  EXPECT_EQ(t.connects.at(slot_id{0}), t.connects.at(slot_id{20}));
}

TEST_F(Paths, WithoutAChannelCongestionOrNothingIsHeard) {
  paths.hear(slot_id{0}, tone::congestion);
  paths.hear(slot_id{1}, tone::dial);
  EXPECT_FALSE(paths.hear(slot_id{20}, tone::ringback));
  EXPECT_FALSE(paths.hear(slot_id{0}, tone::busy)); // 20 still hears its channel
  paths.silence(slot_id{1});
  EXPECT_TRUE(paths.hear(slot_id{1}, tone::ringback));
}

TEST_F(Paths, HostSlotsAreTakenOnceAndComeBack) {
  const auto a = paths.take_host_slot(), b = paths.take_host_slot();
  ASSERT_TRUE(a && b);
  EXPECT_NE(*a, *b);
  EXPECT_FALSE(paths.take_host_slot());
  paths.give_back(*a);
  EXPECT_EQ(paths.take_host_slot(), a);
  paths.end();
  paths.give_back(*b); // of a board that has gone
  EXPECT_FALSE(paths.take_host_slot());
}

/// One member, at slot 40; what the board is told in a step at `ms`.
class MemberPaths : public ::testing::Test {
protected:
  MemberPaths() {
    auto board = small_board();
    board.members = 1;
    board.first_member_slot = slot_id{40};
    paths.begin(board);
    at(0);
    member = paths.take_member(5).value();
  }
  std::string at(int ms) {
    std::vector<action> out;
    paths.changes(instant{std::chrono::milliseconds{ms}}, out);
    std::string text;
    for (const auto& a : out)
      if (const auto* joined = std::get_if<member_join>(&a))
        text += joined->muted ? "mute; " : "speak in " + std::to_string(joined->bridge) + "; ";
      else if (std::holds_alternative<member_leave>(a))
        text += "leave; ";
      else if (const auto* c = std::get_if<connect>(&a); c && c->to == seat)
        text += "connect " + (c->from ? std::to_string(c->from->value) : "nothing") + "; ";
      else if (const auto* p = std::get_if<play>(&a))
        text += p->what == tone::none ? "tone ends; " : "tone; ";
      else if (const auto* r = std::get_if<relay>(&a))
        text += r->shared ? "relay, shared; " : "relay; ";
    return text;
  }
  const slot_id seat{40};
  voice_paths paths;
  member_id member;
};

TEST_F(MemberPaths, AMemberIsMutedBeforeWhatItSaysChanges) {
  paths.listen(seat, slot_id{1});
  EXPECT_EQ(at(1), "speak in 5; connect 1; ");
  EXPECT_EQ(paths.next_deadline(), never);
  paths.listen(seat, slot_id{0});
  EXPECT_EQ(at(2), "mute; ");
  EXPECT_EQ(paths.next_deadline(), instant{std::chrono::milliseconds{32}});
  EXPECT_EQ(at(31), "");
  EXPECT_EQ(at(32), "connect 0; ");
  EXPECT_EQ(paths.next_deadline(), instant{std::chrono::milliseconds{37}});
  EXPECT_EQ(at(37), "speak in 5; ");
  EXPECT_EQ(paths.next_deadline(), never);
  paths.silence(seat);
  EXPECT_EQ(at(40), "mute; ");
  paths.listen(seat, slot_id{0}); // before it has faded
  EXPECT_EQ(at(50), "speak in 5; ");
  EXPECT_EQ(at(100), "");
  paths.silence(seat);
  EXPECT_EQ(at(101), "mute; ");
  EXPECT_EQ(at(131), "connect nothing; ");
  paths.listen(seat, slot_id{1});
  EXPECT_EQ(at(200), "connect 1; ");
  EXPECT_EQ(at(205), "speak in 5; ");
}

TEST_F(MemberPaths, WhatFadesIsNotTakenAgain) {
  const auto said = paths.take_host_slot().value();
  ASSERT_TRUE(paths.take_host_slot()); // the other one
  paths.listen(seat, paths.slot_of(said));
  EXPECT_EQ(at(1), "speak in 5; connect 20; ");
  paths.give_back(member);
  paths.give_back(said);
  EXPECT_EQ(at(2), "mute; ");
  EXPECT_FALSE(paths.take_member(6));
  EXPECT_FALSE(paths.take_host_slot());
  EXPECT_TRUE(paths.has_members(5));
  EXPECT_TRUE(paths.is_said(slot_id{20}));
  EXPECT_EQ(at(32), "leave; connect nothing; ");
  EXPECT_FALSE(paths.has_members(5));
  EXPECT_FALSE(paths.is_said(slot_id{20}));
  EXPECT_EQ(paths.take_host_slot(), said);
  EXPECT_TRUE(paths.take_member(6));
  EXPECT_EQ(at(33), "speak in 6; ");
}

TEST_F(MemberPaths, AToneGoesOnUntilItHasFaded) {
  paths.hear(seat, tone::call_waiting);
  EXPECT_EQ(at(1), "tone; speak in 5; connect 10; ");
  paths.give_back(member);
  EXPECT_EQ(at(2), "mute; ");
  EXPECT_TRUE(paths.hear(slot_id{0}, tone::dial));
  EXPECT_FALSE(paths.hear(slot_id{1}, tone::busy)) << "the second of two channels fades";
  EXPECT_EQ(at(3), "tone; ");
  EXPECT_EQ(at(32), "leave; connect nothing; tone ends; ");
  EXPECT_TRUE(paths.hear(slot_id{1}, tone::busy));
}

TEST_F(MemberPaths, WhatFadesIsDecodedThoughItIsRelayed) {
  paths.listen(slot_id{20}, slot_id{21});
  paths.listen(seat, slot_id{21});
  EXPECT_EQ(at(1), "speak in 5; connect 21; relay, shared; ");
  paths.give_back(member);
  EXPECT_EQ(at(2), "mute; ");
  EXPECT_EQ(at(32), "leave; connect nothing; relay; ");
}

TEST_F(MemberPaths, WhoLeavesAsSoonAsItJoinsIsNotTold) {
  paths.listen(seat, slot_id{1});
  paths.give_back(member);
  EXPECT_EQ(at(1), "");
  EXPECT_TRUE(paths.take_member(6));
}

TEST(CodeMask, H3_HidesTheCodeFromTheFirstDigitOn) {
  const code_mask mask(dialplan::default_system_codes("NL"));
  EXPECT_EQ(mask("*35*"), "*35*");
  EXPECT_EQ(mask("*35*1"), "*35*…");
  EXPECT_EQ(mask("*35*1234#"), "*35*…"); // the code alone
  EXPECT_EQ(mask("*35*204*"), "*35*204*…");
  EXPECT_EQ(mask("*35*204*1234#"), "*35*204*…");
  EXPECT_EQ(mask("*60*1234*5678#"), "*60*…");
  EXPECT_EQ(mask("204"), "204");
  EXPECT_EQ(mask("*36"), "*36");
}

TEST(CodeMask, FollowsConfiguredCodes) {
  dialplan::short_code own;
  own.code = "\"7\"N";
  own.what = dialplan::feature::log_in;
  EXPECT_EQ(code_mask({own})("7204*1"), "7204*…");
}

} // namespace
} // namespace switchroom::exchange
