// SPDX-License-Identifier: MIT
// The whole fabric over its link, in lock step with the golden models of its blocks joined.
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "dtmf_signals.hpp"
#include "fabric_lock_step.hpp"
#include "span/far_end.hpp"

namespace {
namespace regs = switchroom::regs;
namespace sim = switchroom::sim;
using switchroom::test::connection;
using switchroom::test::fabric_harness;
using switchroom::test::lock_step;
using switchroom::test::shape;

/// Connects a run of outputs and commits; lets the commit take effect.
void connect_some(lock_step& bench) {
  using block = regs::switch_block;
  const unsigned first = bench.random() % (shape.slots - 32);
  std::vector<std::uint32_t> words(1 + bench.random() % 20);
  for (auto& word : words)
    word = connection(bench.random() % shape.slots, bench.random() % 8 != 0);
  bench.write(block::type, static_cast<std::uint16_t>(block::connection::offset + first), words);
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3)); // a connection written earlier would wait
}

void load_tones(lock_step& bench) {
  using block = regs::tone_block;
  for (std::uint16_t segment = 0; segment < 8; ++segment) {
    const auto at = [&](std::uint16_t offset) {
      return static_cast<std::uint16_t>(offset + segment);
    };
    const auto random = [&](unsigned below) {
      return static_cast<std::uint32_t>(bench.random() % below);
    };
    bench.write(block::type, at(block::segment_frequency::offset),
                {block::segment_frequency::a::of(random(30000)) |
                 block::segment_frequency::b::of(random(30000))});
    bench.write(block::type, at(block::segment_amplitude::offset),
                {block::segment_amplitude::a::of(random(16000)) |
                 block::segment_amplitude::b::of(random(16000))});
    bench.write(block::type, at(block::segment_timing::offset),
                {block::segment_timing::duration_ms::of(1 + random(4)) |
                 block::segment_timing::next::of(random(8)) |
                 block::segment_timing::last::of(random(8) == 0 ? 1 : 0)});
    ASSERT_NO_FATAL_FAILURE(bench.frame());
  }
}

/// All lines on with random laws, `hosts` host slots on.
void configure(lock_step& bench, unsigned hosts) {
  using config = regs::fxs_block::line_config;
  std::vector<std::uint32_t> line_words(shape.lines);
  for (auto& word : line_words)
    word = config::enable::of(1) | config::mu_law::of(static_cast<std::uint32_t>(bench.random()));
  bench.write(regs::fxs_block::type, config::offset, line_words);
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  using detector = regs::dtmf_block::channel_config;
  bench.write(
      regs::dtmf_block::type, detector::offset,
      std::vector<std::uint32_t>(shape.lines, detector::enable::of(1) | detector::mute::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(regs::answer_tone_block::type, regs::answer_tone_block::line_config::offset,
              std::vector<std::uint32_t>(shape.lines, 1));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(regs::link_block::type, regs::link_block::slot_config::offset,
              std::vector<std::uint32_t>(hosts, regs::link_block::slot_config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
}

class Fabric : public testing::TestWithParam<unsigned> {};

TEST_P(Fabric, LockStepWithGoldenModelsUnderRandomVoiceConnectionsAndTones) {
  lock_step bench(GetParam());
  ASSERT_NO_FATAL_FAILURE(configure(bench, 16));
  ASSERT_NO_FATAL_FAILURE(load_tones(bench));
  using tone = regs::tone_block::channel_control;
  for (int round = 0; round < 60; ++round) {
    ASSERT_NO_FATAL_FAILURE(connect_some(bench));
    const auto channel = static_cast<std::uint16_t>(bench.random() % shape.tone_channels);
    bench.write(regs::tone_block::type, static_cast<std::uint16_t>(tone::offset + channel),
                {tone::segment::of(bench.random() % 8) | tone::run::of(bench.random() % 4 != 0) |
                 tone::start::of(static_cast<std::uint32_t>(bench.random()))});
    const auto line = static_cast<std::uint16_t>(bench.random() % shape.lines);
    const auto kind = static_cast<std::uint32_t>(bench.random() % 4); // law, enable
    if (round % 4 == 0)
      bench.write(
          regs::fxo_block::type,
          static_cast<std::uint16_t>(regs::fxo_block::line_config::offset + line % shape.fxo_lines),
          {kind});
    else
      bench.write(regs::fxs_block::type,
                  static_cast<std::uint16_t>(regs::fxs_block::line_config::offset + line), {kind});
    using g726 = regs::g726_block;
    bench.write(
        g726::type,
        static_cast<std::uint16_t>(g726::channel::offset + bench.random() % shape.g726_channels),
        {static_cast<std::uint32_t>(bench.random() | 1)});
    using canceller = regs::echo_block::line;
    const auto echoing = static_cast<std::uint16_t>(bench.random() % shape.lines);
    bench.write(regs::echo_block::type, static_cast<std::uint16_t>(canceller::offset + echoing),
                {canceller::enable::of(bench.random() % 4 != 0) | canceller::place::of(echoing) |
                 canceller::suppress::of(bench.random() % 2)});
    using member = regs::conference_block::member;
    const auto word = static_cast<std::uint32_t>(bench.random());
    bench.write(regs::conference_block::type,
                static_cast<std::uint16_t>(member::offset + bench.random() % shape.members),
                {member::enable::of(word % 8 != 0) | member::mute::of(word % 16 == 1) |
                 member::bridge::of(word >> 31) | member::says::of(word >> 8) |
                 member::hears::of(word >> 20)});
    ASSERT_NO_FATAL_FAILURE(bench.frames(1 + static_cast<int>(bench.random() % 3)));
  }
  EXPECT_EQ(bench.fabric.refused(), 0u);
  EXPECT_EQ(bench.fabric.damaged(), 0u);
  EXPECT_EQ(bench.golden().slots().generation(),
            bench.fabric.read(regs::switch_block::type, regs::switch_block::generation::offset));
}

/// Three lines meet: each hears the two others: twice through the switch, once through the
/// conference, a frame each.
TEST_P(Fabric, AConferenceOfThreeLines) {
  lock_step bench(GetParam());
  using config = regs::fxs_block::line_config;
  using member = regs::conference_block::member;
  using block = regs::switch_block;
  bench.write(regs::fxs_block::type, config::offset,
              std::vector<std::uint32_t>(shape.lines, config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  const std::uint32_t word = member::enable::of(1) | member::bridge::of(9) |
                             member::says::of(1024) | member::hears::of(1024);
  bench.write(regs::conference_block::type, member::offset, {word, word, word});
  const auto first = shape.first_member();
  bench.write(block::type, static_cast<std::uint16_t>(block::connection::offset + first),
              {connection(10), connection(11), connection(12)});
  bench.write(block::type, block::connection::offset + 10,
              {connection(first), connection(first + 1), connection(first + 2)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  std::array<std::array<int, 4>, 3> said{};
  using namespace switchroom::golden;
  for (int n = 0; n < 400; ++n) {
    for (auto& octet : bench.fabric.octets_in)
      octet = g711_encode(g711_law::a, static_cast<std::int16_t>(bench.random() % 16000 - 8000));
    for (unsigned line = 0; line < 3; ++line)
      said[line] = {g711_decode(g711_law::a, bench.fabric.octets_in[10 + line]), said[line][0],
                    said[line][1], said[line][2]};
    ASSERT_NO_FATAL_FAILURE(bench.frame_as_said());
    if (n < 300)
      continue;
    for (unsigned line = 0; line < 3; ++line) {
      const int others = said[(line + 1) % 3][3] + said[(line + 2) % 3][3];
      ASSERT_EQ(bench.fabric.octets_out[10 + line],
                g711_encode(g711_law::a, static_cast<std::int16_t>(others)));
    }
  }
}

TEST_P(Fabric, AllHostSlotsBothWaysWithoutALostSample) {
  lock_step bench(GetParam());
  ASSERT_NO_FATAL_FAILURE(configure(bench, 32));
  ASSERT_NO_FATAL_FAILURE(connect_some(bench));
  bench.write(regs::link_block::type, regs::link_block::slot_config::offset + 32,
              std::vector<std::uint32_t>(32, 1));
  ASSERT_NO_FATAL_FAILURE(bench.frames(40));
  using link = regs::link_block;
  EXPECT_EQ(bench.fabric.read(link::type, link::late_samples::offset), 0u);
  EXPECT_EQ(bench.fabric.read(link::type, link::check_errors::offset), 0u);
  EXPECT_EQ(bench.fabric.read(link::type, link::dropped_cells::offset), 0u);
}

// From one line's codec to another's: exactly one frame, within the two that are allowed.
TEST_P(Fabric, PortToPortTakesOneFrame) {
  lock_step bench(GetParam());
  using config = regs::fxs_block::line_config;
  using block = regs::switch_block;
  bench.write(regs::fxs_block::type, config::offset,
              std::vector<std::uint32_t>(shape.lines, config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(block::type, block::connection::offset + 5, {connection(29), connection(2)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  for (int n = 0; n < 50; ++n) {
    const int from_29 = bench.fabric.octets_in[29], from_2 = bench.fabric.octets_in[2];
    ASSERT_NO_FATAL_FAILURE(bench.frame());
    // A-law codes survive decoding and coding.
    ASSERT_EQ(bench.fabric.octets_out[5], from_29);
    ASSERT_EQ(bench.fabric.octets_out[6], from_2);
  }
}

/// A line returns what it hears, 10 dB down; a host slot speaks to it and hears it.
TEST_P(Fabric, AnEchoDoesNotReachWhoSpoke) {
  lock_step bench(GetParam());
  using config = regs::fxs_block::line_config;
  using block = regs::switch_block;
  using canceller = regs::echo_block::line;
  constexpr unsigned line = 7, other = 8;
  bench.write(regs::fxs_block::type, config::offset,
              std::vector<std::uint32_t>(shape.lines, config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(block::type, block::connection::offset + line, {connection(other), connection(line)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  bench.write(regs::echo_block::type, canceller::offset + line,
              {canceller::enable::of(1) | canceller::place::of(31)});
  double echo = 0, left = 0;
  for (int n = 0; n < 4000; ++n) {
    namespace golden = switchroom::golden;
    bench.fabric.octets_in.fill(0xd5);
    const auto heard =
        n == 0 ? std::int16_t{0}
               : golden::g711_decode(golden::g711_law::a,
                                     static_cast<std::uint8_t>(bench.fabric.octets_out[line]));
    bench.fabric.octets_in[line] =
        golden::g711_encode(golden::g711_law::a, static_cast<std::int16_t>(heard * 0.316));
    bench.fabric.octets_in[other] = golden::g711_encode(
        golden::g711_law::a, static_cast<std::int16_t>(bench.random() % 16000 - 8000));
    ASSERT_NO_FATAL_FAILURE(bench.frame_as_said());
    if (n < 2000)
      continue;
    const auto square = [](double x) { return x * x; };
    echo += square(heard * 0.316);
    left += square(golden::g711_decode(golden::g711_law::a,
                                       static_cast<std::uint8_t>(bench.fabric.octets_out[other])));
  }
  EXPECT_LT(left, echo / 1000);
}

/// Digits of −26 dBm0 a frequency (Q.24's least) while the far end is so loud that what is left of
/// its echo would be as loud: they are heard, though comfort noise takes their place for the far
/// end.
TEST_P(Fabric, QuietDigitsAreHeardUnderALoudFarEnd) {
  lock_step bench(GetParam());
  using config = regs::fxs_block::line_config;
  using detector = regs::dtmf_block::channel_config;
  using block = regs::switch_block;
  using canceller = regs::echo_block::line;
  constexpr unsigned line = 7, other = 8;
  bench.write(regs::fxs_block::type, config::offset,
              std::vector<std::uint32_t>(shape.lines, config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(regs::dtmf_block::type, detector::offset + line, {detector::enable::of(1)});
  bench.write(block::type, block::connection::offset + line, {connection(other)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  bench.write(regs::echo_block::type, canceller::offset + line,
              {canceller::enable::of(1) | canceller::suppress::of(1)});
  namespace golden = switchroom::golden;
  const auto say = [&](double near) {
    const double heard = golden::g711_decode(
        golden::g711_law::a, static_cast<std::uint8_t>(bench.fabric.octets_out[line]));
    bench.fabric.octets_in.fill(0xd5);
    bench.fabric.octets_in[line] =
        golden::g711_encode(golden::g711_law::a, static_cast<std::int16_t>(0.1 * heard + near));
    bench.fabric.octets_in[other] = golden::g711_encode(
        golden::g711_law::a, static_cast<std::int16_t>(bench.random() % 30000 - 15000));
    bench.frame_as_said();
  };
  bench.fabric.octets_out.fill(0xd5);
  for (int n = 0; n < 3000; ++n)
    say(0);
  for (unsigned key = 0; key < 16; key += 5)
    for (const double sample : switchroom::test::line_signal(140, key)
                                   .tone(50, 60, switchroom::test::dtmf_rows[key / 4], -26)
                                   .tone(50, 60, switchroom::test::dtmf_columns[key % 4], -26)
                                   .samples())
      say(sample);
  EXPECT_EQ(bench.fabric.events.size(), 8u); // on and off
}

/// Random gains for outputs and lines; `slots` not among them.
void change_gains(lock_step& bench, unsigned first_spared, unsigned spared) {
  using block = regs::gain_block;
  const auto any = [&] {
    return bench.random() % 3 == 0
               ? block::output::reset
               : static_cast<std::uint32_t>(bench.random() >> bench.random() % 16);
  };
  const auto slot = static_cast<std::uint16_t>(bench.random() % shape.slots);
  if (slot < first_spared || slot >= first_spared + spared)
    bench.write(block::type, static_cast<std::uint16_t>(block::output::offset + slot), {any()});
  const auto line = static_cast<std::uint16_t>(bench.random() % shape.lines);
  bench.write(block::type, static_cast<std::uint16_t>(block::line_input::offset + line), {any()});
}

void change_law(lock_step& bench) {
  using config = regs::fxs_block::line_config;
  const auto line = static_cast<std::uint16_t>(bench.random() % shape.lines);
  bench.write(regs::fxs_block::type, static_cast<std::uint16_t>(config::offset + line),
              {config::enable::of(1) | config::mu_law::of(bench.random() % 2)});
}

TEST_P(Fabric, LockStepUnderRandomChangesOfRouteLawAndGain) {
  lock_step bench(GetParam());
  ASSERT_NO_FATAL_FAILURE(configure(bench, 16));
  for (int round = 0; round < 150; ++round) {
    if (bench.random() % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(connect_some(bench));
    }
    change_gains(bench, 0, 0);
    change_law(bench);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1 + static_cast<int>(bench.random() % 20)));
  }
  EXPECT_EQ(bench.fabric.refused(), 0u);
  EXPECT_EQ(bench.fabric.damaged(), 0u);
}

/// A frame passes over slots that belong to nobody (in the fabric of boards the last are such);
/// what is written for them stays all the same, whatever is committed in between, and they are
/// silent.
TEST_P(Fabric, TheLastSlotsTablesAreKeptWhoeverTheyBelongTo) {
  using block = regs::switch_block;
  using gain = regs::gain_block;
  using level = regs::level_block;
  constexpr unsigned last = 8, first = shape.slots - last;
  fabric_harness fabric(GetParam());
  std::mt19937 random(GetParam());
  fabric.connect();
  std::vector<std::uint32_t> connections(last, 0), gains(last, gain::output::reset);
  const auto write = [&](std::uint16_t type, unsigned word, std::uint32_t value) {
    fabric.write(type, static_cast<std::uint16_t>(word), std::span(&value, 1));
    for (int n = 0; n < 3; ++n)
      fabric.frame();
  };
  const auto read = [&](std::uint16_t type, unsigned word) {
    return fabric.read(type, static_cast<std::uint16_t>(word));
  };
  for (int round = 0; round < 12; ++round) {
    if (round % 3 != 2) { // else others' tables change alone
      const unsigned n = random() % last;
      connections[n] = connection(random() % shape.slots);
      write(block::type, block::connection::offset + first + n, connections[n]);
      gains[n] = round < 6 ? random() & 0xffff : std::uint32_t{gain::output::reset};
      write(gain::type, gain::output::offset + first + n, gains[n]);
    }
    write(block::type, block::connection::offset + random() % shape.lines,
          connection(first + random() % last));
    write(block::type, block::control::offset, block::control::commit::of(1));
    for (unsigned frames = random() % 8; frames > 0; --frames)
      fabric.frame();
    for (unsigned n = 0; n < last; ++n) {
      ASSERT_EQ(read(block::type, block::connection::offset + first + n), connections[n])
          << "round " << round << " slot " << first + n;
      ASSERT_EQ(read(gain::type, gain::output::offset + first + n), gains[n]);
    }
  }
  for (unsigned n = 0; n < last; ++n) // while a slot has a gain, frames have all slots
    write(gain::type, gain::output::offset + first + n, gain::output::reset);
  for (unsigned n = 0; n < 2 * shape.level_window; ++n)
    fabric.frame();
  for (unsigned n = 0; n < last; ++n) {
    EXPECT_EQ(read(level::type, level::peak::offset + first + n), 0u);
    EXPECT_EQ(read(level::type, level::mean_square::offset + first + n), 0u);
  }
  EXPECT_EQ(fabric.refused(), 0u);
}

/// Without the golden model: every sample says who said it, and when. What a host slot hears is of
/// the frame before, of every frame, each once, and it is from its old source until the very frame
/// in which all others change theirs, too; whatever gains and laws of others do meanwhile.
TEST_P(Fabric, NoSampleIsLostOrRepeatedByChangesOfRouteLawAndGain) {
  lock_step bench(GetParam());
  constexpr unsigned hosts = 16;
  ASSERT_NO_FATAL_FAILURE(configure(bench, hosts));
  bench.traced = true;
  using block = regs::switch_block;
  std::vector<unsigned> heard(hosts, ~0u), wanted(hosts);
  unsigned changes = 0;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::uint32_t> words;
    for (auto& source : wanted) {
      source = bench.random() % hosts;
      words.push_back(connection(shape.first_host() + source));
    }
    bench.write(block::type,
                static_cast<std::uint16_t>(block::connection::offset + shape.first_host()), words);
    ASSERT_NO_FATAL_FAILURE(bench.frame());
    bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
    for (int n = 0; n < 12; ++n) {
      if (n == 4 || n == 8) {
        change_gains(bench, shape.first_host(), hosts);
        change_law(bench);
      }
      ASSERT_NO_FATAL_FAILURE(bench.frame());
      if (round == 0 && n < 6)
        continue; // nobody was connected
      // A cell carries what left the switch in the frame before, said in the frame before that.
      ASSERT_EQ(bench.fabric.cell.size(), hosts);
      bool all_old = true, all_new = true;
      for (unsigned slot = 0; slot < hosts; ++slot) {
        const auto sample = bench.fabric.cell[slot].value;
        all_old = all_old && sample == lock_step::trace(heard[slot], bench.next_frame() - 3);
        all_new = all_new && sample == lock_step::trace(wanted[slot], bench.next_frame() - 3);
      }
      ASSERT_TRUE(all_old || all_new) << "round " << round << ", frame " << n;
      if (all_new && heard != wanted) {
        ++changes;
        heard = wanted;
      }
    }
    ASSERT_EQ(heard, wanted);
  }
  EXPECT_EQ(changes, 40u);
}

/// Two phones send the same digits; one is to be muted.
TEST_P(Fabric, ADigitIsMutedOnItsWayToTheSwitchAndHeardAllTheSame) {
  lock_step bench(GetParam());
  using config = regs::fxs_block::line_config;
  using detector = regs::dtmf_block::channel_config;
  using block = regs::switch_block;
  bench.write(regs::fxs_block::type, config::offset,
              std::vector<std::uint32_t>(shape.lines, config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(regs::dtmf_block::type, detector::offset + 30,
              {detector::enable::of(1), detector::enable::of(1) | detector::mute::of(1)});
  bench.write(block::type, block::connection::offset + 5, {connection(30), connection(31)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  constexpr unsigned before = 800, length = 480, after = 480;
  double plain = 0, muted = 0, muted_late = 0;
  for (unsigned key = 0; key < 16; key += 5) {
    const auto signal =
        switchroom::test::line_signal((before + length + after) / 8, key)
            .tone(before / 8, length / 8, switchroom::test::dtmf_rows[key / 4], -12)
            .tone(before / 8, length / 8, switchroom::test::dtmf_columns[key % 4], -10)
            .samples();
    for (unsigned n = 0; n < signal.size(); ++n) {
      for (auto& octet : bench.fabric.octets_in)
        octet = switchroom::golden::g711_encode(switchroom::golden::g711_law::a, signal[n]);
      ASSERT_NO_FATAL_FAILURE(bench.frame_as_said());
      const auto power = [&](unsigned line) {
        const double heard = switchroom::golden::g711_decode(
            switchroom::golden::g711_law::a,
            static_cast<std::uint8_t>(bench.fabric.octets_out[line]));
        return n < before ? 0 : heard * heard;
      };
      plain += power(5);
      muted += power(6);
      muted_late += n > before + 12 * 8 ? power(6) : 0;
    }
  }
  EXPECT_EQ(bench.fabric.events.size(), 16u); // on and off, four digits, two phones
  EXPECT_LT(muted, .16 * plain);              // 6 + 2 · 2/3 ms of 60, and what noise there is
  EXPECT_LT(muted_late, 1e-4 * plain);
}

TEST_P(Fabric, TheHostHearsThatAPhoneWasLifted) {
  lock_step bench(GetParam());
  ASSERT_NO_FATAL_FAILURE(configure(bench, 2));
  bench.fabric.loop(1u << 11);
  for (int n = 0; n < 400 && bench.fabric.events.empty(); ++n)
    ASSERT_NO_FATAL_FAILURE(bench.frame());
  ASSERT_EQ(bench.fabric.events.size(), 1u);
  EXPECT_EQ(bench.fabric.events[0].kind, regs::event_kind::off_hook);
  EXPECT_EQ(bench.fabric.events[0].index, 11u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Fabric, testing::Range(1u, 5u));

/// A line and time slot 1 of the span hear each other; time slot 16, octets as they are, comes
/// back.
TEST(FabricSpan, TimeSlotsAreSlotsOfTheSwitch) {
  fabric_harness fabric(8);
  fabric.connect();
  using e1 = regs::e1_block;
  using block = regs::switch_block;
  constexpr unsigned first = 256, line = 5;
  for (int n = 0; n < 4200; ++n)
    fabric.frame();
  ASSERT_LT(fabric.last_slot, shape.first_g726()) << "slots of what nobody uses are left out";
  const auto write = [&](std::uint16_t type, unsigned word, std::uint32_t value) {
    fabric.write(type, static_cast<std::uint16_t>(word), std::span(&value, 1));
    fabric.frame();
  };
  EXPECT_EQ(fabric.read(e1::type, e1::first_slot::offset), first);
  write(regs::fxs_block::type, regs::fxs_block::line_config::offset + line,
        regs::fxs_block::line_config::enable::of(1));
  write(e1::type, e1::slot_config::offset + 1, 1);
  write(e1::type, e1::slot_config::offset + 16, 3);
  write(e1::type, e1::config::offset, e1::config::enable::of(1) | e1::config::crc4::of(1));
  write(block::type, block::connection::offset + line, connection(first + 1));
  write(block::type, block::connection::offset + first + 1, connection(line));
  write(block::type, block::connection::offset + first + 16, connection(first + 16));
  write(block::type, block::control::offset, block::control::commit::of(1));
  sim::span_far_end far({.ppm = 30});
  std::vector<sim::span_frame> heard;
  fabric.octets_in.fill(0x9a);
  std::uint8_t line_said = 0;
  for (unsigned n = 0; n < 300; ++n) {
    sim::span_frame said{};
    said[1] = static_cast<std::uint8_t>(n);
    said[16] = static_cast<std::uint8_t>(3 * n);
    far.say(said);
    for (unsigned bit = 0; bit < 256; ++bit)
      for (const auto& pulse : far.arrives())
        fabric.to_span.push_back(pulse);
    fabric.send_cell(fabric.cell_frame + 4, {}); // acknowledges events
    fabric.frame();
    for (const auto& pulse : std::exchange(fabric.from_span, {}))
      far.hears(pulse);
    if (n < 150)
      continue;
    far.take(heard);
    const auto step = static_cast<std::uint8_t>(fabric.octets_out[line] - line_said);
    ASSERT_EQ(n == 150 || step == 1, true) << int{step};
    line_said = static_cast<std::uint8_t>(fabric.octets_out[line]);
  }
  EXPECT_EQ(fabric.read(e1::type, e1::status::offset) & 0xff, 0u);
  EXPECT_TRUE(far.aligned());
  EXPECT_EQ(far.counted().crc_errors, 0u);
  ASSERT_GT(heard.size(), 100u);
  for (std::size_t n = heard.size() - 60; n < heard.size(); ++n) {
    ASSERT_EQ(heard[n][1], 0x9a);
    ASSERT_EQ(static_cast<std::uint8_t>(heard[n][16] - heard[n - 1][16]), 3);
  }
  EXPECT_GE(fabric.last_slot, first + 31);
  ASSERT_FALSE(fabric.events.empty());
  EXPECT_EQ(fabric.events.back().kind, regs::event_kind::e1_alarms);
  EXPECT_EQ(fabric.events.back().data, 0u) << "no alarm any more";
}

TEST(FabricRegisters, TheHostFindsEveryBlockAndItsFirstSlot) {
  fabric_harness fabric(7);
  fabric.connect();
  using namespace regs;
  EXPECT_EQ(fabric.read(board_block::type, board_block::magic::offset), 0x53575231u);
  EXPECT_EQ(fabric.read(board_block::type, board_block::clocks_per_frame::offset),
            fabric_harness::clocks_per_frame);
  EXPECT_EQ(fabric.read(switch_block::type, switch_block::capacity::offset), fabric_harness::slots);
  EXPECT_EQ(fabric.read(fxs_block::type, fxs_block::capacity::offset), 32u);
  EXPECT_EQ(fabric.read(fxs_block::type, fxs_block::first_slot::offset), 0u);
  EXPECT_EQ(fabric.read(tone_block::type, tone_block::capacity::offset), 32u);
  EXPECT_EQ(fabric.read(tone_block::type, tone_block::first_slot::offset), 32u);
  EXPECT_EQ(fabric.read(link_block::type, link_block::capacity::offset), 64u);
  EXPECT_EQ(fabric.read(link_block::type, link_block::first_slot::offset), 64u);
  EXPECT_EQ(fabric.read(level_block::type, level_block::capacity::offset), fabric_harness::slots);
  EXPECT_EQ(fabric.read(g726_block::type, g726_block::capacity::offset), 64u);
  EXPECT_EQ(fabric.read(g726_block::type, g726_block::first_slot::offset), 128u);
  EXPECT_EQ(fabric.read(answer_tone_block::type, answer_tone_block::capacity::offset), 32u);
  EXPECT_EQ(fabric.read(answer_tone_block::type, answer_tone_block::first_slot::offset), 0u);
  EXPECT_EQ(fabric.read(conference_block::type, conference_block::capacity::offset), 64u);
  EXPECT_EQ(fabric.read(conference_block::type, conference_block::first_slot::offset), 192u);
  EXPECT_EQ(fabric.read(level_block::type, level_block::window_frames::offset), 1024u);
  EXPECT_EQ(fabric.read(gain_block::type, gain_block::capacity::offset), fabric_harness::slots);
  EXPECT_EQ(fabric.read(gain_block::type, gain_block::lines::offset), 32u);
  EXPECT_EQ(fabric.read(echo_block::type, echo_block::capacity::offset), 32u);
  EXPECT_EQ(fabric.read(hdlc_block::type, hdlc_block::capacity::offset), 8u);
  EXPECT_EQ(fabric.read(hdlc_block::type, hdlc_block::first_slot::offset), 288u);
  EXPECT_EQ(fabric.read(iom2_block::type, iom2_block::capacity::offset), 8u);
  EXPECT_EQ(fabric.read(iom2_block::type, iom2_block::first_slot::offset), 296u);
  EXPECT_EQ(fabric.read(fxo_block::type, fxo_block::capacity::offset), 2u);
  EXPECT_EQ(fabric.read(fxo_block::type, fxo_block::first_slot::offset), 30u);
  EXPECT_EQ(fabric.refused(), 0u);
}
} // namespace
