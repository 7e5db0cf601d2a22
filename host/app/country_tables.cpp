// SPDX-License-Identifier: MIT
// Frequencies and cadences: ITU-T E.180 supplement 2, levels after E.180 clause 5 (a tone of one
// frequency at −12 dBm0, each of a pair at −15). What a country has no tone for (confirmation,
// refusal, hold, messages) is a policy of this project: quick beats of a tone that its phones know.
#include "app/country_tables.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

struct beat {
  double hz = 0, second_hz = 0; ///< 0: silence, one frequency
  unsigned ms = 0;              ///< 0: for ever
};
using program = std::vector<beat>; ///< starts again at its first beat when it is over

struct country {
  std::string_view locale;
  program dial, ringback, busy, congestion, unobtainable, call_waiting;
  std::vector<unsigned> ringing; ///< ms of ringing and silence in turn
};

const program information{{950, 0, 330}, {1400, 0, 330}, {1800, 0, 330}, {0, 0, 1000}};

const std::array countries{
    country{"GB",
            {{350, 440, 0}},
            {{400, 450, 400}, {0, 0, 200}, {400, 450, 400}, {0, 0, 2000}},
            {{400, 0, 375}, {0, 0, 375}},
            {{400, 0, 400}, {0, 0, 350}, {400, 0, 225}, {0, 0, 525}},
            {{400, 0, 0}},
            {{400, 0, 100}, {0, 0, 0}},
            {400, 200, 400, 2000}},
    country{"DE",
            {{425, 0, 0}},
            {{425, 0, 1000}, {0, 0, 4000}},
            {{425, 0, 480}, {0, 0, 480}},
            {{425, 0, 240}, {0, 0, 240}},
            information,
            {{425, 0, 200}, {0, 0, 200}, {425, 0, 200}, {0, 0, 0}},
            {1000, 4000}},
    country{"NL",
            {{425, 0, 0}},
            {{425, 0, 1000}, {0, 0, 4000}},
            {{425, 0, 500}, {0, 0, 500}},
            {{425, 0, 250}, {0, 0, 250}},
            information,
            {{425, 0, 500}, {0, 0, 0}},
            {1000, 4000}},
    country{"FR",
            {{440, 0, 0}},
            {{440, 0, 1500}, {0, 0, 3500}},
            {{440, 0, 500}, {0, 0, 500}},
            {{440, 0, 250}, {0, 0, 250}},
            information,
            {{440, 0, 300}, {0, 0, 0}},
            {1500, 3500}},
    country{"US",
            {{350, 440, 0}},
            {{440, 480, 2000}, {0, 0, 4000}},
            {{480, 620, 500}, {0, 0, 500}},
            {{480, 620, 250}, {0, 0, 250}},
            information,
            {{440, 0, 300}, {0, 0, 0}},
            {2000, 4000}},
};

/// The sound of a tone's first beat, in beats of its own.
program quick(const program& like, unsigned ms) {
  return {{like[0].hz, like[0].second_hz, ms}, {0, 0, ms}};
}

/// Three quick beats, then one that is longer: yes, but.
program limited(const program& like) {
  program beats;
  for (int n = 0; n < 3; ++n)
    for (const auto& one : quick(like, 100))
      beats.push_back(one);
  beats.push_back({like[0].hz, like[0].second_hz, 600});
  beats.push_back({0, 0, 300});
  return beats;
}

/// Two short beats of the tone, then some seconds of peace.
program reminder(const program& like) {
  auto beats = quick(like, 100);
  beats.push_back(beats[0]);
  beats.push_back({0, 0, 4700});
  return beats;
}

/// Three short beats of the tone, then the tone: one may dial at once.
program stuttering(const program& like) {
  program beats;
  for (unsigned n = 0; n < 3; ++n)
    for (const auto& one : quick(like, 100))
      beats.push_back(one);
  beats.push_back(like[0]);
  return beats;
}

std::uint32_t amplitude(double hz, bool is_pair) {
  return hz == 0 ? 0U : peak_of(is_pair ? -15 : -12);
}

void add(country_tables& to, exchange::tone what, const program& beats) {
  using frequency = regs::tone_block::segment_frequency;
  using level = regs::tone_block::segment_amplitude;
  using timing = regs::tone_block::segment_timing;
  const auto first = static_cast<std::uint32_t>(to.segments.size() / 3);
  to.first_segment[what] = static_cast<std::uint8_t>(first);
  for (std::uint32_t n = 0; n < beats.size(); ++n) {
    const beat& one = beats[n];
    const bool is_pair = one.second_hz != 0;
    const std::uint32_t next = first + (n + 1) % static_cast<std::uint32_t>(beats.size());
    to.segments.push_back(
        {frequency::offset + first + n,
         frequency::a::of(turns_of(one.hz)) | frequency::b::of(turns_of(one.second_hz))});
    to.segments.push_back(
        {level::offset + first + n, level::a::of(amplitude(one.hz, is_pair)) |
                                        level::b::of(amplitude(one.second_hz, is_pair))});
    to.segments.push_back(
        {timing::offset + first + n, timing::duration_ms::of(one.ms) | timing::next::of(next)});
  }
}

/// Three quick bursts: a page (S6) is not mistaken for a call, whatever the country's ringing.
const std::vector<unsigned> paging{200, 200, 200, 200, 200, 1800};

void add_cadence(country_tables& to, std::uint32_t number, const std::vector<unsigned>& phases) {
  using word = regs::fxs_block::cadence;
  const std::uint32_t first = word::offset + number * 8; // regs/fxs.toml: of 8 phases each
  for (std::uint32_t phase = 0; phase < phases.size(); ++phase)
    to.cadences.push_back(
        {first + phase, word::duration_ms::of(phases[phase]) | word::ring::of(phase % 2 == 0)});
  to.cadences.push_back({first + static_cast<std::uint32_t>(phases.size()), 0});
}

const country& country_of(std::string_view locale) {
  for (const auto& one : countries)
    if (one.locale == locale)
      return one;
  return countries[0];
}

dsp::progress_tone progress(const program& beats) {
  dsp::progress_tone made;
  for (const auto& one : beats)
    made.push_back({one.hz, one.second_hz, one.ms});
  return made;
}

} // namespace

std::uint32_t turns_of(double hz) { // a turn is 65,536, the sample rate 8000 Hz
  return static_cast<std::uint32_t>(std::lround(hz * 65536 / 8000));
}

std::uint32_t peak_of(double dbm0) { // regs/tone.toml: 0 dBm0 is 22,827 peak
  return static_cast<std::uint32_t>(std::lround(22827 * std::pow(10, dbm0 / 20)));
}

std::vector<dsp::progress_tone> progress_of(std::string_view locale) {
  const auto& found = country_of(locale);
  return {progress(found.dial), progress(found.busy), progress(found.congestion),
          progress(found.ringback)};
}

country_tables tables_of(std::string_view locale) {
  const country* found = &country_of(locale);
  country_tables made;
  add(made, exchange::tone::dial, found->dial);
  add(made, exchange::tone::secondary_dial, found->dial);
  add(made, exchange::tone::ringback, found->ringback);
  add(made, exchange::tone::busy, found->busy);
  add(made, exchange::tone::congestion, found->congestion);
  add(made, exchange::tone::unobtainable, found->unobtainable);
  add(made, exchange::tone::confirmation, quick(found->dial, 100));
  add(made, exchange::tone::confirmation_limited, limited(found->dial));
  add(made, exchange::tone::refusal, quick(found->busy, 60));
  add(made, exchange::tone::hold, reminder(found->dial));
  add(made, exchange::tone::call_waiting, found->call_waiting);
  add(made, exchange::tone::messages, stuttering(found->dial));
  add_cadence(made, 0, found->ringing);
  made.first_pause = std::chrono::milliseconds{
      std::accumulate(found->ringing.begin(), found->ringing.end() - 1, 0U)};
  add_cadence(made, 1, paging);
  made.cadence = {{exchange::ring_cadence::internal, std::uint8_t{0}},
                  {exchange::ring_cadence::external, std::uint8_t{0}},
                  {exchange::ring_cadence::page, std::uint8_t{1}}};
  return made;
}

} // namespace switchroom::app
