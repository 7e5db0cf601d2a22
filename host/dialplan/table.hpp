// SPDX-License-Identifier: MIT
/// The codes of one level as one automaton: a trie of their literal beginnings, and at its nodes
/// the tails of those that go on with X or N.
#pragma once
#include "dialplan/tails.hpp"

#include <array>
#include <map>

namespace switchroom::dialplan {

struct compiled_code {
  short_code source;
  pattern digits;
  std::vector<part> number;
  level from = level::system;
  std::uint32_t order = 0; ///< as configured, within its level
};

result<compiled_code> compile_one(const short_code&, level);
/// Rule C3: does `a` come before `b` if both match?
bool precedes(const compiled_code& a, const compiled_code& b);
/// Why it does, for people.
std::string reason(const compiled_code& winner, const compiled_code& loser);
std::string fill_in(const compiled_code&, std::string_view digits, std::string_view wildcard,
                    const call_context&);

class table {
public:
  explicit table(std::vector<compiled_code>);
  table(const table&) = delete;
  table& operator=(const table&) = delete;

  const std::vector<compiled_code>& codes() const { return codes_; }
  const compiled_code* hot_line() const { return hot_line_; }
  const compiled_code* fallback() const { return fallback_; } ///< `?`

private:
  friend class walk;
  struct node {
    std::array<std::uint32_t, keys> next;
    std::uint32_t code = no_index;    ///< the first of those that end here
    std::uint32_t tails = no_index;   ///< of those that go on with X or N
    bool leads_on = false;            ///< to longer literal beginnings
    bool secondary_dial_tone = false; ///< `[n]` ends here
    bool emergency_begun = false;     ///< an emergency code follows
    node() { next.fill(no_index); }
  };
  using beginnings = std::map<std::uint32_t, std::vector<tail>>;

  void add(std::uint32_t index, beginnings&);
  std::uint32_t child(std::uint32_t node, char literal);

  std::vector<compiled_code> codes_;
  std::vector<node> nodes_{1};
  std::vector<tails> tails_;
  const compiled_code* hot_line_ = nullptr;
  const compiled_code* fallback_ = nullptr;
};

/// What digits make of one table.
struct walked {
  const compiled_code* first = nullptr; ///< the one that wins of those that match
  bool leads_on = false;                ///< some code can match more
  bool secondary_dial_tone = false;
  bool emergency_begun = false;
};

/// Digits on their way through a table.
class walk {
public:
  explicit walk(const table&);
  void take(char digit);
  const walked& found() const { return found_; }

private:
  void enter(std::uint32_t node);
  void look();
  void prefer(std::uint32_t code);

  struct branch {
    const tails* all;
    tails::states alive;
  };
  const table* table_;
  std::uint32_t node_ = no_index; ///< none: the digits are no literal beginning any more
  std::vector<branch> branches_;
  walked found_;
};

} // namespace switchroom::dialplan
