// SPDX-License-Identifier: MIT
// What one digit costs among 10,000 short codes (wanted: at most 5 µs), beside two peers that look
// at one code after the other: this project's own fit of one code, and std::regex, which only
// says what matches whole. Tables: as an office has them, at random, and made to hurt: everything
// that X and N keep alive at once. "worst" is the dearest place in the dearest number, each place
// at its best of several runs, so that it is the engine's doing and not another process's.
#include "dialplan/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <regex>

namespace switchroom::dialplan {
namespace {

constexpr std::size_t codes_of_a_table = 10'000;
std::mt19937_64 dice(20);

char one_of(std::string_view all) {
  return all[dice() % all.size()];
}
std::string some(std::string_view all, std::size_t length) {
  std::string text(length, ' ');
  std::generate(text.begin(), text.end(), [&] { return one_of(all); });
  return text;
}

struct table_of_codes {
  const char* name;
  std::vector<std::string> codes;
  std::vector<std::string> dialled;
};

/// A code with its X and N dialled.
std::string dial(const std::string& code) {
  std::string digits;
  for (const char c : code)
    digits += c == 'X'   ? some("0123456789", 1)
              : c == 'N' ? some("0123456789", dice() % 6)
                         : std::string(1, c);
  return digits;
}

template <typename F>
std::vector<std::string> many(F make, std::size_t n = codes_of_a_table) {
  std::vector<std::string> all(n);
  std::generate(all.begin(), all.end(), make);
  return all;
}

std::vector<table_of_codes> tables() {
  std::vector<table_of_codes> all;
  const auto dial_some = [&all] {
    auto& t = all.back();
    t.dialled = many([&] { return dial(t.codes[dice() % t.codes.size()]); }, 50);
  };
  all.push_back({"office: prefixes, 70 % with N or X at the end",
                 many([] {
                   return some("0123456789", 3 + dice() % 5) +
                          std::array{"N", "XX", "", "N;", "XXXX", "*N#", ""}[dice() % 7];
                 }),
                 {}});
  dial_some();
  all.push_back({"random: 1 in 4 of 2 to 12 places is X, half have an N",
                 many([] {
                   auto code = some("012345678*XXXX", 2 + dice() % 11);
                   if (dice() % 2)
                     code[dice() % code.size()] = 'N';
                   return code;
                 }),
                 {}});
  dial_some();
  all.push_back({"hurting: 1 or X, 14 places; ones dialled",
                 many([] { return some("1X", 14); }),
                 {std::string(14, '1'), some("1112", 14)}});
  const auto n_and = [](std::size_t places) {
    return many([places] { return std::string(1, 'N').append(some("1X", places)); });
  };
  all.push_back({"hurting: N, then 1 or X, 14 places; ones dialled",
                 n_and(14),
                 {std::string(30, '1'), some("1112", 30)}});
  all.push_back({"hurting: the longest, N and 30 of 1 or X; ones dialled",
                 n_and(30),
                 {std::string(60, '1')}});
  return all;
}

using clock = std::chrono::steady_clock;
double us_since(clock::time_point start) {
  return std::chrono::duration<double, std::micro>(clock::now() - start).count();
}
volatile unsigned kept = 0; ///< so that nothing is left out

extension_match nobody(std::string_view) {
  return extension_match::none;
}

struct cost {
  double mean = 0, worst = 0; ///< µs a digit
};

cost engine(const plan& codes, const std::vector<std::string>& dialled) {
  cost all;
  std::size_t digits = 0;
  for (const auto& number : dialled) {
    std::vector<double> best(number.size(), 1e9);
    for (int run = 0; run < 20; ++run) {
      progress so_far(codes);
      for (std::size_t n = 1; n <= number.size(); ++n) {
        const auto start = clock::now();
        so_far.follow(std::string_view(number).substr(0, n));
        kept = kept + static_cast<unsigned>(so_far.decide(dialling::goes_on, nobody, {}).what);
        best[n - 1] = std::min(best[n - 1], us_since(start));
      }
    }
    for (const auto one : best) {
      all.mean += one;
      all.worst = std::max(all.worst, one);
      ++digits;
    }
  }
  all.mean /= static_cast<double>(digits);
  return all;
}

/// `look` is called with all digits so far, after each of the first 20 of one number.
template <typename F>
double peer(const std::vector<std::string>& dialled, F look) {
  const auto start = clock::now();
  std::size_t digits = 0;
  for (std::size_t n = 1; n <= std::min<std::size_t>(dialled[0].size(), 20); ++n, ++digits)
    look(std::string_view(dialled[0]).substr(0, n));
  return us_since(start) / static_cast<double>(digits);
}

double one_by_one(const std::vector<std::string>& codes, const std::vector<std::string>& dialled) {
  std::vector<pattern> patterns;
  for (const auto& code : codes)
    patterns.push_back(std::get<pattern>(parse_code(code)));
  return peer(dialled, [&](std::string_view digits) {
    for (const auto& one : patterns)
      kept = kept + static_cast<unsigned>(fit_digits(one, digits).how);
  });
}

double regular(const std::vector<std::string>& codes, const std::vector<std::string>& dialled) {
  std::vector<std::regex> expressions;
  for (const auto& code : codes) {
    std::string text;
    for (const char c : code)
      if (c != ';')
        text += c == 'X' ? "[0-9]" : c == 'N' ? "[0-9*]*" : std::string{'[', c, ']'};
    expressions.emplace_back(text, std::regex::optimize);
  }
  return peer(dialled, [&](std::string_view digits) {
    for (const auto& one : expressions)
      kept = kept + std::regex_match(digits.begin(), digits.end(), one);
  });
}

void measure(const table_of_codes& t) {
  std::vector<short_code> configured;
  for (const auto& code : t.codes) {
    configured.emplace_back().code = code;
    configured.back().number.assign(1, '.');
  }
  const auto start = clock::now();
  const auto codes = compile({}, {}, configured);
  const auto compiled = us_since(start) / 1000;
  const auto ours = engine(*codes, t.dialled);
  const auto slow = one_by_one(t.codes, t.dialled);
  const auto regex = regular(t.codes, t.dialled);
  std::printf("%-58s %8.2f %8.2f %10.0f %6.0f x %10.0f %6.0f x %8.1f\n", t.name, ours.mean,
              ours.worst, slow, slow / ours.mean, regex, regex / ours.mean, compiled);
}

} // namespace
} // namespace switchroom::dialplan

int main() {
  using namespace switchroom::dialplan;
  std::printf("%zu codes; µs a digit\n%-58s %8s %8s %10s %8s %10s %8s %8s\n", codes_of_a_table,
              "table", "mean", "worst", "one by one", "ratio", "std::regex", "ratio", "build ms");
  for (const auto& t : tables())
    measure(t);
}
