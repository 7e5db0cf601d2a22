// SPDX-License-Identifier: MIT
// What it costs to log somebody in: pure parts, no wire, no disk.
#include "desks/desks.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <benchmark/benchmark.h>

#include <array>

namespace switchroom {
namespace {

const std::vector<std::uint8_t> key(32, 3);

/// Somebody logs in at one line of the own gateway and then at another, among `range` users.
void log_in(benchmark::State& state) {
  users::directory directory("amsterdam");
  desks::settings settings;
  settings.gateway = "amsterdam";
  settings.network_key = key;
  for (std::uint32_t line = 1; line <= 32; ++line)
    settings.ports.push_back({line_id{line}, {}});
  desks::stored stored;
  const std::array<std::uint8_t, 16> salt{1};
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto& user = stored.users.emplace_back();
    user.set_extension(std::to_string(10000 + i));
    *user.mutable_login_code() = *users::make_verifier("1234", key, salt);
  }
  desks::state desks(settings, stored, directory, instant{});
  instant now{};
  std::uint32_t line = 0;
  for (auto _ : state) {
    now += std::chrono::milliseconds(1);
    line = line % 32 + 1;
    benchmark::DoNotOptimize(desks.step(desks::log_in{line_id{line}, "10000", "1234"}, now));
  }
}
BENCHMARK(log_in)->Arg(32)->Arg(5000);

void verify_a_code(benchmark::State& state) {
  const std::array<std::uint8_t, 16> salt{1};
  const auto verifier = *users::make_verifier("1234", key, salt);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        users::proves(verifier, users::proof_of("1234", verifier.salt(), key)));
}
BENCHMARK(verify_a_code);

} // namespace
} // namespace switchroom
