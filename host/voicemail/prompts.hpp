// SPDX-License-Identifier: MIT
/// Phrases as samples: from the WAV files of a folder (Debian's asterisk-core-sounds-en-wav has
/// them all), or as tones where a file is missing. Reads files; keeps what it has read.
#pragma once
#include "voicemail/session.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchroom::voicemail {

using samples = std::vector<std::int16_t>;

/// "digits/20", "digits/1" for 21; above 99 digit by digit.
std::vector<std::string> names_of_count(std::uint64_t);
/// "digits/2", "digits/0", "digits/4".
std::vector<std::string> names_of_digits(std::string_view);
/// The tone after which one speaks: 1000 Hz, 250 ms, −12 dBm0.
samples beep_tone();
samples from_a_law(std::string_view octets);

class prompts {
public:
  explicit prompts(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Adds what a phrase sounds like; not of a message, whose voice is elsewhere. In place of a
  /// prompt that is missing: a low tone of 0.3 s; of a count, so many short ones (at most 9).
  void add(samples& to, const phrase&);
  /// Files that were wanted and cannot be used, each with the reason; once.
  std::vector<std::string> take_missing() { return std::exchange(missing_, {}); }

private:
  const samples* read(const std::string& name);

  std::filesystem::path folder_;
  std::map<std::string, std::optional<samples>> known_;
  std::vector<std::string> missing_;
};

} // namespace switchroom::voicemail
