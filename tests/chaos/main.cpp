// SPDX-License-Identifier: MIT
// usage: chaos [--seeds N] [--first SEED] [--replay SEED] [--expect TEXT]
// --expect: looks for a schedule that goes wrong in this way, and succeeds if there is one.
#include "schedule.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using switchroom::chaos::live;
using switchroom::chaos::report;

int replay(std::uint64_t seed) {
  const auto told = live(seed, [](double at, const std::string& where, const std::string& what) {
    std::printf("%11.6f  %-12s %s\n", at, where.c_str(), what.c_str());
  });
  for (const auto& wrong : told.wrong)
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), wrong.c_str());
  return told.wrong.empty() ? 0 : 1;
}

void progress(std::uint64_t done, std::uint64_t all, double seconds) {
  std::fprintf(stderr, "\rchaos: %llu of %llu schedules, %.0f a second ",
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(all),
               static_cast<double>(done) / seconds);
}

int run(std::uint64_t first, std::uint64_t seeds, const std::string& expected) {
  const auto began = std::chrono::steady_clock::now();
  unsigned long long logins = 0, bad = 0;
  for (std::uint64_t n = 0; n < seeds; ++n) {
    const report told = live(first + n);
    logins += told.logins;
    if (!told.wrong.empty() && told.wrong.front().find(expected) != std::string::npos) {
      std::printf("%sseed %llu: %s\n", bad == 0 ? "\n" : "",
                  static_cast<unsigned long long>(first + n), told.wrong.front().c_str());
      if (++bad == 10 || !expected.empty())
        break;
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
    if (n % 100 == 99)
      progress(n + 1, seeds, spent.count());
  }
  std::printf("\nchaos: %llu log-ins in schedules %llu to %llu; %llu schedules went wrong\n",
              logins, static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + seeds - 1), bad);
  if (bad != 0)
    std::printf("chaos: --replay SEED shows one of them, message by message\n");
  return (bad != 0) == !expected.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
  std::uint64_t first = 1, seeds = 1000;
  std::string expected;
  for (int n = 1; n < count; ++n) {
    const std::string word = words[n];
    const char* value = n + 1 < count ? words[n + 1] : nullptr;
    char* end = nullptr;
    const auto number = value ? std::strtoull(value, &end, 10) : 0;
    const bool is_number = value && end != value && *end == 0;
    if (value && word == "--expect") {
      expected = value;
      ++n;
    } else if (is_number && word == "--replay") {
      return replay(number);
    } else if (is_number && (word == "--seeds" || word == "--first")) {
      (word == "--seeds" ? seeds : first) = number;
      ++n;
    } else {
      std::fprintf(stderr,
                   "chaos: I do not understand \"%s\"\n"
                   "usage: chaos [--seeds N] [--first SEED] [--replay SEED] "
                   "[--expect TEXT]\n",
                   words[n]);
      return 2;
    }
  }
  return run(first, seeds, expected);
}
