// SPDX-License-Identifier: MIT
// The IOM-2 bus, bit by bit: in lock step with the golden model, and against what the bus'
// description says of C/I and the monitor channel.
#include <bit>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Viom2_bus_model.h"
#include "golden/iom2_bus.hpp"
#include "voice_bench.hpp"

namespace {
using namespace switchroom;
using block = regs::iom2_block;
using octets = golden::iom2_bus::octets;
constexpr unsigned first_slot = 264;

class bus_bench : public test::voice_bench<Viom2_bus_model, golden::iom2_bus> {
  using base = voice_bench<Viom2_bus_model, golden::iom2_bus>;

public:
  explicit bus_bench(unsigned seed, unsigned longest_wait = 0)
      : base(seed, longest_wait, first_slot) {
    block->frame_stb_i = block->bit_stb_i = block->end_stb_i = block->slot_stb_i = 0;
    block->egress_stb_i = block->event_ready_i = 0;
    block->dd_i = block->du_i = 1;
    block.reset();
  }

  /// A frame of 512 clocks. `du` is what the stations say, `pulled` what somebody drives on DD;
  /// `control`, if any, is written in its midst, and `idle` clocks follow it.
  void frame(const octets& du, const octets& pulled, unsigned idle = 12,
             std::optional<std::uint32_t> control = {}) {
    golden.begin();
    const octets expected = golden.sends();
    bool answered = false;
    for (unsigned clock = 0; clock < 512; ++clock) {
      if (clock == 300 && control) {
        block->reg_valid_i = block->reg_write_i = 1;
        block->reg_addr_i = block::control::offset;
        block->reg_wdata_i = *control;
      }
      const unsigned place = clock / 2, at = place / 8, bit = 7 - place % 8;
      block->frame_stb_i = clock == 0;
      block->bit_stb_i = block->runs_o && clock % 2 == 0;
      block->end_stb_i = block->runs_o && clock % 2 == 1;
      block->place_i = place;
      block->du_i = du[at] >> bit & 1;
      block->dd_i = block->dd_o & pulled[at] >> bit & 1;
      // All slots are asked for, then all get something.
      const unsigned asked = clock - 100, slot = clock - 140;
      block->slot_stb_i = asked < 32 && (block->speaks_o >> asked & 1) != 0;
      block->slot_i = asked % 32;
      if (asked < 32) {
        ASSERT_EQ((block->speaks_o >> asked & 1) != 0, golden.speaks(asked)) << asked;
      }
      block->egress_stb_i = block->runs_o && slot < 32;
      block->egress_slot_i = slot % 32;
      block->egress_sample_i = static_cast<std::uint16_t>(random());
      const bool ask = block->slot_stb_i, give = block->egress_stb_i;
      const auto sample = static_cast<std::int16_t>(block->egress_sample_i);
      base::clock();
      if (answered)
        block->reg_valid_i = 0;
      answered = block->reg_valid_i != 0 && block->reg_ack_o != 0;
      if (give)
        golden.egress(slot, sample);
      if (ask) {
        ASSERT_EQ(static_cast<std::int16_t>(block->sample_o), golden.sample(asked)) << asked;
      }
      if (clock % 2 == 0) {
        ASSERT_EQ(block->dd_o, expected[at] >> bit & 1) << "octet " << at << " bit " << bit;
        ASSERT_EQ(block->fsc_o, golden.running() && place < 16);
      }
    }
    block->frame_stb_i = block->bit_stb_i = block->end_stb_i = 0;
    for (unsigned n = 0; golden.running() && n < 32; ++n)
      golden.collide(static_cast<std::uint32_t>(
          std::popcount(static_cast<unsigned>(expected[n] & ~pulled[n] & 0xff))));
    golden.end(du);
    if (control)
      golden.write(block::control::offset, *control);
    for (unsigned n = 0; n < idle; ++n)
      base::clock();
    dd = expected;
  }
  void frame(const octets& du) {
    octets nobody;
    nobody.fill(0xff);
    frame(du, nobody);
  }

  octets dd{}; ///< of the last frame
};

TEST(Iom2Bus, LockStepUnderRandomStationsAndHosts) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    bus_bench bench(seed);
    auto& random = bench.random;
    octets du{}, pulled;
    for (unsigned n = 0; n < 4000; ++n) {
      // Most of C/I, monitor octet, MX and MR stays as it was: else nothing is ever acknowledged.
      for (unsigned at = 0; at < 32; ++at)
        if (at % 4 < 2 || random() % 4 == 0)
          du[at] = static_cast<std::uint8_t>(at % 4 == 2 ? random() % 3 : random());
      pulled.fill(0xff);
      if (random() % 50 == 0)
        pulled[random() % 32] = static_cast<std::uint8_t>(random());
      // Of most frames the next one begins at once.
      const bool gap = n < 3 || random() % 4 == 0;
      std::optional<std::uint32_t> control;
      if (random() % 40 == 0)
        control = random() % 3 != 0;
      ASSERT_NO_FATAL_FAILURE(bench.frame(du, pulled, gap ? 12 : 0, control));
      if (!gap)
        continue; // an event may be on its way
      ASSERT_EQ(bench.take_events(), bench.golden.take_events()) << n;
      if (n < 3 || random() % 400 == 0)
        bench.write(block::control::offset, n < 3 || random() % 3 != 0);
      for (unsigned writes = random() % 4; writes > 0; --writes) {
        const unsigned station = random() % 8;
        switch (random() % 6) {
        case 0:
          bench.write(block::station::offset + station, random());
          break;
        case 1:
          bench.write(block::command::offset + station, random());
          break;
        case 2:
        case 3:
          bench.write(block::monitor_send::offset + station, random());
          break;
        default:
          bench.write(block::monitor_take::offset + station, random() & (random() % 8 ? 1 : 3));
        }
        bench.read(block::monitor_status::offset + station);
        bench.read(block::indication::offset + station);
      }
      bench.read(block::collisions::offset);
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST(Iom2Bus, RegistersAsDescribed) {
  bus_bench bench(4);
  EXPECT_EQ(bench.read(block::id::offset), block::type << 16 | block::version);
  EXPECT_EQ(bench.read(block::capacity::offset), 8u);
  EXPECT_EQ(bench.read(block::first_slot::offset), first_slot);
  EXPECT_EQ(bench.read(block::command::offset + 3), 15u);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word);
  }
}

/// Octets to and from station 2, which is idle else.
class Iom2Station : public testing::Test {
protected:
  Iom2Station() {
    du.fill(0xff);
    bench.write(block::control::offset, 1);
    say_nothing(2);
    bench.take_events();
  }
  void say(std::uint8_t octet, unsigned code, bool mr, bool mx) {
    du[4 * station + 2] = octet;
    du[4 * station + 3] =
        static_cast<std::uint8_t>(3u << 6 | code << 2 | (mr ? 0 : 2) | (mx ? 0 : 1));
    bench.frame(du);
  }
  void say_nothing(unsigned frames) {
    while (frames-- > 0)
      say(0xff, 15, false, false);
  }
  bool mx() const { return (bench.dd[4 * station + 3] & 1) == 0; }
  bool mr() const { return (bench.dd[4 * station + 3] & 2) == 0; }
  std::uint8_t sent() const { return bench.dd[4 * station + 2]; }
  void send(std::uint8_t octet, bool last) {
    tag_ = !tag_;
    bench.write(block::monitor_send::offset + station, block::monitor_send::octet::of(octet) |
                                                           block::monitor_send::last::of(last) |
                                                           block::monitor_send::tag::of(tag_));
  }
  void take() {
    take_ = !take_;
    bench.write(block::monitor_take::offset + station, take_);
  }
  std::vector<unsigned> told() {
    std::vector<unsigned> data;
    for (const auto& event : bench.take_events()) {
      EXPECT_EQ(event.index, station);
      data.push_back(event.data);
    }
    return data;
  }
  static unsigned tells(regs::iom2_monitor what, unsigned octet = 0) {
    return static_cast<unsigned>(what) << 8 | octet;
  }

  static constexpr unsigned station = 2;
  bus_bench bench{9};
  octets du;

private:
  bool tag_ = false, take_ = false;
};

TEST_F(Iom2Station, ACodeCountsWhenItComesTwice) {
  say(0xff, 8, false, false); // once: a bit error
  say_nothing(2);
  EXPECT_TRUE(told().empty());
  say(0xff, 8, false, false);
  EXPECT_EQ(bench.read(block::indication::offset + station), 15u);
  say(0xff, 8, false, false);
  EXPECT_EQ(told(), std::vector{8u});
  EXPECT_EQ(bench.read(block::indication::offset + station), 8u);
  say(0xff, 8, false, false);
  EXPECT_TRUE(told().empty());
  bench.write(block::command::offset + station, 12);
  say_nothing(1);
  EXPECT_EQ(bench.dd[4 * station + 3] >> 2 & 15, 12);
}

TEST_F(Iom2Station, AMessageIsSentAsTheBusDescribesIt) {
  send(0xa1, false);
  say_nothing(1);
  say_nothing(1);
  EXPECT_TRUE(mx());
  EXPECT_EQ(sent(), 0xa1);
  say_nothing(3); // not acknowledged: it stays
  EXPECT_TRUE(mx());
  EXPECT_EQ(sent(), 0xa1);
  say(0xff, 15, true, false);
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::sent)});
  send(0x33, true);
  say(0xff, 15, true, false);
  say(0xff, 15, true, false);
  EXPECT_FALSE(mx()) << "inactive for a frame with the new octet";
  EXPECT_EQ(sent(), 0x33);
  say(0xff, 15, true, false);
  EXPECT_TRUE(mx());
  EXPECT_EQ(sent(), 0x33);
  say(0xff, 15, false, false); // MR inactive for a frame
  EXPECT_TRUE(told().empty());
  say(0xff, 15, true, false);
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::sent)});
  say(0xff, 15, true, false);
  EXPECT_FALSE(mx());
  say_nothing(1);
  EXPECT_FALSE(mx()) << "end of message: two frames";
  EXPECT_EQ(sent(), 0xff);
}

TEST_F(Iom2Station, AMessageThatIsRefusedIsTold) {
  send(0xa1, false);
  say_nothing(2);
  say(0xff, 15, true, false);
  told();
  send(0x33, true);
  say(0xff, 15, true, false);
  say(0xff, 15, true, false);
  say_nothing(2); // MR inactive for two
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::refused)});
  say_nothing(1);
  EXPECT_FALSE(mx());
  EXPECT_NE(bench.read(block::monitor_status::offset + station) &
                block::monitor_status::refused::mask,
            0u);
}

TEST_F(Iom2Station, AMessageIsReceivedAsTheBusDescribesIt) {
  say(0x11, 15, false, true);
  EXPECT_TRUE(told().empty());
  say(0x12, 15, false, true); // an octet that comes once is none
  EXPECT_TRUE(told().empty());
  say(0x12, 15, false, true);
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::octet, 0x12)});
  say(0x12, 15, false, true);
  EXPECT_FALSE(mr()) << "nobody has taken it";
  take();
  say(0x12, 15, false, true);
  say(0x12, 15, false, true);
  EXPECT_TRUE(mr());
  say(0x56, 15, false, false); // the next
  say(0x56, 15, false, true);
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::octet, 0x56)});
  take();
  say(0x56, 15, false, true);
  EXPECT_TRUE(mr());
  say(0x56, 15, false, true);
  EXPECT_FALSE(mr()) << "inactive for a frame";
  say(0x56, 15, false, true);
  EXPECT_TRUE(mr());
  say_nothing(2);
  EXPECT_EQ(told(), std::vector{tells(regs::iom2_monitor::end, 0x56)});
  say_nothing(1);
  EXPECT_FALSE(mr());
}

TEST_F(Iom2Station, WhoHearsItselfHearsItsMessage) {
  const std::vector<std::uint8_t> message{0x80, 0x00, 0xff, 0x12, 0x12, 0x34};
  std::vector<std::uint8_t> heard;
  std::size_t next = 0;
  bool ended = false;
  send(message[next++], false);
  for (int n = 0; n < 200 && !ended; ++n) {
    du = bench.dd;
    ASSERT_NO_FATAL_FAILURE(bench.frame(du));
    for (const unsigned data : told()) {
      if (data >> 8 == static_cast<unsigned>(regs::iom2_monitor::octet)) {
        heard.push_back(static_cast<std::uint8_t>(data));
        take();
      } else if (data >> 8 == static_cast<unsigned>(regs::iom2_monitor::sent)) {
        if (next < message.size()) {
          send(message[next], next + 1 == message.size());
          ++next;
        }
      } else {
        ended = data >> 8 == static_cast<unsigned>(regs::iom2_monitor::end);
      }
    }
  }
  EXPECT_EQ(heard, message);
  EXPECT_TRUE(ended);
}

TEST_F(Iom2Station, TwoMastersOnTheBusAreCounted) {
  octets pulled;
  pulled.fill(0xff);
  pulled[0] = 0x0f; // four ones of B1 of station 0, which is off
  du = bench.dd;
  say_nothing(1);
  EXPECT_EQ(bench.read(block::collisions::offset), 0u);
  bench.frame(du, pulled);
  EXPECT_EQ(bench.read(block::collisions::offset), 4u);
}

} // namespace
