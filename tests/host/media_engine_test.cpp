// SPDX-License-Identifier: MIT
// Two gateways' voice in one process and in virtual time.
#include "media/engine.hpp"
#include "switchroom/dsp/g711.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

namespace {

std::size_t allocations = 0;

} // namespace

// Counts what the voice path allocates. Not inlined, or GCC takes free() for the wrong end of new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size))
    return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace switchroom;
using namespace switchroom::media;
namespace g711 = switchroom::dsp::g711;

const endpoint amsterdam = endpoint::v4(127, 0, 0, 1, 20000),
               berlin = endpoint::v4(127, 0, 0, 1, 21000);

instant at_frame(std::uint32_t frame) {
  return instant{frame * frame_time + duration{1}};
}

/// A voice that A-law carries without loss.
std::int16_t speech(std::uint32_t frame) {
  return g711::decode_a(static_cast<std::uint8_t>(frame * 37 + frame / 256));
}

/// One cell at one engine; its packets go to the other.
std::optional<std::int16_t> step(engine& one, engine& other, const endpoint& from,
                                 std::uint32_t frame, std::int16_t sample) {
  const board::sample in[] = {{3, sample}};
  const auto answer = one.on_cell(frame, in, at_frame(frame));
  for (const outgoing_packet& p : answer.packets)
    other.on_packet(host_slot{3}, from, p.octets, at_frame(frame));
  return answer.samples.empty() ? std::nullopt : std::optional(answer.samples[0].value);
}

class TwoEngines : public ::testing::Test {
protected:
  TwoEngines() {
    EXPECT_FALSE(a.open(host_slot{3}, berlin, {payload_pcma}));
    EXPECT_FALSE(b.open(host_slot{3}, amsterdam, {payload_pcma}));
  }
  engine a{{8, 10, 20, 1}}, b{{8, 10, 20, 2}};
};

// 10 ms to fill a packet, 20 ms of buffer, less the frame in which the packet's last sample comes.
constexpr std::uint32_t delay_frames = 79 + 160;

TEST_F(TwoEngines, VoiceCrossesBothWaysUnchangedAfter30Milliseconds) {
  for (std::uint32_t frame = 0; frame < 16'000; ++frame) {
    const auto at_a = step(a, b, amsterdam, frame, speech(frame));
    const auto at_b = step(b, a, berlin, frame, speech(frame + 5));
    ASSERT_TRUE(at_a && at_b);
    if (frame >= delay_frames) {
      ASSERT_EQ(*at_b, speech(frame - delay_frames));
      // b steps after a, so its packet is taken one frame later.
      if (frame > delay_frames) {
        ASSERT_EQ(*at_a, speech(frame - delay_frames - 1 + 5));
      }
    }
  }
  EXPECT_EQ(a.figures(host_slot{3}).packets_sent, 200U);
  EXPECT_EQ(b.figures(host_slot{3}).packets_received, 200U);
  EXPECT_EQ(b.figures(host_slot{3}).slips(), 0U);
}

/// As when a call is answered in another codec than what was heard before: told to one gateway 20
/// ms after the other, and neither closes what is open.
TEST_F(TwoEngines, OpenedAgainInAnotherCodecTheyGoOnWithOneAnother) {
  const auto mu = [](std::uint32_t frame) {
    return g711::decode(g711::law::mu, static_cast<std::uint8_t>(frame * 37 + frame / 256));
  };
  constexpr std::uint32_t told_a = 8000, told_b = told_a + 160,
                          settled = told_b + delay_frames + 80;
  std::uint32_t wrong = 0;
  for (std::uint32_t frame = 0; frame < 24'000; ++frame) {
    if (frame == told_a) {
      EXPECT_FALSE(a.open(host_slot{3}, berlin, {payload_pcmu}));
    }
    if (frame == told_b) {
      EXPECT_FALSE(b.open(host_slot{3}, amsterdam, {payload_pcmu}));
    }
    const auto at_a = step(a, b, amsterdam, frame, mu(frame));
    const auto at_b = step(b, a, berlin, frame, mu(frame + 5));
    if (frame >= settled)
      wrong += (at_a != mu(frame + 5 - delay_frames - 1)) + (at_b != mu(frame - delay_frames));
  }
  EXPECT_EQ(wrong, 0U);
}

TEST_F(TwoEngines, NothingIsAllocatedPerCellOrPacket) {
  for (std::uint32_t frame = 0; frame < 1000; ++frame)
    step(a, b, amsterdam, frame, speech(frame));
  const std::size_t before = allocations;
  for (std::uint32_t frame = 1000; frame < 5000; ++frame) {
    step(a, b, amsterdam, frame, speech(frame));
    step(b, a, berlin, frame, speech(frame));
  }
  EXPECT_EQ(allocations, before);
}

// ---- tapes (S17) -------------------------------------------------------------------------------

class OneEngine : public ::testing::Test {
protected:
  /// The sample that goes to the board; `heard`: what the board sends of the slot, if anything.
  std::int16_t step(std::uint32_t frame, std::optional<std::int16_t> heard) {
    const board::sample in[] = {{3, heard.value_or(0)}};
    const auto answer = one.on_cell(frame, std::span(in).first(heard ? 1 : 0), at_frame(frame));
    EXPECT_EQ(answer.samples.size(), 1U);
    EXPECT_TRUE(answer.packets.empty());
    return answer.samples[0].value;
  }
  engine one{{8, 10, 20, 1}};
};

TEST_F(OneEngine, S17_ATapeSaysEverySampleAndThenRecordsEverySample) {
  std::vector<std::int16_t> say;
  for (std::uint32_t n = 0; n < 1000; ++n)
    say.push_back(speech(n));
  const auto reel = std::make_shared<tape>(say, 500);
  ASSERT_TRUE(one.mount(host_slot{3}, reel));
  for (std::uint32_t frame = 0; frame < 5; ++frame) // the slot is not enabled yet
    EXPECT_EQ(step(frame, std::nullopt), 0);
  const std::size_t before = allocations;
  for (std::uint32_t n = 0; n < 2000; ++n) {
    EXPECT_EQ(reel->all_said(), n >= 1000);
    const auto said = step(5 + n, speech(n + 7));
    ASSERT_EQ(said, n < 1000 ? say[n] : 0);
  }
  EXPECT_EQ(allocations, before) << "in the voice thread";
  EXPECT_TRUE(reel->is_full());
  const auto heard = reel->recorded();
  ASSERT_EQ(heard.size(), 500U);
  for (std::uint32_t n = 0; n < 500; ++n) // from the frame on in which the last sample was said
    ASSERT_EQ(g711::decode_a(heard[n]), speech(999 + n + 7)) << n;
  one.close(host_slot{3});
  EXPECT_FALSE(one.is_open(host_slot{3}));
  EXPECT_EQ(reel.use_count(), 1) << "freed where it was made";
}

TEST_F(OneEngine, S17_MissingCellsTakeTheirTime) {
  const auto reel = std::make_shared<tape>(std::vector<std::int16_t>(100, 8), 100);
  one.mount(host_slot{3}, reel);
  step(0, 0);
  step(50, 0); // 49 are missing
  step(99, 0);
  EXPECT_TRUE(reel->all_said());
  step(110, 0);
  EXPECT_EQ(reel->recorded().size(), 12U);
}

TEST_F(OneEngine, S17_AStreamAndATapeTakeTurns) {
  EXPECT_FALSE(one.open(host_slot{3}, berlin, {payload_pcma}));
  EXPECT_TRUE(one.is_stream(host_slot{3}));
  one.mount(host_slot{3}, std::make_shared<tape>(std::vector<std::int16_t>{}, 0));
  EXPECT_FALSE(one.is_stream(host_slot{3}));
  EXPECT_EQ(one.open_slots().size(), 1U);
  one.on_packet(host_slot{3}, berlin, {}, at_frame(1));
  EXPECT_EQ(one.strays(), 1U);
  EXPECT_FALSE(one.open(host_slot{3}, berlin, {payload_pcma}));
  EXPECT_TRUE(one.is_stream(host_slot{3}));
  EXPECT_FALSE(one.mount(host_slot{8}, nullptr)) << "there is no such slot";
}

TEST_F(TwoEngines, AFewMissingCellsAreBridged) {
  for (std::uint32_t frame = 0; frame < 8000; ++frame) {
    // Amsterdam's link loses three cells; at Berlin all is well.
    if (frame < 4000 || frame > 4002) {
      const auto at_a = step(a, b, amsterdam, frame, speech(frame));
      if (frame > delay_frames) {
        ASSERT_EQ(*at_a, speech(frame - delay_frames - 1)) << "what was due meanwhile is left out";
      }
    }
    const auto at_b = step(b, a, berlin, frame, speech(frame));
    const std::uint32_t said = frame - delay_frames;
    if (frame >= delay_frames && (said < 4000 || said > 4002)) {
      ASSERT_EQ(*at_b, speech(said)) << frame;
    }
  }
  EXPECT_EQ(a.missing_cells(), 3U);
  EXPECT_EQ(b.figures(host_slot{3}).concealed_samples, 0U);
}

TEST_F(TwoEngines, ALostBoardLeavesTheRtpClockRight) {
  for (std::uint32_t frame = 0; frame < 1000; ++frame) {
    step(a, b, amsterdam, frame, speech(frame));
    step(b, a, berlin, frame, 0);
  }
  a.board_lost();
  for (std::uint32_t frame = 1000; frame < 9000; ++frame)
    step(b, a, berlin, frame, 0);
  // Amsterdam's board comes back with a frame number of its own.
  for (std::uint32_t frame = 9000; frame < 12'000; ++frame) {
    const board::sample in[] = {{3, speech(frame)}};
    const auto answer = a.on_cell(frame - 9000, in, at_frame(frame));
    for (const outgoing_packet& p : answer.packets)
      b.on_packet(host_slot{3}, amsterdam, p.octets, at_frame(frame));
    const auto at_b = step(b, a, berlin, frame, 0);
    if (frame >= 9500) {
      ASSERT_EQ(*at_b, speech(frame - delay_frames)) << frame;
    }
  }
  EXPECT_EQ(b.figures(host_slot{3}).packets_lost, 0U);
  EXPECT_EQ(b.figures(host_slot{3}).restarts, 0U);
  EXPECT_EQ(a.missing_cells(), 0U);
}

TEST(Engine, OneSampleForEveryOpenStreamInEveryCell) {
  engine e({16, 10, 20, 0});
  for (const std::uint8_t slot : {9, 2, 5})
    EXPECT_FALSE(e.open(host_slot{slot}, berlin, {payload_pcma}));
  e.close(host_slot{5});
  e.close(host_slot{6});
  const auto answer = e.on_cell(77, {}, at_frame(77));
  ASSERT_EQ(answer.samples.size(), 2U);
  EXPECT_EQ(answer.samples[0], (board::sample{2, 0}));
  EXPECT_EQ(answer.samples[1], (board::sample{9, 0}));
}

TEST(Engine, NothingIsSentBeforeTheBoardSpeaks) {
  engine e({4, 10, 20, 0});
  EXPECT_FALSE(e.open(host_slot{0}, berlin, {payload_pcma}));
  for (std::uint32_t frame = 0; frame < 400; ++frame)
    EXPECT_TRUE(e.on_cell(frame, {}, at_frame(frame)).packets.empty());
}

TEST(Engine, OpeningAgainElsewhereKeepsTheRtpGoing) {
  engine e({4, 10, 20, 9});
  std::vector<rtp_header> headers;
  const auto run = [&](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t frame = from; frame < to; ++frame) {
      const board::sample in[] = {{0, 5}};
      for (const auto& p : e.on_cell(frame, in, at_frame(frame)).packets)
        headers.push_back(std::get<rtp_packet>(parse_rtp(p.octets)).header);
    }
  };
  EXPECT_FALSE(e.open(host_slot{0}, berlin, {payload_pcma}));
  run(0, 160);
  EXPECT_FALSE(e.open(host_slot{0}, amsterdam, {payload_pcma}));
  run(160, 240);
  EXPECT_FALSE(e.open(host_slot{0}, amsterdam, {payload_pcma})); // changes nothing
  run(240, 320);
  ASSERT_EQ(headers.size(), 4U);
  for (unsigned i = 1; i < 4; ++i) {
    EXPECT_EQ(headers[i].ssrc, headers[0].ssrc);
    EXPECT_EQ(headers[i].sequence, static_cast<std::uint16_t>(headers[0].sequence + i));
  }
  EXPECT_EQ(e.figures(host_slot{0}).packets_sent, 2U);
}

// ---- SRTP of a stream that is opened again, in mid-call ----

srtp_key key(std::uint8_t first) {
  srtp_key made{};
  made[0] = first;
  return made;
}
agreement protect(std::uint8_t ours, std::uint8_t theirs) {
  return {payload_pcma, 10, 0, std::make_shared<srtp>(srtp::keys{key(ours), key(theirs)})};
}

class OpenedAgain : public ::testing::Test {
protected:
  using octets = std::vector<std::uint8_t>;
  /// Its own packets are about to wrap.
  static engine near_the_wrap() {
    for (std::uint64_t seed = 1;; ++seed) {
      engine made({4, 10, 20, seed});
      EXPECT_FALSE(made.open(slot, berlin, {payload_pcma}));
      const board::sample in[] = {{0, 5}};
      for (std::uint32_t frame = 0; frame < 80; ++frame)
        for (const auto& p : made.on_cell(frame, in, at_frame(frame)).packets)
          if (std::get<rtp_packet>(parse_rtp(p.octets)).header.sequence > 65'500)
            return made;
    }
  }
  /// What the phone says, protected by it.
  octets said_by(srtp& phone) {
    octets made(rtp_header_octets + 80);
    write_rtp_header({false, payload_pcma, sequence, 80u * sequence, 77},
                     std::span(made).first<rtp_header_octets>());
    ++sequence;
    const auto size = made.size();
    made.resize(size + srtp::most_added);
    made.resize(phone.protect(made, size));
    return made;
  }
  void hear(const endpoint& from, const octets& packet) {
    one.on_packet(slot, from, packet, at_frame(frame));
  }
  /// How many packets come, and how many of them the phone takes.
  std::pair<unsigned, unsigned> run(unsigned packets, srtp& phone) {
    unsigned came = 0, taken = 0;
    for (const auto end = frame + 80 * packets; frame < end; ++frame) {
      const board::sample in[] = {{0, 5}};
      for (const auto& p : one.on_cell(frame, in, at_frame(frame)).packets) {
        octets got(p.octets.begin(), p.octets.end());
        ++came;
        taken += phone.unprotect(got) > 0 ? 1 : 0;
      }
    }
    return {came, taken};
  }
  using both = std::pair<unsigned, unsigned>;

  static constexpr host_slot slot{0};
  engine one = near_the_wrap();
  std::uint32_t frame = 80;
  std::uint16_t sequence = 65'530;
};

TEST_F(OpenedAgain, WithTheSameKeysAfterAWrapBothGoOnAndWhatIsOldStaysSo) {
  srtp phone({key(2), key(1)});
  ASSERT_FALSE(one.open(slot, berlin, protect(1, 2)));
  EXPECT_EQ(run(100, phone), both(100, 100)) << "beyond the wrap";
  std::vector<octets> old;
  for (unsigned n = 0; n < 20; ++n)
    hear(berlin, old.emplace_back(said_by(phone)));
  EXPECT_EQ(one.figures(slot).packets_received, 20U);
  ASSERT_FALSE(one.open(slot, amsterdam, protect(1, 2)));
  for (unsigned n = 0; n < 10; ++n)
    hear(amsterdam, said_by(phone));
  EXPECT_EQ(one.figures(slot).packets_received, 10U);
  EXPECT_EQ(one.figures(slot).packets_forged, 0U);
  for (const auto& packet : old)
    hear(amsterdam, packet);
  EXPECT_EQ(one.figures(slot).packets_forged, 20U);
  EXPECT_EQ(run(10, phone), both(10, 10));
}

/// Many a phone makes a new key with each offer; ours, and so its counts, stay (RFC 3711, 9.1).
TEST_F(OpenedAgain, WithAnotherKeyOfThePhoneOursGoesOn) {
  srtp phone({key(2), key(1)});
  ASSERT_FALSE(one.open(slot, berlin, protect(1, 2)));
  EXPECT_EQ(run(100, phone), both(100, 100));
  hear(berlin, said_by(phone));
  ASSERT_FALSE(one.open(slot, berlin, protect(1, 3)));
  EXPECT_EQ(run(10, phone), both(10, 10));
  hear(berlin, said_by(phone));
  EXPECT_EQ(one.figures(slot).packets_forged, 1U) << "of its old key";
  srtp anew({key(3), key(1)});
  hear(berlin, said_by(anew));
  EXPECT_EQ(one.figures(slot).packets_received, 1U);
}

TEST(Engine, RefusesWhatItCannotDo) {
  engine e({4, 10, 20, 0});
  const auto beyond = e.open(host_slot{4}, berlin, {payload_pcma});
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->what, "host slot 4 does not exist: the board has 4");
  const auto codec = e.open(host_slot{1}, berlin, {9});
  ASSERT_TRUE(codec);
  EXPECT_EQ(codec->what, "host slot 1: RTP payload type 9 is not spoken here");
  EXPECT_FALSE(codec->remedy.empty());
}

TEST(Engine, PacketsForNobodyAreStrays) {
  engine e({4, 10, 20, 0});
  const std::uint8_t octets[] = {1, 2, 3};
  e.on_packet(host_slot{1}, berlin, octets, {});
  e.on_packet(host_slot{200}, berlin, octets, {});
  EXPECT_EQ(e.strays(), 2U);
}

} // namespace
