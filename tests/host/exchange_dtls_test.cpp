// SPDX-License-Identifier: MIT
// Keys of an IP phone's voice by a handshake (docs/adr/0018): what its edge and the rim are told.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

const std::string gateways_print(32, 'f');

class HandshakesOfPhones : public People {
protected:
  HandshakesOfPhones()
      : People(2, [](settings& s) {
          s.lines.push_back(
              {line_id{5}, s.gateway == "amsterdam" ? "205" : "305", users::line_type::ip, true});
          s.dtls_fingerprint = gateways_print;
        }) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension("205");
    EXPECT_TRUE(t.ask("amsterdam", put).has_done());
    t.phone_registers("amsterdam", 5);
  }
};

TEST_F(HandshakesOfPhones, ThePhoneIsToldTheFingerprintAPeerIsNot) {
  t.phone_calls("amsterdam", 5, "301");
  t.lift("berlin", 1);
  EXPECT_EQ(t.phone("amsterdam", 5).gate.dtls().fingerprint(), gateways_print);
  for (const auto& remote : t.remotes("berlin"))
    EXPECT_FALSE(remote.has_dtls());
}

TEST_F(HandshakesOfPhones, TheRimIsToldThePhones) {
  t.phone_tells_fingerprint("amsterdam", 5, std::string(32, 'p'));
  t.phone_calls("amsterdam", 5, "201");
  const auto remotes = t.remotes("amsterdam");
  ASSERT_EQ(remotes.size(), 1U);
  EXPECT_EQ(remotes[0].dtls().fingerprint(), std::string(32, 'p'));
}

TEST_F(HandshakesOfPhones, AFingerprintThatIsNoneIsRefused) {
  t.phone_tells_fingerprint("amsterdam", 5, "short");
  t.phone_calls("amsterdam", 5, "201");
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "21 call rejected");
}

TEST_F(HandshakesOfPhones, WhoIsNotThePhoneIsHungUpOn) {
  t.call("amsterdam", 1, "205");
  t.phone_lifts("amsterdam", 5);
  ASSERT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  t.phone_is_refused("amsterdam", 5);
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "27 destination out of order");
  EXPECT_NE(t.hears("amsterdam", 1), "amsterdam line 5");
  t.hang_up("amsterdam", 1);
}

TEST_F(HandshakesOfPhones, AlsoWhileItStillDials) {
  t.phone_calls("amsterdam", 5, "201");
  ASSERT_TRUE(t.rings("amsterdam", 1));
  t.phone_is_refused("amsterdam", 5);
  EXPECT_EQ(t.phone("amsterdam", 5).ended, "27 destination out of order");
  EXPECT_FALSE(t.rings("amsterdam", 1));
}

} // namespace
} // namespace switchroom::exchange
