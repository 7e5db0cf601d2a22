// SPDX-License-Identifier: MIT
#include "app/operator_reports.hpp"

#include <gtest/gtest.h>

#include <map>

namespace switchroom::app {
namespace {

rim_view seen() {
  rim_view view;
  view.link = "unix:/x";
  view.board.emplace();
  view.board->clocks_per_frame = 1024;
  view.board->blocks = {{0, 1, 1, 2, {}}, {1, 2, 1, 3, {}}};
  view.voice.link.frame = 77;
  view.voice.link.check_errors = 5;
  media::slot_figures stream{host_slot{9}, {}};
  stream.figures.packets_received = 100;
  stream.figures.packets_lost = 2;
  stream.figures.slips_dropped = 1;
  stream.figures.slips_repeated = 2;
  stream.figures.jitter_ms = 1.5;
  stream.figures.lengthened_samples = 100;
  stream.figures.shortened_samples = 4;
  view.voice.streams = {stream};
  return view;
}

TEST(OperatorReports, LevelIsReferredToTheDigitalMilliwatt) {
  // A sine of 22,827 peak is 0 dBm0 (regs/tone.toml); half the amplitude is 6.02 dB less.
  EXPECT_NEAR(dbm0(22827u * 22827u / 2u), 0.0, 0.001);
  EXPECT_NEAR(dbm0(22827u * 22827u / 8u), -6.02, 0.01);
  EXPECT_EQ(dbm0(0), -99.0);
}

TEST(OperatorReports, CallGetsTheFiguresOfItsVoiceStreams) {
  control::v1::Calls calls;
  auto& call = *calls.add_calls();
  call.add_media()->set_host_slot(9);
  call.add_media()->set_host_slot(3); // closed meanwhile
  add_rim(calls, seen());
  EXPECT_EQ(call.media(0).packets_received(), 100u);
  EXPECT_EQ(call.media(0).packets_lost(), 2u);
  EXPECT_EQ(call.media(0).slips(), 3u);
  EXPECT_EQ(call.media(0).jitter_ms(), 1.5);
  EXPECT_EQ(call.media(0).lengthened_ms(), 12.5);
  EXPECT_EQ(call.media(0).shortened_ms(), 0.5);
  EXPECT_EQ(call.media(1).packets_received(), 0u);
}

TEST(OperatorReports, StatusCountsSlipsAndAlarmsOfTheRim) {
  control::v1::Status status;
  status.set_alarms(1);
  exchange::alarms rim;
  rim.raise("store", "t", "w", "r");
  rim.raise("past", "t", "w", "r");
  rim.clear("past");
  add_rim(status, seen(), rim);
  EXPECT_EQ(status.alarms(), 2u);
  EXPECT_EQ(status.slips(), 3u);
  EXPECT_EQ(status.board_frame(), 77u);
  EXPECT_EQ(status.clock(), "board at unix:/x, 1024 clocks a frame");
  auto without = seen();
  without.board.reset();
  add_rim(status, without, rim);
  EXPECT_EQ(status.clock(), "none: the board is down");
}

/// A board of 8192 clocks a frame, with two spans; words by hand from regs/clock.toml.
rim_view with_clock(std::uint32_t state) {
  auto view = seen();
  view.board->clocks_per_frame = 8192;
  // state, frequency (+17 ppm: 17e-6 · 8192 · 2^28), held, phase, since; longer, shorter, switches,
  // holdovers, jumps
  view.clock.state = {state, 37'383'395, 0, 0, 7500, 1, 2, 3, 4, 5};
  view.clock.status = {0x1d, 0x02, 0x00};
  view.clock.errors = {1114, 0, 0};
  view.clock.losses = {0, 6, 0};
  view.clock.repeats = {1, 0};
  view.clock.skips = {0, 2};
  view.clock_configured.references = {1, 2, clock_settings::external};
  return view;
}

TEST(OperatorReports, TheClockIsTheFirstThingThatStatusSays) {
  control::v1::Status status;
  add_rim(status, with_clock(0x02), {});
  EXPECT_EQ(status.clock(), "locked to span 1 for 2 h, oscillator +17.00 ppm, span 2 fault, "
                            "external absent");
  EXPECT_EQ(status.slips(), 6u) << "of voice streams and of spans";
  EXPECT_EQ(status.timing().state(), "locked");
  EXPECT_EQ(status.timing().reference(), "span 1");
  EXPECT_NEAR(status.timing().oscillator_ppb(), 17'000, 0.01);
  EXPECT_EQ(status.timing().frame_slips(), 3u);
  EXPECT_EQ(status.timing().jumps(), 5u);
  ASSERT_EQ(status.timing().references_size(), 3);
  EXPECT_EQ(status.timing().references(0).state(), "usable");
  EXPECT_NEAR(status.timing().references(0).oscillator_ppb(), 16'998,
              1); // 1114 of 65,536,000 clocks
  EXPECT_EQ(status.timing().references(1).losses(), 6u);
  add_rim(status, with_clock(0xf3), {});
  EXPECT_EQ(status.clock(),
            "holdover for 2 h, oscillator +17.00 ppm, span 2 fault, external absent");
  add_rim(status, with_clock(0xf0), {});
  EXPECT_EQ(status.clock(), "free run for 2 h, span 2 fault, external absent");
}

TEST(OperatorReports, ALineTestIsAsAtGainsOfZero) {
  control::v1::LineTest found; // of a line that loses 12 dB, with noise of −70 dBm0
  found.set_sent_dbm0(-10);
  found.set_noise_dbm0(-70 - 6);
  auto& tone = *found.add_tones();
  tone.set_level_dbm0(-10 + 2 - 12 - 6);
  tone.set_return_loss_db(16);
  found.add_tones()->set_level_dbm0(-90); // nothing came back
  take_out_gain(found, {-6, 2});
  EXPECT_NEAR(found.noise_dbm0(), -70, 1e-9);
  EXPECT_NEAR(found.tones(0).level_dbm0(), -22, 1e-9);
  EXPECT_NEAR(found.tones(0).return_loss_db(), 12, 1e-9);
  EXPECT_EQ(found.tones(1).level_dbm0(), -90);
}

TEST(OperatorReports, AClockThatHasJustBegunHasNoAge) {
  auto view = with_clock(0xf0);
  view.clock.state[regs::clock_block::since_s::offset - regs::clock_block::state::offset] = 0;
  control::v1::Status status;
  add_rim(status, view, {});
  EXPECT_EQ(status.clock(), "free run, span 2 fault, external absent");
}

TEST(OperatorReports, AlarmsOfBothSourcesAreInTheOrderThatPeopleCountIn) {
  exchange::alarms of_the_exchange, of_the_rim;
  for (const auto* id : {"span-10", "store", "span-2"})
    of_the_exchange.raise(id, "", "", "");
  for (const auto* id : {"span-1", "rtp-stream-11", "rtp-stream-0"})
    of_the_rim.raise(id, "", "", "");
  auto all = of_the_exchange.all();
  add_rim(all, of_the_rim);
  std::string order;
  for (const auto& one : all.alarms())
    order += one.id() + ' ';
  EXPECT_EQ(order, "rtp-stream-0 rtp-stream-11 span-1 span-2 span-10 store ");
}

TEST(OperatorReports, WithoutReferencesTheClockIsTheBoards) {
  auto view = with_clock(0xf0);
  view.clock_configured.references.clear();
  control::v1::Status status;
  add_rim(status, view, {});
  EXPECT_EQ(status.clock(),
            "free run for 2 h, no reference configured, board at unix:/x, 8192 clocks a frame");
}

TEST(OperatorReports, BoardIsReportedWithCountersOfBothEndsAndItsConnections) {
  auto view = seen();
  view.link_counters = {10, 11, 12, 13, 14, 15, 16, 17};
  view.connections = {0x10002, 0, 0x00001}; // slot 0 hears slot 2; the others are silent
  const auto report = board_report(view);
  EXPECT_EQ(report.state(), "up");
  ASSERT_EQ(report.blocks_size(), 2);
  EXPECT_EQ(report.blocks(1).name(), "switch");
  EXPECT_EQ(report.blocks(1).capacity(), 3u);
  ASSERT_EQ(report.slot_sources_size(), 3);
  EXPECT_EQ(report.slot_sources(0), 3u);
  EXPECT_EQ(report.slot_sources(1), 0u);
  EXPECT_EQ(report.slot_sources(2), 0u);
  std::map<std::string, std::uint64_t> counters;
  for (const auto& counter : report.counters())
    counters[counter.name()] = counter.value();
  EXPECT_EQ(counters.at("host.check_errors"), 5u);
  EXPECT_EQ(counters.at("board.received_frames"), 10u); // regs/link.toml: 4, 5 … 0xb
  EXPECT_EQ(counters.at("board.check_errors"), 11u);
  EXPECT_EQ(counters.at("board.dropped_events"), 17u);
}

TEST(OperatorReports, BoardThatIsDownSaysWhy) {
  rim_view view;
  view.down_why = "gone";
  EXPECT_EQ(board_report(view).state(), "down: gone");
  EXPECT_EQ(board_report(view).blocks_size(), 0);
}

TEST(OperatorReports, PeersGetEndpointsAndCountersOfTheTransport) {
  control::v1::Peers peers;
  peers.add_peers()->set_gateway("berlin");
  peers.mutable_peers(0)->set_malformed(1);
  rim_view view;
  view.network.strangers = 4;
  view.network.peers["berlin"].sent = 8;
  view.network.peers["berlin"].malformed = 2;
  add_rim(peers, view, {{"berlin", "tcp://b:1", "key"}});
  EXPECT_EQ(peers.strangers(), 4u);
  EXPECT_EQ(peers.peers(0).endpoint(), "tcp://b:1");
  EXPECT_EQ(peers.peers(0).sent(), 8u);
  EXPECT_EQ(peers.peers(0).malformed(), 3u);
}

} // namespace
} // namespace switchroom::app
