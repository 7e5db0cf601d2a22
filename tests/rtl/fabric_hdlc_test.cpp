// SPDX-License-Identifier: MIT
// Whole LAPD frames from control to control: voice path, link, Verilated fabric, switch; and by the
// D bits of an IOM-2 bus.
#include "fabric_wire.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace {

using namespace switchroom;
using frames = std::vector<std::vector<std::uint8_t>>;

class FabricHdlc : public testing::Test {
protected:
  FabricHdlc() {
    for (int n = 0; n < 4000 && board.blocks.empty(); ++n)
      fabric.frame();
  }
  void SetUp() override { ASSERT_NE(board.find(regs::hdlc_block::type), nullptr); }

  template <typename Register>
  void write(std::uint32_t index, std::uint32_t word) {
    const media::register_write one{
        regs::address(board.find(Register::block::type)->index, Register::offset + index), word};
    fabric.voice.write(std::span(&one, 1));
  }
  void connect(std::uint32_t from, std::uint32_t to) {
    using word = regs::switch_block::connection;
    write<word>(to, word::source::of(from) | word::enable::of(1));
  }
  void commit() {
    write<regs::switch_block::control>(0, regs::switch_block::control::commit::of(1));
    fabric.run(50);
  }
  std::uint32_t hdlc_slot(unsigned n) const { return board.first_slot<regs::hdlc_block>() + n; }
  void say(std::uint8_t channel, std::size_t most) {
    std::vector<std::uint8_t> frame(3 + random() % (most - 2));
    for (auto& octet : frame)
      octet = static_cast<std::uint8_t>(random());
    said[channel].push_back(frame);
    fabric.voice.send_frame({channel, std::move(frame)});
  }

  std::mt19937 random{1};
  board::capabilities board;
  std::array<frames, 8> said, heard;
  test::fabric_wire fabric{1, [this] {
                             media::callbacks told;
                             told.up = [this](const board::capabilities& b) { board = b; };
                             told.frame = [this](const media::hdlc_frame& f) {
                               heard.at(f.channel).push_back(f.octets);
                             };
                             return told;
                           }()};
};

TEST_F(FabricHdlc, FramesCrossBetweenTwoChannels) {
  connect(hdlc_slot(0), hdlc_slot(1));
  connect(hdlc_slot(1), hdlc_slot(0));
  commit();
  fabric.voice.open_hdlc(0, {});
  fabric.voice.open_hdlc(1, {});
  fabric.run(50);
  for (int n = 0; n < 40; ++n) {
    say(0, 260);
    say(1, 20);
    fabric.run(random() % 300);
  }
  fabric.run(3000);
  EXPECT_EQ(heard[1], said[0]);
  EXPECT_EQ(heard[0], said[1]);

  // A link that is cut: what was on its way is lost, then all goes on.
  say(0, 200);
  fabric.run(10);
  board.blocks.clear();
  fabric.cut();
  for (int n = 0; n < 4000 && board.blocks.empty(); ++n)
    fabric.frame();
  fabric.run(500);
  said[0].clear();
  heard[1].clear();
  for (int n = 0; n < 10; ++n)
    say(0, 60);
  fabric.run(2000);
  EXPECT_EQ(heard[1], said[0]);
}

TEST_F(FabricHdlc, FramesCrossByTheDBitsOfAStation) {
  using iom2 = regs::iom2_block;
  constexpr unsigned station = 5;
  fabric.run(5000); // slots of what nobody uses are left out then
  const std::uint32_t d = board.first_slot<iom2>() + 4 * station + 2;
  write<iom2::control>(0, iom2::control::enable::of(1));
  write<iom2::station>(station, iom2::station::d::of(1));
  connect(hdlc_slot(2), d); // DD comes back on DU
  connect(d, hdlc_slot(2));
  commit();
  fabric.voice.open_hdlc(2, {2, true, 264});
  fabric.run(100);
  for (int n = 0; n < 10; ++n)
    say(2, 40);
  fabric.run(4000);
  EXPECT_EQ(heard[2], said[2]);
}

} // namespace
