// SPDX-License-Identifier: MIT
#include "virtual_site.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <switchroom/regs.hpp>
#include <utility>

namespace switchroom::system_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t frames_between_ticks = 160; // 20 ms, as host/media's board_link
constexpr duration reconnect_after = 50ms;
// The calendar's time at the start of the world: 2026-01-01.
constexpr std::chrono::seconds calendar_origin{1'767'225'600};

} // namespace

virtual_site::virtual_site(app::configuration config, const sim::board_options& board,
                           network_wires wires)
    : config_(std::move(config)), board_(("board_" + config_.exchange.gateway).c_str(), board),
      wires_(std::move(wires)), random_(board.seed) {
  for (const auto& peer : config_.network.peers)
    figures_.peers[peer.name].connected = true;
}

void virtual_site::start() {
  auto opened = app::running_gateway::open(config_, *this);
  if (!opened)
    throw std::runtime_error(opened.error().what);
  gateway_ = std::move(*opened);
  voice_ = std::make_unique<media::voice_path>(config_.voice, random_(), ports(), callbacks());
  connect_at_ = now().machine;
  gateway_->start();
}

void virtual_site::kill() {
  posted_.clear();
  gateway_.reset();
  voice_.reset();
  wake_ = never;
  connected_ = false;
  to_board_.clear();
}

// ---- the link --------------------------------------------------------------------------------

void virtual_site::cut_link() {
  link_cut_ = true;
  to_board_.clear();
  if (voice_ && std::exchange(connected_, false))
    voice_->disconnected(now().machine);
  do_posted();
}

void virtual_site::connect_when_due() {
  const instant time = now().machine;
  if (!voice_ || connected_ || time < connect_at_)
    return;
  connect_at_ = time + reconnect_after;
  if (link_cut_)
    return voice_->unreachable({"the link is cut", "mend it"});
  connected_ = true;
  sent_by_host_.restart();
  voice_->connected(time);
}

void virtual_site::damage(std::vector<std::uint8_t>& octets) {
  if (damage_one_in_ == 0)
    return;
  for (auto& octet : octets)
    if (random_() % damage_one_in_ == 0)
      octet ^= static_cast<std::uint8_t>(1U << random_() % 8);
}

void virtual_site::begin_frame() {
  damage(to_board_);
  board_.feed(to_board_);
  to_board_.clear();
}

void virtual_site::end_frame() {
  from_board_.clear();
  board_.take(from_board_);
  if (!voice_)
    return;
  connect_when_due();
  if (connected_) {
    sent_by_board_.push(from_board_, [](const board::frame&) {});
    damage(from_board_);
    voice_->received(from_board_, now().machine);
  }
  if (board_.frame() % frames_between_ticks == 0)
    voice_->tick(now().machine);
  do_posted();
  if (now().machine >= wake_) {
    wake_ = never;
    gateway_->wake();
    do_posted();
  }
}

link_tally virtual_site::from_board() const {
  const auto seen = voice_figures().link;
  return {sent_by_board_.figures().received, seen.received_frames, seen.sequence_gaps,
          seen.check_errors + seen.malformed};
}

void virtual_site::tally_to_board(std::function<void(link_tally)> then) {
  using link = regs::link_block;
  static_assert(link::malformed::offset - link::received_frames::offset == 3);
  const board::block* block = found_.find(link::type);
  voice_->read(regs::address(block->index, link::received_frames::offset), 4,
               [this, then = std::move(then)](const result<words>& read) {
                 ASSERT_TRUE(read) << read.error().what;
                 then({sent_by_host_at_read_, (*read)[0], (*read)[2],
                       (*read)[1] + std::uint64_t{(*read)[3]}});
               });
  // The board executes in order: when it reads its counters it has seen all up to this request.
  sent_by_host_at_read_ = sent_by_host_.figures().received;
}

media::voice_path::ports virtual_site::ports() {
  return {[this](std::span<const std::uint8_t> octets) {
            sent_by_host_.push(octets, [](const board::frame&) {});
            to_board_.insert(to_board_.end(), octets.begin(), octets.end());
          },
          [this] {
            connected_ = false;
            connect_at_ = now().machine + reconnect_after;
          },
          [this](const media::outgoing_packet& packet) {
            media::endpoint from = own_endpoint(packet.slot);
            from.port = static_cast<std::uint16_t>(from.port + (packet.is_report ? 1 : 0));
            wires_.send_packet(from, packet.to, {packet.octets.begin(), packet.octets.end()});
          },
          [](unsigned) { return std::vector<std::pair<host_slot, refusal>>{}; }};
}

media::callbacks virtual_site::callbacks() {
  media::callbacks to;
  to.up = [this](const board::capabilities& found) {
    found_ = found;
    post([this, found] { gateway_->on_board_up(found); });
  };
  to.down = [this](const refusal& why) { post([this, why] { gateway_->on_board_down(why); }); };
  to.event = [this](const media::fabric_event& event) {
    post([this, event] { gateway_->on_fabric_event(event); });
  };
  to.digit = [this](const media::heard_digit& heard) {
    post([this, heard] { gateway_->on_digit(heard); });
  };
  to.speaks = [this](const host_slot& slot) { post([this, slot] { gateway_->on_speaks(slot); }); };
  to.raise = [this](const media::alarm& alarm) {
    post([this, alarm] { gateway_->raise(alarm.id, alarm.title, alarm.text); });
  };
  return to;
}

void virtual_site::do_posted() {
  while (!posted_.empty()) {
    const auto work = std::move(posted_.front());
    posted_.pop_front();
    work();
  }
}

// ---- the network -----------------------------------------------------------------------------

media::endpoint virtual_site::own_endpoint(host_slot slot) const {
  const auto& voice = config_.voice;
  return *media::parse_endpoint(voice.rtp_address,
                                static_cast<std::uint16_t>(voice.rtp_base_port + 2 * slot.value));
}

void virtual_site::receive(const gateway_name& from, const std::string& envelope) {
  scn::v1::Envelope message;
  if (!message.ParseFromString(envelope))
    throw std::runtime_error("an envelope that cannot be read");
  if (!gateway_)
    return;
  ++figures_.peers[from].received;
  gateway_->on_messages({{from, std::move(message)}});
  do_posted();
}

void virtual_site::receive_packet(const media::endpoint& from, std::uint16_t port,
                                  const std::vector<std::uint8_t>& packet) {
  if (!voice_)
    return;
  const unsigned which = port - config_.voice.rtp_base_port;
  const host_slot slot{static_cast<std::uint8_t>(which / 2)};
  if (which % 2 == 0)
    voice_->on_packet(slot, from, packet, now().machine);
  else
    voice_->on_report(slot, from, packet, now().machine);
}

void virtual_site::ask(control::v1::Request request, control::answer to) {
  gateway_->on_request(std::move(request), std::move(to));
  do_posted();
}

// ---- what the gateway asks for -----------------------------------------------------------------

store::moment virtual_site::now() const {
  const duration passed = frame_time * static_cast<std::int64_t>(board_.frame());
  return {instant{passed}, std::chrono::system_clock::time_point(calendar_origin + passed)};
}

app::surroundings::random_octets virtual_site::draw() {
  random_octets drawn{};
  for (auto& octet : drawn)
    octet = static_cast<std::uint8_t>(random_());
  return drawn;
}

void virtual_site::send(const gateway_name& to, const scn::v1::Envelope& message) {
  ++figures_.peers[to].sent;
  wires_.send(to, message.SerializeAsString());
}

void virtual_site::write(app::register_writes writes) {
  voice_->write(writes);
}

void virtual_site::read(std::uint32_t address, std::uint8_t count,
                        std::function<void(result<words>)> then) {
  voice_->read(address, count, [this, then = std::move(then)](const result<words>& read) {
    post([then, read] { then(read); });
  });
}

void virtual_site::open(host_slot slot, std::string address, std::uint16_t port,
                        media::agreement agreed) {
  voice_->open(slot, address, port, std::move(agreed));
}

void virtual_site::mount(host_slot slot, std::shared_ptr<media::mounted> tape) {
  voice_->mount(slot, std::move(tape));
}

void virtual_site::join(host_slot slot, media::bridge_number bridge) {
  voice_->join(slot, bridge);
}

void virtual_site::close(host_slot slot) {
  voice_->close(slot);
}

media::snapshot virtual_site::voice_figures() const {
  media::snapshot seen;
  if (voice_)
    voice_->figures(seen);
  return seen;
}

} // namespace switchroom::system_test
