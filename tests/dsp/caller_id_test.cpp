// SPDX-License-Identifier: MIT
// Caller ID against libspandsp's, both ways.
#include "caller_id_spandsp.hpp"
#include "spoken.hpp"
#include "switchroom/dsp/alert_detector.hpp"
#include "switchroom/dsp/fsk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numeric>

namespace switchroom::dsp {
namespace {

using testing::adsi_field;
using testing::spandsp_display;
using testing::spandsp_says;
using words = std::vector<std::int16_t>;
using outcome = std::variant<caller_id, message_error>;

const caller_id jutta{caller_id::moment{11, 27, 13, 5}, "+493012345", "Jutta Meyer"};
const adsi_field jutta_of_spandsp[]{
    {0x80}, {0x01, "11271305"}, {0x02, "+493012345"}, {0x07, "Jutta Meyer"}};
constexpr auto both = {fsk_standard::bell202, fsk_standard::v23};

const char* name(fsk_standard standard) {
  return standard == fsk_standard::bell202 ? "Bell 202" : "V.23";
}

/// In the midst of silence.
words in_silence(const words& signal) {
  words made(800, 0);
  made.insert(made.end(), signal.begin(), signal.end());
  made.insert(made.end(), 1600, 0);
  return made;
}

std::vector<outcome> hear(fsk_standard standard, const words& line) {
  fsk_receiver receiver(standard);
  receiver.feed(line);
  std::vector<outcome> all;
  while (const auto one = receiver.take())
    all.push_back(*one);
  return all;
}

bool hears_jutta(fsk_standard standard, const words& line) {
  const auto all = hear(standard, line);
  return all.size() == 1 && all[0] == outcome(jutta);
}

bool spandsp_hears_jutta(fsk_standard standard, const words& line) {
  spandsp_display display(standard);
  display.feed(line);
  const auto& heard = display.heard();
  return heard.any && heard.when == "11271305" && heard.number == jutta.number &&
         heard.name == jutta.name;
}

words louder(words signal, double db) {
  for (auto& sample : signal)
    sample = testing::clip(sample * std::pow(10, db / 20));
  return signal;
}

/// Spaces so much louder than marks, by a filter of three taps, which delays all alike.
words twisted(const words& signal, fsk_standard standard, double db) {
  const auto [mark, space] = frequencies_of(standard);
  const double m = 2 * std::cos(2 * std::numbers::pi * mark / samples_per_second);
  const double s = 2 * std::cos(2 * std::numbers::pi * space / samples_per_second);
  const double ratio = std::pow(10, db / 20);
  const double side = (1 - ratio) / (ratio * m - s); // (1 + side s) / (1 + side m) = ratio
  words made;
  for (std::size_t n = 0; n + 2 < signal.size(); ++n)
    made.push_back(testing::clip(0.5 * (side * (signal[n] + signal[n + 2]) + signal[n + 1])));
  return made;
}

words ours(fsk_standard standard, const std::vector<std::uint8_t>& octets, double baud = 1200) {
  fsk_sender sender(standard, octets, {.seizure_bits = 300, .mark_bits = 180, .baud = baud});
  words made;
  while (!sender.over())
    made.push_back(sender.next());
  return made;
}

// ---- messages --------------------------------------------------------------------------------

// GR-30's own example of a single message: 30 September, 12:24, number 6095551212.
TEST(CallerId, OctetsOfASingleMessage) {
  const caller_id who{caller_id::moment{9, 30, 12, 24}, "6095551212"};
  const std::vector<std::uint8_t> octets{0x04, 0x12, 0x30, 0x39, 0x33, 0x30, 0x31,
                                         0x32, 0x32, 0x34, 0x36, 0x30, 0x39, 0x35,
                                         0x35, 0x35, 0x31, 0x32, 0x31, 0x32, 0x51};
  EXPECT_EQ(encode(who, message_format::single), octets);
  EXPECT_EQ(decode(octets), outcome(who));
}

TEST(CallerId, WhatIsNotToldHasAReason) {
  caller_id who{.no_number = absence::withheld, .no_name = absence::unavailable};
  const std::vector<std::uint8_t> octets{0x80, 0x06, 0x04, 0x01, 'P', 0x08, 0x01, 'O', 0xcd};
  EXPECT_EQ(encode(who, message_format::multiple), octets);
  EXPECT_EQ(decode(octets), outcome(who));
  who = {caller_id::moment{1, 1, 0, 0}, "", "", absence::withheld};
  EXPECT_EQ(decode(encode(who, message_format::single)), outcome(who));
}

TEST(CallerId, LettersWithoutTheirMarks) {
  const auto shown = [](const char* text) {
    const auto made = decode(encode({.name = text}, message_format::multiple));
    return std::get<caller_id>(made).name;
  };
  EXPECT_EQ(shown("J\u00fcrgen M\u00fcller"), "Jurgen Muller");
  EXPECT_EQ(shown("\u0141\u00f3d\u017a \u4e2d\n"), "?od? ??");
  EXPECT_EQ(shown("a name of more than twenty letters"), "a name of more than ");
}

/// ISO 646, printable: 0x20 to 0x7e. No other octet that comes by a line is handed on.
TEST(CallerId, WhatIsReceivedIsPrintable) {
  const auto message = [](std::vector<std::uint8_t> octets) {
    octets[1] = static_cast<std::uint8_t>(octets.size() - 2);
    octets.push_back(
        static_cast<std::uint8_t>(0U - std::accumulate(octets.begin(), octets.end(), 0U)));
    return std::get<caller_id>(decode(octets));
  };
  const std::string when = "11271305";
  for (unsigned octet = 0; octet < 256; ++octet) {
    const auto one = static_cast<std::uint8_t>(octet);
    const bool printable = octet >= 0x20 && octet <= 0x7e;
    const auto expected = std::string("1") + (printable ? static_cast<char>(octet) : '?') + "2";
    const auto multiple = message({0x80, 0, 0x02, 3, '1', one, '2', 0x07, 3, '1', one, '2'});
    EXPECT_EQ(multiple.number, expected) << octet;
    EXPECT_EQ(multiple.name, expected) << octet;
    std::vector<std::uint8_t> single{0x04, 0};
    single.insert(single.end(), when.begin(), when.end());
    single.insert(single.end(), {'1', one, '2'});
    EXPECT_EQ(message(single).number, expected) << octet;
  }
}

TEST(CallerId, BadMessagesAreRefusedWithTheReason) {
  using enum message_fault;
  const auto good = encode(jutta, message_format::multiple);
  const auto refused = [](std::vector<std::uint8_t> octets, bool mend = true) {
    if (mend) {
      unsigned sum = 0;
      for (std::size_t n = 0; n + 1 < octets.size(); ++n)
        sum += octets[n];
      octets.back() = static_cast<std::uint8_t>(0U - sum);
    }
    const auto made = decode(octets);
    const auto* error = std::get_if<message_error>(&made);
    return error == nullptr ? std::string("accepted") : to_string(*error);
  };
  EXPECT_EQ(refused({}, false), "the message ends before its length");
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(decode(std::span(good).first(length)), outcome(message_error{truncated}));
  for (std::size_t at = 2; at < good.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto damaged = good;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1U << bit);
      EXPECT_EQ(decode(damaged), outcome(message_error{wrong_sum})) << at;
    }
  EXPECT_EQ(refused({0x82, 0, 0}), "a message of type 130, not a call");
  EXPECT_EQ(refused({0x80, 3, 0x02, 9, '1', 0}), "parameter 2 is wrong");
  EXPECT_EQ(refused({0x80, 1, 0x02, 0}), "parameter 2 is wrong");
  EXPECT_EQ(refused({0x80, 3, 0x04, 1, 'X', 0}), "parameter 4 is wrong");
  EXPECT_EQ(refused({0x80, 10, 0x01, 8, '1', '3', '0', '1', '0', '0', '0', '0', 0}),
            "parameter 1 is wrong");
  EXPECT_EQ(refused({0x04, 2, '1', '2', 0}), "parameter 1 is wrong");
  EXPECT_EQ(refused({0x80, 3, 0x63, 1, 'x', 0}), "accepted") << "of a type that is not known";
}

// With 1 s before it and 0.1 s after it, it fits in the shortest pause of a country's ringing, 2 s.
TEST(CallerId, TheLongestMessageIsNineTenthsOfASecond) {
  const caller_id longest{caller_id::moment{12, 31, 23, 59}, std::string(99, '9'),
                          std::string(99, 'M')};
  for (const auto standard : both) {
    const auto line = caller_id_signal::after_ring(longest, standard, message_format::multiple);
    EXPECT_LE(line.size(), 7200U);
    EXPECT_EQ(hear(standard, in_silence(line)).size(), 1U);
  }
}

// ---- ours and theirs --------------------------------------------------------------------------

TEST(CallerId, SpandspUnderstandsOurs) {
  for (const auto standard : both) {
    const auto after = caller_id_signal::after_ring(jutta, standard, message_format::multiple);
    EXPECT_TRUE(spandsp_hears_jutta(standard, in_silence(after))) << name(standard);
    EXPECT_TRUE(spandsp_hears_jutta(standard, caller_id_signal::before_ring(jutta, standard)))
        << name(standard);
    EXPECT_TRUE(
        spandsp_hears_jutta(standard, in_silence(caller_id_signal::in_a_call(jutta, standard))))
        << name(standard);
    spandsp_display display(standard);
    display.feed(in_silence(caller_id_signal::after_ring(
        {.no_number = absence::withheld, .no_name = absence::unavailable}, standard,
        message_format::multiple)));
    EXPECT_EQ(display.heard().no_number, "P");
    EXPECT_EQ(display.heard().no_name, "O");
  }
  spandsp_display display(fsk_standard::bell202);
  display.feed(in_silence(
      caller_id_signal::after_ring(jutta, fsk_standard::bell202, message_format::single)));
  EXPECT_EQ(display.heard().type, CLASS_SDMF_CALLERID);
  EXPECT_EQ(display.heard().when + display.heard().number, "11271305+493012345");
}

TEST(CallerId, WeUnderstandSpandsps) {
  for (const auto standard : both) {
    EXPECT_TRUE(hears_jutta(standard, in_silence(spandsp_says(standard, jutta_of_spandsp))));
    EXPECT_TRUE(
        hears_jutta(standard, in_silence(spandsp_says(standard, jutta_of_spandsp, false, 0, 80))))
        << "without a seizure";
    const adsi_field nobody[]{{0x80}, {0x04, "P"}, {0x08, "O"}};
    const auto all = hear(standard, in_silence(spandsp_says(standard, nobody)));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0],
              outcome(caller_id{.no_number = absence::withheld, .no_name = absence::unavailable}));
  }
}

TEST(CallerId, FromTheLoudestToTheFaintest) {
  for (const auto standard : both)
    for (double dbm0 = -3.5; dbm0 >= -37.5; dbm0 -= 2) {
      const auto line = louder(in_silence(spandsp_says(standard, jutta_of_spandsp)), dbm0 + 13.5);
      EXPECT_TRUE(hears_jutta(standard, line)) << name(standard) << " at " << dbm0 << " dBm0";
    }
}

TEST(CallerId, TwistOfTenDecibels) {
  for (const auto standard : both)
    for (double db = -10; db <= 10; db += 2) {
      auto line = twisted(in_silence(spandsp_says(standard, jutta_of_spandsp)), standard, db);
      testing::add_noise(line, -50, 7);
      EXPECT_TRUE(hears_jutta(standard, line)) << name(standard) << ", " << db << " dB";
    }
}

// Of the seizure nothing is left, so that nothing is known of spaces.
TEST(CallerId, TwistWithoutASeizure) {
  for (const auto standard : both)
    for (double db = -6; db <= 6; db += 2)
      EXPECT_TRUE(hears_jutta(
          standard, twisted(in_silence(spandsp_says(standard, jutta_of_spandsp, false, 0, 80)),
                            standard, db)))
          << name(standard) << ", " << db << " dB";
}

TEST(CallerId, ClocksThatAreOffByOneInAHundred) {
  for (const auto standard : both)
    for (const double baud : {1188.0, 1194.0, 1206.0, 1212.0}) {
      auto line = in_silence(ours(standard, encode(jutta, message_format::multiple), baud));
      testing::add_noise(line, -33, 5);
      EXPECT_TRUE(hears_jutta(standard, line)) << name(standard) << ", " << baud << " baud";
      EXPECT_TRUE(spandsp_hears_jutta(standard, line)) << name(standard) << ", " << baud;
    }
}

// docs/voice.md has the figures.
TEST(CallerId, InNoiseBesideSpandspsReceiver) {
  constexpr int times = 100;
  for (const auto standard : both) {
    const auto sent = in_silence(spandsp_says(standard, jutta_of_spandsp));
    std::printf("%s, of %d messages in white noise:\n", name(standard), times);
    for (const double snr : {14.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0}) {
      int here = 0, there = 0, wrong = 0;
      for (int n = 0; n < times; ++n) {
        auto line = sent;
        testing::add_noise(line, caller_id_signal::level_dbm0 - snr, 1 + static_cast<unsigned>(n));
        for (const auto& one : hear(standard, line)) {
          here += one == outcome(jutta);
          wrong += std::holds_alternative<caller_id>(one) && one != outcome(jutta);
        }
        there += spandsp_hears_jutta(standard, line);
      }
      std::printf("  SNR %2.0f dB: %3d right, %d wrong; spandsp %3d\n", snr, here, wrong, there);
      // Two wrong bits can leave the sum as it was: nothing but a sum of 8 bits protects a message.
      EXPECT_LE(wrong, snr >= 8 ? 0 : 2) << "shown, and not true";
      EXPECT_GE(here, there);
      EXPECT_GE(here, snr >= 10 ? times : snr >= 8 ? 95 : 50) << snr << " dB";
    }
  }
}

TEST(CallerId, CutOffMessagesAndDamagedOnes) {
  using enum message_fault;
  for (const auto standard : both) {
    const auto octets = encode(jutta, message_format::multiple);
    const auto whole = ours(standard, octets);
    const std::size_t preamble = 480 * 20 / 3, octet = 200 / 3;
    for (std::size_t kept = 3; kept + 2 < octets.size(); kept += 4) {
      auto line = whole;
      line.resize(preamble + kept * octet);
      const auto all = hear(standard, in_silence(line));
      ASSERT_EQ(all.size(), 1U) << kept;
      EXPECT_EQ(all[0], outcome(message_error{truncated})) << kept;
    }
    auto damaged = octets;
    damaged[7] ^= 0x10;
    const auto all = hear(standard, in_silence(ours(standard, damaged)));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0], outcome(message_error{wrong_sum}));
  }
}

TEST(CallerId, TheNextMessageIsUnderstoodAfterABadOne) {
  for (const auto standard : both) {
    auto line = ours(standard, encode(jutta, message_format::multiple));
    line.resize(line.size() - 1000);
    line = in_silence(line);
    const auto whole = in_silence(spandsp_says(standard, jutta_of_spandsp));
    line.insert(line.end(), whole.begin(), whole.end());
    const auto all = hear(standard, line);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1], outcome(jutta));
  }
}

// What was loud before is not what a carrier must be as loud as.
TEST(CallerId, AFaintMessageIsUnderstoodAfterALoudOneThatWasCutOff) {
  for (const auto standard : both) {
    auto line = louder(ours(standard, encode(jutta, message_format::multiple)), 10);
    line.resize(line.size() - 1000);
    line = in_silence(line);
    const auto faint = in_silence(louder(spandsp_says(standard, jutta_of_spandsp), -18));
    line.insert(line.end(), faint.begin(), faint.end());
    const auto all = hear(standard, line);
    ASSERT_EQ(all.size(), 2U) << name(standard);
    EXPECT_EQ(all[1], outcome(jutta)) << name(standard);
  }
}

TEST(CallerId, NothingInNoiseTonesAndSpeech) {
  auto line = testing::noise(160'000, 8000, 3);
  for (const double hz : {1200.0, 1300.0, 2100.0, 2200.0, 425.0, 1700.0}) {
    const auto tone = testing::sine(hz, -13.5, 8000);
    line.insert(line.end(), tone.begin(), tone.end());
  }
  for (const auto standard : both)
    EXPECT_TRUE(hear(standard, line).empty()) << name(standard);
  const auto speech = testing::two_minutes_of_speech();
  if (!speech)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  for (const auto standard : both)
    for (const auto& one : hear(standard, *speech))
      EXPECT_FALSE(std::holds_alternative<caller_id>(one)) << name(standard);
}

// ---- the alert -------------------------------------------------------------------------------

/// How often it was there, and when last, in samples.
std::pair<unsigned, std::size_t> alerts(const words& line) {
  alert_detector detector;
  std::pair<unsigned, std::size_t> found{};
  for (std::size_t n = 0; n < line.size(); ++n)
    if (detector.step(line[n]))
      found = {found.first + 1, n};
  return found;
}

words two_tones(double low_hz, double high_hz, double low_dbm0, double high_dbm0, unsigned ms) {
  auto made = testing::sine(low_hz, low_dbm0, ms * 8);
  const auto high = testing::sine(high_hz, high_dbm0, ms * 8);
  for (std::size_t n = 0; n < made.size(); ++n)
    made[n] = testing::clip(made[n] + high[n]);
  return made;
}

TEST(CallerIdAlert, SpandspsAndOurs) {
  EXPECT_EQ(alerts(in_silence(spandsp_says(fsk_standard::bell202, {}, true))).first, 1U);
  const auto line = in_silence(caller_id_signal::alert());
  const auto [count, at] = alerts(line);
  EXPECT_EQ(count, 1U);
  EXPECT_NEAR(static_cast<double>(at), 800 + 640, 100) << "12 ms after its end";
}

// GR-30, SR-TSV-002476: 75 to 85 ms, ± 0.5 %, −14 to −32 dBm, 6 dB between the tones.
TEST(CallerIdAlert, AcceptsWhatItMust) {
  for (const unsigned ms : {75U, 80U, 85U, 110U})
    for (const double off : {-0.005, 0.0, 0.005})
      for (const auto& [low, high] :
           {std::pair{-14., -14.}, {-32., -32.}, {-20., -26.}, {-26., -20.}, {-9.8, -9.8}}) {
        auto line = in_silence(two_tones(2130 * (1 + off), 2750 * (1 - off), low, high, ms));
        testing::add_noise(line, std::min(low, high) - 22, 9);
        EXPECT_EQ(alerts(line).first, 1U) << ms << " ms, " << off << ", " << low << ", " << high;
      }
}

TEST(CallerIdAlert, RefusesWhatIsNone) {
  EXPECT_EQ(alerts(in_silence(two_tones(2130, 2750, -15, -15, 40))).first, 0U) << "too short";
  EXPECT_EQ(alerts(in_silence(two_tones(2130, 2750, -15, -15, 400))).first, 0U) << "too long";
  EXPECT_EQ(alerts(in_silence(two_tones(2130, 2750, -15, -30, 80))).first, 0U) << "twist";
  EXPECT_EQ(alerts(in_silence(two_tones(2050, 2850, -15, -15, 80))).first, 0U) << "beside";
  EXPECT_EQ(alerts(in_silence(testing::sine(2130, -12, 640))).first, 0U) << "one alone";
}

TEST(CallerIdAlert, WhatWasBeforeAResetIsNoPartOfIt) {
  alert_detector detector;
  const auto alert = two_tones(2130, 2750, -15, -15, 80);
  bool found = false;
  for (std::size_t n = 0; n < alert.size(); ++n) {
    if (n == alert.size() / 2)
      detector.reset();
    found |= detector.step(alert[n]);
  }
  for (unsigned n = 0; n < 800; ++n)
    found |= detector.step(0);
  EXPECT_FALSE(found) << "40 ms of it are too short";
}

TEST(CallerIdAlert, HardlyEverInSpeech) {
  const auto speech = testing::two_minutes_of_speech();
  if (!speech)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  EXPECT_EQ(alerts(*speech).first, 0U);
}

} // namespace
} // namespace switchroom::dsp
