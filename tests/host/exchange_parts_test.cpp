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
  paths.changes(out);
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
    paths.changes(out);
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
