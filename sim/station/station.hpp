// SPDX-License-Identifier: MIT
/// The desk side of a digital phone: two lines of display, programmable buttons with a lamp each,
/// and number keys. It speaks Q.932's feature keys beside calls, in unnumbered LAPD frames; its
/// calls are somebody else's (tests/peers: libpri's). Pure.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace switchroom::sim {

class station {
public:
  static constexpr std::size_t columns = 40;
  enum class lamp { off, on, flashes };

  // Frames to be sent, without FCS; `tei`: the phone's.
  static std::string button(unsigned key, unsigned tei);
  static std::string keys(std::string_view pressed, unsigned tei);

  /// A frame has come. True: it was for the display or a lamp.
  bool take(std::string_view frame);
  /// A text in a call hides what is shown at rest, until the call is over.
  void show_in_call(std::string text) { in_call_ = std::move(text); }
  void call_over() { in_call_.reset(); }

  std::array<std::string, 2> lines() const;
  /// Those that are not off, by button.
  const std::map<unsigned, lamp>& lamps() const { return lamps_; }

private:
  std::string at_rest_;
  std::optional<std::string> in_call_;
  std::map<unsigned, lamp> lamps_;
};

} // namespace switchroom::sim
