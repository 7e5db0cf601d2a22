// SPDX-License-Identifier: MIT
/// What the exchange decides, as words for the registers of the fabric. Pure: keeps a copy of
/// the words that hold more than one thing, and no more.
#pragma once
#include "app/clock_settings.hpp"
#include "app/country_tables.hpp"
#include "app/line_gain.hpp"
#include "app/span_settings.hpp"
#include "board/capabilities.hpp"
#include "exchange/exchange.hpp"
#include "media/voice.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <switchroom/regs.hpp>
#include <utility>
#include <vector>

namespace switchroom::app {

using register_writes = std::vector<media::register_write>;

class fabric_writer {
public:
  /// `lines` are those configured; `mu_law` is how their codecs speak; `gains` those of lines that
  /// are not at 0 dB; `spans` those of trunks, of which the n-th has the n-th HDLC
  /// channel; `stations` digital ones, places at the bus from 1, whose channels follow;
  /// `exchange_lines` lead to exchanges, and are none of `lines`.
  fabric_writer(country_tables tables, bool mu_law, std::vector<line_id> lines,
                std::map<line_id, line_gain> gains = {}, std::vector<span_settings> spans = {},
                std::vector<unsigned> stations = {}, std::vector<line_id> exchange_lines = {})
      : tables_(std::move(tables)), mu_law_(mu_law), lines_(std::move(lines)),
        gains_(std::move(gains)), spans_(std::move(spans)), stations_(std::move(stations)),
        exchange_lines_(std::move(exchange_lines)) {}

  /// Everything that a board must be told before its first call: silence everywhere, tones and
  /// cadences of the country, lines and DTMF detectors on. Also sets what step() works with.
  register_writes start(const board::capabilities&);

  /// Adds what this action needs to the writes that wait. Actions that are not the fabric's add
  /// nothing; nor do those that name what the board does not have.
  void take(const exchange::action&);

  /// Adds what makes a line louder or softer, from now on and on the next board.
  void set_gain(line_id, line_gain);
  line_gain gain_of(line_id) const;
  /// Adds what makes louder what the line says, beside its gain: until it is set anew, on this
  /// board.
  void set_level_gain(line_id, double db);
  double level_gain_of(line_id) const;
  /// From where one slot speaks to where another hears it.
  double gain_between(slot_id from, slot_id to) const;
  /// Whom the slot hears, or is about to.
  std::optional<slot_id> source_of(slot_id) const;

  /// What boards are to be told of their clock; before the first start().
  void set_clock(clock_settings of) { clock_ = std::move(of); }

  /// The writes that wait, without a commit: for what must have happened before a message
  /// leaves. Connections stay in the shadow table until finish().
  register_writes so_far();

  /// The rest of a step: with one commit, if there was a connection among its actions (all of
  /// them take effect in one frame).
  register_writes finish();

private:
  /// A register that the board has; others are left out.
  template <typename Register>
  void put(std::uint32_t index, std::uint32_t word) {
    const board::block* block = board_.find(Register::block::type);
    if (block && index < Register::count)
      waiting_.push_back({regs::address(block->index, Register::offset + index), word});
  }
  void load(std::uint16_t block_type, const std::vector<table_word>&);
  void silence();
  void put_lines();
  void put_gains();
  void put_clock();
  void put_gain(line_id);
  double whole_gain_in(line_id) const;
  line_id line_at(slot_id) const;
  void put_spans();
  void put_stations();
  void join_d_channel(std::uint32_t slot, std::uint32_t channel);
  void connect(const exchange::connect&);
  void play(const exchange::play&);
  std::uint8_t load_test_tone(tone_channel, const exchange::sine&);
  void cancel(const exchange::cancel_echo&);
  void join(const exchange::member_join&);
  bool has(line_id) const;
  void put_exchange_lines();
  std::optional<std::uint32_t> exchange_place(line_id) const;
  void put_exchange_line(std::uint32_t place);
  void dial(std::uint32_t place, const std::string& digits);
  void control_line(line_id, std::uint32_t mask, std::uint32_t bits);

  country_tables tables_;
  bool mu_law_;
  std::vector<line_id> lines_;
  std::map<line_id, line_gain> gains_;
  std::map<line_id, double> level_gains_; ///< that are not 0
  std::map<slot_id, slot_id> sources_;    ///< of slots that hear something
  std::vector<span_settings> spans_;
  std::vector<unsigned> stations_;
  clock_settings clock_;
  std::vector<line_id> exchange_lines_;
  struct exchange_line {
    bool closed = false;
    std::uint32_t dial_end = 0;
    std::array<std::uint32_t, 4> dial{};
  };
  std::map<std::uint32_t, exchange_line> exchange_places_; ///< as the board was told
  board::capabilities board_;
  std::map<line_id, std::uint32_t> line_control_;
  std::uint16_t start_ = 0; ///< the number that makes a tone start anew
  register_writes waiting_;
  bool is_connected_ = false; ///< a connection waits for the commit
};

} // namespace switchroom::app
