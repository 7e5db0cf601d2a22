// SPDX-License-Identifier: MIT
// Programmable buttons, lamps, directory and call log of digital stations: line 5 of amsterdam is
// 205's, line 5 of berlin nobody's. 205 has buttons, and takes them along.
#include "exchange_station_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class StationKeys : public StationPeople {
protected:
  StationKeys()
      : StationPeople([](settings& s) {
          if (s.gateway == "berlin") {
            auto& one = s.phone_book.emplace_back();
            one.set_name("Weather");
            one.set_number("0800");
          }
        }) {
    EXPECT_TRUE(set(t, "amsterdam", "205", "buttons",
                    "1=dial:201,2=directory,3=call_log,4=do_not_disturb_on,5=log_out,"
                    "6=do_not_disturb_off,7=break_out:1,8=dial:301")
                    .has_done());
  }
  /// 205 comes to berlin's station.
  void arrive() {
    t.station_calls("berlin", 0, "*35*205*1205#");
    t.run(4s);
    ASSERT_EQ(t.user_at("berlin", 5), "205");
  }
  void add_personal(const std::string& name, const std::string& number) {
    control::v1::Request ask;
    ask.mutable_records()->set_extension("205");
    ask.mutable_records()->mutable_add()->set_name(name);
    ask.mutable_records()->mutable_add()->set_number(number);
    ASSERT_TRUE(t.ask("amsterdam", ask).has_records());
  }
  std::string display(const std::string& gateway = "berlin") { return t.display(gateway, 0); }
  std::string lamps(const std::string& gateway = "berlin") { return t.lamps(gateway, 0); }
  void press(unsigned button) { t.station_presses("berlin", 0, button); }
  void keys(const std::string& all) { t.station_keys("berlin", 0, all); }
};

TEST_F(StationKeys, H2_S1_AButtonOfTheVisitorDialsAtTheVisitedGateway) {
  EXPECT_EQ(display(), "Nobody is logged in");
  press(1);
  EXPECT_EQ(display(), "Nobody is logged in: there is nothing on the buttons");
  arrive();
  EXPECT_EQ(display(), "205 Eva");
  press(1);
  EXPECT_EQ(display(), "1/1 201 Person 201");
  EXPECT_FALSE(t.rings("amsterdam", 1)) << "the receiver is down";
  t.station_calls("berlin", 0);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "amsterdam line 1");
  EXPECT_EQ(display(), "205 Eva");
}

TEST_F(StationKeys, H2_AButtonThatDoesNothingIsRefused) {
  const auto refused = [&](const std::string& buttons) {
    return set(t, "amsterdam", "205", "buttons", buttons).error().what();
  };
  EXPECT_EQ(refused("5=nonsense:3"), "Button 5: \"nonsense\" is no feature.");
  EXPECT_EQ(refused("5=unsupported"), "Button 5: \"unsupported\" is no feature.");
  EXPECT_EQ(refused("6=dial"), "Button 6: dial has no number.");
  EXPECT_EQ(refused("1=directory:5"), "Button 1: directory takes no number.");
  EXPECT_EQ(refused("8=transfer,8=do_not_disturb_on"), "Button 8 is there twice.");
  arrive();
  press(1);
  EXPECT_EQ(display(), "1/1 201 Person 201") << "nothing was changed";
}

TEST_F(StationKeys, H2_AButtonDialsAtOnceWhenTheReceiverIsUp) {
  arrive();
  t.station_calls("berlin", 0);
  press(8);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.lift("berlin", 1);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "berlin line 1");
  press(1);
  EXPECT_EQ(t.far("berlin", 0, 1).shown.back(), "There is a call: hang up first");
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "berlin line 1");
}

TEST_F(StationKeys, H2_AButtonLogsOutAndIsNobodysThen) {
  arrive();
  press(5);
  t.run(1s);
  EXPECT_EQ(t.user_at("berlin", 5), "");
  EXPECT_EQ(t.user_at("amsterdam", 5), "205");
  EXPECT_EQ(display("amsterdam"), "205 Eva");
  t.run(31s);
  EXPECT_EQ(display(), "Nobody is logged in");
}

TEST_F(StationKeys, H2_S8_AButtonThatNeedsTheReceiverWaitsForIt) {
  arrive();
  press(7);
  EXPECT_EQ(display(), "Lift the receiver: break_out");
  t.station_calls("berlin", 0);
  t.far_dials("berlin", 0, 1, "202");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  EXPECT_EQ(display(), "205 Eva");
}

TEST_F(StationKeys, H12_LampsFollowThePerson) {
  EXPECT_EQ(lamps("amsterdam"), "");
  arrive();
  EXPECT_EQ(lamps(), "");
  t.call("amsterdam", 2, "201");
  EXPECT_EQ(lamps(), "1 flashes");
  t.lift("amsterdam", 1);
  EXPECT_EQ(lamps(), "1 on");
  press(4);
  t.run(1s);
  EXPECT_EQ(lamps(), "1 on, 4 on");
  press(6);
  t.run(1s);
  EXPECT_EQ(lamps(), "1 on");
  press(5); // log out
  t.run(1s);
  EXPECT_EQ(lamps(), "") << "nothing of who was here";
  EXPECT_EQ(lamps("amsterdam"), "1 on");
}

TEST_F(StationKeys, H12_AStationThatComesBackIsToldItsLampsAnew) {
  arrive();
  t.call("amsterdam", 2, "201");
  t.trunk_comes("berlin", 0, false);
  t.forget_lamps("berlin", 0);
  t.trunk_comes("berlin", 0);
  EXPECT_EQ(lamps(), "1 flashes");
  EXPECT_EQ(display(), "205 Eva");
  t.forget_lamps("berlin", 0);
  t.trunk_comes("berlin", 0); // now the station hears
  EXPECT_EQ(lamps(), "1 flashes");
  EXPECT_EQ(display(), "205 Eva");
}

TEST_F(StationKeys, S7_TheDirectoryIsReadByKeysAndDialled) {
  add_personal("Zoe", "302");
  arrive();
  press(2);
  EXPECT_EQ(display(), "1/6 201 Person 201");
  keys("#");
  EXPECT_EQ(display(), "2/6 202 Person 202");
  keys("**");
  EXPECT_EQ(display(), "6/6 302 Zoe") << "the personal name goes before the user's own";
  keys("9"); // w x y z
  EXPECT_EQ(display(), "5/6 0800 Weather") << "of the visited gateway's directory";
  keys("9");
  EXPECT_EQ(display(), "6/6 302 Zoe");
  keys("0");
  EXPECT_EQ(display(), "Lift the receiver to call 302");
  t.station_calls("berlin", 0);
  EXPECT_TRUE(t.rings("berlin", 2));
  t.lift("berlin", 2);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "berlin line 2");
}

TEST_F(StationKeys, S7_WithTheReceiverUpAKeyDials) {
  arrive();
  t.station_calls("berlin", 0);
  press(2);
  t.far_dials("berlin", 0, 1, "#");
  EXPECT_EQ(display(), "2/6 202 Person 202");
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "dial") << "keys are the list's";
  t.far_dials("berlin", 0, 1, "0");
  EXPECT_TRUE(t.rings("amsterdam", 2));
}

TEST_F(StationKeys, S7_InACallKeysBesideItTurnAndCloseTheList) {
  arrive();
  t.station_calls("berlin", 0, "301");
  t.lift("berlin", 1);
  press(2);
  keys("#");
  EXPECT_EQ(display(), "2/6 202 Person 202");
  keys("0");
  EXPECT_EQ(display(), "There is a call: hang up first");
  EXPECT_FALSE(t.rings("amsterdam", 2));
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "berlin line 1");
  keys("1");
  EXPECT_EQ(display(), "205 Eva");
  t.far_ends("berlin", 0, 1);
  t.station_calls("berlin", 0);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "dial") << "the list is gone";
}

TEST_F(StationKeys, S7_AShortCodeOpensIt) {
  arrive();
  t.station_calls("berlin", 0, "*45");
  t.run(4s);
  EXPECT_EQ(t.far("berlin", 0, 1).ended, "16 normal clearing");
  EXPECT_EQ(display(), "1/6 201 Person 201");
  keys("1");
  EXPECT_EQ(display(), "205 Eva");
  EXPECT_EQ(tone_after("amsterdam", 1, "*45"), "refusal") << "an analog phone has no display";
}

TEST_F(StationKeys, C10_WhatTheCodesDo) {
  const auto outcome = [&](const std::string& digits) {
    control::v1::Request ask;
    ask.mutable_explain()->set_user("205");
    ask.mutable_explain()->set_digits(digits);
    return t.ask("amsterdam", ask).explanation().outcome();
  };
  EXPECT_EQ(outcome("*45"), "Opens the directory, if the phone is a digital station.");
  EXPECT_EQ(outcome("*46"), "Opens the call log, if the phone is a digital station.");
}

TEST_F(StationKeys, S7_TheCallLogHasMissedAnsweredAndMadeCalls) {
  t.call("amsterdam", 1, "205"); // not answered
  t.run(3s);
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 2, "205");
  t.far_answers("amsterdam", 0, 1);
  t.hang_up("amsterdam", 2);
  arrive();
  t.run(3min);
  press(3);
  EXPECT_EQ(display(), "1/2 answered 3 min ago: 202 Person 202");
  keys("#");
  EXPECT_EQ(display(), "2/2 missed 3 min ago: 201 Person 201");
  t.station_calls("berlin", 0);
  EXPECT_TRUE(t.rings("amsterdam", 1)) << "lifting dials what is shown";
  t.far_ends("berlin", 0, 1);
  t.run(2h);
  press(3);
  EXPECT_EQ(display(), "1/3 made 2 h ago: 201 Person 201");
}

/// H16: neither the list nor what would be dialled is left to who comes next.
TEST_F(StationKeys, H16_AListGoesWithItsReaderAndAfterAWhile) {
  arrive();
  press(2);
  t.run(29s);
  EXPECT_EQ(display(), "1/6 201 Person 201");
  t.run(2s);
  EXPECT_EQ(display(), "205 Eva");
  t.station_calls("berlin", 0);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "dial") << "nothing is dialled";
  t.far_ends("berlin", 0, 1);
  press(3);
  EXPECT_EQ(display(), "The call log is empty");
  press(2);
  t.station_calls("amsterdam", 0, "*35*205*1205#"); // at home again
  t.run(1s);
  EXPECT_EQ(t.user_at("berlin", 5), "");
  EXPECT_EQ(display(), "Nobody is logged in");
  t.station_calls("berlin", 0);
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "dial");
}

} // namespace
} // namespace switchroom::exchange
