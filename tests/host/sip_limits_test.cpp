// SPDX-License-Identifier: MIT
// How much a network address may ask of the edge of IP phones, and how a phone proves itself.
#include "edges/sip/digest.hpp"
#include "edges/sip/limits.hpp"
#include "edges/sip/live_calls.hpp"

#include <gtest/gtest.h>

namespace switchroom::sip {
namespace {

using namespace std::chrono_literals;
using verdict = limits::verdict;

class SipLimits : public testing::Test {
protected:
  verdict ask(const std::string& source, limits::kind what = limits::kind::asks) {
    return of.arrived(source, what, now);
  }
  int served(const std::string& source, int asked, limits::kind what = limits::kind::asks) {
    int count = 0;
    for (int n = 0; n < asked; ++n)
      count += ask(source, what) == verdict::serve;
    return count;
  }
  limits of;
  limits::time now{1000s};
};

TEST_F(SipLimits, AStrangerHasTwentyAtOnceThenFiveASecond) {
  EXPECT_EQ(served("192.0.2.66", 100), 20);
  for (int second = 0; second < 20; ++second) { // and what was dropped costs nothing more
    now += 1s;
    served("192.0.2.66", 1000);
  }
  now += 20s;
  EXPECT_EQ(served("192.0.2.66", 1000), 20);
  now += 1s;
  served("192.0.2.66", 1000);
  now += 9s; // 5 a second out of the 40 that were refused
  EXPECT_EQ(served("192.0.2.66", 1000), 5);
}

TEST_F(SipLimits, WhatIsTooMuchIsRefusedAndThenDropped) {
  EXPECT_EQ(served("192.0.2.66", 20), 20);
  EXPECT_FALSE(of.refuses("192.0.2.66", limits::kind::asks, now));
  for (int n = 0; n < 40; ++n)
    EXPECT_EQ(ask("192.0.2.66"), verdict::refuse);
  EXPECT_TRUE(of.refuses("192.0.2.66", limits::kind::asks, now));
  EXPECT_EQ(ask("192.0.2.66"), verdict::drop);
  EXPECT_EQ(of.retry_after("192.0.2.66", now), 9s);
  const auto seen = of.report(now);
  EXPECT_EQ(seen.refused, 41U);
  EXPECT_EQ(seen.limited, 1U);
  ASSERT_EQ(seen.worst.size(), 1U);
  EXPECT_EQ(seen.worst[0].source, "192.0.2.66");
  EXPECT_EQ(of.report(now + 11s).limited, 0U);
}

TEST_F(SipLimits, OthersAreNotHindered) {
  served("192.0.2.66", 1000);
  EXPECT_EQ(served("192.0.2.7", 20), 20);
}

TEST_F(SipLimits, AProofGivesBackWhatItTook) {
  for (int n = 0; n < 1000; ++n) {
    EXPECT_EQ(ask("192.0.2.7"), verdict::serve);
    EXPECT_EQ(ask("192.0.2.7", limits::kind::answers), verdict::serve);
    of.proved("192.0.2.7", now);
  }
  EXPECT_EQ(served("192.0.2.7", 1000), 200);
  now += 3701s; // it has not registered again
  EXPECT_EQ(served("192.0.2.7", 1000), 20);
}

TEST_F(SipLimits, WhoWritesAPhonesAddressOnHisPacketsDoesNotHinderItsProof) {
  served("192.0.2.7", 1000);
  EXPECT_EQ(ask("192.0.2.7"), verdict::drop);
  EXPECT_EQ(ask("192.0.2.7", limits::kind::answers), verdict::serve);
}

TEST_F(SipLimits, NorTheCallThatItHas) {
  of.proved("192.0.2.7", now);
  served("192.0.2.7", 10'000);
  EXPECT_EQ(ask("192.0.2.7"), verdict::drop);
  EXPECT_EQ(served("192.0.2.7", 1000, limits::kind::goes_on), 200) << "but not without end";
  now += 1s;
  EXPECT_EQ(served("192.0.2.7", 1000, limits::kind::goes_on), 10)
      << "50, less 40 that were refused";
  of.proved("192.0.2.7", now);
  EXPECT_EQ(served("192.0.2.7", 1000, limits::kind::goes_on), 200)
      << "many phones behind one address have many calls";
}

TEST(SipLiveCalls, AreKnownWhileTheyLastAndAreBounded) {
  live_calls calls;
  {
    const auto one = calls.add("a@b"), same = calls.add("a@b"), none = calls.add(nullptr);
    EXPECT_TRUE(calls.has("a@b"));
    EXPECT_FALSE(calls.has("A@b"));
  }
  EXPECT_FALSE(calls.has("a@b"));
  std::vector<live_calls::member> many;
  for (std::size_t n = 0; n <= live_calls::most; ++n)
    many.push_back(calls.add(std::to_string(n).c_str()));
  EXPECT_TRUE(calls.has(std::to_string(live_calls::most - 1)));
  EXPECT_FALSE(calls.has(std::to_string(live_calls::most)));
}

TEST_F(SipLimits, TenWrongPasswordsInAMinuteLockForAMinute) {
  for (int n = 0; n < 9; ++n)
    of.wrong_password("192.0.2.66", now);
  EXPECT_FALSE(of.locked("192.0.2.66", now));
  of.wrong_password("192.0.2.66", now);
  EXPECT_TRUE(of.locked("192.0.2.66", now + 59s));
  EXPECT_EQ(of.retry_after("192.0.2.66", now), 60s);
  EXPECT_FALSE(of.locked("192.0.2.66", now + 60s));
  EXPECT_FALSE(of.locked("192.0.2.7", now));
  EXPECT_EQ(of.report(now).wrong_passwords, 10U);
}

TEST_F(SipLimits, NineWrongPasswordsAMinuteLockNobody) {
  for (int minute = 0; minute < 10; ++minute, now += 61s)
    for (int n = 0; n < 9; ++n) {
      of.wrong_password("192.0.2.7", now);
      EXPECT_FALSE(of.locked("192.0.2.7", now));
    }
}

TEST_F(SipLimits, MemoryIsBoundedAndALockIsNotWashedOut) {
  for (int n = 0; n < 10; ++n)
    of.wrong_password("192.0.2.66", now);
  for (int n = 0; n < 20'000; ++n)
    ask("10.1." + std::to_string(n / 200) + '.' + std::to_string(n % 200));
  EXPECT_EQ(of.known(), 4096U);
  EXPECT_TRUE(of.locked("192.0.2.66", now));
}

TEST(SipSource, IsAnIPv4AddressOrAnIPv6NetworkOf64Bits) {
  EXPECT_EQ(source_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(source_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(source_of("2001:db8:0:1::7"), "2001:db8:0:1::/64");
  EXPECT_EQ(source_of("2001:db8:0:1:2:3:4:5"), source_of("2001:db8:0:1::7"));
  EXPECT_EQ(source_of("nonsense"), "");
}

// ---- digest ------------------------------------------------------------------------------------

std::string parameter(const std::string& challenge, const std::string& name) {
  const auto at = challenge.find(name + "=\"") + name.size() + 2;
  return challenge.substr(at, challenge.find('"', at) - at);
}

class SipDigest : public testing::Test {
protected:
  using outcome = digest::outcome;
  outcome check(digest& by, credentials said, limits::time at) {
    return by.check(said, "192.0.2.7", {"REGISTER", "", "berlin"}, &secret, at);
  }
  std::string secret = "desk9";
  limits::time now{1000s};
};

TEST_F(SipDigest, NamesAreReadWithAndWithoutQuotes) {
  const char* said[] = {"username=\"a \\\"b\\\"\"",
                        "NC=00000001",
                        "qop=auth",
                        "realm=\"x\"",
                        "nonsense",
                        "nonce=\"\"",
                        "cnonce",
                        nullptr};
  const auto seen = credentials_of(said);
  EXPECT_EQ(seen.username, "a \"b\"");
  EXPECT_EQ(seen.count, "00000001");
  EXPECT_EQ(seen.realm, "x");
  EXPECT_EQ(seen.cnonce, "");
  EXPECT_EQ(credentials_of(nullptr).username, "");
}

TEST_F(SipDigest, ANonceIsOfItsSourceAndOfThisEdge) {
  digest one("berlin", digest_kinds::md5), other("berlin", digest_kinds::md5);
  const auto nonce = parameter(one.challenges("192.0.2.7", false, now).front(), "nonce");
  EXPECT_TRUE(one.ours(nonce, "192.0.2.7"));
  EXPECT_FALSE(one.ours(nonce, "192.0.2.66"));
  EXPECT_FALSE(other.ours(nonce, "192.0.2.7"));
  EXPECT_FALSE(one.ours("", "192.0.2.7"));
  EXPECT_FALSE(one.ours(nonce + "00", "192.0.2.7"));
  const credentials said{"desk9", "berlin", nonce,  "sip:berlin", std::string(32, '0'),
                         "",      "1",      "auth", "00000001"};
  EXPECT_EQ(check(one, said, now), outcome::wrong);
  EXPECT_EQ(check(other, said, now), outcome::stale);
  EXPECT_EQ(check(one, said, now + 1h), outcome::stale);
}

TEST_F(SipDigest, WhatIsMissingOrOfAnotherKindIsMalformed) {
  digest by("berlin", digest_kinds::md5);
  const credentials whole{"desk9", "berlin", "00",   "sip:berlin", std::string(32, '0'),
                          "MD5",   "1",      "auth", "00000001"};
  EXPECT_EQ(check(by, whole, now), outcome::stale);
  for (const auto one : {&credentials::username, &credentials::nonce, &credentials::uri,
                         &credentials::response, &credentials::cnonce, &credentials::count}) {
    auto less = whole;
    (less.*one).clear();
    EXPECT_EQ(check(by, less, now), outcome::malformed);
  }
  auto other = whole;
  other.qop = "auth-int";
  EXPECT_EQ(check(by, other, now), outcome::malformed);
  other = whole;
  other.algorithm = "SHA-512-256";
  EXPECT_EQ(check(by, other, now), outcome::malformed);
  other = whole;
  other.count = "0000000g";
  EXPECT_EQ(check(by, other, now), outcome::malformed);
}

TEST_F(SipDigest, AProofIsOfTheUriThatIsAsked) {
  digest by("berlin", digest_kinds::md5);
  const auto with = [&](const std::string& uri) {
    const credentials said{"desk9", "berlin", "00",   uri,       std::string(32, '0'),
                           "MD5",   "1",      "auth", "00000001"};
    return by.check(said, "192.0.2.7", {"INVITE", "#201", "192.0.2.1"}, &secret, now);
  };
  for (const auto* uri : {"sip:%23201@192.0.2.1", "sip:#201@192.0.2.1:5060;transport=udp",
                          "sips:%23201@Berlin", "SIP:%23201:word@berlin?x=y", "sip:192.0.2.1:5060"})
    EXPECT_EQ(with(uri), outcome::stale) << uri;
  for (const auto* uri : {"sip:202@192.0.2.1", "sip:%23201@192.0.2.99", "sip:%23201@[::1]:5060",
                          "sip:@192.0.2.1", "sip:%23201@", "sip:", "sip", "192.0.2.1", "tel:201"})
    EXPECT_EQ(with(uri), outcome::malformed) << uri;
}

TEST_F(SipDigest, TheStrongestIsOfferedFirst) {
  const auto offered = digest("berlin", digest_kinds::both).challenges("192.0.2.7", true, now);
  ASSERT_EQ(offered.size(), 2U);
  EXPECT_NE(offered[0].find("algorithm=SHA-256"), std::string::npos);
  EXPECT_NE(offered[1].find("algorithm=MD5"), std::string::npos);
  EXPECT_NE(offered[0].find("stale=true"), std::string::npos);
  EXPECT_EQ(digest("berlin", digest_kinds::md5).challenges("", false, now).size(), 1U);
  EXPECT_EQ(digest("berlin", digest_kinds::sha_256).challenges("", false, now).size(), 1U);
}

} // namespace
} // namespace switchroom::sip
