// SPDX-License-Identifier: MIT
// What G.722, G.726 and resampling cost, beside spandsp and speexdsp. Ours and theirs take turns
// within the run, block by block of 20 ms, so that both see the same machine; of each the cheapest
// block counts and the average, for other work on the machine only ever adds.
#include "switchroom/dsp/g722.hpp"
#include "switchroom/dsp/g726.hpp"
#include "switchroom/dsp/g726_bank.hpp"
#include "switchroom/dsp/resampler.hpp"

#include <benchmark/benchmark.h>
#include <spandsp.h>
#ifdef SWITCHROOM_SPEEXDSP
#include <speex/speex_resampler.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;

/// Noise through a one-pole low-pass that swells and fades, as loud as speech: 2 s at 16 kHz.
std::vector<std::int16_t> babble() {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 3000);
  std::vector<std::int16_t> samples(32000);
  double last = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    last = 0.8 * last + noise(random) * (0.55 + 0.45 * std::sin(double(i) / 800));
    samples[i] = static_cast<std::int16_t>(std::clamp(last, -32000.0, 32000.0));
  }
  return samples;
}

struct stopwatch {
  using clock = std::chrono::steady_clock;
  double least_ns = 1e9, sum_ns = 0;
  std::size_t blocks = 0;
  template <typename Work>
  void time(Work work) {
    const auto begin = clock::now();
    work();
    benchmark::ClobberMemory();
    const double ns = static_cast<double>(std::chrono::nanoseconds(clock::now() - begin).count());
    least_ns = std::min(least_ns, ns);
    sum_ns += ns;
    ++blocks;
  }
  void tell(benchmark::State& state, const std::string& whose, double samples) const {
    state.counters[whose + "_least_ns"] = least_ns / samples;
    state.counters[whose + "_mean_ns"] = sum_ns / static_cast<double>(blocks) / samples;
  }
};

constexpr std::size_t block = 320, g726_block = 160;

void tell_g726(benchmark::State& state, const stopwatch& one, const stopwatch& eight,
               const stopwatch& theirs) {
  one.tell(state, "ours", g726_block);
  eight.tell(state, "eight", 8 * g726_block);
  theirs.tell(state, "spandsp", g726_block);
  state.counters["ratio"] = theirs.least_ns / one.least_ns;
  state.counters["ratio_eight"] = 8 * theirs.least_ns / eight.least_ns;
}

/// G.726 at linear ends, one channel, and eight in lock step; per sample of a channel at 8 kHz.
void g726_encode(benchmark::State& state, g726::rate r) {
  const auto samples = babble();
  std::vector<std::uint8_t> codes(8 * g726_block);
  g726::encoder ours(r);
  g726::encoder_bank eight(r);
  g726_state_t* const theirs = g726_init(nullptr, 8000 * static_cast<int>(r), 0, 0);
  stopwatch our_time, eight_time, their_time;
  for (auto _ : state)
    for (std::size_t at = 0; at + 8 * g726_block <= samples.size(); at += g726_block) {
      our_time.time([&] { ours.encode(std::span(samples).subspan(at, g726_block), codes); });
      eight_time.time([&] { eight.encode(std::span(samples).subspan(at, 8 * g726_block), codes); });
      their_time.time([&] { ::g726_encode(theirs, codes.data(), &samples[at], g726_block); });
    }
  g726_free(theirs);
  tell_g726(state, our_time, eight_time, their_time);
}

void g726_decode(benchmark::State& state, g726::rate r) {
  const auto samples = babble();
  std::vector<std::uint8_t> codes(samples.size());
  g726::encoder(r).encode(samples, codes);
  std::vector<std::int16_t> back(8 * g726_block);
  g726::decoder ours(r);
  g726::decoder_bank eight(r);
  g726_state_t* const theirs = g726_init(nullptr, 8000 * static_cast<int>(r), 0, 0);
  stopwatch our_time, eight_time, their_time;
  for (auto _ : state)
    for (std::size_t at = 0; at + 8 * g726_block <= codes.size(); at += g726_block) {
      our_time.time([&] { ours.decode(std::span(codes).subspan(at, g726_block), back); });
      eight_time.time([&] { eight.decode(std::span(codes).subspan(at, 8 * g726_block), back); });
      their_time.time([&] { ::g726_decode(theirs, back.data(), &codes[at], g726_block); });
    }
  g726_free(theirs);
  tell_g726(state, our_time, eight_time, their_time);
}
BENCHMARK_CAPTURE(g726_encode, kbit_16, g726::rate::kbit_16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_encode, kbit_24, g726::rate::kbit_24)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_encode, kbit_32, g726::rate::kbit_32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_encode, kbit_40, g726::rate::kbit_40)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_decode, kbit_16, g726::rate::kbit_16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_decode, kbit_24, g726::rate::kbit_24)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_decode, kbit_32, g726::rate::kbit_32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(g726_decode, kbit_40, g726::rate::kbit_40)->Unit(benchmark::kMillisecond);

/// Per sample at 16 kHz.
void g722_encode(benchmark::State& state) {
  const auto samples = babble();
  std::vector<std::uint8_t> octets(block / 2);
  g722::encoder ours;
  g722_encode_state_t* const theirs = g722_encode_init(nullptr, 64000, 0);
  stopwatch our_time, their_time;
  for (auto _ : state)
    for (std::size_t at = 0; at < samples.size(); at += block) {
      our_time.time([&] { ours.encode(std::span(samples).subspan(at, block), octets); });
      their_time.time([&] { ::g722_encode(theirs, octets.data(), &samples[at], block); });
    }
  g722_encode_free(theirs);
  our_time.tell(state, "ours", block);
  their_time.tell(state, "spandsp", block);
  state.counters["channels"] = 1e9 / 16000 / (our_time.least_ns / block);
}
BENCHMARK(g722_encode)->Unit(benchmark::kMillisecond);

void g722_decode(benchmark::State& state) {
  const auto samples = babble();
  std::vector<std::uint8_t> octets(samples.size() / 2);
  g722::encoder().encode(samples, octets);
  std::vector<std::int16_t> back(block);
  g722::decoder ours;
  g722_decode_state_t* const theirs = g722_decode_init(nullptr, 64000, 0);
  stopwatch our_time, their_time;
  for (auto _ : state)
    for (std::size_t at = 0; at < octets.size(); at += block / 2) {
      our_time.time([&] { ours.decode(std::span(octets).subspan(at, block / 2), back); });
      their_time.time([&] { ::g722_decode(theirs, back.data(), &octets[at], block / 2); });
    }
  g722_decode_free(theirs);
  our_time.tell(state, "ours", block);
  their_time.tell(state, "spandsp", block);
  state.counters["channels"] = 1e9 / 16000 / (our_time.least_ns / block);
}
BENCHMARK(g722_decode)->Unit(benchmark::kMillisecond);

/// Per sample of the output; speexdsp at its quality 4, which is its nearest.
void resample(benchmark::State& state, rates which, unsigned from_khz, unsigned to_khz) {
  const auto samples = babble();
  const std::size_t in = from_khz * 20, out = to_khz * 20;
  std::vector<std::int16_t> into(out);
  resampler ours(which);
  stopwatch our_time, their_time;
#ifdef SWITCHROOM_SPEEXDSP
  SpeexResamplerState* const theirs =
      speex_resampler_init(1, from_khz * 1000, to_khz * 1000, 4, nullptr);
#endif
  for (auto _ : state)
    for (std::size_t at = 0; at + in <= samples.size(); at += in) {
      our_time.time([&] { ours.process(std::span(samples).subspan(at, in), into); });
#ifdef SWITCHROOM_SPEEXDSP
      auto taken = static_cast<spx_uint32_t>(in), given = static_cast<spx_uint32_t>(out);
      their_time.time([&] {
        speex_resampler_process_int(theirs, 0, &samples[at], &taken, into.data(), &given);
      });
#endif
    }
  our_time.tell(state, "ours", static_cast<double>(out));
#ifdef SWITCHROOM_SPEEXDSP
  their_time.tell(state, "speexdsp", static_cast<double>(out));
  speex_resampler_destroy(theirs);
#endif
}
BENCHMARK_CAPTURE(resample, 8_to_16, rates::from_8_to_16, 8, 16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resample, 16_to_8, rates::from_16_to_8, 16, 8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resample, 16_to_48, rates::from_16_to_48, 16, 48)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resample, 48_to_16, rates::from_48_to_16, 48, 16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resample, 8_to_48, rates::from_8_to_48, 8, 48)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resample, 48_to_8, rates::from_48_to_8, 48, 8)->Unit(benchmark::kMillisecond);

} // namespace
