// SPDX-License-Identifier: MIT
#include "media/sequence_tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace {

using switchroom::media::sequence_tracker;
using verdict = switchroom::media::sequence_verdict;

TEST(Sequence, LossDuplicateAndOrderAcrossTheWrap) {
  sequence_tracker t;
  EXPECT_EQ(t.see(65534), verdict::first);
  EXPECT_EQ(t.see(65535), verdict::next);
  EXPECT_EQ(t.see(1), verdict::next);
  EXPECT_EQ(t.lost(), 1U);
  EXPECT_EQ(t.see(65535), verdict::duplicate);
  EXPECT_EQ(t.see(0), verdict::reordered);
  EXPECT_EQ(t.see(0), verdict::duplicate);
  EXPECT_EQ(t.lost(), 0U);
  EXPECT_EQ(t.received(), 4U);
  EXPECT_EQ(t.extended_highest(), 0x10001U);
}

TEST(Sequence, AJumpIsBelievedWhenItsSuccessorComes) {
  sequence_tracker t;
  t.see(100);
  EXPECT_EQ(t.see(20000), verdict::suspect);
  EXPECT_EQ(t.see(101), verdict::next) << "one stray packet does no harm";
  EXPECT_EQ(t.see(20000), verdict::suspect);
  EXPECT_EQ(t.see(20001), verdict::first);
  EXPECT_EQ(t.see(20002), verdict::next);
  EXPECT_EQ(t.extended_highest(), 20002U);
  EXPECT_EQ(t.lost(), 0U);
}

TEST(Sequence, WrapsAreCountedFromTheBeginningOfTheStream) {
  sequence_tracker t;
  for (const std::uint16_t n : {65535, 0, 1000, 3000})
    t.see(n);
  EXPECT_EQ(t.extended_highest(), 65536U + 3000);
  t.see(30000);
  t.see(30001);
  EXPECT_EQ(t.extended_highest(), 30001U) << "begun anew after a jump";
}

// Against a set of all numbers ever sent and seen, the slow and sure way.
TEST(Sequence, RandomLossDuplicationAndReorderAreCountedExactly) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    sequence_tracker t;
    std::vector<unsigned> arrivals;
    for (unsigned n = 0; n < 5000; ++n) {
      if (n == 0 || n == 4999 || random() % 20 != 0)
        arrivals.push_back(n);
      if (random() % 30 == 0)
        arrivals.push_back(n);
    }
    for (std::size_t i = 2; i + 40 < arrivals.size(); ++i)
      if (random() % 25 == 0)
        std::swap(arrivals[i], arrivals[i + 1 + random() % 20]);
    std::set<unsigned> seen;
    unsigned newest = 0;
    for (const unsigned n : arrivals) {
      const verdict expected = seen.empty()       ? verdict::first
                               : seen.contains(n) ? verdict::duplicate
                               : n > newest       ? verdict::next
                                                  : verdict::reordered;
      ASSERT_EQ(t.see(static_cast<std::uint16_t>(n + 65000)), expected) << n;
      seen.insert(n);
      newest = std::max(newest, n);
    }
    EXPECT_EQ(t.received(), seen.size());
    EXPECT_EQ(t.lost(), newest + 1 - seen.size());
    EXPECT_EQ(t.extended_highest(), newest + 65000);
  }
}

} // namespace
