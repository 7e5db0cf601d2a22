// SPDX-License-Identifier: MIT
// What isdn-edge decides itself, at both ends of an E1 in virtual time: channels, collisions,
// restarts, lines that are lost and come back, and that nothing stays.
#include "isdn_span.hpp"

namespace switchroom::isdn {
namespace {

class IsdnSpan : public testing::Test {
protected:
  void SetUp() override { span.begin(); }
  /// A call of the network's side that talks; its number at the user's.
  std::uint64_t talk(std::uint64_t call, unsigned b) {
    const auto before = span.user.setups().size();
    span.network.setup(call, b);
    span.settle();
    const auto offered = span.user.setups();
    EXPECT_EQ(offered.size(), before + 1);
    if (offered.size() != before + 1)
      return 0;
    span.user.connect(offered.back().call());
    span.settle();
    return offered.back().call();
  }
  /// What leaves last becomes another message of its call, without contents.
  static void becomes(isdn_end& from, char kind) {
    ASSERT_FALSE(from.frames.empty());
    auto& frame = from.frames.back();
    constexpr std::size_t at = 8; // behind address, control, discriminator and reference
    ASSERT_GT(frame.size(), at);
    frame.resize(at + 1);
    frame[at] = kind;
  }
  void expect_nothing_left() {
    span.pass(2s); // figures are told
    EXPECT_EQ(span.network.figures().calls(), 0U);
    EXPECT_EQ(span.user.figures().calls(), 0U);
  }
  isdn_span span;
};

TEST_F(IsdnSpan, ACallGoesThroughItsStages) {
  span.network.setup(2, 5);
  span.settle();
  ASSERT_EQ(span.user.setups().size(), 1U);
  const auto offered = span.user.setups().front();
  EXPECT_EQ(offered.called().digits(), "4711");
  EXPECT_EQ(offered.b_channel(), 5U);
  EXPECT_TRUE(offered.complete());
  EXPECT_EQ(offered.call() % 2, 1U);
  span.user.progress(offered.call(), v1::Progress::ALERTING);
  span.settle();
  EXPECT_EQ(span.network.progresses().back().stage(), v1::Progress::ALERTING);
  EXPECT_EQ(span.network.progresses().back().b_channel(), 5U);
  span.user.connect(offered.call());
  span.settle();
  ASSERT_EQ(span.network.connects().size(), 1U);
  span.network.release(2);
  span.settle();
  ASSERT_EQ(span.user.releases().size(), 1U);
  EXPECT_EQ(span.user.releases().front().q850(), 16U);
  EXPECT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.network.releases().size(), 0U) << "who ends it knows";
  expect_nothing_left();
}

/// A call that nothing was said of yet, with causes that libpri would swallow then.
TEST_F(IsdnSpan, EveryCauseReachesWhoHasCalled) {
  std::uint64_t call = 2;
  for (const auto cause : {scn::v1::UNALLOCATED_NUMBER, scn::v1::USER_BUSY, scn::v1::NO_ANSWER,
                           scn::v1::CALL_REJECTED, scn::v1::DESTINATION_OUT_OF_ORDER,
                           scn::v1::NO_CIRCUIT_AVAILABLE, scn::v1::FACILITY_NOT_SUBSCRIBED}) {
    span.network.setup(call, 7);
    span.settle();
    span.user.release(span.user.setups().back().call(), cause);
    span.settle();
    ASSERT_FALSE(span.network.overs().empty());
    EXPECT_EQ(span.network.overs().back().call(), call);
    EXPECT_EQ(span.network.overs().back().cause(), cause);
    EXPECT_EQ(span.user.overs().size(), span.network.overs().size());
    call += 2;
  }
  expect_nothing_left();
}

// ---- Q.931, 5.7 and D.3 ------------------------------------------------------------------------

struct collision {
  bool network_exclusive, user_exclusive;
};

class IsdnCollision : public IsdnSpan, public testing::WithParamInterface<collision> {};

TEST_P(IsdnCollision, OfTwoCallsForOneChannelEachHasOneOrIsOver) {
  const auto [network_exclusive, user_exclusive] = GetParam();
  span.network.setup(2, 9, network_exclusive);
  span.user.setup(2, 9, user_exclusive);
  span.settle();
  // Each side answers what it was offered.
  for (auto* one : {&span.network, &span.user})
    for (const auto& offered : one->setups())
      one->connect(offered.call());
  span.settle();
  const auto at_user = span.user.setups(), at_network = span.network.setups();
  if (network_exclusive && user_exclusive) { // the network's stands, the user's is cleared
    ASSERT_EQ(at_user.size(), 1U);
    EXPECT_EQ(at_user.front().b_channel(), 9U);
    EXPECT_TRUE(at_network.empty());
    ASSERT_EQ(span.user.overs().size(), 1U);
    EXPECT_EQ(span.user.overs().front().cause(), scn::v1::NO_CIRCUIT_AVAILABLE);
    ASSERT_EQ(span.network.connects().size(), 1U);
    EXPECT_EQ(span.network.connects().front().b_channel(), 9U);
    return;
  }
  ASSERT_EQ(at_user.size(), 1U);
  ASSERT_EQ(at_network.size(), 1U);
  ASSERT_EQ(span.network.connects().size(), 1U);
  ASSERT_EQ(span.user.connects().size(), 1U);
  const auto of_network = span.network.connects().front().b_channel();
  const auto of_user = span.user.connects().front().b_channel();
  const bool network_wins = network_exclusive || !user_exclusive;
  EXPECT_EQ(network_wins ? of_network : of_user, 9U);
  EXPECT_NE(of_network, of_user);
  EXPECT_EQ(of_network, at_user.front().b_channel()) << "both ends speak of the same channel";
  EXPECT_EQ(of_user, at_network.front().b_channel());
  EXPECT_TRUE(span.network.overs().empty());
  EXPECT_TRUE(span.user.overs().empty());
}

INSTANTIATE_TEST_SUITE_P(D3, IsdnCollision,
                         testing::Values(collision{false, false}, collision{true, true},
                                         collision{true, false}, collision{false, true}));

TEST_F(IsdnSpan, AChannelThatIsTakenIsRefusedAndTheCallThereGoesOn) {
  talk(2, 4);
  span.network.setup(4, 4, true);
  ASSERT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.network.overs().front().call(), 4U);
  EXPECT_EQ(span.network.overs().front().q850(), 44U);
  span.network.setup(6, 16); // that is the D channel
  span.network.setup(8, 32);
  EXPECT_EQ(span.network.overs().size(), 3U);
  span.settle();
  EXPECT_EQ(span.user.setups().size(), 1U);
}

TEST_F(IsdnSpan, ThirtyCallsAreTakenTheNextIsRefused) {
  std::uint64_t call = 2;
  for (unsigned b = 1; b <= 31; ++b)
    if (b != 16)
      talk(std::exchange(call, call + 2), b);
  EXPECT_EQ(span.network.connects().size(), 30U);
  span.user.setup(2, 3);
  span.settle();
  ASSERT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().front().cause(), scn::v1::NO_CIRCUIT_AVAILABLE);
}

// ---- lines that are lost -----------------------------------------------------------------------

TEST_F(IsdnSpan, CallsSurviveALineThatComesBackInTime) {
  const auto far = talk(2, 1);
  span.cut = true;
  span.network.line(false);
  span.user.line(false);
  EXPECT_EQ(span.network.up(), false) << "at once";
  EXPECT_EQ(span.user.up(), false);
  span.network.setup(4, 2);
  EXPECT_EQ(span.network.overs().back().cause(), scn::v1::NETWORK_OUT_OF_ORDER);
  span.pass(60s); // T309 is 90 s
  span.cut = false;
  span.network.line(true);
  span.user.line(true);
  span.pass(120s); // and longer than they would have waited
  EXPECT_EQ(span.network.up(), true);
  EXPECT_EQ(span.user.up(), true);
  EXPECT_TRUE(span.user.overs().empty());
  EXPECT_EQ(span.network.overs().size(), 1U);
  span.user.release(far);
  span.settle();
  ASSERT_EQ(span.network.releases().size(), 1U);
  expect_nothing_left();
}

TEST_F(IsdnSpan, CallsEndWhenTheLineDoesNotComeBackAndAllChannelsServeAfterwards) {
  talk(2, 1);
  talk(4, 2);
  span.cut = true;
  span.network.line(false);
  span.user.line(false);
  span.pass(91s);
  EXPECT_EQ(span.network.overs().size(), 2U);
  EXPECT_EQ(span.user.overs().size(), 2U);
  EXPECT_EQ(span.network.overs().front().q850(), 27U);
  span.pass(1h);
  span.cut = false;
  span.network.line(true);
  span.user.line(true);
  span.pass(20s);
  EXPECT_EQ(span.network.up(), true);
  talk(6, 1);
  EXPECT_EQ(span.network.connects().back().call(), 6U);
}

/// One side's cable: it alone knows. The other hears nothing any more (T203, T200).
TEST_F(IsdnSpan, ACallThatOnlyOneSideHasLostIsEndedByTheRestart) {
  talk(2, 1);
  span.cut = true;
  span.network.line(false);
  span.pass(95s); // T309 began at once here, and there 14 s later
  EXPECT_EQ(span.user.up(), false) << "found out by itself";
  EXPECT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().size(), 0U);
  span.cut = false;
  span.network.line(true);
  span.pass(3s);
  EXPECT_EQ(span.network.up(), true);
  ASSERT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().front().q850(), 41U);
  expect_nothing_left();
}

/// libpri itself says nothing then, and keeps the call.
TEST_F(IsdnSpan, CallsThatNothingWasSaidOfEndWithTheLineAndWithTheCaller) {
  span.network.setup(2, 1);
  span.settle();
  span.network.release(2);
  span.settle();
  EXPECT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.network.overs().size(), 1U);
  span.network.setup(4, 1);
  span.settle();
  span.user.progress(span.user.setups().back().call(), static_cast<v1::Progress::Stage>(29));
  span.cut = true;
  span.network.line(false);
  span.user.line(false);
  span.pass(1s);
  EXPECT_EQ(span.user.overs().size(), 2U);
  EXPECT_EQ(span.network.overs().size(), 2U);
  expect_nothing_left();
}

/// Q.931, 5.5.1: it has the global reference. libpri takes the call for gone, and keeps it.
TEST_F(IsdnSpan, ARestartAcknowledgeOfACallEndsIt) {
  constexpr char acknowledge = 0x4e;
  span.network.setup(2, 1); // a new one
  span.settle();
  span.user.progress(span.user.setups().front().call(), v1::Progress::ALERTING);
  becomes(span.user, acknowledge);
  span.settle();
  EXPECT_EQ(span.network.overs().size(), 1U);
  talk(4, 2); // and one that talks
  span.network.notice(4);
  becomes(span.network, acknowledge);
  span.settle();
  ASSERT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().front().q850(), 41U);
  span.network.release(4);
  span.user.release(span.user.setups().front().call());
  span.pass(60s);
  expect_nothing_left();
}

/// A SETUP of a call that there is, without what it must have (5.8.6.1): libpri releases the call.
TEST_F(IsdnSpan, ACallThatIsReleasedForWhatItsFarEndSendsIsOver) {
  talk(2, 1);
  span.network.notice(2);
  becomes(span.network, 0x05);
  span.settle();
  ASSERT_EQ(span.user.releases().size(), 1U);
  EXPECT_EQ(span.user.overs().size(), 1U);
  EXPECT_EQ(span.network.overs().size(), 1U);
  expect_nothing_left();
}

/// libpri answers with STATUS, and T309 does not end that call any more.
TEST_F(IsdnSpan, ACallThatItsFarEndRestartedEndsWithTheLineAtLatest) {
  talk(2, 1);
  span.network.notice(2);
  becomes(span.network, 0x46); // RESTART, without what it must have
  span.settle();
  span.network.line(false);
  span.user.line(false);
  span.pass(80s);
  EXPECT_EQ(span.network.overs().size(), 0U) << "T309 is 90 s";
  span.pass(15s);
  EXPECT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().size(), 1U);
  expect_nothing_left();
}

/// Q.931, 5.8.3.2: it is ignored.
TEST_F(IsdnSpan, ASetupWithTheFlagOfAnswersIsNoCall) {
  span.network.setup(2, 1);
  auto& frame = span.network.frames.back();
  ASSERT_EQ(frame[8], 0x05);
  frame[6] = static_cast<char>(frame[6] | 0x80);
  span.settle();
  EXPECT_EQ(span.user.setups().size(), 0U);
  span.network.release(2);
  span.pass(60s);
  expect_nothing_left();
}

/// References of both ends have the same values: the flag says whose (Q.931, 4.3).
TEST_F(IsdnSpan, WhoEndsItsCallLeavesTheOthersOfTheSameReference) {
  const auto talks = talk(2, 1);
  span.user.setup(2, 20); // nothing was said of it yet
  span.settle();
  ASSERT_EQ(span.network.setups().size(), 1U);
  span.user.release(talks);
  span.settle();
  ASSERT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.network.overs().front().call(), 2U);
  EXPECT_EQ(span.user.overs().size(), 1U);
}

/// A call that is being set up does not wait for the line.
TEST_F(IsdnSpan, CallsThatAreNotAnsweredEndWithTheLine) {
  span.network.setup(2, 1);
  span.settle();
  span.user.progress(span.user.setups().front().call(), v1::Progress::ALERTING);
  span.settle();
  span.cut = true;
  span.network.line(false);
  span.user.line(false);
  span.pass(1s);
  EXPECT_EQ(span.network.overs().size(), 1U);
  EXPECT_EQ(span.user.overs().size(), 1U);
  expect_nothing_left();
}

TEST_F(IsdnSpan, ALineThatNobodyAnswersIsNotStormed) {
  span.cut = true;
  span.pass(60s);
  EXPECT_EQ(span.network.up(), false);
  const auto before = span.carried;
  span.pass(1h);
  // Both ends, each once in 16 s at last.
  EXPECT_LE(span.carried - before, 2 * 3600U / 16 + 4);
  EXPECT_GE(span.carried - before, 2 * 3600U / 17);
  span.cut = false;
  span.pass(17s);
  EXPECT_EQ(span.network.up(), true);
}

TEST_F(IsdnSpan, WhoReleasesOfACallIsNotHeardIsDoneAfterT305AndT308) {
  talk(2, 1);
  span.cut = true;
  span.network.release(2);
  span.pass(60s);
  EXPECT_EQ(span.network.overs().size(), 1U);
}

TEST_F(IsdnSpan, AThousandCallsLeaveNothing) {
  for (std::uint64_t n = 0; n < 1000; ++n) {
    auto& from = n % 2 == 0 ? span.network : span.user;
    auto& to = n % 2 == 0 ? span.user : span.network;
    const auto call = 2 * n + 2;
    from.setup(call, 1 + n % 15);
    span.settle();
    ASSERT_FALSE(to.setups().empty());
    const auto far = to.setups().back().call();
    if (n % 3 == 0)
      to.progress(far, v1::Progress::ALERTING);
    if (n % 5 != 0)
      to.connect(far);
    span.settle();
    if (n % 7 < 4)
      from.release(call);
    if (n % 7 > 2) // and sometimes both at once
      to.release(far);
    span.settle();
    ASSERT_EQ(from.overs().size(), 1U) << n;
    ASSERT_EQ(to.overs().size(), 1U) << n;
    ASSERT_EQ(from.overs().back().call(), call);
    ASSERT_EQ(to.overs().back().call(), far);
    from.heard.clear();
    to.heard.clear();
  }
  expect_nothing_left();
}

TEST_F(IsdnSpan, WhatMakesNoSenseIsDroppedAndCallsGoOn) {
  talk(2, 1);
  for (const auto* octets : {"", "x", "\x02\x01", "\xff\xff\xff\xff\xff\xff\xff"}) {
    v1::ToEdge message;
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(octets);
    span.network.tell(message);
    message.mutable_frame()->set_channel(99);
    span.network.tell(message);
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(std::string(2000, '\x02'));
    span.network.tell(message);
  }
  span.network.release(77);
  span.network.connect(78);
  span.network.progress(79, v1::Progress::ALERTING);
  span.pass(2s);
  EXPECT_EQ(span.network.figures().calls(), 1U);
  EXPECT_GE(span.network.figures().frames_dropped(), 10U);
}

} // namespace
} // namespace switchroom::isdn
