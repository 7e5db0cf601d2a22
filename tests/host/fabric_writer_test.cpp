// SPDX-License-Identifier: MIT
#include "app/fabric_writer.hpp"

#include <gtest/gtest.h>
#include <switchroom/regs.hpp>

#include <map>
#include <optional>
#include <sstream>

namespace switchroom::app {
namespace {

// A board of 16 slots: lines 0–3, tones 4–5, host slots 6–7, members 8–9; 8 places of echo
// cancellers. Words below are written by hand from regs/*.toml: connection = source | enable << 16,
// tone = segment | run << 8 | start << 16, line = ring | cadence << 4 | reverse << 8, echo = enable
// | tail << 1 | suppress << 4 | place << 16, member = enable | bridge << 2 | says << 7 | hears <<
// 19, 1024 is 0 dB.
board::capabilities small_board() {
  board::capabilities found;
  found.clocks_per_frame = 1024;
  found.blocks = {{0, 1, 1, 7, {}}, {1, 2, 1, 16, {}}, {2, 3, 1, 4, 0}, {3, 4, 1, 2, 4},
                  {4, 5, 1, 4, 0},  {5, 6, 1, 16, {}}, {6, 7, 1, 2, 6}, {7, 9, 1, 8, {}},
                  {8, 10, 1, 4, 0}, {9, 11, 1, 2, 8}};
  return found;
}

country_tables tables();

/// Words of the clock's block, by hand from regs/clock.toml: enable | kind << 1 | priority << 4.
TEST(FabricWriterClock, TheClockIsToldItsReferencesInTheOrderOfTheFile) {
  auto board = small_board();
  board.clocks_per_frame = 8192;
  board.blocks.push_back({10, 16, 1, 3, {}}); // two spans, and the external one
  fabric_writer writer(tables(), false, {});
  clock_settings clock;
  clock.references = {2, clock_settings::external, 7, 1}; // there is no span 7
  clock.revertive = true;
  clock.external_kind = regs::clock_kind::second;
  clock.restore_ms = 60'000;
  writer.set_clock(clock);
  std::map<std::uint32_t, std::uint32_t> words;
  for (const auto& one : writer.start(board))
    words[one.address] = one.value;
  const auto at = [](std::uint32_t offset) { return regs::address(10, offset); };
  EXPECT_EQ(words.at(at(0x21)), 0x03u) << "span 2: bits, first";
  EXPECT_EQ(words.at(at(0x22)), 0x15u) << "external: one a second, next";
  EXPECT_EQ(words.at(at(0x20)), 0x23u) << "span 1: bits, last";
  EXPECT_EQ(words.at(at(0x02)), 0x03u) << "enabled, revertive";
  EXPECT_EQ(words.at(at(0x04)), 60'000u);
  EXPECT_EQ(words.at(at(0x05)), 3932u) << "60 ppm of 65,536,000 clocks";
  words.clear();
  fabric_writer without(tables(), false, {});
  for (const auto& one : without.start(board))
    words[one.address] = one.value;
  EXPECT_EQ(words.at(at(0x02)), 0u);
  EXPECT_EQ(words.at(at(0x20)), 0u);
}

country_tables tables() {
  country_tables made;
  made.segments = {{regs::tone_block::segment_frequency::offset, 0x0d7a}};
  made.first_segment = {{exchange::tone::dial, std::uint8_t{0}},
                        {exchange::tone::busy, std::uint8_t{3}}};
  made.cadences = {{regs::fxs_block::cadence::offset, 0x103e8}};
  made.cadence = {{exchange::ring_cadence::internal, std::uint8_t{0}},
                  {exchange::ring_cadence::external, std::uint8_t{2}}};
  return made;
}

/// "connection 0": the register of an address on that board.
template <typename Register>
std::optional<std::string> named(const char* name, std::uint8_t block, std::uint32_t address) {
  const std::uint32_t first = regs::address(block, Register::offset);
  if (address < first || address >= first + Register::count)
    return std::nullopt;
  return std::string(name) + ' ' + std::to_string(address - first);
}

std::string name_of(std::uint32_t address) {
  for (const auto& name : {named<regs::switch_block::connection>("connection", 1, address),
                           named<regs::switch_block::control>("commit", 1, address),
                           named<regs::fxs_block::line_control>("line", 2, address),
                           named<regs::fxs_block::line_config>("config", 2, address),
                           named<regs::fxs_block::cadence>("cadence", 2, address),
                           named<regs::tone_block::channel_control>("tone", 3, address),
                           named<regs::tone_block::segment_frequency>("frequency", 3, address),
                           named<regs::tone_block::segment_amplitude>("amplitude", 3, address),
                           named<regs::tone_block::segment_timing>("timing", 3, address),
                           named<regs::tone_block::segment_third>("third", 3, address),
                           named<regs::dtmf_block::channel_config>("dtmf", 4, address),
                           named<regs::echo_block::line>("echo", 7, address),
                           named<regs::answer_tone_block::line_config>("answer tone", 8, address),
                           named<regs::conference_block::member>("member", 9, address)})
    if (name)
      return *name;
  return "unknown";
}

std::string words(const register_writes& writes) {
  std::ostringstream text;
  for (const auto& write : writes)
    text << name_of(write.address) << " = " << std::hex << write.value << "; ";
  return text.str();
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
  std::map<std::string, std::uint32_t> memory;
  for (const auto& write : writes)
    memory[name_of(write.address)] = write.value;
  for (int slot = 0; slot < 16; ++slot)
    EXPECT_EQ(memory.at("connection " + std::to_string(slot)), 0u) << slot;
  EXPECT_FALSE(memory.contains("connection 16"));
  EXPECT_FALSE(memory.contains("unknown"));
  EXPECT_EQ(memory.at("tone 0"), 0u);
  EXPECT_EQ(memory.at("tone 1"), 0u);
  EXPECT_EQ(memory.at("member 0"), 0u);
  EXPECT_EQ(memory.at("member 1"), 0u);
  EXPECT_EQ(memory.at("frequency 0"), 0x0d7au);
  EXPECT_EQ(memory.at("cadence 0"), 0x103e8u);
  const std::uint32_t line_config[] = {3, 1, 3, 1}; // µ-law; lines 1 and 3 on
  const std::uint32_t detector[] = {1, 0, 1, 0};
  for (std::size_t line = 0; line < 4; ++line) {
    const std::string number = std::to_string(line);
    EXPECT_EQ(memory.at("config " + number), line_config[line]) << line;
    EXPECT_EQ(memory.at("line " + number), 0u) << line;
    EXPECT_EQ(memory.at("echo " + number), 0u) << line;
    EXPECT_EQ(memory.at("answer tone " + number), 0u) << line;
    EXPECT_EQ(memory.at("dtmf " + number), detector[line]) << line;
  }
  EXPECT_EQ(words({writes.back()}), "commit 0 = 1; ");
}

/// A board with a gain block, of type 9, as block 7.
TEST_F(FabricWriter, GainsAreSetAtTheStartAndWhenTheyChange) {
  auto board = small_board();
  board.blocks.push_back({10, 12, 1, 16, {}});
  fabric_writer fresh(tables(), false, {line_id{1}, line_id{3}}, {{line_id{3}, {-6, 12}}});
  std::map<std::uint32_t, std::uint32_t> memory;
  for (const auto& write : fresh.start(board))
    memory[write.address] = write.value;
  // output n at 0x1000 + n, line_input n at 0x2000 + n; 16384 is 0 dB.
  EXPECT_EQ(memory.at(0x0a1000), 16384u);
  EXPECT_EQ(memory.at(0x0a2000), 16384u);
  EXPECT_EQ(memory.at(0x0a1002), 65226u); // 16384 · 10^(12/20)
  EXPECT_EQ(memory.at(0x0a2002), 8211u);  // 16384 · 10^(−6/20)
  EXPECT_EQ(fresh.gain_of(line_id{3}).out_db, 12);
  fresh.set_gain(line_id{1}, {0, -24});
  const auto writes = fresh.so_far();
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(writes[0].address, 0x0a2000u);
  EXPECT_EQ(writes[0].value, 16384u);
  EXPECT_EQ(writes[1].address, 0x0a1000u);
  EXPECT_EQ(writes[1].value, 1034u);
  fresh.set_gain(line_id{9}, {1, 1}); // that the board does not have
  EXPECT_TRUE(fresh.so_far().empty());
}

TEST_F(FabricWriter, ALevelGainIsBesideTheLinesOwn) {
  auto board = small_board();
  board.blocks.push_back({10, 12, 1, 16, {}});
  fabric_writer fresh(tables(), false, {line_id{1}, line_id{3}}, {{line_id{3}, {-6, 3}}});
  fresh.start(board);
  const auto word_in = [&] {
    const auto writes = fresh.so_far();
    return writes.empty() ? 0 : writes.front().value;
  };
  fresh.set_level_gain(line_id{3}, 4);
  EXPECT_EQ(word_in(), 13014u); // 16384 · 10^(−2/20)
  fresh.set_level_gain(line_id{3}, 4);
  EXPECT_TRUE(fresh.so_far().empty()) << "nothing has changed";
  fresh.set_gain(line_id{3}, {0, 3});
  EXPECT_EQ(word_in(), 25967u); // 16384 · 10^(4/20)
  fresh.set_gain(line_id{3}, {11, 3});
  EXPECT_EQ(word_in(), 65226u) << "12 dB, no more";
  EXPECT_EQ(fresh.gain_of(line_id{3}).in_db, 11);
  // From line 3 to line 1, to the host slot, and from there.
  fresh.take(exchange::connect{slot_id{0}, slot_id{2}});
  EXPECT_EQ(fresh.source_of(slot_id{0}), slot_id{2});
  EXPECT_EQ(fresh.gain_between(slot_id{2}, slot_id{0}), 12);
  EXPECT_EQ(fresh.gain_between(slot_id{2}, slot_id{6}), 12);
  EXPECT_EQ(fresh.gain_between(slot_id{6}, slot_id{2}), 3);
  fresh.take(exchange::connect{slot_id{0}, std::nullopt});
  EXPECT_EQ(fresh.source_of(slot_id{0}), std::nullopt);
  fresh.start(board);
  EXPECT_EQ(fresh.level_gain_of(line_id{3}), 0) << "a new board";
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
       "connection 0 = 10006; connection 6 = 10000; commit 0 = 1; "},
      {"silence", {connect{slot_id{3}, std::nullopt}}, "connection 3 = 0; commit 0 = 1; "},
      {"a slot that the board does not have", {connect{slot_id{16}, slot_id{0}}}, ""},
      {"a source that the board does not have", {connect{slot_id{0}, slot_id{16}}}, ""},
      {"a tone, first start", {play{tone_channel{1}, tone::busy}}, "tone 1 = 10103; "},
      {"the same tone starts anew", {play{tone_channel{1}, tone::busy}}, "tone 1 = 20103; "},
      {"a tone that stops", {play{tone_channel{1}, tone::none}}, "tone 1 = 0; "},
      {"a tone that the country does not have",
       {play{tone_channel{0}, tone::refusal}},
       "tone 0 = 0; "},
      {"a channel that the board does not have", {play{tone_channel{2}, tone::busy}}, ""},
      {"ring", {ring{line_id{3}, true, exchange::ring_cadence::external}}, "line 2 = 21; "},
      {"battery reversed while it rings", {reverse_battery{line_id{3}, true}}, "line 2 = 121; "},
      {"ring off leaves the battery", {ring{line_id{3}, false, {}}}, "line 2 = 100; "},
      {"digits are muted", {mute_digits{line_id{3}, true}}, "dtmf 2 = 3; "},
      {"and no longer", {mute_digits{line_id{3}, false}}, "dtmf 2 = 1; "},
      {"digits of a line that the board does not have", {mute_digits{line_id{5}, true}}, ""},
      {"an echo canceller",
       {cancel_echo{line_id{3}, 64, 4}},
       "echo 2 = 40015; answer tone 2 = 1; "},
      {"and no longer", {cancel_echo{line_id{3}, 0}}, "echo 2 = 0; answer tone 2 = 0; "},
      {"a tail that the board has no room for", {cancel_echo{line_id{3}, 64, 5}}, ""},
      {"an echo of a line that the board does not have", {cancel_echo{line_id{5}, 16, 0}}, ""},
      {"a member joins",
       {member_join{member_id{1}, 5}, connect{slot_id{9}, slot_id{0}}},
       "member 1 = 20020015; connection 9 = 10000; commit 0 = 1; "},
      {"one that only speaks", {member_join{member_id{0}, 31, false}}, "member 0 = 2007d; "},
      {"one is muted", {member_join{member_id{1}, 5, true, true}}, "member 1 = 20020017; "},
      {"one is made louder, and hears less",
       {member_join{member_id{1}, 5, true, false, 6, -6}},
       "member 1 = 100bfd95; "}, // 1024 · 10^(6/20) = 2043, 10^(−6/20) = 513
      {"it leaves before its connection goes",
       {member_leave{member_id{1}}, connect{slot_id{9}, std::nullopt}},
       "member 1 = 0; connection 9 = 0; commit 0 = 1; "},
      {"a member that the board does not have", {member_join{member_id{2}, 0}}, ""},
      {"a line that the board does not have", {ring{line_id{5}, true, {}}}, ""},
      {"line 0 is no line", {ring{line_id{0}, true, {}}}, ""},
      {"what is not the fabric's", {log{"a", "b", "c"}, media_close{host_slot{0}, "a"}}, ""},
      {"tone first, then the connection that hears it, then the commit",
       {play{tone_channel{0}, tone::dial}, connect{slot_id{1}, slot_id{4}}},
       "tone 0 = 30100; connection 1 = 10004; commit 0 = 1; "},
      // 1004 / 8000 · 65536 = 8224.8, 22,827 · 10^(−10 / 20) = 7218.5 (regs/tone.toml)
      {"a test tone, in a segment of its channel's own",
       {play{tone_channel{1}, tone::test, {1004, -10}}},
       "frequency 254 = 2021; amplitude 254 = 1c33; timing 254 = fe0000; third 254 = 0; "
       "tone 1 = 401fe; "},
      {"another one there begins anew",
       {play{tone_channel{1}, tone::test, {2804, 0}}},
       "frequency 254 = 59ba; amplitude 254 = 592b; timing 254 = fe0000; third 254 = 0; "
       "tone 1 = 501fe; "},
  };
  for (const auto& row : table)
    EXPECT_EQ(step(row.actions), row.expected) << row.what;
}

TEST_F(FabricWriter, H4_RingOffIsWrittenBeforeTheMessageAndTheCommitStaysOne) {
  writer_.take(exchange::ring{line_id{1}, true, {}});
  writer_.finish();
  writer_.take(exchange::connect{slot_id{0}, std::nullopt});
  writer_.take(exchange::ring{line_id{1}, false, {}});
  EXPECT_EQ(words(writer_.so_far()), "connection 0 = 0; line 0 = 0; "); // no commit yet
  writer_.take(exchange::connect{slot_id{1}, std::nullopt});
  EXPECT_EQ(words(writer_.finish()), "connection 1 = 0; commit 0 = 1; ");
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
  EXPECT_EQ(step({exchange::ring{line_id{1}, true, {}}}), "line 0 = 1; ");
}

/// Time slots 1 and 17 of span 1 have voice; its D channel goes to the first HDLC channel and back.
TEST(FabricWriterSpans, ATrunksSpanIsSwitchedOnWithItsDChannel) {
  auto board = small_board();
  board.blocks[1].capacity = 128;
  board.blocks.push_back({10, regs::e1_block::type, 1, 1, 32});
  board.blocks.push_back({11, regs::hdlc_block::type, 1, 4, 64});
  fabric_writer writer(tables(), false, {line_id{1}}, {}, {{1, {1, 17}}, {2, {1}}});
  std::map<std::uint32_t, std::uint32_t> told;
  const auto writes = writer.start(board);
  for (const auto& write : writes)
    told[write.address] = write.value;
  const auto slot = [](std::uint32_t n) { return regs::address(10, 0x1000 + n); };
  EXPECT_EQ(told.at(slot(1)), 1U) << "A-law";
  EXPECT_EQ(told.at(slot(17)), 1U);
  EXPECT_EQ(told.at(slot(2)), 0U) << "idle";
  EXPECT_EQ(told.at(slot(16)), 3U) << "clear";
  EXPECT_EQ(told.at(regs::address(10, 0x0010)), 1U | 2U << 1)
      << "enabled, CRC-4 if the far end has it";
  EXPECT_EQ(told.at(regs::address(1, regs::switch_block::connection::offset + 32 + 16)), 0x10040U);
  EXPECT_EQ(told.at(regs::address(1, regs::switch_block::connection::offset + 64)), 0x10030U);
  EXPECT_EQ(writes.back().address, regs::address(1, regs::switch_block::control::offset));
  EXPECT_FALSE(told.contains(regs::address(10, 0x0011))) << "the board has no second span";
}

/// Its D channel has two bits; its HDLC channel is behind those of trunks.
TEST(FabricWriterSpans, ADigitalStationIsSwitchedOnWithItsDChannel) {
  auto board = small_board();
  board.blocks[1].capacity = 128;
  board.blocks.push_back({10, regs::e1_block::type, 1, 1, 32});
  board.blocks.push_back({11, regs::hdlc_block::type, 1, 4, 64});
  board.blocks.push_back({12, regs::iom2_block::type, 1, 8, 72});
  fabric_writer writer(tables(), false, {line_id{1}}, {}, {{1, {1}}}, {3, 9});
  std::map<std::uint32_t, std::uint32_t> told;
  for (const auto& write : writer.start(board))
    told[write.address] = write.value;
  EXPECT_EQ(told.at(regs::address(12, 0x010)), 1U);
  EXPECT_EQ(told.at(regs::address(12, 0x020 + 2)), 1U | 1U << 2 | 1U << 4) << "A-law, A-law, D";
  EXPECT_EQ(told.at(regs::address(12, 0x028 + 2)), 8U) << "activate";
  const auto connection = [](std::uint32_t n) {
    return regs::address(1, regs::switch_block::connection::offset + n);
  };
  EXPECT_EQ(told.at(connection(72 + 4 * 2 + 2)), 0x10000U | 65U);
  EXPECT_EQ(told.at(connection(65)), 0x10000U | (72 + 4 * 2 + 2));
  EXPECT_FALSE(told.contains(regs::address(12, 0x020 + 8))) << "the bus has no ninth";
}

} // namespace
} // namespace switchroom::app
