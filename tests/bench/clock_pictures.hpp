// SPDX-License-Identifier: MIT
/// Pictures of clock_bench.
#pragma once
#include <string>
#include <vector>

namespace switchroom::bench {

struct curve {
  std::string name, colour;
  std::vector<double> x, y;
  bool dashed = false;
};

/// MTIE in seconds over observation interval in seconds, both logarithmic: 0.1 to 10,000 s, 1 ns to
/// 10 µs.
void draw_mtie(const std::string& file, const std::vector<curve>& curves);

/// Time in seconds; above how late the references are in µs, below how late frames are in ns.
void draw_switch(const std::string& file, double from, double until, double at,
                 const std::vector<curve>& references, const curve& frames);

/// Slips in 200 s over the far end's offset in ppm, -60 to 110.
void draw_slips(const std::string& file, const std::vector<curve>& curves);

} // namespace switchroom::bench
