// SPDX-License-Identifier: MIT
#include "edges/isdn/feature_keys.hpp"

#include "edges/isdn/numbers.hpp"

namespace switchroom::isdn {
namespace {

constexpr unsigned q931 = 0x08, information = 0x7b;
// Information elements: Q.931, 4.5.1; Q.932.
constexpr unsigned display = 0x28, keypad_facility = 0x2c, feature_activation = 0x38,
                   feature_indication = 0x39, shift = 0x90;
constexpr unsigned most_keys = 127; ///< an identifier of one octet

unsigned octet(std::string_view from, std::size_t at) {
  return static_cast<unsigned char>(from[at]);
}

/// Of a frame of SAPI 0, I or UI (Q.921, 3.6); else empty.
std::string_view layer_3(std::string_view frame, bool& numbered) {
  if (frame.size() < 4 || (octet(frame, 0) & 0xfd) != 0 || (octet(frame, 1) & 1) == 0)
    return {};
  numbered = (octet(frame, 2) & 1) == 0;
  constexpr unsigned without_poll = 0xef, ui = 0x03;
  if (!numbered && (octet(frame, 2) & without_poll) != ui)
    return {};
  return frame.substr(numbered ? 4 : 3);
}

unsigned feature_in(std::string_view contents) {
  const bool one_octet = !contents.empty() && (octet(contents, 0) & 0x80) != 0;
  return one_octet ? octet(contents, 0) & 0x7f : 0;
}

void look(unsigned element, std::string_view contents, bool in_call, pressed& found) {
  if (element == feature_activation)
    found.button = feature_in(contents);
  else if (element == keypad_facility && !in_call)
    found.keys += digits_of(contents);
}

/// To all stations of the bus (Q.921, 3.3.4.1).
std::string broadcast(unsigned element, std::string_view contents) {
  std::string made("\x02\xff\x03\x08\x00\x7b", 6);
  made += static_cast<char>(element);
  made += static_cast<char>(contents.size());
  return made.append(contents);
}

} // namespace

std::optional<pressed> pressed_in(std::string_view frame) {
  bool numbered = false;
  const auto message = layer_3(frame, numbered);
  const std::size_t reference = message.size() < 2 ? 0 : octet(message, 1) & 0x0f;
  std::size_t at = 2 + reference;
  if (message.size() <= at || octet(message, 0) != q931 || octet(message, at) != information)
    return std::nullopt;
  pressed found;
  for (++at; at < message.size();) {
    const auto element = octet(message, at++);
    if ((element & 0xf0) == shift) // elements of others follow
      break;
    if ((element & 0x80) != 0)
      continue;
    if (at == message.size() || octet(message, at) >= message.size() - at)
      break;
    look(element, message.substr(at + 1, octet(message, at)), reference != 0, found);
    at += 1 + octet(message, at);
  }
  if (found.button == 0 && found.keys.empty())
    return std::nullopt;
  found.alone = !numbered;
  return found;
}

std::string display_frame(std::string_view text) {
  return broadcast(display, text);
}

std::optional<std::string> lamp_frame(const v1::Lamp& lamp) {
  if (lamp.key() < 1 || lamp.key() > most_keys)
    return std::nullopt;
  // Status: 0 deactivated, 1 activated, 2 prompt.
  const unsigned status = lamp.shows() == v1::Lamp::ON        ? 1
                          : lamp.shows() == v1::Lamp::FLASHES ? 2
                                                              : 0;
  const char contents[] = {static_cast<char>(0x80 | lamp.key()), static_cast<char>(0x80 | status)};
  return broadcast(feature_indication, {contents, sizeof contents});
}

} // namespace switchroom::isdn
