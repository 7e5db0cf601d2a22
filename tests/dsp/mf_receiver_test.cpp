// SPDX-License-Identifier: MIT
// MF receivers: signals of libspandsp's senders; limits beside its receivers in the same run. The
// figures are those that libspandsp's manual and a maker's data sheet (Nortel NTAG26, NT5K21) give
// for ITU-T Q.323 and Q.455; the Recommendations were not read.
#include "switchroom/dsp/mf_receiver.hpp"

#include "../speech.hpp"
#include "signals.hpp"
#include "switchroom/dsp/g711.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace switchroom::dsp {
namespace {

using testing::rms_of;
using words = std::vector<std::int16_t>;

struct outcome {
  std::string digits;
  double on_ms = 0, off_ms = 0; ///< of the last
};

outcome listen(mf_code code, const words& line) {
  mf_receiver receiver(code);
  std::vector<mf_event> heard;
  outcome found;
  for (std::size_t n = 0; n < line.size(); ++n) {
    heard.clear();
    receiver.listen(samples(line).subspan(n, 1), heard);
    for (const auto& event : heard) {
      (event.on ? found.on_ms : found.off_ms) = static_cast<double>(n + 1) / 8;
      if (event.on)
        found.digits += event.digit;
    }
  }
  return found;
}

outcome spandsp_listen(mf_code code, const words& line) {
  outcome found;
  if (code == mf_code::r1) {
    auto* receiver = bell_mf_rx_init(nullptr, nullptr, nullptr);
    bell_mf_rx(receiver, line.data(), static_cast<int>(line.size()));
    std::array<char, 4096> digits{};
    bell_mf_rx_get(receiver, digits.data(), 4095);
    found.digits = digits.data();
    bell_mf_rx_free(receiver);
    return found;
  }
  auto* receiver = r2_mf_rx_init(nullptr, code == mf_code::r2_forward, nullptr, nullptr);
  int before = 0;
  for (std::size_t n = 0; n < line.size(); ++n) {
    r2_mf_rx(receiver, &line[n], 1);
    const int digit = r2_mf_rx_get(receiver);
    if (digit != before) {
      (digit != 0 ? found.on_ms : found.off_ms) = static_cast<double>(n + 1) / 8;
      if (digit != 0)
        found.digits += static_cast<char>(digit);
    }
    before = digit;
  }
  r2_mf_rx_free(receiver);
  return found;
}

TEST(MfReceiver, HearsWhatSpandspSends) {
  const std::string sent = "*1234567890ABC#";
  auto* bell = bell_mf_tx_init(nullptr);
  bell_mf_tx_put(bell, sent.c_str(), -1);
  words line(30000);
  bell_mf_tx(bell, line.data(), static_cast<int>(line.size()));
  bell_mf_tx_free(bell);
  EXPECT_EQ(listen(mf_code::r1, line).digits, sent);

  for (const auto code : {mf_code::r2_forward, mf_code::r2_backward}) {
    const std::string all(mf_digits(code));
    auto* sender = r2_mf_tx_init(nullptr, code == mf_code::r2_forward);
    line.clear();
    for (const char digit : all)
      for (const char now : {digit, '\0'}) {
        r2_mf_tx_put(sender, now);
        words part(800);
        r2_mf_tx(sender, part.data(), 800);
        line.insert(line.end(), part.begin(), part.end());
      }
    r2_mf_tx_free(sender);
    EXPECT_EQ(listen(code, line).digits, all);
  }
}

TEST(MfReceiver, R2FollowsSignalsWithoutAPauseBetweenThem) {
  const std::string all(mf_digits(mf_code::r2_forward));
  auto* sender = r2_mf_tx_init(nullptr, 1);
  words line;
  for (const char digit : all) {
    r2_mf_tx_put(sender, digit);
    words part(600);
    r2_mf_tx(sender, part.data(), 600);
    line.insert(line.end(), part.begin(), part.end());
  }
  r2_mf_tx_free(sender);
  EXPECT_EQ(listen(mf_code::r2_forward, line).digits, all);
}

/// What is sent: one signal, A-law.
struct mf_signal {
  double ms = 68;
  double offset_share = 0, offset_hertz = 0; ///< of both frequencies, away from one another's sign
  double low_dbm0 = -11, high_dbm0 = -11;
  double noise_db = -100; ///< against the signal
  double gap_at_ms = 0, gap_ms = 0;
  double third_db = -100; ///< of one of the other four, against the low one
};

/// The nth of the four frequencies that are not of the pair.
unsigned other_than(unsigned low, unsigned high, unsigned nth) {
  for (unsigned k = 0;; ++k)
    if (k != low && k != high && nth-- == 0)
      return k;
}

words line_of(mf_code code, unsigned low, unsigned high, const mf_signal& s, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> turn(0, 2 * std::numbers::pi);
  const auto& hertz = mf_frequencies(code);
  const double begin = 40 + .61 * (seed % 16);
  words line(static_cast<std::size_t>(8 * (s.ms + 200)));
  std::normal_distribution<double> noise(
      0, rms_of(s.noise_db +
                10 * std::log10(std::pow(10, s.low_dbm0 / 10) + std::pow(10, s.high_dbm0 / 10))));
  const double a = turn(random), b = turn(random);
  const auto off = [&](double f, int sign) {
    return f + sign * (f * s.offset_share + s.offset_hertz);
  };
  const double third = hertz[other_than(low, high, seed % 4)], c = turn(random);
  const int sign = seed % 2 == 0 ? 1 : -1, second = seed / 2 % 2 == 0 ? sign : -sign;
  for (std::size_t n = 0; n < line.size(); ++n) {
    const double ms = static_cast<double>(n) / 8 - begin,
                 t = static_cast<double>(n) / samples_per_second;
    double x = s.noise_db > -99 ? noise(random) : 0;
    if (ms >= 0 && ms < s.ms && !(ms >= s.gap_at_ms && ms < s.gap_at_ms + s.gap_ms))
      x +=
          std::numbers::sqrt2 *
          (rms_of(s.low_dbm0) * std::sin(2 * std::numbers::pi * off(hertz[low], sign) * t + a) +
           rms_of(s.high_dbm0) * std::sin(2 * std::numbers::pi * off(hertz[high], second) * t + b) +
           rms_of(s.low_dbm0 + s.third_db) * std::sin(2 * std::numbers::pi * third * t + c));
    line[n] = g711::decode_a(g711::encode_a(testing::clip(std::clamp(x, -32124., 32124.))));
  }
  return line;
}

/// Shares of all 15 signals (of KP only, or of all but KP), at four moments each, that are heard
/// once and right.
enum class which { all, kp, but_kp };
struct shares {
  double ours = 0, spandsp = 0;
  double on_and_off_ms = 0, spandsp_on_and_off_ms = 0; ///< the longest
};
shares share(mf_code code, const mf_signal& s, which some = which::all) {
  shares found;
  unsigned sent = 0;
  for (unsigned high = 1; high < 6; ++high)
    for (unsigned low = 0; low < high; ++low) {
      const char digit = mf_digits(code)[high * (high - 1) / 2 + low];
      if (some != which::all && (digit == '*') != (some == which::kp))
        continue;
      for (unsigned n = 0; n < 8; ++n, ++sent) {
        const auto line = line_of(code, low, high, s, 8 * static_cast<unsigned>(digit) + n);
        const double begin = 40 + .61 * ((8 * static_cast<unsigned>(digit) + n) % 16);
        const auto ours = listen(code, line), theirs = spandsp_listen(code, line);
        found.ours += ours.digits == std::string(1, digit);
        found.spandsp += theirs.digits == std::string(1, digit);
        found.on_and_off_ms =
            std::max(found.on_and_off_ms, ours.on_ms - begin + ours.off_ms - begin - s.ms);
        found.spandsp_on_and_off_ms = std::max(found.spandsp_on_and_off_ms,
                                               theirs.on_ms - begin + theirs.off_ms - begin - s.ms);
      }
    }
  found.ours /= sent;
  found.spandsp /= sent;
  return found;
}

void expect(const char* what, mf_code code, const mf_signal& s, bool heard,
            which some = which::all) {
  const auto found = share(code, s, some);
  std::printf("%-44s %-6s %4.0f %%  spandsp %4.0f %%\n", what, heard ? "heard" : "not",
              100 * found.ours, 100 * found.spandsp);
  EXPECT_EQ(found.ours, heard ? 1 : 0) << what;
}

TEST(MfReceiver, LimitsOfR1) {
  const auto r1 = mf_code::r1;
  expect("R1: frequencies 1.5 % and 5 Hz off", r1, {.offset_share = .015, .offset_hertz = 5}, true);
  for (const double level : {-3., -7., -14., -25.})
    expect(("R1: level " + std::to_string(static_cast<int>(level)) + " dBm0 each").c_str(), r1,
           {.low_dbm0 = level, .high_dbm0 = level}, true);
  expect("R1: 0 dBm0 each, cut by A-law", r1, {.low_dbm0 = 0, .high_dbm0 = 0}, true);
  expect("R1: −35 dBm0 each", r1, {.low_dbm0 = -35, .high_dbm0 = -35}, false);
  expect("R1: high 6 dB louder", r1, {.low_dbm0 = -14, .high_dbm0 = -8}, true);
  expect("R1: low 6 dB louder", r1, {.low_dbm0 = -8, .high_dbm0 = -14}, true);
  expect("R1: 30 ms, but KP", r1, {.ms = 30}, true, which::but_kp);
  expect("R1: KP of 55 ms", r1, {.ms = 55}, true, which::kp);
  expect("R1: 10 ms", r1, {.ms = 10}, false);
  expect("R1: KP of 30 ms", r1, {.ms = 30}, false, which::kp);
  expect("R1: break of 10 ms bridged", r1, {.ms = 120, .gap_at_ms = 60, .gap_ms = 10}, true);
  expect("R1: white noise 15 dB under it", r1, {.noise_db = -15}, true);
}

/// Two frequencies and two only: with a third that is as loud or near it, it is none; libspandsp's
/// receivers, whose limits are 7 and 11 dB, agree. A third of distortion harms neither.
TEST(MfReceiver, AThirdFrequencyIsNoSignal) {
  for (const auto code : {mf_code::r1, mf_code::r2_forward, mf_code::r2_backward})
    for (const auto& [db, heard] : {std::pair{0., false}, {-4., false}, {-20., true}}) {
      const mf_signal s{.ms = 120, .third_db = db};
      const auto what = "a third frequency at " + std::to_string(static_cast<int>(db)) + " dB";
      expect(what.c_str(), code, s, heard);
      EXPECT_EQ(share(code, s).spandsp, heard ? 1 : 0) << what;
    }
}

TEST(MfReceiver, R1TellsSignalsApartAcrossAPauseOf25Ms) {
  for (unsigned n = 0; n < 40; ++n) {
    const auto line =
        line_of(mf_code::r1, n % 3, 3 + n % 2, {.ms = 125, .gap_at_ms = 50, .gap_ms = 25}, n);
    EXPECT_EQ(listen(mf_code::r1, line).digits.size(), 2u) << n;
  }
}

TEST(MfReceiver, LimitsOfR2) {
  for (const auto code : {mf_code::r2_forward, mf_code::r2_backward}) {
    std::printf("%s\n", code == mf_code::r2_forward ? "R2 forward" : "R2 backward");
    expect("R2: frequencies 10 Hz off", code, {.offset_hertz = 10}, true);
    for (const double level : {-5., -11.5, -20., -35.})
      expect(("R2: level " + std::to_string(static_cast<int>(level)) + " dBm0 each").c_str(), code,
             {.low_dbm0 = level, .high_dbm0 = level}, true);
    expect("R2: −42 dBm0 each", code, {.low_dbm0 = -42, .high_dbm0 = -42}, false);
    expect("R2: 7 dB between them", code, {.low_dbm0 = -18, .high_dbm0 = -11}, true);
    expect("R2: 7 dB the other way", code, {.low_dbm0 = -11, .high_dbm0 = -18}, true);
    expect("R2: 20 dB between them", code, {.low_dbm0 = -25, .high_dbm0 = -5}, false);
    expect("R2: 7 ms at −5 dBm0", code, {.ms = 7, .low_dbm0 = -5, .high_dbm0 = -5}, false);
    expect("R2: break of 7 ms bridged", code, {.ms = 150, .gap_at_ms = 60, .gap_ms = 7}, true);
    expect("R2: white noise 18 dB under it", code, {.noise_db = -18}, true);
    double ours = 0, theirs = 0;
    for (const double level : {-5., -20., -35.}) {
      const auto found = share(code, {.ms = 150, .low_dbm0 = level, .high_dbm0 = level});
      ours = std::max(ours, found.on_and_off_ms);
      theirs = std::max(theirs, found.spandsp_on_and_off_ms);
    }
    std::printf("%-44s 80 ms  %4.0f ms spandsp %4.0f ms\n",
                "R2: operate and release together, at most", ours, theirs);
    EXPECT_LE(ours, 80);
  }
}

TEST(MfReceiver, SpeechIsSeldomASignal) {
  const auto speech = switchroom::test::speech_folder();
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  std::array<std::size_t, 3> ours{}, theirs{};
  double minutes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
    if (entry.path().extension() != ".wav")
      continue;
    const auto said = switchroom::test::wav(entry.path());
    minutes += static_cast<double>(said.size()) / 8000 / 60;
    for (std::size_t n = 0; n < 3; ++n) {
      ours[n] += listen(static_cast<mf_code>(n), said).digits.size();
      theirs[n] += spandsp_listen(static_cast<mf_code>(n), said).digits.size();
    }
  }
  std::printf("signals heard in %.0f minutes of speech, R1, R2 forward, backward: %zu, %zu, %zu; "
              "spandsp %zu, %zu, %zu\n",
              minutes, ours[0], ours[1], ours[2], theirs[0], theirs[1], theirs[2]);
  ASSERT_GT(minutes, 20);
  for (std::size_t n = 0; n < 3; ++n)
    EXPECT_LE(ours[n], theirs[n]);
}

} // namespace
} // namespace switchroom::dsp
