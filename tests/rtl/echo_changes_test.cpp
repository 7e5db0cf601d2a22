// SPDX-License-Identifier: MIT
// What is heard when an echo canceller is changed in a call: of the golden model, which the
// gateware does as (echo_canceller_test.cpp). A tone comes back as an echo of it, and what is heard
// above it is what the change has added.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "conference_room.hpp"
#include "golden/echo_cancellers.hpp"

namespace {
namespace test = switchroom::test;
using config = switchroom::regs::echo_block::line;
using samples = std::vector<std::int16_t>;

constexpr double tone_hz = 500, tone_dbm0 = -10, above_hz = 1500;
constexpr std::size_t window = 800, change_at = 400;
constexpr unsigned delay = 5;

/// A line that has heard noise for 2 s, and said half of it.
class line {
public:
  explicit line(std::uint32_t word) : cancellers_(1, 1) {
    write(word);
    for (int n = 0; n < 2000; ++n)
      frame(0); // it is quiet there
    for (int n = 0; n < 16'000; ++n)
      frame(static_cast<int>(random_() % 12'000) - 6000);
  }
  void write(std::uint32_t word) { cancellers_.write(config::offset, word); }
  std::int16_t frame(int far) {
    said = static_cast<std::int16_t>(echoes_[at_] / 2 + near);
    const auto heard = cancellers_.said(0, said, bypass);
    echoes_[at_] = static_cast<std::int16_t>(far);
    at_ = (at_ + 1) % delay;
    cancellers_.heard(0, static_cast<std::int16_t>(far));
    cancellers_.frame();
    return heard;
  }
  bool bypass = false;
  int near = 0;
  std::int16_t said = 0; ///< in the latest frame, echo and all

private:
  switchroom::golden::echo_cancellers cancellers_;
  std::mt19937 random_{1};
  std::array<std::int16_t, delay> echoes_{};
  unsigned at_ = 0;
};

constexpr std::uint32_t on = config::enable::of(1), suppressing = on | config::suppress::of(1);

/// The worst of eight moments of the tone's period. `near_dbm0`: of the tone of the near end, as
/// long as the far end's; the far end's is `far_dbm0`.
double clicks(std::uint32_t word, double far_dbm0, double near_dbm0,
              const std::function<void(line&)>& before, const std::function<void(line&)>& change) {
  double worst = -200;
  for (unsigned phase = 0; phase < 16; phase += 2) {
    line l(word);
    before(l);
    samples heard;
    for (std::size_t n = 0; n < 800 + window; ++n) {
      if (n == 800 + change_at)
        change(l);
      l.near = test::sine(tone_hz, near_dbm0, n + phase + 3);
      heard.push_back(l.frame(test::sine(tone_hz, far_dbm0, n + phase)));
    }
    worst = std::max(worst, test::band_dbm0(std::span(heard).subspan(800), above_hz, 4000));
  }
  return worst;
}

/// The same of a tone that is switched hard.
double hard_switch(double dbm0) {
  return test::hard_switch_dbm0(tone_hz, dbm0, window, change_at, above_hz);
}

TEST(EchoChanges, NoneClicks) {
  const auto nothing = [](line&) {};
  const auto writes = [](std::uint32_t word) { return [word](line& l) { l.write(word); }; };
  const auto frozen = on | config::freeze::of(1), frozen_and_suppressing = frozen | suppressing;
  const auto bypass = [](bool is) { return [is](line& l) { l.bypass = is; }; };
  // Of the echo that comes and goes, or of what is left of it: 20 dB less than if switched hard.
  constexpr double echo = -16, left = -31;
  const struct {
    const char* what;
    std::uint32_t word;
    double far_dbm0, near_dbm0, changes_dbm0;
    std::function<void(line&)> before, change;
  } cases[] = {
      {"nothing", on, -10, -200, left, nothing, nothing},
      {"bypassed, an echo of -16 dBm0", on, -10, -200, echo, nothing, bypass(true)},
      {"not bypassed any more", on, -10, -200, echo, bypass(true), bypass(false)},
      {"bypassed, and suppresses", suppressing, -10, -200, echo, nothing, bypass(true)},
      {"not bypassed, and suppresses", suppressing, -10, -200, echo, bypass(true), bypass(false)},
      // Frozen, so that a tone of the near end is none of the echo.
      {"suppresses from now on, left -31 dBm0", on, -10, left, left, writes(frozen),
       writes(frozen_and_suppressing)},
      {"does not suppress any more", on, -10, left, left, writes(frozen_and_suppressing),
       writes(frozen)},
      {"bypassed, suppresses -31 dBm0", on, -10, left, echo, writes(frozen_and_suppressing),
       bypass(true)},
      {"learns nothing any more", on, -10, -200, left, nothing, writes(frozen)},
      {"switched on", 0, -10, -200, left, nothing, writes(on)},
      {"switched on, somebody speaks", 0, -200, -10, left, nothing, writes(suppressing)},
      {"switched off, somebody speaks", on, -200, -10, left, nothing, writes(0)},
  };
  for (const auto& one : cases) {
    const double heard = clicks(one.word, one.far_dbm0, one.near_dbm0, one.before, one.change);
    const double limit = hard_switch(one.changes_dbm0) - 20;
    std::printf("%-40s %6.1f dBm0, limit %.1f\n", one.what, heard, limit);
    EXPECT_LT(heard, limit) << one.what;
  }
  std::printf("%-40s %6.1f dBm0, no limit\n", "switched off, an echo of -16 dBm0",
              clicks(on, -10, -200, nothing, writes(0)));
}

// A modem behind it has the line to itself, DC and all, 2 ms after that was found out; and the
// canceller still knows the echo when it is back.
TEST(EchoChanges, BypassedItGoesThroughToTheBitAndComesBackWithWhatItKnew) {
  line l(suppressing);
  const auto says = [&](std::size_t n) {
    l.near = 100 + test::sine(700, -20, n);
    const auto heard = l.frame(test::sine(tone_hz, -10, n));
    return heard == l.said;
  };
  l.bypass = true;
  std::size_t n = 0;
  for (; n < 16; ++n)
    says(n);
  for (; n < 4000; ++n)
    ASSERT_TRUE(says(n)) << n;
  l.bypass = false;
  l.near = 0;
  double left = 0, echo = 0;
  for (; n < 8000; ++n) {
    const double heard = l.frame(test::sine(tone_hz, -10, n));
    if (n >= 4016) {
      left += heard * heard;
      echo += double(l.said) * l.said;
    }
  }
  EXPECT_LT(left, echo / 1000);
}

// What was suppressed is all there 2 ms after it shall not be any more.
TEST(EchoChanges, NotSuppressedAnyMoreAllIsHeard) {
  line one(suppressing), other(on);
  bool differed = false;
  for (std::size_t n = 0; n < 4000; ++n) {
    if (n == 2000)
      one.write(on);
    const auto far = test::sine(tone_hz, -10, n);
    one.near = other.near = test::sine(700, -35, n);
    const auto heard = one.frame(far), all = other.frame(far);
    differed |= n < 2000 && heard != all;
    if (n >= 2016) {
      ASSERT_EQ(heard, all) << n;
    }
  }
  EXPECT_TRUE(differed) << "it was not suppressed before";
}

} // namespace
