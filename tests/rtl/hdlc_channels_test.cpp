// SPDX-License-Identifier: MIT
// HDLC channels: in lock step with the golden model, and with libspandsp at the far end.
#include "hdlc_bench.hpp"

namespace {
using namespace switchroom::test;
using switchroom::regs::hdlc_counter;
using block = switchroom::regs::hdlc_block;
using config = block::channel;
using line_samples = std::array<std::uint16_t, hdlc_count>;

/// What a far end may do to a channel: frames of any length, bits turned over, aborts, nonsense.
class wild_line {
public:
  std::uint16_t sample(std::mt19937& random, unsigned bits) {
    if (peer_.is_done() && random() % 4 == 0)
      peer_.send(random_frame(random, 1, 260));
    if (random() % 2000 == 0)
      peer_.abort();
    auto value = peer_.sample(bits);
    if (random() % 500 == 0)
      value ^= static_cast<std::uint16_t>(1u << random() % bits);
    if (nonsense_ == 0 && random() % 3000 == 0)
      nonsense_ = 1 + random() % 40;
    if (nonsense_ > 0) {
      --nonsense_;
      value = static_cast<std::uint16_t>(random());
    }
    return static_cast<std::uint16_t>(value | random() << 8); // more than its bits
  }

private:
  spandsp_transmitter peer_;
  unsigned nonsense_ = 0;
};

TEST(HdlcChannels, LockStepUnderRandomLinesAndHosts) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    hdlc_bench bench(seed);
    auto& random = bench.random;
    std::array<wild_line, hdlc_count> lines;
    std::array<unsigned, hdlc_count> bits{};
    for (unsigned frame = 0; frame < 12000; ++frame) {
      line_samples line{};
      for (unsigned n = 0; n < hdlc_count; ++n)
        line[n] = lines[n].sample(random, bits[n] == 0 ? 8 : bits[n]);
      ASSERT_NO_FATAL_FAILURE(bench.frame(line));
      const unsigned n = random() % hdlc_count;
      if (random() % 800 == 0 || bits[n] == 0) {
        bits[n] = random() % 8 == 0 ? 0 : 1 + random() % 8;
        bench.forget(n);
        bench.write(config::offset + n, 0);
        bench.write(config::offset + n,
                    bits[n] == 0 ? random() & ~1u
                                 : hdlc_bench::word(bits[n], random() % 2, 1 + random() % 220));
      }
      if (random() % 20 == 0)
        bench.transmit(n, random_frame(random, 1, 120));
      if (random() % 60 == 0)
        bench.receive(n);
      if (random() % 1000 == 0) { // a host that does not know what it does
        const unsigned what = random() % 4;
        if (what == 0)
          bench.write(block::transmit_head::offset + n,
                      bench.head(n) = random() % (2 * hdlc_words));
        else if (what == 1)
          bench.write(block::receive_tail::offset + n, random());
        else if (what == 2)
          bench.put_word(n, bench.head(n), random());
        else
          bench.write(block::transmit_ring::offset + 256 * n + random() % hdlc_words, random());
        bench.read(block::receive_tail::offset + n);
      }
      if (random() % 30 == 0) {
        for (unsigned word = 0; word < 8; ++word)
          bench.read(block::counter::offset + 8 * n + word);
        bench.read(config::offset + n);
        bench.read(block::transmit_head::offset + n);
      }
      for (int clock = 0; clock < 8; ++clock)
        bench.clock();
      ASSERT_EQ(bench.take_events(), bench.golden.take_events()) << "frame " << frame;
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
}

TEST(HdlcChannels, ReceiveWhatSpandspSendsAsSpandspDoes) {
  for (unsigned bits = 1; bits <= 8; ++bits) {
    for (const unsigned errors : {0u, 300u}) { // one bit of so many is turned over
      hdlc_bench bench(bits);
      bench.configure(1, bits);
      spandsp_transmitter far(static_cast<int>(1 + bits % 3));
      spandsp_receiver judge;
      std::vector<octets> sent, received;
      for (unsigned frame = 0; frame < 12000; ++frame) {
        if (far.is_done() && frame < 11000) {
          sent.push_back(random_frame(bench.random, 3, 200));
          far.send(sent.back());
        }
        line_samples line{};
        line[1] = far.sample(bits);
        for (unsigned bit = 0; errors != 0 && bit < bits; ++bit)
          line[1] ^= static_cast<std::uint16_t>((bench.random() % errors == 0) << bit);
        judge.put_sample(line[1], bits);
        ASSERT_NO_FATAL_FAILURE(bench.frame(line));
        if (frame % 8 == 0)
          for (auto& whole : bench.receive(1))
            received.push_back(std::move(whole));
      }
      std::vector<octets> expected;
      for (const auto& frame : judge.frames) // spandsp takes what is shorter than LAPD's shortest
        if (frame.size() >= 3 && frame.size() <= 200)
          expected.push_back(frame);
      EXPECT_EQ(received, expected) << bits << " bits";
      EXPECT_EQ(bench.counter(1, hdlc_counter::received), expected.size());
      EXPECT_EQ(bench.counter(1, hdlc_counter::overruns), 0u);
      if (errors == 0) {
        sent.resize(expected.size());
        EXPECT_EQ(received, sent);
        EXPECT_GT(sent.size(), 8 * bits);
        EXPECT_EQ(bench.counter(1, hdlc_counter::check_errors), 0u);
      } else {
        EXPECT_GT(bench.counter(1, hdlc_counter::check_errors), 3 * bits);
      }
    }
  }
}

TEST(HdlcChannels, SpandspReceivesWhatTheySend) {
  for (unsigned bits = 1; bits <= 8; ++bits) {
    for (const bool ones : {false, true}) {
      hdlc_bench bench(bits + 10);
      bench.configure(0, bits, ones);
      spandsp_receiver far;
      std::vector<octets> sent;
      octets next = random_frame(bench.random, 1, 240);
      for (unsigned frame = 0; frame < 8000; ++frame) {
        ASSERT_NO_FATAL_FAILURE(bench.frame({}));
        far.put_sample(bench.said[0], bits);
        if (frame < 5000 && bench.random() % 16 == 0 && bench.transmit(0, next)) {
          sent.push_back(next);
          next = random_frame(bench.random, 1, 240);
        }
      }
      // In the last 3,000 frames what the ring held has gone.
      EXPECT_EQ(far.frames, sent) << bits << " bits";
      EXPECT_GE(sent.size(), 4 * bits);
      EXPECT_EQ(far.figures().crc_errors, 0u);
      EXPECT_EQ(far.figures().length_errors, 0u);
      EXPECT_EQ(bench.counter(0, hdlc_counter::sent), sent.size());
    }
  }
}

/// Frames that pass while `far` sends what it has, and some more.
void run(hdlc_bench& bench, spandsp_transmitter& far, unsigned more = 12) {
  for (unsigned frame = 0; more > 0; ++frame) {
    if (far.is_done())
      --more;
    line_samples line{};
    line[2] = far.sample(8);
    ASSERT_NO_FATAL_FAILURE(bench.frame(line));
    ASSERT_LT(frame, 4000u);
  }
}

TEST(HdlcChannels, WhatIsNoFrameIsCountedAndTheNextOneComes) {
  hdlc_bench bench(30);
  bench.configure(2, 8, false, 100);
  spandsp_transmitter far;
  const octets good = random_frame(bench.random, 40, 40);
  const auto is_lost = [&](hdlc_counter why, auto&& what) {
    const auto before = bench.counter(2, why);
    what();
    far.send(good);
    run(bench, far);
    EXPECT_EQ(bench.counter(2, why), before + 1) << int(why);
    EXPECT_EQ(bench.receive(2), std::vector<octets>{good}) << int(why);
  };
  run(bench, far);
  is_lost(hdlc_counter::too_long, [&] { far.send(random_frame(bench.random, 101, 101)); });
  is_lost(hdlc_counter::too_long, [&] { far.send(random_frame(bench.random, 300, 300)); });
  is_lost(hdlc_counter::too_short, [&] { far.send(random_frame(bench.random, 2, 2)); });
  is_lost(hdlc_counter::too_short, [&] { far.send(random_frame(bench.random, 1, 1)); });
  const auto begin = [&] {
    far.send(octets(80, 0x55));
    line_samples line{};
    for (int n = 0; n < 30; ++n) {
      line[2] = far.sample(8);
      bench.frame(line);
    }
  };
  is_lost(hdlc_counter::aborted, [&] {
    begin();
    far.abort();
  });
  is_lost(hdlc_counter::check_errors, [&] {
    begin();
    far.corrupt();
  });
  is_lost(hdlc_counter::check_errors, [&] { // a bit is missing
    begin();
    far.bit();
  });
  // Longest and shortest that there may be.
  far.send(random_frame(bench.random, 100, 100));
  far.send(random_frame(bench.random, 3, 3));
  run(bench, far);
  EXPECT_EQ(bench.receive(2).size(), 2u);
}

TEST(HdlcChannels, ARingWithoutRoomLosesWholeFramesCounted) {
  hdlc_bench bench(40);
  bench.configure(2, 8);
  spandsp_transmitter far;
  std::vector<octets> sent;
  for (int n = 0; n < 8; ++n)
    far.send(sent.emplace_back(random_frame(bench.random, 60, 60))); // 16 words each: 64 are 4
  run(bench, far);
  EXPECT_EQ(bench.counter(2, hdlc_counter::overruns), 5u) << "FCS octets need room for a moment";
  EXPECT_EQ(bench.receive(2), (std::vector<octets>(sent.begin(), sent.begin() + 3)));
  far.send(sent[7]);
  run(bench, far);
  EXPECT_EQ(bench.receive(2), std::vector<octets>{sent[7]});
  EXPECT_EQ(bench.counter(2, hdlc_counter::overruns), 5u);
}

TEST(HdlcChannels, WhatNobodyReadsIsToldOnceAndWhatComesLaterWhenItIsRead) {
  hdlc_bench bench(50, 40);
  bench.configure(2, 8);
  spandsp_transmitter far;
  const octets frame = random_frame(bench.random, 20, 20);
  for (int n = 0; n < 3; ++n)
    far.send(frame);
  run(bench, far, 40);
  const auto told = bench.take_events();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0],
            (switchroom::golden::board_event{switchroom::regs::event_kind::hdlc_received, 2, 6}));
  bench.write(block::receive_tail::offset + 2, 6); // two more are there
  run(bench, far, 2);
  const auto more = bench.take_events();
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more[0].data, 18u);
  bench.write(block::receive_tail::offset + 2, 18);
  run(bench, far, 2);
  EXPECT_EQ(bench.take_events().size(), 0u);
}

TEST(HdlcChannels, TheHostIsToldWhenHalfOfTheRingIsFree) {
  hdlc_bench bench(60);
  bench.configure(0, 8);
  const octets frame = random_frame(bench.random, 36, 36); // 10 words
  for (int n = 0; n < 6; ++n)
    ASSERT_TRUE(bench.transmit(0, frame));
  EXPECT_FALSE(bench.transmit(0, frame));
  std::vector<switchroom::golden::board_event> told;
  for (int n = 0; n < 600; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.frame({}));
    for (const auto& event : bench.take_events())
      told.push_back(event);
  }
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].data, 30u) << "30 of 60 words wait";
}

TEST(HdlcChannels, WrongNumbersOfOctetsEmptyTheRing) {
  for (const std::uint32_t wrong : {0u, 21u, 1024u, 0x80000005u}) {
    hdlc_bench bench(70);
    bench.configure(0, 8);
    spandsp_receiver far;
    bench.put_word(0, bench.head(0), wrong);
    for (int n = 0; n < 5; ++n)
      bench.put_word(0, bench.head(0), 0);
    bench.write(block::transmit_head::offset, bench.head(0));
    for (int n = 0; n < 40; ++n)
      ASSERT_NO_FATAL_FAILURE(bench.frame({}));
    EXPECT_EQ(bench.counter(0, hdlc_counter::malformed), 1u);
    EXPECT_EQ(bench.read(block::transmit_tail::offset), 6u);
    EXPECT_EQ(bench.take_events().size(), 1u);
    const octets frame = random_frame(bench.random, 9, 9);
    ASSERT_TRUE(bench.transmit(0, frame));
    for (int n = 0; n < 40; ++n) {
      ASSERT_NO_FATAL_FAILURE(bench.frame({}));
      far.put_sample(bench.said[0], 8);
    }
    EXPECT_EQ(far.frames, std::vector<octets>{frame});
  }
}

TEST(HdlcChannels, AChannelThatIsSwitchedOffAbortsItsFrame) {
  hdlc_bench bench(80);
  bench.configure(0, 8);
  spandsp_receiver far;
  const octets frame = random_frame(bench.random, 100, 100);
  ASSERT_TRUE(bench.transmit(0, frame));
  for (int n = 0; n < 80; ++n) {
    if (n == 50)
      bench.write(config::offset, 0);
    ASSERT_NO_FATAL_FAILURE(bench.frame({}));
    far.put_sample(bench.said[0], 8);
  }
  EXPECT_EQ(far.figures().aborts, 1u);
  EXPECT_EQ(far.frames.size(), 0u);
  bench.forget(0);
  bench.configure(0, 8);
  ASSERT_TRUE(bench.transmit(0, frame));
  for (int n = 0; n < 160; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.frame({}));
    far.put_sample(bench.said[0], 8);
  }
  EXPECT_EQ(far.frames, std::vector<octets>{frame});
}

TEST(HdlcChannels, FramesThatWaitFollowWithOneFlagBetween) {
  hdlc_bench bench(90);
  bench.configure(0, 8);
  const octets frame(10, 0x00); // nothing is stuffed but, maybe, the FCS
  for (int n = 0; n < 4; ++n)
    ASSERT_TRUE(bench.transmit(0, frame));
  std::vector<bool> bits;
  for (int n = 0; n < 80; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.frame({}));
    for (int bit = 7; bit >= 0; --bit)
      bits.push_back((bench.said[0] >> bit & 1) != 0);
  }
  // Six ones are a flag. From the first octet on: a frame is 96 bits with its FCS, and stuffing.
  std::vector<std::size_t> flags;
  for (std::size_t n = 0, ones = 0; n < bits.size(); ++n) {
    ones = bits[n] ? ones + 1 : 0;
    if (ones == 6)
      flags.push_back(n);
  }
  std::size_t n = 0;
  while (flags[n + 1] - flags[n] < 16)
    ++n;
  for (unsigned frames = 0; frames < 4; ++frames, ++n)
    EXPECT_GE(flags[n + 1] - flags[n], 104u) << frames;
  EXPECT_EQ(flags[n + 1] - flags[n], 8u);
}

TEST(HdlcChannels, RegistersAsDescribed) {
  hdlc_bench bench(100);
  EXPECT_EQ(bench.read(block::id::offset), block::type << 16 | block::version);
  EXPECT_EQ(bench.read(block::capacity::offset), hdlc_count);
  EXPECT_EQ(bench.read(block::first_slot::offset), hdlc_first_slot);
  EXPECT_EQ(bench.read(block::ring_words::offset), hdlc_words);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.write(word, word & ~1u); // nothing is enabled
    if (word < block::receive_ring::offset || word >= block::transmit_ring::offset)
      bench.read(word); // what is not defined is not looked at
  }
}

} // namespace
