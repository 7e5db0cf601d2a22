// SPDX-License-Identifier: MIT
// The engine against the reference, with random tables and random digits, after every digit.
#include "dialplan/progress.hpp"
#include "dialplan_reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace switchroom::dialplan {
namespace {

using reference::code;

class chance {
public:
  explicit chance(std::uint64_t seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool one_in(unsigned n) { return below(n) == 0; }
  char of(std::string_view all) { return all[below(static_cast<unsigned>(all.size()))]; }
  std::string some(std::string_view all, unsigned least, unsigned most) {
    std::string text(least + below(most - least + 1), ' ');
    for (auto& c : text)
      c = of(all);
    return text;
  }

private:
  std::mt19937_64 random_;
};

/// Few different digits: codes shall meet.
std::string random_code(chance& by) {
  if (by.one_in(25))
    return "?";
  std::string text = by.some("112*#XXXN", 1, 7);
  const auto n = text.find('N');
  std::replace(text.begin() + static_cast<std::ptrdiff_t>(n == text.npos ? 0 : n + 1), text.end(),
               'N', n == text.npos ? 'N' : '2');
  if (by.one_in(6))
    text.insert(0, std::string("[").append(by.some("12", 1, 2)).append("]"));
  if (by.one_in(8))
    text += "\"1\"";
  if (by.one_in(5))
    text += ';';
  return text;
}

struct both {
  reference::plan said;
  plan made;
};

both random_plan(chance& by, unsigned most) {
  both p;
  p.said.arriving = by.one_in(4);
  p.said.dial_delay_count = by.one_in(2) ? 4 : 0;
  std::vector<short_code> levels[4];
  for (unsigned n = 1 + by.below(most); n > 0; --n) {
    const int level = p.said.arriving ? 2 + static_cast<int>(by.below(2))
                      : by.one_in(2)  ? 3
                                      : static_cast<int>(by.below(2));
    p.said.codes.push_back({random_code(by), level, by.one_in(30)});
  }
  for (const auto& c : p.said.codes) {
    short_code one;
    one.code = c.text;
    one.number.assign(1, 'N');
    one.what = c.emergency ? feature::emergency : feature::dial;
    levels[c.level].push_back(one);
  }
  for (unsigned n = by.below(4); n > 0; --n)
    p.said.numbers.push_back(by.some("12", 1, 5));
  const auto system = compile({}, {}, levels[3]);
  p.made =
      *(p.said.arriving ? of_line(*system, levels[2]) : of_user(*system, levels[0], levels[1]));
  return p;
}

int level_of(level from) {
  switch (from) {
  case level::user:
    return 0;
  case level::rights:
    return 1;
  case level::line:
  case level::line_default:
    return 2;
  default:
    return 3;
  }
}

std::string text(const decision& made, const std::vector<code>& codes) {
  if (made.what == verdict::wait)
    return made.secondary_dial_tone ? "waits, dial tone" : "waits";
  if (made.what == verdict::unknown)
    return "unknown";
  const auto& won = *made.winner;
  if (won.from == level::extension)
    return "extension " + won.number;
  int from = level_of(won.from);
  if (won.from == level::user_default) // of users and of rights alike
    for (const auto& c : codes)
      if (c.text == "?")
        from = std::min(from, c.level);
  return "code " + won.code + ", level " + std::to_string(from) + ", N = " + won.number;
}

/// Digits one by one, as long as nothing has acted and a bit beyond.
void dial(const both& p, const std::string& all, std::uint64_t seed) {
  const extension_lookup lookup = [&](std::string_view digits) {
    const auto& numbers = p.said.numbers;
    if (std::find(numbers.begin(), numbers.end(), digits) != numbers.end())
      return extension_match::exact;
    const auto begins = [&](const auto& n) { return n.starts_with(digits); };
    return std::any_of(numbers.begin(), numbers.end(), begins) ? extension_match::partial
                                                               : extension_match::none;
  };
  progress dialled(p.made, p.said.dial_delay_count);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    const auto digits = all.substr(0, n);
    dialled.follow(digits);
    for (const auto& [now, then] : {std::pair{dialling::goes_on, reference::dialling::goes_on},
                                    {dialling::paused, reference::dialling::paused},
                                    {dialling::complete, reference::dialling::complete}})
      ASSERT_EQ(text(dialled.decide(now, lookup, {}), p.said.codes),
                reference::outcome(p.said, digits, then))
          << digits << (now == dialling::paused ? " and a pause" : "") << ", seed " << seed;
  }
}

class random_plans : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(random_plans, C3_C4_C5_C8_AgreeWithTheReferenceAfterEveryDigit) {
  for (std::uint64_t seed = GetParam() * 1000; seed < GetParam() * 1000 + 60; ++seed) {
    chance by(seed);
    const auto p = random_plan(by, 30);
    for (int trial = 0; trial < 25; ++trial) {
      dial(p, by.some("1112233*#", 1, 9), seed);
      if (::testing::Test::HasFatalFailure())
        return;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, random_plans, ::testing::Range<std::uint64_t>(1, 11));

/// Larger than a word of states, and everything alive at once: what a deterministic automaton
/// could not hold.
TEST(random_plans, C3_AgreeWhereEveryCodeFits) {
  chance by(7);
  both p;
  std::vector<short_code> codes;
  for (int n = 0; n < 400; ++n) {
    auto text = by.some("1X", 3, 12);
    if (by.one_in(2))
      text.insert(by.below(static_cast<unsigned>(text.size())), 1, 'N');
    p.said.codes.push_back({text, 3, false});
    short_code one;
    one.code = text;
    one.number.assign(1, 'N');
    codes.push_back(one);
  }
  p.made = *compile({}, {}, codes);
  for (int trial = 0; trial < 12; ++trial)
    dial(p, by.some("11111112", 12, 13), 7);
}

} // namespace
} // namespace switchroom::dialplan
