// SPDX-License-Identifier: MIT
// Streams whose keys come by a handshake (RFC 5764): before there are keys nothing is said or
// heard.
#include "media/demultiplexing.hpp"
#include "media/engine.hpp"

#include <gtest/gtest.h>

namespace {

using namespace switchroom;
using namespace switchroom::media;

const endpoint here = endpoint::v4(127, 0, 0, 1, 20006), there = endpoint::v4(127, 0, 0, 1, 4000);
const endpoint there_beside = endpoint::v4(127, 0, 0, 1, 4001);
constexpr host_slot slot{3};

instant at_frame(std::uint32_t frame) {
  return instant{frame * frame_time + duration{1}};
}

srtp_key key(std::uint8_t first) {
  srtp_key made{};
  made[0] = first;
  return made;
}
std::shared_ptr<srtp> keyed(std::uint8_t ours, std::uint8_t theirs) {
  return std::make_shared<srtp>(srtp::keys{key(ours), key(theirs)});
}

TEST(Demultiplexing, ByTheFirstOctets) {
  for (unsigned first = 0; first < 256; ++first) {
    const std::uint8_t packet[] = {static_cast<std::uint8_t>(first), 0};
    EXPECT_EQ(is_handshake(packet), first >= 20 && first <= 63) << first;
    const std::uint8_t second[] = {0x80, static_cast<std::uint8_t>(first)};
    EXPECT_EQ(is_report(second), first >= 192 && first <= 223) << first;
  }
  EXPECT_FALSE(is_handshake({}));
  EXPECT_FALSE(is_report({}));
}

class WaitingForKeys : public ::testing::Test {
protected:
  WaitingForKeys() {
    agreed.by_handshake = true;
    EXPECT_FALSE(gateway.open(slot, there, agreed));
  }
  /// What the gateway sends in this time, by where it goes; what it hears is in `loudest`.
  struct sent {
    unsigned voice = 0, reports_beside = 0, reports_there = 0;
  };
  sent run(std::uint32_t frames) {
    sent seen;
    loudest = 0;
    for (; frames > 0; --frames, ++frame) {
      const board::sample in[] = {{slot.value, 4000}};
      const auto answer = gateway.on_cell(frame, in, at_frame(frame));
      loudest = std::max<int>(loudest, std::abs(answer.samples[0].value));
      for (const auto& p : answer.packets) {
        last.assign(p.octets.begin(), p.octets.end());
        if (p.is_report)
          ++(EXPECT_PORT(p.to, there_beside), seen.reports_beside);
        else if (is_report(p.octets))
          ++(EXPECT_PORT(p.to, there), seen.reports_there);
        else
          ++(EXPECT_PORT(p.to, there), seen.voice);
      }
    }
    return seen;
  }
  static void EXPECT_PORT(const endpoint& to, const endpoint& wanted) { EXPECT_EQ(to, wanted); }
  /// Packets of the phone's voice, loud.
  void phone_speaks(unsigned packets) {
    for (; packets > 0;) {
      const auto octets = phone.push(8000);
      if (octets.empty())
        continue;
      gateway.on_packet(slot, there, octets, at_frame(frame));
      --packets;
    }
  }

  agreement agreed{payload_pcma, 20};
  engine gateway{{8, 20, 20, 1}};
  stream phone{{here, {payload_pcma, 20}, 20, 20, {7, 7, 7}}};
  std::uint32_t frame = 0;
  int loudest = 0;
  std::vector<std::uint8_t> last;
};

TEST_F(WaitingForKeys, NothingIsSentOrHeard) {
  run(10);
  phone_speaks(20);
  const auto seen = run(2 * report_every);
  EXPECT_EQ(seen.voice + seen.reports_beside + seen.reports_there, 0U);
  EXPECT_EQ(loudest, 0);
  EXPECT_EQ(gateway.figures(slot).packets_sent, 0U);
  EXPECT_EQ(gateway.figures(slot).reports_sent, 0U);
  EXPECT_EQ(gateway.figures(slot).packets_received, 0U);
  EXPECT_EQ(gateway.figures(slot).packets_forged, 20U);
  gateway.send_digit(slot, '5');
  EXPECT_EQ(run(1600).voice, 0U) << "digits neither";
}

TEST_F(WaitingForKeys, VoiceBeginsWithTheKeysAndGoesOnInItsNumbers) {
  run(1600);
  agreed.protection = keyed(1, 2);
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  EXPECT_EQ(run(1600).voice, 10U);
  srtp far(srtp::keys{key(2), key(1)});
  EXPECT_GT(far.unprotect(last), 0U) << "with the keys";
  phone_speaks(3);
  run(10);
  EXPECT_EQ(gateway.figures(slot).packets_forged, 3U) << "in the clear is not heard any more";
  stream secured{{here, {payload_pcma, 20, 0, keyed(2, 1)}, 20, 20, {7, 7, 7}}};
  std::swap(phone, secured);
  phone_speaks(10);
  run(1600);
  EXPECT_GT(loudest, 7000);
  EXPECT_EQ(gateway.figures(slot).packets_received, 10U);
}

TEST_F(WaitingForKeys, ReportsHaveKeysOfTheirOwnOrGoWithTheVoice) {
  agreed.protection = keyed(1, 2);
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  auto seen = run(2 * report_every);
  EXPECT_EQ(seen.reports_beside + seen.reports_there, 0U) << "the other port has no keys yet";
  agreed.report_protection = keyed(3, 4);
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  seen = run(2 * report_every);
  EXPECT_GT(seen.reports_beside, 0U);
  EXPECT_EQ(seen.reports_there, 0U);
}

TEST_F(WaitingForKeys, OnOnePortReportsComeAndGoWithTheVoice) {
  agreed.protection = keyed(1, 2);
  agreed.one_port = true;
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  const auto seen = run(2 * report_every);
  EXPECT_GT(seen.reports_there, 0U);
  EXPECT_EQ(seen.reports_beside, 0U);
  agreement theirs{payload_pcma, 20, 0, keyed(2, 1)};
  stream far{{here, theirs, 20, 20, {7, 7, 7}}};
  std::span<const std::uint8_t> report;
  for (unsigned n = 0; n < 2 * report_every && report.empty(); ++n) {
    far.push(0);
    report = far.report(at_frame(frame));
  }
  ASSERT_FALSE(report.empty());
  gateway.on_packet(slot, there, report, at_frame(frame));
  EXPECT_EQ(gateway.figures(slot).reports_received, 1U);
  EXPECT_EQ(gateway.figures(slot).packets_malformed, 0U);
  EXPECT_EQ(gateway.figures(slot).packets_forged, 0U);
}

/// Behind a translator of addresses (RFC 4961): where its handshake comes from, there it is.
TEST_F(WaitingForKeys, WhoDoesNotKnowItsAddressIsMetWhereItsHandshakeComesFrom) {
  const auto outside = endpoint::v4(198, 51, 100, 7, 30'000),
             beside = endpoint::v4(198, 51, 100, 7, 31'000);
  EXPECT_FALSE(gateway.takes_handshake(slot, false, outside));
  agreed.seen_at = outside.address;
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  EXPECT_TRUE(gateway.takes_handshake(slot, false, outside));
  EXPECT_TRUE(gateway.takes_handshake(slot, true, beside));
  const std::uint8_t octets[] = {22, 1, 2};
  EXPECT_EQ(gateway.handshake(slot, false, octets)->to, outside);
  EXPECT_EQ(gateway.handshake(slot, true, octets)->to, beside);
  agreed.protection = keyed(1, 2);
  ASSERT_FALSE(gateway.open(slot, there, agreed));
  EXPECT_EQ(gateway.handshake(slot, false, octets)->to, outside) << "its last flight, again";
  for (; last.empty(); ++frame) {
    const board::sample in[] = {{slot.value, 4000}};
    for (const auto& p : gateway.on_cell(frame, in, at_frame(frame)).packets) {
      EXPECT_EQ(p.to, outside) << "voice goes there, before any has come";
      last.assign(p.octets.begin(), p.octets.end());
    }
  }
  EXPECT_FALSE(gateway.takes_handshake(slot, false, endpoint::v4(198, 51, 100, 8, 30'000)));
}

TEST_F(WaitingForKeys, HandshakesAreOfTheFarEndAlone) {
  EXPECT_TRUE(gateway.by_handshake(slot));
  EXPECT_TRUE(gateway.takes_handshake(slot, false, there));
  EXPECT_TRUE(gateway.takes_handshake(slot, true, there_beside));
  EXPECT_EQ(gateway.figures(slot).packets_stranger, 0U);
  EXPECT_FALSE(gateway.takes_handshake(slot, false, there_beside));
  EXPECT_FALSE(gateway.takes_handshake(slot, false, endpoint::v4(127, 0, 0, 2, 4000)));
  EXPECT_EQ(gateway.figures(slot).packets_stranger, 2U);
  const std::uint8_t octets[] = {22, 1, 2};
  const auto out = gateway.handshake(slot, true, octets);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->to, there_beside);
  EXPECT_TRUE(out->is_report);
  EXPECT_EQ(gateway.handshake(slot, false, octets)->to, there);
  ASSERT_FALSE(gateway.open(slot, there, {payload_pcma}));
  EXPECT_FALSE(gateway.by_handshake(slot));
  EXPECT_FALSE(gateway.handshake(slot, false, octets));
  EXPECT_FALSE(gateway.by_handshake(host_slot{200}));
}

} // namespace
