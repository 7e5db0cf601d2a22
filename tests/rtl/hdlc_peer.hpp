// SPDX-License-Identifier: MIT
/// libspandsp's HDLC as the far end of a channel, bit by bit. Include <spandsp.h> before.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <spandsp.h>

namespace switchroom::test {

using octets = std::vector<std::uint8_t>;

/// A frame that begins as LAPD's do; what follows tests the stuffing: all ones, or anything.
template <class Random>
octets random_frame(Random& random, std::size_t least, std::size_t most) {
  octets frame(least + random() % (most - least + 1));
  const bool ones = random() % 4 == 0;
  for (auto& octet : frame)
    octet = static_cast<std::uint8_t>(ones && random() % 8 != 0 ? 0xff : random());
  return frame;
}

class spandsp_receiver {
public:
  spandsp_receiver() : state_(hdlc_rx_init(nullptr, 0, 0, 1, &take, this)) {}
  ~spandsp_receiver() { hdlc_rx_free(state_); }
  spandsp_receiver(const spandsp_receiver&) = delete;
  spandsp_receiver& operator=(const spandsp_receiver&) = delete;

  void put(bool bit) { hdlc_rx_put_bit(state_, bit); }
  /// The lowest `bits` of a sample, the highest of them first.
  void put_sample(std::uint16_t sample, unsigned bits) {
    while (bits-- > 0)
      put((sample >> bits & 1) != 0);
  }
  hdlc_rx_stats_t figures() const {
    hdlc_rx_stats_t found{};
    hdlc_rx_get_stats(state_, &found);
    return found;
  }
  std::vector<octets> frames;

private:
  static void take(void* self, const std::uint8_t* packet, int length, int ok) {
    if (length >= 0 && ok)
      static_cast<spandsp_receiver*>(self)->frames.emplace_back(packet, packet + length);
  }
  hdlc_rx_state_t* state_;
};

class spandsp_transmitter {
public:
  explicit spandsp_transmitter(int flags = 1)
      : state_(hdlc_tx_init(nullptr, 0, flags, 0, &nothing, this)) {
    hdlc_tx_flags(state_, 2); // else its first frame has none before it
  }
  ~spandsp_transmitter() { hdlc_tx_free(state_); }
  spandsp_transmitter(const spandsp_transmitter&) = delete;
  spandsp_transmitter& operator=(const spandsp_transmitter&) = delete;

  void send(octets frame) { waiting_.push_back(std::move(frame)); }
  bool is_done() const { return waiting_.empty() && !busy_; }
  void abort() { hdlc_tx_abort(state_); }
  void corrupt() { hdlc_tx_corrupt_frame(state_); }
  bool bit() {
    if (!busy_ && !waiting_.empty()) {
      busy_ = true;
      hdlc_tx_frame(state_, waiting_.front().data(), waiting_.front().size());
      waiting_.pop_front();
    }
    return hdlc_tx_get_bit(state_) != 0;
  }
  std::uint16_t sample(unsigned bits) {
    unsigned value = 0;
    for (unsigned n = 0; n < bits; ++n)
      value = value << 1 | unsigned{bit()};
    return static_cast<std::uint16_t>(value);
  }

private:
  static void nothing(void* self) { static_cast<spandsp_transmitter*>(self)->busy_ = false; }
  hdlc_tx_state_t* state_;
  std::deque<octets> waiting_;
  bool busy_ = false;
};

} // namespace switchroom::test
