// SPDX-License-Identifier: MIT
// What a personal directory and a call log hold (rule S7).
#include "users/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace switchroom::users {
namespace {

user::v1::CallRecord call(std::uint64_t at, std::uint64_t serial, const std::string& group = {}) {
  user::v1::CallRecord made;
  made.set_at_s(at);
  made.set_serial(serial);
  made.set_gateway("berlin");
  made.set_group(group);
  return made;
}

TEST(Records, S7_ThirtyCallsAndTenOfEachGroupTheNewestFirst) {
  user::v1::Records log;
  for (unsigned n = 1; n <= 40; ++n) {
    EXPECT_TRUE(add_call(log, call(1000 + n, n)));
    add_call(log, call(1000 + n, 100 + n, "600"));
    add_call(log, call(1000 + n, 200 + n, "700"));
  }
  ASSERT_EQ(log.calls_size(), 50);
  std::map<std::string, std::vector<std::uint64_t>> at;
  for (const auto& one : log.calls())
    at[one.group()].push_back(one.at_s());
  for (const auto& [group, times] : at) {
    EXPECT_EQ(times.size(), group.empty() ? 30u : 10u);
    EXPECT_TRUE(std::is_sorted(times.rbegin(), times.rend()));
    EXPECT_EQ(times.front(), 1040u);
  }
  EXPECT_EQ(at[""].back(), 1011u);
  EXPECT_EQ(at["600"].back(), 1031u);
}

TEST(Records, S7_ToldTwiceIsOneCall) {
  user::v1::Records log;
  EXPECT_TRUE(add_call(log, call(1, 1)));
  EXPECT_FALSE(add_call(log, call(1, 1)));
  auto other = call(1, 1);
  other.set_gateway("cologne");
  EXPECT_TRUE(add_call(log, other));
  EXPECT_EQ(log.calls_size(), 2);
  EXPECT_EQ(log.version(), 2u);
}

TEST(Records, S7_AnOldCallThatComesLateDoesNotPushOutANewerOne) {
  user::v1::Records log;
  for (unsigned n = 1; n <= 30; ++n)
    add_call(log, call(1000 + n, n));
  const auto version = log.version();
  EXPECT_FALSE(add_call(log, call(5, 99)));
  EXPECT_EQ(log.version(), version);
  EXPECT_EQ(log.calls(29).at_s(), 1001u);
}

TEST(Records, S7_TwoHundredAndFiftyEntries) {
  user::v1::Records book;
  user::v1::DirectoryEntry entry;
  for (int n = 0; n < 250; ++n) {
    entry.set_name("N" + std::to_string(n));
    entry.set_number(std::to_string(n));
    const auto after = with_entry(book, entry);
    ASSERT_TRUE(after);
    book = *after;
  }
  entry.set_number("9999");
  EXPECT_FALSE(with_entry(book, entry));
  entry.set_number("17");
  entry.set_name("Another");
  EXPECT_EQ(with_entry(book, entry)->personal(17).name(), "Another") << "in its place";
  EXPECT_FALSE(without_entry(book, "9999"));
  EXPECT_EQ(without_entry(book, "0")->personal_size(), 249);
  entry.set_number("x");
  EXPECT_FALSE(with_entry(book, entry));
}

} // namespace
} // namespace switchroom::users
