// SPDX-License-Identifier: MIT
#include "config_fixture.hpp"

namespace switchroom::app {
namespace {

const std::string rings =
    "[[trunk.short_code]]\ncode = \"?\"\nfeature = \"dial\"\nnumber = \"201\"\n";
const std::string city = "[[trunk]]\nname = \"city\"\nspan = 1\n",
                  out = "[[line_group]]\nname = \"out\"\ntrunks = [\"city\"]\n",
                  spare = "[[trunk]]\nname = \"spare\"\nkind = \"pri-network\"\nspan = 2\n";

TEST_F(Config, ACaptureNeedsAFolder) {
  const auto told = [&](const std::string& file) {
    const auto read = parse(good() + "[isdn]\ncapture = \"" + file + "\"\n");
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong == nullptr ? "" : wrong->front().what + " | " + wrong->front().remedy;
  };
  EXPECT_EQ(told("d.pcap"), "") << "where the file is";
  EXPECT_NE(told("nowhere/d.pcap").find("gateway.toml:26:11: there is no directory "),
            std::string::npos)
      << told("nowhere/d.pcap");
  EXPECT_NE(told("keys").find("is a directory"), std::string::npos);
}

TEST_F(Config, ATrunkThatNoCallWouldLeaveByIsRefused) {
  const auto told = [&](const std::string& groups) {
    const auto read = parse(good() + city + groups);
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong == nullptr ? "" : wrong->front().what + " | " + wrong->front().remedy;
  };
  EXPECT_EQ(told(""), "gateway.toml:26:8: trunk city is in no line group: no call would leave by "
                      "it | name it in trunks of a [[line_group]]");
  EXPECT_EQ(told(out), "");
}

TEST_F(Config, ATrunkHasASpanAndItsTimeSlots) {
  const auto read =
      parse(good() + city +
            "number = \"4930777\"\ncalled_digits = 3\nchannels = 20\n[[trunk.short_code]]\ncode = "
            "\"?\"\nfeature = \"dial\"\nnumber = \"201\"\n" +
            spare + "[[line_group]]\nname = \"out\"\ntrunks = [\"city\", \"spare\"]\n");
  const auto* made = std::get_if<configuration>(&read);
  ASSERT_NE(made, nullptr) << std::get<config_problems>(read).front().what;
  ASSERT_EQ(made->exchange.trunks.size(), 2U);
  const auto& trunk = made->exchange.trunks[0];
  EXPECT_EQ(trunk.number, "4930777");
  EXPECT_EQ(trunk.called_digits, 3U);
  EXPECT_EQ(trunk.codes.at(0).number, "201");
  ASSERT_EQ(trunk.channels.size(), 20U);
  EXPECT_EQ(trunk.channels.front(), 1U);
  EXPECT_EQ(trunk.channels[14], 15U);
  EXPECT_EQ(trunk.channels[15], 17U) << "16 is the D channel's";
  EXPECT_EQ(made->exchange.trunks[1].channels.size(), 30U);
  EXPECT_EQ(made->exchange.line_groups.at(0).trunks.at(1), "spare");
  ASSERT_EQ(made->d_channels.channels_size(), 2);
  EXPECT_EQ(made->d_channels.channels(0).channel(), 1U);
  EXPECT_EQ(made->d_channels.channels(0).kind(), isdn::v1::Channel::E1_USER);
  EXPECT_EQ(made->d_channels.channels(1).kind(), isdn::v1::Channel::E1_NETWORK);
}

TEST_F(Config, ADigitalStationHasADChannelBehindThoseOfTrunks) {
  const auto read = parse(good() + city + out + "[[line]]\nnumber = 40\nstation = 3\n");
  const auto* made = std::get_if<configuration>(&read);
  ASSERT_NE(made, nullptr) << std::get<config_problems>(read).front().what;
  EXPECT_EQ(made->exchange.lines.back().station, 3U);
  EXPECT_EQ(made->exchange.lines.back().type, users::line_type::digital);
  ASSERT_EQ(made->d_channels.channels_size(), 2);
  EXPECT_EQ(made->d_channels.channels(1).channel(), 2U);
  EXPECT_EQ(made->d_channels.channels(1).kind(), isdn::v1::Channel::BRI_NETWORK);
}

TEST_F(Config, AnAnalogTrunkHasLinesAndComesBehindDigitalOnes) {
  const auto read =
      parse(good() +
            "[[trunk]]\nname = \"copper\"\nkind = \"analog\"\nlines = [31, 32]\ndials = "
            "\"pulses\"\ndial_tone = false\ndial_pause_ms = 2000\nanswered_after_s = 0\n"
            "speech_level_dbm0 = -20\n"
            "[[trunk.short_code]]\ncode = \"?\"\nfeature = \"dial\"\nnumber = \"201\"\n" +
            city + "[[line_group]]\nname = \"out\"\ntrunks = [\"copper\", \"city\"]\n");
  const auto* made = std::get_if<configuration>(&read);
  ASSERT_NE(made, nullptr) << std::get<config_problems>(read).front().what;
  ASSERT_EQ(made->exchange.trunks.size(), 2U);
  EXPECT_EQ(made->exchange.trunks[0].name, "city");
  const auto& copper = made->exchange.trunks[1];
  EXPECT_EQ(copper.channels, (std::vector<unsigned>{31, 32}));
  ASSERT_TRUE(copper.analog);
  EXPECT_TRUE(copper.analog->pulses);
  EXPECT_FALSE(copper.analog->waits_for_dial_tone);
  EXPECT_EQ(copper.analog->pause, std::chrono::seconds(2));
  EXPECT_EQ(copper.analog->answered_after, std::chrono::seconds(0));
  EXPECT_TRUE(copper.analog->shows_caller);
  EXPECT_EQ(made->speech_levels,
            (std::map<line_id, double>{{line_id{31}, -20.0}, {line_id{32}, -20.0}}));
  EXPECT_EQ(made->d_channels.channels_size(), 1) << "no signalling beside the line";
}

TEST_F(Config, TrunksThatCannotBeAreRefused) {
  const auto told = [&](const std::string& more) {
    const auto read = parse(good() + more);
    std::string all; // some are in no line group, too
    if (const auto* wrong = std::get_if<config_problems>(&read))
      for (const auto& one : *wrong)
        all += one.what + " | " + one.remedy + '\n';
    return all;
  };
  for (const auto& [more, why] :
       {std::pair(city + city, "trunk city is there twice"),
        {city + "[[trunk]]\nname = \"b\"\nspan = 1\n", "span 1 is trunk city's"},
        {"[[trunk]]\nname = \"b\"\n", "span"},
        {"[[trunk]]\nname = \"Old Town\"\nspan = 2\n", "is no name of a trunk"},
        {"[[line]]\nnumber = 40\nstation = 3\n[[line]]\nnumber = 41\nstation = 3\n",
         "station 3 is at line 40"},
        {"[[line]]\nnumber = 40\nstation = 3\ntype = \"analog\"\n", "is of type \"digital\""},
        {"[[trunk]]\nname = \"c\"\nkind = \"analog\"\nlines = [31]\n",
         "nobody is named whom calls from outside ring"},
        {"[[trunk]]\nname = \"c\"\nkind = \"analog\"\n" + rings + "", "lines"},
        {"[[trunk]]\nname = \"c\"\nkind = \"analog\"\nlines = [31, 31]\n" + rings,
         "line 31 is there twice"},
        {"[[trunk]]\nname = \"c\"\nkind = \"analog\"\nlines = [1]\n" + rings,
         "line 1 is a [[line]], of a phone"},
        {"[[trunk]]\nname = \"c\"\nkind = \"analog\"\nlines = [31]\nspan = 1\n" + rings, "span"},
        {city + "kind = \"qsig\"\n", "kind is \"qsig\""},
        {city + "channels = 31\n", "channels"},
        {"[[line_group]]\nname = \"out\"\ntrunks = [\"city\"]\n", "there is no trunk \"city\""},
        {city + "[[line_group]]\nname = \"out\"\ntrunks = []\n", "no trunk is named"},
        {city + "[[line_group]]\nname = \"out\"\ntrunks = [\"city\", \"city\"]\n",
         "trunk city is there twice"},
        {"[[short_code]]\ncode = \"8N;\"\nfeature = \"dial\"\nnumber = \"N\"\nline_group = "
         "\"out\"\n",
         "names line group \"out\""}})
    EXPECT_NE(told(more).find(why), std::string::npos) << more << told(more);
}

} // namespace
} // namespace switchroom::app
