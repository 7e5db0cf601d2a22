// SPDX-License-Identifier: MIT
// Who of a hunt group rings next (S16): the machine alone.
#include "hunting/hunt.hpp"

#include <gtest/gtest.h>

#include <map>

namespace switchroom::hunting {
namespace {

using namespace std::chrono_literals;
using kind = move::kind;
using list = std::vector<extension_number>;

constexpr instant start{};

struct members : std::map<extension_number, member> {
  using std::map<extension_number, member>::map;
  member operator()(const extension_number& who) const {
    const auto found = find(who);
    return found == end() ? member{} : found->second;
  }
};

group three() {
  group g;
  g.number = "600";
  g.members = {"1", "2", "3"};
  return g;
}

const members all_free{{"1", {standing::free, start + 3s}},
                       {"2", {standing::free, start + 1s}},
                       {"3", {standing::free, start + 2s}}};

TEST(Hunt, S16_TheFirstOfEachMode) {
  const std::pair<mode, list> table[] = {{mode::sequential, {"1"}},
                                         {mode::rotary, {"3"}},
                                         {mode::longest_idle, {"2"}},
                                         {mode::collective, {"1", "2", "3"}}};
  for (const auto& [which, first] : table) {
    auto g = three();
    g.mode = which;
    hunt h(g, start);
    const auto next = h.step(start, all_free, "2", 0);
    EXPECT_EQ(next.what, kind::ring) << name(which);
    EXPECT_EQ(next.members, first) << name(which);
    EXPECT_EQ(h.step(start, all_free, "2", 0).what, kind::wait);
  }
}

TEST(Hunt, S16_RotaryAfterTheLastBeginsAtTheFirst) {
  auto g = three();
  g.mode = mode::rotary;
  for (const auto& [last, next] : {std::pair("3", "1"), {"1", "2"}, {"", "1"}, {"9", "1"}}) {
    hunt h(g, start);
    EXPECT_EQ(h.step(start, all_free, last, 0).members, list{next}) << last;
  }
}

TEST(Hunt, S16_WhoRangForTheirTimeIsFollowedByTheNext) {
  const auto g = three();
  hunt h(g, start);
  h.step(start, all_free, "", 0);
  EXPECT_TRUE(h.rung_out(start + 14s).empty());
  EXPECT_EQ(h.next_deadline(), start + 15s);
  EXPECT_EQ(h.rung_out(start + 15s), list{"1"});
  h.failed("1");
  EXPECT_EQ(h.step(start + 15s, all_free, "", 0).members, list{"2"});
}

TEST(Hunt, S16_MembersThatFailAtOnceAreNotAskedAgainAndAgain) {
  auto g = three();
  g.members = {"1"};
  hunt h(g, start);
  unsigned rung = 0;
  for (auto now = start; now < start + 10s; now += 10ms)
    if (h.step(now, all_free, "", 0).what == kind::ring) {
      ++rung;
      h.failed("1");
    }
  EXPECT_LE(rung, 7u);
  EXPECT_GE(rung, 4u);
}

TEST(Hunt, S16_TheQueueHasSoMuchRoom) {
  auto g = three();
  g.queue = 2;
  const members busy{{"1", {standing::busy, {}}}};
  hunt second(g, start), third(g, start);
  EXPECT_EQ(second.step(start, busy, "", 1).what, kind::wait);
  EXPECT_TRUE(second.queued());
  EXPECT_EQ(third.step(start, busy, "", 2).what, kind::give_up);
  EXPECT_EQ(second.step(start + 1s, busy, "", 2).what, kind::wait); // who is in stays in
  EXPECT_EQ(second.step(start + 2s, all_free, "", 0).what, kind::ring);
  EXPECT_FALSE(second.queued());
}

TEST(Hunt, H11_NobodyLoggedInIsNotWaitedFor) {
  auto g = three();
  hunt h(g, start);
  EXPECT_EQ(h.step(start, members{}, "", 0).what, kind::give_up);
  g.overflow = "401";
  EXPECT_EQ(h.step(start, members{}, "", 0).what, kind::overflow);
}

TEST(Hunt, S16_OverflowComesInItsTimeWhateverRings) {
  auto g = three();
  g.overflow = "401";
  hunt h(g, start);
  h.step(start, all_free, "", 0);
  EXPECT_EQ(h.step(start + 59s, all_free, "", 0).what, kind::wait);
  EXPECT_EQ(h.step(start + 60s, all_free, "", 0).what, kind::overflow);
}

} // namespace
} // namespace switchroom::hunting
