// SPDX-License-Identifier: MIT
#include "station/station.hpp"

namespace switchroom::sim {
namespace {

// Q.931, 4.5.1 and Q.932.
constexpr unsigned display = 0x28, keypad_facility = 0x2c, feature_activation = 0x38,
                   feature_indication = 0x39;
/// INFORMATION with the dummy call reference, in a UI frame (Q.921, 3.6; Q.931, 4.3).
constexpr std::string_view information("\x03\x08\x00\x7b", 4);

std::string frame_of(unsigned tei, unsigned element, std::string_view contents) {
  std::string made{'\0', static_cast<char>(tei << 1 | 1)};
  made.append(information);
  made += static_cast<char>(element);
  made += static_cast<char>(contents.size());
  return made.append(contents);
}

} // namespace

std::string station::button(unsigned key, unsigned tei) {
  const char contents = static_cast<char>(0x80 | key);
  return frame_of(tei, feature_activation, {&contents, 1});
}

std::string station::keys(std::string_view pressed, unsigned tei) {
  return frame_of(tei, keypad_facility, pressed);
}

bool station::take(std::string_view frame) {
  constexpr std::size_t address = 2;
  if (frame.size() < address || frame.substr(address, information.size()) != information)
    return false;
  bool found = false;
  for (auto rest = frame.substr(address + information.size()); rest.size() >= 2;) {
    const auto element = static_cast<unsigned char>(rest[0]);
    const auto size = static_cast<unsigned char>(rest[1]);
    const auto contents = rest.substr(2, size);
    if (contents.size() < size)
      break;
    rest.remove_prefix(2 + contents.size());
    if (element == display) {
      at_rest_ = contents;
      found = true;
    } else if (element == feature_indication && size == 2) {
      const auto key = static_cast<unsigned>(contents[0]) & 0x7f;
      const auto status = static_cast<unsigned>(contents[1]) & 0x0f;
      lamps_[key] = status == 1 ? lamp::on : lamp::flashes;
      if (status == 0)
        lamps_.erase(key);
      found = true;
    }
  }
  return found;
}

std::array<std::string, 2> station::lines() const {
  const auto& text = in_call_ ? *in_call_ : at_rest_;
  return {text.substr(0, columns), text.size() > columns ? text.substr(columns, columns) : ""};
}

} // namespace switchroom::sim
