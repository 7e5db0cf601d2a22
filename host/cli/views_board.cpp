// SPDX-License-Identifier: MIT
#include "cli/table.hpp"
#include "cli/views.hpp"

#include <array>
#include <fmt/format.h>
#include <iostream>
#include <utility>

namespace switchroom::cli {
namespace {

/// Of blocks whose places have a number of their own; lines count from 1, as people do.
std::string name_of_place(const std::string& block, std::uint32_t place) {
  if (block == "fxs")
    return fmt::format("line {}", place + 1);
  if (block == "e1")
    return fmt::format("span {} time slot {}", place / 32 + 1, place % 32);
  if (block == "iom2") {
    constexpr std::array channels{"B1", "B2", "D", "4"};
    return fmt::format("station {} {}", place / 4 + 1, channels[place % 4]);
  }
  constexpr std::array<std::pair<const char*, const char*>, 4> numbered{
      {{"tone", "tone channel"},
       {"link", "host slot"},
       {"g726", "G.726 channel"},
       {"conference", "conference member"}}};
  for (const auto& [name, what] : numbered)
    if (block == name)
      return fmt::format("{} {}", what, place);
  return fmt::format("{} {}", block, place);
}

} // namespace

std::string name_of_slot(const control::v1::Board& board, std::uint32_t slot) {
  for (const auto& block : board.blocks())
    if (block.has_first_slot() && slot >= block.first_slot() &&
        slot < block.first_slot() + block.slots())
      return name_of_place(block.name(), slot - block.first_slot());
  return fmt::format("slot {}", slot);
}

void show(const console& to, const control::v1::Board& board) {
  std::cout << fmt::format("board at {}: {}\n", board.endpoint(), board.state());
  if (board.clocks_per_frame() > 0)
    std::cout << fmt::format("frame {}, {} clocks a frame\n", board.frame(),
                             board.clocks_per_frame());
  table blocks({{"BLOCK"}, {"TYPE", true}, {"VERSION", true}, {"CAPACITY", true}, {"SLOTS"}});
  for (const auto& block : board.blocks())
    blocks.row({block.name(), std::to_string(block.type()), std::to_string(block.version()),
                std::to_string(block.capacity()),
                block.slots() == 0 ? ""
                                   : fmt::format("{} to {}", block.first_slot(),
                                                 block.first_slot() + block.slots() - 1)});
  if (!blocks.empty()) {
    std::cout << '\n';
    blocks.print(std::cout, to.width(), to.colour());
  }
  table counters({{"COUNTER"}, {"VALUE", true}, {"WHAT"}});
  for (const auto& counter : board.counters())
    counters.row({counter.name(), std::to_string(counter.value()), counter.doc()});
  std::cout << '\n';
  counters.print(std::cout, to.width(), to.colour());
  table connections({{"SLOT", true}, {"OF"}, {"HEARS", true}, {"OF"}});
  for (int slot = 0; slot < board.slot_sources_size(); ++slot)
    if (const auto source = static_cast<std::uint32_t>(board.slot_sources(slot)); source != 0)
      connections.row({std::to_string(slot), name_of_slot(board, static_cast<std::uint32_t>(slot)),
                       std::to_string(source - 1), name_of_slot(board, source - 1)});
  std::cout << '\n';
  if (connections.empty())
    std::cout << "Nobody hears anybody.\n";
  else
    connections.print(std::cout, to.width(), to.colour());
}

} // namespace switchroom::cli
