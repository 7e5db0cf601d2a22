// SPDX-License-Identifier: MIT
// The voice thread against a scripted board on a Unix socket and real UDP on loopback. Nothing
// sleeps: the test's own thread runs the callbacks until what it waits for is so.
#include "board/capabilities.hpp"
#include "media/voice.hpp"
#include "media_scripted_board.hpp"
#include "switchroom/dsp/g711.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>

#include <filesystem>
#include <tuple>
#include <unistd.h>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using switchroom::testing::scripted_board;
using udp = boost::asio::ip::udp;
namespace g711 = switchroom::dsp::g711;

constexpr std::uint16_t lead = 2;
const auto loopback = boost::asio::ip::address_v4::loopback();

/// Never silence, and different for 65,536 frames: each slot counts in its own steps.
std::int16_t speech(std::uint32_t frame, std::uint8_t slot) {
  return g711::decode_a(
      static_cast<std::uint8_t>((frame * (slot * 2U + 37) + frame / 256 * 3) % 256));
}

class VoiceThread : public ::testing::Test {
protected:
  VoiceThread()
      : socket_(std::filesystem::temp_directory_path() /
                ("switchroom-voice-" + std::to_string(::getpid()) + ".sock")) {}

  /// Runs callbacks until `so`, or fails after long.
  template <typename Condition>
  bool wait_until(Condition so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!so()) {
      control_.restart();
      if (std::chrono::steady_clock::now() > end)
        return false;
      control_.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }

  scripted_board::settings board_settings() {
    scripted_board::settings s;
    s.socket = socket_;
    s.says = speech;
    s.progress = [this] { boost::asio::post(control_, [] {}); };
    return s;
  }

  voice_settings settings() {
    voice_settings s;
    s.link = "unix:" + socket_;
    s.lead_frames = lead;
    s.rtp_base_port = free_ports();
    return s;
  }

  callbacks told() {
    callbacks to;
    to.up = [this](const board::capabilities& c) {
      ++ups_;
      host_slots_ = c.capacity<regs::link_block>();
    };
    to.down = [this](const refusal& why) { downs_.push_back(why); };
    to.event = [this](const fabric_event& e) { events_.push_back(e); };
    to.digit = [](const media::heard_digit&) {};
    to.raise = [this](const media::alarm& a) { alarms_.push_back(a); };
    to.handshake = [this](const handshake_packet& p) { handshakes_.push_back(p); };
    to.speaks = [this](const host_slot& slot) { begun_.push_back(slot); };
    return to;
  }

  /// Eight ports in a row of step two that nobody has.
  std::uint16_t free_ports() {
    for (unsigned base = 21000 + static_cast<unsigned>(::getpid()) % 1000 * 32;; base += 16) {
      bool free = true;
      for (unsigned n = 0; n < 8 && free; ++n) {
        udp::socket s(control_, udp::v4());
        boost::system::error_code taken;
        s.bind({loopback, static_cast<std::uint16_t>(base + 2 * n)}, taken);
        free = !taken;
      }
      if (free)
        return static_cast<std::uint16_t>(base);
    }
  }

  /// Host slots 0 and 1 talk to each other: what one says, the other hears.
  void open_pair(voice& v, std::uint16_t base_port) {
    v.open(host_slot{0}, "127.0.0.1", static_cast<std::uint16_t>(base_port + 2), {8});
    v.open(host_slot{1}, "127.0.0.1", base_port, {8});
  }

  boost::asio::io_context control_;
  std::string socket_;
  unsigned ups_ = 0, host_slots_ = 0;
  std::vector<refusal> downs_;
  std::vector<fabric_event> events_;
  std::vector<media::alarm> alarms_;
  std::vector<handshake_packet> handshakes_;
  std::vector<host_slot> begun_;
};

TEST_F(VoiceThread, CarriesVoiceFromBoardOverRtpToBoard) {
  scripted_board board(board_settings(), lead);
  voice_settings s = settings();
  s.jitter_target_ms = 20; // a delay that is known
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  EXPECT_EQ(host_slots_, 4U);
  open_pair(v, s.rtp_base_port);
  ASSERT_TRUE(wait_until([&] {
    return board.look([](auto& state) { return state.heard_by_slot[1].size() > 8000; });
  }));
  const auto heard = board.look([](auto& state) { return state.heard_by_slot[1]; });
  std::size_t start = 0;
  while (heard[start].value == 0)
    ++start;
  // The frame said in which the first sample heard was spoken is not known; it is the one from
  // which on all else agrees.
  const std::uint32_t due = heard[start].frame;
  std::uint32_t delay = lead;
  const auto agrees = [&](std::uint32_t d) {
    for (std::size_t i = start; i < start + 400; ++i)
      if (heard[i].value != speech(heard[i].frame - d, 0))
        return false;
    return true;
  };
  while (delay < due && !agrees(delay))
    ++delay;
  // 10 ms of packet, 20 ms of buffer, the lead, and what the loopback took.
  EXPECT_GE(delay, 239U + lead);
  EXPECT_LE(delay, 239U + lead + 40);
  std::size_t wrong = 0;
  for (std::size_t i = start; i < heard.size(); ++i)
    wrong += heard[i].value != speech(heard[i].frame - delay, 0) ? 1 : 0;
  EXPECT_EQ(wrong, 0U) << "of " << heard.size();
  EXPECT_EQ(board.look([](auto& state) { return state.cells_in_wrong_frame; }), 0U);

  ASSERT_TRUE(wait_until([&] {
    const snapshot now = v.figures();
    return now.streams.size() == 2 && now.streams[0].figures.packets_received > 90;
  }));
  const snapshot now = v.figures();
  EXPECT_TRUE(now.link.up);
  EXPECT_EQ(now.link.missing_cells, 0U);
  EXPECT_EQ(now.streams[1].figures.packets_lost, 0U);
  EXPECT_EQ(now.unsent, 0U);
  EXPECT_EQ(begun_.size(), 2U) << "each stream has begun, once";
}

TEST_F(VoiceThread, ClosingAStreamDisablesItsSlot) {
  scripted_board board(board_settings(), lead);
  const voice_settings s = settings();
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  const std::uint32_t config =
      regs::address(scripted_board::link_block, regs::link_block::slot_config::offset);
  const auto enabled = [&](std::uint32_t slot) {
    return board.look([&](auto& state) { return state.registers[config + slot]; });
  };
  open_pair(v, s.rtp_base_port);
  ASSERT_TRUE(wait_until([&] { return enabled(0) == 1 && enabled(1) == 1; }));
  v.close(host_slot{0});
  EXPECT_TRUE(wait_until([&] { return enabled(0) == 0; }));
  EXPECT_EQ(enabled(1), 1U);
}

TEST_F(VoiceThread, ACutLinkIsToldAndVoiceComesBack) {
  scripted_board board(board_settings(), lead);
  const voice_settings s = settings();
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  open_pair(v, s.rtp_base_port);
  ASSERT_TRUE(wait_until([&] {
    return board.look([](auto& state) { return state.heard_by_slot[1].size() > 1000; });
  }));
  board.cut();
  ASSERT_TRUE(wait_until([&] { return ups_ == 2; }));
  ASSERT_EQ(downs_.size(), 1U);
  EXPECT_FALSE(downs_[0].remedy.empty());
  board.look([](auto& state) { state.heard_by_slot.clear(); });
  ASSERT_TRUE(wait_until([&] {
    return board.look([](auto& state) { return state.heard_by_slot[1].size() > 1000; });
  }));
  const auto heard = board.look([](auto& state) { return state.heard_by_slot[1].back(); });
  EXPECT_NE(heard.value, 0) << "heard again";
}

TEST_F(VoiceThread, RegistersAreWrittenAndReadInOrder) {
  voice v(settings(), control_.get_executor(), told());
  const std::uint32_t scratch = regs::address(0, regs::board_block::scratch::offset);
  std::vector<result<std::vector<std::uint32_t>>> answers;
  const auto keep = [&](result<std::vector<std::uint32_t>> r) { answers.push_back(std::move(r)); };
  v.read(scratch, 1, keep);
  ASSERT_TRUE(wait_until([&] { return answers.size() == 1; }));
  EXPECT_FALSE(answers[0]) << "the board was not up";
  scripted_board board(board_settings(), lead);
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  for (std::uint32_t i = 1; i <= 50; ++i) {
    v.write({{scratch, i}});
    v.read(scratch, 1, keep);
  }
  v.read(scratch + 100, 1, keep);
  ASSERT_TRUE(wait_until([&] { return answers.size() == 52; }));
  for (std::uint32_t i = 1; i <= 50; ++i)
    EXPECT_EQ((*answers[i]).at(0), i);
  ASSERT_FALSE(answers[51]);
  EXPECT_NE(answers[51].error().what.find("no such register"), std::string::npos);

  v.write({{scratch, 7}, {scratch + 100, 1}});
  ASSERT_TRUE(wait_until([&] { return !alarms_.empty(); }));
  EXPECT_EQ(alarms_[0].id, "board-write");
  EXPECT_EQ(alarms_[0].text.what,
            "board: writing of register 0x000069 refused: it has no such register");
}

TEST_F(VoiceThread, EventsAreToldOnce) {
  scripted_board board(board_settings(), lead);
  voice v(settings(), control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  board.ring(7);
  ASSERT_TRUE(wait_until([&] { return !events_.empty(); }));
  EXPECT_EQ(events_[0].kind, static_cast<std::uint8_t>(regs::event_kind::off_hook));
  EXPECT_EQ(events_[0].index, 7);
}

TEST_F(VoiceThread, APortInUseIsAnAlarmAndTheOthersWork) {
  scripted_board board(board_settings(), lead);
  const voice_settings s = settings();
  const auto taken = static_cast<std::uint16_t>(s.rtp_base_port + 4);
  udp::socket other(control_, udp::endpoint(loopback, taken));
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1 && !alarms_.empty(); }));
  ASSERT_EQ(alarms_.size(), 1U);
  EXPECT_EQ(alarms_[0].id, "rtp-ports");
  EXPECT_EQ(alarms_[0].text.what, "RTP of host slot 2: 127.0.0.1 port " + std::to_string(taken) +
                                      " is in use by another program");
  EXPECT_FALSE(alarms_[0].text.remedy.empty());
  open_pair(v, s.rtp_base_port);
  EXPECT_TRUE(wait_until(
      [&] { return board.look([](auto& state) { return state.heard_by_slot[1].size() > 100; }); }));
}

TEST_F(VoiceThread, AnAddressThatIsNotOursIsOneAlarm) {
  scripted_board board(board_settings(), lead);
  voice_settings s = settings();
  s.rtp_address = "192.0.2.1"; // nobody's (RFC 5737)
  s.rtp_address_key = "listen in [sip]";
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  ASSERT_EQ(alarms_.size(), 1U);
  EXPECT_NE(alarms_[0].text.what.find("; " + std::to_string(host_slots_ - 1) +
                                      " more host slots have no RTP"),
            std::string::npos)
      << alarms_[0].text.what;
  EXPECT_NE(alarms_[0].text.remedy.find("listen in [sip]"), std::string::npos);
}

TEST_F(VoiceThread, AStreamThatCannotBeIsAnAlarm) {
  scripted_board board(board_settings(), lead);
  voice v(settings(), control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  v.open(host_slot{9}, "127.0.0.1", 4000, {8});
  v.open(host_slot{1}, "berlin.example", 4000, {8});
  v.open(host_slot{2}, "127.0.0.1", 4000, {18});
  ASSERT_TRUE(wait_until([&] { return alarms_.size() == 3; }));
  EXPECT_EQ(alarms_[0].id, "rtp-stream-9");
  EXPECT_EQ(alarms_[1].id, "rtp-stream-1");
  EXPECT_EQ(alarms_[2].id, "rtp-stream-2");
}

/// RFC 7983, and not more than a handshake needs.
TEST_F(VoiceThread, HandshakesAreHandedOverBothWaysButNoFlood) {
  scripted_board board(board_settings(), lead);
  const voice_settings s = settings();
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return ups_ == 1; }));
  udp::socket phone(control_, {loopback, 0});
  const udp::endpoint gateway{loopback, s.rtp_base_port};
  const auto port = phone.local_endpoint().port();
  std::vector<std::uint8_t> packet{22, 0xfe, 0xfd, 7};
  phone.send_to(boost::asio::buffer(packet), gateway);
  ASSERT_TRUE(wait_until([&] { return handshakes_.size() == 1; })) << "before its stream is there";
  EXPECT_EQ(handshakes_[0].octets, packet);
  EXPECT_EQ(handshakes_[0].from, endpoint::v4(127, 0, 0, 1, port));
  agreement agreed{8};
  agreed.by_handshake = true;
  v.open(host_slot{0}, "127.0.0.1", port, agreed);
  v.send_handshake({host_slot{0}, false, {22, 1}});
  std::array<std::uint8_t, 100> got{};
  udp::endpoint from;
  phone.receive_from(boost::asio::buffer(got), from);
  EXPECT_EQ(from, gateway);
  EXPECT_EQ(got[1], 1);
  for (int n = 0; n < 200; ++n)
    phone.send_to(boost::asio::buffer(packet), gateway);
  ASSERT_TRUE(wait_until([&] { return handshakes_.size() > 20; }));
  v.send_handshake({host_slot{0}, false, {22, 2}}); // behind the last of them, by and by
  phone.receive_from(boost::asio::buffer(got), from);
  bool answered = false;
  v.read(0, 1, [&](const auto&) { answered = true; });
  ASSERT_TRUE(wait_until([&] { return answered; }));
  EXPECT_LE(handshakes_.size(), 64U) << "a second may have ended between";
}

TEST_F(VoiceThread, ABoardOfAnotherVersionIsRefusedWithASentence) {
  auto s = board_settings();
  s.link_block_version = 99;
  scripted_board board(s, lead);
  voice v(settings(), control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return !downs_.empty(); }));
  EXPECT_NE(downs_[0].what.find("(link) has version 99"), std::string::npos) << downs_[0].what;
  ASSERT_TRUE(
      wait_until([&] { return board.look([](auto& state) { return state.connections >= 3; }); }));
  EXPECT_EQ(downs_.size(), 1U) << "the same reason is told once";
  EXPECT_EQ(ups_, 0U);
}

TEST_F(VoiceThread, WaitsForABoardThatIsNotThereYet) {
  const voice_settings s = settings();
  voice v(s, control_.get_executor(), told());
  ASSERT_TRUE(wait_until([&] { return downs_.size() == 1; }));
  scripted_board board(board_settings(), lead);
  EXPECT_TRUE(wait_until([&] { return ups_ == 1; }));
}

TEST_F(VoiceThread, CanBeStoppedAtAnyMoment) {
  scripted_board board(board_settings(), lead);
  const voice_settings s = settings();
  for (unsigned handled = 0; handled < 20; ++handled) {
    ups_ = 0;
    auto v = std::make_unique<voice>(s, control_.get_executor(), told());
    open_pair(*v, s.rtp_base_port);
    unsigned turns = 0;
    ASSERT_TRUE(wait_until([&] { return ups_ == 1 || ++turns > handled * 3; }));
    v.reset();
    const auto before = std::tuple(ups_, downs_.size(), alarms_.size());
    control_.restart();
    control_.poll();
    EXPECT_EQ(std::tuple(ups_, downs_.size(), alarms_.size()), before) << "called back after death";
  }
}

TEST_F(VoiceThread, WhatWasPostedBeforeDeathIsNotCalledAfterIt) {
  scripted_board board(board_settings(), lead);
  auto v = std::make_unique<voice>(settings(), control_.get_executor(), told());
  // Callbacks are not run here: `up` stays posted.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!v->figures().link.up && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  ASSERT_TRUE(v->figures().link.up);
  v.reset();
  control_.restart();
  EXPECT_GT(control_.poll(), 0U) << "something was posted";
  EXPECT_EQ(ups_, 0U);
}

TEST_F(VoiceThread, ImpossibleSettingsAreRefused) {
  const auto with = [&](auto change) {
    voice_settings s;
    s.link = "unix:/tmp/x";
    change(s);
    return check(s).has_value();
  };
  EXPECT_FALSE(with([](voice_settings&) {}));
  EXPECT_TRUE(with([](voice_settings& s) { s.link = "tcp:localhost"; }));
  EXPECT_TRUE(with([](voice_settings& s) { s.rtp_address = "localhost"; }));
  EXPECT_TRUE(with([](voice_settings& s) { s.rtp_ptime_ms = 15; }));
  EXPECT_TRUE(with([](voice_settings& s) { s.jitter_target_ms = 129; }));
  EXPECT_TRUE(with([](voice_settings& s) { s.jitter_most_ms = 129; }));
  EXPECT_TRUE(with([](voice_settings& s) { s.jitter_most_ms = 4; }));
  voice_settings bad;
  EXPECT_THROW(voice(bad, control_.get_executor(), told()), std::invalid_argument);
}

} // namespace
