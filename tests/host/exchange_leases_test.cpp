// SPDX-License-Identifier: MIT
// Calls when gateways are lost or cut off: rules S11 to S13, docs/adr/0008.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

void back_one_another_up(settings& s) {
  for (const auto* name : {"amsterdam", "berlin", "cologne"})
    if (s.gateway != name)
      s.backups.emplace_back(name);
}

class Leases : public People {
protected:
  Leases() : People(3, back_one_another_up) {}
  void cut_off(const std::string& name) {
    for (const auto* other : {"amsterdam", "berlin", "cologne"})
      if (name != other)
        t.cut(name, other);
  }
  void join(const std::string& name) {
    for (const auto* other : {"amsterdam", "berlin", "cologne"})
      if (name != other)
        t.heal(name, other);
  }
};

using lines = std::vector<std::string>;

TEST_F(Leases, S12_HomeLostTheUserLogsInElsewhereAndIsCalledThere) {
  t.log_in("berlin", 3, "204*1204");
  cut_off("amsterdam");
  t.run(5s);
  t.call("cologne", 1, "204");
  EXPECT_EQ(t.ringing(), lines{"berlin line 3"}) << "S11: nothing has changed for who is there";
  t.hang_up("cologne", 1);
  t.log_in("cologne", 3, "204*1204");
  t.run(1s);
  EXPECT_EQ(t.user_at("cologne", 3), "204");
  EXPECT_EQ(t.user_at("berlin", 3), "");
  t.call("berlin", 1, "204");
  EXPECT_EQ(t.ringing(), lines{"cologne line 3"});
  t.lift("cologne", 3);
  EXPECT_EQ(t.hears("berlin", 1), "cologne line 3");
  t.hang_up("berlin", 1);
  t.hang_up("cologne", 3);
  join("amsterdam");
  t.run(5s);
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(t.ringing(), lines{"cologne line 3"}) << "the home has learnt of it";
}

TEST_F(Leases, S13_AnOfficeThatIsCutOffCanBeCalledFromWithin) {
  cut_off("amsterdam");
  t.run(60s);
  t.call("amsterdam", 1, "202");
  EXPECT_EQ(t.ringing(), lines{"amsterdam line 2"});
  t.lift("amsterdam", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
  t.hang_up("amsterdam", 1);
  t.hang_up("amsterdam", 2);
  t.call("berlin", 1, "202");
  EXPECT_TRUE(t.ringing().empty());
}

TEST_F(Leases, S12_AGatewayThatHasRestartedRingsWhenAMajorityHasConfirmed) {
  t.log_in("berlin", 3, "204*1204");
  t.cut("berlin", "cologne");
  t.cut("berlin", "amsterdam");
  t.restart("berlin");
  t.run(2s);
  EXPECT_EQ(t.user_at("berlin", 3), "204");
  t.call("berlin", 1, "204");
  EXPECT_TRUE(t.ringing().empty()) << "204 may be logged in elsewhere by now";
  t.hang_up("berlin", 1);
  t.heal("berlin", "cologne");
  t.heal("berlin", "amsterdam");
  t.run(5s);
  t.call("berlin", 1, "204");
  EXPECT_EQ(t.ringing(), lines{"berlin line 3"});
}

TEST_F(Leases, S13_TheCommandLineTellsThatALoginIsNotInForce) {
  control::v1::Request desks;
  desks.mutable_desks();
  EXPECT_TRUE(t.ask("amsterdam", desks).desks().desks(0).in_force());
  cut_off("amsterdam");
  t.run(60s);
  EXPECT_FALSE(t.ask("amsterdam", desks).desks().desks(0).in_force());
}

} // namespace
} // namespace switchroom::exchange
