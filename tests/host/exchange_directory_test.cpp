// SPDX-License-Identifier: MIT
// Looking people up in the directories of all gateways (rule S7).
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

/// Each gateway has 5,000: "Shop 17 of berlin", 0 and so on; and one florist.
void with_directories(settings& s) {
  for (int n = 0; n < 4'999; ++n) {
    auto& entry = s.phone_book.emplace_back();
    entry.set_name("Shop " + std::to_string(n) + " of " + s.gateway);
    entry.set_number("0" + std::to_string(n));
  }
  auto& florist = s.phone_book.emplace_back();
  florist.set_name("Florist at " + s.gateway);
  florist.set_number(s.gateway == "berlin" ? "0891" : "0771");
}

class Directory : public People {
protected:
  Directory() : People(3, with_directories) {}
  control::v1::Reply look(const std::string& where, const std::string& text) {
    control::v1::Request r;
    r.mutable_directory()->set_text(text);
    return t.ask(where, r);
  }
  static std::string names(const control::v1::Reply& answer) {
    std::string all;
    for (const auto& one : answer.directory().entries())
      all += one.name() + " " + one.number() + " " + one.kind() + " " + one.gateway() + "; ";
    for (const auto& gateway : answer.directory().silent())
      all += gateway + " is silent; ";
    return all + (answer.directory().more() ? "more" : "");
  }
};

TEST_F(Directory, S7_EveryGatewaysIsSearchableFromEach) {
  const std::string all = "Florist at amsterdam 0771 directory amsterdam; "
                          "Florist at berlin 0891 directory berlin; "
                          "Florist at cologne 0771 directory cologne; ";
  for (const auto* where : {"amsterdam", "berlin", "cologne"})
    EXPECT_EQ(names(look(where, "FLOR")), all);
  EXPECT_EQ(names(look("cologne", "0891")), "Florist at berlin 0891 directory berlin; "
                                            "Shop 891 of amsterdam 0891 directory amsterdam; "
                                            "Shop 891 of berlin 0891 directory berlin; "
                                            "Shop 891 of cologne 0891 directory cologne; ");
}

TEST_F(Directory, S7_UsersAreFoundToo) {
  EXPECT_EQ(names(look("berlin", "person 204")), "Person 204 204 user amsterdam; ");
  EXPECT_EQ(names(look("berlin", "person 40")),
            "Person 401 401 user cologne; Person 402 402 user cologne; ");
}

TEST_F(Directory, S7_FiftyOfAGatewayThenMore) {
  const auto answer = look("berlin", "shop");
  EXPECT_EQ(answer.directory().entries_size(), 150);
  EXPECT_TRUE(answer.directory().more());
}

TEST_F(Directory, S7_AGatewayThatDoesNotAnswerIsNamed) {
  t.cut("amsterdam", "cologne"); // just now: it counts as up
  const auto before = t.now();
  EXPECT_EQ(names(look("amsterdam", "florist")), "Florist at amsterdam 0771 directory amsterdam; "
                                                 "Florist at berlin 0891 directory berlin; "
                                                 "cologne is silent; ");
  EXPECT_LE(t.now() - before, 4s);
  t.run(5s); // now it is lost
  EXPECT_EQ(names(look("amsterdam", "florist")), "Florist at amsterdam 0771 directory amsterdam; "
                                                 "Florist at berlin 0891 directory berlin; "
                                                 "cologne is silent; ");
}

TEST_F(Directory, S7_NothingIsNoSearch) {
  EXPECT_FALSE(look("berlin", "").error().remedy().empty());
  EXPECT_TRUE(look("berlin", std::string(65, 'x')).has_error());
  EXPECT_EQ(names(look("berlin", "nobody")), "");
}

} // namespace
} // namespace switchroom::exchange
