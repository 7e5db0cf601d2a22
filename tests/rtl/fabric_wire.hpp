// SPDX-License-Identifier: MIT
/// The Verilated fabric at the voice path's end of the link: octets each way, frame by frame. What
/// is sent on DD of the IOM-2 bus comes back on DU.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "Vfabric_model.h"
#include "Vfabric_model___024root.h"
#include "fabric_clock.hpp"
#include "media/voice_path.hpp"
#include "verilated_block.hpp"

namespace switchroom::test {

class fabric_wire {
public:
  static constexpr unsigned clocks_per_frame = 512;

  explicit fabric_wire(unsigned seed, media::callbacks told)
      : voice(settings(), seed, ports(), std::move(told)), fabric_(seed) {
    fabric_->loop_i = 0;
    fabric_->pcm_i = 0;
    fabric_->rx_stb_i = fabric_->rx_pos_i = fabric_->rx_neg_i = 0;
    fabric_->iom2_dd_i = fabric_->iom2_du_i = 1;
    fabric_->link_rx_valid_i = 0;
    fabric_->link_tx_ready_i = 1;
    rtl::clocks_low(*fabric_);
    fabric_->skip_i = 0;
    fabric_->rst_i = 1;
    fabric_->eval(); // the first evaluation sees no edge
    for (int n = 0; n < 2; ++n)
      rtl::fabric_clock(*fabric_);
    fabric_->rst_i = 0;
    voice.connected(now());
  }

  void frame() {
    for (unsigned clock = 0; clock < clocks_per_frame; ++clock) {
      const bool offered = !to_board_.empty();
      fabric_->link_rx_valid_i = offered;
      if (offered)
        fabric_->link_rx_i = to_board_.front();
      if (offered && fabric_->link_rx_ready_o)
        to_board_.pop_front();
      if (fabric_->link_tx_valid_o)
        said_.push_back(fabric_->link_tx_o);
      fabric_->iom2_dd_i = fabric_->iom2_du_i = fabric_->iom2_dd_o;
      const unsigned who = rtl::awake(*fabric_);
      const unsigned skip = rtl::idle_clocks(*fabric_, who);
      rtl::fabric_clock(*fabric_, skip, who);
      clock += skip;
    }
    ++frames;
    voice.received(said_, now());
    said_.clear();
    if (frames % 80 == 0)
      voice.tick(now());
  }
  void run(unsigned count) {
    while (count-- > 0)
      frame();
  }
  /// The octets that are on their way are lost, and the connection is made again.
  void cut() {
    to_board_.clear();
    said_.clear();
    voice.disconnected(now());
    voice.connected(now());
  }
  instant now() const { return instant{} + duration{frames * 125}; }

  std::uint64_t frames = 0;
  media::voice_path voice;

private:
  static media::voice_settings settings() {
    media::voice_settings s;
    s.link = "unix:/none";
    s.lead_frames = 2;
    return s;
  }
  media::voice_path::ports ports() {
    return {[this](std::span<const std::uint8_t> octets) {
              to_board_.insert(to_board_.end(), octets.begin(), octets.end());
            },
            [this] { hung_up_ = true; }, [](const media::outgoing_packet&) {},
            [](unsigned) { return std::vector<std::pair<host_slot, refusal>>{}; }};
  }

  verilated_block<Vfabric_model> fabric_;
  std::deque<std::uint8_t> to_board_;
  std::vector<std::uint8_t> said_;
  bool hung_up_ = false;
};

} // namespace switchroom::test
