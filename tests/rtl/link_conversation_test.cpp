// SPDX-License-Identifier: MIT
// Both ends of the link through a bad cable: bit errors, cuts, stalls. What is lost is counted,
// what must not be lost is not.
#include "board/client.hpp"
#include "link_bench.hpp"

#include <gtest/gtest.h>

namespace switchroom::test {
namespace {

using link_regs = regs::link_block;

/// Words of the bench's memory in block 1, as many as the switch's connections: to write and read.
constexpr std::uint32_t scratch = regs::address(1, regs::switch_block::connection::offset);

struct cable {
  double bit_error_rate;
  unsigned rx_idle_percent;
  unsigned tx_stall_percent;
};
void PrintTo(const cable& c, std::ostream* out) {
  *out << "bit error rate " << c.bit_error_rate << ", rx idle " << c.rx_idle_percent
       << " %, tx stalled " << c.tx_stall_percent << " %";
}

class conversation {
public:
  explicit conversation(const cable& c, unsigned seed = 5) : bench(seed), random_(seed) {
    bench.rx_idle_percent = c.rx_idle_percent;
    bench.tx_stall_percent = c.tx_stall_percent;
    // The headers that discovery reads; block 6 is the link's own.
    using whole = regs::board_block;
    bench.memory[regs::address(0, whole::id::offset)] = 0x00010001;
    bench.memory[regs::address(0, whole::capacity::offset)] = 7;
    bench.memory[regs::address(0, whole::magic::offset)] = 0x53575231;
    bench.memory[regs::address(0, whole::clocks_per_frame::offset)] = 1024;
    header<regs::switch_block>(1);
    header<regs::fxs_block>(2);
    header<regs::tone_block>(3);
    header<regs::dtmf_block>(4);
    header<regs::level_block>(5);
    for (std::uint32_t word = 0; word < 64; ++word)
      bench.memory[scratch + word] = 0;
  }

  void connect() {
    client.connected(now(), todo);
    flush();
  }

  /// One frame of the board, and what the host makes of it.
  void frame() {
    bench.run_frames(1);
    for (unsigned slot = 0; slot < link_bench::host_slots; ++slot) {
      const std::uint16_t right = pattern(bench.frame, slot, 3);
      if (bench.played[slot] != 0 && bench.played[slot] != right)
        ++wrong_played;
      played += bench.played[slot] != 0;
    }
    octets line = bench.from_board;
    bench.from_board.clear();
    sent_by_board.push(line, [](const board::frame&) {});
    damage(line);
    if (connected)
      client.received(line, now(), todo);
    client.tick(now(), todo);
    react();
    flush();
  }
  void frames(unsigned n) {
    while (n-- > 0)
      frame();
  }
  bool until_up(unsigned limit = 4000) {
    while (!client.is_up() && limit-- > 0)
      frame();
    return client.is_up();
  }
  void flush() {
    sent_by_host.push(todo.octets, [](const board::frame&) {});
    damage(todo.octets);
    if (connected)
      bench.send(todo.octets);
    todo.clear();
  }
  instant now() const { return instant(frame_time * (bench.frame + 1)); }

  link_bench bench;
  board::client client{{}};
  board::actions todo;
  board::decoder sent_by_host{board::link_end::host};   // before the cable
  board::decoder sent_by_board{board::link_end::board}; // before the cable
  double bit_error_rate = 0;
  bool connected = true;
  std::vector<board::event> events;
  std::vector<board::down> downs;
  std::vector<std::vector<std::uint32_t>> reads;
  std::uint64_t answers = 0, failed = 0, heard = 0, wrong_heard = 0, played = 0, wrong_played = 0;
  std::vector<std::uint8_t> open_slots;

private:
  template <typename Block>
  void header(std::uint8_t index) {
    bench.memory[regs::address(index, Block::id::offset)] =
        Block::id::type::of(Block::type) | Block::version;
    bench.memory[regs::address(index, Block::capacity::offset)] = 32;
    if constexpr (requires { typename Block::first_slot; })
      bench.memory[regs::address(index, Block::first_slot::offset)] = index;
  }
  void damage(octets& line) {
    if (bit_error_rate <= 0)
      return;
    std::geometric_distribution<std::uint64_t> gap(bit_error_rate);
    for (std::uint64_t bit = gap(random_); bit < line.size() * 8; bit += 1 + gap(random_))
      line[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }

  void react() {
    for (std::size_t i = 0; i < todo.list.size(); ++i) {
      const board::news item = todo.list[i];
      if (const auto* cell = std::get_if<board::cell>(&item))
        on_cell(*cell);
      else if (const auto* event = std::get_if<board::event>(&item))
        events.push_back(*event);
      else if (const auto* down = std::get_if<board::down>(&item))
        downs.push_back(*down);
      else if (const auto* answer = std::get_if<board::answer>(&item)) {
        ++answers;
        failed += answer->status != regs::status::ok;
        const auto words = todo.words_of(*answer);
        if (!words.empty())
          reads.emplace_back(words.begin(), words.end());
      }
    }
  }

  void on_cell(const board::cell& cell) {
    for (const board::sample& s : todo.samples_of(cell)) {
      ++heard;
      wrong_heard += static_cast<std::uint16_t>(s.value) != pattern(cell.frame - 1, s.slot, 7);
    }
    constexpr std::uint32_t lead = 8;
    std::vector<board::sample> samples;
    for (const std::uint8_t slot : open_slots)
      samples.push_back({slot, static_cast<std::int16_t>(pattern(cell.frame + lead, slot, 3))});
    client.send_cell(cell.frame + lead, samples, todo);
  }

  std::mt19937_64 random_;
};

/// Writes that can be told apart: the n-th write of the test carries n.
bus_access nth_write(std::uint32_t n) {
  return {true, scratch + n % 64, n + 1};
}

class LinkConversation : public ::testing::TestWithParam<cable> {};

TEST_P(LinkConversation, LosesNothingUnnoticed) {
  conversation talk(GetParam());
  talk.connect();
  ASSERT_TRUE(talk.until_up());
  EXPECT_EQ(talk.client.board().capacity<regs::link_block>(), 64u);
  EXPECT_EQ(talk.client.board().first_slot<regs::link_block>(), 64u);
  talk.open_slots = {0, 17, 63};
  for (const std::uint8_t slot : talk.open_slots)
    talk.client.write<link_regs::slot_config>(slot, link_regs::slot_config::enable::of(1),
                                              talk.todo);
  talk.flush();
  talk.frames(20);
  talk.bench.accesses.clear();
  talk.answers = 0;

  // Bad cable.
  talk.bit_error_rate = GetParam().bit_error_rate;
  std::vector<board_event> happened;
  std::uint32_t writes = 0;
  for (unsigned n = 0; n < 1500; ++n) {
    if (n % 3 == 0 && talk.client.waiting() < 30) {
      const bus_access w = nth_write(writes++);
      ASSERT_NE(talk.client.write(w.address, std::span(&w.data, 1), talk.todo),
                board::ticket::none);
    }
    if (n % 40 == 0) {
      happened.push_back({1, static_cast<std::uint8_t>(n), static_cast<std::uint16_t>(n)});
      talk.bench.events.push_back(happened.back());
    }
    talk.flush();
    talk.frame();
    ASSERT_TRUE(talk.downs.empty()) << talk.downs[0].why.what;
  }
  // Good cable again: everything settles.
  talk.bit_error_rate = 0;
  talk.frames(600);

  // No register write lost, doubled or out of order.
  EXPECT_EQ(talk.answers, writes);
  EXPECT_EQ(talk.failed, 0u);
  ASSERT_EQ(talk.bench.accesses.size(), writes);
  for (std::uint32_t n = 0; n < writes; ++n)
    ASSERT_EQ(talk.bench.accesses[n], nth_write(n));
  // No event lost, doubled or out of order.
  EXPECT_EQ(talk.bench.link_register(link_regs::dropped_events::offset), 0u);
  ASSERT_EQ(talk.events.size(), happened.size());
  for (std::size_t i = 0; i < happened.size(); ++i)
    EXPECT_EQ(talk.events[i].data, happened[i].data);
  EXPECT_EQ(talk.client.figures().event_gaps, 0u);
  // Every link frame came through or was counted as missing, in both directions.
  while (!talk.bench.to_board.empty())
    talk.bench.run_clock();
  talk.bench.run_frames(2);
  EXPECT_EQ(talk.sent_by_host.figures().received,
            talk.bench.link_register(link_regs::received_frames::offset) +
                talk.bench.link_register(link_regs::sequence_gaps::offset));
  EXPECT_EQ(talk.sent_by_board.figures().received,
            talk.client.link().received + talk.client.link().sequence_gaps);
  EXPECT_EQ(talk.bench.link_register(link_regs::malformed::offset), 0u);
  // Voice: right or silent.
  EXPECT_EQ(talk.wrong_heard, 0u);
  EXPECT_EQ(talk.wrong_played, 0u);
  EXPECT_GT(talk.heard, 0u);
  EXPECT_GT(talk.played, 0u);
  if (GetParam().bit_error_rate > 0) {
    EXPECT_GT(talk.bench.link_register(link_regs::check_errors::offset), 0u);
    EXPECT_GT(talk.client.link().check_errors, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Cables, LinkConversation,
                         ::testing::Values(cable{0, 0, 0}, cable{0, 40, 0}, cable{0, 0, 40},
                                           cable{0, 40, 40}, cable{1e-5, 0, 0}, cable{1e-4, 0, 0},
                                           cable{1e-4, 40, 40}, cable{1e-3, 0, 0}));

TEST(LinkCut, ReconnectedLinkWorksAndCountsWhatWasCutOff) {
  conversation talk({0, 0, 0});
  talk.connect();
  ASSERT_TRUE(talk.until_up());
  for (unsigned cut = 1; cut <= 20; ++cut) {
    talk.frames(3);
    // In the middle of a frame in both directions.
    const std::array<std::uint32_t, 3> words{1, 2, 3};
    talk.client.write(scratch, words, talk.todo);
    talk.todo.octets.resize(5 + cut % 10);
    talk.flush();
    for (unsigned n = 0; n < 40 * cut; ++n)
      talk.bench.run_clock();
    talk.bench.from_board.clear();
    talk.bench.to_board.clear();
    talk.client.disconnected(talk.now(), talk.todo);
    ASSERT_EQ(std::get<board::down>(talk.todo.list.back()).reason,
              board::down_reason::disconnected);
    talk.todo.clear();
    talk.bench.accesses.clear();
    talk.connect();
    ASSERT_TRUE(talk.until_up()) << "cut " << cut;
    for (const auto& access : talk.bench.accesses)
      EXPECT_FALSE(access.write) << "half a frame had an effect";
    talk.bench.events.push_back({1, 2, static_cast<std::uint16_t>(cut)});
    talk.frames(4);
    ASSERT_EQ(talk.events.size(), cut);
    EXPECT_EQ(talk.events.back().data, cut);
    EXPECT_EQ(talk.bench.link_register(link_regs::check_errors::offset), cut);
  }
}

TEST(LinkCut, SilentCableIsNoticedAndRepeatedHelloFindsTheBoardAgain) {
  conversation talk({0, 0, 0});
  talk.connect();
  ASSERT_TRUE(talk.until_up());
  talk.connected = false;
  talk.frames(2 * 8000 + 10);
  ASSERT_EQ(talk.downs.size(), 1u);
  EXPECT_EQ(talk.downs[0].reason, board::down_reason::silent);
  talk.client.connected(talk.now(), talk.todo); // nobody hears the first hellos
  talk.flush();
  talk.frames(4100);
  talk.connected = true;
  ASSERT_TRUE(talk.until_up());
}

TEST(LinkCut, LargeTablesPassInBursts) {
  conversation talk({0, 0, 0});
  talk.connect();
  ASSERT_TRUE(talk.until_up());
  std::vector<std::uint32_t> table(64);
  for (std::uint32_t i = 0; i < 64; ++i)
    table[i] = i * 0x01010101;
  ASSERT_NE(talk.client.write<regs::switch_block::connection>(0, table, talk.todo),
            board::ticket::none);
  ASSERT_NE(talk.client.read<regs::switch_block::connection>(0, 64, talk.todo),
            board::ticket::none);
  talk.flush();
  talk.frames(6);
  EXPECT_EQ(talk.answers, 2u);
  ASSERT_EQ(talk.reads.size(), 1u);
  EXPECT_EQ(talk.reads[0], table);
}

} // namespace
} // namespace switchroom::test
