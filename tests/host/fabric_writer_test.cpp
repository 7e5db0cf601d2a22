// SPDX-License-Identifier: MIT
#include "app/fabric_writer.hpp"

#include <gtest/gtest.h>
#include <switchroom/regs.hpp>

#include <map>

namespace switchroom::app {
namespace {

using media::register_write;

// A board of 16 slots: lines 0–3, tones 4–5, host slots 6–7. Words below are written by hand from
// regs/*.toml: connection = source | enable << 16, channel_control = segment | run << 8 |
// start << 16, line_control = ring | cadence << 4 | reverse << 8.
constexpr std::uint32_t at_switch = 0x010000, at_fxs = 0x020000, at_tone = 0x030000,
                        at_dtmf = 0x040000;

board::capabilities small_board() {
  board::capabilities found;
  found.clocks_per_frame = 1024;
  found.blocks = {{0, 1, 1, 7, {}}, {1, 2, 1, 16, {}}, {2, 3, 1, 4, 0}, {3, 4, 1, 2, 4},
                  {4, 5, 1, 4, 0},  {5, 6, 1, 16, {}}, {6, 7, 1, 2, 6}};
  return found;
}

country_tables tables() {
  country_tables made;
  made.segments = {{0x1000, 0x0d7a}, {0x1100, 0x1234}, {0x1200, 0}};
  made.first_segment = {{exchange::tone::dial, std::uint8_t{0}},
                        {exchange::tone::busy, std::uint8_t{3}}};
  made.cadences = {{0x100, 0x103e8}, {0x101, 4000}};
  made.cadence = {{exchange::ring_cadence::internal, std::uint8_t{0}},
                  {exchange::ring_cadence::external, std::uint8_t{2}}};
  return made;
}

std::string words(const register_writes& writes) {
  std::string text;
  for (const auto& write : writes) {
    char word[32];
    std::snprintf(word, sizeof word, "%06x=%x ", write.address, write.value);
    text += word;
  }
  return text;
}

class FabricWriter : public testing::Test {
protected:
  FabricWriter() : writer_(tables(), false, {line_id{1}, line_id{3}, line_id{9}}) {
    writer_.start(small_board());
  }
  std::string step(const std::vector<exchange::action>& actions) {
    for (const auto& action : actions)
      writer_.take(action);
    return words(writer_.finish());
  }
  fabric_writer writer_;
};

TEST_F(FabricWriter, NewBoardIsSilencedLoadedAndSwitchedOn) {
  fabric_writer fresh(tables(), true, {line_id{1}, line_id{3}, line_id{9}});
  const auto writes = fresh.start(small_board());
  std::map<std::uint32_t, std::uint32_t> memory;
  for (const auto& write : writes)
    memory[write.address] = write.value;
  for (std::uint32_t slot = 0; slot < 16; ++slot)
    EXPECT_EQ(memory.at(at_switch + 0x1000 + slot), 0u) << slot;
  EXPECT_FALSE(memory.contains(at_switch + 0x1010));
  EXPECT_EQ(memory.at(at_tone + 0x400), 0u);
  EXPECT_EQ(memory.at(at_tone + 0x401), 0u);
  EXPECT_EQ(memory.at(at_tone + 0x1000), 0x0d7au);
  EXPECT_EQ(memory.at(at_fxs + 0x100), 0x103e8u);
  const std::uint32_t line_config[] = {3, 1, 3, 1}; // µ-law; lines 1 and 3 on
  const std::uint32_t detector[] = {1, 0, 1, 0};
  for (std::uint32_t line = 0; line < 4; ++line) {
    EXPECT_EQ(memory.at(at_fxs + 0x1000 + line), line_config[line]) << line;
    EXPECT_EQ(memory.at(at_fxs + 0x2000 + line), 0u) << line;
    EXPECT_EQ(memory.at(at_dtmf + 0x1000 + line), detector[line]) << line;
  }
  EXPECT_EQ(writes.back().address, at_switch + 2);
  EXPECT_EQ(writes.back().value, 1u);
}

TEST_F(FabricWriter, EachActionBecomesItsWords) {
  using namespace exchange;
  const struct {
    const char* what;
    std::vector<action> actions;
    std::string expected;
  } table[] = {
      {"both directions in one commit",
       {connect{slot_id{0}, slot_id{6}}, connect{slot_id{6}, slot_id{0}}},
       "011000=10006 011006=10000 010002=1 "},
      {"silence", {connect{slot_id{3}, std::nullopt}}, "011003=0 010002=1 "},
      {"a slot that the board does not have", {connect{slot_id{16}, slot_id{0}}}, ""},
      {"a source that the board does not have", {connect{slot_id{0}, slot_id{16}}}, ""},
      {"a tone, first start", {play{tone_channel{1}, tone::busy}}, "030401=10103 "},
      {"the same tone starts anew", {play{tone_channel{1}, tone::busy}}, "030401=20103 "},
      {"a tone that stops", {play{tone_channel{1}, tone::none}}, "030401=0 "},
      {"a tone that the country does not have",
       {play{tone_channel{0}, tone::refusal}},
       "030400=0 "},
      {"a channel that the board does not have", {play{tone_channel{2}, tone::busy}}, ""},
      {"ring", {ring{line_id{3}, true, exchange::ring_cadence::external}}, "022002=21 "},
      {"battery reversed while it rings", {reverse_battery{line_id{3}, true}}, "022002=121 "},
      {"ring off leaves the battery", {ring{line_id{3}, false, {}}}, "022002=100 "},
      {"a line that the board does not have", {ring{line_id{5}, true, {}}}, ""},
      {"line 0 is no line", {ring{line_id{0}, true, {}}}, ""},
      {"what is not the fabric's", {log{"a", "b", "c"}, media_close{host_slot{0}}}, ""},
      {"tone first, then the connection that hears it, then the commit",
       {play{tone_channel{0}, tone::dial}, connect{slot_id{1}, slot_id{4}}},
       "030400=30100 011001=10004 010002=1 "},
  };
  for (const auto& row : table)
    EXPECT_EQ(step(row.actions), row.expected) << row.what;
}

TEST_F(FabricWriter, H4_RingOffIsWrittenBeforeTheMessageAndTheCommitStaysOne) {
  writer_.take(exchange::ring{line_id{1}, true, {}});
  writer_.finish();
  writer_.take(exchange::connect{slot_id{0}, std::nullopt});
  writer_.take(exchange::ring{line_id{1}, false, {}});
  EXPECT_EQ(words(writer_.so_far()), "011000=0 022000=0 "); // no commit yet
  writer_.take(exchange::connect{slot_id{1}, std::nullopt});
  EXPECT_EQ(words(writer_.finish()), "011001=0 010002=1 ");
  EXPECT_EQ(words(writer_.finish()), "");
}

TEST_F(FabricWriter, WithoutABoardNothingIsWritten) {
  fabric_writer none(tables(), false, {line_id{1}});
  none.take(exchange::connect{slot_id{0}, slot_id{1}});
  none.take(exchange::ring{line_id{1}, true, {}});
  EXPECT_TRUE(none.finish().empty());
}

TEST_F(FabricWriter, BoardThatComesBackKeepsNoLineState) {
  step({exchange::reverse_battery{line_id{1}, true}});
  writer_.start(small_board());
  EXPECT_EQ(step({exchange::ring{line_id{1}, true, {}}}), "022000=1 ");
}

} // namespace
} // namespace switchroom::app
