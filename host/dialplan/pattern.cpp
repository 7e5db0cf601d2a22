// SPDX-License-Identifier: MIT
#include "dialplan/pattern.hpp"

#include <algorithm>
#include <optional>

namespace switchroom::dialplan {

namespace {

constexpr std::size_t longest_code = 31; // rule C1

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_dialled(char c) {
  return is_digit(c) || c == '*' || c == '#';
}

/// Reads a code from left to right into a pattern.
class code_reader {
public:
  explicit code_reader(std::string_view code) : code_(code) {}

  std::variant<pattern, fault> read() {
    if (code_.empty())
      return fault{0, "is empty.", "Give the digits that are to be dialled."};
    if (code_.size() > longest_code)
      return fault{longest_code + 1, "is one too many: a code has at most 31.", "Shorten it."};
    if (code_.front() == '?')
      return read_default();
    if (code_.front() == '[')
      if (auto wrong = read_secondary())
        return *wrong;
    while (at_ < code_.size())
      if (auto wrong = read_element())
        return *wrong;
    if (read_.elements.empty())
      return fault{1, "leaves nothing to dial.", "Put a digit, X or N before it."};
    mark_star();
    return read_;
  }

private:
  std::variant<pattern, fault> read_default() {
    read_.is_default = default_kind::anything;
    ++at_;
    if (at_ < code_.size() && code_[at_] == 'D') {
      read_.is_default = default_kind::hot_line;
      ++at_;
    }
    if (at_ < code_.size())
      return here("cannot follow the default ?.", "Write ? or ?D and nothing else.");
    return read_;
  }

  std::optional<fault> read_secondary() {
    ++at_;
    for (; at_ < code_.size() && code_[at_] != ']'; ++at_) {
      if (!is_dialled(code_[at_]))
        return here("cannot stand in [ ].", "Put only digits, * and # in it.");
      add(element_kind::literal, code_[at_]);
    }
    if (at_ == code_.size())
      return fault{1, "is never closed.", "Close it with ]."};
    if (read_.elements.empty())
      return here("closes an empty [ ].", "Put the digits before the second dial tone in it.");
    read_.secondary_dial_tone = read_.elements.size();
    ++at_;
    return std::nullopt;
  }

  std::optional<fault> read_element() {
    const char c = code_[at_];
    if (is_dialled(c))
      add(element_kind::literal, c);
    else if (c == 'X')
      add(element_kind::one_digit, 0);
    else if (c == 'N') {
      if (read_.n())
        return here("is a second N: what would each match?", "Use one N in a code.");
      add(element_kind::digits, 0);
    } else if (c == '"')
      return read_quoted();
    else if (c == ';') {
      if (at_ + 1 != code_.size())
        return here("stands before the end.", "Put ; last.");
      read_.until_complete = true;
    } else if (c == '?')
      return here("is the default and stands alone.", "Write ? or ?D and nothing else.");
    else if (c == '[')
      return here("may only open the code.", "Put [n] first.");
    else
      return here("cannot be dialled and has no meaning in a code.",
                  "Use digits, *, #, X, N, a trailing ;, a leading [n], or ? alone.");
    ++at_;
    return std::nullopt;
  }

  std::optional<fault> read_quoted() {
    const auto opened = at_++;
    for (; at_ < code_.size() && code_[at_] != '"'; ++at_) {
      if (!is_dialled(code_[at_]))
        return here("cannot be dialled.", "Quote only digits, * and #.");
      add(element_kind::literal, code_[at_]);
    }
    if (at_ == code_.size())
      return fault{opened + 1, "is never closed.", "Close it with another \"."};
    ++at_;
    return std::nullopt;
  }

  void mark_star() {
    for (std::size_t i = 0; i + 1 < read_.elements.size(); ++i)
      if (read_.elements[i].kind == element_kind::digits)
        read_.star_in_n = read_.elements[i + 1].literal == '#';
  }

  void add(element_kind kind, char literal) { read_.elements.push_back({kind, literal}); }
  fault here(std::string what, std::string remedy) const {
    return {at_ + 1, std::move(what), std::move(remedy)};
  }

  std::string_view code_;
  std::size_t at_ = 0;
  pattern read_;
};

unsigned count(const pattern& of, element_kind kind) {
  return static_cast<unsigned>(std::count_if(of.elements.begin(), of.elements.end(),
                                             [&](const element& e) { return e.kind == kind; }));
}

} // namespace

unsigned pattern::literals() const {
  return count(*this, element_kind::literal);
}
unsigned pattern::single_digits() const {
  return count(*this, element_kind::one_digit);
}
std::optional<std::size_t> pattern::n() const {
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (elements[i].kind == element_kind::digits)
      return i;
  return std::nullopt;
}
bool pattern::open() const {
  return until_complete || (!elements.empty() && elements.back().kind == element_kind::digits);
}

std::variant<pattern, fault> parse_code(std::string_view code) {
  return code_reader(code).read();
}

std::variant<std::vector<part>, fault> parse_number(std::string_view number) {
  std::vector<part> parts;
  const auto text = [&](char c) {
    if (parts.empty() || parts.back().kind != part_kind::text)
      parts.push_back({part_kind::text, {}});
    parts.back().text += c;
  };
  for (std::size_t i = 0; i < number.size(); ++i) {
    const char c = number[i];
    switch (c) {
    case 'N':
      parts.push_back({part_kind::wildcard, {}});
      break;
    case '.':
      parts.push_back({part_kind::all_dialled, {}});
      break;
    case 'S':
      parts.push_back({part_kind::calling_number, {}});
      break;
    case 'E':
      parts.push_back({part_kind::extension, {}});
      break;
    case 'U':
      parts.push_back({part_kind::user_name, {}});
      break;
    case '"': {
      const auto closed = number.find('"', i + 1);
      if (closed == std::string_view::npos)
        return fault{i + 1, "is never closed.", "Close it with another \"."};
      for (++i; i < closed; ++i)
        text(number[i]);
      break;
    }
    default:
      if (!is_dialled(c) && !(c >= 'a' && c <= 'z') &&
          std::string_view(",;W+-_@:/").find(c) == std::string_view::npos)
        return fault{i + 1, "has no meaning in a number.",
                     "Use digits, *, #, N . , ; S E U W, or put text in quotes."};
      text(c);
    }
  }
  return parts;
}

} // namespace switchroom::dialplan
