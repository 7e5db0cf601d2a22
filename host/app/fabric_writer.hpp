// SPDX-License-Identifier: MIT
/// What the exchange decides, as words for the registers of the fabric. Pure: keeps a copy of
/// the words that hold more than one thing, and no more.
#pragma once
#include "board/capabilities.hpp"
#include "exchange/exchange.hpp"
#include "lines/tone_plan.hpp"
#include "media/voice.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace switchroom::app {

using register_writes = std::vector<media::register_write>;

class fabric_writer {
public:
  /// `lines` are those configured; `mu_law` is how their codecs speak. The locale's tones and
  /// ring cadences are loaded; an unknown locale takes those of "GB".
  fabric_writer(std::string locale, bool mu_law, std::vector<line_id> lines);

  /// Everything that a board must be told before its first call: silence everywhere, tones and
  /// cadences of the country, lines and DTMF detectors on. Also sets what step() works with.
  register_writes start(const board::capabilities&);

  /// Adds what this action needs to the writes that wait. Actions that are not the fabric's add
  /// nothing; nor do those that name what the board does not have.
  void take(const exchange::action&);

  /// The writes that wait, without a commit: for what must have happened before a message
  /// leaves. Connections stay in the shadow table until finish().
  register_writes so_far();

  /// The rest of a step: with one commit, if there was a connection among its actions (all of
  /// them take effect in one frame).
  register_writes finish();

private:
  void put(std::uint16_t block_type, std::uint32_t offset, std::uint32_t word);
  void connect(const exchange::connect&);
  void play(const exchange::play&);
  void control_line(line_id, std::uint32_t mask, std::uint32_t bits);

  std::string locale_;
  bool mu_law_;
  std::vector<line_id> lines_;
  board::capabilities board_;
  std::map<exchange::tone, std::uint8_t> first_segment_;
  std::map<line_id, std::uint32_t> line_control_;
  std::uint16_t start_ = 0; ///< the number that makes a tone start anew
  register_writes waiting_;
  bool is_connected_ = false; ///< a connection waits for the commit
};

} // namespace switchroom::app
