// SPDX-License-Identifier: MIT
#include "cli/level_watch.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

#include <fmt/format.h>
#include <iostream>

namespace switchroom::cli {
namespace {

std::string in_dbm0(double dbm0) {
  return dbm0 <= silence_dbm0 ? "-" : fmt::format("{:.1f}", dbm0);
}

std::string overloaded(const control::v1::LineLevels& line) {
  const bool says = line.says().overload(), hears = line.hears().overload();
  return says && hears ? "says, hears" : says ? "says" : hears ? "hears" : "";
}

} // namespace

void show(const console& to, const control::v1::Levels& levels) {
  table rows({{"LINE"},
              {"STATE"},
              {"SLOT", true},
              {"SAYS dBm0", true},
              {"PEAK", true},
              {"HEARS SLOT", true},
              {"HEARS dBm0", true},
              {"PEAK", true},
              {"OVERLOAD"}});
  for (const auto& line : levels.lines()) {
    const auto rms = [](bool has, const control::v1::Level& level) {
      return has ? in_dbm0(level.rms_dbm0()) : "-";
    };
    const auto peak = [](bool has, const control::v1::Level& level) {
      return has ? in_dbm0(level.peak_dbm0()) : "-";
    };
    rows.row({line.name(), line.state(), line.has_slot() ? std::to_string(line.slot()) : "-",
              rms(line.has_says(), line.says()), peak(line.has_says(), line.says()),
              line.has_hears_slot() ? std::to_string(line.hears_slot()) : "-",
              rms(line.has_hears(), line.hears()), peak(line.has_hears(), line.hears()),
              overloaded(line)});
  }
  if (rows.empty())
    std::cout << "No lines are configured.\n";
  else
    rows.print(std::cout, to.width(), to.colour());
}

/// Return loss and what the canceller adds to it, by the names of ITU-T G.168.
void show(const console&, const control::v1::EchoState& echo) {
  std::cout << fmt::format("Line {}: ", echo.line());
  if (echo.tail_ms() == 0)
    std::cout << "no echo canceller is wanted.\n";
  else if (!echo.has_has_ms())
    std::cout << fmt::format("a canceller of {} ms is wanted in calls; {}.\n", echo.tail_ms(),
                             echo.state() == "no room"
                                 ? "there is no room for it: `switchroom alarms` says who has it"
                                 : "now there is no call");
  if (!echo.has_has_ms())
    return;
  std::cout << fmt::format("a canceller of {} ms {}; its tail lies at {} to {} ms of the board's "
                           "pool.\n",
                           echo.has_ms(), echo.state(), echo.from_ms(),
                           echo.from_ms() + echo.has_ms());
  if (!echo.has_returns_dbm0())
    return;
  std::cout << fmt::format("  hears    {} dBm0\n",
                           echo.has_hears_dbm0() ? in_dbm0(echo.hears_dbm0())
                                                 : "nothing, or too soft for an echo: below -40");
  std::cout << fmt::format(
      "  returns  {} dBm0{}\n", in_dbm0(echo.returns_dbm0()),
      echo.has_erl_db() ? fmt::format(", echo return loss (ERL) {:.1f} dB", echo.erl_db()) : "");
  std::cout << fmt::format(
      "  left     {} dBm0{}\n", in_dbm0(echo.left_dbm0()),
      echo.has_erle_db()
          ? fmt::format(", echo return loss enhancement (ERLE) {:.1f} dB", echo.erle_db())
          : "");
  if (echo.has_erl_db())
    std::cout << "Figures of an echo only while nobody speaks at the line.\n";
}

} // namespace switchroom::cli
