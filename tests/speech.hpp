// SPDX-License-Identifier: MIT
/// Real speech for tests: the Debian package asterisk-core-sounds-en-wav, which scripts/setup
/// installs. 8 kHz, 16 bits, one channel.
#pragma once
#include <filesystem>
#include <string>

namespace switchroom::test {

/// Where the package itself puts them. (/usr/share/asterisk/sounds/en is a link of another
/// package.)
inline std::filesystem::path speech_folder() {
  return "/usr/share/asterisk/sounds/en_US_f_Allison";
}

inline std::filesystem::path prompt(const std::string& name) {
  return speech_folder() / (name + ".wav");
}

} // namespace switchroom::test
