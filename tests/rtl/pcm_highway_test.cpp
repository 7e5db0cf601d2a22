// SPDX-License-Identifier: MIT
// PCM highway: a master in lock step with the golden model, bit by bit; a slave on the clock of a
// bus that is not ours; both against a codec chip that knows the bus from its pins alone, whose
// octets are libspandsp's; two masters; and the SPI master against a chip of each mode.
#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

#include "Vpcm_highway_model.h"
#include "golden/pcm_highway.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
using highway = regs::pcm_highway_block;
constexpr unsigned channels = 8, clocks_per_frame = 8192;

std::uint32_t config(bool master, unsigned rate, bool falling = true, bool is_long = false,
                     bool low = false, unsigned delay = 0) {
  using c = highway::config;
  return c::enable::of(1) | c::master::of(master) | c::rate::of(rate) |
         c::sample_falling::of(falling) | c::long_sync::of(is_long) | c::sync_low::of(low) |
         c::delay::of(delay);
}
std::uint32_t channel(unsigned send_bit, unsigned hear_bit, unsigned law) {
  using c = highway::channel;
  return c::enable::of(1) | c::send_bit::of(send_bit) | c::hear_bit::of(hear_bit) | c::law::of(law);
}

class highway_bench
    : public switchroom::test::voice_bench<Vpcm_highway_model, switchroom::golden::pcm_highway> {
public:
  explicit highway_bench(unsigned seed = 1)
      : voice_bench(seed, 1, channels, 40u, clocks_per_frame / 256) {
    block->frame_stb_i = block->slot_stb_i = block->egress_stb_i = 0;
    block->bclk_i = block->sync_i = block->rx_i = block->miso_i = 0;
    block.reset();
  }
  /// One frame; `egress` leaves the switch in it. What the switch gets.
  std::vector<std::int16_t> frame(const std::vector<std::int16_t>& egress) {
    std::vector<std::int16_t> samples;
    for (unsigned n = 0; n < clocks_per_frame; ++n) {
      block->frame_stb_i = n == 0;
      const bool ask = n >= 300 && n < 300 + channels, give = n >= 400 && n < 400 + channels;
      block->slot_stb_i = ask;
      block->slot_i = ask ? n - 300 : 0;
      block->egress_stb_i = give;
      block->egress_slot_i = give ? n - 400 : 0;
      block->egress_sample_i = give ? static_cast<std::uint16_t>(egress.at(n - 400)) : 0;
      tick();
      if (ask)
        samples.push_back(static_cast<std::int16_t>(block->sample_o));
    }
    return samples;
  }
  /// One clock of the block and of who is at its pins.
  void tick() {
    if (at_pins)
      at_pins();
    clock();
    ++now;
  }
  /// A write while who is at the pins is awake.
  void put(std::uint32_t word, std::uint32_t value) {
    const auto expected = golden.write(static_cast<std::uint16_t>(word), value);
    const auto answer = switchroom::test::ask(block, true, static_cast<std::uint16_t>(word), value,
                                              [this] { tick(); });
    ASSERT_EQ(answer.status, static_cast<std::uint8_t>(expected.status));
  }
  /// Takes a whole frame, so that frames follow each other.
  std::uint32_t ask_hardware(std::uint32_t word) {
    const auto begun = now;
    block->frame_stb_i = 1;
    tick();
    block->frame_stb_i = 0;
    const auto answer = switchroom::test::ask(block, false, static_cast<std::uint16_t>(word), 0,
                                              [this] { tick(); });
    while (now - begun < clocks_per_frame)
      tick();
    return answer.data;
  }
  /// What is enabled is to be on: a whole frame of nothing, until it runs.
  void until_it_runs() {
    for (int n = 0; n < 8 && ask_hardware(highway::status::offset) % 2 == 0; ++n)
      frame(std::vector<std::int16_t>(channels));
  }
  std::function<void()> at_pins;
  std::uint64_t now = 0;
};

/// A chip on the bus: counts bits from frame sync on, by its pins alone.
struct codec_chip {
  bool falling = true, low = false;
  unsigned delay = 0, first = 0, width = 8, bits = 256;
  std::deque<std::uint16_t> says;   ///< one a frame, in its slot
  std::vector<std::uint16_t> heard; ///< in its slot

  /// The pins now; gives what it drives.
  std::optional<bool> step(bool bclk, bool sync, std::optional<bool> bus) {
    const bool edge = bclk != was_bclk_;
    was_bclk_ = bclk;
    if (!edge)
      return driven_;
    if (bclk == falling) { // a bit begins
      place_ = (place_ + 1) % bits;
      const unsigned within = (place_ + bits - first) % bits;
      driven_.reset();
      if (found_ && within < width && !says.empty())
        driven_ = (says.front() >> (width - 1 - within) & 1) != 0;
      if (found_ && within == width - 1 && !says.empty())
        says.pop_front();
      return driven_;
    }
    const bool high = sync != low;
    if (high && !was_high_) {
      place_ = (bits - delay) % bits;
      // With a sync in bit 0 itself the first frame is missed.
      found_ = true;
    }
    was_high_ = high;
    const unsigned within = (place_ + bits - first) % bits;
    if (found_ && within < width) {
      EXPECT_TRUE(bus.has_value()) << "nobody drives bit " << place_;
      word_ = static_cast<std::uint16_t>(word_ << 1 | (bus.value_or(false) ? 1 : 0));
      if (within == width - 1)
        heard.push_back(std::exchange(word_, 0));
    }
    return driven_;
  }

  // its own
  bool was_bclk_ = false, was_high_ = true, found_ = false;
  unsigned place_ = 0;
  std::uint16_t word_ = 0;
  std::optional<bool> driven_ = {};
};

TEST(PcmHighway, RegistersAsDescribed) {
  highway_bench bench;
  EXPECT_EQ(bench.read(highway::id::offset), highway::type << 16 | highway::version);
  EXPECT_EQ(bench.read(highway::capacity::offset), channels);
  EXPECT_EQ(bench.read(highway::first_slot::offset), 40u);
  EXPECT_EQ(bench.read(highway::bit_clocks::offset), 32u);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    if (switchroom::golden::pcm_highway::told_by_hardware(static_cast<std::uint16_t>(word)))
      continue;
    bench.read(word);
    bench.write(word, 0x12345678 + word);
    bench.read(word);
  }
}

using shape = std::tuple<unsigned, bool, unsigned>; // rate, sampled at the falling edge, delay
class Master : public testing::TestWithParam<shape> {};

/// Every bit of every frame is as the model says, driven and not, and what is on the bus is heard.
TEST_P(Master, LockStepBitByBit) {
  const auto [rate, falling, delay] = GetParam();
  highway_bench bench(rate * 16 + delay);
  const unsigned bits = 256u << rate, bit_clocks = clocks_per_frame / bits;
  const auto some = [&](unsigned below) { return static_cast<unsigned>(bench.random() % below); };
  for (unsigned n = 0; n < channels; ++n)
    bench.write(highway::channel::offset + n, n == 3 ? 0 : channel(some(bits), some(bits), n % 3));
  bench.write(highway::channel::offset + 5, channel(16, bits - 5, 2)); // over the frame's end
  bench.write(highway::channel::offset + 6, channel(20, 30, 0));       // begins in another's slot
  bench.write(highway::config::offset, config(true, rate, falling, delay % 2, delay > 3, delay));
  std::vector<bool> came(bits);
  unsigned place = 0;
  bench.at_pins = [&] {
    const bool drives = bench.block->drive_o; // else both are pulled low
    bench.block->bclk_i = drives && bench.block->bclk_o;
    bench.block->sync_i = drives && bench.block->sync_o;
    bench.block->rx_i = came[place];
  };
  bench.until_it_runs();
  const auto before = bench.ask_hardware(highway::overlaps::offset);
  bench.golden.frame(std::vector<std::int16_t>(channels), came);
  unsigned overlaps = bench.golden.frame(std::vector<std::int16_t>(channels), came).overlaps;
  unsigned driven = 0;
  for (int frame = 0; frame < 12; ++frame) {
    std::vector<std::int16_t> egress(channels), samples;
    for (auto& sample : egress)
      sample = static_cast<std::int16_t>(bench.random());
    for (std::size_t n = 0; n < bits; ++n)
      came[n] = bench.random() % 2;
    std::vector<std::optional<bool>> sent(bits);
    const auto expected = bench.golden.frame(egress, came);
    overlaps += expected.overlaps;
    // Bits begin one clock after the strobe, and their pins change one clock later.
    for (unsigned n = 0; n < clocks_per_frame; ++n) {
      bench.block->frame_stb_i = n == 0;
      const bool ask = n >= 300 && n < 300 + channels, give = n >= 400 && n < 400 + channels;
      bench.block->slot_stb_i = ask;
      bench.block->slot_i = ask ? n - 300 : 0;
      bench.block->egress_stb_i = give;
      bench.block->egress_slot_i = give ? n - 400 : 0;
      bench.block->egress_sample_i =
          give ? static_cast<std::uint16_t>(egress.at(n - 400)) : std::uint16_t{0};
      place = (n + clocks_per_frame - 1) % clocks_per_frame / bit_clocks;
      bench.tick();
      if (ask)
        samples.push_back(static_cast<std::int16_t>(bench.block->sample_o));
      if (n % bit_clocks == bit_clocks / 2 && bench.block->tx_drive_o)
        sent[n / bit_clocks] = bench.block->tx_o != 0;
    }
    if (frame < 3)
      continue; // what was there before
    ASSERT_EQ(sent, expected.sent) << "frame " << frame;
    driven += static_cast<unsigned>(
        std::count_if(sent.begin(), sent.end(), [](const auto& bit) { return bit.has_value(); }));
    for (unsigned n = 0; n < channels; ++n)
      ASSERT_EQ(samples[n], expected.samples[n]) << "channel " << n << " frame " << frame;
  }
  EXPECT_GT(driven, 100u);
  EXPECT_EQ(bench.ask_hardware(highway::overlaps::offset) - before, overlaps);
  EXPECT_EQ(bench.ask_hardware(highway::collisions::offset), 0u);
  EXPECT_EQ(bench.ask_hardware(highway::slips::offset), 0u);
}
INSTANTIATE_TEST_SUITE_P(Shapes, Master,
                         testing::Combine(testing::Values(0u, 1u, 2u), testing::Bool(),
                                          testing::Values(0u, 1u, 2u, 5u, 7u)));

/// Octets as libspandsp codes them cross a bus of three rates to a chip and back.
TEST(PcmHighway, ACodecChipHearsAndIsHeard) {
  for (const unsigned rate : {0u, 1u, 2u})
    for (const unsigned delay : {0u, 1u}) {
      highway_bench bench(rate);
      bench.write(highway::channel::offset + 2, channel(48, 96, 0));
      bench.write(highway::config::offset, config(true, rate, true, delay == 0, false, delay));
      codec_chip ears{.delay = delay, .first = 48, .bits = 256u << rate, .says = {}, .heard = {}};
      codec_chip mouth{.delay = delay, .first = 96, .bits = 256u << rate, .says = {}, .heard = {}};
      bench.at_pins = [&] {
        auto& pins = *bench.block;
        std::optional<bool> bus;
        if (pins.tx_drive_o)
          bus = pins.tx_o != 0;
        pins.bclk_i = pins.drive_o && pins.bclk_o;
        pins.sync_i = pins.drive_o && pins.sync_o;
        if (!pins.drive_o)
          return;
        ears.step(pins.bclk_o, pins.sync_o, bus);
        const auto said = mouth.step(pins.bclk_o, pins.sync_o, bus.value_or(true));
        EXPECT_FALSE(bus && said) << "two drive the bus";
        pins.rx_i = said.value_or(true);
      };
      bench.until_it_runs();
      std::vector<std::int16_t> said, heard;
      for (int n = 0; n < 40; ++n) {
        std::vector<std::int16_t> egress(channels);
        egress[2] = static_cast<std::int16_t>(bench.random());
        said.push_back(egress[2]);
        mouth.says = {
            static_cast<std::uint16_t>(linear_to_alaw(static_cast<std::int16_t>(n * 700)))};
        heard.push_back(bench.frame(egress)[2]);
      }
      ears.heard.erase(ears.heard.begin(),
                       ears.heard.end() - std::min<std::ptrdiff_t>(36, std::ssize(ears.heard)));
      ASSERT_EQ(ears.heard.size(), 36u);
      for (std::size_t n = 0; n < 36; ++n)
        EXPECT_EQ(ears.heard[n], linear_to_alaw(said[n + 2])) << "rate " << rate << " frame " << n;
      for (std::size_t n = 3; n < heard.size(); ++n)
        EXPECT_EQ(heard[n],
                  alaw_to_linear(linear_to_alaw(static_cast<std::int16_t>((int(n) - 1) * 700))))
            << "rate " << rate << " frame " << n;
    }
}

/// A master that is not ours: half bits of `half` clocks, and whatever the chip on it says.
struct foreign_master {
  double half = 16;
  unsigned bits = 256, delay = 0, sync_bits = 1;
  bool bclk = false, sync = false, runs = true, syncs = true;
  void step() {
    if (!runs)
      return;
    if (++elapsed_ < next_)
      return;
    next_ += half;
    bclk = !bclk;
    if (bclk) { // a bit begins; it is sampled at the falling edge
      place_ = (place_ + 1) % bits;
      sync = syncs && (place_ + delay) % bits < sync_bits;
    }
  }

  // its own
  double elapsed_ = 0, next_ = 16;
  unsigned place_ = 0;
};

class Slave : public testing::TestWithParam<double> {};

/// On a bus of another clock frames are lost or heard twice, and counted; nothing else is wrong.
TEST_P(Slave, SlipsAreWholeFramesAndCounted) {
  highway_bench bench(3);
  const double ppm = GetParam();
  bench.write(highway::channel::offset + 1, channel(40, 120, 2));
  bench.write(highway::config::offset, config(false, 0, true, false, false, 1));
  foreign_master master{.half = 16 * (1 - ppm * 1e-6), .delay = 1};
  codec_chip ears{.delay = 1, .first = 40, .width = 16, .says = {}, .heard = {}};
  codec_chip mouth{.delay = 1, .first = 120, .width = 16, .says = {}, .heard = {}};
  std::uint16_t next = 1;
  bool judge = false;
  bench.at_pins = [&] {
    auto& pins = *bench.block;
    master.step();
    if (mouth.says.empty())
      mouth.says.push_back(next++);
    std::optional<bool> bus;
    if (pins.tx_drive_o)
      bus = pins.tx_o != 0;
    if (judge)
      ears.step(master.bclk, master.sync, bus);
    pins.rx_i = mouth.step(master.bclk, master.sync, bus.value_or(true)).value_or(true);
    pins.bclk_i = master.bclk;
    pins.sync_i = master.sync;
    EXPECT_FALSE(pins.drive_o);
  };
  std::vector<std::int16_t> egress(channels);
  for (int n = 0; n < 6; ++n)
    bench.frame(egress);
  ASSERT_EQ(bench.ask_hardware(highway::status::offset), 1u);
  judge = true;
  const auto slips_before = bench.ask_hardware(highway::slips::offset);
  std::vector<std::uint16_t> heard;
  const int frames = ppm == 0 ? 60 : 500;
  for (int n = 0; n < frames; ++n) {
    egress[1] = static_cast<std::int16_t>(n + 1);
    heard.push_back(static_cast<std::uint16_t>(bench.frame(egress)[1]));
  }
  unsigned slips = 0;
  for (std::size_t n = 4; n < heard.size(); ++n) {
    const int step = static_cast<std::int16_t>(heard[n] - heard[n - 1]);
    EXPECT_TRUE(step >= 0 && step <= 2) << "frame " << n;
    slips += step != 1;
  }
  const auto counted = bench.ask_hardware(highway::slips::offset) - slips_before;
  EXPECT_EQ(counted, slips);
  EXPECT_NEAR(counted, std::abs(ppm) * 1e-6 * frames, 1.01);
  EXPECT_EQ(ppm == 0, counted == 0);
  unsigned repeated = 0;
  ASSERT_GT(ears.heard.size(), 40u);
  for (std::size_t n = 8; n < ears.heard.size(); ++n) {
    const int step = static_cast<std::int16_t>(ears.heard[n] - ears.heard[n - 1]);
    EXPECT_TRUE(step >= 0 && step <= 2) << "towards the bus, frame " << n;
    repeated += step != 1;
  }
  EXPECT_NEAR(repeated, counted, 1);
  EXPECT_EQ(bench.ask_hardware(highway::sync_errors::offset), 0u);
}
INSTANTIATE_TEST_SUITE_P(Clocks, Slave, testing::Values(0.0, 5000.0, -5000.0));

TEST(PcmHighway, ASlaveThatLosesItsSyncIsSilent) {
  highway_bench bench(4);
  bench.write(highway::channel::offset, channel(0, 0, 0));
  bench.write(highway::config::offset, config(false, 0, true, true, false, 0));
  foreign_master master{.sync_bits = 8};
  bool must_be_silent = false;
  bench.at_pins = [&] {
    master.step();
    bench.block->bclk_i = master.bclk;
    bench.block->sync_i = master.sync;
    if (must_be_silent) {
      ASSERT_FALSE(bench.block->tx_drive_o);
    }
  };
  const std::vector<std::int16_t> egress(channels, 1000);
  for (int n = 0; n < 5; ++n)
    bench.frame(egress);
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 1u);
  master.syncs = false;
  bench.frame(egress);
  bench.frame(egress);
  must_be_silent = true;
  bench.frame(egress);
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 0u);
  EXPECT_EQ(bench.ask_hardware(highway::sync_errors::offset), 1u);
  must_be_silent = false;
  master.syncs = true;
  for (int n = 0; n < 4; ++n)
    bench.frame(egress);
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 1u);
  EXPECT_EQ(bench.ask_hardware(highway::sync_errors::offset), 1u);
}

TEST(PcmHighway, TwoMastersAreNotOnOneBus) {
  highway_bench bench(5);
  bench.write(highway::channel::offset, channel(0, 0, 0));
  foreign_master other;
  bench.at_pins = [&] { // who pulls low is stronger
    auto& pins = *bench.block;
    other.step();
    const bool theirs = other.runs;
    pins.bclk_i = (!pins.drive_o || pins.bclk_o) && (!theirs || other.bclk);
    pins.sync_i = (!pins.drive_o || pins.sync_o) && (!theirs || other.sync);
    if (!pins.drive_o && !theirs)
      pins.bclk_i = pins.sync_i = 0;
  };
  bench.write(highway::config::offset, config(true, 0));
  const std::vector<std::int16_t> egress(channels);
  for (int n = 0; n < 6; ++n) {
    bench.frame(egress);
    EXPECT_FALSE(bench.block->drive_o) << "frame " << n;
    EXPECT_FALSE(bench.block->tx_drive_o);
  }
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 2u) << "taken";
  other.runs = false;
  for (int n = 0; n < 4; ++n)
    bench.frame(egress);
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 1u);
  EXPECT_EQ(bench.ask_hardware(highway::collisions::offset), 0u);
  other.half = 16.3;
  other.runs = true;
  bench.frame(egress);
  EXPECT_FALSE(bench.block->drive_o) << "yields within a frame";
  EXPECT_EQ(bench.ask_hardware(highway::status::offset), 2u);
  EXPECT_EQ(bench.ask_hardware(highway::collisions::offset), 8u);
}

/// An SPI chip of a mode: samples and says what that mode wants, at its pins.
struct spi_chip {
  unsigned mode = 0, bits = 8;
  std::uint32_t says = 0, heard = 0;
  unsigned count = 0;
  bool miso = false, selected = false;
  void step(bool select, bool sclk, bool mosi) {
    const bool phase = mode & 1, polarity = mode & 2;
    if (!select) {
      selected = false;
      was_ = polarity;
      return;
    }
    if (!selected) {
      selected = true;
      EXPECT_EQ(sclk, polarity) << "at rest";
      was_ = sclk, count = 0, heard = 0, said_ = 0;
      if (!phase)
        say();
    }
    if (sclk == std::exchange(was_, sclk))
      return;
    const bool leading = sclk != polarity;
    if (leading != phase) { // sampled
      heard = heard << 1 | (mosi ? 1 : 0);
      ++count;
    } else if (said_ < bits) {
      say();
    }
  }

  // its own
  void say() { miso = says >> (bits - 1 - said_++) & 1; }
  bool was_ = false;
  unsigned said_ = 0;
};

TEST(PcmHighway, SpiReachesEachChipInEachMode) {
  unsigned number = 0;
  highway_bench bench(6);
  spi_chip chip;
  unsigned which = 0;
  bench.at_pins = [&] {
    auto& pins = *bench.block;
    EXPECT_EQ(pins.select_no | 1u << which, 0xffu) << "another chip is selected";
    chip.step(!(pins.select_no >> which & 1), pins.sclk_o, pins.mosi_o);
    pins.miso_i = chip.miso;
  };
  for (const unsigned mode : {0u, 1u, 2u, 3u})
    for (const unsigned divider : {3u, 7u})
      for (const unsigned bits : {8u, 13u, 16u, 24u, 32u}) {
        using c = highway::spi_config;
        using t = highway::spi_transfer;
        which = bits % 8;
        bench.write(c::offset,
                    c::divider::of(divider) | c::phase::of(mode & 1) | c::polarity::of(mode >> 1));
        for (int n = 0; n < 3; ++n)
          bench.tick();
        const auto out = static_cast<std::uint32_t>(bench.random());
        chip = {.mode = mode, .bits = bits, .says = static_cast<std::uint32_t>(bench.random())};
        const std::uint32_t mask = bits == 32 ? 0xffffffffu : (1u << bits) - 1;
        bench.put(highway::spi_out::offset, out);
        const auto order = t::chip::of(which) | t::bits::of(bits - 1) | t::number::of(++number);
        bench.put(t::offset, order);
        bench.put(t::offset, order); // repeated by the link
        for (int n = 0; n < 2 * 34 * 9; ++n)
          bench.tick();
        EXPECT_EQ(chip.count, bits) << "mode " << mode;
        EXPECT_EQ(chip.heard & mask, out & mask) << "mode " << mode << ", " << bits << " bits";
        EXPECT_EQ(bench.ask_hardware(highway::spi_in::offset), chip.says & mask)
            << "mode " << mode << ", " << bits << " bits, divider " << divider;
        EXPECT_EQ(bench.ask_hardware(highway::spi_status::offset), (number & 0xf) << 4);
      }
}
} // namespace
