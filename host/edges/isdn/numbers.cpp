// SPDX-License-Identifier: MIT
#include "edges/isdn/numbers.hpp"

namespace switchroom::isdn {
namespace {

constexpr std::size_t longest_number = 63; // of libpri

int type_bits(v1::Numbering::Type type) {
  switch (type) {
  case v1::Numbering::INTERNATIONAL:
    return 1;
  case v1::Numbering::NATIONAL:
    return 2;
  case v1::Numbering::SUBSCRIBER:
    return 4;
  case v1::Numbering::ABBREVIATED:
    return 6;
  default:
    return 0;
  }
}

int plan_bits(v1::Numbering::Plan plan) {
  switch (plan) {
  case v1::Numbering::E164:
    return 1;
  case v1::Numbering::PRIVATE:
    return 9;
  default:
    return 0;
  }
}

/// One character of UTF-8 off the beginning; 0: it is none, and one octet is gone.
char32_t first_of(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  char32_t made = length == 1 ? lead : lead & (0x7fU >> length);
  bool whole = length > 0 && length <= text.size();
  for (std::size_t n = 1; whole && n < length; ++n) {
    const auto next = static_cast<unsigned char>(text[n]);
    whole = (next & 0xc0) == 0x80;
    made = made << 6 | (next & 0x3f);
  }
  text.remove_prefix(whole ? length : 1);
  return whole ? made : 0;
}

} // namespace

int plan_of(const v1::Numbering& of_number, const v1::Numbering& of_channel) {
  const auto type =
      of_number.type() == v1::Numbering::BY_CHANNEL ? of_channel.type() : of_number.type();
  const auto plan =
      of_number.plan() == v1::Numbering::PLAN_BY_CHANNEL ? of_channel.plan() : of_number.plan();
  return type_bits(type) << 4 | plan_bits(plan);
}

v1::Numbering numbering_of(int plan) {
  v1::Numbering made;
  constexpr v1::Numbering::Type types[] = {v1::Numbering::UNKNOWN,     v1::Numbering::INTERNATIONAL,
                                           v1::Numbering::NATIONAL,    v1::Numbering::UNKNOWN,
                                           v1::Numbering::SUBSCRIBER,  v1::Numbering::UNKNOWN,
                                           v1::Numbering::ABBREVIATED, v1::Numbering::UNKNOWN};
  made.set_type(types[plan >> 4 & 7]);
  const int bits = plan & 15;
  made.set_plan(bits == 1   ? v1::Numbering::E164
                : bits == 9 ? v1::Numbering::PRIVATE
                            : v1::Numbering::PLAN_UNKNOWN);
  return made;
}

int presentation_octet(v1::Presentation presentation, bool screened) {
  switch (presentation) {
  case v1::RESTRICTED:
    return 0x20 | (screened ? 3 : 0);
  case v1::UNAVAILABLE:
    return 0x40 | 3; // there is none, says the network
  default:
    return screened ? 3 : 0;
  }
}

v1::Presentation presentation_of(int octet) {
  switch (octet & 0x60) {
  case 0:
    return v1::ALLOWED;
  case 0x40:
    return v1::UNAVAILABLE;
  default: // and what is reserved is not shown either
    return v1::RESTRICTED;
  }
}

bool is_screened(int octet) {
  return (octet & 3) == 1 || (octet & 3) == 3;
}

std::string digits_of(std::string_view text) {
  std::string made;
  for (const char one : text)
    if (((one >= '0' && one <= '9') || one == '*' || one == '#') && made.size() < longest_number)
      made += one;
  return made;
}

std::string shown(std::string_view utf8, std::size_t most) {
  std::string made;
  while (!utf8.empty() && made.size() < most) {
    const auto one = first_of(utf8);
    if (one == 0 || one > 0xff)
      made += '?';
    else
      made += one < 0x20 || (one >= 0x7f && one < 0xa0) ? ' ' : static_cast<char>(one);
  }
  return made;
}

std::string utf8_of(std::string_view shown) {
  std::string made;
  for (const char octet : shown) {
    const auto one = static_cast<unsigned char>(octet);
    if (one < 0x20 || (one >= 0x7f && one < 0xa0))
      made += ' ';
    else if (one < 0x80)
      made += octet;
    else {
      made += static_cast<char>(0xc0 | one >> 6);
      made += static_cast<char>(0x80 | (one & 0x3f));
    }
  }
  return made;
}

} // namespace switchroom::isdn
