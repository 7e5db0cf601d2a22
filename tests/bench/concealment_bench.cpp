// SPDX-License-Identifier: MIT
// What concealment costs, ours and spandsp's in turns within a run: a sample that came, the first
// sample of a gap (which looks for the pitch), and those after it.
#include "switchroom/dsp/concealment.hpp"

#include <benchmark/benchmark.h>
#include <spandsp.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

namespace {

using switchroom::dsp::concealment;
using clock_now = std::chrono::steady_clock;

/// How long a call takes, in ns; the clock's own 20 to 30 ns are among them.
template <typename Call>
double timed(Call call) {
  const auto begin = clock_now::now();
  call();
  return static_cast<double>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(clock_now::now() - begin).count());
}

struct costs {
  std::vector<double> first;
  double came = 0, made_up = 0;
  double at(double share) {
    std::ranges::sort(first);
    return first[static_cast<std::size_t>(share * static_cast<double>(first.size() - 1))];
  }
};

/// 600 samples that come, one that is missing, 159 more.
void gaps(benchmark::State& state) {
  std::mt19937 random(1);
  concealment ours(switchroom::dsp::onset::at_once);
  plc_state_t theirs;
  plc_init(&theirs);
  std::vector<std::int16_t> said(600), made(159);
  costs mine, peers;
  double rounds = 0;
  for (auto _ : state) {
    std::ranges::generate(said, [&] { return static_cast<std::int16_t>(random()); });
    auto copy = said;
    mine.came += timed([&] { ours.play(std::span(copy)); });
    mine.first.push_back(timed([&] { benchmark::DoNotOptimize(ours.conceal()); }));
    mine.made_up += timed([&] { ours.conceal(std::span(made)); });
    std::int16_t one = 0;
    peers.came += timed([&] { plc_rx(&theirs, said.data(), 600); });
    peers.first.push_back(timed([&] { plc_fillin(&theirs, &one, 1); }));
    peers.made_up += timed([&] { plc_fillin(&theirs, made.data(), 159); });
    ++rounds;
  }
  state.counters["came_ns"] = mine.came / rounds / 600;
  state.counters["came_spandsp_ns"] = peers.came / rounds / 600;
  state.counters["made_up_ns"] = mine.made_up / rounds / 159;
  state.counters["made_up_spandsp_ns"] = peers.made_up / rounds / 159;
  state.counters["first_p50_ns"] = mine.at(0.5);
  state.counters["first_p50_spandsp_ns"] = peers.at(0.5);
  state.counters["first_p99_ns"] = mine.at(0.99);
  state.counters["first_p99_spandsp_ns"] = peers.at(0.99);
}
BENCHMARK(gaps)->Iterations(20'000);

} // namespace
