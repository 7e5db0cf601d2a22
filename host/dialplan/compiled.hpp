// SPDX-License-Identifier: MIT
/// All codes of a plan in one automaton: a trie over literal digits, X and N, walked digit by
/// digit. The cost of a decision depends on the digits and on the wildcards among the codes that
/// begin with them, not on how many codes there are.
#pragma once
#include "dialplan/pattern.hpp"

#include <array>
#include <cstdint>

namespace switchroom::dialplan {

inline constexpr std::uint32_t no_index = 0xffffffff;

struct compiled_code {
  short_code source;
  pattern digits;
  std::vector<part> number;
  level from = level::system;
  std::uint32_t order = 0; ///< as configured, over all levels
};

/// Rule C3: does `a` come before `b` if both match?
bool precedes(const compiled_code& a, const compiled_code& b);
/// Why it does, for people.
std::string reason(const compiled_code& winner, const compiled_code& loser);

struct trie_node {
  std::array<std::uint32_t, 12> literal; ///< 0 … 9 * #
  std::uint32_t one_digit = no_index;
  std::uint32_t n = no_index;      ///< N that takes digits
  std::uint32_t n_star = no_index; ///< N that takes `*` too
  std::uint32_t code = no_index;   ///< the first of those that end here
  bool loops = false, loops_star = false;
  bool leads_on = false;            ///< some code goes on from here
  bool secondary_dial_tone = false; ///< `[n]` ends here
  trie_node() { literal.fill(no_index); }
};

struct plan::compiled {
  std::vector<compiled_code> codes;
  std::vector<trie_node> nodes{1};
  std::uint32_t hot_line = no_index, user_default = no_index, system_default = no_index;
  std::vector<std::string> emergency; ///< codes that are plain digits (rule S10)

  void add(compiled_code);
  bool begins_emergency(std::string_view digits) const;

private:
  std::uint32_t child(std::uint32_t node, const pattern&, const element&);
};

/// What all codes together make of the digits.
struct walked {
  std::uint32_t winner = no_index;
  bool leads_on = false;
  bool secondary_dial_tone = false;
};
walked walk(const plan::compiled&, std::string_view digits);

std::string fill_in(const compiled_code&, std::string_view digits, std::string_view wildcard,
                    const call_context&);

} // namespace switchroom::dialplan
