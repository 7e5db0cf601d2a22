// SPDX-License-Identifier: MIT
// RTCP of a stream, and how it says it is heard.
#include "media/stream.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace switchroom::media {
namespace {

using namespace std::chrono_literals;

constexpr endpoint far = endpoint::v4(192, 0, 2, 7, 4000),
                   far_reports = endpoint::v4(192, 0, 2, 7, 4001);

srtp_key key(std::uint8_t first) {
  srtp_key made{};
  made.front() = first;
  return made;
}

/// Two ends of a call and the way between them, 30 ms each way.
class Reports : public ::testing::Test {
protected:
  struct letter {
    instant due;
    bool report;
    bool to_b;
    std::vector<std::uint8_t> octets;
  };

  static stream make(std::uint32_t ssrc, bool protect = false) {
    agreement agreed{payload_pcma, 20};
    if (protect)
      agreed.protection = std::make_shared<srtp>(ssrc == 1 ? srtp::keys{key(1), key(2)}
                                                           : srtp::keys{key(2), key(1)});
    return stream({far, agreed, 20, 20, {ssrc, 5000, 100}, "there"});
  }

  void run(stream& a, stream& b, duration how_long, unsigned lose_each = 0) {
    for (const instant end = now + how_long; now < end; now += frame_time) {
      for (const bool from_a : {true, false}) {
        stream& s = from_a ? a : b;
        if (const auto packet = s.push(static_cast<std::int16_t>(now.time_since_epoch().count()));
            !packet.empty() && (!from_a || lose_each == 0 || ++sent_ % lose_each != 0))
          way_.push_back({now + 30ms, false, from_a, {packet.begin(), packet.end()}});
        if (const auto report = s.report(now); !report.empty())
          way_.push_back({now + 30ms, true, from_a, {report.begin(), report.end()}});
        s.pull();
      }
      while (!way_.empty() && way_.front().due <= now) {
        const letter& next = way_.front();
        stream& to = next.to_b ? b : a;
        if (next.report)
          to.receive_report(far_reports, next.octets, now);
        else
          to.receive(far, next.octets, now);
        way_.erase(way_.begin());
      }
    }
  }

  instant now{1s};

private:
  std::vector<letter> way_;
  unsigned sent_ = 0;
};

TEST_F(Reports, TellTheRoundTripAndThatAllIsWell) {
  stream a = make(1), b = make(2);
  run(a, b, 20s);
  for (const stream* s : {&a, &b}) {
    const auto f = s->figures();
    EXPECT_GE(f.reports_sent, 3U) << "each 5 s (RFC 3550, 6.2)";
    EXPECT_EQ(f.reports_received, f.reports_sent);
    EXPECT_NEAR(f.round_trip_ms, 60, 1);
    EXPECT_EQ(f.far_lost, 0);
    EXPECT_NEAR(f.far_jitter_ms, 0, 0.2);
    EXPECT_EQ(f.reports_malformed + f.packets_stranger, 0U);
    EXPECT_NEAR(rate(f).r, 93.2, 2) << "G.107's default, less what 70 ms cost";
    EXPECT_NEAR(rate(f).mos, 4.4, 0.05);
  }
}

// RFC 3611, 4.7.6 and 4.7.7.
TEST_F(Reports, TellWhatTheJitterBufferIs) {
  for (const unsigned fixed_ms : {0U, 20U}) {
    stream a = make(1), b({far, {payload_pcma, 20}, 20, fixed_ms, {2, 5000, 100}, "there"});
    run(a, b, 2s);
    std::span<const std::uint8_t> octets;
    for (unsigned n = 0; octets.empty() && n < report_every; ++n) {
      b.push(0);
      octets = b.report(now);
    }
    const auto said = parse_rtcp(octets, 1);
    ASSERT_TRUE(std::get<rtcp_report>(said).heard);
    const voip_metrics& heard = *std::get<rtcp_report>(said).heard;
    EXPECT_EQ(heard.receiver >> 6, 3) << "standard concealment";
    EXPECT_EQ(heard.receiver >> 4 & 3, fixed_ms == 0 ? 3 : 2) << "adaptive: 3, not adaptive: 2";
    EXPECT_EQ(heard.receiver & 15, fixed_ms == 0 ? 15 : 0) << "rate; 0: unknown";
    EXPECT_EQ(heard.buffer_ms, fixed_ms == 0 ? 5 : 20);
    EXPECT_EQ(heard.buffer_maximum_ms, 256 - 20);
    EXPECT_EQ(heard.buffer_limit_ms, 256 - 20);
  }
}

TEST_F(Reports, TellTheSenderWhatIsLost) {
  stream a = make(1), b = make(2);
  run(a, b, 30s, 10);
  EXPECT_NEAR(a.figures().far_lost, 0.1, 0.02);
  EXPECT_EQ(b.figures().far_lost, 0);
  const auto heard = b.figures();
  EXPECT_NEAR(heard.concealed_share(), 0.1, 0.01);
  // G.107 with Ie 0, Bpl 25.1 and 10 % at random: Ie,eff = 95 · 10 / 35.1 = 27.
  EXPECT_NEAR(rate(heard).r, 93.2 - 27, 2);
  EXPECT_LT(rate(heard).mos, rate(a.figures()).mos - 0.8);
}

TEST_F(Reports, AreProtectedAsTheVoiceIs) {
  stream a = make(1, true), b = make(2, true), eve = make(3);
  run(a, b, 20s);
  EXPECT_GE(b.figures().reports_received, 3U);
  EXPECT_NEAR(b.figures().round_trip_ms, 60, 1);
  EXPECT_EQ(b.figures().packets_forged, 0U);
  run(eve, b, 10s);
  EXPECT_GE(b.figures().packets_forged, 2U) << "in the clear, or of another key";
}

TEST_F(Reports, OfStrangersAndBrokenOnesAreCounted) {
  stream a = make(1);
  const std::vector<std::uint8_t> nonsense(40, 0x55);
  a.receive_report(endpoint::v4(198, 51, 100, 1, 4001), nonsense, now);
  EXPECT_EQ(a.figures().packets_stranger, 1U);
  a.receive_report(far_reports, nonsense, now);
  a.receive_report(far_reports, {}, now);
  EXPECT_EQ(a.figures().reports_malformed, 2U);
  EXPECT_EQ(a.figures().reports_received, 0U);
}

} // namespace
} // namespace switchroom::media
