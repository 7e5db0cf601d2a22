// SPDX-License-Identifier: MIT
// The host's end of a board against a scripted one, in virtual time.
#include "board/client.hpp"

#include <gtest/gtest.h>
#include <map>

namespace switchroom::board {
namespace {

using octets = std::vector<std::uint8_t>;

using whole = regs::board_block; ///< block 0 of the scripted board
using lines = regs::fxs_block;   ///< block 1
using link = regs::link_block;   ///< block 2

/// Of a register of the scripted board.
template <typename Register>
constexpr std::uint32_t at(std::uint32_t index = 0) {
  using block = typename Register::block;
  constexpr std::uint8_t number = block::type == whole::type   ? 0
                                  : block::type == lines::type ? 1
                                                               : 2;
  return regs::address(number, Register::offset + index);
}

/// A board of a few registers that answers what it is asked, and can be told not to.
class scripted_board {
public:
  scripted_board() {
    registers = {{at<whole::id>(), 0x00010001},    {at<whole::capacity>(), 3},
                 {at<whole::magic>(), 0x53575231}, {at<whole::clocks_per_frame>(), 1024},
                 {at<lines::id>(), 0x00030001},    {at<lines::capacity>(), 32},
                 {at<lines::first_slot>(), 0},     {at<link::id>(), 0x00070001},
                 {at<link::capacity>(), 64},       {at<link::first_slot>(), 128}};
    for (std::uint32_t slot = 0; slot < 64; ++slot)
      registers[at<link::slot_config>(slot)] = 0;
  }

  octets hear(std::span<const std::uint8_t> line) {
    octets out;
    decoder_.push(line, [&](const frame& f) { on_frame(f, out); });
    return out;
  }
  octets cell(std::uint32_t number, const octets& samples = {}) {
    octets body;
    for (unsigned i = 0; i < 4; ++i)
      body.push_back(static_cast<std::uint8_t>(number >> 8 * i));
    body.insert(body.end(), samples.begin(), samples.end());
    octets out;
    encoder_.append(out, regs::frame_type::board_cell, body);
    return out;
  }
  octets event(std::uint8_t number, std::uint16_t data) {
    octets out;
    encoder_.append(out, regs::frame_type::event,
                    octets{number, 1, 0, 0, 0, 3, 9, static_cast<std::uint8_t>(data),
                           static_cast<std::uint8_t>(data >> 8)});
    return out;
  }

  std::map<std::uint32_t, std::uint32_t> registers;
  std::uint8_t protocol = 1;
  bool deaf = false; ///< hears nothing but hello
  unsigned hellos = 0;
  unsigned writes = 0;
  std::vector<octets> cells; ///< bodies of the cells that came
  std::vector<std::uint8_t> tags;

private:
  void on_frame(const frame& f, octets& out) {
    if (f.type == regs::frame_type::hello) {
      ++hellos;
      next_ = 0;
      encoder_.append(out, regs::frame_type::hello_reply, octets{protocol, 0, 0, 0, 0});
    } else if (f.type == regs::frame_type::cell) {
      cells.emplace_back(f.body.begin(), f.body.end());
    } else if (!deaf) {
      execute(f, out);
    }
  }
  void execute(const frame& f, octets& out) {
    const bool write = f.type == regs::frame_type::write;
    const std::uint8_t tag = f.body[0];
    tags.push_back(tag);
    const auto reply = write ? regs::frame_type::write_reply : regs::frame_type::read_reply;
    const auto ahead = static_cast<std::uint8_t>(tag - next_);
    if (ahead > 0 && ahead < 128)
      return encoder_.append(out, reply, octets{tag, 3});
    next_ = ahead == 0 ? static_cast<std::uint8_t>(next_ + 1) : next_;
    octets body{tag, 0};
    const std::uint32_t address = little_endian(f.body.subspan(1, 3));
    const std::size_t count = write ? (f.body.size() - 4) / 4 : f.body[4];
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto at = registers.find(address + i);
      if (at == registers.end()) {
        body[1] = 1;
        break;
      }
      if (write && ahead == 0) {
        at->second = little_endian(f.body.subspan(4 + 4 * i, 4));
        ++writes;
      } else if (!write) {
        for (unsigned shift = 0; shift < 32; shift += 8)
          body.push_back(static_cast<std::uint8_t>(at->second >> shift));
      }
    }
    encoder_.append(out, reply, body);
  }

  encoder encoder_;
  decoder decoder_{link_end::host};
  std::uint8_t next_ = 0;
};

class BoardClient : public ::testing::Test {
protected:
  /// Octets to the board and its answers back, until both are quiet. Keeps the news.
  void exchange() {
    while (!todo.octets.empty()) {
      const octets answer = board.hear(todo.octets);
      todo.octets.clear();
      host.received(answer, now, todo);
    }
  }
  void connect() {
    host.connected(now, todo);
    exchange();
  }
  void up() {
    connect();
    ASSERT_TRUE(host.is_up());
    ASSERT_EQ(todo.list.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<board::up>(todo.list[0]));
    todo.clear();
  }
  const board::down& refused() {
    connect();
    EXPECT_FALSE(host.is_up());
    const auto& why = std::get<board::down>(todo.list.back());
    EXPECT_EQ(why.reason, down_reason::refused);
    return why;
  }
  void cell(std::uint32_t number) { host.received(board.cell(number), now, todo); }

  scripted_board board;
  client host{{.name = "unix:/run/b.sock"}};
  actions todo;
  instant now{};
};

constexpr const char* same_release =
    "Run a switchroomd and a board image (or switchroom-board) of the same release.";

TEST_F(BoardClient, DiscoversWhatTheBoardHas) {
  up();
  EXPECT_EQ(host.board().clocks_per_frame, 1024u);
  ASSERT_EQ(host.board().blocks.size(), 3u);
  EXPECT_EQ(host.board().capacity<regs::fxs_block>(), 32u);
  EXPECT_EQ(host.board().first_slot<regs::fxs_block>(), 0u);
  EXPECT_EQ(host.board().capacity<regs::link_block>(), 64u);
  EXPECT_EQ(host.board().first_slot<regs::link_block>(), 128u);
  EXPECT_EQ(host.board().find(regs::tone_block::type), nullptr);
}

TEST_F(BoardClient, RefusesALinkProtocolThatItDoesNotSpeak) {
  board.protocol = 2;
  const auto& why = refused().why;
  EXPECT_EQ(why.what, "unix:/run/b.sock: the board speaks the link protocol in version 2; "
                      "this host knows version 1.");
  EXPECT_EQ(why.remedy, same_release);
}

TEST_F(BoardClient, RefusesWhatIsNoBoard) {
  board.registers[at<whole::magic>()] = 0x12345678;
  const auto& why = refused().why;
  EXPECT_EQ(why.what, "unix:/run/b.sock: what answers there is not a Switchroom board "
                      "(its magic number is 305419896, not 1398231601).");
  EXPECT_EQ(why.remedy, "Check the link address in the configuration.");
}

TEST_F(BoardClient, RefusesABlockOfAnotherVersion) {
  board.registers[at<lines::id>()] = 0x00030002;
  const auto& why = refused().why;
  EXPECT_EQ(why.what, "unix:/run/b.sock: block 1 (fxs) has version 2; this host knows version 1.");
  EXPECT_EQ(why.remedy, same_release);
}

TEST_F(BoardClient, RefusesABoardBlockOfAnotherVersion) {
  board.registers[at<whole::id>()] = 0x00010007;
  EXPECT_EQ(refused().why.what,
            "unix:/run/b.sock: block 0 (board) has version 7; this host knows version 1.");
}

TEST_F(BoardClient, RefusesABlockOfUnknownType) {
  board.registers[at<link::id>()] = 0x00630001;
  EXPECT_EQ(refused().why.what,
            "unix:/run/b.sock: block 2 has type 99, which this host does not know.");
}

TEST_F(BoardClient, RefusesABoardWithoutHeaders) {
  board.registers[at<whole::capacity>()] = 5;
  EXPECT_EQ(refused().why.what, "unix:/run/b.sock: the board does not answer for register 0 of "
                                "block 3, which every board has.");
}

TEST_F(BoardClient, WritesAndReadsByName) {
  up();
  const ticket write = host.write<regs::link_block::slot_config>(
      3, regs::link_block::slot_config::enable::of(1), todo);
  const ticket read = host.read<regs::link_block::slot_config>(2, 3, todo);
  exchange();
  ASSERT_EQ(todo.list.size(), 2u);
  EXPECT_EQ(std::get<answer>(todo.list[0]).id, write);
  const auto& got = std::get<answer>(todo.list[1]);
  EXPECT_EQ(got.id, read);
  const auto words = todo.words_of(got);
  EXPECT_EQ(std::vector(words.begin(), words.end()), (std::vector<std::uint32_t>{0, 1, 0}));
}

TEST_F(BoardClient, RefusesRegistersThatThereAreNot) {
  up();
  EXPECT_EQ(host.write<regs::tone_block::channel_control>(0, 1, todo), ticket::none);
  EXPECT_EQ(host.read<regs::link_block::slot_config>(255, 2, todo), ticket::none);
  EXPECT_EQ(host.read<regs::link_block::slot_config>(256, 1, todo), ticket::none);
  EXPECT_EQ(host.write(0, {}, todo), ticket::none);
  EXPECT_TRUE(todo.octets.empty());
  host.disconnected(now, todo);
  EXPECT_EQ(host.read(0, 1, todo), ticket::none);
}

TEST_F(BoardClient, LongBurstsAreOneAnswerAndTellTheFirstError) {
  up();
  std::vector<std::uint32_t> words(70, 5);
  const ticket id = host.write(at<link::slot_config>(), words, todo); // 64 registers are there
  exchange();
  ASSERT_EQ(todo.list.size(), 1u);
  EXPECT_EQ(std::get<answer>(todo.list[0]).id, id);
  EXPECT_EQ(std::get<answer>(todo.list[0]).status, regs::status::no_such_register);
  EXPECT_EQ(board.writes, 64u);
}

TEST_F(BoardClient, HasAtMostEightRequestsUnderWay) {
  up();
  for (std::uint32_t i = 0; i < 30; ++i)
    host.write(at<link::slot_config>(i), std::array{i}, todo);
  board.tags.clear();
  const octets answers = board.hear(todo.octets);
  EXPECT_EQ(board.tags.size(), 8u);
  todo.octets.clear();
  host.received(answers, now, todo);
  exchange();
  EXPECT_EQ(todo.list.size(), 30u);
  EXPECT_EQ(host.requests().repeated, 0u);
}

TEST_F(BoardClient, LostRequestIsRepeatedOnceTheNextIsRefused) {
  up();
  host.write(at<link::slot_config>(), std::array{1u}, todo);
  todo.octets.clear(); // lost
  host.write(at<link::slot_config>(), std::array{2u}, todo);
  host.write(at<link::slot_config>(), std::array{3u}, todo);
  exchange();
  EXPECT_EQ(todo.list.size(), 3u);
  EXPECT_EQ(board.registers[at<link::slot_config>()], 3u);
  EXPECT_EQ(board.writes, 3u);
  EXPECT_EQ(host.requests().repeated, 3u);
}

TEST_F(BoardClient, AnAnswerIsNotTakenForThatOfALostOne) {
  up();
  for (std::uint32_t slot = 0; slot < 5; ++slot)
    board.registers[at<link::slot_config>(slot)] = 100 + slot;
  host.read(at<link::slot_config>(), 1, todo);
  board.hear(todo.octets); // executed; the answer is lost
  todo.octets.clear();
  for (std::uint32_t slot = 1; slot < 5; ++slot)
    host.read(at<link::slot_config>(slot), 1, todo);
  exchange();
  ASSERT_EQ(todo.list.size(), 5u);
  for (std::uint32_t slot = 0; slot < 5; ++slot)
    EXPECT_EQ(todo.words_of(std::get<answer>(todo.list[slot]))[0], 100 + slot);
}

TEST_F(BoardClient, LostAnswerOfTheLastRequestIsMissedByTheBoardsClock) {
  up();
  host.write(at<link::slot_config>(), std::array{1u}, todo);
  board.hear(todo.octets); // executed; the answer is lost
  todo.octets.clear();
  std::uint32_t number = 100;
  for (unsigned n = 0; n < 199; ++n)
    cell(number++);
  EXPECT_EQ(host.requests().repeated, 0u);
  cell(number++);
  EXPECT_EQ(host.requests().repeated, 1u);
  exchange();
  EXPECT_EQ(board.writes, 1u);
  EXPECT_TRUE(std::holds_alternative<answer>(todo.list.back()));
}

TEST_F(BoardClient, BoardThatNeverAnswersRequestsIsGivenUp) {
  up();
  board.deaf = true;
  host.write(at<link::slot_config>(), std::array{1u}, todo);
  std::uint32_t number = 100;
  for (unsigned n = 0; n < 9 * 200; ++n) {
    EXPECT_TRUE(host.is_up());
    cell(number++);
  }
  EXPECT_FALSE(host.is_up());
  EXPECT_EQ(std::get<down>(todo.list.back()).reason, down_reason::unanswered);
  EXPECT_EQ(host.requests().repeated, 8u);
}

TEST_F(BoardClient, HelloIsRepeatedAndThenGivenUp) {
  host.connected(now, todo);
  for (unsigned n = 0; n < 100 && todo.list.empty(); ++n) {
    now += duration(50'000);
    host.tick(now, todo);
  }
  EXPECT_EQ(std::get<down>(todo.list.back()).reason, down_reason::no_hello);
  EXPECT_EQ(now.time_since_epoch(), duration(8 * 250'000));
  board.hear(todo.octets);
  EXPECT_EQ(board.hellos, 8u);
}

TEST_F(BoardClient, SecondHelloReplyChangesNothing) {
  host.connected(now, todo);
  now += duration(250'000);
  host.tick(now, todo);
  exchange(); // both are answered
  EXPECT_EQ(board.hellos, 2u);
  EXPECT_TRUE(host.is_up());
  EXPECT_EQ(todo.list.size(), 1u);
}

TEST_F(BoardClient, SilenceIsNoticed) {
  up();
  cell(5);
  now += duration(1'999'999);
  host.tick(now, todo);
  EXPECT_TRUE(host.is_up());
  now += duration(1);
  host.tick(now, todo);
  EXPECT_EQ(std::get<down>(todo.list.back()).reason, down_reason::silent);
}

TEST_F(BoardClient, RestartedBoardIsNoticedAndLostCellsAreCounted) {
  up();
  cell(0xfffffffe);
  cell(1); // past the end of the count
  EXPECT_EQ(host.figures().cells_lost, 2u);
  EXPECT_TRUE(host.is_up());
  cell(0);
  EXPECT_EQ(std::get<down>(todo.list.back()).reason, down_reason::board_restarted);
}

TEST_F(BoardClient, AnswersCellsItselfOnlyUntilItIsUp) {
  host.connected(now, todo);
  cell(7);
  const octets early = todo.octets;
  exchange();
  ASSERT_TRUE(host.is_up());
  ASSERT_EQ(board.cells.size(), 1u);
  EXPECT_EQ(board.cells[0], (octets{8, 0, 0, 0, 0}));
  cell(9);
  exchange();
  EXPECT_EQ(board.cells.size(), 1u);
  host.send_cell(20, std::array{sample{3, -2}}, todo);
  exchange();
  ASSERT_EQ(board.cells.size(), 2u);
  EXPECT_EQ(board.cells[1], (octets{20, 0, 0, 0, 0, 3, 0xfe, 0xff}));
}

TEST_F(BoardClient, EventsComeOnceAndAreAcknowledgedInEveryCell) {
  host.connected(now, todo);
  host.received(board.event(4, 1), now, todo); // of the conversation before
  exchange();
  ASSERT_TRUE(host.is_up());
  todo.clear();
  std::uint8_t number = 0;
  for (unsigned n = 0; n < 600; ++n) {
    number = number == 255 ? 1 : static_cast<std::uint8_t>(number + 1);
    for (unsigned repeated = 0; repeated <= n % 3; ++repeated)
      host.received(board.event(number, static_cast<std::uint16_t>(n)), now, todo);
    ASSERT_EQ(todo.list.size(), 1u);
    const auto& e = std::get<board::event>(todo.list[0]);
    EXPECT_EQ(e.data, n);
    EXPECT_EQ(e.kind, regs::event_kind::flash);
    EXPECT_EQ(e.index, 9);
    todo.clear();
    host.send_cell(0, {}, todo);
    exchange();
    EXPECT_EQ(board.cells.back()[4], number);
  }
  EXPECT_EQ(host.figures().event_gaps, 0u);
  EXPECT_EQ(host.figures().events_repeated, 600u);
}

TEST_F(BoardClient, SteadyStateOfCellsAllocatesNothing) {
  up();
  const octets samples{0, 1, 2, 1, 3, 4};
  std::array<const void*, 3> buffers{};
  for (std::uint32_t n = 1; n < 2000; ++n) {
    todo.clear();
    const octets line = board.cell(n, samples);
    host.received(line, now, todo);
    host.send_cell(n + 4, todo.samples_of(std::get<board::cell>(todo.list[0])), todo);
    const std::array<const void*, 3> same{todo.octets.data(), todo.list.data(),
                                          todo.samples.data()};
    if (n > 10) {
      ASSERT_EQ(buffers, same);
    }
    buffers = same;
  }
}

} // namespace
} // namespace switchroom::board
