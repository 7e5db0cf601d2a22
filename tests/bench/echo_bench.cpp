// SPDX-License-Identifier: MIT
// How fast the echo goes, and what a sample costs: our canceller and speexdsp's on one signal.
//
// usage: echo_bench [PICTURE.svg]
// A composite source at −10 dBm0, A-law, ERL 6 dB, path D.5, which becomes D.9 after 5 s; tails of
// 16 and of 128 ms.
// Prints what is left, every half second, and writes a picture of it. Needs the vectors (README).
#include "../dsp/g168.hpp"
#include "../dsp/speex_canceller.hpp"
#include "switchroom/dsp/echo_canceller.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

namespace g168 = switchroom::dsp::testing::g168;
using g168::words;

constexpr double seconds = 10, change_s = 5, step_s = 0.025;
/// The period of the source, so that its pauses are no dips.
constexpr double window_s = 0.35;

struct both_ways {
  words far, near;
};
both_ways call() {
  const words far = g168::far_source(-10, seconds);
  both_ways made;
  g168::echo_path path("d5", 6);
  for (std::size_t n = 0; n < far.size(); ++n) {
    if (n == static_cast<std::size_t>(change_s * 8000))
      path = g168::echo_path("d9", 6);
    made.far.push_back(g168::coded(far[n]));
    made.near.push_back(g168::coded(path.step(made.far.back())));
  }
  return made;
}

struct run {
  words left;
  double ns_a_sample = 0;
};
template <typename Work>
run timed(const both_ways& of, Work work) {
  run r;
  const auto begin = std::chrono::steady_clock::now();
  r.left = work(of);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  r.ns_a_sample = took.count() / static_cast<double>(of.far.size());
  return r;
}

words by_us(const both_ways& of, unsigned taps) {
  switchroom::dsp::echo_canceller canceller(taps);
  words left(of.far.size());
  for (std::size_t n = 0; n < left.size(); ++n)
    left[n] = canceller.cancel(of.far[n], of.near[n]);
  return left;
}

words by_speex(const both_ways& of, unsigned taps) {
  switchroom::dsp::testing::speex_canceller canceller(taps);
  words left;
  for (std::size_t n = 0; n < of.far.size(); ++n)
    canceller.cancel(of.far[n], of.near[n], left);
  return left;
}

/// Level of the last window_s, from then on, in steps of step_s.
std::vector<double> decay(const words& left) {
  std::vector<double> levels;
  for (double at = window_s; at < seconds; at += step_s)
    levels.push_back(g168::level_between(left, at - window_s, at));
  return levels;
}

struct line {
  std::string name, colour, dashes;
  std::vector<double> levels;
};

/// False: the file cannot be written.
bool draw(const std::string& file, const std::vector<line>& lines) {
  std::FILE* out = std::fopen(file.c_str(), "w");
  if (out == nullptr) {
    std::fprintf(stderr, "echo_bench: %s cannot be written\n", file.c_str());
    return false;
  }
  const auto x = [](double s) { return 60 + s * 60; };
  const auto y = [](double dbm0) { return 20 + -dbm0 * 5; };
  std::fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 380\" "
                    "font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<!-- SPDX-License-Identifier: MIT. Made by echo_bench. -->\n"
                    "<rect width=\"700\" height=\"380\" fill=\"white\"/>\n");
  for (int dbm0 = 0; dbm0 >= -60; dbm0 -= 10)
    std::fprintf(out,
                 "<path d=\"M60 %.0fH660\" stroke=\"#ddd\"/><text x=\"52\" y=\"%.0f\" "
                 "text-anchor=\"end\">%d</text>\n",
                 y(dbm0), y(dbm0) + 4, dbm0);
  for (int s = 0; s <= 10; ++s)
    std::fprintf(out, "<text x=\"%.0f\" y=\"340\" text-anchor=\"middle\">%d</text>\n", x(s), s);
  std::fprintf(out,
               "<text x=\"360\" y=\"362\" text-anchor=\"middle\">seconds; the echo path changes at "
               "%.0f</text>\n<text x=\"60\" y=\"14\">echo that is left, dBm0</text>\n"
               "<path d=\"M%.0f 20V320\" stroke=\"#999\" stroke-dasharray=\"4\"/>\n",
               change_s, x(change_s));
  const double limit = g168::figure_11(-10);
  std::fprintf(out,
               "<path d=\"M60 %.1fH660\" stroke=\"#c00\" stroke-dasharray=\"2\"/><text x=\"655\" "
               "y=\"%.1f\" text-anchor=\"end\" fill=\"#c00\">G.168, figure 11</text>\n",
               y(limit), y(limit) - 4);
  double at = 200;
  for (const auto& one : lines) {
    std::fprintf(out,
                 "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" "
                 "stroke-dasharray=\"%s\" points=\"",
                 one.colour.c_str(), one.dashes.c_str());
    for (std::size_t n = 0; n < one.levels.size(); ++n)
      std::fprintf(out, "%.1f,%.1f ", x(window_s + static_cast<double>(n) * step_s),
                   y(one.levels[n]));
    std::fprintf(out, "\"/>\n<text x=\"%.0f\" y=\"14\" fill=\"%s\">%s</text>\n", at,
                 one.colour.c_str(), one.name.c_str());
    at += 24 + 7 * static_cast<double>(one.name.size());
  }
  std::fprintf(out, "</svg>\n");
  return std::fclose(out) == 0;
}

} // namespace

int main(int count, char** arguments) {
  CLI::App app{"The echo canceller beside speexdsp's: what is left, and what a sample takes"};
  std::string picture;
  app.add_option("PICTURE", picture, "Of the echo's decay, an SVG file; is overwritten");
  CLI11_PARSE(app, count, arguments);
  if (!g168::present()) {
    std::fprintf(stderr, "echo_bench: no tables of G.168 in %s/g168. Set SWITCHROOM_VECTORS.\n",
                 switchroom::dsp::testing::vectors_folder().c_str());
    return 1;
  }
  const auto of = call();
  const auto ours = timed(of, [](const both_ways& c) { return by_us(c, 128); });
  const auto speex = timed(of, [](const both_ways& c) { return by_speex(c, 128); });
  std::printf("seconds    echo    ours   speexdsp   dBm0\n");
  for (double at = 0; at < seconds; at += 0.5)
    std::printf("%4.1f     %6.1f  %6.1f  %6.1f\n", at, g168::level_between(of.near, at, at + 0.49),
                g168::level_between(ours.left, at, at + 0.49),
                g168::level_between(speex.left, at, at + 0.49));
  const auto long_ours = timed(of, [](const both_ways& c) { return by_us(c, 1024); });
  const auto long_speex = timed(of, [](const both_ways& c) { return by_speex(c, 1024); });
  std::printf("a sample, 16 ms: %.0f ns, speexdsp %.0f; 128 ms: %.0f ns, speexdsp %.0f\n",
              ours.ns_a_sample, speex.ns_a_sample, long_ours.ns_a_sample, long_speex.ns_a_sample);
  if (picture.empty())
    return 0;
  return draw(picture, {{"canceller off", "#888", "none", decay(of.near)},
                        {"speexdsp, 16 ms", "#06c", "none", decay(speex.left)},
                        {"128 ms", "#06c", "5 3", decay(long_speex.left)},
                        {"ours, 16 ms", "#080", "none", decay(ours.left)},
                        {"128 ms", "#080", "5 3", decay(long_ours.left)}})
             ? 0
             : 1;
}
