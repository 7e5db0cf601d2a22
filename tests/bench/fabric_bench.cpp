// SPDX-License-Identifier: MIT
// Real-time factor of the Verilated fabric on one core, of 328 slots and 32 lines, or, as
// fabric_1024_bench, of 1,024 slots and 128 lines: at rest, with an E1 span, a digital station or a
// conference of 32 alone, and with everything on: a DTMF detector a line, 32 tones of two
// frequencies, all slots connected, 16 host slots both ways over the link, random voice on every
// line; then with 64 G.726 channels, half of them each way, then with an echo canceller of 16 ms a
// line, then with every line watched for answer tones both ways, then with a conference of 32.
// Beside it, in the same run, what tells how fast the machine is just now: spandsp's DTMF receiver,
// and a clock of an empty Verilated model (two evaluations), which took 12 ns on a Zen 4.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

#include <spandsp.h>

#include "Vempty_clock_model.h"
#include "fabric_harness.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::fabric_harness;
constexpr unsigned hosts = 16, tones = 32;
constexpr unsigned slots = fabric_harness::slots, lines = fabric_harness::lines;
constexpr double frames_per_second = 8000;
constexpr unsigned most_frames_to_rest = 4 * 1024 + 2; // slots of nobody: four windows of the meter

void write(fabric_harness& fabric, std::uint16_t type, unsigned word,
           const std::vector<std::uint32_t>& values) {
  fabric.write(type, static_cast<std::uint16_t>(word), values);
  for (int n = 0; n < 4; ++n)
    fabric.frame();
}

/// The same word for each line.
void write_lines(fabric_harness& fabric, std::uint16_t type, unsigned word, std::uint32_t value) {
  for (unsigned first = 0; first < lines; first += 32)
    write(fabric, type, word + first, std::vector<std::uint32_t>(32, value));
}

void switch_everything_on(fabric_harness& fabric) {
  write_lines(fabric, regs::fxs_block::type, regs::fxs_block::line_config::offset,
              regs::fxs_block::line_config::enable::of(1));
  write_lines(fabric, regs::dtmf_block::type, regs::dtmf_block::channel_config::offset, 1);
  write(fabric, regs::link_block::type, regs::link_block::slot_config::offset,
        std::vector<std::uint32_t>(hosts, 1));
  using tone = regs::tone_block;
  write(fabric, tone::type, tone::segment_frequency::offset, {3604u << 16 | 2867u}); // 440 + 350 Hz
  write(fabric, tone::type, tone::segment_amplitude::offset, {4000u << 16 | 4000u});
  write(fabric, tone::type, tone::channel_control::offset,
        std::vector<std::uint32_t>(tones, tone::channel_control::run::of(1)));
  using connection = regs::switch_block::connection;
  constexpr unsigned spoken = lines + tones + hosts; // slots that are not silent
  for (unsigned first = 0; first < slots; first += 32) {
    std::vector<std::uint32_t> words;
    for (unsigned slot = first; slot < std::min(first + 32, slots); ++slot)
      words.push_back(connection::enable::of(1) | connection::source::of((slot * 37 + 5) % spoken));
    write(fabric, regs::switch_block::type, connection::offset + first, words);
  }
  write(fabric, regs::switch_block::type, regs::switch_block::control::offset, {1});
}

/// All in one bridge, in which nobody says anything; or none.
void hold_conference(fabric_harness& fabric, unsigned members) {
  using member = regs::conference_block::member;
  std::vector<std::uint32_t> words(32);
  std::fill_n(words.begin(), members,
              member::enable::of(1) | member::says::of(1024) | member::hears::of(1024));
  write(fabric, regs::conference_block::type, member::offset, words);
  for (int n = 0; n < 400; ++n) // what leaves fades
    fabric.frame();
}

/// 32 kbit/s, half of the channels each way.
void switch_g726_on(fabric_harness& fabric) {
  using config = regs::g726_block::channel;
  std::vector<std::uint32_t> words;
  for (unsigned n = 0; n < 32; ++n)
    words.push_back(config::enable::of(1) | config::rate::of(2) | config::decode::of(n % 2));
  for (const unsigned first : {0, 32})
    write(fabric, regs::g726_block::type, config::offset + first, words);
}

void switch_cancellers_on(fabric_harness& fabric) {
  using config = regs::echo_block::line;
  for (unsigned first = 0; first < lines; first += 32) {
    std::vector<std::uint32_t> words;
    for (unsigned line = first; line < first + 32; ++line)
      words.push_back(config::enable::of(1) | config::place::of(line) | config::suppress::of(1));
    write(fabric, regs::echo_block::type, config::offset + first, words);
  }
}

/// Seconds of voice that one second of one core carries (processor time, so that other work on
/// the machine does not count); the best of five runs. The voice is made before.
double real_time_factor(fabric_harness& fabric, bool voice) {
  static const auto noise = [] {
    std::mt19937 random(1);
    // A prime: lines say it at other places each time round.
    std::array<std::uint8_t, 65'521> octets;
    std::generate(octets.begin(), octets.end(),
                  [&] { return static_cast<std::uint8_t>(random()); });
    return octets;
  }();
  std::size_t at = 0;
  const auto next = [&] { return noise[at = at + 1 < noise.size() ? at + 1 : 0]; };
  std::vector<switchroom::board::sample> samples;
  for (unsigned n = 0; n < hosts; ++n)
    samples.push_back({static_cast<std::uint8_t>(n), 0});
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    constexpr int frames = 2000;
    const std::clock_t start = std::clock();
    for (int n = 0; n < frames; ++n) {
      if (voice) {
        std::generate(fabric.octets_in.begin(), fabric.octets_in.end(), next);
        for (auto& sample : samples)
          sample.value = static_cast<std::int16_t>(next() << 8 | next());
        fabric.send_cell(fabric.cell_frame + 4, samples);
      }
      fabric.frame();
    }
    const double spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    best = std::max(best, frames / frames_per_second / spent);
  }
  return best;
}

/// What one sample costs spandsp's DTMF receiver; the best of five runs.
double dtmf_receiver_ns() {
  std::mt19937 random(1);
  std::vector<std::int16_t> voice(8000);
  for (auto& sample : voice)
    sample = static_cast<std::int16_t>(static_cast<std::int16_t>(random()) / 16);
  auto* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    constexpr int rounds = 200;
    const std::clock_t start = std::clock();
    for (int n = 0; n < rounds; ++n)
      dtmf_rx(receiver, voice.data(), static_cast<int>(voice.size()));
    const double spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    best = std::min(best, spent * 1e9 / rounds / static_cast<double>(voice.size()));
  }
  dtmf_rx_free(receiver);
  return best;
}

/// What one clock of an empty model costs; the best of five runs.
double empty_clock_ns() {
  VerilatedContext context;
  Vempty_clock_model model(&context);
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    constexpr int clocks = 2000000;
    const std::clock_t start = std::clock();
    for (int n = 0; n < clocks; ++n) {
      model.a_i = n & 1;
      model.clk_i = 1;
      model.eval();
      model.clk_i = 0;
      model.eval();
    }
    const double spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    best = std::min(best, spent * 1e9 / clocks);
  }
  return best;
}

void report(double factor, const char* what, unsigned count) {
  const double ns = 1e9 / (factor * frames_per_second * fabric_harness::clocks_per_frame);
  char text[64];
  std::snprintf(text, sizeof text, what, count);
  std::printf("%-36s %5.2f x real time   %5.1f ns a clock   %5.1f us a frame\n", text, factor, ns,
              1e6 / (factor * frames_per_second));
}
} // namespace

int main() {
  fabric_harness fabric(1, false);
  fabric.connect();
  report(real_time_factor(fabric, false), "fabric of %u slots, at rest", slots);
  using span = regs::e1_block::config;
  write(fabric, regs::e1_block::type, span::offset,
        {span::enable::of(1) | span::crc4::of(1) | span::loop::of(1)});
  report(real_time_factor(fabric, false), "… with %u E1 span", 1);
  write(fabric, regs::e1_block::type, span::offset, {0});
  using bus = regs::iom2_block;
  write(fabric, bus::type, bus::station::offset,
        {bus::station::b1::of(1) | bus::station::d::of(1)});
  write(fabric, bus::type, bus::control::offset, {1});
  for (unsigned n = 0; n < most_frames_to_rest; ++n) // the span's slots have gone
    fabric.frame();
  report(real_time_factor(fabric, false), "… with %u digital station", 1);
  write(fabric, bus::type, bus::control::offset, {0});
  hold_conference(fabric, 32);
  report(real_time_factor(fabric, false), "… with a conference of %u", 32);
  hold_conference(fabric, 0);
  switch_everything_on(fabric);
  const double busy = real_time_factor(fabric, true);
  report(busy, "fabric of %u slots, everything on", slots);
  switch_g726_on(fabric);
  const double coding = real_time_factor(fabric, true);
  report(coding, "… and %u G.726 channels", 64);
  switch_cancellers_on(fabric);
  const double cancelling = real_time_factor(fabric, true);
  report(cancelling, "… and %u echo cancellers of 16 ms", lines);
  std::printf("%-34s %5.0f ns a sample of a line\n", "an echo canceller",
              1e9 / frames_per_second / lines * (1 / cancelling - 1 / coding));
  write_lines(fabric, regs::answer_tone_block::type, regs::answer_tone_block::line_config::offset,
              1);
  report(real_time_factor(fabric, true), "… and %u answer-tone detectors", 2 * lines);
  hold_conference(fabric, 32);
  report(real_time_factor(fabric, true), "… and a conference of %u", 32);
  if (fabric.refused() != 0 || fabric.unanswered() != 0) {
    std::fprintf(stderr, "fabric_bench: the board refused %u writes, %u are unanswered\n",
                 fabric.refused(), fabric.unanswered());
    return 1;
  }
  const double peer = dtmf_receiver_ns();
  std::printf("%-34s %5.2f ns a sample; a frame of the fabric is as dear as %.0f\n",
              "spandsp's DTMF receiver", peer, 1e9 / (busy * frames_per_second) / peer);
  const double empty = empty_clock_ns();
  std::printf("%-34s %5.1f ns; a clock of the fabric is as dear as %.1f\n",
              "a clock of an empty model", empty,
              1e9 / (busy * frames_per_second * fabric_harness::clocks_per_frame) / empty);
}
