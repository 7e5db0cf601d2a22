// SPDX-License-Identifier: MIT
// Who is let in (rule S14), asked as libzmq asks.
#include "scn/transport/authenticator.hpp"
#include "scn/transport/curve_keys.hpp"

#include <gtest/gtest.h>
#include <zmq.hpp>

#include <array>

namespace switchroom::transport {
namespace {

TEST(Authenticator, AdmitsPinnedKeysAloneAndNamesThem) {
  const auto keys = make_key_pair();
  std::array<std::uint8_t, 32> octets{};
  zmq_z85_decode(octets.data(), keys.public_key.c_str());
  const std::string raw(octets.begin(), octets.end());
  const pinned_keys pinned{{keys.public_key, "berlin"}};
  const std::vector<std::string> good{"1.0", "7", zap_domain, "10.0.0.1", "", "CURVE", raw};
  const auto admitted = authenticate(good, pinned);
  EXPECT_EQ(admitted.reply,
            (std::vector<std::string>{"1.0", "7", "200", "OK", keys.public_key, ""}));
  EXPECT_FALSE(admitted.stranger_key);

  for (std::size_t frame = 2; frame < good.size(); ++frame) {
    if (frame == 3 || frame == 4) // address and routing id are not what admits
      continue;
    auto bad = good;
    bad[frame] += "x";
    const auto refused = authenticate(bad, pinned);
    ASSERT_EQ(refused.reply.size(), 6u) << frame;
    EXPECT_EQ(refused.reply[2], "300") << frame;
    EXPECT_TRUE(refused.stranger_key) << frame;
  }
  EXPECT_TRUE(authenticate({}, pinned).reply.empty());
  EXPECT_TRUE(authenticate({"2.0", "7", "", "", "", "CURVE", raw}, pinned).reply.empty());
}

} // namespace
} // namespace switchroom::transport
