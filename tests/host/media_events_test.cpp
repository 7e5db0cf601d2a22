// SPDX-License-Identifier: MIT
// Digits in RTP (RFC 4733), and SRTP: what a stream makes of them.
#include "media/stream.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>
#include <vector>

namespace switchroom::media {
namespace {

using namespace std::chrono_literals;

constexpr endpoint far = endpoint::v4(192, 0, 2, 7, 4000);
constexpr std::uint8_t events = 101;

stream make(agreement agreed, std::uint32_t ssrc = 7) {
  return stream({far, std::move(agreed), 20, 20, {ssrc, 1000, 65530}});
}

using octets = std::vector<std::uint8_t>;
std::vector<octets> sent_by(stream& s, unsigned samples) {
  std::vector<octets> packets;
  for (unsigned n = 0; n < samples; ++n)
    if (const auto packet = s.push(0); !packet.empty())
      packets.emplace_back(packet.begin(), packet.end());
  return packets;
}

/// What an independent receiver makes of samples.
std::string heard_by_spandsp(stream& s, unsigned samples) {
  dtmf_rx_state_t* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  std::vector<std::int16_t> played(samples);
  for (auto& sample : played)
    sample = s.pull();
  dtmf_rx(receiver, played.data(), static_cast<int>(samples));
  char digits[128] = {};
  dtmf_rx_get(receiver, digits, sizeof digits - 1);
  dtmf_rx_free(receiver);
  return digits;
}

std::string carried(stream& from, stream& to, unsigned samples, std::size_t lose_each = 0) {
  std::string digits;
  instant now{1s};
  std::size_t n = 0;
  for (const auto& packet : sent_by(from, samples)) {
    now += 20ms;
    if (lose_each > 0 && ++n % lose_each == 0)
      continue;
    if (const auto digit = to.receive(far, packet, now).digit)
      digits += *digit;
  }
  return digits;
}

/// RFC 4733, 2.3: event 9 that has ended, volume −7 dBm0, 1760 samples.
TEST(TelephoneEvent, IsReadAndWrittenAsTheRfcDrawsIt) {
  const std::array<std::uint8_t, 4> drawn{0x09, 0x87, 0x06, 0xe0};
  const telephone_event nine{9, true, 7, 1760};
  EXPECT_EQ(parse_telephone_event(drawn), nine);
  std::array<std::uint8_t, 4> written{};
  write_telephone_event(nine, written);
  EXPECT_EQ(written, drawn);
  EXPECT_FALSE(parse_telephone_event(std::span(drawn).first(3)));
}

TEST(TelephoneEvent, DigitsArriveOnceEachAndInOrder) {
  stream a = make({payload_pcma, 20, events}), b = make({payload_pcma, 20, events});
  for (const char digit : std::string("1234567890*#ABCD"))
    EXPECT_TRUE(a.send_digit(digit));
  EXPECT_EQ(carried(a, b, 16 * 1920), "1234567890*#ABCD");
  EXPECT_EQ(b.figures().packets_malformed, 0U);
  EXPECT_EQ(b.figures().packets_lost, 0U);
}

TEST(TelephoneEvent, ArriveWhenEachThirdPacketIsLost) {
  stream a = make({payload_pcma, 20, events}), b = make({payload_pcma, 20, events});
  for (const char digit : std::string("159*"))
    a.send_digit(digit);
  EXPECT_EQ(carried(a, b, 4 * 1920, 3), "159*");
}

/// RFC 4733, 2.5.1: one timestamp for all packets of an event, a marker on the first, duration that
/// grows, the end three times; the sequence goes on.
TEST(TelephoneEvent, PacketsOfAnEventAreAsTheRfcWantsThem) {
  stream a = make({payload_pcma, 20, events});
  ASSERT_TRUE(a.send_digit('5'));
  std::vector<unsigned> durations;
  unsigned ends = 0;
  std::optional<std::uint32_t> timestamp;
  std::uint16_t sequence = 65530;
  for (const auto& sent : sent_by(a, 1920)) {
    const auto parsed = parse_rtp(sent);
    const auto& packet = std::get<rtp_packet>(parsed);
    EXPECT_EQ(packet.header.sequence, sequence++);
    if (packet.header.payload_type != events)
      continue;
    const auto what = parse_telephone_event(packet.payload);
    ASSERT_TRUE(what);
    EXPECT_EQ(what->event, 5);
    EXPECT_EQ(packet.header.marker, !timestamp);
    EXPECT_EQ(packet.header.timestamp, timestamp.value_or(1000));
    timestamp = packet.header.timestamp;
    durations.push_back(what->duration);
    ends += what->end ? 1 : 0;
  }
  EXPECT_EQ(durations, (std::vector<unsigned>{160, 320, 480, 640, 800, 800, 800}));
  EXPECT_EQ(ends, 3U);
}

TEST(TelephoneEvent, IsHeardAsTheToneByAnotherReceiver) {
  stream a = make({payload_pcma, 20, events}), b = make({payload_pcma, 20, events});
  for (const char digit : std::string("147*0369#"))
    a.send_digit(digit);
  carried(a, b, 9 * 1920);
  EXPECT_EQ(heard_by_spandsp(b, 12'000), "147*0369#");
}

TEST(TelephoneEvent, ADigitThatTheFarEndSaidOtherwiseSounds) {
  stream a = make({payload_pcma, 20, 0});
  a.sound_digit('7');
  a.sound_digit('7');
  EXPECT_EQ(heard_by_spandsp(a, 4000), "77");
}

TEST(TelephoneEvent, NothingIsMadeUpForTheVoiceThatADigitReplaces) {
  stream a = make({payload_pcma, 20, events}), b = make({payload_pcma, 20, events});
  a.send_digit('1');
  instant now{1s};
  for (const auto& packet : sent_by(a, 8000)) {
    b.receive(far, packet, now += 20ms);
    heard_by_spandsp(b, 160);
  }
  EXPECT_EQ(b.figures().concealed_samples, 0U);
  EXPECT_EQ(b.figures().packets_late, 0U);
}

TEST(TelephoneEvent, IsAToneInTheVoiceWhereNothingWasAgreed) {
  stream a = make({payload_pcma, 20, 0});
  EXPECT_TRUE(a.send_digit('5'));
  for (const auto& packet : sent_by(a, 1600))
    EXPECT_EQ(std::get<rtp_packet>(parse_rtp(packet)).header.payload_type, payload_pcma);
}

/// A packet of an event, by hand.
octets event_packet(std::uint16_t sequence, std::uint32_t timestamp, telephone_event what,
                    std::uint32_t ssrc = 7) {
  octets made(rtp_header_octets + telephone_event_octets);
  write_rtp_header({false, events, sequence, timestamp, ssrc},
                   std::span(made).first<rtp_header_octets>());
  write_telephone_event(what, std::span(made).subspan<rtp_header_octets, telephone_event_octets>());
  return made;
}

TEST(TelephoneEvent, DigitsOfAnotherSourceAreOfAnotherClock) {
  stream s = make({payload_pcma, 20, events});
  const telephone_event one{1, true, 8, 800};
  EXPECT_EQ(s.receive(far, event_packet(1, 900'000, one, 7), instant{1s}).digit, '1');
  EXPECT_EQ(s.receive(far, event_packet(50, 800'000, one, 8), instant{2s}).digit, '1')
      << "it began lower";
  EXPECT_EQ(s.receive(far, event_packet(51, 800'000, one, 8), instant{2s}).digit, std::nullopt);
  EXPECT_EQ(s.receive(far, event_packet(52, 799'000, one, 8), instant{2s}).digit, std::nullopt);
}

/// RFC 4733, 2.5.1.3.
TEST(TelephoneEvent, AKeyThatIsHeldIsOneDigit) {
  stream s = make({payload_pcma, 20, events});
  std::string digits;
  std::uint16_t sequence = 0;
  instant now{1s};
  const auto take = [&](std::uint32_t timestamp, telephone_event what) {
    const auto packet = event_packet(sequence++, timestamp, what);
    if (const auto digit = s.receive(far, packet, now += 20ms).digit)
      digits += *digit;
  };
  for (std::uint32_t segment = 0; segment < 3; ++segment)
    for (const unsigned duration : {160U, 32'000U, 0xffffU})
      take(5000 + segment * 0xffff, {4, false, 8, static_cast<std::uint16_t>(duration)});
  take(5000 + 3 * 0xffff, {4, true, 8, 800});
  EXPECT_EQ(digits, "4");
  take(5000 + 4 * 0xffff, {4, true, 8, 800}); // just then again, but it was let go
  take(5000 + 5 * 0xffff, {5, true, 8, 800});
  EXPECT_EQ(digits, "445");
}

// ---- SRTP --------------------------------------------------------------------------------------

srtp_key key(std::uint8_t first) {
  srtp_key made{};
  made.front() = first;
  return made;
}
agreement protect(std::uint8_t ours, std::uint8_t theirs) {
  return {payload_pcma, 20, events, std::make_shared<srtp>(srtp::keys{key(ours), key(theirs)})};
}

TEST(Srtp, IsVoiceToWhoHasTheKeyAndNothingToOthers) {
  stream a = make(protect(1, 2)), b = make(protect(2, 1)), c = make(protect(2, 3));
  instant now{1s};
  for (unsigned n = 0; n < 160; ++n)
    if (const auto packet = a.push(1000); !packet.empty()) {
      EXPECT_EQ(packet.size(), 12U + 160 + 10) << "the tag is of 80 bits (RFC 3711, 4.2)";
      EXPECT_NE(packet[20], packet[21]) << "in the clear all octets would be the same";
      b.receive(far, packet, now);
      c.receive(far, packet, now);
    }
  for (unsigned n = 0; n < 160; ++n)
    b.pull(); // its delay
  EXPECT_NEAR(b.pull(), 1000, 20);
  EXPECT_EQ(b.figures().packets_received, 1U);
  EXPECT_EQ(c.figures().packets_received, 0U);
  EXPECT_EQ(c.figures().packets_forged, 1U);
}

TEST(Srtp, APacketThatComesAgainIsRefused) {
  stream a = make(protect(1, 2)), b = make(protect(2, 1));
  for (const auto& packet : sent_by(a, 320)) {
    b.receive(far, packet, instant{1s});
    b.receive(far, packet, instant{1s});
  }
  EXPECT_EQ(b.figures().packets_received, 2U);
  EXPECT_EQ(b.figures().packets_forged, 2U);
  EXPECT_EQ(b.figures().packets_duplicate, 0U) << "it did not get so far";
}

/// A translator of addresses has given it another port, or another way out, in mid-call.
TEST(Srtp, WhoHasTheKeysIsAnsweredWhereTheyAreNow) {
  stream a = make(protect(1, 2)), b = make(protect(2, 1)), stranger = make(protect(3, 2));
  const endpoint now_there = endpoint::v4(192, 0, 2, 7, 4999),
                 elsewhere = endpoint::v4(198, 51, 100, 1, 9);
  const auto packets = sent_by(a, 480);
  b.receive(far, packets[0], instant{1s});
  b.receive(now_there, packets[1], instant{1s});
  EXPECT_EQ(b.remote(), now_there);
  EXPECT_EQ(b.figures().packets_received, 2U);
  b.receive(elsewhere, packets[1], instant{1s});
  b.receive(elsewhere, sent_by(stranger, 160).at(0), instant{1s});
  EXPECT_EQ(b.remote(), now_there) << "neither for an old packet nor for one of other keys";
  EXPECT_EQ(b.figures().packets_stranger, 2U);
  EXPECT_EQ(b.figures().packets_forged, 0U);
  b.receive(far, packets[2], instant{1s});
  EXPECT_EQ(b.remote(), far);
}

TEST(Srtp, APacketWithAChangedBitAnEmptyOneAndAPlainOneAreRefused) {
  stream a = make(protect(1, 2)), b = make(protect(2, 1)), plain = make({payload_pcma, 20, events});
  auto changed = sent_by(a, 160).at(0);
  changed[50] ^= 1;
  b.receive(far, changed, instant{1s});
  b.receive(far, {}, instant{1s});
  b.receive(far, sent_by(plain, 160).at(0), instant{1s});
  EXPECT_EQ(b.figures().packets_forged, 3U);
  b.receive(far, octets(1501), instant{1s});
  EXPECT_EQ(b.figures().packets_malformed, 1U);
  EXPECT_EQ(b.figures().packets_received, 0U);
}

TEST(Srtp, DigitsArriveAcrossTheWrapOfTheSequence) {
  stream a = make(protect(1, 2)), b = make(protect(2, 1));
  for (const char digit : std::string("90"))
    a.send_digit(digit);
  EXPECT_EQ(carried(a, b, 3 * 1920), "90") << "it began at 65530";
  EXPECT_EQ(b.figures().packets_forged, 0U);
}

} // namespace
} // namespace switchroom::media
