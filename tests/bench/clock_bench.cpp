// SPDX-License-Identifier: MIT
// What the fabric's clock makes of references and of its oscillator, at 65.536 MHz, by its golden
// model. usage: clock_bench [FOLDER] Prints wander, transfer, tolerance, holdover, switch-over and
// slips (docs/clocks.md); writes clock-mtie, -switch and -slips.svg into FOLDER. PART is wander,
// filter, holdover, change or slips.
#include "clock/clocked_frames.hpp"
#include "clock/time_error.hpp"
#include "clock_pictures.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

namespace {
using namespace switchroom::sim;
using switchroom::bench::curve;
using switchroom::regs::clock_state;
using source = timing_source::character;
constexpr unsigned clocks = 8192;
constexpr std::array taus{0.1,  0.2,  0.5,   1.0,   2.5,   5.0,    10.0,
                          20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0};

source clean(unsigned seed = 1) {
  source made;
  made.white_s = 5e-9;
  made.seed = seed;
  return made;
}
/// Wander that a network may have at a PDH synchronization interface (G.823, 6.2.4), close to its
/// limit.
source wandering() {
  auto made = clean();
  made.sways = {{1 / 3000.0, 0.8e-6, 0}, {1 / 300.0, 0.4e-6, 1}, {1 / 60.0, 0.3e-6, 2},
                {1 / 20.0, 0.2e-6, 3},   {0.3, 0.1e-6, 4},       {20, 0.15e-6, 5}};
  return made;
}
/// Of a cheap board: 17 ppm off, ±0.5 ppm by the air of the room in 20 minutes.
oscillator::character crystal() {
  oscillator::character made;
  made.offset = 17e-6;
  made.swing = 0.5e-6;
  made.walk = 1e-10;
  return made;
}
std::size_t samples(double tau) {
  return static_cast<std::size_t>(std::lround(tau / clocked_frames::sample_s));
}

std::vector<double> errors_of(const source& reference, double seconds) {
  clocked_frames board(clocks, crystal(), {reference});
  board.watches = false;
  follow(board.clock, 1);
  board.run_until(60);
  board.time_error.clear();
  board.run_until(60 + seconds);
  return std::move(board.time_error);
}

void wander(const std::string& folder) {
  constexpr double seconds = 4000;
  const auto quiet = errors_of(clean(), seconds), moved = errors_of(wandering(), seconds);
  std::vector<double> input;
  const timing_source from(wandering());
  for (double at = 0; at < seconds; at += clocked_frames::sample_s)
    input.push_back(from.wander(at));
  std::printf(
      "wander of frames, ns                 MTIE                            TDEV\n"
      "tau s    clean   wandering  its input   SEC   PDH    clean  wandering   SEC   PDH\n");
  curve low{"frames, clean reference", "#080", {}, {}},
      high{"frames, wandering reference", "#06c", {}, {}},
      in{"the wandering reference", "#888", {}, {}}, sec{"G.823 6.2.3, SEC", "#c00", {}, {}, true},
      pdh{"G.823 6.2.4, PDH", "#c70", {}, {}, true};
  for (const double tau : taus) {
    const auto n = samples(tau);
    const double a = mtie(quiet, n), b = mtie(moved, n), c = mtie(input, n);
    std::printf("%6.1f  %6.1f   %7.1f    %7.1f  %5.0f %5.0f   %6.2f  %7.2f   %5.0f %5.0f\n", tau,
                a * 1e9, b * 1e9, c * 1e9, g823::sec_mtie(tau) * 1e9, g823::pdh_mtie(tau) * 1e9,
                tdev(quiet, n) * 1e9, tdev(moved, n) * 1e9, g823::sec_tdev(tau) * 1e9,
                g823::pdh_tdev(tau) * 1e9);
    for (auto* one : {&low, &high, &in, &sec, &pdh})
      one->x.push_back(tau);
    low.y.push_back(a);
    high.y.push_back(b);
    in.y.push_back(c);
    sec.y.push_back(g823::sec_mtie(tau));
    pdh.y.push_back(g823::pdh_mtie(tau));
  }
  if (!folder.empty())
    switchroom::bench::draw_mtie(folder + "/clock-mtie.svg", {low, high, in, sec, pdh});
}

double transfer(double hz) {
  auto swayed = clean();
  swayed.sways = {{hz, 2e-6, 0}};
  clocked_frames board(clocks, {.offset = 17e-6}, {swayed});
  board.watches = false;
  follow(board.clock, 1);
  board.run_until(60 + std::ceil(1 / hz));
  const double until = board.now() + std::ceil(20 * hz + 1) / hz;
  double sine = 0, cosine = 0, frames = 0;
  for (; board.now() < until; ++frames) {
    board.frame();
    const double angle = 2 * std::numbers::pi * hz * board.now();
    sine += board.late() * std::sin(angle);
    cosine += board.late() * std::cos(angle);
  }
  return 20 * std::log10(2 * std::hypot(sine, cosine) / frames / 1e-6);
}

/// Whether a sine of so many seconds peak to peak is borne for `seconds`.
bool bears(double hz, double peak_to_peak_s, double seconds) {
  auto swayed = clean();
  swayed.sways = {{hz, peak_to_peak_s, 0}};
  clocked_frames board(clocks, {.offset = 17e-6}, {swayed});
  follow(board.clock, 1);
  board.run_until(30);
  const auto slips = board.stores[0].repeats + board.stores[0].skips;
  board.run_until(30 + seconds);
  return board.clock.loop().counted().jumps == 0 &&
         board.clock.loop().now() == clock_state::locked &&
         board.stores[0].repeats + board.stores[0].skips == slips;
}

void filter() {
  std::printf("\ntransfer of a sine of 2 us\n   Hz     dB\n");
  for (const double hz : {0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 0.62, 1.0, 2.0, 5.0, 10.0, 20.0})
    std::printf("%6.3f  %6.2f\n", hz, transfer(hz));
  std::printf("\ntolerance (no jump, no slip, stays locked), times G.823 7.1.2\n      Hz   limit "
              "us   borne\n");
  for (const double hz : {4.88e-3, 0.01, 0.1, 1.667, 20.0, 2400.0, 100e3}) {
    const double limit = g823::tolerance(hz), seconds = std::max(30.0, 2 / hz);
    double most = 0;
    for (const double times : {1.0, 1.5, 2.0, 3.0, 10.0})
      if (bears(hz, limit * times, seconds))
        most = times;
      else
        break;
    std::printf("%9.3f  %7.3f   %5.1f\n", hz, limit * 1e6, most);
  }
}

void holdover() {
  struct kind {
    const char* name;
    oscillator::character of;
  };
  std::printf("\nholdover, time error in us after\noscillator                            ppb at "
              "once   1 min   10 min   1 h\n");
  for (const auto& one :
       {kind{"steady", {.offset = 17e-6}},
        kind{"ages by 1 ppb a minute", {.offset = 17e-6, .drift_a_second = 1e-9 / 60}},
        kind{"+-0.5 ppm in 20 minutes (crystal)", crystal()}}) {
    auto lost = clean();
    lost.until_s = 400;
    clocked_frames board(clocks, one.of, {lost});
    board.watches = false;
    follow(board.clock, 1);
    board.run_until(401);
    const double late = board.late();
    board.run_until(411);
    const double ppb = (board.late() - late) / 10 * 1e9;
    std::printf("%-36s  %8.2f", one.name, ppb);
    for (const double after : {60.0, 600.0, 3600.0}) {
      board.run_until(401 + after);
      std::printf("  %8.2f", (board.late() - late) * 1e6);
    }
    std::printf("\n");
  }
}

void change(const std::string& folder) {
  constexpr double from = 50, at = 60, until = 80;
  auto first = clean(1), second = clean(2);
  first.until_s = at;
  second.phase_s = 40e-6;
  for (auto* one : {&first, &second})
    one->sways = {{20, 1.5 / 2.048e6, 0}, {0.05, 40e-9, 0}};
  clocked_frames board(clocks, {.offset = 17e-6}, {first, second});
  follow(board.clock, 2);
  board.run_until(from);
  const auto broken = board.stores[1].broken;
  board.time_error.clear();
  curve one{"span 1", "#c00", {}, {}}, other{"span 2", "#06c", {}, {}},
      frames{"frames", "#080", {}, {}};
  const timing_source a(first), b(second);
  const double zero = board.late();
  double sum = 0;
  int count = 0;
  for (double shown = from; board.now() < until;) {
    board.frame();
    sum += board.late() - zero;
    if (++count < 400)
      continue;
    shown = board.now();
    frames.x.push_back(shown);
    frames.y.push_back(sum / count * 1e9);
    sum = count = 0;
    if (shown < at) {
      one.x.push_back(shown);
      one.y.push_back(a.wander(shown) * 1e6);
    }
    other.x.push_back(shown);
    other.y.push_back(b.wander(shown) * 1e6);
    board.time_error.push_back(frames.y.back() * 1e-9);
  }
  std::printf("\nswitch-over: references 40 us apart, each with 1.5 UI at 20 Hz and 40 ns at 0.05 "
              "Hz: now on %u, MTIE of "
              "frames in 20 s %.0f ns, frames of the other span's call lost or said twice %u\n",
              board.clock.loop().reference(), mtie(board.time_error, board.time_error.size()) * 1e9,
              board.stores[1].broken - broken);
  if (!folder.empty())
    switchroom::bench::draw_switch(folder + "/clock-switch.svg", from, until, at, {one, other},
                                   frames);
}

void slips(const std::string& folder) {
  curve alone{"oscillator alone", "#c00", {}, {}};
  curve followed{"followed from 3 s on (100 ppm are refused)", "#080", {}, {}};
  // A frame of 125 µs is too many or too few after 125 µs / offset.
  curve expected{"8,000 · 200 · offset", "#888", {}, {}, true};
  std::printf("\nslips of a span in 200 s\n   ppm   oscillator alone  followed from 3 s on\n");
  for (const double ppm :
       {-50.0, -20.0, -10.0, -5.0, -1.0, -0.1, 0.1, 1.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    auto far = clean();
    far.offset = ppm * 1e-6;
    unsigned made[2];
    for (const bool follows : {false, true}) {
      clocked_frames board(clocks, {}, {far});
      if (follows)
        follow(board.clock, 1);
      board.run_until(3);
      const auto before = board.stores[0].repeats + board.stores[0].skips;
      board.run_until(203);
      made[follows] = board.stores[0].repeats + board.stores[0].skips - before;
    }
    std::printf("%6.1f   %8u          %8u%s\n", ppm, made[0], made[1],
                ppm >= 100 ? "  (refused)" : "");
    for (auto* one : {&alone, &followed, &expected})
      one->x.push_back(ppm);
    alone.y.push_back(made[0]);
    followed.y.push_back(made[1]);
    expected.y.push_back(1.6 * std::abs(ppm));
  }
  if (!folder.empty())
    switchroom::bench::draw_slips(folder + "/clock-slips.svg", {alone, followed, expected});
}

} // namespace

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : "", part = count > 2 ? arguments[2] : "";
  const auto wanted = [&part](const char* name) { return part.empty() || part == name; };
  if (wanted("wander"))
    wander(folder);
  if (wanted("filter"))
    filter();
  if (wanted("holdover"))
    holdover();
  if (wanted("change"))
    change(folder);
  if (wanted("slips"))
    slips(folder);
}
