// SPDX-License-Identifier: MIT
// The handshakes of a gateway's streams, with phones whose ends are dtls::handshake.
#include "app/handshakes.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;
constexpr host_slot slot{3};

class Handshakes : public ::testing::Test {
protected:
  handshakes::ports ports() {
    handshakes::ports to;
    to.send = [this](media::handshake_packet p) { sent.push_back(std::move(p)); };
    to.open = [this](host_slot where, const stream_to_secure& stream) {
      EXPECT_EQ(where, slot);
      opened.push_back(stream.agreed);
    };
    to.refuse = [this](host_slot where, const refusal&) { refused.push_back(where); };
    to.raise = [this](const media::alarm& a) { alarms.insert_or_assign(a.id, a); };
    to.clear = [this](const std::string& id) { alarms.erase(id); };
    return to;
  }
  stream_to_secure of(const dtls::identity& who, dtls::role ours, bool one_port) const {
    media::agreement agreed{8, 20};
    agreed.by_handshake = true;
    agreed.one_port = one_port;
    return {"192.0.2.7", 4000, agreed, who.print(), ours};
  }
  std::unique_ptr<dtls::handshake> end_of(const dtls::identity& who, dtls::role as) {
    return std::make_unique<dtls::handshake>(who, as, gateway.print(), now);
  }
  /// Until nobody has anything to say.
  void carry(dtls::handshake& voice, dtls::handshake* reports = nullptr) {
    for (bool any = true; any;) {
      any = false;
      while (!sent.empty()) {
        const auto p = std::move(sent.front());
        sent.pop_front();
        any = true;
        if (auto* to = p.beside ? reports : &voice)
          to->receive(p.octets, now);
      }
      for (auto* from : {&voice, reports})
        for (auto& octets :
             from == nullptr ? std::vector<dtls::handshake::packet>() : from->take_packets()) {
          any = true;
          gateway.receive({slot, from == reports, std::move(octets)}, now);
        }
    }
  }

  instant now{1h};
  std::deque<media::handshake_packet> sent;
  std::vector<media::agreement> opened;
  std::vector<host_slot> refused;
  std::map<std::string, media::alarm> alarms;
  dtls::identity phone;
  handshakes gateway{ports()};
};

TEST_F(Handshakes, TheStreamIsOpenWithoutKeysFirst) {
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_TRUE(opened[0].lacks_keys());
  EXPECT_TRUE(sent.empty()) << "the phone begins";
  EXPECT_EQ(gateway.next_deadline(), never);
  const auto far = end_of(phone, dtls::role::client);
  carry(*far);
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_FALSE(opened[1].lacks_keys());
  ASSERT_TRUE(opened[1].protection);
  EXPECT_EQ(opened[1].protection->with().ours, far->made().theirs);
  EXPECT_EQ(opened[1].protection->with().theirs, far->made().ours);
  EXPECT_EQ(gateway.counted().made, 1U);
  EXPECT_EQ(gateway.next_deadline(), never);
}

TEST_F(Handshakes, WhoWaitsIsBegunWith) {
  gateway.begin(slot, of(phone, dtls::role::client, true), now);
  EXPECT_EQ(sent.size(), 1U);
  EXPECT_LE(gateway.next_deadline(), now + 250ms);
  const auto far = end_of(phone, dtls::role::server);
  carry(*far);
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_EQ(opened[1].protection->with().ours, far->made().theirs);
}

/// RFC 5764, 4.1: each port has a handshake, and keys, of its own.
TEST_F(Handshakes, ReportsBesideHaveTheirOwn) {
  gateway.begin(slot, of(phone, dtls::role::server, false), now);
  const auto voice = end_of(phone, dtls::role::client), reports = end_of(phone, dtls::role::client);
  carry(*voice, reports.get());
  ASSERT_EQ(opened.size(), 3U);
  EXPECT_FALSE(opened[2].lacks_keys());
  EXPECT_FALSE(opened[2].lacks_report_keys());
  EXPECT_EQ(opened[2].protection->with().ours, voice->made().theirs);
  EXPECT_EQ(opened[2].report_protection->with().ours, reports->made().theirs);
  EXPECT_NE(voice->made().theirs, reports->made().theirs);
  EXPECT_EQ(gateway.counted().made, 1U) << "it is one stream";
}

TEST_F(Handshakes, AnotherCertificateIsRefusedCountedAndAnAlarm) {
  const dtls::identity stranger;
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  carry(*end_of(stranger, dtls::role::client));
  EXPECT_EQ(opened.size(), 1U) << "never with keys";
  EXPECT_EQ(refused, std::vector<host_slot>{slot});
  EXPECT_EQ(gateway.counted().refused, 1U);
  ASSERT_TRUE(alarms.contains("dtls-192.0.2.7"));
  EXPECT_NE(alarms.at("dtls-192.0.2.7").text.what.find("192.0.2.7 port 4000"), std::string::npos);
  EXPECT_FALSE(alarms.at("dtls-192.0.2.7").text.remedy.empty());
  carry(*end_of(phone, dtls::role::client));
  EXPECT_EQ(opened.size(), 1U) << "what has gone wrong once is not trusted any more";
  EXPECT_EQ(refused.size(), 1U);
  gateway.end(slot);
  EXPECT_EQ(alarms.size(), 1U) << "it outlives the call";
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  carry(*end_of(phone, dtls::role::client));
  EXPECT_TRUE(alarms.empty()) << "a good one from there";
}

TEST_F(Handshakes, WhatIsOverIsNotOpenedAgain) {
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  gateway.end(slot);
  carry(*end_of(phone, dtls::role::client));
  EXPECT_EQ(opened.size(), 1U);
  EXPECT_TRUE(sent.empty());
}

// RFC 8842, 4: a re-INVITE that changes neither certificate, role nor place begins no handshake; a
// phone would not answer one.
TEST_F(Handshakes, AStreamThatIsAgreedAnewKeepsItsKeys) {
  for (const bool one_port : {true, false}) {
    opened.clear();
    gateway.begin(slot, of(phone, dtls::role::server, one_port), now);
    const auto voice = end_of(phone, dtls::role::client),
               reports = end_of(phone, dtls::role::client);
    carry(*voice, reports.get());
    auto again = of(phone, dtls::role::server, one_port);
    again.agreed.payload_type = 0;
    gateway.begin(slot, again, now);
    EXPECT_EQ(opened.back().payload_type, 0);
    ASSERT_FALSE(opened.back().lacks_keys());
    EXPECT_FALSE(opened.back().lacks_report_keys());
    EXPECT_EQ(opened.back().protection->with().theirs, voice->made().ours);
    EXPECT_TRUE(sent.empty());
    auto elsewhere = of(phone, dtls::role::server, one_port);
    elsewhere.port = 4002;
    gateway.begin(slot, elsewhere, now);
    EXPECT_TRUE(opened.back().lacks_keys());
    gateway.end(slot);
  }
}

TEST_F(Handshakes, ANewStreamAtTheSlotHasNewKeys) {
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  carry(*end_of(phone, dtls::role::client));
  gateway.end(slot);
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  ASSERT_EQ(opened.size(), 3U);
  EXPECT_TRUE(opened[2].lacks_keys());
  carry(*end_of(phone, dtls::role::client));
  ASSERT_EQ(opened.size(), 4U);
  EXPECT_NE(opened[3].protection->with(), opened[1].protection->with());
}

/// Who is called answers and begins at once; the answer takes its time.
TEST_F(Handshakes, APacketThatCameBeforeTheAnswerIsNotLost) {
  const auto far = end_of(phone, dtls::role::client);
  const auto hello = far->take_packets().at(0);
  const auto from = *media::parse_endpoint("192.0.2.7", 4000);
  gateway.receive({slot, false, hello, from}, now);
  EXPECT_TRUE(sent.empty());
  now += 50ms;
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  EXPECT_FALSE(sent.empty());
  carry(*far);
  EXPECT_EQ(opened.size(), 2U);
}

TEST_F(Handshakes, WhatCameEarlyFromSomebodyElseOrLongAgoIsNothing) {
  const auto hello = end_of(phone, dtls::role::client)->take_packets().at(0);
  gateway.receive({slot, false, hello, *media::parse_endpoint("192.0.2.8", 4000)}, now);
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  EXPECT_TRUE(sent.empty());
  gateway.end(slot);
  gateway.receive({slot, false, hello, *media::parse_endpoint("192.0.2.7", 4000)}, now);
  now += 2s;
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  EXPECT_TRUE(sent.empty());
}

TEST_F(Handshakes, PacketsForNobodyAreNothing) {
  gateway.receive({host_slot{9}, false, {22, 0xfe, 0xfd}}, now);
  gateway.begin(slot, of(phone, dtls::role::server, true), now);
  gateway.receive({slot, true, {22, 0xfe, 0xfd}}, now);
  gateway.receive({slot, false, {}}, now);
  gateway.tick(now + 1h);
  EXPECT_EQ(opened.size(), 1U);
}

} // namespace
} // namespace switchroom::app
