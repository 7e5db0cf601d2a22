// SPDX-License-Identifier: MIT
/// One gateway of a virtual world, whole: switchroomd's own running_gateway and voice path, its
/// SQLite store, the octets of the link, and a simulated board with the Verilated fabric, SystemC
/// loops and phones. Only threads, sockets and the wall clock are left out: the host answers the
/// frame that has just run before the next one begins.
#pragma once
#include "app/running_gateway.hpp"
#include "board/simulated_board.hpp"
#include "media/voice_path.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace switchroom::system_test {

/// What the site's wires to other sites do.
struct network_wires {
  std::function<void(const gateway_name& to, std::string envelope)> send;
  std::function<void(const media::endpoint& from, const media::endpoint& to,
                     std::vector<std::uint8_t> packet)>
      send_packet;
};

/// Link frames in one direction.
struct link_tally {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t missing = 0; ///< that the receiver knows of
  std::uint64_t damaged = 0; ///< dropped by the receiver for what was in them
};

class virtual_site : private app::surroundings {
public:
  virtual_site(app::configuration, const sim::board_options&, network_wires);

  const gateway_name& name() const { return config_.exchange.gateway; }
  const app::configuration& config() const { return config_; }
  sim::simulated_board& board() { return board_; }

  // switchroomd is started, and dies without a word. Its board goes on.
  void start();
  void kill();
  bool running() const { return gateway_ != nullptr; }

  // The link to the board.
  void cut_link();
  void mend_link() { link_cut_ = false; }
  /// One bit in so many octets is turned over, both ways; 0: none.
  void damage_link(unsigned one_in) { damage_one_in_ = one_in; }
  link_tally from_board() const;
  /// Asks the board, whose answer comes some frames later.
  void tally_to_board(std::function<void(link_tally)> then);

  // From other sites.
  void receive(const gateway_name& from, const std::string& envelope);
  void receive_packet(const media::endpoint& from, std::uint16_t port,
                      const std::vector<std::uint8_t>& packet);
  void ask(control::v1::Request, control::answer);

  // Around one frame of the SystemC kernel.
  void begin_frame();
  void end_frame();

private:
  // app::surroundings
  store::moment now() const override;
  random_octets draw() override;
  void wake_at(instant when) override { wake_ = when; }
  void settle_soon() override {
    post([this] { gateway_->settle(); });
  }
  void send(const gateway_name& to, const scn::v1::Envelope&) override;
  void send(const edge::v1::ToEdge&) override {} // no line here has an IP phone
  void send(const isdn::v1::ToEdge&) override {} // and there are no trunks
  void write(app::register_writes writes) override;
  void read(std::uint32_t address, std::uint8_t count,
            std::function<void(result<words>)> then) override;
  void open(host_slot, std::string address, std::uint16_t port, media::agreement) override;
  void relay(host_slot to, std::optional<host_slot> from, bool shared) override {
    voice_->relay(to, from, shared);
  }
  void send_digit(host_slot slot, char digit) override { voice_->send_digit(slot, digit); }
  void sound_digit(host_slot slot, char digit) override { voice_->sound_digit(slot, digit); }
  void send_handshake(media::handshake_packet packet) override { voice_->send_handshake(packet); }
  void mount(host_slot, std::shared_ptr<media::mounted>) override;
  void close(host_slot) override;
  void join(host_slot, media::bridge_number) override;
  void leave(host_slot slot) override { close(slot); }
  void open_hdlc(std::uint8_t, media::hdlc_settings) override {}
  void send_frame(media::hdlc_frame) override {}
  media::snapshot voice_figures() const override;
  transport::figures network_figures() const override { return figures_; }

  media::voice_path::ports ports();
  media::callbacks callbacks();
  media::endpoint own_endpoint(host_slot) const;
  void damage(std::vector<std::uint8_t>& octets);
  void connect_when_due();
  /// As from another thread: after what is being done now.
  void post(std::function<void()> work) { posted_.push_back(std::move(work)); }
  void do_posted();

  app::configuration config_;
  sim::simulated_board board_;
  network_wires wires_;
  std::mt19937_64 random_;
  transport::figures figures_;

  std::unique_ptr<app::running_gateway> gateway_;
  std::unique_ptr<media::voice_path> voice_;
  std::deque<std::function<void()>> posted_;
  instant wake_ = never;

  bool link_cut_ = false, connected_ = false;
  instant connect_at_{};
  unsigned damage_one_in_ = 0;
  std::vector<std::uint8_t> to_board_, from_board_;
  board::capabilities found_;
  std::uint64_t sent_by_host_at_read_ = 0;
  // The same octets, before they were damaged.
  board::decoder sent_by_host_{board::link_end::host}, sent_by_board_{board::link_end::board};
};

} // namespace switchroom::system_test
