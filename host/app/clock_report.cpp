// SPDX-License-Identifier: MIT
#include "app/clock_report.hpp"

#include <array>
#include <fmt/format.h>
#include <numeric>

namespace switchroom::app {
namespace {

using block = regs::clock_block;
constexpr double fractions = 268435456.0; // 2^28 of a clock

std::uint32_t word(const std::vector<std::uint32_t>& words, std::uint16_t offset) {
  return words[static_cast<std::size_t>(offset - block::state::offset)];
}
std::uint32_t at(const std::vector<std::uint32_t>& words, std::size_t place) {
  return place < words.size() ? words[place] : 0;
}

std::string state_of(std::uint32_t status) {
  using is = block::reference_status;
  if (is::usable::get(status))
    return "usable";
  if (is::fault::get(status))
    return "fault";
  if (!is::present::get(status))
    return "absent";
  return is::measured::get(status) && !is::within::get(status) ? "off frequency" : "waits";
}

std::string age(double seconds) {
  return seconds < 120    ? fmt::format("{:.0f} s", seconds)
         : seconds < 7200 ? fmt::format("{:.0f} min", seconds / 60)
                          : fmt::format("{:.0f} h", seconds / 3600);
}

} // namespace

std::optional<control::v1::Clock> clock_report(const clock_words& words,
                                               const clock_settings& configured,
                                               std::uint32_t clocks_per_frame) {
  static const std::array names{"free run", "acquiring", "locked", "holdover"};
  if (words.state.size() != block::jumps::offset - block::state::offset + 1 ||
      clocks_per_frame == 0)
    return std::nullopt;
  control::v1::Clock made;
  const auto state = word(words.state, block::state::offset);
  made.set_state(names.at(block::state::value::get(state)));
  made.set_since_s(word(words.state, block::since_s::offset));
  const auto frequency = static_cast<std::int32_t>(word(words.state, block::frequency::offset));
  made.set_oscillator_ppb(frequency * 1e9 / fractions / clocks_per_frame);
  made.set_switches(word(words.state, block::switches::offset));
  made.set_holdovers(word(words.state, block::holdovers::offset));
  made.set_jumps(word(words.state, block::jumps::offset));
  made.set_frame_slips(std::accumulate(words.repeats.begin(), words.repeats.end(), 0u) +
                       std::accumulate(words.skips.begin(), words.skips.end(), 0u));
  const auto count = static_cast<std::uint32_t>(words.status.size());
  for (const unsigned reference : configured.references) {
    auto& its = *made.add_references();
    its.set_name(reference_name(reference));
    const auto place = count == 0 ? 0 : reference_place(reference, count);
    // A span that the board does not have is as absent as one that is not plugged in.
    const bool there = place + (reference != clock_settings::external) < count;
    its.set_state(there ? state_of(words.status[place]) : "absent");
    if (!there)
      continue;
    its.set_losses(at(words.losses, place));
    its.set_oscillator_ppb(static_cast<std::int32_t>(at(words.errors, place)) * 1e9 / 8000 /
                           clocks_per_frame);
    if (place == block::state::reference::get(state))
      made.set_reference(its.name());
  }
  return made;
}

std::string summary(const control::v1::Clock& clock) {
  std::string text = clock.state();
  if (!clock.reference().empty())
    text += (clock.state() == "locked" ? " to " : " ") + clock.reference();
  if (clock.since_s() >= 1)
    text += " for " + age(clock.since_s());
  if (clock.references().empty())
    return text + ", no reference configured";
  if (clock.state() != "free run")
    text += fmt::format(", oscillator {:+.2f} ppm", clock.oscillator_ppb() / 1000);
  for (const auto& one : clock.references())
    if (one.state() != "usable")
      text += ", " + one.name() + ' ' + one.state();
  return text;
}

} // namespace switchroom::app
