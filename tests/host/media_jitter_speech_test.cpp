// SPDX-License-Identifier: MIT
// What is left of speech when the delay changes under it.
#include "../speech.hpp"
#include "media_network.hpp"
#include "switchroom/dsp/level.hpp"
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

struct likeness {
  double lost = 0; ///< of each 20 ms of loud speech, 1 less the correlation with that place in what
                   ///< was said which is most like it; the sum
  double windows = 0;
  double mean() const { return 1 - lost / windows; }
};

double correlation(const std::int16_t* a, const std::int16_t* b, int length) {
  double both = 0, one = 1, other = 1;
  for (int i = 0; i < length; ++i) {
    both += a[i] * b[i];
    one += a[i] * a[i];
    other += b[i] * b[i];
  }
  return both / std::sqrt(one * other);
}

likeness compare(const speech& said, const speech& heard) {
  constexpr int window = 160, reach = 480;
  likeness found;
  int delay = 0;
  for (int at = 0; at + window <= std::ssize(heard); at += window / 2) {
    const auto* const here = heard.data() + at;
    if (dsp::level_dbm0(std::span(here, window)) < -30)
      continue;
    const auto like = [&](int by) {
      return at - by < 0 || at - by + window > std::ssize(said)
                 ? 0
                 : correlation(here, said.data() + at - by, window);
    };
    double best = like(delay);
    for (int by = delay - reach, end = delay + reach; best < 0.98 && by <= end; ++by)
      if (const double other = like(by); other > best) {
        best = other;
        delay = by;
      }
    found.lost += 1 - best;
    ++found.windows;
  }
  return found;
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

// 500 ppm, more than clocks do, so that two minutes of speech have some.
TEST_F(Speech, ASpliceIsHeardLessThanAWholePacketLeftOutOrPlayedTwice) {
  for (const double ppm : {500.0, -500.0})
    for (const bool adaptive : {false, true}) {
      jitter_buffer buffer(adaptive ? 0 : 160);
      const auto at_once = [](double, chance&) { return 0.0; };
      const auto heard = hear(buffer, {.takes = at_once, .packet_ms = 10, .ppm = ppm});
      const auto& c = buffer.counted();
      EXPECT_NEAR(static_cast<double>(c.lengthened + c.shortened),
                  5e-4 * static_cast<double>(heard.size()), 130);
      const double ours = compare(said, heard).lost,
                   before = compare(said, with_whole_packets(said, ppm, 80)).lost;
      std::printf("%.0f ppm, %s: unlike %.2f, by whole packets %.2f\n", ppm,
                  adaptive ? "adaptive" : "fixed", ours, before);
      EXPECT_LE(ours, 0.5 * before);
    }
}

TEST_F(Speech, IsTheSameThroughAJitteryNetwork) {
  for (const double jitter : {3.0, 8.0, 15.0}) {
    jitter_buffer buffer(0);
    const auto heard = hear(buffer, {.takes = exponential(jitter)});
    const auto found = compare(said, heard);
    const double level = dsp::active_level_dbm0(heard) - dsp::active_level_dbm0(said);
    const auto& c = buffer.counted();
    std::printf("exponential %.0f ms: %+.2f dB, likeness %.4f; changed by +%.0f −%.0f ms, %.2f %% "
                "made up\n",
                jitter, level, found.mean(), static_cast<double>(c.lengthened) / 8,
                static_cast<double>(c.shortened) / 8,
                100 * static_cast<double>(c.concealed_samples) /
                    static_cast<double>(c.played_samples));
    EXPECT_NEAR(level, 0, 0.3);
    EXPECT_GE(found.mean(), 0.98);
  }
}

} // namespace
