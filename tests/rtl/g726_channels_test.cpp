// SPDX-License-Identifier: MIT
// G.726 channels as slots: both schedules in lock step with the golden model.
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Vg726_channels_fast_model.h"
#include "Vg726_channels_small_model.h"
#include "golden/g726_channels.hpp"
#include "timed_writes.hpp"
#include "voice_bench.hpp"

namespace {
using block = switchroom::regs::g726_block;
using config = block::channel;
constexpr unsigned channels = 6, first_slot = 5, slots = 16;

template <class Model>
class G726Channels : public testing::Test {};
struct schedule_name {
  template <class Model>
  static std::string GetName(int) {
    return std::is_same_v<Model, Vg726_channels_fast_model> ? "OneClock" : "Sequential";
  }
};
using schedules = testing::Types<Vg726_channels_fast_model, Vg726_channels_small_model>;
TYPED_TEST_SUITE(G726Channels, schedules, schedule_name);

template <class Model>
class channels_bench
    : public switchroom::test::voice_bench<Model, switchroom::golden::g726_channels> {
  using base = switchroom::test::voice_bench<Model, switchroom::golden::g726_channels>;

public:
  using base::block;
  using base::golden;
  explicit channels_bench(unsigned seed) : base(seed, 0, channels, first_slot) {
    block->frame_stb_i = block->egress_stb_i = block->channel_stb_i = 0;
    block.reset();
  }

  /// A write in the midst of the frame that comes.
  void write_within(const switchroom::test::timed_write& write) { writes_.add(write); }

  /// A frame of 160 clocks: what the channels say is asked for, then they get what is random.
  void frame() {
    std::vector<std::int16_t> egress(slots);
    for (auto& sample : egress)
      sample = static_cast<std::int16_t>(this->random());
    std::vector<switchroom::test::timed_write> later; // in force from the channel's next sample on
    for (unsigned clock = 0; clock < 160; ++clock) {
      block->frame_stb_i = clock == 0;
      block->channel_stb_i = clock >= first_slot && clock < first_slot + channels;
      block->channel_i = (clock - first_slot) % 8;
      block->egress_stb_i = clock >= 3 && clock < 3 + slots;
      block->egress_slot_i = (clock - 3) % slots;
      block->egress_sample_i = static_cast<std::uint16_t>(egress[(clock - 3) % slots]);
      const bool asked = block->channel_stb_i;
      const auto written = writes_.before(block, clock);
      base::clock();
      writes_.after(block);
      if (asked) {
        ASSERT_EQ(static_cast<std::int16_t>(block->sample_o), golden.sample(clock - first_slot))
            << "channel " << clock - first_slot;
      }
      if (written && clock < 3 + first_slot + written->word - config::offset)
        golden.write(written->word, written->value);
      else if (written)
        later.push_back(*written);
    }
    golden.frame(std::span(egress).subspan(first_slot, channels));
    for (const auto& write : later)
      golden.write(write.word, write.value);
    ASSERT_TRUE(writes_.empty()) << "the test writes too late";
  }

private:
  switchroom::test::timed_writes writes_;
};

TYPED_TEST(G726Channels, LockStepUnderRandomConfigurations) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    channels_bench<TypeParam> bench(seed);
    for (unsigned n = 0; n < channels; ++n)
      bench.write(config::offset + n, bench.random() & 0x3f);
    for (unsigned n = 0; n < 1500; ++n) {
      ASSERT_NO_FATAL_FAILURE(bench.frame());
      // Between frames: to and fro in one frame, too, so that what a channel was must not be heard.
      for (unsigned writes = bench.random() % 3; writes > 0; --writes) {
        const unsigned channel = bench.random() % channels;
        bench.write(config::offset + channel, bench.random());
        bench.read(config::offset + channel);
      }
    }
  }
}

// At any clock, mostly around those in which samples come and wait for the engine.
TYPED_TEST(G726Channels, LockStepWithWritesInTheMidstOfFrames) {
  for (unsigned seed = 5; seed <= 10; ++seed) {
    channels_bench<TypeParam> bench(seed);
    for (unsigned n = 0; n < 3000; ++n) {
      unsigned clock = bench.random() % 20;
      for (unsigned writes = bench.random() % 4; writes > 0; --writes) {
        bench.write_within({clock,
                            static_cast<std::uint16_t>(config::offset + bench.random() % channels),
                            static_cast<std::uint32_t>(bench.random())});
        clock += bench.random() % 4 == 0 ? bench.random() % 30 : bench.random() % 6;
      }
      ASSERT_NO_FATAL_FAILURE(bench.frame()) << "frame " << n << ", seed " << seed;
    }
  }
}

TYPED_TEST(G726Channels, RegistersAsDescribed) {
  channels_bench<TypeParam> bench(4);
  EXPECT_EQ(bench.read(block::id::offset), block::type << 16 | block::version);
  EXPECT_EQ(bench.read(block::capacity::offset), channels);
  EXPECT_EQ(bench.read(block::first_slot::offset), first_slot);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word);
  }
}

} // namespace
