// SPDX-License-Identifier: MIT
// Account and authorisation codes (C1).
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

/// *5*N# calls N and asks for an account: 12, 123 or 77.
class Accounts : public People {
protected:
  explicit Accounts(const std::function<void(settings&)>& more = [](settings&) {})
      : People(2, [more](settings& s) {
          more(s);
          s.accounts = {{"12", "House"}, {"123", "Garden"}, {"77", ""}};
          dialplan::short_code code;
          code.code = "*5*N#";
          code.number = "N";
          code.force_account_code = true;
          s.system_codes.push_back(code);
        }) {}
  void ask_for(const std::string& number) {
    t.call("amsterdam", 1, "*5*" + number + "#");
    EXPECT_EQ(t.hears("amsterdam", 1), "secondary dial");
  }
  bool logged(const std::string& what) {
    const auto all = t.log("amsterdam");
    return std::ranges::any_of(
        all, [&](const auto& line) { return line.find(what) != std::string::npos; });
  }
};

TEST_F(Accounts, C1_TheCallIsPlacedWhenTheAccountIsKnown) {
  ask_for("301");
  t.run(5s);
  EXPECT_FALSE(t.rings("berlin", 1));
  t.dial("amsterdam", 1, "7");
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  t.dial("amsterdam", 1, "7"); // no other begins with it
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  control::v1::Request calls;
  calls.mutable_calls();
  EXPECT_EQ(t.ask("amsterdam", calls).calls().calls(0).account(), "77");
  t.hang_up("amsterdam", 1);
  EXPECT_TRUE(logged("account 77")); // when it begins and
  EXPECT_TRUE(logged("call over: 16 normal clearing, account 77"));
}

TEST_F(Accounts, C1_TheOneThatOthersBeginWithIsEnded) {
  ask_for("301");
  t.dial("amsterdam", 1, "12");
  t.run(10s);
  EXPECT_FALSE(t.rings("berlin", 1)) << "it could be 123";
  t.dial("amsterdam", 1, "#");
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_TRUE(logged("account 12 House"));
  t.hang_up("amsterdam", 1);
  ask_for("301");
  t.dial("amsterdam", 1, "123");
  t.run(50ms);
  EXPECT_TRUE(logged("account 123 Garden"));
}

TEST_F(Accounts, C1_AWrongAccountIsRefusedAndNothingIsPlaced) {
  for (const auto* wrong : {"8", "13", "1#", "#"}) {
    ask_for("301");
    t.dial("amsterdam", 1, wrong);
    EXPECT_EQ(t.hears("amsterdam", 1), "refusal") << wrong;
    EXPECT_FALSE(t.rings("berlin", 1));
    t.hang_up("amsterdam", 1);
  }
}

TEST_F(Accounts, C1_WhoSaysNothingIsRemindedAsOfAnyNumber) {
  ask_for("301");
  t.run(31s);
  EXPECT_EQ(t.hears("amsterdam", 1), "unobtainable"); // C5's off-hook time-out
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "202"), "ringback"); // and forgotten
}

TEST_F(Accounts, C1_OtherCodesAskForNone) {
  t.call("amsterdam", 1, "202");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  EXPECT_FALSE(logged("account"));
}

TEST(NoAccounts, C1_WithoutAccountsTheCodeIsRefused) {
  town t(2, [](settings& s) {
    dialplan::short_code code;
    code.code = "*5*N#";
    code.number = "N";
    code.force_account_code = true;
    s.system_codes.push_back(code);
  });
  EXPECT_EQ(tone_after(t, "amsterdam", 1, "*5*301#"), "refusal");
  expect_nothing_left(t);
}

/// *6*N# calls N and asks for an authorisation code, *7*N# for an account before it.
class Authorisations : public Accounts {
protected:
  Authorisations()
      : Accounts([](settings& s) {
          s.authorisations = {{"4711", "Anna"}, {"47", "Ben"}};
          for (const auto* code : {"*6*N#", "*7*N#"})
            s.system_codes.push_back(
                {code, dialplan::feature::dial, "N", {}, {}, code[1] == '7', true});
          s.system_codes.push_back(
              {"*119", dialplan::feature::emergency, "202", {}, {}, true, true});
        }) {}
  void try_code(const std::string& code) {
    t.call("amsterdam", 1, "*6*301#" + code);
    t.run(50ms);
  }
  void guess(const std::string& code, int times) {
    for (int n = 0; n < times; ++n) {
      try_code(code);
      t.hang_up("amsterdam", 1);
    }
  }
};

TEST_F(Authorisations, C1_TheCallIsPlacedWhenSomebodyWhoMayHasAllowedIt) {
  try_code("");
  EXPECT_EQ(t.hears("amsterdam", 1), "secondary dial");
  EXPECT_FALSE(t.rings("berlin", 1));
  t.dial("amsterdam", 1, "4711");
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_TRUE(logged("authorised by the code of Anna"));
  t.hang_up("amsterdam", 1);
  try_code(""); // not for the next call
  EXPECT_FALSE(t.rings("berlin", 1));
}

TEST_F(Authorisations, C1_TheCodeIsNeitherLoggedNorShown) {
  try_code("471");
  control::v1::Request lines;
  lines.mutable_lines();
  EXPECT_EQ(t.ask("amsterdam", lines).lines().lines(0).dialled(), "*6*301#…");
  t.dial("amsterdam", 1, "1");
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_EQ(t.ask("amsterdam", lines).lines().lines(0).dialled(), "*6*301#…");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(logged("4711"));
  try_code("9876");
  EXPECT_EQ(t.hears("amsterdam", 1), "refusal");
  EXPECT_FALSE(logged("9876")) << "nearly somebody's";
}

TEST_F(Authorisations, C1_AWrongCodeIsRefusedAtItsLastDigitWhereverItIsWrong) {
  for (const auto* wrong : {"1111", "4712", "4#"}) {
    try_code(std::string(wrong).substr(0, std::string(wrong).size() - 1));
    EXPECT_EQ(t.hears("amsterdam", 1), "silence") << wrong;
    t.dial("amsterdam", 1, std::string(1, wrong[std::string(wrong).size() - 1]));
    EXPECT_EQ(t.hears("amsterdam", 1), "refusal") << wrong;
    EXPECT_FALSE(t.rings("berlin", 1));
    t.hang_up("amsterdam", 1);
  }
  try_code("47#");
  EXPECT_TRUE(t.rings("berlin", 1));
}

TEST_F(Authorisations, C1_H5_AfterFourWrongOnesNoneIsTakenForNinetySeconds) {
  guess("1111", 4);
  try_code("4711");
  EXPECT_EQ(t.hears("amsterdam", 1), "refusal");
  EXPECT_FALSE(t.rings("berlin", 1));
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 2, "*6*301#4711"); // another line
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.hang_up("amsterdam", 2);
  t.run(91s);
  try_code("4711");
  EXPECT_TRUE(t.rings("berlin", 1));
}

TEST_F(Authorisations, C1_H5_WhoHangsUpBeforeTheLastDigitHasGuessedToo) {
  guess("111", 4);
  try_code("4711");
  EXPECT_EQ(t.hears("amsterdam", 1), "refusal");
}

TEST_F(Authorisations, C1_H5_ARightCodeForgivesNoGuess) {
  for (int n = 0; n < 2; ++n) {
    guess("1111", 2);
    try_code("47#");
    EXPECT_EQ(t.rings("berlin", 1), n == 0) << "two, and then four wrong ones";
    t.hang_up("amsterdam", 1);
  }
}

TEST_F(Authorisations, C1_H5_AWrongCodeIsForgottenAfterTenMinutes) {
  guess("1111", 3);
  t.run(11min);
  guess("1111", 3);
  try_code("47#");
  EXPECT_TRUE(t.rings("berlin", 1)) << "three, not six";
}

TEST_F(Authorisations, C1_H5_WhoKnowsTheCodeMayUseItAgainAndAgain) {
  for (int n = 0; n < 6; ++n) {
    try_code("47#");
    EXPECT_TRUE(t.rings("berlin", 1)) << n;
    t.hang_up("amsterdam", 1);
    t.run(1s);
  }
}

TEST_F(Authorisations, S10_AnEmergencyCallAsksForNoCode) {
  t.call("amsterdam", 1, "*119");
  t.run(50ms);
  EXPECT_TRUE(t.rings("amsterdam", 2)) << t.hears("amsterdam", 1);
}

TEST_F(Authorisations, C1_TheAccountIsAskedForFirst) {
  t.call("amsterdam", 1, "*7*301#");
  t.dial("amsterdam", 1, "77");
  EXPECT_EQ(t.hears("amsterdam", 1), "secondary dial");
  EXPECT_FALSE(t.rings("berlin", 1));
  t.dial("amsterdam", 1, "4711");
  t.run(50ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_TRUE(logged("account 77"));
}

} // namespace
} // namespace switchroom::exchange
