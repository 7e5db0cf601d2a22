// SPDX-License-Identifier: MIT
#include "ulx3s_bench.hpp"

#include <cmath>

namespace switchroom::test {

bool serial_end::step(bool from_board) {
  listen(from_board);
  if (to_board_.empty())
    return true;
  const int bit = static_cast<int>(send_phase_);
  const bool level = bit == 0 ? false : bit == 9 ? true : (to_board_.front() >> (bit - 1) & 1) != 0;
  send_phase_ += 1 / clocks_per_bit_;
  if (send_phase_ >= 10) {
    send_phase_ -= 10;
    to_board_.pop_front();
  }
  return level;
}

void serial_end::listen(bool level) {
  if (listen_phase_ < 0) {
    if (level)
      return;
    listen_phase_ = 0;
    sampled_ = 0;
    shift_ = 0;
  }
  if (listen_phase_ >= sampled_ + 0.5) {
    shift_ |= static_cast<unsigned>(level) << sampled_;
    if (++sampled_ == 10) {
      if ((shift_ & 0x201) == 0x200) // start bit 0, stop bit 1
        heard.push_back(static_cast<std::uint8_t>(shift_ >> 1));
      listen_phase_ = -1;
      return;
    }
  }
  listen_phase_ += 1 / clocks_per_bit_;
}

ulx3s_bench::ulx3s_bench() {
  pins().ftdi_txd = 1;
  pins().clk_25mhz = 0;
  pins().eval();
  run_frames(2); // the PLLs lock, reset ends, a frame begins
  host_.heard.clear();
  link.clear();
}

void ulx3s_bench::codecs() {
  const bool bclk = pins().pcm_bclk;
  if (bclk && !last_bclk_) {
    bit_ = pins().pcm_fsync ? 0 : bit_ + 1;
    if (bit_ >= 0 && bit_ < 64) {
      auto& octet = hears[static_cast<std::size_t>(bit_ / 8)];
      octet = static_cast<std::uint8_t>(octet << 1 | pins().pcm_dx);
    }
  } else if (!bclk && last_bclk_) {
    const int next = (bit_ + 1) % 256;
    if (next < 64 && next % 8 == 0)
      says_now_ = says[static_cast<std::size_t>(next / 8)];
    pins().pcm_dr = next < 64 && (says_now_ >> (7 - next % 8) & 1);
  }
  last_bclk_ = bclk;
}

void ulx3s_bench::clock() {
  pins().clk_25mhz = 1;
  pins().eval();
  codecs();
  pins().ftdi_txd = host_.step(pins().ftdi_rxd);
  pins().clk_25mhz = 0;
  pins().eval();
  ++clock_;
  if (!host_.heard.empty()) {
    decoder.push(host_.heard, [this](const board::frame& f) {
      link.push_back({f.type, {f.body.begin(), f.body.end()}, clock_});
    });
    host_.heard.clear();
  }
}

void ulx3s_bench::run_frames(int frames) {
  for (int n = 0; n < frames * clocks_per_frame; ++n)
    clock();
}

std::vector<std::uint8_t> ulx3s_bench::await(regs::frame_type type, int frames) {
  std::size_t seen = link.size();
  for (int n = 0; n < frames * clocks_per_frame; ++n) {
    clock();
    for (; seen < link.size(); ++seen)
      if (link[seen].type == type)
        return link[seen].body;
  }
  return {};
}

std::vector<std::uint8_t> ulx3s_bench::request_body(std::uint32_t address) {
  std::vector<std::uint8_t> body{tag_++};
  for (int shift = 0; shift < 24; shift += 8)
    body.push_back(static_cast<std::uint8_t>(address >> shift));
  return body;
}

std::vector<std::uint8_t> ulx3s_bench::write_request(std::uint32_t address, std::uint32_t value) {
  std::vector<std::uint8_t> octets, body = request_body(address);
  for (int shift = 0; shift < 32; shift += 8)
    body.push_back(static_cast<std::uint8_t>(value >> shift));
  encoder.append(octets, regs::frame_type::write, body);
  return octets;
}

bool ulx3s_bench::write(std::uint32_t address, std::uint32_t value) {
  say(write_request(address, value));
  const auto reply = await(regs::frame_type::write_reply);
  return reply.size() == 2 && reply[1] == static_cast<std::uint8_t>(regs::status::ok);
}

std::optional<std::uint32_t> ulx3s_bench::read(std::uint32_t address) {
  std::vector<std::uint8_t> octets, body = request_body(address);
  body.push_back(1);
  encoder.append(octets, regs::frame_type::read, body);
  say(octets);
  const auto reply = await(regs::frame_type::read_reply);
  if (reply.size() != 6 || reply[1] != static_cast<std::uint8_t>(regs::status::ok))
    return {};
  return board::little_endian(std::span(reply).subspan(2));
}

} // namespace switchroom::test
