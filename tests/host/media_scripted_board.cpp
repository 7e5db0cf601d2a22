// SPDX-License-Identifier: MIT
#include "media_scripted_board.hpp"

#include <array>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace switchroom::testing {
namespace {

using regs::frame_type;
constexpr int poll_ms = 20; // how soon a stop or a cut is noticed

void append_number(std::vector<std::uint8_t>& to, std::uint32_t value, unsigned octets) {
  for (unsigned i = 0; i < octets; ++i)
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

bool readable(int descriptor) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, poll_ms) > 0;
}

} // namespace

scripted_board::scripted_board(settings s, std::uint32_t lead)
    : settings_(std::move(s)), lead_(lead) {
  const auto id = [](std::uint32_t type, std::uint32_t version) { return type << 16 | version; };
  using b = regs::board_block;
  using l = regs::link_block;
  const std::uint32_t at = regs::address(link_block, 0);
  state_.registers = {{b::id::offset, id(b::type, b::version)},
                      {b::capacity::offset, 2},
                      {b::magic::offset, 0x53575231},
                      {b::clocks_per_frame::offset, 1024},
                      {b::scratch::offset, 0},
                      {at + l::id::offset, id(l::type, settings_.link_block_version)},
                      {at + l::capacity::offset, settings_.host_slots},
                      {at + l::first_slot::offset, 64}};
  for (std::uint32_t slot = 0; slot < settings_.host_slots; ++slot)
    state_.registers[at + l::slot_config::offset + slot] = 0;

  listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, settings_.socket.c_str(), sizeof(address.sun_path) - 1);
  ::unlink(address.sun_path);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 4) != 0)
    throw std::runtime_error("cannot listen on " + settings_.socket);
  thread_ = std::thread([this] { run(); });
}

scripted_board::~scripted_board() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
  ::unlink(settings_.socket.c_str());
}

void scripted_board::run() {
  while (!stop_)
    if (readable(listener_)) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      look([](state& s) { ++s.connections; });
      serve(connection);
      ::close(connection);
    }
}

void scripted_board::serve(int connection) {
  board::decoder decoder(board::link_end::host);
  std::array<std::uint8_t, 4096> in{};
  std::vector<std::uint8_t> out;
  while (!stop_ && !cut_.exchange(false)) {
    if (!readable(connection))
      continue;
    const ssize_t size = ::read(connection, in.data(), in.size());
    if (size <= 0)
      return;
    out.clear();
    look([&](state&) {
      decoder.push(std::span(in).first(static_cast<std::size_t>(size)),
                   [&](const board::frame& f) { on_frame(f, out); });
    });
    // A host that has gone is noticed by the next read.
    (void)::send(connection, out.data(), out.size(), MSG_NOSIGNAL);
    if (settings_.progress)
      settings_.progress();
  }
}

void scripted_board::on_frame(const board::frame& f, std::vector<std::uint8_t>& out) {
  if (f.type == frame_type::hello) {
    std::vector<std::uint8_t> body{static_cast<std::uint8_t>(regs::protocol::version)};
    append_number(body, state_.frame, 4);
    encoder_.append(out, frame_type::hello_reply, body);
    event_number_ = 0;
    begin_frame(out);
  } else if (f.type == frame_type::read) {
    on_read(f, out);
  } else if (f.type == frame_type::write) {
    on_write(f, out);
  } else if (f.type == frame_type::cell) {
    on_cell(f, out);
  }
}

void scripted_board::on_read(const board::frame& f, std::vector<std::uint8_t>& out) {
  const std::uint32_t first = board::little_endian(f.body.subspan(1, 3));
  std::vector<std::uint8_t> body{f.body[0], static_cast<std::uint8_t>(regs::status::ok)};
  for (std::uint32_t i = 0; i < f.body[4]; ++i) {
    const auto at = state_.registers.find(first + i);
    if (at == state_.registers.end()) {
      body = {f.body[0], static_cast<std::uint8_t>(regs::status::no_such_register)};
      body.resize(2 + 4U * f.body[4]);
      break;
    }
    append_number(body, at->second, 4);
  }
  encoder_.append(out, frame_type::read_reply, body);
}

void scripted_board::on_write(const board::frame& f, std::vector<std::uint8_t>& out) {
  const std::uint32_t first = board::little_endian(f.body.subspan(1, 3));
  auto status = regs::status::ok;
  for (std::size_t i = 4; i < f.body.size(); i += 4) {
    const auto at = state_.registers.find(first + static_cast<std::uint32_t>(i / 4 - 1));
    if (at == state_.registers.end())
      status = regs::status::no_such_register;
    else
      at->second = board::little_endian(f.body.subspan(i, 4));
  }
  state_.write_order.push_back(first);
  encoder_.append(out, frame_type::write_reply,
                  std::array{f.body[0], static_cast<std::uint8_t>(status)});
}

void scripted_board::on_cell(const board::frame& f, std::vector<std::uint8_t>& out) {
  const std::uint32_t due = board::little_endian(f.body.first(4));
  for (std::size_t i = 5; i < f.body.size(); i += 3) {
    state_.cells_in_wrong_frame += due != state_.frame + lead_ ? 1 : 0;
    state_.heard_by_slot[f.body[i]].push_back(
        {due, static_cast<std::int16_t>(board::little_endian(f.body.subspan(i + 1, 2)))});
  }
  state_.frame += settings_.stride;
  begin_frame(out);
}

void scripted_board::begin_frame(std::vector<std::uint8_t>& out) {
  std::vector<std::uint8_t> body;
  append_number(body, state_.frame, 4);
  const std::uint32_t config = regs::address(link_block, regs::link_block::slot_config::offset);
  for (unsigned n = 0; n < settings_.host_slots; ++n)
    if (const auto slot = static_cast<std::uint8_t>(n);
        state_.registers[config + n] != 0 && settings_.says) {
      body.push_back(slot);
      append_number(body, static_cast<std::uint16_t>(settings_.says(state_.frame, slot)), 2);
    }
  encoder_.append(out, frame_type::board_cell, body);
  if (const int index = event_.exchange(-1); index >= 0) {
    body = {++event_number_};
    append_number(body, state_.frame, 4);
    body.push_back(static_cast<std::uint8_t>(regs::event_kind::off_hook));
    body.push_back(static_cast<std::uint8_t>(index));
    append_number(body, 0, 2);
    encoder_.append(out, frame_type::event, body);
  }
}

} // namespace switchroom::testing
