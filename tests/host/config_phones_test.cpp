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

TEST_F(Config, SilenceIsSentAsItIsUnlessComfortNoiseIsAskedFor) {
  for (const auto& [more, noise] : {std::pair("", false),
                                    {"comfort_noise = false\n", false},
                                    {"comfort_noise = true\n", true}}) {
    const auto read = parse(good() + phone_line(more));
    ASSERT_TRUE(std::holds_alternative<configuration>(read)) << more;
    EXPECT_EQ(std::get<configuration>(read).phones.ports(0).tells_silence(), noise) << more;
  }
  const auto read = parse(good() + "[[line]]\nnumber = 33\ncomfort_noise = true\n");
  const auto* wrong = std::get_if<config_problems>(&read);
  ASSERT_NE(wrong, nullptr);
  EXPECT_NE(wrong->front().what.find("comfort_noise without phone"), std::string::npos);
}

/// RFC 3261, 19.1.1: an IPv6 address is in brackets.
TEST_F(Config, TheEdgeListensAtAddressesOfBothKinds) {
  const auto listens = [&](const std::string& where) {
    const auto read = parse(good() + "[sip]\nlisten = \"" + where + "\"\n");
    const auto* made = std::get_if<configuration>(&read);
    return made == nullptr ? std::get<config_problems>(read).front().what : made->sip.listen;
  };
  EXPECT_EQ(listens("192.0.2.1:5060"), "sip:192.0.2.1:5060");
  EXPECT_EQ(listens("[2001:db8::1]:5060"), "sip:[2001:db8::1]:5060");
  EXPECT_EQ(listens("[::1]:5062"), "sip:[::1]:5062");
  for (const auto* wrong : {"2001:db8::1:5060", "[192.0.2.1]:5060", "[::1]", "[::1:5060",
                            "::1]:5060", "[fe80::1%eth0]:5060", "[::1]:0"})
    EXPECT_NE(listens(wrong).find("is no address and port"), std::string::npos) << wrong;
}

/// An alarm of RTP names the key that its address comes from.
TEST_F(Config, VoiceKnowsWhereItsAddressIsWritten) {
  const auto key = [&](const std::string& more) {
    return std::get<configuration>(parse(good() + more)).voice.rtp_address_key;
  };
  const std::string listen = "[sip]\nlisten = \"192.0.2.1:5060\"\n";
  EXPECT_EQ(key(listen), "listen in [sip], or another as address in [rtp]");
  EXPECT_EQ(key(listen + "[rtp]\naddress = \"192.0.2.1\"\n"), "address in [rtp]");
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
