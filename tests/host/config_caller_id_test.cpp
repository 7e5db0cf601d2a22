// SPDX-License-Identifier: MIT
#include "config_fixture.hpp"

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;

/// "off", "v23 after 500 ms", "v23 before it rings".
std::string display_of(const exchange::line_settings& line) {
  const auto& display = line.display;
  if (!display.standard)
    return "off";
  const std::string name = *display.standard == dsp::fsk_standard::v23 ? "v23" : "bell202";
  return name + (display.before_ringing ? " before it rings"
                                        : " after " + std::to_string(display.wait / 1ms) + " ms");
}

TEST_F(Config, CallerIdIsAsInTheCountryOrAsTheLineSays) {
  const auto line_1 = [&](const std::string& locale, const std::string& more = "") {
    auto text = replaced("locale = \"NL\"", "locale = \"" + locale + "\"");
    text.insert(text.find("number = 1\n"), more);
    const auto read = parse(text);
    const auto* made = std::get_if<configuration>(&read);
    return made == nullptr ? std::get<config_problems>(read).front().what
                           : display_of(made->exchange.lines.at(0));
  };
  EXPECT_EQ(line_1("NL"), "v23 after 500 ms");
  EXPECT_EQ(line_1("DE"), "v23 after 500 ms");
  EXPECT_EQ(line_1("FR"), "v23 after 500 ms");
  EXPECT_EQ(line_1("US"), "bell202 after 500 ms");
  EXPECT_EQ(line_1("GB"), "v23 before it rings");
  EXPECT_EQ(line_1("GB", "caller_id = \"bell202\"\ncaller_id_wait_ms = 700\n"),
            "bell202 after 700 ms");
  EXPECT_EQ(line_1("NL", "caller_id_wait_ms = 300\n"), "v23 after 300 ms");
  EXPECT_EQ(line_1("US", "caller_id = \"v23-before-ringing\"\n"), "v23 before it rings");
  EXPECT_EQ(line_1("US", "caller_id = \"off\"\n"), "off");
  EXPECT_EQ(line_1("US", "type = \"digital\"\n"), "off") << "told in words";
}

TEST_F(Config, CallerIdThatCannotBeIsRefused) {
  const auto told = [&](const std::string& more, const std::string& locale = "NL") {
    auto text = replaced("locale = \"NL\"", "locale = \"" + locale + "\"");
    const auto read = parse(text + "[[line]]\nnumber = 33\n" + more);
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong == nullptr ? "accepted" : wrong->front().what + " | " + wrong->front().remedy;
  };
  const auto expect = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  expect(told("caller_id = \"dtmf\"\n"), "caller_id is \"dtmf\"");
  expect(told("caller_id_wait_ms = 100\n"), "caller_id_wait_ms is 100");
  expect(told("caller_id = \"off\"\ncaller_id_wait_ms = 300\n"), "caller_id is off");
  expect(told("caller_id_wait_ms = 300\n", "GB"), "before it rings | leave it out");
  expect(told("type = \"digital\"\ncaller_id = \"v23\"\n"), "no analog phone's");
  expect(told("phone = \"desk\"\npassword = \"x\"\ncaller_id = \"v23\"\n"), "no analog phone's");
}

} // namespace
} // namespace switchroom::app
