// SPDX-License-Identifier: MIT
#include "cli/ladder.hpp"
#include "cli/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace switchroom::cli {
namespace {

std::string printed(const table& rows, std::size_t width) {
  std::ostringstream out;
  rows.print(out, width, false);
  return out.str();
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  table rows({{"LINE", true}, {"NAME"}, {"REMARKS"}});
  rows.row({"3", "Zoë", ""});
  rows.row({"12", "Anna", "x"});
  EXPECT_EQ(printed(rows, 0), "LINE  NAME  REMARKS\n"
                              "   3  Zoë\n"
                              "  12  Anna  x\n");
}

TEST(Table, GivesWayToANarrowTerminal) {
  table rows({{"A"}, {"B"}});
  rows.row({"short", std::string(100, 'b')});
  const std::string text = printed(rows, 40);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(width_of(line), 40u) << line;
  EXPECT_NE(text.find("short  " + std::string(32, 'b') + "…"), std::string::npos) << text;
}

TEST(Table, CharactersAreCountedNotOctets) {
  EXPECT_EQ(width_of("Zoë…"), 4u);
  EXPECT_EQ(cut("Zoë Müller", 4), "Zoë…");
  EXPECT_EQ(cut("Zoë", 3), "Zoë");
  EXPECT_EQ(padded("ë", 3), "ë  ");
  EXPECT_EQ(padded("ë", 3, true), "  ë");
}

control::v1::Log log() {
  control::v1::Log log;
  const char* entries[][3] = {{"line 1", "amsterdam", "off hook"},
                              {"amsterdam", "berlin", "CallSetup 204"},
                              {"berlin", "amsterdam", "CallProgress <alerting> & \"more\""},
                              {"amsterdam", "amsterdam", "thinks"}};
  for (const auto& entry : entries) {
    auto& one = *log.add_entries();
    one.set_from(entry[0]);
    one.set_to(entry[1]);
    one.set_what(entry[2]);
  }
  return log;
}

TEST(Ladder, ArrowsPointFromSenderToReceiver) {
  const std::string text = ladder_text(log(), 90);
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_LT(lines[0].find("line 1"), lines[0].find("amsterdam"));
  EXPECT_LT(lines[0].find("amsterdam"), lines[0].find("berlin"));
  EXPECT_NE(lines[1].find("off hook ──"), std::string::npos) << lines[1];
  EXPECT_NE(lines[1].find("▶│"), std::string::npos) << lines[1];
  EXPECT_NE(lines[2].find("▶│"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find("│◀"), std::string::npos) << lines[3];
  EXPECT_NE(lines[4].find("● thinks"), std::string::npos) << lines[4];
  for (std::size_t n = 0; n < 4; ++n) // the last may run over its lifeline
    EXPECT_LE(width_of(lines[n]), 90u) << lines[n];
}

TEST(Ladder, ManyParticipantsOnANarrowTerminalDoNotBreakIt) {
  control::v1::Log many;
  for (int n = 0; n < 30; ++n) {
    auto& one = *many.add_entries();
    one.set_from("line " + std::to_string(n));
    one.set_to("x");
    one.set_what(std::string(200, 'w'));
  }
  EXPECT_FALSE(ladder_text(many, 20).empty());
  EXPECT_EQ(ladder_text({}, 80), "Nothing has happened yet.\n");
}

TEST(Ladder, PictureEscapesWhatItShows) {
  const std::string picture = ladder_svg(log(), "a & b");
  EXPECT_NE(picture.find("CallProgress &lt;alerting&gt; &amp; &quot;more&quot;"),
            std::string::npos);
  EXPECT_NE(picture.find("<title>a &amp; b</title>"), std::string::npos);
  EXPECT_EQ(picture.find("<alerting>"), std::string::npos);
  EXPECT_EQ(picture.substr(picture.size() - 7), "</svg>\n");
}

} // namespace
} // namespace switchroom::cli
