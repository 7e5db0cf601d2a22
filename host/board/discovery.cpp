// SPDX-License-Identifier: MIT
#include "board/discovery.hpp"

#include <array>

namespace switchroom::board {
namespace {

constexpr std::uint32_t magic = 0x53575231; // "SWR1", regs/board.toml

struct known_block {
  std::string_view name;
  std::uint16_t type;
  std::uint16_t version;
  std::uint16_t first_slot; ///< offset of the register; 0: it has none
};

template <typename Block>
constexpr known_block known() {
  std::uint16_t first_slot = 0;
  if constexpr (requires { typename Block::first_slot; })
    first_slot = Block::first_slot::offset;
  return {Block::name, Block::type, Block::version, first_slot};
}

constexpr std::array known_blocks{
    known<regs::board_block>(),      known<regs::switch_block>(),
    known<regs::fxs_block>(),        known<regs::tone_block>(),
    known<regs::dtmf_block>(),       known<regs::level_block>(),
    known<regs::link_block>(),       known<regs::g726_block>(),
    known<regs::echo_block>(),       known<regs::answer_tone_block>(),
    known<regs::conference_block>(), known<regs::e1_block>(),
    known<regs::gain_block>(),       known<regs::hdlc_block>(),
    known<regs::iom2_block>(),       known<regs::clock_block>(),
    known<regs::fxo_block>(),        known<regs::pcm_highway_block>()};

const known_block* find_known(std::uint16_t type) {
  const auto at = std::ranges::find(known_blocks, type, &known_block::type);
  return at == known_blocks.end() ? nullptr : &*at;
}

constexpr const char* same_release =
    "Run a switchroomd and a board image (or switchroom-board) of the same release.";

std::string is_and_knows(std::uint32_t is, std::uint32_t knows) {
  return "version " + std::to_string(is) + "; this host knows version " + std::to_string(knows);
}

std::uint16_t type_of(std::uint32_t id) {
  return static_cast<std::uint16_t>(regs::board_block::id::type::get(id));
}
std::uint16_t version_of(std::uint32_t id) {
  return static_cast<std::uint16_t>(regs::board_block::id::version::get(id));
}

std::optional<refusal> check_block(const std::string& board, std::size_t index, std::uint32_t id) {
  const std::string where = board + ": block " + std::to_string(index);
  const known_block* known = find_known(type_of(id));
  if (!known)
    return refusal{where + " has type " + std::to_string(type_of(id)) +
                       ", which this host does not know.",
                   same_release};
  if (version_of(id) != known->version)
    return refusal{where + " (" + std::string(known->name) + ") has " +
                       is_and_knows(version_of(id), known->version) + ".",
                   same_release};
  return std::nullopt;
}

} // namespace

std::string_view block_name(std::uint16_t type) {
  const auto* known = find_known(type);
  return known != nullptr ? known->name : "unknown";
}

std::optional<refusal> check_protocol(const std::string& name, std::uint8_t version) {
  constexpr auto ours = static_cast<std::uint8_t>(regs::protocol::version);
  if (version == ours)
    return std::nullopt;
  return refusal{name + ": the board speaks the link protocol in " + is_and_knows(version, ours) +
                     ".",
                 same_release};
}

std::vector<discovery::question> discovery::ask(std::vector<question> questions) {
  pending_.insert(pending_.end(), questions.begin(), questions.end());
  return questions;
}

std::vector<discovery::question> discovery::begin() {
  pending_.clear();
  found_ = {};
  using b = regs::board_block;
  static_assert(b::id::offset == 0 && b::clocks_per_frame::offset == 3);
  return ask({{regs::address(0, b::id::offset), b::clocks_per_frame::offset + 1}});
}

result<std::vector<discovery::question>> discovery::answered(regs::status status,
                                                             std::span<const std::uint32_t> words) {
  const question asked = pending_.front();
  pending_.pop_front();
  const auto index = static_cast<std::uint8_t>(asked.address >> 16);
  if (status != regs::status::ok || words.size() != asked.count)
    return refusal{name_ + ": the board does not answer for register " +
                       std::to_string(asked.address & 0xffff) + " of block " +
                       std::to_string(index) + ", which every board has.",
                   same_release};
  if (found_.blocks.empty())
    return board_answered(words);
  if (asked.count == 2)
    return header_answered(index, words);
  found_.blocks[index].first_slot = words[0];
  return std::vector<question>{};
}

result<std::vector<discovery::question>>
discovery::board_answered(std::span<const std::uint32_t> words) {
  using b = regs::board_block;
  if (words[b::magic::offset] != magic || type_of(words[0]) != b::type)
    return refusal{name_ + ": what answers there is not a Switchroom board (its magic number is " +
                       std::to_string(words[b::magic::offset]) + ", not " + std::to_string(magic) +
                       ").",
                   "Check the link address in the configuration."};
  if (auto why = check_block(name_, 0, words[0]))
    return *std::move(why);
  const std::uint32_t count = words[b::capacity::offset];
  if (count < 1 || count > 256)
    return refusal{name_ + ": the board claims " + std::to_string(count) + " blocks; 1 to 256 fit.",
                   same_release};
  found_.clocks_per_frame = words[b::clocks_per_frame::offset];
  found_.blocks.push_back({0, b::type, b::version, count, std::nullopt});
  std::vector<question> headers;
  for (std::uint32_t index = 1; index < count; ++index)
    headers.push_back({regs::address(static_cast<std::uint8_t>(index), 0), 2});
  return ask(std::move(headers));
}

result<std::vector<discovery::question>>
discovery::header_answered(std::uint8_t index, std::span<const std::uint32_t> words) {
  if (auto why = check_block(name_, index, words[0]))
    return *std::move(why);
  found_.blocks.push_back({index, type_of(words[0]), version_of(words[0]), words[1], std::nullopt});
  const known_block* known = find_known(type_of(words[0]));
  if (known->first_slot == 0)
    return std::vector<question>{};
  return ask({{regs::address(index, known->first_slot), 1}});
}

} // namespace switchroom::board
