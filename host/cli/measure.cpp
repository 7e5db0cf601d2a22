// SPDX-License-Identifier: MIT
#include "cli/measure.hpp"

#include "switchroom/dsp/measure.hpp"
#include "switchroom/dsp/wav.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <iostream>
#include <variant>

namespace switchroom::cli {
namespace {

void print(const dsp::comparison& found) {
  std::cout << fmt::format("delay        {:.2f} ms\n", found.delay_ms())
            << fmt::format("gain         {:.2f} dB{}\n", found.gain_db,
                           found.inverted ? ", inverted" : "")
            << fmt::format("SNR          {:.1f} dB\n", found.snr_db)
            << fmt::format("level        {:.1f} dBm0 (played: {:.1f} dBm0)\n",
                           found.recording_active_dbm0, found.reference_active_dbm0)
            << fmt::format("longest gap  {:.0f} ms, {} gaps\n", found.longest_gap_ms, found.gaps)
            << fmt::format("slips        {}\n", found.slips.size())
            << fmt::format("covered      {:.0f} %\n", found.covered * 100);
  for (const auto& slip : found.slips)
    std::cout << fmt::format("  at {:.0f} ms: {} samples\n", slip.at_ms, slip.samples);
}

void print_json(const dsp::comparison& found) {
  const boost::json::object answer{{"result", dsp::to_string(found.result)},
                                   {"delayMs", found.delay_ms()},
                                   {"gainDb", found.gain_db},
                                   {"snrDb", found.snr_db},
                                   {"levelDbm0", found.recording_active_dbm0},
                                   {"referenceLevelDbm0", found.reference_active_dbm0},
                                   {"longestGapMs", found.longest_gap_ms},
                                   {"gaps", found.gaps},
                                   {"slips", found.slips.size()},
                                   {"inverted", found.inverted},
                                   {"covered", found.covered}};
  std::cout << boost::json::serialize(answer) << '\n';
}

} // namespace

int measure(const console& to, const std::string& reference, const std::string& recording) {
  std::vector<std::int16_t> samples[2];
  const std::string* files[] = {&reference, &recording};
  for (std::size_t n = 0; n < 2; ++n) {
    auto read = dsp::read_wav(*files[n]);
    if (const auto* wrong = std::get_if<dsp::wav_error>(&read))
      return to.complain({wrong->what, wrong->remedy}, refused);
    samples[n] = std::get<std::vector<std::int16_t>>(std::move(read));
  }
  const auto found = dsp::compare(samples[0], samples[1]);
  if (to.json)
    print_json(found);
  if (found.result != dsp::outcome::measured)
    return to.complain({recording + " cannot be compared with " + reference + ": " +
                            std::string(dsp::to_string(found.result)),
                        "record while the reference is played, for as long as it lasts"},
                       refused);
  if (!to.json)
    print(found);
  return done;
}

} // namespace switchroom::cli
