// SPDX-License-Identifier: MIT
// What is a line of a directory, and which are meant (rule S7).
#include "users/phone_book.hpp"

#include <gtest/gtest.h>

namespace switchroom::users {
namespace {

std::string fault_of(const std::string& text) {
  const auto book = read_phone_book(text);
  return book ? "" : book.error().what;
}

TEST(PhoneBook, S7_IsReadFromLines) {
  const auto book = read_phone_book("# of the town\nFlorist, 0301234\r\n\n\"Baker, north\",*12#\n"
                                    "Café,+49301\n");
  ASSERT_TRUE(book);
  ASSERT_EQ(book->size(), 3u);
  EXPECT_EQ((*book)[0].name(), "Florist");
  EXPECT_EQ((*book)[0].number(), "0301234");
  EXPECT_EQ((*book)[1].name(), "Baker, north");
  EXPECT_EQ((*book)[2].name(), "Café");
  EXPECT_TRUE(read_phone_book("")->empty());
}

TEST(PhoneBook, S7_WhatIsNoEntryIsNamedByItsLine) {
  EXPECT_EQ(fault_of("Florist,1\nBaker\n"), "line 2: \"\" is no number.");
  EXPECT_EQ(fault_of(",1\n"), "line 1: \"\" is no name of a directory.");
  EXPECT_EQ(fault_of("A,12a\n"), "line 1: \"12a\" is no number.");
  EXPECT_EQ(fault_of("A,1,2\n"), "line 1: there is more than a name and a number.");
  EXPECT_EQ(fault_of(std::string(65, 'x') + ",1").substr(0, 7), "line 1:");
  EXPECT_EQ(fault_of("A," + std::string(32, '1')).substr(0, 7), "line 1:");
}

TEST(PhoneBook, S7_HoldsFiveThousand) {
  std::string text;
  for (int n = 0; n < 5'000; ++n)
    text += "N" + std::to_string(n) + "," + std::to_string(n) + "\n";
  EXPECT_EQ(read_phone_book(text)->size(), 5'000u);
  EXPECT_EQ(fault_of(text + "X,1\n"), "line 5001: this is entry 5001.");
}

TEST(PhoneBook, S7_PartOfANameOrBeginningOfANumber) {
  EXPECT_TRUE(is_meant("Anna Berg", "204", "anna"));
  EXPECT_TRUE(is_meant("Anna Berg", "204", "BERG"));
  EXPECT_TRUE(is_meant("Anna Berg", "204", "20"));
  EXPECT_FALSE(is_meant("Anna Berg", "204", "04"));
  EXPECT_FALSE(is_meant("Anna Berg", "204", "anna b berg"));
}

} // namespace
} // namespace switchroom::users
