// SPDX-License-Identifier: MIT
// How soon all know (rule S15): 33 gateways in one process, each with its own mesh, so CURVE and
// TCP on loopback between each two of them, and the state machines that keep the directory. One
// tells of a user who has logged in; it counts until the last of the other 32 has it in its
// directory.
#include "scn/network.hpp"
#include "scn/transport/curve_keys.hpp"
#include "scn/transport/mesh.hpp"
#include "users/directory.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace switchroom {
namespace {

using namespace std::chrono_literals;
using wall = std::chrono::steady_clock;

constexpr unsigned gateways = 33, changes = 500, first_port = 7400;
constexpr auto between_changes = 20ms;

instant now() {
  return instant(std::chrono::duration_cast<duration>(wall::now().time_since_epoch()));
}
gateway_name name_of(unsigned n) {
  return "gateway-" + std::to_string(n);
}
std::string endpoint_of(unsigned n) {
  return "tcp://127.0.0.1:" + std::to_string(first_port + n);
}

class gateway {
public:
  gateway(boost::asio::io_context& io, unsigned number,
          const std::vector<transport::key_pair>& keys)
      : directory_(name_of(number)), network_(settings_of(number), directory_, now()), timer_(io) {
    transport::settings own{
        endpoint_of(number), keys[number].public_key, keys[number].secret_key, {}};
    for (unsigned n = 0; n < gateways; ++n)
      if (n != number)
        own.peers.push_back({name_of(n), endpoint_of(n), keys[n].public_key});
    transport::callbacks to;
    to.received = [this](std::vector<transport::delivery> batch) {
      for (auto& one : batch)
        step(scn::received{std::move(one.from), std::move(one.message)});
    };
    to.connected = [](const gateway_name&) {};
    to.raise = [](const transport::alarm&) {};
    to.clear = [](const std::string&) {};
    to.note = [](const std::string&) {};
    auto started = transport::mesh::start(std::move(own), io.get_executor(), std::move(to));
    if (!started)
      throw std::runtime_error(started.error().what);
    mesh_ = std::move(*started);
    beat();
  }
  void tell(std::uint64_t epoch) {
    scn::v1::UserState state;
    state.set_extension("204");
    state.set_name("Anna");
    state.set_gateway("gateway-7");
    state.set_line(3);
    state.set_presence(scn::v1::LOGGED_IN);
    state.set_epoch(epoch);
    directory_.update(name_of(0), state);
    step(scn::own_user_changed{std::move(state)});
  }
  std::uint64_t epoch_known() const {
    const auto* found = directory_.find("204");
    return found == nullptr ? 0 : found->state.epoch();
  }
  bool knows_all_peers() const {
    return std::all_of(network_.peers().begin(), network_.peers().end(),
                       [](const auto& one) { return one.second.state == scn::peer_state::up; });
  }

private:
  static scn::settings settings_of(unsigned number) {
    scn::settings own;
    own.gateway = name_of(number);
    own.boot = number + 1;
    for (unsigned n = 0; n < gateways; ++n)
      if (n != number)
        own.peers.push_back(name_of(n));
    return own;
  }
  void step(const scn::event& happened) {
    for (const auto& action : network_.step(happened, now()))
      if (const auto* out = std::get_if<scn::send>(&action))
        mesh_->send(out->to, out->message);
  }
  void beat() {
    step(scn::deadline{});
    timer_.expires_at(wall::time_point(network_.next_deadline().time_since_epoch()));
    timer_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled)
        beat();
    });
  }

  users::directory directory_;
  scn::network network_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<transport::mesh> mesh_;
};

template <typename F>
bool run_until(boost::asio::io_context& io, wall::time_point give_up, F done) {
  while (!done()) {
    if (wall::now() > give_up)
      return false;
    io.run_one_until(give_up);
  }
  return true;
}

int measure() {
  boost::asio::io_context io(1);
  std::vector<transport::key_pair> keys;
  for (unsigned n = 0; n < gateways; ++n)
    keys.push_back(transport::make_key_pair());
  std::vector<std::unique_ptr<gateway>> all;
  for (unsigned n = 0; n < gateways; ++n)
    all.push_back(std::make_unique<gateway>(io, n, keys));
  const auto begun = wall::now();
  if (!run_until(io, begun + 120s, [&] {
        return std::all_of(all.begin(), all.end(),
                           [](const auto& one) { return one->knows_all_peers(); });
      })) {
    std::fprintf(stderr, "spread_bench: not all gateways found one another in two minutes\n");
    return 1;
  }
  const auto ms = [](wall::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  std::printf("%u gateways, %u connections with CURVE, all up after %.1f s\n", gateways,
              gateways * (gateways - 1), ms(wall::now() - begun) / 1e3);
  std::vector<double> took;
  unsigned never_known = 0;
  for (std::uint64_t epoch = 1; epoch <= changes; ++epoch) {
    const auto told = wall::now();
    all[0]->tell(epoch);
    if (run_until(io, told + 5s, [&] {
          return std::all_of(all.begin(), all.end(),
                             [&](const auto& one) { return one->epoch_known() == epoch; });
        }))
      took.push_back(ms(wall::now() - told));
    else
      ++never_known;
    io.run_until(told + between_changes);
  }
  std::sort(took.begin(), took.end());
  const auto at = [&](double share) {
    return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
  };
  std::printf("a change is known at the last of %u peers: p50 %.2f ms   p99 %.2f ms   worst %.2f "
              "ms of %zu, "
              "%u never known (wanted p99 ≤ 200 ms)\n",
              gateways - 1, at(0.5), at(0.99), at(1), took.size(), never_known);
  return 0;
}

} // namespace
} // namespace switchroom

int main() {
  return switchroom::measure();
}
