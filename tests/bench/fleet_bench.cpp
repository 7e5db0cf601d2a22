// SPDX-License-Identifier: MIT
// A whole network: 10,000 users at home at 32 gateways, in one process. The real state machines of
// all of them; messages are packed and unpacked as on the wire, which itself (CURVE, TCP) and the
// disk are not in it. What a gateway costs is the processor time that its own steps took.
#include "desks/desks.hpp"
#include "scn/network.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>

namespace switchroom {
namespace {

using namespace std::chrono_literals;

constexpr unsigned most_gateways = 32, all_users = 10'000, lines = 64;
const std::vector<std::uint8_t> key(32, 3);

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::size_t bytes_in_use() {
  return mallinfo2().uordblks;
}

struct letter {
  unsigned from, to;
  std::string octets;
};

class fleet;

class gateway {
public:
  gateway(fleet& all, unsigned number) : all_(all), number_(number) {}

  void boot();
  void handle(const desks::event&);
  void handle(const scn::event&);
  void deliver(const letter&);
  void beat();

  double worked = 0; ///< s
  unsigned granted = 0;
  users::directory& directory() { return *directory_; }

private:
  void step(const desks::event&);
  void step(const scn::event&);
  void post(const gateway_name& to, const scn::v1::Envelope&);

  fleet& all_;
  unsigned number_;
  std::unique_ptr<users::directory> directory_;
  std::unique_ptr<scn::network> network_;
  std::unique_ptr<desks::state> desks_;
};

class fleet {
public:
  fleet() {
    for (unsigned n = 0; n < most_gateways; ++n)
      gateways.push_back(std::make_unique<gateway>(*this, n));
  }
  static gateway_name name_of(unsigned n) { return "gateway-" + std::to_string(100 + n); }
  static unsigned number_of(const gateway_name& name) {
    return static_cast<unsigned>(std::stoul(name.substr(8))) - 100;
  }
  static std::string extension_of(unsigned user) { return std::to_string(10'000 + user); }

  /// Until nothing is on its way.
  void settle() {
    while (!wire.empty()) {
      const auto next = std::move(wire.front());
      wire.pop_front();
      gateways[next.to]->deliver(next);
    }
  }
  void pass(duration time) {
    for (const auto end = now + time; now < end; now += 250ms) {
      for (const auto& one : gateways)
        one->beat();
      settle();
    }
  }

  instant now{};
  std::deque<letter> wire;
  std::uint64_t messages = 0, octets = 0;
  std::vector<std::unique_ptr<gateway>> gateways;
};

user::v1::User user_of(unsigned number) {
  static const auto verifier =
      *users::make_verifier("1234", key, std::array<std::uint8_t, 16>{1, 2, 3});
  user::v1::User user;
  user.set_version(1);
  user.set_extension(fleet::extension_of(number));
  user.set_name("Somebody Whose Name is " + user.extension());
  *user.mutable_login_code() = verifier;
  user.set_forward_busy("299");
  user.set_no_answer_s(20);
  return user;
}

void gateway::boot() {
  desks::settings desk;
  desk.gateway = fleet::name_of(number_);
  desk.network_key = key;
  for (unsigned line = 1; line <= lines; ++line)
    desk.ports.push_back({line_id{line}, {}});
  scn::settings net;
  net.gateway = desk.gateway;
  net.boot = number_ + 1;
  for (unsigned n = 0; n < most_gateways; ++n)
    if (n != number_)
      net.peers.push_back(fleet::name_of(n));
  for (unsigned n = 1; n <= 2; ++n)
    desk.backups.push_back(fleet::name_of((number_ + n) % most_gateways));
  net.backups = desk.backups;
  desks::stored disk;
  for (unsigned user = number_; user < all_users; user += most_gateways)
    disk.users.push_back(user_of(user));
  directory_ = std::make_unique<users::directory>(desk.gateway);
  desks_ = std::make_unique<desks::state>(std::move(desk), std::move(disk), *directory_, all_.now);
  network_ = std::make_unique<scn::network>(std::move(net), *directory_, all_.now);
  beat();
}

void gateway::handle(const desks::event& happened) {
  const double before = processor_seconds();
  step(happened);
  worked += processor_seconds() - before;
}

void gateway::handle(const scn::event& happened) {
  const double before = processor_seconds();
  step(happened);
  worked += processor_seconds() - before;
}

void gateway::deliver(const letter& arrived) {
  if (!network_)
    return; // not there yet
  const double before = processor_seconds();
  scn::received received{fleet::name_of(arrived.from), {}};
  received.message.ParseFromString(arrived.octets);
  step(scn::event(std::move(received)));
  worked += processor_seconds() - before;
}

void gateway::beat() {
  if (!network_)
    return;
  if (desks_->next_deadline() <= all_.now)
    handle(desks::event(desks::deadline{}));
  if (network_->next_deadline() <= all_.now)
    handle(scn::event(scn::deadline{}));
}

void gateway::step(const desks::event& happened) {
  for (auto& action : desks_->step(happened, all_.now)) {
    if (const auto* out = std::get_if<desks::send>(&action))
      post(out->to, out->message);
    else if (const auto* everybody = std::get_if<desks::send_to_all>(&action))
      step(scn::event(scn::own_user_changed{everybody->message.user_state()}));
    else if (const auto* result = std::get_if<desks::login_result>(&action))
      granted += result->outcome == desks::login_outcome::granted;
  }
}

void gateway::step(const scn::event& happened) {
  for (const auto& action : network_->step(happened, all_.now)) {
    if (const auto* out = std::get_if<scn::send>(&action))
      post(out->to, out->message);
    else if (const auto* on = std::get_if<scn::hand_on>(&action))
      step(desks::event(desks::peer_message{on->from, on->message}));
    else if (const auto* up = std::get_if<scn::peer_up>(&action))
      step(desks::event(desks::peer_up{up->peer}));
    else if (const auto* lost = std::get_if<scn::peer_lost>(&action))
      step(desks::event(desks::peer_lost{lost->peer}));
  }
}

void gateway::post(const gateway_name& to, const scn::v1::Envelope& message) {
  ++all_.messages;
  all_.wire.push_back({number_, fleet::number_of(to), message.SerializeAsString()});
  all_.octets += all_.wire.back().octets.size();
}

// ---- what is measured ----------------------------------------------------------------------

void clear(fleet& all) {
  all.messages = all.octets = 0;
  for (const auto& one : all.gateways)
    one->worked = 0, one->granted = 0;
}

void measure_a_cold_start(fleet& all) {
  clear(all);
  auto& cold = *all.gateways[0];
  const auto started = all.now;
  cold.boot();
  for (int n = 0; n < 8 && cold.directory().all().size() < all_users; ++n)
    all.pass(250ms);
  std::printf("a cold gateway learns %zu users         %8.0f ms of its processor, %.1f s of its "
              "clock (wanted 2 s)\n",
              cold.directory().all().size(), cold.worked * 1e3,
              std::chrono::duration<double>(all.now - started).count());
}

/// Users of gateway 0 log in at all the others, as quick as it goes.
void measure_logins(fleet& all) {
  clear(all);
  const unsigned logins = 20'000;
  unsigned asked = 0, granted = 0;
  while (asked < logins) {
    for (unsigned n = 1; n < most_gateways && asked < logins; ++n, ++asked) {
      const unsigned user = asked % (all_users / most_gateways) * most_gateways;
      all.gateways[n]->handle(desks::event(
          desks::log_in{line_id{1 + asked / 31 % lines}, fleet::extension_of(user), "1234", true}));
      all.settle();
    }
    all.now += 1ms;
  }
  double home = all.gateways[0]->worked, others = 0;
  for (unsigned n = 1; n < most_gateways; ++n) {
    others += all.gateways[n]->worked;
    granted += all.gateways[n]->granted;
  }
  std::printf(
      "logins granted by one home              %8.0f a second (wanted 5,000): %.0f µs at "
      "home, %.0f µs\n  at each other gateway, %.1f messages, %.0f octets; %u of %u granted\n",
      granted / home, home / granted * 1e6, others / granted / (most_gateways - 1) * 1e6,
      static_cast<double>(all.messages) / granted, static_cast<double>(all.octets) / granted,
      granted, asked);
}

void measure_memory() {
  users::directory peer("elsewhere");
  const auto before = bytes_in_use();
  for (unsigned user = 0; user < all_users; ++user) {
    scn::v1::UserState state;
    const auto from = user_of(user);
    state.set_extension(from.extension());
    state.set_name(from.name());
    *state.mutable_login_code() = from.login_code();
    state.set_gateway("gateway-101");
    state.set_presence(scn::v1::LOGGED_IN);
    state.set_epoch(7);
    peer.update(fleet::name_of(user % most_gateways), state);
  }
  std::printf("memory of a user at a peer              %8.2f KiB (wanted 4)\n",
              static_cast<double>(bytes_in_use() - before) / all_users / 1024);
  const auto free = bytes_in_use();
  users::directory own("home");
  desks::settings settings;
  settings.gateway = "home";
  settings.network_key = key;
  desks::stored disk;
  for (unsigned user = 0; user < all_users; ++user)
    disk.users.push_back(user_of(user));
  const desks::state home(settings, std::move(disk), own, instant{});
  std::printf("memory of a user at home                %8.2f KiB (wanted 32)\n",
              static_cast<double>(bytes_in_use() - free) / all_users / 1024);
}

} // namespace
} // namespace switchroom

int main() {
  using namespace switchroom;
  std::printf("%u users at home at %u gateways, each with two backups\n", all_users, most_gateways);
  measure_memory();
  fleet all;
  for (unsigned n = 1; n < most_gateways; ++n)
    all.gateways[n]->boot();
  all.pass(2s);
  measure_a_cold_start(all);
  all.pass(2s);
  measure_logins(all);
}
