// SPDX-License-Identifier: MIT
// What deciding costs, without I/O: a call inside one gateway, a call between two (the work of
// both), a log in across two, each from off hook to on hook. Figures are for one call or login.
#include "exchange_town.hpp"

#include <benchmark/benchmark.h>

#include <deque>

namespace switchroom::exchange {
namespace {

/// Two gateways whose messages arrive at once; nothing is checked or kept, but the bells: whoever
/// rings answers.
class pair_of_gateways {
public:
  pair_of_gateways() {
    for (const auto& name : names) {
      settings s;
      s.gateway = name;
      s.network_key.assign(32, 7);
      s.boot = ++boot_;
      s.software_version = "bench";
      const std::string base = name == names[0] ? "20" : "30";
      for (unsigned line = 1; line <= lines; ++line)
        s.lines.push_back({line_id{line}, base + std::to_string(line)});
      s.peers.push_back({name == names[0] ? names[1] : names[0], "1"});
      gateways_.emplace(name, gateway(s, {}, now_));
    }
    for (const auto& name : names) {
      step(name, board_up{lines, 32, 64, slot_id{0}, slot_id{32}, slot_id{64}});
      for (unsigned line = 1; line <= lines; ++line)
        make_user(name, (name == names[0] ? "20" : "30") + std::to_string(line));
    }
    for (int second = 0; second < 5; ++second) {
      now_ += std::chrono::seconds{1};
      for (const auto& name : names)
        step(name, deadline{});
    }
  }

  void signal_line(const std::string& at, unsigned line, signal what, std::uint16_t data = 0) {
    step(at, line_signal{line_id{line}, what, data});
  }
  void dial(const std::string& at, unsigned line, std::string_view digits) {
    signal_line(at, line, signal::off_hook);
    for (const char c : digits)
      signal_line(at, line, signal::dtmf_on, static_cast<std::uint16_t>(c));
  }
  void on_hook(const std::string& at, unsigned line) { signal_line(at, line, signal::on_hook); }
  void answer(const std::string& at, unsigned line) { signal_line(at, line, signal::off_hook); }

  std::uint64_t rings = 0, grants = 0;
  static constexpr unsigned lines = 8;
  const std::string names[2] = {"amsterdam", "berlin"};

private:
  void make_user(const std::string& home, const std::string& number) {
    operator_request r;
    auto& put = *r.ask.mutable_put_user();
    put.set_extension(number);
    put.set_login_code("1234");
    step(home, r);
  }
  void step(const std::string& at, const event& what) {
    now_ += duration{100};
    take(at, gateways_.at(at).step(what, now_));
    while (!post_.empty()) {
      auto letter = std::move(post_.front());
      post_.pop_front();
      const auto to = letter.second.to;
      take(to, gateways_.at(to).step(peer_message{letter.first, std::move(letter.second.message)},
                                     now_));
    }
  }
  void take(const std::string& from, std::vector<action> actions) {
    for (auto& a : actions) {
      if (const auto* bell = std::get_if<ring>(&a))
        rings += bell->on;
      if (auto* out = std::get_if<send>(&a)) {
        grants += out->message.has_login_grant();
        post_.emplace_back(from, std::move(*out));
      }
    }
  }

  instant now_{};
  std::uint64_t boot_ = 0;
  std::map<std::string, gateway> gateways_;
  std::deque<std::pair<std::string, send>> post_;
};

void local_call(benchmark::State& state) {
  pair_of_gateways g;
  g.rings = 0;
  for ([[maybe_unused]] auto _ : state) {
    g.dial("amsterdam", 1, "202");
    g.answer("amsterdam", 2);
    g.on_hook("amsterdam", 1);
    g.on_hook("amsterdam", 2);
  }
  if (g.rings != static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("not every call rang");
}
BENCHMARK(local_call)->Unit(benchmark::kMicrosecond);

void call_between_gateways(benchmark::State& state) {
  pair_of_gateways g;
  g.rings = 0;
  for ([[maybe_unused]] auto _ : state) {
    g.dial("amsterdam", 1, "301");
    g.answer("berlin", 1);
    g.on_hook("amsterdam", 1);
    g.on_hook("berlin", 1);
  }
  if (g.rings != static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("not every call rang");
}
BENCHMARK(call_between_gateways)->Unit(benchmark::kMicrosecond);

void break_out_call(benchmark::State& state) {
  pair_of_gateways g;
  g.rings = 0;
  for ([[maybe_unused]] auto _ : state) {
    g.dial("amsterdam", 1, "*80*1#301");
    g.answer("berlin", 1);
    g.on_hook("amsterdam", 1);
    g.on_hook("berlin", 1);
  }
  if (g.rings != static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("not every call rang");
}
BENCHMARK(break_out_call)->Unit(benchmark::kMicrosecond);

/// From berlin's line 8 to line 7 and back: each log in revokes the one before.
void login_between_gateways(benchmark::State& state) {
  pair_of_gateways g;
  g.grants = 0;
  unsigned line = 7;
  for ([[maybe_unused]] auto _ : state) {
    line = 15 - line;
    g.dial("berlin", line, "*35*204*1234#");
    g.on_hook("berlin", line);
  }
  if (g.grants < static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("not every log in was granted");
}
BENCHMARK(login_between_gateways)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace switchroom::exchange

BENCHMARK_MAIN();
