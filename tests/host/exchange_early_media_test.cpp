// SPDX-License-Identifier: MIT
// What is heard before an answer, and phones that say late where they listen. Line 5 of amsterdam
// is 205's; line 5 of berlin nobody's.
#include "calls/messages.hpp"
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class EarlyMedia : public People {
protected:
  EarlyMedia()
      : People(2, [](settings& s) {
          s.lines.push_back(
              {line_id{5}, s.gateway == "amsterdam" ? "205" : "", users::line_type::ip, true});
        }) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension("205");
    put.mutable_put_user()->set_login_code("1205");
    EXPECT_TRUE(t.ask("amsterdam", put).has_done());
    t.phone_registers("amsterdam", 5);
    t.phone_registers("berlin", 5);
  }
  /// 205's phone promises to be heard, and is.
  void early() {
    t.phone_listens("amsterdam", 5);
    t.phone_begins("amsterdam", 5);
    t.run(200ms);
  }
  /// 205 is forwarded to 202 when nobody answers for 5 s.
  void forward_unanswered() {
    for (const auto& [setting, value] : {std::pair("forward_no_answer", "202"),
                                         {"forward_no_answer_on", "on"},
                                         {"no_answer_s", "5"}})
      EXPECT_FALSE(set(t, "amsterdam", "205", setting, value).has_error());
  }
};

TEST_F(EarlyMedia, IsHeardByWhoCallsAndTheOtherWayNothing) {
  t.call("amsterdam", 1, "205");
  t.phone_listens("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback") << "nothing has come yet";
  t.phone_begins("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "silence");
  EXPECT_EQ(t.state_of("amsterdam", 1), "hears ringback");
  t.phone_lifts("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
}

TEST_F(EarlyMedia, GoesToAnotherGateway) {
  t.call("berlin", 1, "205");
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  early();
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "silence");
  t.phone_lifts("amsterdam", 5);
  t.run(200ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "berlin line 1");
}

/// As it is told of it: 183 with a description, not 200. When it is answered, the stream between
/// the gateways, which is open, goes on in another codec without having been closed.
TEST_F(EarlyMedia, OfAPhoneThatCallsAcrossAndThenBothSpeakAlike) {
  t.phone_speaks("amsterdam", 5, scn::v1::CODEC_G722);
  t.phone_speaks("berlin", 5, scn::v1::CODEC_G722);
  t.phone_calls("berlin", 5, "205");
  EXPECT_FALSE(t.phone("berlin", 5).hears_early);
  early();
  EXPECT_TRUE(t.phone("berlin", 5).hears_early);
  EXPECT_FALSE(t.phone("berlin", 5).talks);
  EXPECT_EQ(t.phone_hears("berlin", 5), "amsterdam line 5");
  EXPECT_EQ(t.codecs("amsterdam"), "G722 PCMA");
  EXPECT_EQ(t.codecs("berlin"), "G722 PCMA");
  t.phone_lifts("amsterdam", 5);
  t.run(200ms);
  EXPECT_TRUE(t.phone("berlin", 5).talks);
  EXPECT_EQ(t.codecs("amsterdam"), "G722 G722");
  EXPECT_EQ(t.codecs("berlin"), "G722 G722");
  EXPECT_EQ(t.told_of_streams("amsterdam"), "3 opened, 0 closed") << "one of them anew";
  EXPECT_EQ(t.told_of_streams("berlin"), "3 opened, 0 closed");
  EXPECT_EQ(t.phone_hears("berlin", 5), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "berlin line 5");
  t.phone_ends("berlin", 5);
}

TEST_F(EarlyMedia, IsOverWhenThePhoneDeclines) {
  for (const auto* from : {"amsterdam", "berlin"}) {
    t.call(from, 1, "205");
    early();
    EXPECT_EQ(t.hears(from, 1), "amsterdam line 5");
    t.phone_ends("amsterdam", 5, scn::v1::USER_BUSY);
    t.run(200ms);
    EXPECT_EQ(t.hears(from, 1), "busy");
    t.hang_up(from, 1);
  }
}

/// Times go on as while it rings; whoever is called next is not heard before the answer.
TEST_F(EarlyMedia, AFurtherPhoneRingsAgain) {
  forward_unanswered();
  for (const auto* from : {"amsterdam", "berlin"}) {
    t.call(from, 1, "205");
    early();
    EXPECT_EQ(t.hears(from, 1), "amsterdam line 5");
    t.run(6s);
    EXPECT_TRUE(t.rings("amsterdam", 2)) << from;
    EXPECT_EQ(t.hears(from, 1), "ringback") << from;
    t.lift("amsterdam", 2);
    t.run(200ms);
    EXPECT_EQ(t.hears(from, 1), "amsterdam line 2");
    t.hang_up("amsterdam", 2);
    t.hang_up(from, 1);
  }
}

TEST_F(EarlyMedia, IsHeardByWhoIsTransferred) {
  talk("berlin", 1, "201", "amsterdam", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "205");
  t.run(200ms);
  early();
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  t.hang_up("amsterdam", 1);
  t.run(200ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 5");
  t.phone_lifts("amsterdam", 5);
  t.run(200ms);
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "berlin line 1");
}

// ---- phones that let us offer (RFC 3261, 13.2.1) ------------------------------------------------

TEST_F(EarlyMedia, APhoneThatSaysLateWhereItListensIsHeardThen) {
  t.phone_calls_without_media("amsterdam", 5, "201");
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_TRUE(t.phone("amsterdam", 5).hears_ringback);
  t.lift("amsterdam", 1);
  EXPECT_TRUE(t.phone("amsterdam", 5).talks);
  EXPECT_EQ(t.codecs("amsterdam"), "");
  t.phone_listens("amsterdam", 5);
  EXPECT_EQ(t.codecs("amsterdam"), "PCMA");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(EarlyMedia, APhoneThatNeverSaysIsGoneWithoutATrace) {
  t.phone_calls_without_media("amsterdam", 5, "301");
  t.lift("berlin", 1);
  t.run(200ms);
  t.phone_ends("amsterdam", 5, scn::v1::DESTINATION_OUT_OF_ORDER);
  t.run(200ms);
  EXPECT_EQ(t.codecs("amsterdam"), "");
}

/// A call that begins on hold by an address that is none: it is off hold with one.
TEST_F(EarlyMedia, APhoneThatBeginsOnHoldIsHeardWhenItIsOff) {
  t.phone_calls_without_media("amsterdam", 5, "201");
  t.lift("amsterdam", 1);
  t.phone_holds("amsterdam", 5, true);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_holds("amsterdam", 5, false);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1");
  t.phone_ends("amsterdam", 5);
}

} // namespace
} // namespace switchroom::exchange
