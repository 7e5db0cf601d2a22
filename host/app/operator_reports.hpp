// SPDX-License-Identifier: MIT
/// What the rim adds to the exchange's answers to operators: figures of the board, of voice and
/// of the network. Pure.
#pragma once
#include "app/clock_report.hpp"
#include "app/handshakes.hpp"
#include "app/line_gain.hpp"
#include "board/capabilities.hpp"
#include "exchange/alarms.hpp"
#include "media/voice.hpp"
#include "scn/transport/mesh.hpp"

#include "control.pb.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace switchroom::app {

/// What the rim knows at this moment.
struct rim_view {
  media::snapshot voice;
  transport::figures network;
  handshakes::figures dtls_handshakes;
  std::string link;                                    ///< as configured
  std::string down_why;                                ///< of the board, when it is down
  std::optional<board::capabilities> board;            ///< when it is up
  std::vector<std::uint32_t> line_mean_squares;        ///< of line slots; empty: not read
  std::vector<std::uint32_t> near_powers, left_powers; ///< before and after echo cancellers
  std::vector<std::uint32_t> link_counters; ///< regs::link_block, from received_frames on
  std::vector<std::uint32_t> connections;   ///< regs::switch_block::connection
  clock_words clock;                        ///< empty: not read
  std::optional<double> board_speed;        ///< over real time; nothing: not known
  clock_settings clock_configured;
};

/// Of a stream that is over, for people; empty if nothing was heard.
std::string summary(const media::stream_figures&);

/// dBm0 of a level meter's mean square: 0 dBm0 is a sine of 22,827 peak (regs/tone.toml).
/// −99 for silence.
double dbm0(std::uint32_t mean_square);

/// What the meter has of a slot; `gain_db` comes behind it.
control::v1::Level level_of(std::uint32_t peak, std::uint32_t mean_square, double gain_db);
/// Of a line with its slots, from the meter's words of all slots; `gain_db` lies between whom it
/// hears and it.
void fill_levels(control::v1::LineLevels&, std::span<const std::uint32_t> peaks,
                 std::span<const std::uint32_t> mean_squares, double gain_db);
/// Of a line with a canceller; `hears_dbm0` is none of one that hears nobody.
void fill_echo(control::v1::EchoState&, const rim_view&, std::optional<double> hears_dbm0);

/// By the silence of lines at rest. `not_known`: none is.
enum class law_found { not_known, right, other };
law_found law_at_rest(std::span<const std::uint32_t> peaks,
                      std::span<const std::uint32_t> mean_squares, bool mu_law);

/// A tone so loud, made louder by what is in front of the line's codec.
std::optional<refusal> cut_off(double level_dbm0, const line_gain&);

/// What the fabric has made louder or softer on the way into the line and back is no property of
/// it.
void take_out_gain(control::v1::LineTest&, const line_gain&);

void add_rim(control::v1::Status&, const rim_view&, const exchange::alarms& of_the_rim);
void add_rim(control::v1::Lines&, const rim_view&);
void add_rim(control::v1::Calls&, const rim_view&);
void add_rim(control::v1::Peers&, const rim_view&,
             const std::vector<transport::peer_address>& configured);
void add_rim(control::v1::Alarms&, const exchange::alarms& of_the_rim);
control::v1::Board board_report(const rim_view&);

} // namespace switchroom::app
