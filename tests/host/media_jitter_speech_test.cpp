// SPDX-License-Identifier: MIT
// What is left of speech when the delay changes under it.
#include "../speech.hpp"
#include "media_network.hpp"
#include "switchroom/dsp/level.hpp"
#include "switchroom/dsp/measure.hpp"
#include "switchroom/dsp/wav.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using namespace switchroom::media::test;
using switchroom::test::prompt;
using speech = std::vector<std::int16_t>;

class Speech : public ::testing::Test {
protected:
  void SetUp() override {
    for (const auto* name : {"vm-intro", "demo-instruct", "demo-congrats"}) {
      auto read = dsp::read_wav(prompt(name));
      if (auto* found = std::get_if<std::vector<std::int16_t>>(&read))
        said.insert(said.end(), found->begin(), found->end());
    }
    if (said.size() < 30 * 8000) {
      ASSERT_EQ(std::getenv("CI"), nullptr) << "speech is missing";
      GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
    }
    said.resize(std::min<std::size_t>(said.size(), 60 * 8000));
  }

  speech hear(jitter_buffer& buffer, network net) const {
    net.seconds = static_cast<double>(said.size()) / 8000 - 0.1;
    const auto sent = send_through(net);
    speech heard;
    auto next = sent.arrival.begin();
    for (std::uint64_t frame = 0; next != sent.arrival.end(); ++frame) {
      for (; next != sent.arrival.end() && next->first <= static_cast<double>(frame); ++next) {
        const auto n = static_cast<std::uint32_t>(next->second);
        buffer.put({false, 8, static_cast<std::uint16_t>(n), n * sent.length, 7},
                   std::span(said).subspan(std::size_t{n} * sent.length, sent.length),
                   at_frame(next->first));
      }
      heard.push_back(buffer.take());
    }
    return heard;
  }

  speech said;
};

/// How unlike what was said it is: of each 20 ms of loud speech, 1 less the correlation with the
/// place in `said` that is most like it and not far from where the last one was; the sum.
double damage(const speech& said, const speech& heard) {
  constexpr std::ptrdiff_t window = 160, reach = 240;
  double sum = 0;
  std::ptrdiff_t delay = 0;
  const auto product = [](const std::int16_t* a, const std::int16_t* b) {
    float all = 0;
    for (std::ptrdiff_t i = 0; i < window; ++i)
      all += static_cast<float>(a[i]) * static_cast<float>(b[i]);
    return double{all};
  };
  const auto size = static_cast<std::ptrdiff_t>(said.size());
  for (std::ptrdiff_t at = 0; at + window <= std::ssize(heard); at += window / 2) {
    const auto* const here = heard.data() + at;
    const double own = product(here, here);
    if (own < 500.0 * 500 * window)
      continue;
    double best = 0;
    std::ptrdiff_t found = delay;
    for (std::ptrdiff_t d = delay - reach; d <= delay + reach; ++d) {
      if (at - d < 0 || at - d + window > size)
        continue;
      const auto* const there = said.data() + at - d;
      const double likeness =
          product(here, there) / std::sqrt(own * std::max(product(there, there), 1.0));
      if (likeness > best) {
        best = likeness;
        found = d;
      }
    }
    sum += 1 - best;
    if (best > 0.95)
      delay = found;
  }
  return sum;
}

/// As it was done before there were splices: a whole packet is left out or played twice.
speech with_whole_packets(const speech& said, double ppm, std::size_t packet) {
  speech heard;
  const auto every = static_cast<std::size_t>(static_cast<double>(packet) / std::abs(ppm) * 1e6);
  for (std::size_t n = 0, since = 0; n < said.size(); ++n, ++since) {
    if (since == every) {
      n = ppm > 0 ? n + packet : n - packet;
      since = 0;
    }
    if (n < said.size())
      heard.push_back(said[n]);
  }
  return heard;
}

// 2,000 ppm, far more than clocks do, so that a minute of speech has many.
TEST_F(Speech, ASpliceIsHeardLessThanAWholePacketLeftOutOrPlayedTwice) {
  for (const double ppm : {2000.0, -2000.0})
    for (const bool adaptive : {false, true}) {
      jitter_buffer buffer(adaptive ? 0 : 160);
      const auto heard =
          hear(buffer, {.takes = [](double, chance&) { return 0.0; }, .packet_ms = 10, .ppm = ppm});
      const auto& c = buffer.counted();
      const double changed = static_cast<double>(c.lengthened + c.shortened);
      EXPECT_NEAR(changed, 2e-3 * static_cast<double>(heard.size()), 200);
      const double ours = damage(said, heard),
                   before = damage(said, with_whole_packets(said, ppm, 80));
      std::printf("%.0f ppm, %s: unlike %.2f, by whole packets %.2f\n", ppm,
                  adaptive ? "adaptive" : "fixed", ours, before);
      EXPECT_LE(ours, 0.5 * before);
    }
}

TEST_F(Speech, IsTheSameThroughAJitteryNetwork) {
  for (const double jitter : {3.0, 8.0, 15.0}) {
    jitter_buffer buffer(0);
    const auto heard = hear(buffer, {.takes = exponential(jitter)});
    const auto found = dsp::compare(said, heard);
    std::printf("exponential %.0f ms: gain %.2f dB, likeness %.3f, SNR %.1f dB, gaps %zu, unlike "
                "%.2f; changed by +%.0f −%.0f ms, %.2f %% made up\n",
                jitter, found.gain_db, found.coefficient, found.snr_db, found.gaps,
                damage(said, heard), static_cast<double>(buffer.counted().lengthened) / 8,
                static_cast<double>(buffer.counted().shortened) / 8,
                100 * static_cast<double>(buffer.counted().concealed_samples) /
                    static_cast<double>(buffer.counted().played_samples));
    ASSERT_EQ(found.result, dsp::outcome::measured);
    EXPECT_NEAR(found.gain_db, 0, 0.5);
    EXPECT_GE(found.coefficient, 0.9);
    EXPECT_EQ(found.gaps, 0U);
  }
}

} // namespace
