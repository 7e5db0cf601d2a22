// SPDX-License-Identifier: MIT
#include "app/operator_reports.hpp"

#include "board/discovery.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

constexpr double full_milliwatt = 22827.0 * 22827.0 / 2; // mean square of a sine of that peak

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
    line.set_level_in_dbm0(at < view.line_mean_squares.size() ? dbm0(view.line_mean_squares[at])
                                                              : dbm0(0));
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
