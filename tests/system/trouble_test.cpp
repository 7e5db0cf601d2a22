// SPDX-License-Identifier: MIT
// Damaged octets, cut links, cut networks: what is hit says so and recovers, and calls elsewhere
// do not notice.
#include "two_towns.hpp"

#include <optional>

namespace switchroom::system_test {
namespace {

class Trouble : public TwoTowns {
protected:
  link_tally to_board(const std::string& name) {
    std::optional<link_tally> found;
    world.site(name).tally_to_board([&](link_tally tally) { found = tally; });
    EXPECT_TRUE(world.until([&] { return found.has_value(); }, 1000));
    return found.value_or(link_tally{});
  }
  static void expect_noticed(const link_tally& before, const link_tally& after,
                             const std::string& which) {
    const auto sent = after.sent - before.sent, received = after.received - before.received,
               missing = after.missing - before.missing, damaged = after.damaged - before.damaged;
    std::printf(
        "%s: %llu link frames sent, %llu received, %llu known to be missing, %llu damaged\n",
        which.c_str(), static_cast<unsigned long long>(sent),
        static_cast<unsigned long long>(received), static_cast<unsigned long long>(missing),
        static_cast<unsigned long long>(damaged));
    EXPECT_GT(damaged, 10U) << which << ": hardly anything was damaged";
    EXPECT_EQ(sent, received + missing) << which << ": a frame was lost unnoticed";
  }
};

TEST_F(Trouble, NoLinkFrameIsLostUnnoticedAndTheLinkRecovers) {
  auto& bristol = world.site("bristol");
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  handset two = world.at("bristol", 2), three = world.at("bristol", 3);
  connect(two, three, "303");
  const link_tally from = bristol.from_board(), to = to_board("bristol");

  bristol.damage_link(5'000);
  three.begin_recording();
  two.say(hello);
  connect(here, far, "301"); // registers and events find their way, again and again
  world.until([&] { return !two.speaking(); }, 3000);
  world.run_ms(60);
  bristol.damage_link(0);
  world.run_ms(50);

  expect_same(hello, three.end_recording(), "302 to 303 through the fabric with the bad link");
  expect_noticed(from, bristol.from_board(), "from the board");
  expect_noticed(to, to_board("bristol"), "to the board");
  EXPECT_EQ(world.alarm("bristol", "board-down"), "");
  expect_heard(here, far, goodbye, "203 to 301 afterwards");
}

TEST_F(Trouble, ACutLinkReleasesItsCallsAndComesBack) {
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  handset two = world.at("amsterdam", 2), three = world.at("amsterdam", 3);
  connect(here, far, "301");
  connect(two, three, "201");
  three.begin_recording();
  two.say(hello);

  world.site("bristol").cut_link();
  EXPECT_TRUE(world.until([&] { return here.state() != "in call"; }, 500)) << "not released";
  EXPECT_NE(far.state(), "in call");
  EXPECT_NE(world.alarm("bristol", "board-down"), "");
  world.run_ms(100);
  EXPECT_GT(here.listen(300).level_dbm0, -30) << "no tone says that the other side has gone";
  world.site("bristol").mend_link();
  EXPECT_TRUE(world.until([&] { return world.is_ready(world.site("bristol")); }, 1000));
  EXPECT_NE(world.alarm("bristol", "board-down").find("(over)"), std::string::npos);

  world.until([&] { return !two.speaking(); }, 3000);
  world.run_ms(60);
  expect_same(hello, three.end_recording(), "202 to 201 at Amsterdam meanwhile");
  here.hang_up();
  far.hang_up();
  connect(here, far, "301");
  expect_heard(far, here, goodbye, "301 to 203 afterwards");
}

TEST_F(Trouble, S15_ACutNetworkReleasesTheCallsThatCrossItAndComesBack) {
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  handset two = world.at("bristol", 2), three = world.at("bristol", 3);
  connect(here, far, "301");
  connect(two, three, "303");

  world.cut_network();
  three.begin_recording();
  two.say(hello);
  EXPECT_TRUE(
      world.until([&] { return here.state() != "in call" && far.state() != "in call"; }, 3500))
      << "not released";
  expect_same(hello, three.end_recording(), "302 to 303 at Bristol meanwhile");
  EXPECT_EQ(three.state(), "in call");
  here.hang_up();
  far.hang_up();
  world.mend_network();
  EXPECT_TRUE(world.until([&] { return world.is_ready(world.site("bristol")); }, 3000));
  connect(here, far, "301");
  expect_heard(here, far, goodbye, "203 to 301 afterwards");
}

} // namespace
} // namespace switchroom::system_test
