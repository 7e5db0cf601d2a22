// SPDX-License-Identifier: MIT
#include "edges/sip/caller_header.hpp"

#include "types/plain_text.hpp"

#include <cctype>
#include <string_view>

namespace switchroom::sip {
namespace {

std::string quoted(const std::string& name) {
  std::string made = "\"";
  for (const char c : without_controls(name))
    if (c != '"' && c != '\\')
      made += c;
  return made + '"';
}

/// RFC 3261, 25.1: `user`; what is not of it is escaped.
std::string user_part(const std::string& number) {
  static constexpr std::string_view unescaped = "-_.!~*'()+", hex = "0123456789ABCDEF";
  std::string made;
  for (const char c : number) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80 && (std::isalnum(octet) != 0 || unescaped.find(c) != std::string_view::npos))
      made += c;
    else
      made.append("%").append(1, hex[octet >> 4]).append(1, hex[octet & 15]);
  }
  return made;
}

} // namespace

std::string caller_header(const std::string& name, const std::string& number,
                          const std::string& realm) {
  if (number.empty())
    return "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
  return quoted(name) + " <sip:" + user_part(number) + '@' + realm + '>';
}

} // namespace switchroom::sip
