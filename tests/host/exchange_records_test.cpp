// SPDX-License-Identifier: MIT
// Call logs as calls write them, and personal directories as operators see them (S7, H16). Line 3
// of berlin is an analog phone, line 4 an IP phone.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class CallLogs : public People {
protected:
  CallLogs()
      : People(3, [](settings& s) {
          s.clock_origin_s = 1'783'008'000;
          if (s.gateway == "berlin")
            s.lines[3].type = users::line_type::ip;
          if (s.gateway != "amsterdam")
            return;
          hunting::group sales;
          sales.number = "600";
          sales.members = {"204", "202"};
          s.groups.push_back(sales);
        }) {}
  control::v1::Reply ask(const std::string& where, const std::string& who,
                         const std::string& name = {}, const std::string& number = {}) {
    control::v1::Request r;
    r.mutable_records()->set_extension(who);
    if (!name.empty()) {
      r.mutable_records()->mutable_add()->set_name(name);
      r.mutable_records()->mutable_add()->set_number(number);
    } else {
      r.mutable_records()->set_remove(number);
    }
    return t.ask(where, r);
  }
  /// "missed 201 Person 201; made 301 Person 301".
  std::string log_of(const std::string& who, const std::string& where = "amsterdam") {
    std::string all;
    const auto answer = ask(where, who);
    for (const auto& call : answer.records().calls())
      all += (all.empty() ? "" : "; ") + call.kind() + " " + call.number() + " " + call.name() +
             (call.group().empty() ? "" : " for " + call.group());
    return all;
  }
  void ring(const std::string& where, unsigned line, const std::string& number) {
    t.call(where, line, number);
    t.run(2s);
    t.hang_up(where, line);
    t.run(1s);
  }
};

TEST_F(CallLogs, S7_MadeAnsweredAndMissedAtHome) {
  ring("amsterdam", 1, "204");
  talk("amsterdam", 3, "301", "berlin", 1);
  t.hang_up("amsterdam", 3);
  t.hang_up("berlin", 1);
  t.run(1s);
  talk("amsterdam", 2, "204", "amsterdam", 3);
  t.hang_up("amsterdam", 3);
  t.hang_up("amsterdam", 2);
  t.run(1s);
  EXPECT_EQ(log_of("204"), "answered 202 Person 202; made 301 Person 301; missed 201 Person 201");
  EXPECT_EQ(log_of("201"), "made 204 Person 204");
  EXPECT_EQ(log_of("301", "berlin"), "answered 204 Person 204");
  const auto at = ask("amsterdam", "204").records().calls(2).at_s();
  EXPECT_GE(at, 1'783'008'005);
  EXPECT_LE(at, 1'783'008'007);
}

TEST_F(CallLogs, S7_HowItWasHeardIsToldOfACallOverTheNetwork) {
  const auto heard = [&](const std::string& who, const std::string& where) {
    return ask(where, who).records().calls(0).mos();
  };
  t.mos = 3.9;
  talk("amsterdam", 3, "301", "berlin", 1);
  t.hang_up("amsterdam", 3);
  t.hang_up("berlin", 1);
  t.run(1s);
  EXPECT_DOUBLE_EQ(heard("204", "amsterdam"), 3.9);
  EXPECT_DOUBLE_EQ(heard("301", "berlin"), 3.9);
  talk("amsterdam", 2, "204", "amsterdam", 3);
  t.hang_up("amsterdam", 3);
  t.hang_up("amsterdam", 2);
  t.run(1s);
  EXPECT_EQ(log_of("204").substr(0, 12), "answered 202");
  EXPECT_EQ(heard("204", "amsterdam"), 0) << "within the gateway";
}

TEST_F(CallLogs, S7_CallsAwayAreInTheLogAtHome) {
  t.log_in("berlin", 3, "204*1204");
  ring("cologne", 1, "204");
  ring("berlin", 3, "401");
  t.run(1s);
  EXPECT_EQ(log_of("204"), "made 401 Person 401; missed 401 Person 401");
  EXPECT_TRUE(ask("berlin", "204").has_error()) << "an analog phone shows none";
}

TEST_F(CallLogs, S7_H16_ToAPhoneWithADisplayUntilTheLogOut) {
  EXPECT_TRUE(ask("amsterdam", "204", "Florist", "0301234").has_records());
  t.log_in("berlin", 4, "204*1204");
  ring("cologne", 1, "204");
  t.run(1s);
  EXPECT_EQ(log_of("204", "berlin"), "missed 401 Person 401");
  EXPECT_EQ(ask("berlin", "204").records().personal(0).name(), "Florist");
  EXPECT_TRUE(ask("berlin", "204", "Baker", "030999").has_error()) << "changed at home";
  t.call("berlin", 4, "*36");
  t.hang_up("berlin", 4);
  t.run(1s);
  EXPECT_EQ(ask("berlin", "204").error().remedy(), "Ask the home gateway, amsterdam.");
  EXPECT_EQ(ask("amsterdam", "204").records().personal_size(), 1);
  EXPECT_TRUE(ask("amsterdam", "204", "", "0301234").has_records());
  EXPECT_EQ(ask("amsterdam", "204").records().personal_size(), 0);
  EXPECT_TRUE(ask("amsterdam", "204", "", "0301234").has_error());
}

TEST_F(CallLogs, S7_CallsOfAGroupAreKeptApart) {
  t.log_in("berlin", 3, "204*1204");
  t.call("cologne", 1, "600");
  t.run(16s); // 204 does not answer, 202 does
  t.lift("amsterdam", 2);
  t.run(1s);
  t.hang_up("cologne", 1);
  t.hang_up("amsterdam", 2);
  t.run(1s);
  EXPECT_EQ(log_of("204"), "missed 401 Person 401 for 600");
}

TEST_F(CallLogs, S11_CallsWhileTheHomeIsLostArriveWhenItIsBack) {
  t.log_in("berlin", 3, "204*1204");
  t.cut("amsterdam", "berlin");
  t.run(5s);
  ring("berlin", 3, "301");
  t.run(5s);
  EXPECT_EQ(log_of("204"), "");
  t.heal("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(log_of("204"), "made 301 Person 301");
}

} // namespace
} // namespace switchroom::exchange
