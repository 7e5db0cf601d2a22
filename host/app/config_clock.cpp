// SPDX-License-Identifier: MIT
// [clock]: what times the board's frames.
#include "app/config_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace switchroom::app {
namespace {

constexpr unsigned most_span_references = 14; // a board has 15 references, one of them external

std::optional<unsigned> reference_of(const std::string& text) {
  if (text == "external")
    return clock_settings::external;
  unsigned span = 0;
  const auto* end = text.data() + text.size();
  if (!text.starts_with("span "))
    return std::nullopt;
  const auto [at, error] = std::from_chars(text.data() + 5, end, span);
  if (error != std::errc() || at != end || span < 1 || span > most_span_references)
    return std::nullopt;
  return span;
}

} // namespace

void configuration_file::clock() {
  const toml::table* table = root_.table("clock");
  if (!table)
    return;
  auto in = section(*table, "[clock]");
  auto& clock = made_.clock;
  for (const auto& text : in.texts("references", true).value_or(std::vector<std::string>{})) {
    const auto reference = reference_of(text);
    const auto is_its = [&](const exchange::trunk_settings& trunk) {
      return !trunk.analog && trunk.span == reference;
    };
    if (!reference)
      in.wrong("references", "\"" + text + "\" is no reference",
               "write \"span N\" with N from 1 to " + std::to_string(most_span_references) +
                   ", or \"external\"");
    else if (std::ranges::find(clock.references, *reference) != clock.references.end())
      in.wrong("references", text + " is there twice", "name each once, the best first");
    else if (*reference != clock_settings::external &&
             std::ranges::none_of(made_.exchange.trunks, is_its))
      in.wrong("references", "no trunk is on " + text + ": the board does not listen to it",
               "name a span of a [[trunk]], or \"external\"");
    else
      clock.references.push_back(*reference);
  }
  if (const auto* list = table->get_as<toml::array>("references"); list != nullptr && list->empty())
    in.wrong("references", "references names nothing",
             "name what the clock follows, or leave [clock] out: the board's oscillator then");
  if (const auto kind = in.choice("external", {"8 kHz", "2048 kHz", "1 Hz"}))
    clock.external_kind = static_cast<regs::clock_kind>(*kind);
  clock.revertive = in.boolean("revertive").value_or(false);
  if (const auto ms = in.integer("hold_off_ms", 0, 60'000))
    clock.hold_off_ms = static_cast<std::uint32_t>(*ms);
  if (const auto seconds = in.integer("wait_to_restore_s", 0, 1000))
    clock.restore_ms = static_cast<std::uint32_t>(*seconds * 1000);
  clock.limit_ppm = in.number("limit_ppm", 1, 100).value_or(clock.limit_ppm);
  in.refuse_the_rest();
}

} // namespace switchroom::app
