// SPDX-License-Identifier: MIT
/// A network and a far clock in virtual time, a count of our frames, and what a jitter buffer makes
/// of them. Every sample sent says when it was sent, so that what is played can be told from what
/// was made up.
#pragma once
#include "media/jitter_buffer.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <vector>

namespace switchroom::media::test {

inline instant at_frame(double frame) {
  return instant{std::chrono::microseconds(static_cast<std::int64_t>(frame * 125))};
}

/// A sample that tells its place: a count of 1 … 16,381.
constexpr int numbers = 16381;
inline std::int16_t numbered(std::uint64_t n) {
  return static_cast<std::int16_t>(1 + n % numbers);
}

inline std::vector<std::int16_t> payload(std::uint64_t number, unsigned length) {
  std::vector<std::int16_t> samples;
  for (unsigned i = 0; i < length; ++i)
    samples.push_back(numbered(number * length + i));
  return samples;
}

inline void put(jitter_buffer& buffer, std::uint64_t number, double frame, unsigned length) {
  buffer.put({false, 8, static_cast<std::uint16_t>(number + 65500),
              static_cast<std::uint32_t>(number * length + 0xfffff000), 7},
             payload(number, length), at_frame(frame));
}

using chance = std::mt19937;
using way = std::function<double(double seconds, chance&)>; ///< in ms

inline way exponential(double mean) {
  return [mean](double, chance& random) {
    return 30 + std::exponential_distribution<>(1 / mean)(random);
  };
}
inline way gaussian(double deviation) {
  return [deviation](double, chance& random) {
    return std::max(20.0, 80 + std::normal_distribution<>(0, deviation)(random));
  };
}

struct network {
  way takes;
  unsigned packet_ms = 20;
  double seconds = 60;
  double loss = 0, doubled = 0;
  double ppm = 0;          ///< by which the far clock is faster
  bool keeps_order = true; ///< none overtakes
  unsigned seed = 1;
  std::function<bool(double seconds)> speaks = [](double) { return true; }; ///< else it sends none
};

struct trace {
  unsigned length = 0;                          ///< of a packet, in samples
  std::multimap<double, std::uint64_t> arrival; ///< frame, packet
  std::vector<double> delays;                   ///< of those that came, in ms, rising
  std::uint64_t sent = 0, lost = 0;

  /// The constant delay in ms with which as many samples come late.
  double oracle(double late_share) const {
    const double ms = length / 8.0;
    double low = 0, high = 1000;
    for (int i = 0; i < 40; ++i) {
      const double middle = (low + high) / 2;
      double late = 0;
      for (const double d : delays)
        late += std::clamp((d - middle) / ms, 0.0, 1.0);
      (late / static_cast<double>(delays.size()) > late_share ? low : high) = middle;
    }
    return low;
  }
};

inline trace send_through(const network& net) {
  trace made;
  chance random(net.seed);
  const auto happens = [&](double share) {
    return share > 0 && std::uniform_real_distribution<>(0, 1)(random) < share;
  };
  made.length = net.packet_ms * 8;
  double last = 0;
  for (std::uint64_t n = 0; static_cast<double>(n) * net.packet_ms < net.seconds * 1000; ++n) {
    const double seconds = static_cast<double>(n) * net.packet_ms / 1000;
    const double index = static_cast<double>(n * made.length);
    double at = index / (1 + net.ppm * 1e-6) + 8 * net.takes(seconds, random);
    if (net.keeps_order)
      at = last = std::max(at, last);
    if (!net.speaks(seconds))
      continue;
    ++made.sent;
    if (happens(net.loss) && seconds < net.seconds - 1) {
      ++made.lost;
      continue;
    }
    made.arrival.emplace(at, n);
    if (happens(net.doubled))
      made.arrival.emplace(at + 100, n);
    made.delays.push_back((at - index) / 8);
  }
  std::ranges::sort(made.delays);
  return made;
}

/// What was played, frame by frame.
struct hearing {
  std::vector<std::int16_t> played;
  std::vector<double> delay_ms; ///< from when a sample was sent; below 0: it was not as sent
  jitter_buffer::counts counts;

  double mean_delay(double from_s = 0, double to_s = 1e9) const {
    double sum = 0, of = 0;
    for (std::size_t f = 0; f < delay_ms.size(); ++f)
      if (delay_ms[f] >= 0 && static_cast<double>(f) >= from_s * 8000 &&
          static_cast<double>(f) < to_s * 8000) {
        sum += delay_ms[f];
        ++of;
      }
    return sum / of;
  }
  double late_share(const trace& of) const {
    return static_cast<double>(counts.late) / static_cast<double>(of.delays.size());
  }
  /// Made up for samples that came, but late.
  double made_up_share(const trace& of) const {
    const auto lost = static_cast<double>(of.lost * of.length);
    return (static_cast<double>(counts.concealed_samples) - lost) /
           static_cast<double>(counts.played_samples);
  }
};

inline hearing listen(jitter_buffer& buffer, const trace& to) {
  hearing heard;
  auto next = to.arrival.begin();
  const auto frames = static_cast<std::uint64_t>(to.arrival.rbegin()->first) + 60;
  unsigned since_made_up = 0;
  for (std::uint64_t frame = 0; frame <= frames; ++frame) {
    for (; next != to.arrival.end() && next->first <= static_cast<double>(frame); ++next)
      put(buffer, next->second, next->first, to.length);
    const auto made_up = buffer.counted().concealed_samples;
    const int before = heard.played.empty() ? 0 : heard.played.back();
    heard.played.push_back(buffer.take());
    const int now = heard.played.back();
    // It is faded in for 10 ms.
    since_made_up = made_up == buffer.counted().concealed_samples ? since_made_up + 1 : 0;
    const auto number = static_cast<std::int64_t>(now - 1);
    const auto ago = ((static_cast<std::int64_t>(frame) - number) % numbers + numbers) % numbers;
    const bool as_sent = since_made_up > 80 && now == before + 1;
    heard.delay_ms.push_back(as_sent ? static_cast<double>(ago) / 8 : -1);
  }
  heard.counts = buffer.counted();
  return heard;
}

} // namespace switchroom::media::test
