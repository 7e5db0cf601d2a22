// SPDX-License-Identifier: MIT
// Alarms, counters, slips, signalling, loops and test sequence of a span, by the words of G.732,
// G.775 and O.151; a bit error at each field.
#include "e1_wire.hpp"
#include "golden/e1_receiver.hpp"

namespace switchroom::test {
namespace {
using block = regs::e1_block;
using config = block::config;
using status = block::status;
constexpr std::uint32_t with_crc = config::enable::of(1) | config::crc4::of(1);

struct counts {
  std::uint32_t violations, fas, crc, e, alignments, repeats, skips, test;
  bool operator==(const counts&) const = default;
};
counts counted(e1_wire& wire) {
  return {wire.read(block::code_violations::offset), wire.read(block::fas_errors::offset),
          wire.read(block::crc_errors::offset),      wire.read(block::e_bits::offset),
          wire.read(block::alignments::offset),      wire.read(block::repeats::offset),
          wire.read(block::skips::offset),           wire.read(block::prbs_errors::offset)};
}
std::ostream& operator<<(std::ostream& out, const counts& c) {
  return out << c.violations << " violations, " << c.fas << " FAS, " << c.crc << " CRC, " << c.e
             << " E, " << c.alignments << " alignments, " << c.repeats << " repeats, " << c.skips
             << " skips, " << c.test << " test";
}

/// One wrong bit at each place of time slot 0 in a multiframe, and in two others.
TEST(E1Line, AWrongBitIsCountedWhereItBelongs) {
  e1_wire wire(1, with_crc | config::cas::of(1));
  wire.far.sends.cas = true;
  wire.frames(100);
  counts before = counted(wire);
  const auto violations = before.violations; // as it began
  for (unsigned target = 0; target < 16; ++target)
    for (const unsigned place : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u * 9 + 3, 8u * 16 + 5}) {
      // The far end's multiframe begins with its first frame.
      const unsigned at_frame = (wire.far.frames / 16 + 1) * 16 + target;
      wire.far.alters = [=](unsigned frame, unsigned at, bool bit) {
        return bit != (frame == at_frame && at == place);
      };
      wire.frames(48);
      const counts after = counted(wire);
      const bool alignment_frame = target % 2 == 0;
      const bool fas = alignment_frame && place >= 1 && place <= 7;
      const bool e = place == 0 && (target == 13 || target == 15); // the far end sends ones
      EXPECT_EQ(after.fas - before.fas, fas) << "frame " << target << " place " << place;
      EXPECT_EQ(after.crc - before.crc, 1u) << "frame " << target << " place " << place;
      EXPECT_EQ(after.e - before.e, e) << "frame " << target << " place " << place;
      EXPECT_EQ(after.alignments, 0u);
      EXPECT_EQ(after.violations, violations);
      EXPECT_EQ(wire.state() & 0xff, 0u);
      before = after;
    }
}

/// What the span tells by E bits is what it counts (G.704 2.3.3.4: one E bit for each wrong block).
TEST(E1Line, EachWrongBlockIsToldByOneEBit) {
  e1_wire wire(2, with_crc);
  wire.frames(200);
  golden::e1_receiver far_receiver;
  unsigned told = 0;
  wire.sent.clear();
  wire.far.alters = [](unsigned frame, unsigned at, bool bit) {
    return bit != (at == 77 && frame % 24 == 3 && frame < 2000); // never two in a multiframe
  };
  wire.frames(2400);
  for (const auto& pulse : wire.sent)
    told += far_receiver.take(pulse, 1, 0).e_bit;
  EXPECT_TRUE(far_receiver.crc());
  EXPECT_GT(told, 70u);
  EXPECT_EQ(told, wire.read(block::crc_errors::offset));
}

TEST(E1Line, CodeViolationsAreCounted) {
  e1_wire wire(3, with_crc);
  wire.frames(100);
  wire.far.errors = 1e-3;
  wire.frames(1000);
  // 256 errors in 256,000 bits; O.161 finds most of them, and some twice.
  EXPECT_GT(wire.read(block::code_violations::offset), 150u);
  EXPECT_LT(wire.read(block::code_violations::offset), 500u);
  EXPECT_EQ(wire.read(block::alignments::offset), 0u) << "G.706: 1e-3 is no loss of alignment";
}

// G.775 4.2: 10 to 255 bits without a pulse, and with ones to end it.
TEST(E1Line, LossOfSignalAfter255BitsWithoutAPulse) {
  e1_wire wire(4, with_crc);
  wire.frames(100);
  wire.alarms.clear();
  wire.far.pulled = true;
  const unsigned from = wire.pulses_to;
  while (wire.alarms.empty())
    wire.tick();
  EXPECT_NEAR(wire.pulses_to - from, 255, 5); // three spaces may come before; its event takes some
  EXPECT_EQ(wire.alarms.front() & 7, status::los::mask);
  wire.frames(10);
  EXPECT_EQ(wire.state() & 7, status::los::mask | status::lof::mask);
  for (unsigned slot = 1; slot < 32; ++slot)
    EXPECT_EQ(wire.heard[slot], 0xff);
  wire.far.pulled = false;
  wire.frames(60);
  EXPECT_EQ(wire.state() & 0xff, 0u);
}

// G.775 5.2: at most two zeros in 512 bits, twice.
TEST(E1Line, AllOnesAreAnAlarmUnlessThreeZerosAreAmongThem) {
  for (const unsigned zeros : {0u, 2u, 3u}) {
    e1_wire wire(5, with_crc);
    wire.far.alters = [=](unsigned, unsigned, bool) { return true; };
    wire.frames(3);
    wire.far.alters = [=](unsigned frame, unsigned at, bool) {
      return !(frame % 2 == 0 && at < 5 * zeros && at % 5 == 0);
    };
    wire.frames(12);
    EXPECT_EQ((wire.state() & status::ais::mask) != 0, zeros < 3) << zeros;
    wire.far.alters = nullptr;
    wire.frames(60);
    EXPECT_EQ(wire.state() & 0xff, 0u);
  }
}

TEST(E1Line, RemoteAlarmAndSaBitsAreReceived) {
  e1_wire wire(6, with_crc);
  wire.far.sends.sa = 0b01101;
  wire.frames(60);
  EXPECT_EQ(status::sa::get(wire.state()), 0b01101u);
  wire.far.alters = [](unsigned frame, unsigned at, bool bit) {
    return bit || (at == 2 && frame % 2 == 1 && frame / 2 % 3 != 0); // two of three
  };
  wire.frames(60);
  EXPECT_EQ(wire.state() & status::rai::mask, 0u);
  wire.far.alters = nullptr;
  wire.far.sends.a = true;
  wire.frames(10);
  EXPECT_EQ(wire.state() & 0xff, status::rai::mask);
}

/// Frames carry their number: a slip leaves one out or says one twice, whole, and nothing else
/// happens.
TEST(E1Line, AFarEnd100PpmOffSlipsWholeFrames) {
  for (const double ppm : {100., -100., 0.}) {
    e1_wire wire(7, with_crc);
    wire.far.ppm = ppm;
    wire.far.says = [](unsigned frame, unsigned slot) {
      return static_cast<std::uint8_t>(frame + slot);
    };
    wire.frames(100);
    unsigned last = wire.heard[1], slips = 0;
    constexpr unsigned frames = 21000; // a slip each 10,000
    for (unsigned n = 0; n < frames; ++n) {
      wire.frame();
      for (unsigned slot = 2; slot < 32; ++slot)
        ASSERT_EQ(wire.heard[slot], (wire.heard[1] + slot - 1) & 255) << "frames were mixed";
      const unsigned step = (wire.heard[1] - last) & 255;
      ASSERT_TRUE(step == 1 || step == (ppm > 0 ? 2 : 0)) << step;
      slips += step != 1;
      last = wire.heard[1];
    }
    const counts c = counted(wire);
    EXPECT_EQ(slips, ppm == 0 ? 0 : c.repeats + c.skips);
    EXPECT_EQ(ppm > 0 ? c.repeats : c.skips, 0u);
    EXPECT_NEAR(slips, ppm == 0 ? 0 : 2, ppm == 0 ? 0 : 1);
    EXPECT_EQ(wire.state() & 0xff, 0u);
  }
}

/// G.812 and Q.512 want 18 µs of wander without a slip: here 24 µs there and back for a while.
TEST(E1Line, WanderWithinTheHysteresisSlipsOnceAtMost) {
  e1_wire wire(8, with_crc);
  wire.frames(100);
  wire.far.ppm = 400; // until it has slipped
  while (wire.read(block::skips::offset) == 0)
    wire.frames(10);
  for (int n = 0; n < 20; ++n) {
    wire.far.ppm = n % 2 == 0 ? -400 : 400;
    wire.frames(480); // 49 bits, 24 µs
  }
  EXPECT_EQ(wire.read(block::skips::offset), 1u);
  EXPECT_EQ(wire.read(block::repeats::offset), 0u);
}

// G.732 5.2: signalling multiframes are lost by two wrong signals in a row.
TEST(E1Line, SignallingBitsComeAndStayWhenTheirMultiframesAreLost) {
  e1_wire wire(9, with_crc | config::cas::of(1));
  wire.far.sends.cas = true;
  for (unsigned slot = 1; slot < 32; ++slot)
    wire.far.signal[slot] = 1 + slot % 15;
  wire.frames(120);
  EXPECT_EQ(wire.state() & 0xff, 0u);
  EXPECT_EQ(wire.signals.size(), 30u);
  const auto all_there = [&] {
    for (unsigned slot = 1; slot < 32; ++slot)
      if (slot != 16) {
        EXPECT_EQ(wire.read(block::cas_received::offset + slot), 1 + slot % 15);
      }
  };
  all_there();
  for (const unsigned wrong : {1u, 2u}) {
    const unsigned from = (wire.far.frames / 16 + 1) * 16;
    wire.alarms.clear();
    wire.far.alters = [=](unsigned frame, unsigned at, bool bit) {
      return bit ||
             (at == 8 * 16 + 1 && frame % 16 == 0 && frame >= from && frame < from + 16 * wrong);
    };
    wire.frames(16 * 5);
    EXPECT_EQ(wire.alarms.empty(), wrong == 1);
  }
  wire.signals.clear();
  wire.far.pulled = true;
  wire.frames(60);
  all_there();
  wire.far.pulled = false;
  wire.frames(120);
  all_there();
  EXPECT_TRUE(wire.signals.empty());
  wire.far.signal[21] = 9;
  wire.frames(70);
  EXPECT_EQ(wire.signals, (std::vector<std::pair<unsigned, unsigned>>{{21, 9}}));
  wire.far.sends.y = true;
  wire.frames(40);
  EXPECT_EQ(wire.state() & 0xff, status::cas_rai::mask);
}

TEST(E1Line, LoopsGiveBackWhatTheyAreGiven) {
  e1_wire wire(10, with_crc | config::loop::of(2));
  wire.far.ppm = 80;
  wire.far.scrambles = true;
  golden::e1_receiver at_far_end;
  const auto far_hears = [&](unsigned frames, auto&& octet) {
    wire.sent.clear();
    wire.frames(frames);
    for (const auto& pulse : wire.sent)
      if (const auto got = at_far_end.take(pulse, 1, 0); got.octet && got.slot != 0)
        octet(got.slot, *got.octet);
    EXPECT_TRUE(at_far_end.crc());
  };
  wire.frames(100);
  far_hears(400, [](unsigned, unsigned) {});
  // Line: bit by bit, at the far end's rate, and without an error.
  unsigned errors = 0;
  wire.sent.clear();
  const unsigned from = wire.pulses_to;
  wire.frames(1000);
  EXPECT_NEAR(wire.sent.size(), wire.pulses_to - from, 1);
  for (const auto& pulse : wire.sent) {
    const auto got = at_far_end.take(pulse, 1, 0);
    errors += got.crc_error + got.violation + got.fas_error;
  }
  EXPECT_EQ(errors, 0u);
  // Payload: time slots in our own frames.
  wire.far.scrambles = false;
  wire.write(config::offset, with_crc | config::loop::of(3));
  at_far_end = {};
  far_hears(400, [](unsigned, unsigned) {});
  far_hears(50, [&](unsigned slot, unsigned octet) { ASSERT_EQ(octet, wire.far.octets[slot]); });
  // Local: the switch hears itself, whatever the far end does.
  wire.write(config::offset, with_crc | config::loop::of(1));
  wire.far.pulled = true;
  for (unsigned slot = 0; slot < 32; ++slot)
    wire.said[slot] = static_cast<std::uint16_t>(3 * slot + 1);
  wire.frames(200);
  EXPECT_EQ(wire.state() & 0xff, 0u);
  for (unsigned slot = 1; slot < 32; ++slot)
    EXPECT_EQ(wire.heard[slot], 3 * slot + 1);
}

TEST(E1Line, WrongBitsOfATestSequenceAreCounted) {
  e1_wire wire(11, with_crc);
  wire.write(block::prbs_check::offset, 0x00f0'0000);
  wire.frames(100);
  EXPECT_EQ(wire.state() & status::prbs_locked::mask, 0u);
  wire.far.sends.prbs = 0x00f0'0000;
  wire.frames(20);
  EXPECT_EQ(wire.state() & status::prbs_locked::mask, status::prbs_locked::mask);
  const auto before = wire.read(block::prbs_errors::offset);
  const unsigned from = wire.far.frames + 2;
  wire.far.alters = [=](unsigned frame, unsigned at, bool bit) {
    return bit != (frame >= from && frame < from + 100 && (at == 8 * 21 + 2 || at == 8 * 5));
  };
  wire.frames(110);
  EXPECT_EQ(wire.read(block::prbs_errors::offset) - before, 100u);
  wire.far.sends.prbs = 0;
  wire.frames(50);
  EXPECT_EQ(wire.state() & status::prbs_locked::mask, 0u);
  wire.far.sends.ais = true; // ones are no sequence
  wire.frames(50);
  EXPECT_EQ(wire.state() & status::prbs_locked::mask, 0u);
}

/// Cables pulled and put back, bits left out and said twice, errors in bursts: each time all comes
/// back.
TEST(E1Line, EverythingComesBackAfterwards) {
  e1_wire wire(12, with_crc | config::cas::of(1));
  wire.far.sends.cas = true;
  wire.far.says = [](unsigned, unsigned slot) { return static_cast<std::uint8_t>(slot ^ 0x5a); };
  for (unsigned round = 0; round < 60; ++round) {
    auto& random = wire.far.random;
    wire.far.pulled = round % 4 == 0;
    wire.far.slides = round % 4 == 1 ? static_cast<int>(random() % 601) - 300 : 0;
    wire.far.errors = round % 4 == 2 ? 0.2 : 0;
    wire.far.sends.ais = round % 4 == 3;
    wire.far.ppm = static_cast<double>(random() % 201) - 100;
    wire.frames(random() % 60);
    wire.far.pulled = wire.far.sends.ais = false;
    wire.far.errors = 0;
    wire.frames(300);
    ASSERT_EQ(wire.state() & 0xff, 0u) << "round " << round;
    for (unsigned slot = 1; slot < 32; ++slot) {
      if (slot != 16) {
        ASSERT_EQ(wire.heard[slot], slot ^ 0x5a);
      }
    }
  }
}
} // namespace
} // namespace switchroom::test
