// SPDX-License-Identifier: MIT
#include "cli/ladder.hpp"
#include "cli/level_watch.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace switchroom::cli {
namespace {

std::string printed(const table& rows, std::size_t width) {
  std::ostringstream out;
  rows.print(out, width, false);
  return out.str();
}

/// Of two windows, one of them silent, the mean power is half: 3.01 dB less.
TEST(LevelWatch, HasTheMeanThePeakAndEveryOverload) {
  level_watch watched;
  control::v1::Levels read;
  auto& line = *read.add_lines();
  line.set_name("line 3");
  const auto say = [&](double rms, double peak, bool overload) {
    line.mutable_says()->set_rms_dbm0(rms);
    line.mutable_says()->set_peak_dbm0(peak);
    line.mutable_says()->set_overload(overload);
    watched.add(read);
  };
  say(-10, -2, true);
  say(-99, -99, false);
  const auto first = watched.take().lines(0);
  EXPECT_NEAR(first.says().rms_dbm0(), -13.01, 0.01);
  EXPECT_EQ(first.says().peak_dbm0(), -2);
  EXPECT_TRUE(first.says().overload());
  EXPECT_FALSE(first.has_hears());
  say(-20, -12, false);
  const auto second = watched.take().lines(0);
  EXPECT_NEAR(second.says().rms_dbm0(), -20, 0.01);
  EXPECT_EQ(second.says().peak_dbm0(), -12);
  EXPECT_TRUE(second.says().overload()) << "it was seen since the beginning";
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

/// ECMA-48: neither ESC nor what stands for it and a letter (U+009b is CSI) reaches a terminal.
TEST(Table, NothingInACellCommandsATerminal) {
  table rows({{"NAME"}, {"NUMBER"}});
  rows.row({"a\x1b[2Jb\x7f\r\n", "\u009b31m1\u0080"});
  EXPECT_EQ(printed(rows, 0), "NAME       NUMBER\na?[2Jb???  ??31m1??\n");
  table letters({{"NAME"}});
  letters.row({"\u00a0 Zo\u00eb \u00c2"});
  EXPECT_EQ(printed(letters, 0), "NAME\n\u00a0 Zo\u00eb \u00c2\n");
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

TEST(Ladder, InAPipeItIsAsWideAsAPage) {
  control::v1::Log some;
  for (int n = 0; n < 6; ++n) {
    auto& one = *some.add_entries();
    one.set_from("line " + std::to_string(n));
    one.set_to("amsterdam");
    one.set_what("off hook");
  }
  std::istringstream in(ladder_text(some, 0));
  for (std::string line; std::getline(in, line);)
    EXPECT_LE(width_of(line), 126u) << line; // 7 names at 16, and the time
}

std::string shown(const auto& message) {
  testing::internal::CaptureStdout();
  show(console(), message);
  return testing::internal::GetCapturedStdout();
}

TEST(Calls, ASetUpTooShortToTellIsSaidToBeThat) {
  control::v1::Calls calls;
  calls.add_calls()->set_setup_ms(0);
  calls.add_calls()->set_setup_ms(12.34);
  calls.add_calls(); // does not ring yet
  const auto text = shown(calls);
  EXPECT_NE(text.find("<0.1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("12.3\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" -\n"), std::string::npos) << text;
}

TEST(Explanation, FirstWhatHappensThenWhatMatchesAndFewThatDoNot) {
  control::v1::Explanation told;
  told.set_outcome("Calls 602.");
  const auto add = [&](const char* code, const char* why, bool matches, unsigned fit) {
    auto& one = *told.add_considered();
    one.set_code(code);
    one.set_why(why);
    one.set_matches(matches);
    one.set_digits_fit(fit);
  };
  add("55", "no match: digit 1 is 6", false, 0);
  for (const auto* code : {"65", "66", "67"})
    add(code, "no match: digit 2 is 0", false, 1);
  add("601", "no match: digit 3 is 2", false, 2);
  add("60N", "wins: at once", true, 0);
  const auto text = shown(told);
  EXPECT_TRUE(text.starts_with("Calls 602.\n")) << text;
  const auto at = [&](const char* code) { return text.find(code); };
  EXPECT_LT(at("60N"), at("601"));
  EXPECT_LT(at("601"), at("65"));
  EXPECT_LT(at("65"), at("66"));
  EXPECT_EQ(at("67"), std::string::npos);
  EXPECT_EQ(at("55"), std::string::npos);
  EXPECT_NE(at("\n2 more do not match: --json lists them.\n"), std::string::npos) << text;
}

TEST(Status, CountsLinesThatAreNotThere) {
  control::v1::Status status;
  status.set_lines(5);
  EXPECT_NE(shown(status).find("lines    5\n"), std::string::npos);
  status.set_lines_not_there(2);
  EXPECT_NE(shown(status).find("lines    5, 2 not there\n"), std::string::npos);
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
