// SPDX-License-Identifier: MIT
// What goes wrong: each time a clear tone or cause, nothing left over, other calls unharmed.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Trouble : public People {
protected:
  Trouble() : People(2) {}
  /// A call between amsterdam line 1 and berlin line 1, and one inside each.
  void three_calls() {
    t.call("amsterdam", 1, "301");
    t.lift("berlin", 1);
    t.call("amsterdam", 2, "204");
    t.lift("amsterdam", 3);
    t.call("berlin", 3, "302");
    t.lift("berlin", 2);
    ASSERT_EQ(t.hears("amsterdam", 1), "berlin line 1");
    ASSERT_EQ(t.hears("amsterdam", 2), "amsterdam line 3");
    ASSERT_EQ(t.hears("berlin", 3), "berlin line 2");
  }
  /// Every cause that `from` has sent in a CallRelease.
  void note_releases_of(const std::string& from) {
    t.watch = [this, from](const std::string& who, const std::string&, const auto& e) {
      if (who == from && e.has_call_release())
        released.push_back(e.call_release().cause());
      return true;
    };
  }
  /// A caller of amsterdam breaks out to berlin, without amsterdam's knowing.
  void visit(std::uint64_t call) {
    scn::v1::Envelope e;
    e.set_protocol(1);
    auto& setup = *e.mutable_call_setup();
    setup.set_call(call);
    setup.set_break_out(true);
    setup.mutable_media()->set_address("nowhere");
    setup.mutable_media()->set_port(static_cast<std::uint32_t>(20000 + 2 * call));
    setup.mutable_media()->set_payload_type(8);
    t.forge("amsterdam", "berlin", e);
  }
  std::vector<scn::v1::Cause> released;
};

TEST_F(Trouble, UnknownNumber) {
  t.call("amsterdam", 1, "299");
  t.run(5s);
  EXPECT_EQ(t.hears("amsterdam", 1), "unobtainable");
}

TEST_F(Trouble, BusyHereAndThere) {
  t.lift("berlin", 1);
  t.call("amsterdam", 1, "301");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
  t.call("amsterdam", 2, "201");
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  t.call("amsterdam", 3, "204"); // the own number
  EXPECT_EQ(t.hears("amsterdam", 3), "busy");
}

TEST_F(Trouble, NoAnswer) {
  t.call("amsterdam", 1, "301");
  t.run(59s);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.run(2s);
  EXPECT_FALSE(t.rings("berlin", 1));
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(Trouble, TheCallerAbandonsWhileItRings) {
  t.call("amsterdam", 1, "301");
  ASSERT_TRUE(t.rings("berlin", 1));
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.rings("berlin", 1));
  t.lift("berlin", 1);
  EXPECT_EQ(t.hears("berlin", 1), "dial");
}

TEST_F(Trouble, AnsweredAtTheMomentOfAbandoning) {
  t.call("amsterdam", 1, "301");
  t.signal_line("amsterdam", 1, signal::on_hook);
  t.signal_line("berlin", 1, signal::off_hook); // the release is still on its way
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  EXPECT_EQ(t.in_use("berlin").host_slots, 0u);
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
}

TEST_F(Trouble, BothReleaseAtOnce) {
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.signal_line("amsterdam", 1, signal::on_hook);
  t.signal_line("berlin", 1, signal::on_hook);
  t.run(100ms);
  EXPECT_EQ(t.state_of("amsterdam", 1), "idle");
  EXPECT_EQ(t.state_of("berlin", 1), "idle");
}

TEST_F(Trouble, TwoWhoCallEachOtherAtOnceAreBothBusy) {
  t.lift("amsterdam", 1);
  t.lift("berlin", 1);
  t.dial("amsterdam", 1, "30");
  t.dial("berlin", 1, "20");
  t.signal_line("amsterdam", 1, signal::dtmf_on, '1');
  t.signal_line("berlin", 1, signal::dtmf_on, '1');
  t.run(100ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Trouble, TheBoardIsLostInACall) {
  three_calls();
  note_releases_of("berlin");
  t.board_fails("berlin");
  t.run(100ms);
  EXPECT_EQ(released, std::vector{scn::v1::DESTINATION_OUT_OF_ORDER});
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 3"); // unharmed
  EXPECT_EQ(t.in_use("berlin").calls, 0u);
  EXPECT_NE(t.alarm("berlin", "board-down").find("pulled out"), std::string::npos);
  t.call("amsterdam", 4, "302");
  EXPECT_EQ(t.hears("amsterdam", 4), "congestion");
  EXPECT_EQ(t.user_at("berlin", 1), "301"); // desks stay
  t.board_returns("berlin");                // the receivers are still off
  EXPECT_EQ(t.hears("berlin", 1), "dial");
  EXPECT_NE(t.alarm("berlin", "board-down").find("(over)"), std::string::npos);
  t.everybody_hangs_up();
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
}

TEST_F(Trouble, WithoutABoardNoLineOfItIsThere) {
  const auto not_there = [&] {
    control::v1::Request ask;
    ask.mutable_status();
    return t.ask("berlin", ask).status().lines_not_there();
  };
  EXPECT_EQ(t.state_of("berlin", 1), "idle");
  EXPECT_EQ(not_there(), 0u);
  t.board_fails("berlin");
  t.run(100ms);
  EXPECT_EQ(t.state_of("berlin", 1), "not there");
  EXPECT_EQ(not_there(), town_lines);
  t.board_returns("berlin");
  EXPECT_EQ(t.state_of("berlin", 1), "idle");
  EXPECT_EQ(not_there(), 0u);
}

TEST_F(Trouble, TheBoardIsLostWhileALineRings) {
  t.call("amsterdam", 1, "301");
  ASSERT_TRUE(t.rings("berlin", 1));
  t.board_fails("berlin"); // and is told nothing more: the town watches
  t.run(100ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  t.board_returns("berlin");
}

TEST_F(Trouble, ABoardThatComesBackWithoutHavingGoneIsBegunAnew) {
  three_calls();
  t.board_fails("berlin");
  t.board_returns("berlin");
  t.board_fails("berlin");
  t.board_fails("berlin");
  t.board_returns("berlin");
  t.run(100ms);
  EXPECT_EQ(t.in_use("berlin").calls, 0u);
}

TEST_F(Trouble, APeerIsLostInACall) {
  three_calls();
  t.cut("amsterdam", "berlin");
  t.run(4s);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 3");
  EXPECT_EQ(t.hears("berlin", 3), "berlin line 2");
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "301");
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "*80*2#");
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 1);
  t.heal("amsterdam", "berlin");
  t.run(5s);
  t.call("amsterdam", 1, "301");
  EXPECT_TRUE(t.rings("berlin", 1));
}

TEST_F(Trouble, AVisitorsGatewayIsLost) {
  t.call("amsterdam", 1, "*80*2#");
  ASSERT_EQ(t.in_use("berlin").visitors, 1u);
  t.cut("amsterdam", "berlin");
  t.run(4s);
  EXPECT_EQ(t.in_use("berlin").visitors, 0u);
  EXPECT_EQ(t.in_use("berlin").host_slots, 0u);
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
}

TEST_F(Trouble, APeerRestartsInACallAndTheLoginComesBack) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  t.lift("berlin", 3);
  t.restart("berlin");
  t.run(5s);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  t.hang_up("berlin", 3);
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.user_at("berlin", 3), "204");
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 3"});
}

TEST_F(Trouble, ThePeerSaysNothingToASetup) {
  t.watch = [](const std::string&, const std::string&, const auto& e) {
    return !e.has_call_setup();
  };
  t.call("amsterdam", 1, "301");
  t.run(5s);
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
}

TEST_F(Trouble, NewsOfCallsThatAreOverIsAnsweredWithARelease) {
  note_releases_of("amsterdam");
  scn::v1::Envelope e;
  e.set_protocol(1);
  e.mutable_call_answer()->set_call(4711);
  t.forge("berlin", "amsterdam", e);
  EXPECT_EQ(released.size(), 1u);
  e.mutable_call_release()->set_call(4711);
  t.forge("berlin", "amsterdam", e);
  e.mutable_call_digits()->set_call(4711);
  e.mutable_call_digits()->set_digits("123");
  t.forge("berlin", "amsterdam", e);
  EXPECT_EQ(released.size(), 1u);
}

TEST_F(Trouble, AnEndpointThatVoiceCannotReachIsRefused) {
  note_releases_of("berlin");
  scn::v1::Envelope e;
  e.set_protocol(1);
  auto& setup = *e.mutable_call_setup();
  setup.set_extension("301");
  setup.mutable_media()->set_address("amsterdam");
  setup.mutable_media()->set_payload_type(8);
  for (const unsigned port : {0u, 65536u, 4'000'000'000u}) {
    setup.set_call(setup.call() + 1);
    setup.mutable_media()->set_port(port);
    t.forge("amsterdam", "berlin", e);
  }
  EXPECT_EQ(released.size(), 3u);
  EXPECT_FALSE(t.rings("berlin", 1));
  // And in an answer.
  t.watch = [&](const std::string&, const std::string&, const auto& m) {
    return !m.has_call_answer();
  };
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.watch = nullptr;
  e.mutable_call_answer()->set_call(1ull << 32 | 1);
  t.forge("berlin", "amsterdam", e);
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Trouble, HostSlotsRunOut) {
  t.watch = [this](const std::string& who, const std::string&, const auto& e) {
    if (who == "berlin" && e.has_call_release())
      released.push_back(e.call_release().cause());
    return !(who == "berlin" && e.has_call_progress()); // amsterdam would disown these calls
  };
  for (unsigned call = 1; call <= town_host_slots; ++call)
    visit(call);
  EXPECT_EQ(t.in_use("berlin").host_slots, town_host_slots);
  visit(town_host_slots + 1);
  EXPECT_EQ(released, std::vector{scn::v1::NO_CIRCUIT_AVAILABLE});
  t.call("berlin", 1, "201");
  EXPECT_EQ(t.hears("berlin", 1), "congestion");
  const auto alarm = t.alarm("berlin", "host-slots");
  EXPECT_NE(alarm.find("HostSlots"), std::string::npos);
  EXPECT_NE(
      alarm.find("held by " + std::to_string(town_host_slots) + " calls with other gateways."),
      std::string::npos)
      << alarm;
  t.run(70s); // the visitors dial nothing and are let go
  EXPECT_EQ(t.in_use("berlin").host_slots, 0u);
  t.hang_up("berlin", 1);
  t.call("berlin", 1, "201");
  EXPECT_TRUE(t.rings("amsterdam", 1));
}

} // namespace
} // namespace switchroom::exchange
