// SPDX-License-Identifier: MIT
#include "app/operator_reports.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

TEST(OperatorReports, APeakIsThatOfASineSoLoud) {
  const auto loud = level_of(22827, 22827u * 22827u / 2u, 0);
  EXPECT_NEAR(loud.rms_dbm0(), 0, 0.001);
  EXPECT_NEAR(loud.peak_dbm0(), 0, 0.001);
  EXPECT_FALSE(loud.overload());
  const auto softer = level_of(22827, 22827u * 22827u / 8u, -6);
  EXPECT_NEAR(softer.rms_dbm0(), -12.02, 0.01);
  EXPECT_NEAR(softer.peak_dbm0(), -6, 0.001);
  const auto at_rest = level_of(8, 64, 0); // A-law's silence is no level (ITU-T G.711, table 1)
  EXPECT_EQ(at_rest.rms_dbm0(), -99);
  EXPECT_EQ(at_rest.peak_dbm0(), -99);
  const auto silent = level_of(0, 0, 3);
  EXPECT_EQ(silent.rms_dbm0(), -99);
  EXPECT_EQ(silent.peak_dbm0(), -99);
}

TEST(OperatorReports, ALineAtRestHasNoLevel) {
  rim_view view;
  view.line_mean_squares = {64, 65, 0};
  control::v1::Lines lines;
  for (const unsigned number : {1, 2, 3, 4})
    lines.add_lines()->set_line(number);
  add_rim(lines, view);
  EXPECT_EQ(lines.lines(0).level_in_dbm0(), -99);
  EXPECT_NEAR(lines.lines(1).level_in_dbm0(), -66.0, 0.1);
  EXPECT_EQ(lines.lines(2).level_in_dbm0(), -99);
  EXPECT_EQ(lines.lines(3).level_in_dbm0(), -99) << "the board has no more lines";
}

/// The largest values of ITU-T G.711, tables 1 and 2, as samples of 16 bits: 4032 · 8 and 8031 · 4;
/// the next ones are 3904 · 8 and 7775 · 4.
TEST(OperatorReports, AnOverloadIsTheLargestCodeOfEitherLaw) {
  EXPECT_TRUE(level_of(4032 * 8, 1, 0).overload());
  EXPECT_TRUE(level_of(8031 * 4, 1, 0).overload());
  EXPECT_FALSE(level_of(3904 * 8, 1, 0).overload());
  EXPECT_FALSE(level_of(7775 * 4, 1, 0).overload());
  EXPECT_TRUE(level_of(20000, 1, 6).overload()) << "behind a gain it is 39,900";
  EXPECT_FALSE(level_of(4032 * 8, 1, -1).overload());
}

TEST(OperatorReports, LevelsOfALineAreThoseOfItsSlotsBehindTheGains) {
  const std::vector<std::uint32_t> peaks{22827, 0, 11414}, mean_squares{260'535'964, 0, 65'139'698};
  control::v1::LineLevels line;
  line.set_slot(2);
  line.set_hears_slot(0);
  fill_levels(line, peaks, mean_squares, -3);
  EXPECT_NEAR(line.says().rms_dbm0(), -6.02, 0.01);
  EXPECT_NEAR(line.hears().rms_dbm0(), -3, 0.01);
  control::v1::LineLevels no_slot, beyond;
  fill_levels(no_slot, peaks, mean_squares, 0);
  EXPECT_FALSE(no_slot.has_says() || no_slot.has_hears());
  beyond.set_slot(3);
  fill_levels(beyond, peaks, mean_squares, 0);
  EXPECT_FALSE(beyond.has_says());
}

/// Silence is 0xd5 in A-law, 0xff in µ-law. By ITU-T G.711 they are 1 · 8 and 0; of A-law read as
/// µ-law 179 · 4, of µ-law read as A-law 106 · 8.
TEST(OperatorReports, LinesAtRestTellTheirLaw) {
  using words = std::vector<std::uint32_t>;
  const auto law = [](const words& peaks, bool mu_law) {
    words squares;
    for (const auto peak : peaks)
      squares.push_back(peak * peak);
    return law_at_rest(peaks, squares, mu_law);
  };
  EXPECT_EQ(law({0, 8, 0}, false), law_found::right);
  EXPECT_EQ(law({0, 848, 0}, false), law_found::other);
  EXPECT_EQ(law({0, 716, 0}, true), law_found::other);
  EXPECT_EQ(law({0, 0, 0}, true), law_found::not_known) << "as lines that are off";
  EXPECT_EQ(law({716}, false), law_found::not_known);
  EXPECT_EQ(law_at_rest(words{848}, words{500'000}, false), law_found::not_known)
      << "that is a peak of noise";
  EXPECT_EQ(law_at_rest({}, {}, false), law_found::not_known);
}

TEST(OperatorReports, ATestToneThatAGainCutsOffIsRefused) {
  EXPECT_FALSE(cut_off(-10, {0, 12}));
  EXPECT_FALSE(cut_off(-3, {12, 6})) << "what the line says is another matter";
  const auto why = cut_off(-3, {0, 7});
  ASSERT_TRUE(why);
  EXPECT_NE(why->what.find("+4.00 dBm0"), std::string::npos) << why->what;
  EXPECT_NE(why->remedy.find("-4 dBm0 or less"), std::string::npos) << why->remedy;
}

TEST(OperatorReports, AnEchoHasItsReturnLossAndWhatTheCancellerAddsToIt) {
  rim_view view;
  const auto square = [](double dbm0_of_it) {
    return static_cast<std::uint32_t>(260'535'964 * std::pow(10, dbm0_of_it / 10));
  };
  view.near_powers = {0, square(-22)};
  view.left_powers = {0, square(-50)};
  control::v1::EchoState echo;
  echo.set_line(2);
  fill_echo(echo, view, -10);
  EXPECT_NEAR(echo.erl_db(), 12, 0.05);
  EXPECT_NEAR(echo.erle_db(), 28, 0.1);
  EXPECT_NEAR(echo.left_dbm0(), -50, 0.1);
  control::v1::EchoState quiet;
  quiet.set_line(2);
  fill_echo(quiet, view, -60);
  EXPECT_FALSE(quiet.has_erl_db() || quiet.has_erle_db()) << "of silence there is no echo";
  EXPECT_TRUE(quiet.has_returns_dbm0());
  control::v1::EchoState unknown;
  unknown.set_line(9);
  fill_echo(unknown, view, -10);
  EXPECT_FALSE(unknown.has_returns_dbm0());
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
  EXPECT_FALSE(found.tones(1).has_return_loss_db());
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
  EXPECT_FALSE(report.blocks(1).has_first_slot());
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

TEST(OperatorReports, ABoardSaysWhichSlotsAreWhose) {
  auto view = seen();
  // Lines, DTMF detectors that listen to them, and two spans of 32 time slots.
  view.board->blocks = {{2, 3, 1, 4, 0}, {4, 5, 1, 4, 0}, {10, 11, 1, 2, 512}};
  using namespace regs;
  view.board->blocks[2].type = e1_block::type;
  const auto report = board_report(view);
  EXPECT_EQ(report.blocks(0).first_slot(), 0u);
  EXPECT_EQ(report.blocks(0).slots(), 4u);
  EXPECT_EQ(report.blocks(1).slots(), 0u) << "they are the lines'";
  EXPECT_EQ(report.blocks(2).first_slot(), 512u);
  EXPECT_EQ(report.blocks(2).slots(), 64u);
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
