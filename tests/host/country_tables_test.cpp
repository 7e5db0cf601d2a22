// SPDX-License-Identifier: MIT
#include "app/country_tables.hpp"

#include <gtest/gtest.h>
#include <switchroom/regs.hpp>

#include <cmath>
#include <map>
#include <string>

namespace switchroom::app {
namespace {

using exchange::tone;
using block = regs::tone_block;

/// "350+440/0 " a beat: frequencies to 1 Hz, and milliseconds, as the fabric will play them.
std::string played(const country_tables& tables, tone what) {
  std::map<std::uint32_t, std::uint32_t> memory;
  for (const auto& word : tables.segments)
    memory[word.offset] = word.value;
  std::string text;
  const std::uint32_t first = tables.first_segment.at(what);
  std::uint32_t at = first;
  do {
    const auto hz = [&](std::uint32_t increment) {
      return std::lround(increment * 8000.0 / 65536);
    };
    const std::uint32_t frequency = memory.at(block::segment_frequency::offset + at);
    const std::uint32_t level = memory.at(block::segment_amplitude::offset + at);
    const std::uint32_t timing = memory.at(block::segment_timing::offset + at);
    const long a = hz(block::segment_frequency::a::get(frequency));
    const long b = hz(block::segment_frequency::b::get(frequency));
    EXPECT_EQ(a != 0, block::segment_amplitude::a::get(level) != 0);
    EXPECT_EQ(b != 0, block::segment_amplitude::b::get(level) != 0);
    text += std::to_string(a);
    if (b != 0)
      text.append("+").append(std::to_string(b));
    text.append("/").append(std::to_string(block::segment_timing::duration_ms::get(timing)));
    text.append(" ");
    at = block::segment_timing::next::get(timing);
  } while (at != first && text.size() < 200);
  return text;
}

std::string rung(const country_tables& tables,
                 exchange::ring_cadence which = exchange::ring_cadence::internal) {
  using word = regs::fxs_block::cadence;
  std::string text;
  const std::uint32_t first = word::offset + tables.cadence.at(which) * 8u;
  for (const auto& phase : tables.cadences)
    if (phase.offset >= first && phase.offset < first + 8)
      text += std::to_string(word::duration_ms::get(phase.value)) +
              (word::ring::get(phase.value) ? "! " : " ");
  return text;
}

// ITU-T E.180 supplement 2, as national operators publish it.
TEST(CountryTables, TonesAndRingingAreTheCountrys) {
  const struct {
    const char *locale, *dial, *ringback, *busy, *ringing;
    int first_pause_ms;
  } table[] = {
      {"US", "350+440/0 ", "440+480/2000 0/4000 ", "480+620/500 0/500 ", "2000! 4000 0 ", 2000},
      {"GB", "350+440/0 ", "400+450/400 0/200 400+450/400 0/2000 ", "400/375 0/375 ",
       "400! 200 400! 2000 0 ", 1000},
      {"DE", "425/0 ", "425/1000 0/4000 ", "425/480 0/480 ", "1000! 4000 0 ", 1000},
      {"NL", "425/0 ", "425/1000 0/4000 ", "425/500 0/500 ", "1000! 4000 0 ", 1000},
      {"FR", "440/0 ", "440/1500 0/3500 ", "440/500 0/500 ", "1500! 3500 0 ", 1500},
  };
  for (const auto& row : table) {
    const auto tables = tables_of(row.locale);
    EXPECT_EQ(played(tables, tone::dial), row.dial) << row.locale;
    EXPECT_EQ(played(tables, tone::ringback), row.ringback) << row.locale;
    EXPECT_EQ(played(tables, tone::busy), row.busy) << row.locale;
    EXPECT_EQ(rung(tables), row.ringing) << row.locale;
    EXPECT_EQ(tables.first_pause, std::chrono::milliseconds(row.first_pause_ms)) << row.locale;
  }
}

TEST(CountryTables, EveryToneOfTheExchangeIsThereAndFits) {
  for (const char* locale : {"DE", "FR", "GB", "NL", "US", "unknown"}) {
    const auto tables = tables_of(locale);
    for (const tone what : {tone::dial, tone::secondary_dial, tone::ringback, tone::busy,
                            tone::congestion, tone::unobtainable, tone::confirmation, tone::refusal,
                            tone::hold, tone::call_waiting, tone::messages})
      EXPECT_FALSE(played(tables, what).empty());
    EXPECT_FALSE(tables.first_segment.contains(tone::none));
    EXPECT_LE(tables.segments.size() / 3, block::segment_timing::count);
    EXPECT_EQ(rung(tables, exchange::ring_cadence::page), "200! 200 200! 200 200! 1800 0 ");
  }
}

TEST(CountryTables, S17_DialToneStuttersAndThenStaysDialTone) {
  EXPECT_EQ(played(tables_of("GB"), tone::messages),
            "350+440/100 0/100 350+440/100 0/100 350+440/100 0/100 350+440/0 ");
}

TEST(CountryTables, LevelIsThatOfE180) {
  const auto tables = tables_of("DE");
  for (const auto& word : tables.segments)
    if (word.offset == block::segment_amplitude::offset) {
      const double peak = block::segment_amplitude::a::get(word.value);
      EXPECT_NEAR(20 * std::log10(peak / 22827), -12, 0.01);
    }
}

} // namespace
} // namespace switchroom::app
