// SPDX-License-Identifier: MIT
#include <cstdint>
#include <deque>
#include <random>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "Vevent_arbiter_model.h"
#include "verilated_block.hpp"

namespace {
constexpr unsigned sources = 3;
using arbiter_model = switchroom::test::verilated_block<Vevent_arbiter_model>;

// Sources that have an event with some probability, a sink that is ready with some probability.
class EventArbiter : public testing::TestWithParam<std::tuple<unsigned, double, double>> {};

TEST_P(EventArbiter, EveryEventComesOutOnceAndInTheOrderOfItsSource) {
  const auto [seed, busy, ready] = GetParam();
  arbiter_model arbiter(seed);
  std::mt19937 random(seed);
  std::bernoulli_distribution offer(busy), take(ready);
  arbiter->valid_i = arbiter->ready_i = 0;
  arbiter.reset();
  std::vector<std::deque<std::uint32_t>> sent(sources);
  unsigned serial = 0, received = 0;
  std::vector<unsigned> passed_over(sources);
  for (int clock = 0; clock < 20000; ++clock) {
    for (unsigned n = 0; n < sources; ++n) {
      if ((arbiter->valid_i >> n & 1) == 0 && offer(random)) {
        arbiter->valid_i |= 1u << n;
        arbiter->event_i.at(n) = n << 24 | serial++;
        sent[n].push_back(arbiter->event_i.at(n));
      }
    }
    arbiter->ready_i = take(random);
    arbiter->eval();
    const unsigned taken = arbiter->ready_o & arbiter->valid_i;
    if (arbiter->valid_o && arbiter->ready_i) {
      const auto source = static_cast<std::uint32_t>(arbiter->event_o) >> 24;
      ASSERT_LT(source, sources);
      ASSERT_FALSE(sent[source].empty()) << "an event that nobody sent";
      ASSERT_EQ(arbiter->event_o, sent[source].front());
      sent[source].pop_front();
      ++received;
    }
    arbiter.clock();
    for (unsigned n = 0; n < sources && taken != 0; ++n) {
      const bool waiting = (arbiter->valid_i & ~taken) >> n & 1;
      passed_over[n] = waiting ? passed_over[n] + 1 : 0;
      ASSERT_LT(passed_over[n], sources) << "source " << n << " is not served in turn";
    }
    arbiter->valid_i &= ~taken;
  }
  for (const auto& waiting : sent)
    EXPECT_LE(waiting.size(), 2u) << "lost: more than the one in the arbiter and the one offered";
  EXPECT_GT(received, 100u);
}

INSTANTIATE_TEST_SUITE_P(SeedsLoadAndStalls, EventArbiter,
                         testing::Combine(testing::Range(1u, 4u), testing::Values(0.02, 0.3, 1.0),
                                          testing::Values(0.1, 0.5, 1.0)));
} // namespace
