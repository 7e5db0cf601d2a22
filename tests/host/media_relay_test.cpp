// SPDX-License-Identifier: MIT
// Voice between two far ends that speak alike goes on as it came.
#include "media/engine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using namespace std::chrono_literals;

const endpoint anna = endpoint::v4(10, 0, 0, 1, 4000), boris = endpoint::v4(10, 0, 0, 2, 5000),
               clara = endpoint::v4(10, 0, 0, 3, 6000);
constexpr host_slot of_anna{1}, of_boris{2}, of_clara{3};

agreement speaking(coding what, std::uint8_t type, std::uint8_t events = 101) {
  return {type, 20, events, nullptr, make_coder(what)};
}

/// A datagram of a phone, with a payload that tells which it is.
std::vector<std::uint8_t> packet(std::uint32_t number, std::uint8_t type = payload_g722,
                                 std::uint32_t ssrc = 77) {
  std::vector<std::uint8_t> made(rtp_header_octets + 160, static_cast<std::uint8_t>(number));
  write_rtp_header({false, type, static_cast<std::uint16_t>(number), 160 * number, ssrc},
                   std::span(made).first<rtp_header_octets>());
  return made;
}

struct sent {
  rtp_header header;
  std::vector<std::uint8_t> payload;
};

class Relay : public ::testing::Test {
protected:
  Relay() {
    open(of_anna, anna, speaking(coding::g722, payload_g722));
    open(of_boris, boris, speaking(coding::g722, payload_g722));
    between(of_boris, of_anna);
    run(1);
  }
  void open(host_slot slot, const endpoint& where, const agreement& agreed) {
    EXPECT_FALSE(one.open(slot, where, agreed));
  }
  void between(host_slot a, host_slot b) {
    one.relay(a, b);
    one.relay(b, a);
  }
  void keep(std::span<const outgoing_packet> packets) {
    for (const auto& p : packets) {
      const auto parsed = std::get<rtp_packet>(parse_rtp(p.octets));
      if (!p.is_report)
        to[p.to.address[15]].push_back(
            {parsed.header, {parsed.payload.begin(), parsed.payload.end()}});
    }
  }
  /// The board tells of voice in all slots.
  void run(unsigned frames) {
    for (unsigned n = 0; n < frames; ++n) {
      const board::sample said[] = {{1, 1000}, {2, 1000}, {3, 1000}};
      ++frame;
      keep(one.on_cell(frame, said, instant{frame * frame_time}).packets);
    }
  }
  std::optional<char> hear(host_slot slot, const endpoint& from,
                           const std::vector<std::uint8_t>& octets) {
    const auto answer = one.on_packet(slot, from, octets, instant{frame * frame_time});
    keep(answer.packets);
    return answer.digit;
  }
  std::vector<sent>& at(const endpoint& phone) { return to[phone.address[15]]; }

  engine one{{4, 20, 20, 7}};
  std::uint32_t frame = 0;
  std::map<std::uint8_t, std::vector<sent>> to; ///< by the last octet of the address
};

TEST_F(Relay, PayloadsGoOnAsTheyCameInNumbersOfTheirOwn) {
  for (std::uint32_t n = 65'500; n < 65'576; ++n) {
    hear(of_anna, anna, packet(n));
    run(160);
  }
  const auto& got = at(boris);
  ASSERT_EQ(got.size(), 76U);
  EXPECT_TRUE(got[0].header.marker);
  for (std::size_t n = 0; n < got.size(); ++n) {
    ASSERT_EQ(got[n].payload,
              std::vector<std::uint8_t>(160, static_cast<std::uint8_t>(65'500 + n)));
    const auto passed = static_cast<std::uint16_t>(n);
    ASSERT_EQ(got[n].header.sequence, static_cast<std::uint16_t>(got[0].header.sequence + passed));
    ASSERT_EQ(got[n].header.timestamp, got[0].header.timestamp + 160u * passed);
    ASSERT_NE(got[n].header.ssrc, 77U);
    ASSERT_EQ(got[n].header.marker, n == 0);
  }
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 76U);
  EXPECT_EQ(one.figures(of_boris).packets_sent, 76U);
}

TEST_F(Relay, WithoutDelay) {
  hear(of_anna, anna, packet(1));
  EXPECT_EQ(at(boris).size(), 1U); // before the next frame
}

TEST_F(Relay, WhatIsLostOrOutOfOrderIsSoForWhoHears) {
  for (const std::uint16_t n : {1, 2, 4, 3, 7})
    hear(of_anna, anna, packet(n));
  const auto& got = at(boris);
  ASSERT_EQ(got.size(), 5U);
  const std::uint16_t base = got[0].header.sequence;
  std::vector<int> passed;
  for (const auto& one_packet : got)
    passed.push_back(static_cast<std::uint16_t>(one_packet.header.sequence - base));
  EXPECT_EQ(passed, (std::vector<int>{0, 1, 3, 2, 6}));
  EXPECT_EQ(got[4].header.timestamp - got[0].header.timestamp, 6 * 160U);
}

TEST_F(Relay, UntilAPacketComesTheBoardIsHeard) {
  run(320);
  EXPECT_EQ(at(boris).size(), 2U);
  EXPECT_EQ(at(anna).size(), 2U);
  hear(of_anna, anna, packet(1));
  run(320); // Boris says nothing: Anna hears the board
  EXPECT_EQ(at(boris).size(), 3U);
  EXPECT_EQ(at(anna).size(), 4U);
  for (std::size_t n = 1; n < 3; ++n)
    EXPECT_EQ(at(boris)[n].header.sequence,
              static_cast<std::uint16_t>(at(boris)[0].header.sequence + n));
}

TEST_F(Relay, AnotherSourceGoesOnInTheSameNumbers) {
  hear(of_anna, anna, packet(100));
  run(160);
  hear(of_anna, anna, packet(9000, payload_g722, 78)); // its phone began anew
  hear(of_anna, anna, packet(9001, payload_g722, 78));
  hear(of_anna, anna, packet(20'000, payload_g722, 78)); // a jump
  const auto& got = at(boris);
  ASSERT_EQ(got.size(), 4U);
  for (std::size_t n = 0; n < got.size(); ++n) {
    EXPECT_EQ(got[n].header.sequence, static_cast<std::uint16_t>(got[0].header.sequence + n));
    EXPECT_EQ(got[n].header.ssrc, got[0].header.ssrc);
  }
  EXPECT_TRUE(got[1].header.marker && !got[2].header.marker && got[3].header.marker);
}

TEST_F(Relay, OfAnotherCodingGoesByTheBoard) {
  open(of_boris, boris, speaking(coding::pcma, payload_pcma));
  run(1);
  for (std::uint16_t n = 0; n < 10; ++n) {
    hear(of_anna, anna, packet(n));
    run(160);
  }
  ASSERT_EQ(at(boris).size(), 10U);
  EXPECT_EQ(at(boris)[9].header.payload_type, payload_pcma);
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 0U);
}

/// The payload type is each end's own.
TEST_F(Relay, NumbersOfPayloadTypesAreThoseOfWhoHears) {
  open(of_anna, anna, speaking(coding::opus, 107));
  open(of_boris, boris, speaking(coding::opus, 96));
  std::vector<std::int16_t> silence(160);
  std::array<std::uint8_t, voice_coder::largest_packet> coded;
  const auto size = make_coder(coding::opus)->encode(silence, coded);
  std::vector<std::uint8_t> made(rtp_header_octets);
  write_rtp_header({false, 107, 1, 960, 5}, std::span(made).first<rtp_header_octets>());
  made.insert(made.end(), coded.begin(), coded.begin() + static_cast<std::ptrdiff_t>(size));
  hear(of_anna, anna, made);
  ASSERT_EQ(at(boris).size(), 1U);
  EXPECT_EQ(at(boris)[0].header.payload_type, 96);
}

TEST_F(Relay, ADigitTakesThePlaceOfVoice) {
  hear(of_anna, anna, packet(1));
  one.send_digit(of_boris, '5');
  std::uint16_t n = 2;
  for (; n < 20; ++n) {
    hear(of_anna, anna, packet(n));
    run(160);
  }
  const auto& got = at(boris);
  std::size_t events = 0, voice = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    (got[i].header.payload_type == 101 ? events : voice) += 1;
    ASSERT_EQ(got[i].header.sequence, static_cast<std::uint16_t>(got[0].header.sequence + i)) << i;
  }
  EXPECT_EQ(events, 7U); // 100 ms, and its end three times
  EXPECT_EQ(voice, 1U + 18U - 7U);
}

/// A packet of Anna's that tells a digit.
std::vector<std::uint8_t> event(std::uint32_t number, std::uint32_t began, bool end) {
  auto made = packet(number, 101);
  made.resize(rtp_header_octets + telephone_event_octets);
  write_rtp_header({number == began, 101, static_cast<std::uint16_t>(number), 160 * began, 77},
                   std::span(made).first<rtp_header_octets>());
  const auto duration = static_cast<std::uint16_t>(160 * (number - began + 1));
  write_telephone_event({5, end, 8, duration},
                        std::span(made).subspan<rtp_header_octets, telephone_event_octets>());
  return made;
}

class RelayedDigit : public Relay {
protected:
  /// What Boris gets, in numbers that begin with 0.
  std::vector<int> numbers() {
    std::vector<int> made;
    for (const auto& one_packet : at(boris))
      made.push_back(
          static_cast<std::int16_t>(one_packet.header.sequence - at(boris)[0].header.sequence));
    return made;
  }
};

TEST_F(RelayedDigit, IsNoLossToWhoHearsTheVoice) {
  std::uint32_t n = 65'530; // across the wrap
  for (; n < 65'533; ++n)
    hear(of_anna, anna, packet(n));
  for (const auto began = n; n < began + 8; ++n)
    hear(of_anna, anna, event(n, began, n >= began + 5));
  auto unknown = packet(n++, 99); // of what nobody has agreed on
  hear(of_anna, anna, unknown);
  for (const auto end = n + 3; n < end; ++n)
    hear(of_anna, anna, packet(n));
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(at(boris)[3].header.timestamp - at(boris)[2].header.timestamp, 10 * 160U);
}

TEST_F(RelayedDigit, WhatTheSourceLosesIsStillLost) {
  hear(of_anna, anna, packet(1));
  hear(of_anna, anna, event(2, 2, false));
  hear(of_anna, anna, event(4, 2, false)); // 3 is lost
  hear(of_anna, anna, event(5, 2, true));
  hear(of_anna, anna, packet(6));
  hear(of_anna, anna, packet(8)); // 7 is lost
  EXPECT_EQ(numbers(), (std::vector<int>{0, 2, 4}));
}

/// Two packets of one number would be worse than one that is lost: SRTP refuses to make them.
TEST_F(RelayedDigit, NoNumberIsGivenTwiceWhenPacketsOvertake) {
  hear(of_anna, anna, packet(1));
  hear(of_anna, anna, event(3, 3, false));
  hear(of_anna, anna, event(3, 3, false)); // twice
  hear(of_anna, anna, packet(2));          // overtaken by the digit
  hear(of_anna, anna, packet(5));
  hear(of_anna, anna, event(4, 3, true)); // its place has been kept
  hear(of_anna, anna, packet(6));
  EXPECT_EQ(numbers(), (std::vector<int>{0, 3, 4}));
  one.send_digit(of_boris, '1');
  run(480);
  hear(of_anna, anna, packet(7));
  const auto all = numbers();
  EXPECT_EQ(std::set<int>(all.begin(), all.end()).size(), all.size());
}

TEST_F(RelayedDigit, ALongTimeAgoIsForgotten) {
  hear(of_anna, anna, packet(0));
  hear(of_anna, anna, event(1, 1, true));
  for (std::uint32_t n = 2; n < 70'000; ++n)
    hear(of_anna, anna, packet(n));
  EXPECT_EQ(at(boris).size(), 69'999U);
}

TEST_F(Relay, NoiseGoesOnToWhoUnderstandsIt) {
  agreement quiet = speaking(coding::g722, payload_g722);
  quiet.comfort_noise = true;
  open(of_anna, anna, quiet);
  open(of_clara, clara, quiet);
  one.relay(of_clara, of_anna);
  auto noise = packet(2, payload_noise);
  noise.resize(rtp_header_octets + 1);
  hear(of_anna, anna, packet(1));
  hear(of_anna, anna, noise);
  hear(of_anna, anna, packet(30));
  ASSERT_EQ(at(clara).size(), 3U);
  EXPECT_EQ(at(clara)[1].header.payload_type, payload_noise);
  ASSERT_EQ(at(boris).size(), 2U) << "who would take it for voice";
  EXPECT_EQ(at(boris)[1].header.sequence - at(boris)[0].header.sequence, 28)
      << "and nothing is lost";
}

TEST_F(Relay, ADigitThatNobodyWouldBeToldIsHeardAsATone) {
  open(of_boris, boris, speaking(coding::g722, payload_g722, 0));
  run(1);
  hear(of_anna, anna, packet(1));
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 1U);
  auto event = packet(2, 101);
  event.resize(rtp_header_octets + telephone_event_octets);
  write_telephone_event({5, false, 8, 160},
                        std::span(event).subspan<rtp_header_octets, telephone_event_octets>());
  EXPECT_EQ(hear(of_anna, anna, event), '5');
  const auto before = at(boris).size();
  run(320); // what the board says: it hears the tone
  hear(of_anna, anna, packet(4));
  EXPECT_EQ(at(boris).size(), before + 2);
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 1U);
  run(8000);
  hear(of_anna, anna, packet(60));
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 2U);
}

TEST_F(Relay, EndsWithTheConnection) {
  for (std::uint16_t n = 0; n < 5; ++n) {
    hear(of_anna, anna, packet(n));
    run(150); // Anna's clock is faster than the board's
  }
  const auto last = at(boris).back().header;
  one.relay(of_boris, std::nullopt);
  hear(of_anna, anna, packet(5));
  run(400);
  const auto& got = at(boris);
  ASSERT_GE(got.size(), 7U);
  EXPECT_EQ(got[5].header.sequence, static_cast<std::uint16_t>(last.sequence + 1));
  EXPECT_TRUE(got[5].header.marker);
  EXPECT_GE(static_cast<std::int32_t>(got[5].header.timestamp - last.timestamp), 160);
  EXPECT_EQ(got[6].header.timestamp - got[5].header.timestamp, 160U);
}

TEST_F(Relay, EndsWithEitherStream) {
  hear(of_anna, anna, packet(1));
  one.close(of_anna);
  run(320);
  EXPECT_EQ(at(boris).size(), 3U); // the board's silence
  open(of_anna, anna, speaking(coding::g722, payload_g722));
  hear(of_anna, anna, packet(1)); // of another call in the same slot
  EXPECT_EQ(one.figures(of_boris).packets_forwarded, 1U);
}

TEST_F(Relay, OfOneToMany) { // a page
  open(of_clara, clara, speaking(coding::g722, payload_g722));
  one.relay(of_clara, of_anna);
  hear(of_anna, anna, packet(9));
  EXPECT_EQ(at(boris).size(), 1U);
  EXPECT_EQ(at(clara).size(), 1U);
  hear(of_boris, boris, packet(9));
  EXPECT_EQ(at(anna).size(), 1U);
  EXPECT_EQ(at(clara).size(), 1U);
}

/// Counts what is decoded, and what is begun anew.
class counting_coder : public voice_coder {
public:
  coding what() const override { return real->what(); }
  std::size_t encode(std::span<const std::int16_t> samples,
                     std::span<std::uint8_t, largest_packet> octets) override {
    return real->encode(samples, octets);
  }
  std::size_t decode(std::span<const std::uint8_t> octets,
                     std::span<std::int16_t, largest_packet> samples) override {
    ++decoded;
    return real->decode(octets, samples);
  }
  std::size_t length(std::span<const std::uint8_t> octets) const override {
    return real->length(octets);
  }
  void decode_anew() override {
    ++begun;
    real->decode_anew();
  }

  std::shared_ptr<voice_coder> real = make_coder(coding::g722);
  unsigned decoded = 0, begun = 0;
};

class RelayedForNobody : public Relay {
protected:
  RelayedForNobody() {
    one.close(of_anna);
    open(of_anna, anna, {payload_g722, 20, 101, nullptr, coder});
    between(of_boris, of_anna);
  }
  void say(std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t n = first; n < end; ++n) {
      hear(of_anna, anna, packet(n));
      run(160);
    }
  }
  std::shared_ptr<counting_coder> coder = std::make_shared<counting_coder>();
};

TEST_F(RelayedForNobody, IsNotDecodedButCounted) {
  one.relay(of_boris, std::nullopt);
  say(0, 50);
  const auto by_board = one.figures(of_anna);
  EXPECT_EQ(coder->decoded, 50U);
  between(of_boris, of_anna);
  say(50, 60);
  hear(of_anna, anna, packet(63));
  run(3 * 160);
  hear(of_anna, anna, packet(62)); // late
  hear(of_anna, anna, packet(63)); // twice
  say(64, 100);
  EXPECT_EQ(coder->decoded, 50U);
  EXPECT_EQ(at(boris).size(), 50U + 49U);
  const auto f = one.figures(of_anna);
  EXPECT_EQ(f.packets_received, 98U);
  EXPECT_EQ(f.packets_lost, 2U);
  EXPECT_EQ(f.packets_reordered, 1U);
  EXPECT_EQ(f.packets_duplicate, 1U);
  EXPECT_EQ(f.packets_malformed, 0U);
  EXPECT_NEAR(static_cast<double>(f.played_samples - by_board.played_samples), 50 * 160, 320);
  EXPECT_GE(f.concealed_samples - by_board.concealed_samples, 2 * 160U);
  EXPECT_GT(f.jitter_ms, by_board.jitter_ms);
  EXPECT_EQ(f.packet_ms, 20);
}

TEST_F(RelayedForNobody, WhatIsNoVoiceIsStillMalformed) {
  auto wrong = packet(2);
  wrong.resize(rtp_header_octets + voice_coder::largest_packet + 1);
  hear(of_anna, anna, wrong);
  EXPECT_EQ(one.figures(of_anna).packets_malformed, 1U);
  EXPECT_TRUE(at(boris).empty());
}

TEST_F(RelayedForNobody, IsDecodedFromWhereSomebodyHearsIt) {
  say(0, 10);
  EXPECT_EQ(coder->decoded, 0U);
  one.relay(of_boris, of_anna, true); // and a line
  say(10, 20);
  EXPECT_EQ(coder->decoded, 10U);
  EXPECT_EQ(coder->begun, 1U);
  EXPECT_EQ(at(boris).size(), 20U);
  one.relay(of_boris, of_anna, false);
  say(20, 30);
  EXPECT_EQ(coder->decoded, 10U);
  one.relay(of_clara, of_anna); // who speaks otherwise
  open(of_clara, clara, speaking(coding::pcma, payload_pcma));
  say(30, 40);
  EXPECT_EQ(coder->decoded, 20U);
  EXPECT_EQ(coder->begun, 2U);
  one.close(of_clara);
  say(40, 50);
  EXPECT_EQ(coder->decoded, 20U);
  one.relay(of_boris, std::nullopt);
  say(50, 60);
  EXPECT_EQ(coder->decoded, 30U);
  EXPECT_EQ(one.figures(of_anna).restarts, 0U);
}

TEST_F(Relay, EachEndIsProtectedWithItsOwnKeys) {
  const srtp_key a{1}, b{2}, c{3}, d{4};
  agreement to_anna = speaking(coding::g722, payload_g722),
            to_boris = speaking(coding::g722, payload_g722);
  to_anna.protection = std::make_shared<srtp>(srtp::keys{a, b});
  to_boris.protection = std::make_shared<srtp>(srtp::keys{c, d});
  open(of_anna, anna, to_anna);
  open(of_boris, boris, to_boris);
  srtp phone_a({b, a}), phone_b({d, c});
  auto said = packet(3);
  const auto plain = said;
  said.resize(said.size() + srtp::most_added);
  said.resize(phone_a.protect(said, plain.size()));
  const auto answer = one.on_packet(of_anna, anna, said, instant{frame * frame_time});
  ASSERT_EQ(answer.packets.size(), 1U);
  std::vector<std::uint8_t> got(answer.packets[0].octets.begin(), answer.packets[0].octets.end());
  got.resize(phone_b.unprotect(got));
  ASSERT_EQ(got.size(), plain.size());
  EXPECT_TRUE(
      std::equal(got.begin() + rtp_header_octets, got.end(), plain.begin() + rtp_header_octets));
}

} // namespace
