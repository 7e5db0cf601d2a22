// SPDX-License-Identifier: MIT
/// What a country's phones hear and how they ring, as words for the fabric's tables.
#pragma once
#include "exchange/exchange.hpp"
#include "switchroom/dsp/call_progress.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace switchroom::app {

struct table_word {
  std::uint32_t offset = 0; ///< of the register in its block
  std::uint32_t value = 0;
};

struct country_tables {
  std::vector<table_word> segments; ///< regs::tone_block: frequencies, amplitudes, timing
  std::map<exchange::tone, std::uint8_t> first_segment;
  std::vector<table_word> cadences; ///< regs::fxs_block::cadence
  std::map<exchange::ring_cadence, std::uint8_t> cadence;
  duration first_pause{0}; ///< the longest of ringing, after it has begun
};

/// As regs::tone_block has a frequency, and the peak of a sine so loud.
std::uint32_t turns_of(double hz);
std::uint32_t peak_of(double dbm0);

/// Of a locale: "DE", "FR", "GB", "NL", "US"; of "GB" for any other.
country_tables tables_of(std::string_view locale);

/// What its exchanges say in tones, for who listens to one: dial tone, busy, congestion, ringback.
std::vector<dsp::progress_tone> progress_of(std::string_view locale);

} // namespace switchroom::app
