// SPDX-License-Identifier: MIT
#include "dtls/records.hpp"

#include <gtest/gtest.h>

namespace switchroom::dtls {
namespace {

using octets = std::vector<std::uint8_t>;

octets record(std::uint8_t type, const octets& content, std::uint8_t epoch = 0) {
  octets made{type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 1, 0, 0};
  made[11] = static_cast<std::uint8_t>(content.size() >> 8);
  made[12] = static_cast<std::uint8_t>(content.size());
  made.insert(made.end(), content.begin(), content.end());
  return made;
}

octets together(const octets& a, const octets& b) {
  octets made = a;
  made.insert(made.end(), b.begin(), b.end());
  return made;
}

TEST(Records, WhatAHandshakeIsMadeOfIsKept) {
  const auto hello = record(22, {1, 0, 0, 0, 0, 0, 9});
  const auto finished = record(22, octets(40, 7), 1);
  EXPECT_EQ(sift(together(hello, finished)).octets, together(hello, finished));
  EXPECT_EQ(sift(record(20, {1})).octets, record(20, {1}));
  EXPECT_EQ(sift(record(21, octets(24, 7), 1)).octets, record(21, octets(24, 7), 1))
      << "an alert that is signed";
}

TEST(Records, AlertsInTheClearAndDataAreLeftOut) {
  const auto hello = record(22, {1, 0, 0, 0, 0, 0, 9});
  const auto seen = sift(together(record(21, {2, 42}), together(record(23, {1, 2}), hello)));
  EXPECT_EQ(seen.octets, hello);
  EXPECT_EQ(seen.alert, 42);
  EXPECT_FALSE(sift(record(21, {1, 0})).alert) << "a warning only";
}

TEST(Records, WhatIsCutOffOrNoRecordIsLeftOut) {
  const auto hello = record(22, {1, 0, 0, 0, 0, 0, 9});
  for (std::size_t size = 0; size < hello.size(); ++size)
    EXPECT_TRUE(sift(std::span(hello).first(size)).octets.empty()) << size;
  // One without contents is none (RFC 5246, 6.2.1), wherever it stands.
  EXPECT_TRUE(sift(together(record(22, {}), {1, 2, 3})).octets.empty());
  EXPECT_EQ(sift(together(record(22, {}), hello)).octets, hello);
  auto other = hello;
  other[1] = 3; // TLS
  EXPECT_TRUE(sift(other).octets.empty());
  EXPECT_EQ(sift(together(hello, {22, 0xfe})).octets, hello);
  EXPECT_TRUE(sift(record(22, {})).octets.empty());
}

TEST(Records, AHandshakeBeginsWithTheFirstClientHello) {
  EXPECT_TRUE(sift(record(22, {1, 0, 0, 0, 0, 0, 9})).begins);
  EXPECT_FALSE(sift(record(22, {1, 0, 0, 0, 0, 1, 9})).begins) << "its second message";
  EXPECT_FALSE(sift(record(22, {2, 0, 0, 0, 0, 0, 9})).begins) << "a ServerHello";
  EXPECT_FALSE(sift(record(22, {1, 0, 0, 0, 0, 0, 9}, 1)).begins);
}

} // namespace
} // namespace switchroom::dtls
