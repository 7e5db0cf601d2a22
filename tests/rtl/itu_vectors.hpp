// SPDX-License-Identifier: MIT
/// The ITU's test vectors. They are not part of this project: they are read from the folder in
/// the environment variable SWITCHROOM_VECTORS, or from ../shared/vectors beside the sources.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace switchroom::test {

inline std::filesystem::path itu_folder() {
  const char* folder = std::getenv("SWITCHROOM_VECTORS");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(SWITCHROOM_SOURCE_DIR "/../shared/vectors");
}

/// Whether a missing vector fails the test (in CI) or skips it.
inline bool itu_required() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

/// 16-bit little-endian words of a file; empty if it cannot be read.
inline std::vector<std::uint16_t> itu_words(const std::string& name) {
  std::ifstream file(itu_folder() / name, std::ios::binary);
  std::vector<std::uint16_t> words;
  for (char octets[2]; file.read(octets, 2);)
    words.push_back(static_cast<std::uint16_t>(static_cast<unsigned char>(octets[0]) |
                                               static_cast<unsigned char>(octets[1]) << 8));
  return words;
}

} // namespace switchroom::test
