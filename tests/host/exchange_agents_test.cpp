// SPDX-License-Identifier: MIT
// Who does not answer a group's call (H10), agents away from home (H19), phones of several types
// (H17). Group 600 lives at amsterdam: 204, then 202.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using control::v1::Request;
using lines = std::vector<std::string>;

class Agents : public ::testing::Test {
protected:
  using filter = hunting::no_answer_filter;
  void TearDown() override {
    if (t)
      expect_nothing_left(*t);
  }
  void begin(filter chosen = filter::any, bool roaming = false) {
    t.emplace(3, [=](settings& s) {
      s.agent_roaming = roaming;
      for (const auto* name : {"amsterdam", "berlin", "cologne"})
        if (s.gateway != name)
          s.backups.emplace_back(name);
      if (s.gateway == "amsterdam")
        s.lines[2].type = users::line_type::digital; // of 204
      if (s.gateway == "berlin")
        s.lines[3].type = users::line_type::ip;
      if (s.gateway != "amsterdam")
        return;
      hunting::group sales;
      sales.number = "600";
      sales.members = {"204", "202"};
      sales.no_answer = chosen;
      s.groups.push_back(sales);
    });
  }
  control::v1::Reply set(const std::string& setting, const std::string& value, bool force = true) {
    Request r;
    r.mutable_put_user()->set_extension("204");
    r.mutable_put_user()->set_force_login(force);
    auto& change = *r.mutable_put_user()->add_changes();
    change.set_setting(setting);
    change.set_value(value);
    auto answer = t->ask("amsterdam", r);
    t->run(100ms);
    return answer;
  }
  /// Group 600 is called and 204 does not answer; then the caller hangs up.
  void leave_unanswered() {
    t->call("cologne", 1, "600");
    EXPECT_EQ(t->ringing(), lines{"berlin line 3"});
    t->run(15s);
    EXPECT_EQ(t->ringing(), lines{"amsterdam line 2"});
    t->hang_up("cologne", 1);
    t->run(100ms);
  }
  std::string first_hunted() {
    t->call("cologne", 1, "600");
    const auto rings = t->ringing();
    t->hang_up("cologne", 1);
    t->run(100ms);
    return rings.empty() ? "" : rings.front();
  }
  std::string status(const std::string& where, unsigned line) {
    Request r;
    r.mutable_desks();
    const auto answer = t->ask(where, r);
    for (const auto& desk : answer.desks().desks())
      if (desk.line() == line)
        return desk.status();
    return "nobody";
  }
  /// "1 204 logged in at amsterdam line 3".
  lines events(std::uint64_t after = 0) {
    Request r;
    r.mutable_agents()->set_after(after);
    const auto answer = t->ask("amsterdam", r);
    lines all;
    for (const auto& e : answer.agents().events())
      all.push_back(std::to_string(e.number()) + " " + e.extension() + " " + e.what() + " at " +
                    e.gateway() + " line " + std::to_string(e.line()));
    return all;
  }
  bool logged(const std::string& gateway, const std::string& text) {
    const auto log = t->log(gateway);
    return std::any_of(log.begin(), log.end(),
                       [&](const auto& e) { return e.find(text) != std::string::npos; });
  }
  std::optional<town> t;
};

TEST_F(Agents, H10_BusyNotAvailableUntilToldOtherwise) {
  begin();
  set("status_on_no_answer", "busy_not_available");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "busy not available");
  EXPECT_EQ(first_hunted(), "amsterdam line 2");
  t->run(10min);
  EXPECT_EQ(first_hunted(), "amsterdam line 2");
  t->call("amsterdam", 1, "204"); // a call to the person rings
  EXPECT_EQ(t->ringing(), lines{"berlin line 3"});
  t->hang_up("amsterdam", 1);
  EXPECT_EQ(exchange::tone_after(*t, "berlin", 3, "*42"), "confirmation");
  EXPECT_EQ(first_hunted(), "berlin line 3");
  EXPECT_EQ(exchange::tone_after(*t, "berlin", 3, "*43"), "confirmation"); // by themselves
  EXPECT_EQ(first_hunted(), "amsterdam line 2");
  t->log_in("berlin", 4, "204*1204"); // a new login is available
  EXPECT_EQ(first_hunted(), "berlin line 4");
}

TEST_F(Agents, H10_ACutThatIsLongerThanALeaseMakesNobodyAvailable) {
  begin();
  t->log_in("berlin", 3, "204*1204");
  EXPECT_EQ(exchange::tone_after(*t, "berlin", 3, "*43"), "confirmation");
  t->cut("amsterdam", "berlin");
  t->cut("berlin", "cologne");
  t->run(40s);
  t->heal("amsterdam", "berlin");
  t->heal("berlin", "cologne");
  t->run(10s);
  ASSERT_EQ(t->user_at("berlin", 3), "204");
  EXPECT_EQ(status("berlin", 3), "busy not available");
}

TEST_F(Agents, H10_H9_ADiskThatRefusesRefusesDutyToo) {
  begin();
  t->disk_refuses("amsterdam", true);
  EXPECT_EQ(exchange::tone_after(*t, "amsterdam", 3, "*43"), "refusal");
  EXPECT_EQ(status("amsterdam", 3), "");
  t->disk_refuses("amsterdam", false);
  EXPECT_EQ(exchange::tone_after(*t, "amsterdam", 3, "*43"), "confirmation");
}

TEST_F(Agents, H10_AvailableAgainOutlastsARestart) {
  begin();
  EXPECT_EQ(exchange::tone_after(*t, "amsterdam", 2, "*43"), "confirmation"); // 202 at the own line
  EXPECT_EQ(exchange::tone_after(*t, "amsterdam", 2, "*42"), "confirmation");
  t->restart("amsterdam");
  t->run(5s);
  EXPECT_EQ(status("amsterdam", 2), "");
}

TEST_F(Agents, H10_NotAvailableOutlastsARestart) {
  begin();
  t->log_in("berlin", 3, "204*1204");
  EXPECT_EQ(exchange::tone_after(*t, "berlin", 3, "*43"), "confirmation");
  t->restart("berlin");
  t->run(5s);
  EXPECT_EQ(status("berlin", 3), "busy not available");
  EXPECT_EQ(first_hunted(), "amsterdam line 2") << "peers are told again";
  t->log_in("berlin", 3, "301*1301"); // it was 204's
  t->restart("berlin");
  t->run(5s);
  EXPECT_EQ(status("berlin", 3), "");
}

TEST_F(Agents, H10_BusyWrapUpEndsByItself) {
  begin();
  set("status_on_no_answer", "busy_wrap_up");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "busy wrap-up");
  t->run(25s);
  EXPECT_EQ(first_hunted(), "amsterdam line 2");
  t->run(5s);
  EXPECT_EQ(status("berlin", 3), "");
  EXPECT_EQ(first_hunted(), "berlin line 3");
}

TEST_F(Agents, H10_LoggedOff) {
  begin();
  set("status_on_no_answer", "logged_off");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "nobody");
  EXPECT_EQ(t->user_at("berlin", 3), "");
  EXPECT_EQ(first_hunted(), "amsterdam line 2"); // H11
}

TEST_F(Agents, H10_AtTheOwnGatewayToo) {
  begin();
  set("status_on_no_answer", "busy_not_available");
  t->call("cologne", 1, "600");
  ASSERT_EQ(t->ringing(), lines{"amsterdam line 3"});
  t->run(15s);
  EXPECT_EQ(status("amsterdam", 3), "busy not available");
}

TEST_F(Agents, H10_LoggedInStays) {
  begin();
  set("status_on_no_answer", "logged_in");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "");
  EXPECT_EQ(first_hunted(), "berlin line 3");
}

TEST_F(Agents, H10_OnlyWithForceLoginAsH9) {
  begin();
  set("status_on_no_answer", "busy_not_available", false);
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "");
}

TEST_F(Agents, H10_FilterNone) {
  begin(filter::none);
  set("status_on_no_answer", "busy_not_available");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered();
  EXPECT_EQ(status("berlin", 3), "");
}

TEST_F(Agents, H10_FilterExternalOnly) {
  begin(filter::external);
  set("status_on_no_answer", "busy_not_available");
  t->log_in("berlin", 3, "204*1204");
  leave_unanswered(); // by a user of cologne
  EXPECT_EQ(status("berlin", 3), "");
  scn::v1::Envelope message; // by somebody outside, through cologne
  message.set_protocol(1);
  auto& setup = *message.mutable_call_setup();
  setup.set_call(0x7fff'ffff'0000'0000);
  setup.set_extension("600");
  setup.set_calling_number("0891234567");
  setup.set_hops(1);
  setup.mutable_media()->set_address("cologne");
  setup.mutable_media()->set_port(20000);
  setup.mutable_media()->set_payload_type(8);
  setup.mutable_media()->set_ptime_ms(10);
  t->watch = [](const auto&, const auto& to, const auto& said) { // cologne knows of no such call
    return to != "cologne" || !said.has_call_progress();
  };
  t->forge("cologne", "amsterdam", message);
  t->run(100ms);
  ASSERT_EQ(t->ringing(), lines{"berlin line 3"});
  t->run(15s);
  EXPECT_EQ(status("berlin", 3), "busy not available");
  scn::v1::Envelope over;
  over.set_protocol(1);
  over.mutable_call_release()->set_call(setup.call());
  over.mutable_call_release()->set_cause(scn::v1::NORMAL_CLEARING);
  t->forge("cologne", "amsterdam", over);
  t->run(100ms);
}

TEST_F(Agents, H10_WhoIsNotGivenTheTimeIsNotBlamed) {
  begin();
  set("status_on_no_answer", "busy_not_available");
  t->log_in("berlin", 3, "204*1204");
  t->call("cologne", 1, "600");
  t->run(10s);
  t->hang_up("cologne", 1); // the caller gives up
  t->run(100ms);
  EXPECT_EQ(status("berlin", 3), "");
}

// ---- H19 ----------------------------------------------------------------------------------------

TEST_F(Agents, H19_AnAgentLogsInAtHomeOnly) {
  begin();
  set("agent", "on", false);
  t->call("berlin", 3, "*35*204*1204#");
  EXPECT_EQ(t->hears("berlin", 3), "refusal");
  t->hang_up("berlin", 3);
  EXPECT_TRUE(
      logged("berlin", "User 204 is a contact-centre agent and can log in at amsterdam only."));
  EXPECT_EQ(t->user_at("amsterdam", 3), "204") << "nothing else has changed";
  Request r;
  r.mutable_login()->set_line(3);
  r.mutable_login()->set_extension("204");
  EXPECT_NE(t->ask("berlin", r).error().remedy().find("agent_roaming"), std::string::npos);
  t->log_in("amsterdam", 4, "204*1204");
  EXPECT_EQ(t->user_at("amsterdam", 4), "204");
  EXPECT_TRUE(events().empty()) << "the stream comes with the setting";
}

TEST_F(Agents, H19_ABackupRefusesToo) {
  begin();
  set("agent", "on", false);
  t->run(2s);
  t->cut("amsterdam", "berlin");
  t->cut("amsterdam", "cologne");
  t->run(40s);
  t->call("berlin", 3, "*35*204*1204#");
  t->run(1s);
  EXPECT_EQ(t->hears("berlin", 3), "refusal");
  EXPECT_TRUE(logged("berlin", "can log in at amsterdam only"));
  t->hang_up("berlin", 3);
  t->heal("amsterdam", "berlin");
  t->heal("amsterdam", "cologne");
  t->run(5s);
}

TEST_F(Agents, H19_RoamingAgentsAreToldOfInOrder) {
  begin(filter::any, true);
  EXPECT_TRUE(events().empty());
  set("agent", "on", true);
  set("status_on_no_answer", "busy_not_available");
  t->log_in("berlin", 3, "204*1204");
  t->call("amsterdam", 1, "204");
  t->lift("berlin", 3);
  t->run(1s);
  t->hang_up("berlin", 3);
  t->hang_up("amsterdam", 1);
  leave_unanswered();
  t->cut("amsterdam", "berlin");
  t->run(5s);
  t->heal("amsterdam", "berlin");
  t->run(5s);
  t->call("berlin", 3, "*36");
  t->hang_up("berlin", 3);
  t->run(1s);
  const lines wanted{
      "1 204 logged in at amsterdam line 3",   "2 204 logged out at amsterdam line 3",
      "3 204 logged in at berlin line 3",
      "4 204 busy at berlin line 3", // dials the login code, still off hook
      "5 204 idle at berlin line 3",           "6 204 ringing at berlin line 3",
      "7 204 busy at berlin line 3",           "8 204 idle at berlin line 3",
      "9 204 ringing at berlin line 3",        "10 204 not available at berlin line 3",
      "11 204 out of sight at berlin line 3",  "12 204 in sight at berlin line 3",
      "13 204 not available at berlin line 3", "14 204 busy at berlin line 3",
      "15 204 logged out at berlin line 3"};
  EXPECT_EQ(events(), wanted);
  EXPECT_EQ(events(14), lines{wanted.back()});
}

TEST_F(Agents, H19_ABackupKnowsThatAgentsMayRoam) {
  begin(filter::any, true);
  set("agent", "on", false);
  t->run(2s);
  t->cut("amsterdam", "berlin");
  t->cut("amsterdam", "cologne");
  t->run(40s);
  t->log_in("berlin", 3, "204*1204");
  t->run(1s);
  EXPECT_EQ(t->user_at("berlin", 3), "204");
  t->heal("amsterdam", "berlin");
  t->heal("amsterdam", "cologne");
  t->run(5s);
  const auto all = events();
  ASSERT_FALSE(all.empty());
  EXPECT_NE(all.back().find("at berlin line 3"), std::string::npos) << all.back();
}

// ---- H17 ----------------------------------------------------------------------------------------

TEST_F(Agents, H17_WhatThePhoneCannotCarryIsInertThere) {
  begin();
  EXPECT_TRUE(set("buttons", "3=dial:201,4=log_out", false).has_done());
  set("display_language", "fr", false);
  set("show_missed_calls", "on", false);
  const auto inert = [this](const std::string& where) {
    Request r;
    r.mutable_report()->set_extension("204");
    lines found;
    const auto answer = t->ask(where, r);
    for (const auto& one : answer.report().remarks())
      if (one.effect() == "inert")
        found.push_back(one.setting() + ": " + one.why());
    return found;
  };
  EXPECT_EQ(inert("amsterdam"), lines{}) << "a digital phone";
  t->call("berlin", 3, "*35*204*1204#");
  EXPECT_EQ(t->hears("berlin", 3), "limited confirmation");
  t->hang_up("berlin", 3);
  EXPECT_EQ(inert("berlin"), (lines{"buttons: an analog phone has no buttons",
                                    "display_language: an analog phone has no display",
                                    "show_missed_calls: an analog phone has no call log"}));
  t->call("berlin", 4, "*35*204*1204#"); // an IP phone
  EXPECT_EQ(t->hears("berlin", 4), "confirmation");
  t->hang_up("berlin", 4);
  EXPECT_EQ(inert("berlin"), lines{});
}

TEST_F(Agents, H3_ADigitalPortsUserHasFourDigits) {
  begin();
  Request r;
  r.mutable_put_user()->set_extension("204");
  r.mutable_put_user()->set_login_code("123");
  EXPECT_NE(t->ask("amsterdam", r).error().remedy().find("4 to 31"), std::string::npos);
  r.mutable_put_user()->set_extension("201");
  EXPECT_TRUE(t->ask("amsterdam", r).has_done());
}

TEST_F(Agents, H17_ThePortsTypeIsShown) {
  begin();
  Request r;
  r.mutable_lines();
  EXPECT_EQ(t->ask("amsterdam", r).lines().lines(2).kind(), "digital");
  EXPECT_EQ(t->ask("berlin", r).lines().lines(3).kind(), "ip");
  EXPECT_EQ(t->ask("berlin", r).lines().lines(0).kind(), "analog");
}

} // namespace
} // namespace switchroom::exchange
