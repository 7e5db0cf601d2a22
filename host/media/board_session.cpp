// SPDX-License-Identifier: MIT
#include "media/board_session.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace switchroom::media {
namespace {

board::client_settings named(std::string name) {
  board::client_settings settings;
  settings.name = std::move(name);
  return settings;
}

std::string hexadecimal(std::uint32_t address) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%06x", static_cast<unsigned>(address));
  return text.data();
}

refusal refused(const std::string& request, std::uint32_t address, regs::status status) {
  const std::string what = "board: " + request + " of register " + hexadecimal(address);
  switch (status) {
  case regs::status::no_such_register:
    return {what + " refused: it has no such register", "check that the board's gateware is of "
                                                        "the same version as switchroomd"};
  case regs::status::read_only:
    return {what + " refused: it is read-only", "report this: switchroomd should not write it"};
  case regs::status::bad_value:
    return {what + " refused: it cannot have that value, and keeps the one it had",
            "report this: switchroomd should not write it"};
  default:
    return {what + " failed with status " + std::to_string(static_cast<unsigned>(status)),
            "report this, with the link's counters (switchroom board)"};
  }
}

} // namespace

board_session::board_session(std::string name, handlers told)
    : handlers_(std::move(told)), client_(named(std::move(name))) {}

void board_session::connected(instant now) {
  ++connects_;
  client_.connected(now, todo_);
  carry_out();
}

void board_session::received(std::span<const std::uint8_t> octets, instant now) {
  client_.received(octets, now, todo_);
  carry_out();
}

void board_session::disconnected(instant now) {
  client_.disconnected(now, todo_);
  carry_out();
}

void board_session::tick(instant now) {
  client_.tick(now, todo_);
  carry_out();
}

/// Sends what is to be sent and tells what is to be told, until telling brings nothing new.
void board_session::carry_out() {
  walking_ = true;
  while (!todo_.octets.empty() || !todo_.list.empty()) {
    std::swap(todo_, doing_);
    todo_.clear();
    if (!doing_.octets.empty())
      handlers_.send(doing_.octets);
    for (const board::news& n : doing_.list)
      tell(n);
  }
  walking_ = false;
}

void board_session::tell(const board::news& n) {
  if (const auto* cell = std::get_if<board::cell>(&n)) {
    frame_ = cell->frame;
    handlers_.cell(cell->frame, doing_.samples_of(*cell));
  } else if (const auto* answer = std::get_if<board::answer>(&n)) {
    on_answer(*answer);
  } else if (const auto* event = std::get_if<board::event>(&n)) {
    handlers_.event(*event);
  } else if (const auto* down = std::get_if<board::down>(&n)) {
    on_down(down->why);
  } else {
    handlers_.up();
  }
}

void board_session::on_down(const refusal& why) {
  handlers_.down(why);
  // Completions may ask again: of what they ask, nothing is pending while down.
  for (auto& [id, lost] : std::exchange(pending_, {}))
    if (lost.then)
      lost.then(why);
}

void board_session::note(board::ticket id, pending p) {
  if (id != board::ticket::none)
    pending_.emplace(id, std::move(p));
  else if (p.then)
    p.then(refusal{"board: it is not up", "see the alarms and `switchroom board` for why"});
}

void board_session::write(std::span<const register_write> registers) {
  words together;
  for (std::size_t i = 0; i < registers.size();) {
    const std::uint32_t first = registers[i].address;
    together.clear();
    while (i < registers.size() && registers[i].address == first + together.size())
      together.push_back(registers[i++].value);
    note(client_.write(first, together, todo_), {first, together.size(), {}});
  }
  if (!walking_)
    carry_out();
}

void board_session::read(std::uint32_t address, std::uint8_t count, read_done then) {
  note(client_.read(address, count, todo_), {address, count, std::move(then)});
  if (!walking_)
    carry_out();
}

void board_session::on_answer(const board::answer& a) {
  const auto at = pending_.find(a.id);
  if (at == pending_.end())
    return;
  const pending asked = std::move(at->second);
  pending_.erase(at);
  if (asked.then) {
    const auto read = doing_.words_of(a);
    if (a.status == regs::status::ok)
      asked.then(words(read.begin(), read.end()));
    else
      asked.then(refused("reading", asked.address, a.status));
  } else if (a.status != regs::status::ok) {
    handlers_.raise(
        {"board-write", "Board refuses a setting", refused("writing", asked.address, a.status)});
  }
}

link_figures board_session::figures() const {
  const board::decoder_figures& link = client_.link();
  link_figures f;
  f.up = client_.is_up();
  f.frame = frame_;
  f.cells = client_.figures().cells;
  f.missing_cells = client_.figures().cells_lost;
  f.received_frames = link.received;
  f.check_errors = link.check_errors;
  f.sequence_gaps = link.sequence_gaps;
  f.malformed = link.malformed;
  f.retransmissions = client_.requests().repeated;
  f.connects = connects_;
  return f;
}

} // namespace switchroom::media
