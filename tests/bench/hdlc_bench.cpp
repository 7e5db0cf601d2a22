// SPDX-License-Identifier: MIT
// LAPD frames a second from control to control through the Verilated fabric, eight HDLC channels of
// 64 kbit/s that hear one another, all busy: in time of the fabric, beside what the line can carry;
// and how fast that is on this computer.
#include "fabric_wire.hpp"

#include <chrono>
#include <cstdio>
#include <random>

using namespace switchroom;

int main() {
  constexpr unsigned channels = 8, seconds = 1, warm = 800;
  for (const std::size_t octets : {5, 20, 260}) {
    board::capabilities board;
    std::uint64_t heard = 0;
    media::callbacks told;
    told.up = [&](const board::capabilities& b) { board = b; };
    told.frame = [&](const media::hdlc_frame&) { ++heard; };
    test::fabric_wire fabric(1, told);
    while (board.blocks.empty())
      fabric.frame();
    const auto write = [&](std::uint16_t type, std::uint32_t word, std::uint32_t value) {
      const media::register_write one{regs::address(board.find(type)->index, word), value};
      fabric.voice.write(std::span(&one, 1));
    };
    using time_slots = regs::switch_block;
    for (std::uint8_t n = 0; n < channels; ++n) {
      const std::uint32_t first = board.first_slot<regs::hdlc_block>();
      write(time_slots::type, time_slots::connection::offset + first + n,
            time_slots::connection::source::of(first + (n ^ 1)) |
                time_slots::connection::enable::of(1));
      fabric.voice.open_hdlc(n, {});
    }
    write(time_slots::type, time_slots::control::offset, time_slots::control::commit::of(1));
    std::mt19937 random(1);
    // A little more than the line carries: a flag, FCS, and a zero in 62 bits of random octets.
    const double fit = 8000.0 / (static_cast<double>(octets + 3) * 63 / 62);
    double owed = 16;
    const auto step = [&] {
      owed += fit * 1.05 / 8000;
      for (; owed >= 1; --owed)
        for (std::uint8_t n = 0; n < channels; ++n) {
          media::hdlc_frame frame{n, std::vector<std::uint8_t>(octets)};
          for (auto& octet : frame.octets)
            octet = static_cast<std::uint8_t>(random());
          fabric.voice.send_frame(frame);
        }
      fabric.frame();
    };
    for (unsigned n = 0; n < warm; ++n)
      step();
    const std::uint64_t before = heard;
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned n = 0; n < 8000 * seconds; ++n)
      step();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf(
        "frames of %3zu octets: %5.0f a second and channel (the line carries %5.0f), %6.0f in "
        "all; %.2f x real time\n",
        octets, static_cast<double>(heard - before) / seconds / channels, fit,
        static_cast<double>(heard - before) / seconds, seconds / took.count());
  }
}
