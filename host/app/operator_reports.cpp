// SPDX-License-Identifier: MIT
#include "app/operator_reports.hpp"

#include "board/discovery.hpp"
#include "switchroom/dsp/g711.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

constexpr double peak_of_0_dbm0 = 22827;                               // regs/tone.toml
constexpr double full_milliwatt = peak_of_0_dbm0 * peak_of_0_dbm0 / 2; // its mean square
constexpr double least_told_dbm0 = -40; // an echo of what is softer is noise
// Of both laws the largest code is this or a little more, the next one 3 % less (ITU-T G.711).
constexpr double largest_sample = 32124;
constexpr std::uint32_t smallest_of_a_law = 8; // which has no 0
constexpr double loudest_dbm0 = 3.14; // a sine that A-law does not cut off (ITU-T G.711, table 5)

struct named_counter {
  const char* name;
  const char* doc;
};

// In the order of the registers, from received_frames on (regs/link.toml).
constexpr std::array<named_counter, 8> board_counters{{
    {"received_frames", "link frames that the board received whole"},
    {"check_errors", "link frames that the board dropped: wrong CRC"},
    {"sequence_gaps", "link frames that the board missed"},
    {"malformed", "link frames that the board dropped: unknown type or wrong length"},
    {"late_samples", "samples that came to the board after their frame"},
    {"missing_samples", "samples that were due and had not come to the board"},
    {"dropped_cells", "cells that the board could not send in time"},
    {"dropped_events", "events that the board lost because its queue was full"},
}};

void add(control::v1::Board& to, const std::string& name, std::uint64_t value, const char* doc) {
  auto& counter = *to.add_counters();
  counter.set_name(name);
  counter.set_value(value);
  counter.set_doc(doc);
}

/// How many slots of the switch are the block's own: others listen to, or work for, those.
std::uint32_t slots_of(const board::block& block) {
  constexpr std::uint32_t of_a_span = 32, of_a_station = 4;
  if (!block.first_slot)
    return 0;
  switch (block.type) {
  case regs::e1_block::type:
    return block.capacity * of_a_span;
  case regs::iom2_block::type:
    return block.capacity * of_a_station;
  case regs::fxs_block::type:
  case regs::tone_block::type:
  case regs::link_block::type:
  case regs::g726_block::type:
  case regs::conference_block::type:
  case regs::hdlc_block::type:
    return block.capacity;
  default:
    return 0;
  }
}

void copy(const media::stream_figures& from, control::v1::MediaFigures& to) {
  to.set_packets_sent(from.packets_sent);
  to.set_packets_received(from.packets_received);
  to.set_packets_lost(from.packets_lost);
  to.set_packets_late(from.packets_late);
  to.set_slips(from.slips());
  to.set_settled(from.settled);
  to.set_lengthened_ms(static_cast<double>(from.lengthened_samples) / 8);
  to.set_shortened_ms(static_cast<double>(from.shortened_samples) / 8);
  to.set_jitter_ms(from.jitter_ms);
  to.set_buffer_ms(from.buffer_ms);
  to.set_concealed(from.concealed_share());
  to.set_round_trip_ms(from.round_trip_ms);
  to.set_far_lost(from.far_lost);
  to.set_far_jitter_ms(from.far_jitter_ms);
  const auto heard = media::rate(from);
  to.set_r(heard.r);
  to.set_mos(heard.mos);
  to.set_srtp(from.is_protected);
  to.set_codec(std::string(media::name_of(from.coded)));
  to.set_packets_forwarded(from.packets_forwarded);
  to.set_packets_refused(from.packets_stranger + from.packets_forged);
}

} // namespace

std::string summary(const media::stream_figures& f) {
  if (f.packets_received == 0)
    return {};
  const auto heard = media::rate(f);
  return fmt::format("{} packets, {:.1f} % lost, {:.1f} % concealed, jitter {:.1f} ms, round trip "
                     "{:.0f} ms, R {:.0f}, MOS {:.1f}",
                     f.packets_received, 100 * f.lost_share(), 100 * f.concealed_share(),
                     f.jitter_ms, f.round_trip_ms, heard.r, heard.mos);
}

double dbm0(std::uint32_t mean_square) {
  return mean_square == 0 ? -99.0 : 10.0 * std::log10(mean_square / full_milliwatt);
}

control::v1::Level level_of(std::uint32_t peak, std::uint32_t mean_square, double gain_db) {
  control::v1::Level level;
  if (peak <= smallest_of_a_law)
    peak = mean_square = 0;
  const double factor = std::pow(10, gain_db / 20);
  level.set_rms_dbm0(mean_square == 0 ? dbm0(0) : dbm0(mean_square) + gain_db);
  level.set_peak_dbm0(peak == 0 ? dbm0(0) : 20 * std::log10(peak / peak_of_0_dbm0) + gain_db);
  level.set_overload(peak * factor >= largest_sample);
  return level;
}

void fill_levels(control::v1::LineLevels& line, std::span<const std::uint32_t> peaks,
                 std::span<const std::uint32_t> mean_squares, double gain_db) {
  const auto known = std::min(peaks.size(), mean_squares.size());
  if (line.has_slot() && line.slot() < known)
    *line.mutable_says() = level_of(peaks[line.slot()], mean_squares[line.slot()], 0);
  if (line.has_hears_slot() && line.hears_slot() < known)
    *line.mutable_hears() =
        level_of(peaks[line.hears_slot()], mean_squares[line.hears_slot()], gain_db);
}

void fill_echo(control::v1::EchoState& echo, const rim_view& view,
               std::optional<double> hears_dbm0) {
  const std::size_t at = echo.line() - 1;
  if (at >= view.near_powers.size() || at >= view.left_powers.size())
    return;
  const double returns = dbm0(view.near_powers[at]), left = dbm0(view.left_powers[at]);
  echo.set_returns_dbm0(returns);
  echo.set_left_dbm0(left);
  if (!hears_dbm0 || *hears_dbm0 < least_told_dbm0)
    return; // of silence there is no echo
  echo.set_hears_dbm0(*hears_dbm0);
  echo.set_erl_db(*hears_dbm0 - returns);
  echo.set_erle_db(returns - left);
}

law_found law_at_rest(std::span<const std::uint32_t> peaks,
                      std::span<const std::uint32_t> mean_squares, bool mu_law) {
  // Magnitudes of 0 as one law sends it, by this law and by the other.
  const auto silence_of = [](std::uint8_t octet, bool mu) {
    return static_cast<std::uint32_t>(
        std::abs(mu ? dsp::g711::decode_mu(octet) : dsp::g711::decode_a(octet)));
  };
  const std::uint8_t a = dsp::g711::encode_a(0), mu = dsp::g711::encode_mu(0);
  const auto own = silence_of(mu_law ? mu : a, mu_law), other = silence_of(mu_law ? a : mu, mu_law);
  bool rests = false;
  for (std::size_t n = 0; n < std::min(peaks.size(), mean_squares.size()); ++n) {
    if (mean_squares[n] != peaks[n] * peaks[n])
      continue; // something is said there
    if (peaks[n] == other)
      return law_found::other;
    rests |= peaks[n] == own && own != 0;
  }
  return rests ? law_found::right : law_found::not_known;
}

std::optional<refusal> cut_off(double level_dbm0, const line_gain& gain) {
  if (level_dbm0 + gain.out_db <= loudest_dbm0)
    return std::nullopt;
  return refusal{
      fmt::format("A tone of {:.2f} dBm0 is cut off by the line's codec: the gain of what "
                  "the line hears makes it {:+.2f} dBm0, and A-law ends at 3.14.",
                  level_dbm0, level_dbm0 + gain.out_db),
      fmt::format("Use a tone of {:.0f} dBm0 or less, or take the gain back with "
                  "`switchroom line gain`.",
                  std::floor(loudest_dbm0 - gain.out_db))};
}

void add_rim(control::v1::Status& status, const rim_view& view,
             const exchange::alarms& of_the_rim) {
  status.set_alarms(status.alarms() + of_the_rim.standing());
  status.set_board_frame(view.voice.link.frame);
  status.set_board_speed(view.board_speed.value_or(0));
  if (!view.board) {
    status.set_clock("none: the board is down");
    return;
  }
  status.set_clock("board at " + view.link + ", " + std::to_string(view.board->clocks_per_frame) +
                   " clocks a frame");
  if (auto clock = clock_report(view.clock, view.clock_configured, view.board->clocks_per_frame)) {
    status.set_clock(summary(*clock) + (clock->references().empty() ? ", " + status.clock() : ""));
    status.set_slips(status.slips() + clock->frame_slips());
    *status.mutable_timing() = std::move(*clock);
  }
  for (const auto& stream : view.voice.streams)
    status.set_slips(status.slips() + stream.figures.slips());
}

void add_rim(control::v1::Lines& lines, const rim_view& view) {
  for (auto& line : *lines.mutable_lines()) {
    const std::size_t at = line.line() - 1;
    const auto mean_square = at < view.line_mean_squares.size() ? view.line_mean_squares[at] : 0;
    const bool silent = mean_square <= smallest_of_a_law * smallest_of_a_law;
    line.set_level_in_dbm0(dbm0(silent ? 0 : mean_square));
    if (line.echo_tail_ms() > 0 && at < view.near_powers.size() && at < view.left_powers.size())
      line.set_echo_removed_db(dbm0(view.near_powers[at]) - dbm0(view.left_powers[at]));
  }
}

void add_rim(control::v1::Calls& calls, const rim_view& view) {
  for (auto& call : *calls.mutable_calls())
    for (auto& figures : *call.mutable_media()) {
      const auto stream = std::ranges::find(
          view.voice.streams, host_slot{static_cast<std::uint8_t>(figures.host_slot())},
          &media::slot_figures::slot);
      if (stream != view.voice.streams.end())
        copy(stream->figures, figures);
    }
}

void add_rim(control::v1::Peers& peers, const rim_view& view,
             const std::vector<transport::peer_address>& configured) {
  peers.set_strangers(view.network.strangers);
  for (auto& peer : *peers.mutable_peers()) {
    const auto address =
        std::ranges::find(configured, peer.gateway(), &transport::peer_address::name);
    if (address != configured.end())
      peer.set_endpoint(address->endpoint);
    if (const auto figures = view.network.peers.find(peer.gateway());
        figures != view.network.peers.end()) {
      peer.set_sent(figures->second.sent);
      peer.set_malformed(peer.malformed() + figures->second.malformed);
    }
  }
}

void add_rim(control::v1::Alarms& alarms, const exchange::alarms& of_the_rim) {
  alarms.MergeFrom(of_the_rim.all());
  std::ranges::sort(*alarms.mutable_alarms(), exchange::counts_before(), &control::v1::Alarm::id);
}

void take_out_gain(control::v1::LineTest& found, const line_gain& gain) {
  constexpr double nothing_dbm0 = -90; // that, or less, came back (lines::line_test)
  const auto without = [](double dbm0, double db) {
    return dbm0 <= nothing_dbm0 ? dbm0 : dbm0 - db;
  };
  const double both = gain.in_db + gain.out_db;
  found.set_noise_dbm0(without(found.noise_dbm0(), gain.in_db));
  for (auto& tone : *found.mutable_tones()) {
    tone.set_level_dbm0(without(tone.level_dbm0(), both));
    if (tone.has_return_loss_db())
      tone.set_return_loss_db(tone.return_loss_db() + both);
  }
}

control::v1::Board board_report(const rim_view& view) {
  control::v1::Board report;
  const auto& link = view.voice.link;
  report.set_endpoint(view.link);
  report.set_state(view.board ? "up" : "down: " + view.down_why);
  report.set_frame(link.frame);
  add(report, "host.cells", link.cells, "frames that the host heard of");
  add(report, "host.missing_cells", link.missing_cells, "frames that the host did not hear of");
  add(report, "host.received_frames", link.received_frames, "link frames received whole");
  add(report, "host.check_errors", link.check_errors, "link frames dropped: wrong CRC");
  add(report, "host.sequence_gaps", link.sequence_gaps, "link frames missed");
  add(report, "host.malformed", link.malformed, "link frames dropped: wrong type or length");
  add(report, "host.retransmissions", link.retransmissions, "requests that were sent again");
  add(report, "host.connects", link.connects, "times that the board was reached");
  add(report, "host.stray_packets", view.voice.strays, "RTP packets to a slot with no call");
  add(report, "host.dtls_made", view.dtls_handshakes.made,
      "streams of phones that got keys by DTLS");
  add(report, "host.dtls_refused", view.dtls_handshakes.refused,
      "phones whose certificate was not the one that they had told");
  add(report, "host.dtls_troubled", view.dtls_handshakes.troubled,
      "handshakes with phones that could not be finished");
  if (!view.board)
    return report;
  report.set_clocks_per_frame(view.board->clocks_per_frame);
  for (const auto& block : view.board->blocks) {
    auto& to = *report.add_blocks();
    to.set_name(std::string(board::block_name(block.type)));
    to.set_type(block.type);
    to.set_version(block.version);
    to.set_capacity(block.capacity);
    if (const auto slots = slots_of(block); slots > 0) {
      to.set_first_slot(*block.first_slot);
      to.set_slots(slots);
    }
  }
  for (std::size_t n = 0; n < std::min(view.link_counters.size(), board_counters.size()); ++n)
    add(report, std::string("board.") + board_counters[n].name, view.link_counters[n],
        board_counters[n].doc);
  using connection = regs::switch_block::connection;
  for (const std::uint32_t word : view.connections)
    report.add_slot_sources(connection::enable::get(word) ? connection::source::get(word) + 1 : 0);
  return report;
}

} // namespace switchroom::app
