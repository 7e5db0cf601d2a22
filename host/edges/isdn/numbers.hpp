// SPDX-License-Identifier: MIT
/// Numbers and texts between proto/isdn.proto and Q.931's octets. Pure.
#pragma once
#include "isdn.pb.h"

#include <string>
#include <string_view>

namespace switchroom::isdn {

/// Type of number and numbering plan, as octet 3 of a number (Q.931, 4.5.8) has them without its
/// extension bit. What `of_number` leaves open is as the channel says.
int plan_of(const v1::Numbering& of_number, const v1::Numbering& of_channel);
v1::Numbering numbering_of(int plan);

/// Octet 3a (Q.931, 4.5.10).
int presentation_octet(v1::Presentation, bool screened);
v1::Presentation presentation_of(int octet);
bool is_screened(int octet);

/// The first 63 of 0 to 9, * and #; all else is left out.
std::string digits_of(std::string_view text);

/// ISO 8859-1, at most so many octets; what is not in it is "?", control characters are spaces.
std::string shown(std::string_view utf8, std::size_t most);
std::string utf8_of(std::string_view shown);

} // namespace switchroom::isdn
