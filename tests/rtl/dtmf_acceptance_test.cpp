// SPDX-License-Identifier: MIT
// DTMF detector: what ITU-T Q.24 and national values ask for (shared VOICE.md, "DTMF receiver"),
// on the golden model, which the RTL equals sample by sample (dtmf_detector_test.cpp).
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../speech.hpp"
#include "dtmf_signals.hpp"
#include "golden/dtmf_detector.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::digit_signal;
using switchroom::test::dtmf_columns;
using switchroom::test::dtmf_keys;
using switchroom::test::dtmf_rows;
using switchroom::test::line_signal;

struct outcome {
  std::string digits;
  std::vector<unsigned> lengths_ms;
};

outcome listen(const std::vector<std::int16_t>& signal) {
  switchroom::golden::dtmf_detector detector(1);
  detector.write(regs::dtmf_block::channel_config::offset, 1);
  outcome heard;
  const auto frame = [&](std::int16_t sample) {
    for (const auto& event : detector.frame({&sample, 1})) {
      if (event.kind == regs::event_kind::dtmf_on)
        heard.digits += static_cast<char>(event.data);
      else
        heard.lengths_ms.push_back(event.data);
    }
  };
  for (int n = 0; n < 300; ++n)
    frame(0);
  for (const auto sample : signal)
    frame(sample);
  return heard;
}

double share_heard(const digit_signal& d) {
  return switchroom::test::share_heard(d, [](const auto& line) { return listen(line).digits; });
}

TEST(DtmfQ24, AcceptsFrequencyOffsetsOf1Point5Percent) {
  for (const double row : {-.015, 0., .015})
    for (const double column : {-.015, 0., .015})
      EXPECT_EQ(share_heard({.row_offset = row, .column_offset = column}), 1)
          << row << " " << column;
}

TEST(DtmfQ24, RejectsFrequencyOffsetsOf3Point5Percent) {
  for (const double offset : {-.06, -.05, -.04, -.035, .035, .04, .05, .06}) {
    EXPECT_EQ(share_heard({.length_ms = 200, .row_offset = offset}), 0) << "row " << offset;
    EXPECT_EQ(share_heard({.length_ms = 200, .column_offset = offset}), 0) << "column " << offset;
  }
}

TEST(DtmfQ24, AcceptsTwistOf4DbHighAnd8DbLow) {
  for (const double twist : {-8., -6., -3., 2., 4.})
    EXPECT_EQ(share_heard({.column_dbm0 = -10 + twist}), 1) << twist << " dB";
}

TEST(DtmfQ24, Accepts40MsAndRejects23Ms) {
  EXPECT_EQ(share_heard({.length_ms = 40}), 1);
  EXPECT_EQ(share_heard({.length_ms = 40, .row_offset = .015, .column_offset = -.015}), 1);
  EXPECT_EQ(share_heard({.length_ms = 23}), 0);
  EXPECT_EQ(share_heard({.length_ms = 23, .noise_db = -15}), 0);
}

TEST(DtmfQ24, BridgesBreaksOf10Ms) {
  for (const double length : {2., 5., 10.})
    EXPECT_EQ(share_heard({.length_ms = 120, .break_at_ms = 60, .break_ms = length}), 1) << length;
}

TEST(DtmfQ24, TellsDigitsApartAcrossAPauseOf40Ms) {
  for (unsigned key = 0; key < 16; ++key) {
    line_signal signal(300, key);
    for (const double from : {30., 110., 190.})
      signal.tone(from, 40, dtmf_rows[key / 4], -10).tone(from, 40, dtmf_columns[key % 4], -10);
    EXPECT_EQ(listen(signal.samples()).digits, std::string(3, dtmf_keys[key]));
  }
}

TEST(DtmfQ24, AcceptsRangeOf26DbAnd15DbOfNoise) {
  for (const double level : {-30., -26., -20., -10., -3., 0.}) {
    EXPECT_EQ(share_heard({.length_ms = 40, .row_dbm0 = level, .column_dbm0 = level}), 1) << level;
    EXPECT_EQ(
        share_heard({.length_ms = 50, .row_dbm0 = level, .column_dbm0 = level, .noise_db = -15}), 1)
        << level;
  }
}

TEST(DtmfQ24, IgnoresWhatIsBelow55Dbm0) {
  EXPECT_EQ(share_heard({.length_ms = 200, .row_dbm0 = -45, .column_dbm0 = -45}), 0);
}

TEST(DtmfDetectorInUse, HearsTheFirstDigitThroughDialTone) {
  for (const double dial : {-30., -20., -13., -10.})
    for (const double digit : {-6., -15., -26.})
      EXPECT_EQ(
          share_heard(
              {.length_ms = 50, .row_dbm0 = digit, .column_dbm0 = digit, .dial_tone_dbm0 = dial}),
          1)
          << "dial tone " << dial << ", digit " << digit;
}

TEST(DtmfDetectorInUse, ToneAloneIsNoDigit) {
  for (double hertz = 300; hertz < 3400; hertz += 13) {
    EXPECT_EQ(listen(line_signal(200, 1).tone(0, 200, hertz, -6).samples()).digits, "") << hertz;
    EXPECT_EQ(
        listen(line_signal(200, 1).tone(0, 200, hertz, -6).tone(0, 200, 425, -6).samples()).digits,
        "")
        << hertz;
  }
}

TEST(DtmfDetectorInUse, TellsTheLengthWithin6Ms) {
  for (const double length : {45., 60., 80., 100., 250., 1000.}) {
    for (const double from : {30., 31., 32., 33.}) {
      const auto heard = listen(line_signal(length + 160, 7)
                                    .tone(from, length, 770, -10)
                                    .tone(from, length, 1336, -10)
                                    .samples());
      ASSERT_EQ(heard.lengths_ms.size(), 1u) << length;
      EXPECT_NEAR(heard.lengths_ms[0], length, 6);
    }
  }
}

TEST(DtmfDetectorInUse, SpeechIsHardlyEverADigit) {
  const auto speech = switchroom::test::speech_folder();
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  std::size_t samples = 0, hits = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
    if (entry.path().extension() != ".wav")
      continue;
    const auto signal = switchroom::test::wav(entry.path());
    samples += signal.size();
    hits += listen(signal).digits.size();
  }
  const double minutes = static_cast<double>(samples) / 8000 / 60;
  RecordProperty("speech_minutes", std::to_string(minutes));
  RecordProperty("hits", std::to_string(hits));
  ASSERT_GT(minutes, 20);
  EXPECT_LE(hits, 2u) << "in " << minutes << " minutes of speech";
}
} // namespace
