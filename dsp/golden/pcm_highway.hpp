// SPDX-License-Identifier: MIT
// Golden model of rtl/line/pcm_highway.sv: its registers, and as a master that drives its bus, bit
// by bit, one step a frame.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/g711.hpp"

namespace switchroom::golden {

/// Counters, status and SPI are what the RTL says: read() gives none for them.
class pcm_highway {
public:
  explicit pcm_highway(unsigned channels, unsigned first_slot, unsigned bit_clocks)
      : first_slot_(first_slot), bit_clocks_(bit_clocks), channels_(channels), whole_(channels),
        next_(channels) {}

  struct turn {
    std::vector<std::optional<bool>> sent; ///< each bit of the frame; none: nobody drives
    std::vector<std::int16_t> samples;     ///< of the frame before, for the switch
    unsigned overlaps = 0;
  };
  unsigned bits() const { return 256U << block::config::rate::get(config_); }

  /// A frame in which the switch gives `egress` and `came` is on the bus.
  turn frame(std::span<const std::int16_t> egress, const std::vector<bool>& came) {
    turn made{std::vector<std::optional<bool>>(bits()), heard_, 0};
    for (unsigned bit = 0; bit < bits(); ++bit)
      made.sent[bit] = send(bit, made.overlaps);
    heard_.assign(channels_.size(), 0);
    for (std::size_t n = 0; n < channels_.size(); ++n)
      if (enabled(channels_[n]))
        heard_[n] = hear(channels_[n], came);
    last_bits_ = came;
    whole_ = next_;
    next_.assign(egress.begin(), egress.end());
    return made;
  }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto capacity = static_cast<unsigned>(channels_.size());
    if (const int n = array_index<block::channel>(word, capacity); n >= 0) {
      channels_[static_cast<std::size_t>(n)] = value & 0x13fffff;
      return {};
    }
    switch (word) {
    case block::config::offset:
      config_ = value & 0x77f;
      return {};
    case block::spi_config::offset:
      spi_config_ = value & 0x3ff;
      return {};
    case block::spi_out::offset:
      spi_out_ = value;
      return {};
    case block::spi_transfer::offset:
      spi_transfer_ = value & 0xf1f07;
      return {};
    default:
      return {word == block::id::offset || word == block::capacity::offset ||
                      word == block::first_slot::offset || word == block::bit_clocks::offset ||
                      told_by_hardware(word)
                  ? regs::status::read_only
                  : regs::status::no_such_register};
    }
  }
  static constexpr bool told_by_hardware(std::uint16_t word) {
    return word == block::status::offset || word == block::collisions::offset ||
           word == block::sync_errors::offset || word == block::slips::offset ||
           word == block::overlaps::offset || word == block::spi_in::offset ||
           word == block::spi_status::offset;
  }
  register_answer read(std::uint16_t word) {
    using regs::status;
    const auto capacity = static_cast<unsigned>(channels_.size());
    if (const int n = array_index<block::channel>(word, capacity); n >= 0)
      return {status::ok, channels_[static_cast<std::size_t>(n)]};
    switch (word) {
    case block::id::offset:
      return {status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {status::ok, capacity};
    case block::first_slot::offset:
      return {status::ok, first_slot_};
    case block::bit_clocks::offset:
      return {status::ok, bit_clocks_};
    case block::config::offset:
      return {status::ok, config_};
    case block::spi_config::offset:
      return {status::ok, spi_config_};
    case block::spi_out::offset:
      return {status::ok, spi_out_};
    case block::spi_transfer::offset:
      return {status::ok, spi_transfer_};
    default:
      return {status::no_such_register};
    }
  }

private:
  using block = regs::pcm_highway_block;
  static bool enabled(std::uint32_t channel) { return block::channel::enable::get(channel); }
  static bool wide(std::uint32_t channel) { return block::channel::law::get(channel) >= 2; }
  static g711_law law(std::uint32_t channel) {
    return block::channel::law::get(channel) == 1 ? g711_law::mu : g711_law::a;
  }

  std::optional<bool> send(unsigned bit, unsigned& overlaps) {
    unsigned begin = 0;
    std::size_t who = 0;
    for (std::size_t n = channels_.size(); n-- > 0;)
      if (enabled(channels_[n]) && block::channel::send_bit::get(channels_[n]) == bit)
        ++begin, who = n;
    overlaps += begin > 1;
    if (begin > 0 && left_ > 0) {
      ++overlaps;
    } else if (begin > 0) {
      const auto channel = channels_[who];
      const auto sample = whole_[who];
      left_ = wide(channel) ? 16 : 8;
      word_ = wide(channel) ? static_cast<std::uint16_t>(sample)
                            : static_cast<std::uint16_t>(g711_encode(law(channel), sample) << 8);
    }
    if (left_ == 0)
      return std::nullopt;
    --left_;
    const bool high = (word_ & 0x8000) != 0;
    word_ = static_cast<std::uint16_t>(word_ << 1);
    return high;
  }

  /// A slot that ends in this frame; it may have begun in the last.
  std::int16_t hear(std::uint32_t channel, const std::vector<bool>& came) const {
    const unsigned length = wide(channel) ? 16 : 8;
    const unsigned last = (block::channel::hear_bit::get(channel) + length - 1) % bits();
    std::uint16_t word = 0;
    for (unsigned n = length; n-- > 0;) {
      const bool before = last < n;
      const auto& from = before ? last_bits_ : came;
      const std::size_t place = before ? last + bits() - n : last - n;
      word = static_cast<std::uint16_t>(word << 1 | (place < from.size() && from[place]));
    }
    return wide(channel) ? static_cast<std::int16_t>(word)
                         : g711_decode(law(channel), static_cast<std::uint8_t>(word));
  }

  unsigned first_slot_, bit_clocks_;
  std::vector<std::uint32_t> channels_;
  std::uint32_t config_ = 0, spi_config_ = 0, spi_out_ = 0, spi_transfer_ = 0;
  std::vector<std::int16_t> whole_, next_; ///< frames that wait to be sent
  std::vector<std::int16_t> heard_;
  std::vector<bool> last_bits_;
  unsigned left_ = 0;
  std::uint16_t word_ = 0;
};

} // namespace switchroom::golden
