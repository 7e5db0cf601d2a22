// SPDX-License-Identifier: MIT
// DTMF detector: the table of shared VOICE.md, row by row: what is measured beside the limit, and
// of libspandsp's receiver in the same run. On the golden model, which the RTL equals sample by
// sample (dtmf_detector_test.cpp).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

#include "../speech.hpp"
#include "dtmf_signals.hpp"
#include "golden/dtmf_detector.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::digit_signal;
using signal = std::vector<std::int16_t>;

std::string ours(const signal& line) {
  switchroom::golden::dtmf_detector detector(1);
  detector.write(regs::dtmf_block::channel_config::offset, 1);
  std::string digits;
  const std::int16_t nothing = 0;
  for (int n = 0; n < 300; ++n)
    detector.frame({&nothing, 1});
  for (const auto sample : line)
    for (const auto& event : detector.frame({&sample, 1}))
      if (event.kind == regs::event_kind::dtmf_on)
        digits += static_cast<char>(event.data);
  return digits;
}

std::string spandsp(const signal& line) {
  auto* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  std::string digits;
  for (std::size_t n = 0; n < line.size(); n += 160) {
    dtmf_rx(receiver, line.data() + n,
            static_cast<int>(std::min<std::size_t>(160, line.size() - n)));
    char some[128];
    digits.append(some, dtmf_rx_get(receiver, some, 127));
  }
  dtmf_rx_free(receiver);
  return digits;
}

using ears = std::string (*)(const signal&);
using experiment = std::function<digit_signal(double)>;

/// The last of the steps from `from` on at which all digits are heard (or none is), without a gap.
double last(double from, double step, double to, bool heard, const experiment& of, ears who) {
  double found = NAN;
  for (double x = from; step > 0 ? x <= to + 1e-9 : x >= to - 1e-9; x += step) {
    if (switchroom::test::share_heard(of(x), who) != (heard ? 1 : 0))
      break;
    found = x;
  }
  return found;
}

struct row {
  const char* what;
  const char* limit_text;
  double limit;
  bool at_least; ///< the measured must be; else at most
  double from, step, to;
  bool heard; ///< all of it; else none
  experiment of;
  double scale = 1;
};

TEST(DtmfTable, EveryRowIsMet) {
  const std::vector<row> rows{
      {"frequency accepted, row", "≥ +1.5 %", .015, true, .01, .001, .05, true,
       [](double x) { return digit_signal{.row_offset = x}; }, 100},
      {"frequency accepted, row", "≤ −1.5 %", -.015, false, -.01, -.001, -.05, true,
       [](double x) { return digit_signal{.row_offset = x}; }, 100},
      {"frequency accepted, column", "≥ +1.5 %", .015, true, .01, .001, .05, true,
       [](double x) { return digit_signal{.column_offset = x}; }, 100},
      {"frequency accepted, column", "≤ −1.5 %", -.015, false, -.01, -.001, -.05, true,
       [](double x) { return digit_signal{.column_offset = x}; }, 100},
      {"frequency rejected from, row", "≤ +3.5 %", .035, false, .05, -.001, .015, false,
       [](double x) { return digit_signal{.length_ms = 200, .row_offset = x}; }, 100},
      {"frequency rejected from, row", "≥ −3.5 %", -.035, true, -.05, .001, -.015, false,
       [](double x) { return digit_signal{.length_ms = 200, .row_offset = x}; }, 100},
      {"frequency rejected from, column", "≤ +3.5 %", .035, false, .05, -.001, .015, false,
       [](double x) { return digit_signal{.length_ms = 200, .column_offset = x}; }, 100},
      {"frequency rejected from, column", "≥ −3.5 %", -.035, true, -.05, .001, -.015, false,
       [](double x) { return digit_signal{.length_ms = 200, .column_offset = x}; }, 100},
      {"twist, high group louder", "≥ 4 dB", 4, true, 0, .1, 12, true,
       [](double x) { return digit_signal{.row_dbm0 = -10 - x, .column_dbm0 = -10}; }},
      {"twist, low group louder", "≥ 8 dB", 8, true, 0, .1, 12, true,
       [](double x) { return digit_signal{.row_dbm0 = -10, .column_dbm0 = -10 - x}; }},
      {"on time accepted", "≤ 40 ms", 40, false, 60, -1, 20, true,
       [](double x) { return digit_signal{.length_ms = x}; }},
      {"on time rejected", "≥ 23 ms", 23, true, 10, 1, 40, false,
       [](double x) { return digit_signal{.length_ms = x}; }},
      {"break bridged", "≥ 10 ms", 10, true, 1, 1, 40, true,
       [](double x) { return digit_signal{.length_ms = 120, .break_at_ms = 60, .break_ms = x}; }},
      {"noise under the digit, 50 ms", "≤ 15 dB", 15, false, 30, -1, 0, true,
       [](double x) { return digit_signal{.length_ms = 50, .noise_db = -x}; }},
      {"quietest, each frequency", "≤ −26 dBm0", -26, false, 0, -1, -50, true,
       [](double x) { return digit_signal{.row_dbm0 = x, .column_dbm0 = x}; }},
      {"silence below, each frequency", "≥ −55 dBm0", -55, true, -60, 1, -20, false,
       [](double x) { return digit_signal{.length_ms = 200, .row_dbm0 = x, .column_dbm0 = x}; }}};
  std::printf("%-34s %10s %8s %8s\n", "", "limit", "ours", "spandsp");
  for (const auto& row : rows) {
    const double mine = last(row.from, row.step, row.to, row.heard, row.of, ours);
    const double theirs = last(row.from, row.step, row.to, row.heard, row.of, spandsp);
    const double slack = std::abs(row.step) / 100; // steps do not add up exactly
    const bool met = row.at_least ? mine >= row.limit - slack : mine <= row.limit + slack;
    const bool theirs_met =
        row.at_least ? theirs >= row.limit - slack : theirs <= row.limit + slack;
    std::printf("%-34s %11s %8.1f %8.1f%s\n", row.what, row.limit_text, mine * row.scale,
                theirs * row.scale, theirs_met ? "" : " misses");
    EXPECT_TRUE(met) << row.what << " " << row.limit_text << ": " << mine * row.scale;
  }
}

TEST(DtmfTable, TalkOff) {
  const auto speech = switchroom::test::speech_folder();
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  std::size_t mine = 0, theirs = 0;
  double seconds = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
    if (entry.path().extension() != ".wav")
      continue;
    const auto said = switchroom::test::wav(entry.path());
    for (const double gain : {.5, 1., 2.}) {
      signal line;
      for (const auto sample : said)
        line.push_back(
            static_cast<std::int16_t>(std::clamp(std::lround(gain * sample), -32124L, 32124L)));
      seconds += static_cast<double>(line.size()) / 8000;
      mine += ours(line).size();
      theirs += spandsp(line).size();
    }
  }
  std::printf(
      "talk-off, %.0f s of English at −6, 0 and +6 dB: %zu hits (10 allowed), spandsp %zu\n",
      seconds, mine, theirs);
  ASSERT_GT(seconds, 3600);
  EXPECT_LE(mine, 10u);
}
} // namespace
