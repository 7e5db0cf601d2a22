// SPDX-License-Identifier: MIT
/// What is said of a clock's time error x(t), in seconds, sampled evenly: MTIE and TDEV (ITU-T
/// G.810, Appendix II), and limits of ITU-T G.823 (docs/clocks.md says where they are from).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace switchroom::sim {

/// The most that x moves within any `window` + 1 samples.
inline double mtie(std::span<const double> x, std::size_t window) {
  std::deque<std::size_t> high, low;
  double most = 0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    while (!high.empty() && x[high.back()] <= x[n])
      high.pop_back();
    while (!low.empty() && x[low.back()] >= x[n])
      low.pop_back();
    high.push_back(n);
    low.push_back(n);
    if (high.front() + window < n)
      high.pop_front();
    if (low.front() + window < n)
      low.pop_front();
    most = std::max(most, x[high.front()] - x[low.front()]);
  }
  return most;
}

/// Time deviation at `n` samples; 0 where there are fewer than 3 n.
inline double tdev(std::span<const double> x, std::size_t n) {
  if (n == 0 || x.size() < 3 * n + 1)
    return 0;
  std::vector<double> sum(x.size() + 1);
  for (std::size_t k = 0; k < x.size(); ++k)
    sum[k + 1] = sum[k] + x[k];
  double squares = 0;
  const std::size_t places = x.size() - 3 * n + 1;
  for (std::size_t k = 0; k < places; ++k) {
    const double first = sum[k + n] - sum[k], second = sum[k + 2 * n] - sum[k + n],
                 third = sum[k + 3 * n] - sum[k + 2 * n];
    squares += (third - 2 * second + first) * (third - 2 * second + first);
  }
  const auto wide = static_cast<double>(n);
  return std::sqrt(squares / (6 * wide * wide * static_cast<double>(places)));
}

namespace g823 {

/// 6.2.3: output of an SEC, seconds of time error in `tau` seconds from 0.1 on.
inline double sec_mtie(double tau) {
  return 1e-9 * (tau <= 2.5    ? 250
                 : tau <= 20   ? 100 * tau
                 : tau <= 2000 ? 2000
                               : 433 * std::pow(tau, 0.2) + 0.01 * tau);
}
inline double sec_tdev(double tau) {
  return 1e-9 * (tau <= 17.14 ? 12
                 : tau <= 100 ? 0.7 * tau
                              : 58 + 1.2 * std::sqrt(tau) + 0.0003 * tau);
}
/// 6.2.4: PDH synchronization interface.
inline double pdh_mtie(double tau) {
  return 1e-9 * (tau <= 7.3 ? 732 : std::min(100 * tau, 2000.0));
}
inline double pdh_tdev(double tau) {
  return 1e-9 * (tau <= 48    ? 34
                 : tau <= 100 ? 0.7 * tau
                              : 58 + 1.2 * std::sqrt(tau) + 0.0003 * tau);
}
/// 7.1.2: what a 2,048 kbit/s input must bear of a sine of `hz`, peak to peak.
inline double tolerance(double hz) {
  constexpr double ui = 1 / 2.048e6;
  return hz <= 4.88e-3 ? 18e-6
         : hz <= 0.01  ? 0.088e-6 / hz
         : hz <= 1.667 ? 8.8e-6
         : hz <= 20    ? 15e-6 / hz
         : hz <= 2400  ? 1.5 * ui
         : hz <= 18e3  ? 3.6e3 / hz * ui
                       : 0.2 * ui;
}

} // namespace g823
} // namespace switchroom::sim
