// SPDX-License-Identifier: MIT
#include "config_fixture.hpp"

namespace switchroom::app {
namespace {

std::string phone_line(const std::string& more) {
  return "[[line]]\nnumber = 33\nphone = \"desk33\"\npassword = \"x\"\n" + more;
}

TEST_F(Config, APhoneIsOfferedKeysInTheOfferOrByDtls) {
  for (const auto& [more, dtls] :
       {std::pair("", false), {"srtp = \"sdes\"\n", false}, {"srtp = \"dtls\"\n", true}}) {
    const auto read = parse(good() + phone_line(more));
    ASSERT_TRUE(std::holds_alternative<configuration>(read)) << more;
    EXPECT_EQ(std::get<configuration>(read).phones.ports(0).dtls(), dtls) << more;
  }
}

TEST_F(Config, KeysThatCannotBeAreRefused) {
  const auto told = [&](const std::string& text) {
    const auto read = parse(text);
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong == nullptr ? "" : wrong->front().what + " | " + wrong->front().remedy;
  };
  EXPECT_NE(told(good() + phone_line("srtp = \"tls\"\n")).find("srtp is \"tls\""),
            std::string::npos);
  EXPECT_NE(told(good() + "[[line]]\nnumber = 33\nsrtp = \"dtls\"\n").find("srtp without phone"),
            std::string::npos);
  EXPECT_NE(told(good() + "[rtp]\nsrtp = false\n" + phone_line("srtp = \"dtls\"\n"))
                .find("take srtp = false out of [rtp]"),
            std::string::npos);
}

} // namespace
} // namespace switchroom::app
