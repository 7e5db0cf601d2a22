// SPDX-License-Identifier: MIT
/// What the tests of G.168 share: a canceller between the ends, and the table of what was reached.
#pragma once
#include "g168.hpp"
#include "switchroom/dsp/echo_canceller.hpp"
#include "switchroom/dsp/nonlinear_processor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

namespace switchroom::dsp::testing {

namespace g168 {

constexpr unsigned taps_of_16_ms = 128, taps_of_128_ms = 1024;
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
  void take(const std::string& test, double measured, double limit) {
    const auto [at, added] = nearest_.try_emplace(test, row{measured, limit});
    if (!added && limit - measured < at->second.limit - at->second.measured)
      at->second = {measured, limit};
  }
  void TearDown() override {
    std::printf("%-34s %9s %9s\n", "G.168, what is nearest to a limit", "measured", "limit");
    for (const auto& [test, is] : nearest_)
      std::printf("%-34s %9.1f %9.1f%s\n", test.c_str(), is.measured, is.limit,
                  is.measured > is.limit ? "  MISSED" : "");
  }

private:
  struct row {
    double measured, limit;
  };
  std::map<std::string, row> nearest_;
};

/// Whether `measured` is at most `limit`: dBm0, or dB. Goes into the table.
inline ::testing::AssertionResult conforms(const std::string& test, double measured, double limit) {
  table_of_limits::of_this_run().take(test, measured, limit);
  if (measured <= limit)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "G.168, " << test << ": " << measured << ", at most " << limit;
}

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
    return after_.step(left,
                       static_cast<std::uint32_t>(canceller_.far_energy() / canceller_.taps()));
  }
  const nonlinear_processor& after() const { return after_; }

private:
  echo_canceller canceller_;
  nonlinear_processor after_;
};

} // namespace g168

class G168 : public ::testing::Test {
protected:
  void SetUp() override {
    if (g168::present())
      return;
    if (in_ci())
      GTEST_FAIL() << "ITU vectors not present";
    GTEST_SKIP() << "ITU vectors not present";
  }
};

} // namespace switchroom::dsp::testing
