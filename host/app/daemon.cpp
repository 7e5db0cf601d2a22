// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include "app/edge_process.hpp"
#include "app/running_gateway.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>
#include <sys/random.h>

namespace switchroom::app {
namespace fs = std::filesystem;

/// A running gateway's surroundings in real life.
class daemon::implementation : private surroundings {
public:
  implementation(boost::asio::io_context& io, configuration config)
      : io_(io), config_(std::move(config)), timer_(io) {}
  /// Opens the database, begins to listen and starts the threads; nothing when it may go on.
  std::optional<refusal> open();

private:
  store::moment now() const override;
  random_octets draw() override;
  void wake_at(instant) override;
  void arm();
  /// Behind all that is ready: the longer the disk takes, the more changes share the next wait.
  void settle_soon() override {
    boost::asio::post(io_, [this] { gateway_->settle(); });
  }
  void send(const gateway_name& to, const scn::v1::Envelope& message) override {
    network_->send(to, message);
  }
  void send(const edge::v1::ToEdge& message) override {
    if (edge_)
      edge_->say(message);
  }
  void send(const isdn::v1::ToEdge& message) override {
    if (isdn_edge_)
      isdn_edge_->say(message);
  }
  void write(register_writes writes) override { voice_->write(std::move(writes)); }
  void read(std::uint32_t address, std::uint8_t count,
            std::function<void(result<words>)> then) override {
    voice_->read(address, count, std::move(then));
  }
  void open(host_slot slot, std::string address, std::uint16_t port,
            media::agreement agreed) override {
    voice_->open(slot, std::move(address), port, std::move(agreed));
  }
  void relay(host_slot to, std::optional<host_slot> from, bool shared) override {
    voice_->relay(to, from, shared);
  }
  void send_digit(host_slot slot, char digit) override { voice_->send_digit(slot, digit); }
  void send_handshake(media::handshake_packet packet) override {
    voice_->send_handshake(std::move(packet));
  }
  void sound_digit(host_slot slot, char digit) override { voice_->sound_digit(slot, digit); }
  void mount(host_slot slot, std::shared_ptr<media::mounted> what) override {
    voice_->mount(slot, std::move(what));
  }
  void close(host_slot slot) override { voice_->close(slot); }
  // Conferences that the board has no members for (docs/adr/0021).
  void join(host_slot slot, media::bridge_number bridge) override { voice_->join(slot, bridge); }
  void leave(host_slot slot) override { voice_->close(slot); }
  void open_hdlc(std::uint8_t channel, media::hdlc_settings how) override {
    voice_->open_hdlc(channel, how);
  }
  void send_frame(media::hdlc_frame frame) override { voice_->send_frame(std::move(frame)); }
  media::snapshot voice_figures() const override { return voice_->figures(); }
  transport::figures network_figures() const override { return network_->counters(); }

  media::callbacks voice_callbacks();
  void start_edge();
  void start_isdn_edge();
  transport::callbacks network_callbacks();

  boost::asio::io_context& io_;
  configuration config_;
  boost::asio::steady_timer timer_;
  instant wanted_ = never; ///< as the gateway has said
  instant armed_ = never;  ///< when the timer runs out, not after `wanted_`
  std::unique_ptr<running_gateway> gateway_;
  // Last, so that they go first: each calls back into what is above.
  std::unique_ptr<control::server> control_;
  std::unique_ptr<transport::mesh> network_;
  std::unique_ptr<media::voice> voice_;
  std::unique_ptr<edge_process> edge_;      ///< null: no line has an IP phone
  std::unique_ptr<edge_process> isdn_edge_; ///< null: there is no trunk
};

// ---- what the gateway asks for -----------------------------------------------------------------

store::moment daemon::implementation::now() const {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return {instant(std::chrono::duration_cast<duration>(since_start)),
          std::chrono::system_clock::now()};
}

surroundings::random_octets daemon::implementation::draw() {
  random_octets drawn{};
  if (getrandom(drawn.data(), drawn.size(), 0) != static_cast<ssize_t>(drawn.size()))
    throw std::runtime_error("the system has no random numbers");
  return drawn;
}

/// Almost each step puts it off: then the timer is let run out, and set anew only then.
void daemon::implementation::wake_at(instant next) {
  wanted_ = next;
  if (next < armed_)
    arm();
}

void daemon::implementation::arm() {
  armed_ = wanted_;
  timer_.expires_at(std::chrono::steady_clock::time_point(armed_.time_since_epoch()));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled)
      return;
    armed_ = never;
    if (wanted_ == never)
      return;
    if (now().machine >= wanted_)
      gateway_->wake(); // which says when next
    else
      arm();
  });
}

// ---- what it is told -------------------------------------------------------------------------

media::callbacks daemon::implementation::voice_callbacks() {
  media::callbacks to;
  to.up = [this](const board::capabilities& board) { gateway_->on_board_up(board); };
  to.down = [this](const refusal& why) { gateway_->on_board_down(why); };
  to.event = [this](const media::fabric_event& event) { gateway_->on_fabric_event(event); };
  to.digit = [this](const media::heard_digit& heard) { gateway_->on_digit(heard); };
  to.frame = [this](const media::hdlc_frame& frame) { gateway_->on_frame(frame); };
  to.speaks = [this](const host_slot& slot) { gateway_->on_speaks(slot); };
  to.handshake = [this](const media::handshake_packet& p) { gateway_->on_handshake(p); };
  to.raise = [this](const media::alarm& alarm) {
    gateway_->raise(alarm.id, alarm.title, alarm.text);
  };
  return to;
}

transport::callbacks daemon::implementation::network_callbacks() {
  transport::callbacks to;
  to.received = [this](std::vector<transport::delivery> batch) {
    gateway_->on_messages(std::move(batch));
  };
  to.connected = [](const gateway_name& name) { spdlog::info("connected to {}", name); };
  to.raise = [this](const transport::alarm& alarm) {
    gateway_->raise(alarm.id, alarm.title, alarm.text);
  };
  to.clear = [this](const std::string& id) { gateway_->clear(id); };
  to.note = [](const std::string& text) { spdlog::warn("{}", text); };
  return to;
}

// ---- start and stop --------------------------------------------------------------------------

std::optional<refusal> daemon::implementation::open() {
  auto gateway = running_gateway::open(config_, *this);
  if (!gateway)
    return gateway.error();
  gateway_ = std::move(*gateway);
  auto listening =
      control::server::listen(io_.get_executor(), config_.run_directory / control_socket,
                              [this](control::v1::Request ask, control::answer to) {
                                gateway_->on_request(std::move(ask), std::move(to));
                              });
  if (!listening)
    return listening.error();
  control_ = std::move(*listening);
  auto network = transport::mesh::start(config_.network, io_.get_executor(), network_callbacks());
  if (!network)
    return network.error();
  network_ = std::move(*network);
  voice_ = std::make_unique<media::voice>(config_.voice, io_.get_executor(), voice_callbacks());
  start_edge();
  start_isdn_edge();
  gateway_->start();
  return std::nullopt;
}

void daemon::implementation::start_edge() {
  if (config_.phones.ports().empty())
    return;
  edge::v1::ToEdge first;
  *first.mutable_ports() = config_.phones;
  const auto program = fs::read_symlink("/proc/self/exe").parent_path() / "sip-edge";
  std::vector<std::string> command{program.string(),
                                   "--listen",
                                   config_.sip.listen,
                                   "--realm",
                                   config_.exchange.gateway,
                                   "--digest",
                                   config_.sip.digest,
                                   "--session",
                                   std::to_string(config_.sip.session_s),
                                   "--shortest-session",
                                   std::to_string(config_.sip.shortest_session_s)};
  if (!config_.sip.tls_listen.empty())
    command.insert(command.end(), {"--tls-listen", config_.sip.tls_listen, "--certificate",
                                   config_.sip.certificate.string()});
  edge_ = std::make_unique<edge_process>(
      io_.get_executor(), std::move(command), first,
      edge_process::callbacks{
          edge_process::messages<edge::v1::FromEdge>([this](std::vector<edge::v1::FromEdge> batch) {
            gateway_->on_edge(std::move(batch));
          }),
          [this](const std::string& why) { gateway_->on_edge_down(why); }});
}

void daemon::implementation::start_isdn_edge() {
  if (config_.d_channels.channels().empty())
    return;
  isdn::v1::ToEdge first;
  *first.mutable_channels() = config_.d_channels;
  const auto program = fs::read_symlink("/proc/self/exe").parent_path() / "isdn-edge";
  std::vector<std::string> command{program.string()};
  if (!config_.d_channel_capture.empty())
    command.insert(command.end(), {"--capture", config_.d_channel_capture.string()});
  isdn_edge_ = std::make_unique<edge_process>(
      io_.get_executor(), std::move(command), first,
      edge_process::callbacks{
          edge_process::messages<isdn::v1::FromEdge>([this](std::vector<isdn::v1::FromEdge> batch) {
            gateway_->on_isdn(std::move(batch));
          }),
          [this](const std::string& why) { gateway_->on_isdn_down(why); }});
}

daemon::daemon(std::unique_ptr<implementation> made) : self_(std::move(made)) {}
daemon::~daemon() = default;

result<std::unique_ptr<daemon>> daemon::start(boost::asio::io_context& io, configuration config) {
  std::error_code failed;
  fs::create_directories(config.run_directory, failed);
  if (!failed)
    fs::permissions(config.run_directory, fs::perms::owner_all, failed);
  if (failed)
    return refusal{"cannot use " + config.run_directory.string() + ": " + failed.message(),
                   "choose a directory in [run] or with --run that this user may write to"};
  auto made = std::make_unique<implementation>(io, std::move(config));
  if (const auto refused = made->open())
    return *refused;
  return std::unique_ptr<daemon>(new daemon(std::move(made)));
}

} // namespace switchroom::app
