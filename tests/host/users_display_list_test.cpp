// SPDX-License-Identifier: MIT
// Letters of keys: ITU-T E.161, figure 1.
#include "users/display_list.hpp"

#include <gtest/gtest.h>

namespace switchroom::users {
namespace {

using outcome = display_list::outcome;

display_list people() {
  return display_list({{"201", "Ada", ""},
                       {"205", "Eva", ""},
                       {"206", "fritz", ""},
                       {"207", "Pia", ""},
                       {"208", "Quinn", ""}});
}

TEST(DisplayList, S7_GoesRoundBothWays) {
  auto list = people();
  EXPECT_EQ(list.text(), "1/5 201 Ada");
  EXPECT_EQ(list.press('#'), outcome::stays);
  EXPECT_EQ(list.text(), "2/5 205 Eva");
  list.press('*');
  list.press('*');
  EXPECT_EQ(list.text(), "5/5 208 Quinn");
  list.press('#');
  EXPECT_EQ(list.text(), "1/5 201 Ada");
}

TEST(DisplayList, S7_ALetterIsTheNextNameOfItsKey) {
  auto list = people();
  list.press('3'); // d e f
  EXPECT_EQ(list.shown().name, "Eva");
  list.press('3');
  EXPECT_EQ(list.shown().name, "fritz");
  list.press('3');
  EXPECT_EQ(list.shown().name, "Eva");
  list.press('7'); // p q r s
  list.press('7');
  EXPECT_EQ(list.shown().name, "Quinn");
  list.press('9'); // w x y z: nobody
  EXPECT_EQ(list.shown().name, "Quinn");
}

TEST(DisplayList, S7_DialsAndCloses) {
  auto list = people();
  EXPECT_EQ(list.press('0'), outcome::dials);
  EXPECT_EQ(list.shown().number, "201");
  EXPECT_EQ(list.press('1'), outcome::closes);
  display_list unknown({{"", "", "missed, just now"}});
  EXPECT_EQ(unknown.text(), "1/1 missed, just now");
  EXPECT_EQ(unknown.press('0'), outcome::stays) << "nobody knows whom to dial";
}

} // namespace
} // namespace switchroom::users
