// SPDX-License-Identifier: MIT
#include "clock_pictures.hpp"

#include <cmath>
#include <cstdio>
#include <functional>

namespace switchroom::bench {
namespace {

std::FILE* begin(const std::string& file, int height) {
  std::FILE* out = std::fopen(file.c_str(), "w");
  if (out == nullptr) {
    std::perror(file.c_str());
    return nullptr;
  }
  std::fprintf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 %d\" "
               "font-family=\"sans-serif\" font-size=\"12\">\n"
               "<!-- SPDX-License-Identifier: MIT. Made by clock_bench. -->\n"
               "<rect width=\"700\" height=\"%d\" fill=\"white\"/>\n",
               height, height);
  return out;
}
void end(std::FILE* out) {
  std::fprintf(out, "</svg>\n");
  std::fclose(out);
}
void text(std::FILE* out, double x, double y, const char* anchor, const std::string& colour,
          const std::string& what) {
  std::fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y,
               anchor, colour.c_str(), what.c_str());
}
void line(std::FILE* out, const curve& of, const std::function<double(double)>& x,
          const std::function<double(double)>& y) {
  std::fprintf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"%s points=\"",
               of.colour.c_str(), of.dashed ? " stroke-dasharray=\"5 3\"" : "");
  for (std::size_t n = 0; n < of.x.size(); ++n)
    std::fprintf(out, "%.1f,%.1f ", x(of.x[n]), y(of.y[n]));
  std::fprintf(out, "\"/>\n");
}
/// With their names below, from there on.
void lines(std::FILE* out, const std::vector<curve>& curves, int names,
           const std::function<double(double)>& x, const std::function<double(double)>& y) {
  int row = 0;
  for (const auto& one : curves) {
    line(out, one, x, y);
    text(out, 70 + 300 * (row % 2), names + 16 * (row / 2), "start", one.colour, one.name);
    ++row;
  }
}

} // namespace

void draw_mtie(const std::string& file, const std::vector<curve>& curves) {
  std::FILE* out = begin(file, 430);
  if (out == nullptr)
    return;
  const auto x = [](double tau) { return 60 + 120 * (std::log10(tau) + 1); };
  const auto y = [](double s) { return 350 - 82 * (std::log10(s) + 9); };
  const char* times[] = {"0.1 s", "1 s", "10 s", "100 s", "1,000 s", "10,000 s"};
  for (int n = 0; n <= 5; ++n) {
    std::fprintf(out, "<path d=\"M%d 22V350\" stroke=\"#ddd\"/>\n", 60 + 120 * n);
    text(out, 60 + 120 * n, 368, n == 5 ? "end" : "middle", "black", times[n]);
  }
  const char* errors[] = {"1 ns", "10 ns", "100 ns", "1 µs", "10 µs"};
  for (int n = 0; n <= 4; ++n) {
    std::fprintf(out, "<path d=\"M60 %dH660\" stroke=\"#ddd\"/>\n", 350 - 82 * n);
    text(out, 54, 354 - 82 * n, "end", "black", errors[n]);
  }
  text(out, 60, 14, "start", "black", "MTIE over observation interval");
  lines(out, curves, 390, x, y);
  end(out);
}

void draw_switch(const std::string& file, double from, double until, double at,
                 const std::vector<curve>& references, const curve& frames) {
  std::FILE* out = begin(file, 400);
  if (out == nullptr)
    return;
  const auto x = [&](double s) { return 60 + 600 * (s - from) / (until - from); };
  const auto above = [](double us) { return 160 - 2.5 * us; };
  const auto below = [](double ns) { return 280 - 0.4 * ns; };
  for (const int us : {0, 20, 40}) {
    std::fprintf(out, "<path d=\"M60 %.0fH660\" stroke=\"#ddd\"/>\n", above(us));
    text(out, 54, above(us) + 4, "end", "black", std::to_string(us) + " µs");
  }
  for (const int ns : {-150, 0, 150}) {
    std::fprintf(out, "<path d=\"M60 %.0fH660\" stroke=\"#ddd\"/>\n", below(ns));
    text(out, 54, below(ns) + 4, "end", "black", std::to_string(ns) + " ns");
  }
  for (int s = 0; s <= until - from; s += 5)
    text(out, x(from + s), 382, "middle", "black", std::to_string(s) + " s");
  std::fprintf(out, "<path d=\"M%.1f 20V366\" stroke=\"#999\" stroke-dasharray=\"4\"/>\n", x(at));
  text(out, x(at) + 4, 32, "start", "#666", "reference lost, 0.3 s later the other is followed");
  int row = 0;
  for (const auto& one : references) {
    line(out, one, x, above);
    text(out, 560 + 50 * row++, 188, "start", one.colour, one.name);
  }
  line(out, frames, x, below);
  text(out, 560, 206, "start", frames.colour, frames.name);
  end(out);
}

void draw_slips(const std::string& file, const std::vector<curve>& curves) {
  std::FILE* out = begin(file, 330);
  if (out == nullptr)
    return;
  const auto x = [](double ppm) { return 60 + 600 * (ppm + 60) / 170; };
  const auto y = [](double count) { return 260 - 1.4 * count; };
  for (int ppm = -50; ppm <= 100; ppm += 25) {
    std::fprintf(out, "<path d=\"M%.0f 22V260\" stroke=\"#ddd\"/>\n", x(ppm));
    text(out, x(ppm), 278, "middle", "black", std::to_string(ppm) + " ppm");
  }
  for (int count = 0; count <= 160; count += 40) {
    std::fprintf(out, "<path d=\"M60 %.0fH660\" stroke=\"#ddd\"/>\n", y(count));
    text(out, 54, y(count) + 4, "end", "black", std::to_string(count));
  }
  text(out, 60, 14, "start", "black", "Slips of a span in 200 s over the offset of its far end");
  lines(out, curves, 302, x, y);
  end(out);
}

} // namespace switchroom::bench
