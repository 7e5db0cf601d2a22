// SPDX-License-Identifier: MIT
#include "switchroom/dsp/caller_id.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace switchroom::dsp {
namespace {

// GR-30, ETS 300 659-3.
enum : std::uint8_t {
  single_call = 0x04,
  multiple_call = 0x80,
  date_and_time = 0x01,
  calling_number = 0x02,
  number_absent = 0x04,
  calling_name = 0x07,
  name_absent = 0x08,
};

char letter_of(absence why) {
  return why == absence::withheld ? 'P' : 'O';
}

std::optional<absence> absence_of(std::string_view text) {
  if (text.size() != 1)
    return std::nullopt;
  if (text[0] == 'P')
    return absence::withheld;
  if (text[0] == 'O')
    return absence::unavailable;
  return std::nullopt;
}

/// Letters of ISO 8859-1 from 0xc0 on, without their marks.
constexpr std::string_view bare =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

/// UTF-8 as a display of ASCII has it.
std::string plain(std::string_view text, std::size_t longest) {
  std::string made;
  for (std::size_t n = 0; n < text.size() && made.size() < longest;) {
    const auto first = static_cast<std::uint8_t>(text[n++]);
    unsigned code = first;
    while (n < text.size() && first >= 0xc0 && (static_cast<std::uint8_t>(text[n]) & 0xc0U) == 0x80)
      code = (code << 6 | (static_cast<std::uint8_t>(text[n++]) & 0x3fU)) & 0x1f'ffff;
    if (first >= 0xc0 && first < 0xe0)
      code &= 0x7ff;
    else if (first >= 0xc0)
      code = 0; // nothing that has a bare letter
    if (code >= 0xc0 && code < 0x100)
      made += bare[code - 0xc0];
    else
      made += code >= 0x20 && code < 0x7f ? static_cast<char>(code) : '?';
  }
  return made;
}

std::string digits_of(const caller_id::moment& when) {
  std::string made;
  for (const unsigned part : {when.month, when.day, when.hour, when.minute}) {
    made += static_cast<char>('0' + part / 10 % 10);
    made += static_cast<char>('0' + part % 10);
  }
  return made;
}

std::optional<caller_id::moment> moment_of(std::string_view text) {
  const bool digits =
      text.size() == 8 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits)
    return std::nullopt;
  const auto part = [&](std::size_t at) {
    return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  const caller_id::moment when{part(0), part(2), part(4), part(6)};
  if (when.month < 1 || when.month > 12 || when.day < 1 || when.day > 31 || when.hour > 23 ||
      when.minute > 59)
    return std::nullopt;
  return when;
}

/// As received: what cannot be shown is shown as '?'.
std::string shown(std::string_view text) {
  std::string made(text);
  std::ranges::replace_if(
      made, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return made;
}

void add(std::vector<std::uint8_t>& to, std::uint8_t type, std::string_view text) {
  to.push_back(type);
  to.push_back(static_cast<std::uint8_t>(text.size()));
  to.insert(to.end(), text.begin(), text.end());
}

void add_or_why(std::vector<std::uint8_t>& to, std::uint8_t type, const std::string& text,
                std::uint8_t absent, absence why) {
  if (!text.empty())
    add(to, type, text);
  else if (why != absence::none)
    add(to, absent, std::string(1, letter_of(why)));
}

std::uint8_t sum_of(std::span<const std::uint8_t> octets) {
  return static_cast<std::uint8_t>(std::accumulate(octets.begin(), octets.end(), 0U));
}

std::string_view text_of(std::span<const std::uint8_t> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// False: it says what cannot be.
bool take(caller_id& to, std::uint8_t type, std::string_view text) {
  switch (type) {
  case date_and_time:
    to.when = moment_of(text);
    return to.when.has_value();
  case calling_number:
    to.number = shown(text);
    return true;
  case calling_name:
    to.name = shown(text);
    return true;
  case number_absent:
  case name_absent: {
    const auto why = absence_of(text);
    (type == number_absent ? to.no_number : to.no_name) = why.value_or(absence::none);
    return why.has_value();
  }
  default:
    return true;
  }
}

std::variant<caller_id, message_error> decode_single(std::string_view text) {
  caller_id made;
  if (text.size() < 8 || !take(made, date_and_time, text.substr(0, 8)))
    return message_error{message_fault::wrong_field, date_and_time};
  const auto rest = text.substr(8);
  if (const auto why = absence_of(rest))
    made.no_number = *why;
  else
    made.number = shown(rest);
  return made;
}

} // namespace

std::string to_string(const message_error& error) {
  switch (error.what) {
  case message_fault::truncated:
    return "the message ends before its length";
  case message_fault::wrong_sum:
    return "the message is damaged";
  case message_fault::not_a_call:
    return "a message of type " + std::to_string(error.at) + ", not a call";
  case message_fault::wrong_field:
    break;
  }
  return "parameter " + std::to_string(error.at) + " is wrong";
}

std::vector<std::uint8_t> encode(const caller_id& who, message_format format) {
  const auto number = plain(who.number, caller_id::longest_number);
  std::vector<std::uint8_t> made{format == message_format::single ? single_call : multiple_call, 0};
  if (format == message_format::single) {
    auto text = digits_of(who.when.value_or(caller_id::moment{}));
    text += number.empty() ? std::string(1, letter_of(who.no_number)) : number;
    made.insert(made.end(), text.begin(), text.end());
  } else {
    if (who.when)
      add(made, date_and_time, digits_of(*who.when));
    add_or_why(made, calling_number, number, number_absent, who.no_number);
    add_or_why(made, calling_name, plain(who.name, caller_id::longest_name), name_absent,
               who.no_name);
  }
  made[1] = static_cast<std::uint8_t>(made.size() - 2);
  made.push_back(static_cast<std::uint8_t>(0U - sum_of(made)));
  return made;
}

std::variant<caller_id, message_error> decode(std::span<const std::uint8_t> octets) {
  if (octets.size() < 2 || octets.size() < message_length(octets[1]))
    return message_error{message_fault::truncated};
  octets = octets.first(message_length(octets[1]));
  if (sum_of(octets) != 0)
    return message_error{message_fault::wrong_sum};
  auto rest = octets.subspan(2, octets[1]);
  if (octets[0] == single_call)
    return decode_single(text_of(rest));
  if (octets[0] != multiple_call)
    return message_error{message_fault::not_a_call, octets[0]};
  caller_id made;
  while (!rest.empty()) {
    const std::uint8_t type = rest[0];
    const std::size_t length = rest.size() < 2 ? rest.size() : rest[1];
    if (rest.size() < 2 || rest.size() - 2 < length ||
        !take(made, type, text_of(rest.subspan(2, length))))
      return message_error{message_fault::wrong_field, type};
    rest = rest.subspan(2 + length);
  }
  return made;
}

} // namespace switchroom::dsp
