// SPDX-License-Identifier: MIT
/// Golden model of rtl/line/hdlc_channels.sv: HDLC channels as slots of the switch.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/hdlc_stream.hpp"

namespace switchroom::golden {

/// An array of registers: so many words a channel.
struct register_words {
  unsigned offset, count, a_channel;
};
template <class Register>
constexpr register_words words_of(unsigned a_channel) {
  return {Register::offset, Register::count, a_channel};
}

class hdlc_channels {
public:
  hdlc_channels(unsigned channels, unsigned first_slot, unsigned ring_words)
      : first_slot_(first_slot), ring_words_(ring_words), channels_(channels) {
    for (auto& c : channels_) {
      c.receive_ring.resize(ring_words);
      c.transmit_ring.resize(ring_words);
    }
  }

  /// Has been enabled since reset: need be asked for what it says.
  bool speaks(unsigned n) const { return channels_[n].used; }
  /// What a channel says in the frame that comes next.
  std::int16_t sample(unsigned n) const { return channels_[n].says; }

  /// One frame: what the switch gives to each channel.
  void frame(std::span<const std::int16_t> samples) {
    for (unsigned n = 0; n < channels_.size(); ++n)
      if (channels_[n].enable())
        turn(n, static_cast<std::uint16_t>(samples[n]));
  }
  /// The same; the number of slots in the switch does not matter.
  template <class Sample>
  void frame_of(Sample&& sample) {
    for (unsigned n = 0; n < channels_.size(); ++n)
      if (channels_[n].enable())
        turn(n, static_cast<std::uint16_t>(sample(n)));
  }

  /// Events in the order in which they came about, if they are taken at once.
  std::vector<board_event> take_events() { return std::exchange(events_, {}); }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const auto [array, n, place] = find(word);
    if (array == nullptr)
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    auto& c = channels_[n];
    const std::uint32_t pointer = value & (2 * ring_words_ - 1);
    if (array == &channel_words)
      configure(c, value);
    else if (array == &transmit_ring_words)
      c.transmit_ring[place] = value;
    else if (array == &receive_tail_words && c.enable()) {
      c.receive_tail = pointer;
      c.listens = true;
      c.received = pointer != c.receive_head;
      tell(n);
    } else if (array == &transmit_head_words && c.enable()) {
      c.transmit_head = pointer;
      c.wants = true;
      c.sent = false;
    } else if (array != &receive_tail_words && array != &transmit_head_words)
      return {regs::status::read_only};
    return {};
  }

  register_answer read(std::uint16_t word) const {
    if (const auto [array, n, place] = find(word); array != nullptr) {
      const auto& c = channels_[n];
      return {regs::status::ok, array == &channel_words         ? c.word
                                : array == &receive_head_words  ? c.receive_head
                                : array == &receive_tail_words  ? c.receive_tail
                                : array == &transmit_head_words ? c.transmit_head
                                : array == &transmit_tail_words ? c.transmit_tail
                                : array == &counter_words       ? c.counters[place]
                                : array == &receive_ring_words  ? c.receive_ring[place]
                                                                : 0};
    }
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, static_cast<std::uint32_t>(channels_.size())};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    case block::ring_words::offset:
      return {regs::status::ok, ring_words_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::hdlc_block;
  using config = block::channel;
  struct channel {
    bool enable() const { return config::enable::get(word) != 0; }
    std::uint32_t word = 0;
    bool used = false;
    std::int16_t says = 0xff;
    hdlc_receiver receiver;
    hdlc_transmitter transmitter;
    std::uint32_t receive_head = 0, receive_tail = 0, transmit_head = 0, transmit_tail = 0;
    std::uint32_t read = 0;           ///< word of the transmit ring that comes next
    bool have = false, begun = false; ///< a frame to be sent; its first octet has gone
    unsigned left = 0, lane = 0;      ///< octets of it; place of the next one in its word
    bool received = false, listens = false, sent = false, wants = false; ///< events
    std::array<std::uint32_t, 8> counters{};
    std::vector<std::uint32_t> receive_ring, transmit_ring;
  };
  static constexpr register_words channel_words = words_of<block::channel>(1),
                                  receive_head_words = words_of<block::receive_head>(1),
                                  receive_tail_words = words_of<block::receive_tail>(1),
                                  transmit_head_words = words_of<block::transmit_head>(1),
                                  transmit_tail_words = words_of<block::transmit_tail>(1),
                                  counter_words = words_of<block::counter>(8),
                                  receive_ring_words = words_of<block::receive_ring>(256),
                                  transmit_ring_words = words_of<block::transmit_ring>(256);
  static constexpr std::array arrays{
      &channel_words,       &receive_head_words, &receive_tail_words, &transmit_head_words,
      &transmit_tail_words, &counter_words,      &receive_ring_words, &transmit_ring_words};
  struct found {
    const register_words* array = nullptr;
    std::size_t channel = 0, place = 0;
  };
  found find(std::uint16_t word) const {
    for (const register_words* array : arrays) {
      if (word < array->offset || word >= array->offset + array->count)
        continue;
      const unsigned index = word - array->offset;
      const found at{array, index / array->a_channel, index % array->a_channel};
      const bool in_ring = array->a_channel != 256 || at.place < ring_words_;
      return at.channel < channels_.size() && in_ring ? at : found{};
    }
    return {};
  }

  void configure(channel& c, std::uint32_t value) {
    const bool enable = config::enable::get(value) != 0;
    if (!enable || !c.enable()) {
      channel fresh;
      fresh.counters = c.counters;
      fresh.receive_ring = std::move(c.receive_ring);
      fresh.transmit_ring = std::move(c.transmit_ring);
      fresh.listens = fresh.wants = enable;
      fresh.used = c.used || enable;
      c = std::move(fresh);
    }
    constexpr std::uint32_t fields = config::enable::mask | config::bits::mask |
                                     config::idle_ones::mask | config::mark::mask |
                                     config::most::mask;
    c.word = enable ? value & fields : 0;
  }

  std::uint32_t behind(std::uint32_t from, std::uint32_t to) const {
    return (to - from) & (2 * ring_words_ - 1);
  }
  std::uint32_t after(std::uint32_t pointer, std::uint32_t by) const {
    return (pointer + by) & (2 * ring_words_ - 1);
  }
  std::uint32_t& at(std::vector<std::uint32_t>& ring, std::uint32_t pointer) const {
    return ring[pointer % ring_words_];
  }
  static std::uint32_t words_for(std::size_t octets) {
    return static_cast<std::uint32_t>((octets + 3) / 4);
  }
  static void count(channel& c, regs::hdlc_counter what) {
    ++c.counters[static_cast<std::size_t>(what)];
  }

  void turn(unsigned n, std::uint16_t sample) {
    auto& c = channels_[n];
    const bool could = c.have;
    bool emptied = !c.have && c.read != c.transmit_head && !take_frame(c);
    const unsigned bits = config::bits::get(c.word) + 1;
    unsigned says = 0;
    for (unsigned bit = bits; bit-- > 0;) {
      receive(c, (sample >> bit & 1) != 0);
      bool sent = false;
      says = says << 1 | unsigned{transmit(c, could, sent)};
      emptied = emptied || sent;
    }
    c.says = static_cast<std::int16_t>(says);
    if (emptied && behind(c.transmit_tail, c.transmit_head) <= ring_words_ / 2)
      c.sent = true;
    tell(n);
  }

  /// The header of the next frame. False: what is there cannot be one.
  bool take_frame(channel& c) {
    const std::uint32_t left = behind(c.read, c.transmit_head);
    const std::uint32_t octets = at(c.transmit_ring, c.read);
    if (left > ring_words_ || octets == 0 || octets > 1023 || words_for(octets) + 1 > left) {
      count(c, regs::hdlc_counter::malformed);
      c.read = c.transmit_tail = c.transmit_head;
      return false;
    }
    c.read = after(c.read, 1);
    c.have = true;
    c.left = octets;
    c.lane = 0;
    return true;
  }

  void receive(channel& c, bool bit) {
    const auto news = c.receiver.step(bit, config::most::get(c.word));
    if (news.octet) {
      const auto& octets = c.receiver.octets();
      const std::size_t n = octets.size() - 1;
      const std::uint32_t place = after(c.receive_head, static_cast<std::uint32_t>(1 + n / 4));
      if (behind(c.receive_tail, place) >= ring_words_) {
        c.receiver.leave(regs::hdlc_counter::overruns);
        count(c, regs::hdlc_counter::overruns);
      } else {
        auto& word = at(c.receive_ring, place);
        word = n % 4 == 0 ? octets[n] : word | std::uint32_t{octets[n]} << 8 * (n % 4);
      }
    }
    if (!news.end)
      return;
    count(c, news.how);
    if (news.how == regs::hdlc_counter::received) {
      const auto length = static_cast<std::uint32_t>(news.length - 2);
      at(c.receive_ring, c.receive_head) = length;
      c.receive_head = after(c.receive_head, 1 + words_for(length));
      c.received = true;
    }
  }

  bool transmit(channel& c, bool could, bool& sent) {
    const auto octet = static_cast<std::uint8_t>(at(c.transmit_ring, c.read) >> 8 * c.lane & 0xff);
    const auto news = c.transmitter.step(
        {config::idle_ones::get(c.word) != 0, could && c.have && !c.begun, c.begun, octet});
    if (news.sent) {
      sent = true;
      count(c, regs::hdlc_counter::sent);
      c.transmit_tail = c.have ? after(c.read, 2 * ring_words_ - 1) : c.read;
    }
    if (news.taken) {
      --c.left;
      c.begun = c.have = c.left != 0;
      if (++c.lane == 4 || c.left == 0) {
        c.lane = 0;
        c.read = after(c.read, 1);
      }
    }
    return news.bit;
  }

  static std::uint16_t marked(const channel& c, std::uint32_t pointer) {
    return static_cast<std::uint16_t>(config::mark::get(c.word) << 13 | pointer);
  }
  void tell(unsigned n) {
    auto& c = channels_[n];
    if (c.received && c.listens) {
      events_.push_back({regs::event_kind::hdlc_received, static_cast<std::uint8_t>(n),
                         marked(c, c.receive_head)});
      c.received = c.listens = false;
    }
    if (c.sent && c.wants) {
      events_.push_back(
          {regs::event_kind::hdlc_sent, static_cast<std::uint8_t>(n), marked(c, c.transmit_tail)});
      c.sent = c.wants = false;
    }
  }

  unsigned first_slot_, ring_words_;
  std::vector<channel> channels_;
  std::vector<board_event> events_;
};

} // namespace switchroom::golden
