// SPDX-License-Identifier: MIT
// What voice costs the host. Set-ups are such that nothing is lost, late or concealed.
#include "media/engine.hpp"
#include "switchroom/dsp/g711.hpp"

#include <benchmark/benchmark.h>
#include <spandsp.h>

#include <chrono>
#include <random>
#include <vector>

namespace {

using namespace switchroom;
using namespace switchroom::media;
namespace g711 = switchroom::dsp::g711;

std::vector<std::int16_t> noise() {
  std::mt19937 random(1);
  std::vector<std::int16_t> samples(8192);
  for (auto& s : samples)
    s = static_cast<std::int16_t>(random());
  return samples;
}

/// Ours and spandsp's take turns within the run, so that both see the same machine.
void g711_against_spandsp(benchmark::State& state) {
  const auto linear = noise();
  std::vector<std::uint8_t> octets(linear.size());
  std::vector<std::int16_t> back(linear.size());
  using clock = std::chrono::steady_clock;
  clock::duration ours{}, theirs{};
  const auto timed = [&](clock::duration& into, auto encode, auto decode) {
    const auto begin = clock::now();
    for (std::size_t i = 0; i < linear.size(); ++i)
      octets[i] = encode(linear[i]);
    benchmark::DoNotOptimize(octets.data());
    for (std::size_t i = 0; i < linear.size(); ++i)
      back[i] = decode(octets[i]);
    benchmark::DoNotOptimize(back.data());
    into += clock::now() - begin;
  };
  for (auto _ : state) {
    timed(
        ours, [](std::int16_t s) { return g711::encode_a(s); },
        [](std::uint8_t o) { return g711::decode_a(o); });
    timed(
        theirs, [](std::int16_t s) { return linear_to_alaw(s); },
        [](std::uint8_t o) { return alaw_to_linear(o); });
  }
  const double samples = static_cast<double>(state.iterations()) * 8192;
  const auto ns = [&](clock::duration d) {
    return static_cast<double>(std::chrono::nanoseconds(d).count()) / samples;
  };
  state.counters["ours_ns"] = ns(ours);
  state.counters["spandsp_ns"] = ns(theirs);
  state.counters["spandsp/ours"] = ns(theirs) / ns(ours);
}
BENCHMARK(g711_against_spandsp);

/// A frame of N two-way streams, each talking to itself: cell in, cell out, and one in eighty
/// times a packet of each out and in again.
void cell_and_packets(benchmark::State& state) {
  const auto streams = static_cast<std::uint8_t>(state.range(0));
  engine e({64, 10, 20, 1});
  const endpoint self = endpoint::v4(127, 0, 0, 1, 20000);
  std::vector<board::sample> said;
  for (std::uint8_t slot = 0; slot < streams; ++slot) {
    e.open(host_slot{slot}, self, {payload_pcma});
    said.push_back({slot, static_cast<std::int16_t>(slot * 100)});
  }
  std::uint32_t frame = 0;
  for (auto _ : state) {
    const instant now{++frame * frame_time};
    const auto answer = e.on_cell(frame, said, now);
    for (const outgoing_packet& p : answer.packets)
      e.on_packet(p.slot, p.to, p.octets, now);
    benchmark::DoNotOptimize(answer.samples.data());
  }
  const auto seconds = benchmark::Counter::kIsRate | benchmark::Counter::kInvert;
  state.counters["per_stream"] = benchmark::Counter(static_cast<double>(frame) * streams, seconds);
  state.counters["real_time_factor"] =
      benchmark::Counter(static_cast<double>(frame) / 8000, benchmark::Counter::kIsRate);
}
BENCHMARK(cell_and_packets)->Arg(1)->Arg(16)->Arg(64);

void packet_in(benchmark::State& state) {
  const endpoint peer = endpoint::v4(127, 0, 0, 1, 20000);
  const auto ptime = static_cast<unsigned>(state.range(0));
  stream sender({peer, {payload_pcma}, ptime, 20, {}}), s({peer, {payload_pcma}, ptime, 20, {}});
  std::vector<std::uint8_t> packet;
  for (const auto sample : noise()) {
    const auto octets = sender.push(sample);
    if (!octets.empty())
      packet.assign(octets.begin(), octets.end());
  }
  rtp_header h{false, 8, 0, 0, 1};
  for (auto _ : state) {
    write_rtp_header(h, std::span(packet).first<rtp_header_octets>());
    ++h.sequence;
    h.timestamp += ptime * 8;
    s.receive(peer, packet, instant{h.timestamp * frame_time});
    state.PauseTiming();
    for (unsigned i = 0; i < ptime * 8; ++i)
      s.pull();
    state.ResumeTiming();
  }
}
BENCHMARK(packet_in)->Arg(10)->Arg(20)->Iterations(200000);

/// A packet from one stream to another of the same coding: in, checked, decoded for the board, and
/// out again; without the network.
void packet_relayed(benchmark::State& state) {
  const endpoint anna = endpoint::v4(127, 0, 0, 1, 20000),
                 boris = endpoint::v4(127, 0, 0, 1, 30000);
  engine e({2, 20, 20, 1});
  const auto what = static_cast<coding>(state.range(0));
  const agreement agreed{9, 20, 101, nullptr, make_coder(what)};
  e.open(host_slot{0}, anna, agreed);
  e.open(host_slot{1}, boris, agreed);
  e.relay(host_slot{1}, host_slot{0});
  e.on_cell(0, {}, instant{});
  std::vector<std::uint8_t> packet(rtp_header_octets + 160);
  rtp_header h{false, 9, 0, 0, 1};
  for (auto _ : state) {
    write_rtp_header(h, std::span(packet).first<rtp_header_octets>());
    ++h.sequence;
    h.timestamp += 160;
    benchmark::DoNotOptimize(
        e.on_packet(host_slot{0}, anna, packet, instant{h.timestamp * frame_time}).packets.data());
  }
}
BENCHMARK(packet_relayed)->Arg(static_cast<int>(coding::pcma))->Arg(static_cast<int>(coding::g722));

void packet_out(benchmark::State& state) {
  const auto ptime = static_cast<unsigned>(state.range(0));
  stream s({endpoint::v4(127, 0, 0, 1, 20000), {payload_pcma}, ptime, 20, {}});
  for (auto _ : state)
    for (unsigned i = 0; i < ptime * 8; ++i)
      benchmark::DoNotOptimize(s.push(static_cast<std::int16_t>(i * 50)).data());
}
BENCHMARK(packet_out)->Arg(10)->Arg(20);

} // namespace
