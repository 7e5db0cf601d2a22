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
  std::cout
      << fmt::format("delay        {:.2f} ms\n", found.delay_ms())
      << fmt::format("gain         {:.2f} dB{} (median of 20 ms: {:.2f} dB)\n", found.gain_db,
                     found.inverted ? ", inverted" : "", found.median_gain_db)
      << fmt::format(
             "SNR          {:.1f} dB (median of 20 ms: {:.1f} dB; {:.0f} % are 10 dB worse)\n",
             found.snr_db, found.median_snr_db, found.damaged * 100)
      << fmt::format("level        {:.1f} dBm0 (played: {:.1f} dBm0)\n",
                     found.recording_active_dbm0, found.reference_active_dbm0)
      << fmt::format("longest gap  {:.0f} ms, {} gaps\n", found.longest_gap_ms, found.gaps)
      << fmt::format("slips        {}, {:.0f} ms in all\n", found.slips.size(), found.slipped_ms())
      << fmt::format("covered      {:.0f} %\n", found.covered * 100);
  for (const auto& slip : found.slips)
    std::cout << fmt::format("  at {:.0f} ms: {} samples\n", slip.at_ms, slip.samples);
}

void print_json(const dsp::comparison& found) {
  const boost::json::object answer{{"result", dsp::to_string(found.result)},
                                   {"delayMs", found.delay_ms()},
                                   {"gainDb", found.gain_db},
                                   {"snrDb", found.snr_db},
                                   {"medianGainDb", found.median_gain_db},
                                   {"medianSnrDb", found.median_snr_db},
                                   {"damaged", found.damaged},
                                   {"levelDbm0", found.recording_active_dbm0},
                                   {"referenceLevelDbm0", found.reference_active_dbm0},
                                   {"longestGapMs", found.longest_gap_ms},
                                   {"gaps", found.gaps},
                                   {"slips", found.slips.size()},
                                   {"slippedMs", found.slipped_ms()},
                                   {"inverted", found.inverted},
                                   {"covered", found.covered}};
  std::cout << boost::json::serialize(answer) << '\n';
}

} // namespace

int measure(const console& to, const std::string& reference, const std::string& recording,
            const std::string& channel) {
  const auto played = dsp::read_wav(reference);
  if (const auto* wrong = std::get_if<dsp::wav_error>(&played))
    return to.complain({wrong->what, wrong->remedy}, refused);
  const auto heard = dsp::read_wav_channels(recording);
  if (const auto* wrong = std::get_if<dsp::wav_error>(&heard))
    return to.complain({wrong->what, wrong->remedy}, refused);
  const auto& channels = std::get<0>(heard);
  if (channels.size() == 2 && channel.empty())
    return to.complain({recording + " has two channels, as the capture of a line has",
                        "say which with --channel: says (the left one) or hears (the right one)"},
                       refused);
  if (channels.size() == 1 && !channel.empty())
    return to.complain({recording + " has one channel", "leave --channel out"}, refused);
  const auto found = dsp::compare(std::get<0>(played), channels[channel == "hears" ? 1 : 0]);
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
