// SPDX-License-Identifier: MIT
/// What the tests of G.168 share: a canceller between the ends, and the table of what was reached.
#pragma once
#include "g168.hpp"
#include "switchroom/dsp/echo_canceller.hpp"
#include "switchroom/dsp/nonlinear_processor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace switchroom::dsp::testing {

namespace g168 {

inline constexpr std::array tails_ms = {16U, 32U, 64U, 128U};
constexpr unsigned taps_a_ms = 8;
constexpr double erl_db = 6;

/// What is printed when all tests are over: of each test what was nearest to its limit.
class table_of_limits : public ::testing::Environment {
public:
  static table_of_limits& of_this_run() {
    static auto* const made = new table_of_limits; // googletest deletes it
    static auto* const known = ::testing::AddGlobalTestEnvironment(made);
    static_cast<void>(known);
    return *made;
  }
  void take(const std::string& test, unsigned tail_ms, double measured, double limit, bool known) {
    const auto [at, added] = nearest_.try_emplace({test, tail_ms}, row{measured, limit, known});
    if (!added && limit - measured < at->second.limit - at->second.measured)
      at->second = {measured, limit, known};
  }
  void TearDown() override {
    std::printf("%-34s %7s %9s %9s\n", "G.168, what is nearest to a limit", "tail ms", "measured",
                "limit");
    for (const auto& [test, is] : nearest_)
      std::printf("%-34s %7u %9.1f %9.1f%s\n", test.first.c_str(), test.second, is.measured,
                  is.limit,
                  is.measured <= is.limit ? ""
                  : is.known              ? "  MISSED, as is known"
                                          : "  MISSED");
  }

private:
  struct row {
    double measured, limit;
    bool known;
  };
  std::map<std::pair<std::string, unsigned>, row> nearest_;
};

/// What a canceller leaves of the echo of `far` and of `near_end`, which may be empty; `each` is
/// called before each sample.
template <typename Canceller>
words left_over(Canceller& canceller, echo_path& path, const words& far, const words& near_end = {},
                const std::function<void(std::size_t)>& each = {}) {
  words left;
  for (std::size_t n = 0; n < far.size(); ++n) {
    if (each)
      each(n);
    const std::int16_t received = coded(far[n]);
    const double near = n < near_end.size() ? near_end[n] : 0;
    left.push_back(canceller.cancel(received, coded(path.step(received) + near)));
  }
  return left;
}

/// With a non-linear processor behind it.
class whole_canceller {
public:
  explicit whole_canceller(unsigned taps) : canceller_(taps) {}
  std::int16_t cancel(std::int16_t far, std::int16_t near) {
    const std::int16_t left = canceller_.cancel(far, near);
    return after_.step(canceller_.near(), left,
                       static_cast<std::uint32_t>(canceller_.far_energy() / canceller_.taps()));
  }
  const nonlinear_processor& after() const { return after_; }

private:
  echo_canceller canceller_;
  nonlinear_processor after_;
};

} // namespace g168

/// Each test runs with each tail.
class G168 : public ::testing::TestWithParam<unsigned> {
protected:
  void SetUp() override {
    if (g168::present())
      return;
    if (in_ci())
      GTEST_FAIL() << "ITU vectors not present";
    GTEST_SKIP() << "ITU vectors not present";
  }
  unsigned tail_ms() const { return GetParam(); }
  /// In samples: so late that all of the longest path is still within the tail.
  unsigned latest_echo() const { return taps() - std::min(taps(), 144U); }
  unsigned taps() const { return tail_ms() * g168::taps_a_ms; }
  /// Whether `measured` is at most `limit`: dBm0, or dB. Goes into the table. A limit that is known
  /// to be missed may be so by at most `known_miss_db`.
  ::testing::AssertionResult conforms(const std::string& test, double measured, double limit,
                                      double known_miss_db = 0) const {
    g168::table_of_limits::of_this_run().take(test, tail_ms(), measured, limit, known_miss_db > 0);
    if (measured <= limit + known_miss_db)
      return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "G.168, " << test << ", " << tail_ms()
                                         << " ms: " << measured << ", at most " << limit;
  }
};

/// What a test is called by: 16ms.
inline std::string name_of_tail(const ::testing::TestParamInfo<unsigned>& tail) {
  return std::to_string(tail.param) + "ms";
}

} // namespace switchroom::dsp::testing
