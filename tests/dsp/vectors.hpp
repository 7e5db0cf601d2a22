// SPDX-License-Identifier: MIT
/// The ITU's test files, which the project does not carry.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace switchroom::dsp::testing {

inline std::filesystem::path vectors_folder() {
  const char* vectors = std::getenv("SWITCHROOM_VECTORS");
  return vectors != nullptr ? vectors : SWITCHROOM_VECTORS_DEFAULT;
}

/// Words of an ITU file, 16 bit, little endian; nothing if it is not there.
inline std::vector<std::uint16_t> itu_words(const std::string& folder, const std::string& file) {
  std::ifstream in(vectors_folder() / folder / file, std::ios::binary);
  std::vector<std::uint16_t> words;
  for (char octet[2]; in.read(octet, 2);)
    words.push_back(static_cast<std::uint16_t>(static_cast<unsigned char>(octet[0]) |
                                               static_cast<unsigned char>(octet[1]) << 8));
  return words;
}

inline bool in_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

} // namespace switchroom::dsp::testing
