// SPDX-License-Identifier: MIT
// switchroomd dies without a word and is started again; its board and its neighbour go on.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

class Restart : public TwoTowns {
protected:
  void die_and_return(const std::string& name) {
    world.site(name).kill();
    world.run_ms(100);
    world.site(name).start();
    ASSERT_TRUE(world.until(
        [&] {
          return world.is_ready(world.site("amsterdam")) && world.is_ready(world.site("bristol"));
        },
        5000))
        << name << " is not back";
  }
  void expect_201_rings_at_bristol(const std::string& when) {
    handset caller = world.at("amsterdam", 1), there = world.at("bristol", 3);
    EXPECT_EQ(there.user(), "201") << when;
    EXPECT_EQ(world.at("amsterdam", 3).user(), "") << when;
    caller.lift();
    caller.dial("201");
    EXPECT_TRUE(there.is_rung()) << when;
    EXPECT_FALSE(world.at("amsterdam", 3).rings()) << when;
    caller.hang_up();
    EXPECT_TRUE(world.until([&] { return !there.rings(); }, 500)) << when;
  }
};

TEST_F(Restart, H2_S3_TheLoginIsBackAfterARestartOfEitherGateway) {
  log_in_at_bristol();
  die_and_return("bristol");
  expect_201_rings_at_bristol("after a restart of the visited gateway");
  die_and_return("amsterdam");
  expect_201_rings_at_bristol("after a restart of the home");
}

} // namespace
} // namespace switchroom::system_test
