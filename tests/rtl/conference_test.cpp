// SPDX-License-Identifier: MIT
// Conferences: the block in lock step with its golden model, and what its members hear.
#include <array>
#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "Vconference_model.h"
#include "Vconference_small_model.h"
#include "conference_room.hpp"

namespace {
namespace test = switchroom::test;
using block = switchroom::regs::conference_block;
using config = block::member;
using small_room = test::conference_room<Vconference_small_model, 8, 5, 16, 128>;
using room = test::conference_room<Vconference_model, 64, 192, 256, 512>;
using samples = std::vector<std::int16_t>;
constexpr unsigned settled = 300; // frames after which all ramps are at rest

TEST(ConferenceBlock, LockStepUnderRandomConfigurations) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    small_room r(seed);
    for (unsigned n = 0; n < 6000 && !HasFailure(); ++n) {
      if (r.random() % 2000 == 0)
        r.reset();
      samples said(8);
      for (auto& sample : said)
        sample = static_cast<std::int16_t>(r.random()) >> (n / 500 % 3 * 4);
      r.frame(said);
      // Between frames: to and fro in one frame, too, so that what a member was must not be heard.
      for (unsigned writes = n % 64 < 32 ? r.random() % 3 : 0; writes > 0; --writes) {
        const unsigned member = r.random() % 8;
        const auto word = static_cast<std::uint32_t>(r.random());
        r.write(config::offset + member,
                (word & ~config::bridge::mask) | config::bridge::of(word >> 30));
        r.read(config::offset + member);
      }
    }
  }
}

// At any clock, mostly around that in which the member's sample comes: a member is in one bridge or
// in the other in a frame, as it was before it or is after it.
TEST(ConferenceBlock, LockStepWithWritesInTheMidstOfFrames) {
  for (unsigned seed = 11; seed <= 16; ++seed) {
    small_room r(seed);
    for (unsigned n = 0; n < 6000 && !HasFailure(); ++n) {
      samples said(8);
      for (auto& sample : said)
        sample = static_cast<std::int16_t>(r.random()) >> (n / 500 % 3 * 4);
      unsigned clock = r.random() % 24;
      for (unsigned writes = n % 64 < 40 ? r.random() % 4 : 0; writes > 0; --writes) {
        const auto word = static_cast<std::uint32_t>(r.random());
        r.write_within({clock, static_cast<std::uint16_t>(config::offset + r.random() % 3),
                        (word & ~config::bridge::mask) | config::bridge::of(word >> 31)});
        clock += r.random() % 4 == 0 ? r.random() % 30 : r.random() % 6;
      }
      r.frame(said);
    }
  }
}

// 64 members at 12 dB, all as loud as can be and of one sign: no sum is wider than the block holds.
TEST(ConferenceBlock, LockStepWhileAllShoutAtOnce) {
  room r(7);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, 1, 4095);
  for (const int loudest : {32767, -32768})
    for (unsigned n = 0; n < settled && !HasFailure(); ++n)
      r.frame(samples(64, static_cast<std::int16_t>(loudest)));
}

// A bridge that was too loud begins with 0 dB again when nobody has been in it for a frame, in
// which the block may have slept.
TEST(ConferenceBlock, ABridgeThatRestedIsNotTurnedDown) {
  for (unsigned seed = 21; seed <= 60; ++seed) {
    small_room r(seed);
    for (unsigned n = 0; n < 3; ++n)
      r.seat(n, 1, 4095);
    samples said(8, 30000);
    for (unsigned n = 0; n < settled; ++n)
      r.frame(said);
    for (unsigned n = 0; n < 3; ++n)
      r.dismiss(n);
    do { // until they have faded
      r.awake_clocks = 0;
      r.frame(said);
    } while (r.awake_clocks > 0);
    r.seat(0, 1);
    r.seat(1, 1);
    said.assign(8, 3000);
    for (unsigned n = 0; n < settled; ++n)
      r.frame(said);
    EXPECT_EQ(r.frame(said)[1], 3000);
  }
}

TEST(ConferenceBlock, RegistersAsDescribed) {
  small_room r(5);
  EXPECT_EQ(r.read(block::id::offset), block::type << 16 | block::version);
  EXPECT_EQ(r.read(block::capacity::offset), 8U);
  EXPECT_EQ(r.read(block::first_slot::offset), 5U);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    r.read(word);
    r.write(word, word);
  }
}

/// `said` is what the members say in frame n; what `ear` hears of frames 0 … frames − 1.
using speech = std::function<samples(std::size_t n)>;
samples listen(room& r, unsigned ear, std::size_t frames, const speech& said,
               const std::function<void(std::size_t)>& before = {}) {
  samples heard;
  r.frame(samples(64));
  for (std::size_t n = 0; n <= frames; ++n) {
    if (before)
      before(n);
    heard.push_back(r.frame(said(n))[ear]);
  }
  heard.erase(heard.begin());
  return heard;
}

/// Only one speaks.
speech alone(unsigned who, double hertz, double dbm0) {
  return [=](std::size_t n) {
    samples said(64);
    said[who] = test::sine(hertz, dbm0, n);
    return said;
  };
}

TEST(ConferenceBlock, AMemberIsHeardAsItSpeaksByAllOthersAndNotByItself) {
  room r(1);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, 3);
  std::mt19937 random(1);
  samples said(64), before(64);
  for (unsigned n = 0; n < 2 * settled; ++n) {
    const auto heard = r.frame(said);
    if (n > settled) {
      EXPECT_EQ(heard[20], 0);
      for (unsigned ear = 0; ear < 64; ++ear)
        if (ear != 20) {
          ASSERT_EQ(heard[ear], before[20]) << "member " << ear;
        }
    }
    before = said;
    said[20] = static_cast<std::int16_t>(random() % 60000 - 30000);
  }
}

TEST(ConferenceBlock, OfSixtyFourWhoSpeakAtOnceNobodyHearsItself) {
  room r(2);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, 0);
  const auto hertz = [](unsigned n) { return 300.0 + 50 * n; };
  const auto heard = listen(r, 10, 1600 + settled, [&](std::size_t n) {
    samples said(64);
    for (unsigned m = 0; m < 64; ++m)
      said[m] = test::sine(hertz(m), -20, n, m * m);
    return said;
  });
  const auto late = std::span(heard).last(1600);
  const double own = test::band_dbm0(late, hertz(10), hertz(10));
  const double next = test::band_dbm0(late, hertz(11), hertz(11));
  RecordProperty("own_below_others_db", static_cast<int>(next - own));
  std::printf("own voice is %.1f dB below the next one's\n", next - own);
  EXPECT_LT(own, next - 60);
}

TEST(ConferenceBlock, GainsAreAsAskedFor) {
  const auto level = [](unsigned says, unsigned hears, bool mute) {
    room r(3);
    r.seat(0, 1, says, mute);
    r.seat(1, 1, 1024, false, hears);
    const auto heard = listen(r, 1, 1600 + settled, alone(0, 1000, -20));
    return test::band_dbm0(std::span(heard).last(1600), 950, 1050);
  };
  EXPECT_NEAR(level(1024, 1024, false), -20, 0.02);
  EXPECT_NEAR(level(512, 1024, false), -26.02, 0.02);
  EXPECT_NEAR(level(4095, 1024, false), -7.96, 0.02);
  EXPECT_NEAR(level(1024, 256, false), -32.04, 0.02);
  EXPECT_NEAR(level(1024, 2047, false), -20, 0.02);
  EXPECT_LT(level(1024, 1024, true), -100);
  EXPECT_LT(level(1024, 0, false), -100);
}

TEST(ConferenceBlock, BridgesDoNotHearEachOther) {
  room r(4);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, n / 2);
  samples said(64);
  for (unsigned n = 0; n < 64; ++n)
    said[n] = static_cast<std::int16_t>(100 * static_cast<int>(n) - 3000);
  for (unsigned n = 0; n < settled; ++n)
    r.frame(said);
  const auto heard = r.frame(said);
  for (unsigned n = 0; n < 64; ++n)
    EXPECT_EQ(heard[n], said[n ^ 1]);
}

/// Nothing is added to it, either: nobody else says anything.
TEST(ConferenceBlock, NoSampleIsLostOrRepeatedWhileOthersComeAndGo) {
  room r(5);
  r.seat(0, 7);
  r.seat(1, 7);
  std::mt19937 random(5);
  samples said(64);
  std::int16_t before = 0;
  for (unsigned n = 0; n < 3000; ++n) {
    const auto heard = r.frame(said)[1];
    if (n > settled) {
      ASSERT_EQ(heard, before) << "frame " << n;
    }
    before = said[0];
    said[0] = static_cast<std::int16_t>(random() % 65536 - 32768) / 2;
    const unsigned who = 2 + random() % 62;
    switch (random() % 4) {
    case 0:
      r.seat(who, 7, random() % 4096, random() % 2 != 0);
      break;
    case 1:
      r.seat(who, random() % 32, random() % 4096);
      break;
    case 2:
      r.dismiss(who);
      break;
    default:
      break;
    }
  }
}

TEST(ConferenceBlock, WhoWasElsewhereBringsNothingAlong) {
  room r(6);
  for (unsigned n = 0; n < 3; ++n)
    r.seat(n, 1);
  r.seat(8, 2);
  samples said(64, 20000);
  for (unsigned n = 0; n < settled; ++n)
    r.frame(said);
  EXPECT_NE(r.frame(said)[1], 0);
  for (const bool moves : {true, false}) {
    if (!moves) {
      r.seat(1, 1);
      for (unsigned n = 0; n < settled; ++n)
        r.frame(said);
      r.dismiss(1);
    }
    r.seat(1, 2);
    std::ranges::fill(said, std::int16_t{0});
    for (unsigned n = 0; n < settled; ++n) {
      const auto heard = r.frame(said);
      EXPECT_EQ(heard[1], 0);
      EXPECT_EQ(heard[8], 0);
    }
    std::ranges::fill(said, std::int16_t{20000});
  }
  r.dismiss(
      0); // what it is connected to afterwards is not heard, only what it said last, and less of it
  said[0] = -30000;
  said[2] = 0;
  for (unsigned n = 0; n < settled; ++n) {
    const auto heard = r.frame(said);
    EXPECT_EQ(heard[0], 0);
    EXPECT_GE(heard[2], 0);
  }
  EXPECT_EQ(r.frame(said)[2], 0);
}

TEST(ConferenceBlock, WhoIsNotThereCostsNoTime) {
  const auto awake = [](unsigned members) {
    room r(7);
    for (unsigned n = 0; n < members; ++n)
      r.seat(n, 0);
    for (unsigned n = 0; n < 3; ++n)
      r.frame(samples(64));
    r.awake_clocks = 0;
    r.frame(samples(64));
    return r.awake_clocks;
  };
  EXPECT_EQ(awake(0), 0U);
  EXPECT_LE(awake(1), 32U);
  EXPECT_LE(awake(32), 3 * 32 + 32U);
  room r(8);
  r.seat(1, 0);
  for (unsigned n = 0; n < settled; ++n)
    r.frame(samples(64, 9000));
  r.dismiss(1);
  for (unsigned n = 0; n < settled; ++n)
    r.frame(samples(64, 9000));
  r.awake_clocks = 0;
  r.frame(samples(64));
  EXPECT_EQ(r.awake_clocks, 0U);
}

} // namespace
