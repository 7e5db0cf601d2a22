// SPDX-License-Identifier: MIT
/// Real speech for tests: the Debian package asterisk-core-sounds-en-wav, which scripts/setup
/// installs. 8 kHz, 16 bits, one channel.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace switchroom::test {

/// Where the package itself puts them. (/usr/share/asterisk/sounds/en is a link of another
/// package.)
inline std::filesystem::path speech_folder() {
  return "/usr/share/asterisk/sounds/en_US_f_Allison";
}

inline std::filesystem::path prompt(const std::string& name) {
  return speech_folder() / (name + ".wav");
}

/// Samples of a WAV file with the plain 44-octet header.
inline std::vector<std::int16_t> wav(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> octets((std::istreambuf_iterator<char>(file)), {});
  std::vector<std::int16_t> samples;
  for (std::size_t n = 44; n + 1 < octets.size(); n += 2)
    samples.push_back(static_cast<std::int16_t>(static_cast<unsigned char>(octets[n]) |
                                                static_cast<unsigned char>(octets[n + 1]) << 8));
  return samples;
}

} // namespace switchroom::test
