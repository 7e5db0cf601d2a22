// SPDX-License-Identifier: MIT
// Random logins, log-outs, restarts and changes on three gateways whose wires lose and reorder
// messages. H4 is checked after every step; at the end, with sound wires, all must agree.
#include "small_network.hpp"

namespace switchroom::test {
namespace {

class desks_chaos : public ::testing::TestWithParam<std::uint64_t> {
protected:
  static constexpr const char* names[] = {"amsterdam", "berlin", "chemnitz"};
  static constexpr const char* people[] = {"201", "202", "301", "302", "401"};

  void one_event(small_network& net, std::mt19937_64& random) {
    auto& where = net.at(names[random() % 3]);
    const auto line = static_cast<std::uint32_t>(random() % 3 + 1);
    const std::string who = people[random() % 5];
    switch (random() % 20) {
    case 0:
      net.stop(where);
      net.boot(where);
      break;
    case 1:
      net.do_desks(where, desks::line_use{line_id{line}, false, random() % 2 == 0});
      break;
    case 2:
    case 3:
    case 4:
      net.do_desks(where, desks::log_out{line_id{line}});
      break;
    case 5:
      net.log_in(where.name, line, who, "666");
      break;
    default:
      net.log_in(where.name, line, who, who);
    }
  }
};

TEST_P(desks_chaos, H4_AtNoInstantTwoPortsForOneLogin) {
  small_network net({.delay = 1ms,
                     .jitter = 60ms,
                     .loss = GetParam() % 3 == 0 ? 0.0 : 0.08,
                     .patience = 100h,
                     .seed = GetParam(),
                     .lines = 3});
  net.add("amsterdam", {{"201", "201", 1}, {"202", "202", 2}});
  net.add("berlin", {{"301", "301", 1}, {"302", "302", 0}});
  net.add("chemnitz", {{"401", "401", 3}});
  net.start();
  std::mt19937_64 random(GetParam() * 7919);
  for (int i = 0; i < 400; ++i) {
    one_event(net, random);
    net.run(std::chrono::milliseconds(random() % 120));
  }
  EXPECT_EQ(net.doubles, 0u);
  net.make_perfect();
  for (auto& [name, one] : net.all()) // calls end, what was pending is carried out
    for (std::uint32_t line = 1; line <= 3; ++line)
      net.do_desks(one, desks::line_use{line_id{line}, false, false});
  net.run(95s); // and every lock-out is over
  EXPECT_EQ(net.disagreement(), "");
  for (const auto* who : people)
    EXPECT_EQ(net.try_log_in("berlin", 2, who, who).outcome, desks::login_outcome::granted) << who;
  net.run(3s);
  EXPECT_EQ(net.disagreement(), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, desks_chaos, ::testing::Range<std::uint64_t>(1, 41));

} // namespace
} // namespace switchroom::test
