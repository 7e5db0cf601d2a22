// SPDX-License-Identifier: MIT
// Comfort noise that is sent (RFC 3389): when, what, and that numbers and times go on.
#include "media/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

using switchroom::instant;
using namespace switchroom::media;

const endpoint here = endpoint::v4(127, 0, 0, 1, 20000), there = endpoint::v4(127, 0, 0, 1, 20002);
constexpr unsigned packet = 160;     // 20 ms
constexpr unsigned second = 8000;    // samples
constexpr std::uint32_t begun = 700; // RTP timestamp
constexpr std::uint8_t events = 101;

agreement quiet(coding what = coding::pcma, std::uint8_t type = payload_pcma) {
  agreement made{type, 20, events, {}, make_coder(what)};
  made.comfort_noise = made.tells_silence = true;
  return made;
}

struct sent {
  rtp_header header;
  std::vector<std::uint8_t> payload;
  unsigned at = 0; ///< samples that were pushed before
};

class talk {
public:
  explicit talk(const agreement& agreed) : stream_({there, agreed, 20, 20, {7, begun, 65'530}}) {}

  /// Noise of that level: above −40 dBov it is voice, else background.
  talk& says(double dbov, unsigned samples) {
    std::normal_distribution<double> one(0, 32768 * std::pow(10, dbov / 20));
    for (unsigned n = 0; n < samples; ++n, ++at_)
      if (const auto octets = stream_.push(static_cast<std::int16_t>(std::lround(one(random_))));
          !octets.empty()) {
        const auto p = std::get<rtp_packet>(parse_rtp(octets));
        made.push_back({p.header, {p.payload.begin(), p.payload.end()}, at_ + 1 - packet});
      }
    return *this;
  }
  std::vector<sent> of(std::uint8_t type) const {
    std::vector<sent> found;
    std::ranges::copy_if(made, std::back_inserter(found),
                         [&](const sent& one) { return one.header.payload_type == type; });
    return found;
  }
  stream& its() { return stream_; }
  std::vector<sent> made;

private:
  std::mt19937 random_{1};
  stream stream_;
  unsigned at_ = 0;
};

TEST(SilenceSent, TheLevelOfTheBackgroundTakesThePlaceOfVoice) {
  talk t(quiet());
  t.says(-20, 2 * second).says(-50, 4 * second).says(-20, second);
  const auto voice = t.of(payload_pcma), noise = t.of(payload_noise);
  // 2 s of voice, the hang-over of 240 ms and as much of the background as it takes to know it, 1
  // s.
  EXPECT_GT(voice.size(), (3 * second) / packet);
  EXPECT_LT(voice.size(), (5 * second) / packet);
  ASSERT_EQ(noise.size(), 1U) << "it does not change";
  ASSERT_EQ(noise[0].payload.size(), 7U);
  EXPECT_NEAR(noise[0].payload[0], 50, 1) << "-dBov (RFC 3389, 3.1)";
  for (std::size_t i = 1; i < 7; ++i)
    EXPECT_NEAR(noise[0].payload[i], 127, 25) << "white: coefficients of 0 (3.2)";
}

/// RFC 3550, 5.1; RFC 3551, 4.1.
TEST(SilenceSent, NumbersAreWithoutGapsAndTimesGoOn) {
  talk t(quiet());
  t.says(-20, second).says(-60, 9 * second).says(-20, second).says(-60, 4 * second);
  t.says(-20, second);
  unsigned begins = 0;
  for (std::size_t n = 0; n < t.made.size(); ++n) {
    const auto& one = t.made[n];
    EXPECT_EQ(one.header.sequence, static_cast<std::uint16_t>(65'530 + n));
    EXPECT_EQ(one.header.timestamp, begun + one.at);
    const bool first_voice = one.header.payload_type == payload_pcma &&
                             (n == 0 || t.made[n - 1].header.payload_type == payload_noise);
    EXPECT_EQ(one.header.marker, first_voice) << n;
    begins += first_voice ? 1 : 0;
  }
  EXPECT_EQ(begins, 3U);
  EXPECT_EQ(t.its().figures().packets_sent, t.made.size());
  EXPECT_EQ(t.its().figures().packets_noise, t.of(payload_noise).size());
}

TEST(SilenceSent, ItIsToldAgainWhenItHasChangedAndNowAndThen) {
  talk t(quiet());
  t.says(-60, 12 * second);
  auto noise = t.of(payload_noise);
  ASSERT_EQ(noise.size(), 3U) << "after half a second, and each five";
  EXPECT_EQ(noise[1].at - noise[0].at, 5 * second);
  t.says(-67, second); // quieter: it is no voice
  noise = t.of(payload_noise);
  ASSERT_GT(noise.size(), 3U);
  EXPECT_LT(noise[3].at, 12 * second + second / 2);
  EXPECT_NEAR(noise.back().payload[0], 67, 3);
  for (std::size_t n = 3; n < noise.size(); ++n)
    EXPECT_GE(noise[n].at - noise[n - 1].at, second / 10) << "not each packet";
}

/// What is told is what is heard at the other end, and nothing is missed there.
TEST(SilenceSent, IsHeardAtTheOtherEnd) {
  agreement agreed{payload_pcma, 20};
  agreed.comfort_noise = true;
  stream to({there, agreed, 20, 40, {}});
  talk t(quiet());
  std::size_t had = 0;
  double power = 0;
  unsigned counted = 0;
  for (unsigned n = 0; n < 10 * second; ++n) {
    t.says(n < second ? -20 : -52, 1);
    for (; had < t.made.size(); ++had) {
      std::vector<std::uint8_t> octets(rtp_header_octets);
      write_rtp_header(t.made[had].header, std::span(octets).first<rtp_header_octets>());
      octets.insert(octets.end(), t.made[had].payload.begin(), t.made[had].payload.end());
      to.receive(there, octets, instant{std::chrono::microseconds(n * 125)});
    }
    const double sample = to.pull();
    if (n > 5 * second) {
      power += sample * sample;
      ++counted;
    }
  }
  EXPECT_NEAR(10 * std::log10(power / counted / (32768.0 * 32768)), -52, 1.5);
  EXPECT_EQ(to.figures().packets_lost, 0U);
  EXPECT_EQ(to.figures().concealed_samples, 0U);
}

/// RFC 7587, 3.1.3: Opus has a silence of its own. G.722's colours are of 16,000 samples a second.
TEST(SilenceSent, NotWithOpusAndWithG722OnlyTheLevel) {
  talk opus(quiet(coding::opus, 107));
  opus.says(-60, 4 * second);
  EXPECT_EQ(opus.made.size(), 4 * second / packet);
  EXPECT_TRUE(opus.of(payload_noise).empty());
  talk wide(quiet(coding::g722, payload_g722));
  wide.says(-60, 4 * second);
  ASSERT_EQ(wide.of(payload_noise).size(), 1U);
  EXPECT_EQ(wide.of(payload_noise)[0].payload, std::vector<std::uint8_t>{60});
}

TEST(SilenceSent, OnlyIfItIsWantedAndTaken) {
  for (const auto& [taken, wanted] : {std::pair(true, false), std::pair(false, true)}) {
    auto agreed = quiet();
    agreed.comfort_noise = taken;
    agreed.tells_silence = wanted;
    talk t(agreed);
    t.says(-60, 4 * second);
    EXPECT_EQ(t.of(payload_pcma).size(), 4 * second / packet);
  }
}

TEST(SilenceSent, DigitsGoOutInIt) {
  talk t(quiet());
  t.says(-60, 2 * second);
  EXPECT_TRUE(t.its().send_digit('5'));
  t.says(-60, second);
  EXPECT_GT(t.of(events).size(), 4U);
  for (std::size_t n = 1; n < t.made.size(); ++n)
    EXPECT_EQ(t.made[n].header.sequence,
              static_cast<std::uint16_t>(t.made[n - 1].header.sequence + 1));
}

} // namespace
