// SPDX-License-Identifier: MIT
/// The far end of an E1 as 32 octets a frame, first bit sent the highest: time slot 0 is left to
/// who frames, 16 is the D channel with HDLC by libspandsp, all others are B channels of A-law.
#pragma once
#include <spandsp.h>

#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace isdn_peer {

class span {
public:
  static constexpr std::size_t slots = 32, slot_of_d = 16;
  explicit span(std::function<void(std::string_view)> frame_in);
  ~span();
  span(const span&) = delete;
  span& operator=(const span&) = delete;

  /// One frame has come: fills in the one that goes back.
  void exchange(const std::uint8_t (&in)[slots], std::uint8_t (&out)[slots]);
  void send(std::string_view frame);
  /// Into a B channel from now on: a tone (0 Hz: none), or octets of A-law, which are repeated.
  void tone(unsigned channel, float hz, float dbm0);
  void play(unsigned channel, std::vector<std::uint8_t> alaw);
  /// From now on what comes from the B channel is kept; empty path: no longer. A-law octets.
  bool record(unsigned channel, const std::string& path);

private:
  static void heard(void* self, const std::uint8_t* octets, int length, int ok);
  std::uint8_t voice(unsigned channel);

  struct source {
    std::vector<std::uint8_t> octets;
    std::size_t at = 0;
  };
  std::function<void(std::string_view)> frame_in_;
  hdlc_rx_state_t* in_;
  hdlc_tx_state_t* out_;
  std::deque<std::string> waiting_; ///< frames
  std::map<unsigned, source> sources_;
  std::map<unsigned, std::FILE*> records_;
};

} // namespace isdn_peer
