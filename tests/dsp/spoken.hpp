// SPDX-License-Identifier: MIT
/// Real speech, as much as codecs are compared with.
#pragma once
#include "../speech.hpp"
#include "switchroom/dsp/wav.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <variant>
#include <vector>

namespace switchroom::dsp::testing {

/// A million samples at 8 kHz and a little more; nothing if the package is not installed.
inline std::optional<std::vector<std::int16_t>> two_minutes_of_speech() {
  using words = std::vector<std::int16_t>;
  const auto folder = switchroom::test::speech_folder();
  if (!std::filesystem::exists(folder))
    return std::nullopt;
  words speech;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".wav" || speech.size() > 1'000'000)
      continue;
    const auto read = read_wav(file.path());
    if (const auto* samples = std::get_if<words>(&read))
      speech.insert(speech.end(), samples->begin(), samples->end());
  }
  return speech;
}

} // namespace switchroom::dsp::testing
