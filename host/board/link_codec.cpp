// SPDX-License-Identifier: MIT
#include "board/link_codec.hpp"

#include <algorithm>

namespace switchroom::board {
namespace {

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    table[i] = crc;
  }
  return table;
}();

/// RFC 1662, FCS-32: what the register holds after a frame and its check.
constexpr std::uint32_t residue = 0xdebb20e3;

constexpr std::uint32_t step(std::uint32_t crc, std::uint8_t octet) {
  return crc >> 8 ^ crc_table[(crc ^ octet) & 0xff];
}

void stuff(std::vector<std::uint8_t>& out, std::uint8_t octet) {
  if (octet == 0x7e || octet == 0x7d) {
    out.push_back(0x7d);
    octet ^= 0x20;
  }
  out.push_back(octet);
}

} // namespace

std::uint32_t crc32(std::span<const std::uint8_t> octets) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t octet : octets)
    crc = step(crc, octet);
  return ~crc;
}

void encoder::append(std::vector<std::uint8_t>& out, regs::frame_type type,
                     std::span<const std::uint8_t> body) {
  std::uint32_t crc = 0xffffffff;
  const auto put = [&](std::uint8_t octet) {
    crc = step(crc, octet);
    stuff(out, octet);
  };
  out.push_back(0x7e);
  put(static_cast<std::uint8_t>(type));
  put(sequence_++);
  for (const std::uint8_t octet : body)
    put(octet);
  const std::uint32_t check = ~crc;
  for (unsigned i = 0; i < 4; ++i)
    stuff(out, static_cast<std::uint8_t>(check >> 8 * i));
  out.push_back(0x7e);
}

void encoder::append_cell(std::vector<std::uint8_t>& out, std::uint32_t frame,
                          std::uint8_t acknowledged, std::span<const sample> samples) {
  std::array<std::uint8_t, largest_body> body;
  std::size_t size = 0;
  for (unsigned i = 0; i < 4; ++i)
    body[size++] = static_cast<std::uint8_t>(frame >> 8 * i);
  body[size++] = acknowledged;
  for (const sample& s : samples.first(std::min(samples.size(), largest_cell))) {
    const auto bits = static_cast<std::uint16_t>(s.value);
    body[size++] = s.slot;
    body[size++] = static_cast<std::uint8_t>(bits);
    body[size++] = static_cast<std::uint8_t>(bits >> 8);
  }
  append(out, regs::frame_type::cell, std::span(body).first(size));
}

bool well_formed(link_end sender, std::uint8_t type, std::span<const std::uint8_t> body) {
  const std::size_t size = body.size();
  const bool host = sender == link_end::host;
  switch (static_cast<regs::frame_type>(type)) {
  case regs::frame_type::hello:
    return host && size == 1;
  case regs::frame_type::read:
    return host && size == 5 && body[4] >= 1 && body[4] <= 32;
  case regs::frame_type::write:
    return host && size >= 8 && size <= 4 + 4 * 32 && size % 4 == 0;
  case regs::frame_type::cell:
    return host && size >= 5 && size <= 5 + 3 * largest_cell && size % 3 == 2;
  case regs::frame_type::hello_reply:
    return !host && size == 5;
  case regs::frame_type::read_reply:
    return !host && size >= 2 && size <= 2 + 4 * 32 && size % 4 == 2;
  case regs::frame_type::write_reply:
    return !host && size == 2;
  case regs::frame_type::board_cell:
    return !host && size >= 4 && size % 3 == 1;
  case regs::frame_type::event:
    return !host && size == 9;
  }
  return false;
}

void decoder::restart() {
  begin();
  hunting_ = true;
  numbered_ = false;
}

void decoder::begin() {
  size_ = 0;
  crc_ = 0xffffffff;
  escaped_ = false;
}

void decoder::take(std::uint8_t octet) {
  if (size_ < buffer_.size())
    buffer_[size_] = octet;
  ++size_;
  crc_ = step(crc_, octet);
}

bool decoder::finish() {
  const bool nothing = size_ == 0 && !escaped_;
  const bool hunted = hunting_;
  hunting_ = false;
  if (nothing || hunted)
    return false;
  if (size_ < 6 || escaped_ || crc_ != residue) {
    ++figures_.check_errors;
    return false;
  }
  count_gap();
  if (size_ > buffer_.size() ||
      !well_formed(sender_, buffer_[0], std::span(buffer_).subspan(2, size_ - 6))) {
    ++figures_.malformed;
    return false;
  }
  ++figures_.received;
  return true;
}

void decoder::count_gap() {
  const std::uint8_t sequence = buffer_[1];
  const bool begins = buffer_[0] == static_cast<std::uint8_t>(regs::frame_type::hello);
  if (numbered_ && !begins)
    figures_.sequence_gaps += static_cast<std::uint8_t>(sequence - next_);
  numbered_ = true;
  next_ = static_cast<std::uint8_t>(sequence + 1);
}

} // namespace switchroom::board
