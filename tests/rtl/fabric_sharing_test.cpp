// SPDX-License-Identifier: MIT
// Calls that share a board: what others do is not heard in a running call, to the bit, and a
// channel of any pool that goes over to another call brings nothing of the first one along.
#include <array>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "fabric_lock_step.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::golden::fabric_input;
using switchroom::golden::fabric_output;
using switchroom::golden::g711_decode;
using switchroom::golden::g711_encode;
using switchroom::golden::g711_law;
using switchroom::test::connection;
using switchroom::test::lock_step;
using switchroom::test::shape;
using words = std::vector<std::uint32_t>;

std::uint32_t canceller(unsigned place, unsigned tail = 0) {
  using word = regs::echo_block::line;
  return word::enable::of(1) | word::suppress::of(1) | word::place::of(place) |
         word::tail::of(tail);
}
std::uint32_t member(unsigned bridge, unsigned says = 1024) {
  using word = regs::conference_block::member;
  return word::enable::of(1) | word::bridge::of(bridge) | word::says::of(says) |
         word::hears::of(1024);
}
std::uint32_t coder(bool decode, bool octets = false) {
  using word = regs::g726_block::channel;
  return word::enable::of(1) | word::decode::of(decode) | word::rate::of(2) |
         word::octets::of(octets);
}
std::uint16_t at(std::uint32_t offset, unsigned n) {
  return static_cast<std::uint16_t>(offset + n);
}

/// The Verilated fabric and the golden one, in lock step, and beside them a golden one that is
/// spared what changes.
class two_boards {
public:
  explicit two_boards(unsigned seed) : bench(seed), spared(shape) {
    const fabric_input silence{std::vector<std::uint8_t>(shape.lines), nothing()};
    for (std::uint32_t n = 0; n != bench.next_frame(); ++n)
      spared.frame(silence);
  }
  /// Up to four words, for both or for the one that changes.
  void write(std::uint16_t type, std::uint16_t word, const words& values, bool both = true) {
    ASSERT_LE(values.size(), 4U);
    bench.write(type, word, values);
    frame();
    for (std::uint16_t n = 0; both && n < values.size(); ++n)
      spared.write(type, static_cast<std::uint16_t>(word + n), values[n]);
  }
  void route(unsigned to, const words& sources, bool both = true) {
    write(regs::switch_block::type, at(regs::switch_block::connection::offset, to), sources, both);
  }
  /// Three frames, for a connection written earlier would wait.
  void commit(bool both = true) {
    using control = regs::switch_block::control;
    write(regs::switch_block::type, control::offset, {control::commit::of(1)}, both);
    for (int n = 0; n < 3; ++n)
      frame();
  }

  /// Lines speak at random, louder and softer; 2 and 3 are hybrids, too.
  void frame() {
    for (unsigned n = 0; n < shape.lines; ++n) {
      const auto any = static_cast<std::int16_t>(static_cast<std::int16_t>(bench.random()) >>
                                                 (bench.next_frame() / 512 + n) % 6);
      const double echo =
          n == 2 || n == 3
              ? 0.4 *
                    g711_decode(g711_law::a, static_cast<std::uint8_t>(bench.fabric.octets_out[n]))
              : 0;
      bench.fabric.octets_in[n] =
          g711_encode(g711_law::a, static_cast<std::int16_t>(any / (echo != 0 ? 64 : 2) + echo));
    }
    const fabric_input input{{bench.fabric.octets_in.begin(), bench.fabric.octets_in.end()},
                             nothing()};
    bench.frame_as_said();
    output = spared.frame(input);
  }

  lock_step bench;
  switchroom::golden::fabric spared;
  fabric_output output; ///< of the one that is spared

private:
  static std::vector<std::optional<std::int16_t>> nothing() {
    return std::vector<std::optional<std::int16_t>>(shape.host_slots);
  }
};

constexpr unsigned kept_lines = 8, kept_channels = 2, kept_members = 2, kept_places = 4;

/// Lines 0 and 1 speak plainly, 2 and 3 with cancellers, 4 to 5 by G.726 and back without, 6 and 7
/// in a conference; host slot 0 hears what line 0 says.
void begin_calls(two_boards& town) {
  const unsigned codec = shape.first_g726(), conference = shape.first_member();
  using line = regs::fxs_block::line_config;
  for (unsigned n = 0; n < shape.lines; n += 4)
    town.write(regs::fxs_block::type, at(line::offset, n), words(4, line::enable::of(1)));
  town.write(regs::echo_block::type, at(regs::echo_block::line::offset, 2),
             {canceller(0), canceller(2, 1)});
  using detector = regs::dtmf_block::channel_config;
  town.write(regs::dtmf_block::type, at(detector::offset, 1),
             words(3, detector::enable::of(1) | detector::mute::of(1)));
  town.write(regs::g726_block::type, regs::g726_block::channel::offset,
             {coder(false), coder(true)});
  town.write(regs::conference_block::type, regs::conference_block::member::offset,
             {member(0), member(0)});
  town.write(regs::link_block::type, regs::link_block::slot_config::offset,
             {regs::link_block::slot_config::enable::of(1)});
  town.route(0, {connection(1), connection(0), connection(3), connection(2)});
  town.route(4, {connection(5), connection(codec + 1), connection(conference),
                 connection(conference + 1)});
  town.route(codec, {connection(4), connection(codec)});
  town.route(conference, {connection(6), connection(7)});
  town.route(shape.first_host(), {connection(0)});
  town.commit();
}

/// One change of what belongs to nobody of begin_calls(). Two cancellers may even be given one
/// place.
void change_something(two_boards& town) {
  auto& random = town.bench.random;
  const auto from = [&](unsigned first, unsigned end) {
    return first + static_cast<unsigned>(random()) % (end - first);
  };
  const auto any = static_cast<std::uint32_t>(random());
  const unsigned line = from(kept_lines, shape.lines);
  switch (random() % 9) {
  case 0: {
    const std::array outputs = {line, from(shape.first_host() + 1, shape.first_g726()),
                                from(shape.first_g726() + kept_channels, shape.first_member()),
                                from(shape.first_member() + kept_members, shape.slots)};
    for (const unsigned output : outputs)
      town.route(output, {connection(random() % shape.slots, random() % 8 != 0)}, false);
    return town.commit(false);
  }
  case 1:
    return town.write(regs::fxs_block::type, at(regs::fxs_block::line_config::offset, line),
                      {any % 4}, false);
  case 2:
    return town.write(regs::echo_block::type, at(regs::echo_block::line::offset, line),
                      {any % 4 == 0 ? 0 : canceller(kept_places + line - kept_lines)}, false);
  case 3:
    return town.write(regs::dtmf_block::type, at(regs::dtmf_block::channel_config::offset, line),
                      {any % 4}, false);
  case 4:
    return town.write(regs::answer_tone_block::type,
                      at(regs::answer_tone_block::line_config::offset, line), {any % 2}, false);
  case 5:
    return town.write(
        regs::g726_block::type,
        at(regs::g726_block::channel::offset, from(kept_channels, shape.g726_channels)), {any},
        false);
  case 6:
    return town.write(regs::gain_block::type, at(regs::gain_block::output::offset, line),
                      {any >> any % 16}, false);
  case 7:
    return town.write(regs::link_block::type,
                      at(regs::link_block::slot_config::offset, from(1, shape.host_slots)),
                      {any % 2}, false);
  default:
    return town.write(regs::conference_block::type,
                      at(regs::conference_block::member::offset, from(kept_members, shape.members)),
                      {any % 4 == 0 ? 0 : member(from(1, 32), any % 4096)}, false);
  }
}

class FabricSharing : public testing::TestWithParam<unsigned> {};

// The calls are those of begin_calls(); routes, laws, cancellers, mutes, codecs, gains, host slots
// and conferences of all others change, some hundred times, and the calls hear what they would hear
// if not.
TEST_P(FabricSharing, ChangesOfOthersAreNotHeardInRunningCalls) {
  two_boards town(GetParam());
  ASSERT_NO_FATAL_FAILURE(begin_calls(town));
  unsigned different = 0, heard = 0;
  for (int round = 0; round < 250; ++round) {
    ASSERT_NO_FATAL_FAILURE(change_something(town));
    for (unsigned frames = town.bench.random() % 12; frames > 0; --frames) {
      ASSERT_NO_FATAL_FAILURE(town.frame());
      for (unsigned n = 0; n < kept_lines; ++n) {
        ASSERT_EQ(town.bench.fabric.octets_out[n], town.output.octets[n]) << "line " << n;
        heard += town.output.octets[n] != 0xd5 ? 1 : 0;
      }
      ASSERT_EQ(town.bench.output().samples[0], town.output.samples[0]) << "host slot";
      for (unsigned n = kept_lines; n < shape.lines; ++n)
        different += town.bench.fabric.octets_out[n] != town.output.octets[n] ? 1 : 0;
    }
  }
  EXPECT_GT(heard, 5'000U) << "the calls say too little";
  EXPECT_GT(different, 5'000U) << "too little changes";
  EXPECT_EQ(town.bench.fabric.refused(), 0U);
}

/// A call on `lines` that uses a channel of each pool: canceller, G.726 both ways, conference, host
/// slot.
void call(two_boards& town, unsigned line, bool begins, bool both) {
  const unsigned codec = shape.first_g726() + 6, conference = shape.first_member() + 6;
  town.write(regs::echo_block::type, at(regs::echo_block::line::offset, line),
             {begins ? canceller(8, 1) : 0}, both);
  town.write(regs::g726_block::type, at(regs::g726_block::channel::offset, 6),
             begins ? words{coder(false), coder(true)} : words{0, 0}, both);
  town.write(regs::conference_block::type, at(regs::conference_block::member::offset, 6),
             begins ? words{member(5), member(5)} : words{0, 0}, both);
  town.write(regs::link_block::type, at(regs::link_block::slot_config::offset, 6),
             {regs::link_block::slot_config::enable::of(begins)}, both);
  town.route(
      line,
      {connection(begins ? conference : 0, begins), connection(begins ? codec + 1 : 0, begins)},
      both);
  town.route(codec, {connection(line, begins), connection(codec, begins)}, both);
  town.route(conference, {connection(line + 1, begins), connection(line, begins)}, both);
  town.route(shape.first_host() + 6, {connection(line + 1, begins)}, both);
  town.commit(both);
}

// The same places, channels, members and host slot for a call of other lines, on a board where
// there was a call on them until right before and on one where there never was: the same from its
// first frame on.
TEST_P(FabricSharing, NothingOfTheFormerCallIsInTheNext) {
  two_boards town(GetParam());
  using line = regs::fxs_block::line_config;
  for (unsigned n = 0; n < shape.lines; n += 4)
    town.write(regs::fxs_block::type, at(line::offset, n), words(4, line::enable::of(1)));
  for (const unsigned former : {2U, 10U}) {
    ASSERT_NO_FATAL_FAILURE(call(town, former, true, false));
    unsigned heard_by_it = 0;
    for (int n = 0; n < 700; ++n) {
      ASSERT_NO_FATAL_FAILURE(town.frame());
      heard_by_it += town.bench.fabric.octets_out[former] != town.output.octets[former] ? 1 : 0;
    }
    ASSERT_GT(heard_by_it, 300U);
    ASSERT_NO_FATAL_FAILURE(call(town, former, false, false));
    const unsigned next = former == 2 ? 20 : 2;
    ASSERT_NO_FATAL_FAILURE(call(town, next, true, true));
    for (int n = 0; n < 700; ++n) {
      ASSERT_NO_FATAL_FAILURE(town.frame());
      for (unsigned heard = 0; heard < shape.lines; ++heard)
        ASSERT_EQ(town.bench.fabric.octets_out[heard], town.output.octets[heard])
            << "line " << heard << ", " << n << " frames later";
      ASSERT_EQ(town.bench.output().samples[6], town.output.samples[6]) << "host slot";
    }
    ASSERT_NO_FATAL_FAILURE(call(town, next, false, true));
  }
}

// Slots of the last blocks are left out while nobody uses them, and all is as if they were not:
// from its first sample on for who comes, in the midst of a window of the meter, too.
TEST_P(FabricSharing, WhatNobodyUsesIsLeftOutAndComesBackWithItsFirstSample) {
  using level = regs::level_block;
  two_boards town(GetParam());
  const unsigned window = shape.level_window, codec = shape.first_g726(),
                 conference = shape.first_member();
  const auto frames = [&](unsigned count) {
    for (unsigned n = 0; n < count; ++n)
      ASSERT_NO_FATAL_FAILURE(town.frame());
  };
  const auto until = [&](unsigned into_window) {
    ASSERT_NO_FATAL_FAILURE(frames((into_window - town.bench.next_frame()) % window));
  };
  using line = regs::fxs_block::line_config;
  for (unsigned n = 0; n < shape.lines; n += 4)
    town.write(regs::fxs_block::type, at(line::offset, n), words(4, line::enable::of(1)));
  // Lines stay connected to what nobody uses any more.
  const auto end = [&] {
    town.write(regs::g726_block::type, at(regs::g726_block::channel::offset, 6), {0, 0});
    town.write(regs::conference_block::type, at(regs::conference_block::member::offset, 6), {0, 0});
  };
  for (unsigned round = 0; round < 3; ++round) {
    ASSERT_NO_FATAL_FAILURE(frames(4 * window + 500));
    EXPECT_EQ(town.bench.fabric.last_slot, codec - 1);
    ASSERT_NO_FATAL_FAILURE(until(window / 2 + 100 * round));
    ASSERT_NO_FATAL_FAILURE(call(town, 2, true, true));
    EXPECT_EQ(town.bench.fabric.last_slot, conference + shape.members - 1);
    ASSERT_NO_FATAL_FAILURE(frames(window / 4));
    ASSERT_NO_FATAL_FAILURE(end());
    EXPECT_EQ(town.bench.fabric.last_slot, conference + shape.members - 1);
  }
  // Members alone; a codec alone needs no slots of theirs.
  ASSERT_NO_FATAL_FAILURE(frames(4 * window + 500));
  town.write(regs::conference_block::type, at(regs::conference_block::member::offset, 6),
             {member(5), member(5)});
  ASSERT_NO_FATAL_FAILURE(frames(300));
  EXPECT_EQ(town.bench.fabric.last_slot, conference + shape.members - 1);
  ASSERT_NO_FATAL_FAILURE(end());
  town.write(regs::g726_block::type, at(regs::g726_block::channel::offset, 6), {coder(true)});
  ASSERT_NO_FATAL_FAILURE(frames(4 * window + 500));
  EXPECT_EQ(town.bench.fabric.last_slot, conference - 1);
  ASSERT_NO_FATAL_FAILURE(until(window / 2));
  ASSERT_NO_FATAL_FAILURE(call(town, 2, true, true));
  ASSERT_NO_FATAL_FAILURE(until(10));
  const auto told = [&](unsigned slot) {
    return std::array{town.bench.fabric.read(level::type, at(level::mean_square::offset, slot)),
                      town.bench.fabric.read(level::type, at(level::peak::offset, slot))};
  };
  for (const unsigned slot : {codec + 6, codec + 7, conference + 6, conference + 7}) {
    const auto& meant = town.bench.golden().levels();
    const auto figures = told(slot);
    EXPECT_GT(figures[0], 0U) << slot;
    EXPECT_EQ(figures[0], meant.read(at(level::mean_square::offset, slot)).value) << slot;
    EXPECT_EQ(figures[1], meant.read(at(level::peak::offset, slot)).value) << slot;
  }
  // The golden model has not seen the frames of these readings: from here on by themselves.
  auto& fabric = town.bench.fabric;
  for (const auto& [type, word] :
       {std::pair{regs::g726_block::type, at(regs::g726_block::channel::offset, 6)},
        std::pair{regs::conference_block::type, at(regs::conference_block::member::offset, 6)}})
    fabric.write(type, word, std::array<std::uint32_t, 2>{});
  for (unsigned n = 0; n < 6 * window; ++n)
    fabric.frame();
  EXPECT_EQ(fabric.last_slot, codec - 1);
  for (const unsigned slot : {codec + 6, codec + 7, conference + 6, conference + 7})
    EXPECT_EQ(told(slot), (std::array<std::uint32_t, 2>{})) << slot;
}

INSTANTIATE_TEST_SUITE_P(Seeds, FabricSharing, testing::Values(1U, 2U));

} // namespace
