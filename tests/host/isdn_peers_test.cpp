// SPDX-License-Identifier: MIT
// A real isdn-edge against a libpri that is none of ours (tests/peers/isdn_peer): PRI from both
// ends. What went over the line is read by tshark.
#include "isdn_line.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/wait.h>

namespace switchroom::isdn {
namespace {

using heard = v1::FromEdge;

v1::Channel channel_of(v1::Channel::Kind kind) {
  v1::Channel made;
  made.set_kind(kind);
  return made;
}

std::vector<std::string> far_end_of(v1::Channel::Kind kind) {
  if (kind == v1::Channel::E1_USER)
    return {"--network"};
  return {};
}

class IsdnPeers : public testing::TestWithParam<v1::Channel::Kind> {
protected:
  void SetUp() override {
    line.line(true);
    line.add_peer(far_end_of(GetParam()));
    line.until([&] { return line.is_up() && peer().heard("up"); }, "layer 2");
  }
  real_peer& peer() { return *line.peers.front(); }
  /// One that talks, placed by the far end; its number.
  std::uint64_t talk(const char* id, int b) {
    const auto before = line.count(heard::kSetup);
    peer().tell({{"do", "call"}, {"id", id}, {"to", "4711"}, {"channel", b}});
    const auto call = line.wait_for(heard::kSetup, before + 1).setup().call();
    line.connect(call);
    line.wait_for(peer(), "answered", id);
    return call;
  }
  real_line line{channel_of(GetParam())};
};

std::string name_of(const testing::TestParamInfo<v1::Channel::Kind>& one) {
  return one.param == v1::Channel::E1_USER ? "AsUser" : "AsNetwork";
}
INSTANTIATE_TEST_SUITE_P(Pri, IsdnPeers,
                         testing::Values(v1::Channel::E1_NETWORK, v1::Channel::E1_USER), name_of);

TEST_P(IsdnPeers, TheFarEndCallsEnBloc) {
  peer().tell({{"do", "call"},
               {"id", "a"},
               {"to", "4711"},
               {"from", "30123"},
               {"channel", 3},
               {"plan", 0x21}});
  const auto setup = line.wait_for(heard::kSetup).setup();
  EXPECT_EQ(setup.called().digits(), "4711");
  EXPECT_EQ(setup.called().numbering().type(), v1::Numbering::NATIONAL);
  EXPECT_EQ(setup.calling().digits(), "30123");
  EXPECT_EQ(setup.presentation(), v1::ALLOWED);
  EXPECT_EQ(setup.b_channel(), 3U);
  EXPECT_TRUE(setup.complete());
  line.progress(setup.call(), v1::Progress::ALERTING, true);
  line.wait_for(peer(), "rings", "a");
  EXPECT_TRUE(peer().heard("rings")->at("in_band").as_bool());
  line.connect(setup.call());
  line.wait_for(peer(), "answered", "a");
  peer().tell({{"do", "hangup"}, {"id", "a"}});
  const auto over = line.wait_for(heard::kOver).over();
  EXPECT_EQ(over.call(), setup.call());
  EXPECT_EQ(line.heard(heard::kRelease)->release().q850(), 16U);
  line.wait_for(peer(), "over", "a");
}

TEST_P(IsdnPeers, TheFarEndDialsDigitByDigit) {
  peer().tell({{"do", "call"}, {"id", "a"}, {"to", "4"}, {"channel", 3}, {"complete", false}});
  const auto setup = line.wait_for(heard::kSetup).setup();
  EXPECT_FALSE(setup.complete());
  line.progress(setup.call(), v1::Progress::WANTS_DIGITS, true);
  line.wait_for(peer(), "wants_digits", "a");
  EXPECT_TRUE(peer().heard("wants_digits")->at("in_band").as_bool()) << "dial tone";
  peer().tell({{"do", "digits"}, {"id", "a"}, {"digits", "711"}});
  line.wait_for(heard::kDigits, 3);
  std::string all = setup.called().digits();
  for (const auto& one : line.said)
    all += one.digits().digits();
  EXPECT_EQ(all, "4711");
  line.progress(setup.call(), v1::Progress::PROCEEDING);
  line.wait_for(peer(), "proceeding", "a");
  line.connect(setup.call());
  line.wait_for(peer(), "answered", "a");
}

TEST_P(IsdnPeers, TheGatewayCallsEnBlocAndEndsTheCall) {
  auto wanted = line.setup(2, 7, "030123");
  wanted.set_bearer(v1::AUDIO_3K1);
  wanted.set_exclusive(true);
  wanted.mutable_calling()->set_digits("4711");
  wanted.mutable_calling()->mutable_numbering()->set_type(v1::Numbering::SUBSCRIBER);
  wanted.set_presentation(v1::RESTRICTED);
  wanted.set_screened(true);
  wanted.set_name("Müller");
  line.place(wanted);
  line.wait_for(peer(), "ring", "in1");
  const auto& ring = *peer().heard("ring");
  EXPECT_EQ(ring.at("to").as_string(), "030123");
  EXPECT_EQ(ring.at("from").as_string(), "4711");
  EXPECT_EQ(ring.at("presentation").as_int64(), 0x23)
      << "restricted, the network's (Q.931, 4.5.10)";
  EXPECT_EQ(ring.at("channel").as_int64(), 7);
  EXPECT_EQ(ring.at("bearer").as_int64(), 0x10) << "3.1 kHz audio (Q.931, 4.5.5)";
  EXPECT_TRUE(ring.at("complete").as_bool());
  EXPECT_TRUE(ring.at("exclusive").as_bool());
  peer().tell({{"do", "ring"}, {"id", "in1"}, {"in_band", true}});
  line.until(
      [&] {
        return line.heard(heard::kProgress) &&
               line.heard(heard::kProgress)->progress().stage() == v1::Progress::ALERTING;
      },
      "alerting");
  EXPECT_TRUE(line.heard(heard::kProgress)->progress().in_band());
  peer().tell({{"do", "answer"}, {"id", "in1"}});
  EXPECT_EQ(line.wait_for(heard::kConnect).connect().b_channel(), 7U);
  line.release(2);
  EXPECT_EQ(line.wait_for(heard::kOver).over().call(), 2U);
  line.wait_for(peer(), "over", "in1");
  EXPECT_EQ(peer().heard("disconnected")->at("cause").as_int64(), 16);
}

TEST_P(IsdnPeers, TheGatewayDialsDigitByDigit) {
  peer().tell({{"do", "reflexes"}, {"answer", true}, {"wants", 5}});
  line.place(line.setup(2, 7, "03", false));
  line.digits(2, "0"); // before they are asked for: kept
  line.until([&] { return line.heard(heard::kProgress) != nullptr; }, "the request for more");
  EXPECT_EQ(line.heard(heard::kProgress)->progress().stage(), v1::Progress::WANTS_DIGITS);
  line.digits(2, "12");
  line.wait_for(heard::kConnect);
  EXPECT_EQ(peer().heard("digits")->at("digits").as_string(), "2");
}

TEST_P(IsdnPeers, WhyACallFailsIsTold) {
  std::uint64_t call = 2;
  unsigned overs = 0;
  for (const auto& [q850, cause] :
       {std::pair(1, scn::v1::UNALLOCATED_NUMBER), std::pair(17, scn::v1::USER_BUSY),
        std::pair(18, scn::v1::NO_ANSWER), std::pair(19, scn::v1::NO_ANSWER),
        std::pair(34, scn::v1::NO_CIRCUIT_AVAILABLE),
        std::pair(58, scn::v1::FACILITY_NOT_SUBSCRIBED)}) {
    peer().tell({{"do", "reflexes"}, {"refuse", q850}});
    line.place(line.setup(call, 7, "4711"));
    const auto over = line.wait_for(heard::kOver, ++overs).over();
    EXPECT_EQ(over.call(), call);
    EXPECT_EQ(over.q850(), static_cast<unsigned>(q850));
    EXPECT_EQ(over.cause(), cause) << q850;
    call += 2;
  }
}

TEST_P(IsdnPeers, WhyTheGatewayRefusesIsTold) {
  int n = 0;
  for (const auto& [cause, exact, seen] :
       {std::tuple(scn::v1::UNALLOCATED_NUMBER, 0U, 1), std::tuple(scn::v1::USER_BUSY, 0U, 17),
        std::tuple(scn::v1::NO_ANSWER, 0U, 19),
        std::tuple(scn::v1::NO_CIRCUIT_AVAILABLE, 42U, 42)}) {
    const auto id = "c" + std::to_string(n);
    peer().tell({{"do", "call"}, {"id", id}, {"to", "4711"}, {"channel", 3}});
    line.release(line.wait_for(heard::kSetup, static_cast<unsigned>(++n)).setup().call(), cause,
                 exact);
    line.wait_for(peer(), "over", id.c_str());
    EXPECT_EQ(peer().heard("over", id)->at("cause").as_int64(), seen);
  }
  line.wait_for(heard::kOver, 4);
}

TEST_P(IsdnPeers, AChannelThatIsTakenIsRefusedOrAnotherGiven) {
  talk("a", 5);
  peer().tell({{"do", "call"}, {"id", "b"}, {"to", "4712"}, {"channel", 5}, {"exclusive", true}});
  line.wait_for(peer(), "over", "b");
  EXPECT_EQ(peer().heard("over", "b")->at("cause").as_int64(), 44);
  peer().tell({{"do", "call"}, {"id", "c"}, {"to", "4712"}, {"channel", 5}});
  const auto setup = line.wait_for(heard::kSetup, 2).setup();
  EXPECT_NE(setup.b_channel(), 5U);
  line.connect(setup.call());
  line.wait_for(peer(), "answered", "c");
  EXPECT_EQ(peer().heard("answered", "c")->at("channel").as_int64(), setup.b_channel());
}

/// The gateway's call and the far end's, both for this channel and no other, cross.
TEST_P(IsdnPeers, OfTwoThatCrossTheNetworksStands) {
  peer().tell({{"do", "reflexes"}, {"answer", true}});
  peer().tell({{"do", "call"}, {"id", "a"}, {"to", "4711"}, {"channel", 9}, {"exclusive", true}});
  auto ours = line.setup(2, 9, "4712");
  ours.set_exclusive(true);
  line.place(ours);
  if (GetParam() == v1::Channel::E1_NETWORK) {
    line.wait_for(peer(), "over", "a");
    EXPECT_EQ(peer().heard("over", "a")->at("cause").as_int64(), 44);
    EXPECT_EQ(line.wait_for(heard::kConnect).connect().b_channel(), 9U);
  } else { // ours may have been there before theirs left: then they have no reflex to clear it
    const auto setup = line.wait_for(heard::kSetup).setup();
    EXPECT_EQ(setup.b_channel(), 9U);
    EXPECT_EQ(line.wait_for(heard::kOver).over().cause(), scn::v1::NO_CIRCUIT_AVAILABLE);
    line.connect(setup.call());
    line.wait_for(peer(), "answered", "a");
  }
}

TEST_P(IsdnPeers, ACallSurvivesALineThatIsLostForAMoment) {
  const auto call = talk("a", 5);
  line.cut = true;
  line.line(false);
  line.until([&] { return !line.is_up(); }, "the news");
  line.place(line.setup(2, 7, "4711"));
  EXPECT_EQ(line.wait_for(heard::kOver).over().cause(), scn::v1::NETWORK_OUT_OF_ORDER);
  line.cut = false;
  line.line(true);
  line.until([&] { return line.is_up(); }, "layer 2");
  line.release(call);
  line.wait_for(heard::kOver, 2);
  line.wait_for(peer(), "over", "a");
}

TEST_P(IsdnPeers, GarbageIsSurvived) {
  const auto call = talk("a", 5);
  std::uint64_t state = 12345;
  for (int n = 0; n < 2000; ++n) {
    std::string octets;
    for (unsigned size = 3 + n % 40; octets.size() < size;) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      octets += static_cast<char>(state >> 56);
    }
    octets[0] = '\xfc'; // another SAPI: layer 2 of the call is left alone
    v1::ToEdge message;
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(octets);
    line.tell(message);
  }
  line.release(call);
  line.wait_for(heard::kOver);
  line.wait_for(peer(), "over", "a");
}

TEST_P(IsdnPeers, AThousandCallsLeaveNothing) {
  peer().tell({{"do", "reflexes"}, {"answer", true}});
  for (unsigned n = 0; n < 1000 && !HasFatalFailure(); ++n) {
    line.place(line.setup(2 + 2 * n, 1 + n % 15, "4711"));
    line.wait_for(heard::kConnect, n + 1);
    line.release(2 + 2 * n);
    line.wait_for(heard::kOver, n + 1);
  }
  line.until([&] { return peer().count("over") == 1000; }, "the far end's ends");
  line.until(
      [&] {
        return line.heard(heard::kFigures)->figures().calls() == 0 &&
               line.heard(heard::kFigures)->figures().calls_out() == 1000;
      },
      "figures");
}

TEST_P(IsdnPeers, ItIsConfined) {
  std::ifstream status("/proc/" + std::to_string(line.edge()) + "/status");
  std::string text{std::istreambuf_iterator<char>(status), {}};
  EXPECT_NE(text.find("NoNewPrivs:\t1"), std::string::npos);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_NE(text.find("Seccomp:\t2"), std::string::npos);
#endif
  EXPECT_EQ(text.find("Uid:\t0"), std::string::npos);
}

TEST(IsdnEdge, WhatMakesNoSenseEndsIt) {
  real_line line(channel_of(v1::Channel::E1_NETWORK));
  v1::ToEdge again;
  again.mutable_channels();
  line.tell(again);
  const int status = line.edge_ended();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

/// T309 as the configuration has it, and the restart afterwards.
TEST(IsdnEdge, CallsEndWithALineThatDoesNotComeBackAndChannelsAreRestarted) {
  auto channel = channel_of(v1::Channel::E1_NETWORK);
  (*channel.mutable_timers())["T309"] = 200;
  real_line line(channel);
  auto& peer = line.add_peer({});
  line.line(true);
  line.until([&] { return line.is_up(); }, "layer 2");
  peer.tell({{"do", "call"}, {"id", "a"}, {"to", "4711"}, {"channel", 5}});
  line.connect(line.wait_for(heard::kSetup).setup().call());
  line.wait_for(peer, "answered", "a");
  const auto before = peer.count("restart");
  EXPECT_EQ(before, 30U) << "each at the start";
  line.cut = true;
  line.line(false);
  line.wait_for(heard::kOver);
  line.cut = false;
  line.line(true);
  line.until([&] { return line.is_up(); }, "layer 2");
  line.until([&] { return peer.count("restart") == before + 30; }, "each anew");
}

/// Messages of layer 3 that tshark finds in the capture.
std::vector<std::string> decoded(const std::filesystem::path& file) {
  const auto command =
      "tshark -r " + file.string() + " -Y q931 -T fields -e q931.message_type 2>/dev/null";
  auto* from = ::popen(command.c_str(), "r");
  std::vector<std::string> found;
  std::array<char, 64> text{};
  while (from && std::fgets(text.data(), text.size(), from))
    found.push_back(std::string(text.data(), std::strcspn(text.data(), "\n")));
  if (from)
    ::pclose(from);
  return found;
}

TEST(IsdnEdge, TsharkReadsWhatWentOverTheLine) {
  if (::system("command -v tshark >/dev/null") != 0)
    GTEST_SKIP() << "there is no tshark: scripts/setup installs it";
  const auto file =
      std::filesystem::temp_directory_path() / ("isdn-" + std::to_string(::getpid()) + ".pcap");
  {
    real_line line(channel_of(v1::Channel::E1_NETWORK), {"--capture", file.string()});
    auto& peer = line.add_peer({});
    peer.tell({{"do", "reflexes"}, {"answer", true}});
    line.line(true);
    line.until([&] { return line.is_up(); }, "layer 2");
    line.place(line.setup(2, 7, "4711"));
    line.wait_for(heard::kConnect);
    line.release(2);
    line.wait_for(heard::kOver);
  }
  const auto found = decoded(file);
  std::filesystem::remove(file);
  // Q.931, table 4-2, in hexadecimal.
  const std::vector<std::string> call{"0x05", "0x07", "0x0f", "0x45", "0x4d", "0x5a"};
  ASSERT_GE(found.size(), call.size());
  EXPECT_EQ(std::vector<std::string>(found.end() - 6, found.end()), call)
      << "SETUP, CONNECT, CONNECT ACKNOWLEDGE, DISCONNECT, RELEASE, RELEASE COMPLETE";
}

TEST(IsdnEdge, WithoutAPlaceForItsCaptureItTellsSoAndCallsGoOn) {
  real_line line(channel_of(v1::Channel::E1_NETWORK), {"--capture", "/nowhere/d-channel.pcap"});
  auto& peer = line.add_peer({});
  peer.tell({{"do", "reflexes"}, {"answer", true}});
  const auto said = line.wait_for(heard::kTrouble).trouble();
  EXPECT_EQ(said.channel(), 0U);
  EXPECT_NE(said.what().find("/nowhere/d-channel.pcap"), std::string::npos) << said.what();
  EXPECT_NE(said.remedy().find("capture in [isdn]"), std::string::npos) << said.remedy();
  line.line(true);
  line.until([&] { return line.is_up(); }, "layer 2");
  line.place(line.setup(2, 7, "4711"));
  line.wait_for(heard::kConnect);
}

} // namespace
} // namespace switchroom::isdn
