// SPDX-License-Identifier: MIT
// What a cell costs the host, at 0, 16 and 64 host slots. `percent_of_a_frame`: of
// a frame's 125 µs on one core.
#include "board/client.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace switchroom;
using octets = std::vector<std::uint8_t>;

void share(benchmark::State& state) {
  state.counters["percent_of_a_frame"] =
      benchmark::Counter(125e-8 * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

std::vector<board::sample> samples(std::int64_t count) {
  std::vector<board::sample> list;
  for (std::int64_t slot = 0; slot < count; ++slot)
    list.push_back({static_cast<std::uint8_t>(slot), static_cast<std::int16_t>(slot * 7919)});
  return list;
}

void encode_cell(benchmark::State& state) {
  const auto list = samples(state.range(0));
  board::encoder link;
  octets out;
  std::uint32_t frame = 0;
  for (auto _ : state) {
    out.clear();
    link.append_cell(out, frame++, 1, list);
    benchmark::DoNotOptimize(out.data());
  }
  share(state);
}

void decode_cell(benchmark::State& state) {
  const auto list = samples(state.range(0));
  board::encoder link;
  octets line;
  for (unsigned n = 0; n < 256; ++n)
    link.append_cell(line, n, 1, list);
  board::decoder decoder(board::link_end::host);
  std::size_t at = 0;
  const std::size_t cell = line.size() / 256; // whole frames do not matter to the decoder
  for (auto _ : state) {
    std::size_t heard = 0;
    decoder.push(std::span(line).subspan(at, cell),
                 [&](const board::frame& f) { heard += f.body.size(); });
    benchmark::DoNotOptimize(heard);
    at = at + 2 * cell > line.size() ? 0 : at + cell;
  }
  share(state);
}

BENCHMARK(encode_cell)->Arg(0)->Arg(16)->Arg(64);
BENCHMARK(decode_cell)->Arg(0)->Arg(16)->Arg(64);

} // namespace

BENCHMARK_MAIN();
