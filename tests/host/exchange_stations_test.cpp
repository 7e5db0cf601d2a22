// SPDX-License-Identifier: MIT
// Digital stations as isdn-edge tells of them: line 5 of amsterdam is 205's, line 5 of berlin
// nobody's.
#include "exchange_station_people.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using isdn::v1::Progress;

class Stations : public StationPeople {
protected:
  const town::far_line& station(const std::string& gateway = "amsterdam") {
    return t.far(gateway, 0, 1);
  }
  bool shows(const std::string& gateway, const std::string& text) {
    return std::ranges::any_of(station(gateway).shown, [&](const std::string& one) {
      return one.find(text) != std::string::npos;
    });
  }
};

TEST_F(Stations, IsRungWithTheCallersNameAndBothHearOneAnother) {
  t.call("amsterdam", 1, "205");
  EXPECT_EQ(station().called, "205");
  EXPECT_EQ(station().caller, "201");
  EXPECT_EQ(station().name, "Person 201");
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.far_answers("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "amsterdam line 1");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(station().ended, "16 normal clearing");
}

TEST_F(Stations, IsHeardOnTheBChannelThatItChooses) {
  t.call("amsterdam", 1, "205");
  t.far_answers("amsterdam", 0, 1, 2);
  EXPECT_EQ(t.far_hears("amsterdam", 0, 2), "amsterdam line 1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "silence");
}

TEST_F(Stations, HearsDialToneAndDialsDigitByDigit) {
  t.station_calls("amsterdam", 0);
  EXPECT_EQ(station().told, "wants-digits");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "dial");
  for (const auto* digit : {"2", "0", "1"})
    t.far_dials("amsterdam", 0, 1, digit);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "ringback");
  t.lift("amsterdam", 1);
  EXPECT_EQ(station().told, "wants-digits proceeding rings answered");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "amsterdam line 1");
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(Stations, DialsAllAtOnceAcrossTheNetwork) {
  t.station_calls("amsterdam", 0, "301");
  t.lift("berlin", 1);
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam station 1");
}

TEST_F(Stations, ABusyOneIsBusyAndATakenNumberIsRefusedWithItsCause) {
  t.call("amsterdam", 1, "205");
  t.far_answers("amsterdam", 0, 1);
  EXPECT_EQ(tone_after("amsterdam", 2, "205"), "busy");
  t.hang_up("amsterdam", 1);
  t.station_calls("amsterdam", 0, "299");
  EXPECT_EQ(station().ended, "1 unallocated number");
}

/// H1, H2, S3, S9: the number comes along, the texts are to be read.
TEST_F(Stations, H2_S3_AHotDeskAtADigitalStationOfAnotherGateway) {
  t.station_calls("berlin", 0, "*35*205*1205#");
  t.run(1s);
  EXPECT_EQ(t.user_at("berlin", 5), "205");
  EXPECT_NE(t.far_hears("berlin", 0, 1).find("confirmation"), std::string::npos);
  EXPECT_TRUE(shows("berlin", "205")) << station("berlin").shown.size();
  t.run(3s);
  EXPECT_EQ(station("berlin").ended, "16 normal clearing") << "the gateway hangs up";
  t.call("amsterdam", 1, "205");
  EXPECT_EQ(station("berlin").name, "Person 201");
  t.far_answers("berlin", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin station 1");
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "amsterdam line 1");
  t.hang_up("amsterdam", 1);
  t.station_calls("berlin", 0, "*36");
  t.run(4s);
  t.call("amsterdam", 1, "205");
  EXPECT_EQ(station("amsterdam").name, "Person 201") << "back at the own desk";
}

TEST_F(Stations, H5_AWrongCodeIsReadOnTheDisplay) {
  t.station_calls("amsterdam", 0, "*35*201*9999#");
  t.run(1s);
  EXPECT_FALSE(station().shown.empty());
  EXPECT_TRUE(shows("amsterdam", "login code"));
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "refusal");
  t.run(3s);
  EXPECT_EQ(station().ended, "21 call rejected");
}

TEST_F(Stations, HoldsAndRetrieves) {
  t.call("amsterdam", 1, "205");
  t.far_answers("amsterdam", 0, 1);
  t.station_holds("amsterdam", 0, true);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.station_holds("amsterdam", 0, false);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "amsterdam line 1");
}

TEST_F(Stations, IsOutOfOrderWhileItIsNotThere) {
  t.trunk_comes("amsterdam", 0, false);
  EXPECT_EQ(tone_after("amsterdam", 1, "205"), "congestion");
  EXPECT_EQ(t.state_of("amsterdam", 5), "not there");
  control::v1::Request ask;
  ask.mutable_status();
  EXPECT_EQ(t.ask("amsterdam", ask).status().lines(), town_lines + 1);
  EXPECT_EQ(t.ask("amsterdam", ask).status().lines_not_there(), 1u);
  t.trunk_comes("amsterdam", 0);
  EXPECT_EQ(t.state_of("amsterdam", 5), "idle");
}

TEST_F(Stations, WhenTheEdgeDiesItsCallsEnd) {
  t.call("amsterdam", 1, "205");
  t.far_answers("amsterdam", 0, 1);
  t.isdn_edge_dies("amsterdam");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

} // namespace
} // namespace switchroom::exchange
