// SPDX-License-Identifier: MIT
// The echo canceller while both ends speak with like voices, which G.168's sources have not: of two
// sounds that are alike the one could be foretold from the other for a while. Speech is the ITU's
// (test vectors of G.711 Appendix I and of G.722). Beside speexdsp in the same run.
#include "g168_bench.hpp"
#include "speex_canceller.hpp"
#include "switchroom/dsp/echo_canceller.hpp"
#include "switchroom/dsp/resampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;
namespace g168 = files::g168;
using g168::words;

using TwoVoices = files::G168;

constexpr double spoken_dbm0 = -20;

words as_loud(const words& voice) {
  const double gain = std::pow(10, (spoken_dbm0 - level_dbm0(voice)) / 20);
  words out;
  for (const auto sample : voice)
    out.push_back(files::clip(gain * sample));
  return out;
}
/// A woman.
words f2() {
  const auto read = files::itu_words("g711_plc", "f2.le");
  return as_loud({read.begin(), read.end()});
}
/// At 8 kHz.
words inpsp() {
  const auto read = files::itu_words("g722", "inpsp.bin");
  const words wide(read.begin(), read.end());
  words narrow(wide.size() / 2);
  resampler(rates::from_16_to_8).process(wide, narrow);
  return as_loud(narrow);
}

/// One way in which two like voices lie to one another.
struct meeting {
  std::string model;
  double erl_db, near_db; ///< the near end beside the far end
  double alone_s;         ///< before the near end begins
  std::size_t lag;        ///< of the one in the recording
};

/// What is left beside what the near end says, and the echo that there is with no canceller.
struct left_beside {
  double loudest_db = -200; ///< of 20 ms, over the loudest 20 ms of the echo
  double whole_db = 0;      ///< of all, over all of the echo
};
left_beside compared(const words& left, const words& said, const std::vector<double>& echo,
                     std::size_t from) {
  constexpr std::size_t frame = 160;
  double loudest_left = 0, loudest_echo = 0, all_left = 0, all_echo = 0;
  for (std::size_t n = from; n + frame <= left.size(); n += frame) {
    double of_left = 0, of_echo = 0;
    for (std::size_t i = n; i < n + frame; ++i) {
      of_left += std::pow(left[i] - said[i], 2);
      of_echo += std::pow(echo[i], 2);
    }
    loudest_left = std::max(loudest_left, of_left);
    loudest_echo = std::max(loudest_echo, of_echo);
    all_left += of_left;
    all_echo += of_echo;
  }
  return {10 * std::log10(loudest_left / loudest_echo), 10 * std::log10(all_left / all_echo)};
}

struct results {
  left_beside ours, speex;
};
results meet(const words& voice, const meeting& how, unsigned taps) {
  const auto from = static_cast<std::size_t>(how.alone_s * 8000);
  const std::size_t until = from + 5 * 8000 / 64 * 64;
  g168::echo_path path(how.model, how.erl_db);
  echo_canceller canceller(taps);
  files::speex_canceller peer(taps);
  words left, left_by_speex, said;
  std::vector<double> echo;
  for (std::size_t n = 0; n < until; ++n) {
    const std::int16_t received = g168::coded(voice[n % voice.size()]);
    said.push_back(n < from ? std::int16_t{0}
                            : files::clip(std::pow(10, how.near_db / 20) *
                                          voice[(n + how.lag) % voice.size()]));
    echo.push_back(path.step(received));
    const std::int16_t sent = g168::coded(echo.back() + said.back());
    left.push_back(canceller.cancel(received, sent));
    peer.cancel(received, sent, left_by_speex);
  }
  said.resize(left_by_speex.size());
  left.resize(left_by_speex.size());
  return {compared(left, said, echo, from), compared(left_by_speex, said, echo, from)};
}

/// What is left at worst of both speakers and all paths, in dB.
results worst_of(double alone_s, unsigned taps) {
  results worst{{-200, -200}, {-200, -200}};
  const auto take = [](left_beside& so_far, const left_beside& got) {
    so_far.loudest_db = std::max(so_far.loudest_db, got.loudest_db);
    so_far.whole_db = std::max(so_far.whole_db, got.whole_db);
  };
  for (const auto& voice : {f2(), inpsp()})
    for (std::size_t n = 0; n < g168::models.size(); ++n)
      for (const double erl_db : {20.0, 10.0})
        for (const double near_db : {0.0, -6.0}) {
          const auto got =
              meet(voice, {g168::models[n], erl_db, near_db, alone_s, 3700 + n * voice.size() / 7},
                   taps);
          take(worst.ours, got.ours);
          take(worst.speex, got.speex);
        }
  return worst;
}

// Both speak from the first moment. What has done well for 32 ms is heard, and may be wrong, mostly
// for the next 16; on the whole it is hardly worse than with no canceller. Some of that are the
// steps of A-law, which are finer for an echo without a voice.
TEST_P(TwoVoices, FromTheFirstMomentAreHardlyWorseThanWithoutIt) {
  const auto [ours, speex] = worst_of(0, taps());
  std::printf("%u ms: loudest 20 ms %.1f dB over the echo's, all %.1f; speexdsp %.1f and %.1f\n",
              tail_ms(), ours.loudest_db, ours.whole_db, speex.loudest_db, speex.whole_db);
  EXPECT_TRUE(conforms("like voices at once, loudest", ours.loudest_db, 8));
  EXPECT_TRUE(conforms("like voices at once, all", ours.whole_db, 3));
  EXPECT_LT(ours.whole_db, speex.whole_db);
}

// The far end speaks alone for three seconds before: what was learnt then is kept.
TEST_P(TwoVoices, DoNotMisleadItOnceItKnows) {
  const auto [ours, speex] = worst_of(3, taps());
  std::printf("%u ms: loudest 20 ms %.1f dB over the echo's, all %.1f; speexdsp %.1f and %.1f\n",
              tail_ms(), ours.loudest_db, ours.whole_db, speex.loudest_db, speex.whole_db);
  EXPECT_TRUE(conforms("like voices after 3 s, loudest", ours.loudest_db, 0));
  EXPECT_TRUE(conforms("like voices after 3 s, all", ours.whole_db, -3));
  EXPECT_LT(ours.whole_db, speex.whole_db);
}

// One voice, or digits, with pauses shorter and longer than the tail: what is learnt is soon heard.
// G.168's sources have no pause for 250 ms.
TEST_P(TwoVoices, OneAloneIsCancelledSoon) {
  words digits; // "5", 80 ms, pauses as long
  for (unsigned n = 0; n < 40; ++n) {
    const words low = files::sine(770, -16, 640), high = files::sine(1336, -16, 640);
    for (std::size_t i = 0; i < low.size(); ++i)
      digits.push_back(files::clip(low[i] + high[i]));
    digits.resize(digits.size() + 640);
  }
  for (const auto& far : {f2(), inpsp(), digits})
    for (const auto& model : g168::models) {
      g168::echo_path path(model, 10);
      echo_canceller canceller(taps());
      words near(16'000), once;
      files::add_noise(near, -60, 3);
      while (once.size() < near.size())
        once.insert(once.end(), far.begin(), far.end());
      once.resize(near.size());
      const words left = g168::left_over(canceller, path, once, near);
      g168::echo_path alone(model, 10);
      std::vector<double> echo;
      for (const auto sample : once)
        echo.push_back(alone.step(g168::coded(sample)));
      EXPECT_TRUE(conforms("one alone, 1 to 2 s, over the echo",
                           compared(left, near, echo, 8000).whole_db, -8))
          << model << ", " << far.size();
    }
}

INSTANTIATE_TEST_SUITE_P(Tail, TwoVoices, ::testing::ValuesIn(g168::tails_ms), files::name_of_tail);

} // namespace
