// SPDX-License-Identifier: MIT
// What the edge of IP phones makes of session descriptions (RFC 4566, 3264), causes (RFC 3398) and
// the list of its ports.
#include "edges/sip/caller_header.hpp"
#include "edges/sip/lamp_documents.hpp"
#include "edges/sip/ports.hpp"
#include "edges/sip/session_description.hpp"
#include "edges/sip/status.hpp"

#include <gtest/gtest.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/url.h>

namespace switchroom::sip {
namespace {

using namespace std::chrono_literals;

using namespace scn::v1;
const preferences a_first{{CODEC_PCMA, CODEC_PCMU}}, mu_first{{CODEC_PCMU, CODEC_PCMA}},
    a_first_secure{{CODEC_PCMA, CODEC_PCMU}, true},
    wide_first{{CODEC_G722, CODEC_PCMA, CODEC_PCMU, CODEC_OPUS}};

/// As baresip 1.0.0 offers, but for its addresses.
std::string described(const std::string& media, const std::string& mode = "sendrecv") {
  return "v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" + media +
         "a=" + mode + "\r\na=ptime:20\r\n";
}
const std::string both = "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
                         "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                         "a=fmtp:101 0-15\r\n";
scn::v1::MediaEndpoint own() {
  scn::v1::MediaEndpoint made;
  made.set_address("192.0.2.1");
  made.set_port(20002);
  made.set_payload_type(8);
  made.set_ptime_ms(20);
  return made;
}

TEST(SessionDescription, TheGatewaysLawIsTakenWhenThePhoneHasBoth) {
  const auto seen = read(described(both), a_first);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.address(), "192.0.2.7");
  EXPECT_EQ(seen->media.port(), 4000U);
  EXPECT_EQ(seen->media.payload_type(), 8U);
  EXPECT_EQ(seen->media.events(), 101U);
  EXPECT_FALSE(seen->on_hold);
  EXPECT_EQ(read(described(both), mu_first)->media.payload_type(), 0U);
  EXPECT_EQ(read(described("m=audio 4000 RTP/AVP 0\r\n"), a_first)->media.payload_type(), 0U);
}

TEST(SessionDescription, TheAddressOfTheStreamCountsBeforeThatOfTheSession) {
  const auto seen = read(described("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 198.51.100.3\r\n"), a_first);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.address(), "198.51.100.3");
}

TEST(SessionDescription, WhatCannotBeSpokenIsNone) {
  EXPECT_FALSE(read(described("m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n"), a_first));
  EXPECT_FALSE(read(described("m=audio 0 RTP/AVP 8\r\n"), a_first)) << "it is turned off";
  EXPECT_FALSE(read(described("m=audio 4000 RTP/SAVP 8\r\n"), a_first)) << "and not in the clear";
  EXPECT_FALSE(read(described("m=video 4000 RTP/AVP 31\r\n"), a_first));
  EXPECT_FALSE(read("", a_first));
  EXPECT_FALSE(read("this is no session description", a_first));
  EXPECT_FALSE(read(std::string(100'000, 'm'), a_first));
  EXPECT_FALSE(read("v=0\r\nm=audio 99999999999999 RTP/AVP 8\r\n", a_first));
}

TEST(SessionDescription, HoldIsWhatDoesNotWantToHear) {
  EXPECT_TRUE(read(described(both, "sendonly"), a_first)->on_hold);
  EXPECT_TRUE(read(described(both, "inactive"), a_first)->on_hold);
  EXPECT_FALSE(read(described(both, "recvonly"), a_first)->on_hold);
  const auto text = answer(*read(described(both, "sendonly"), a_first), own(), 7, 1);
  EXPECT_NE(text.find("a=recvonly\r\n"), std::string::npos) << text;
}

/// RFC 3264, 6.1.
TEST(SessionDescription, TheAnswersDirectionIsTheOffersTurnedRound) {
  for (const auto& [offered, answered] :
       {std::pair("sendrecv", "sendrecv"), std::pair("sendonly", "recvonly"),
        std::pair("recvonly", "sendonly"), std::pair("inactive", "inactive")}) {
    const auto text = answer(*read(described(both, offered), a_first), own(), 7, 1);
    EXPECT_NE(text.find("a=" + std::string(answered) + "\r\n"), std::string::npos) << text;
  }
}

std::string at_address(const std::string& where, const std::string& mode = "sendrecv") {
  return "v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN " + where + "\r\nt=0 0\r\n" + both +
         "a=" + mode + "\r\n";
}

/// RFC 2543, B.5; RFC 3264, 8.4.
TEST(SessionDescription, AnAddressThatIsNoneIsHold) {
  for (const auto* where : {"IP4 0.0.0.0", "IP6 ::"}) {
    const auto seen = read(at_address(where), a_first);
    ASSERT_TRUE(seen) << where;
    EXPECT_TRUE(seen->on_hold);
    EXPECT_TRUE(seen->nowhere);
    EXPECT_NE(answer(*seen, own(), 7, 1).find("a=recvonly\r\n"), std::string::npos);
    const auto silent = read(at_address(where, "recvonly"), a_first);
    EXPECT_NE(answer(*silent, own(), 7, 1).find("a=inactive\r\n"), std::string::npos);
  }
}

TEST(SessionDescription, ANameAndAnAddressOfManyAreRefusedWithTheReason) {
  const auto refused = [](const std::string& where) {
    warning why;
    return read(at_address(where), a_first, &why) ? 0 : why.code;
  };
  EXPECT_EQ(refused("IP4 phone.example.com"), 301U);
  EXPECT_EQ(refused("IP4 239.1.2.3/127"), 330U);
  EXPECT_EQ(refused("IP6 ff02::1"), 330U);
  EXPECT_EQ(refused("IP4 255.255.255.255"), 330U);
  EXPECT_EQ(refused("IP4 192.0.2.7"), 0U);
  EXPECT_EQ(refused("IP6 2001:db8::7"), 0U);
  EXPECT_EQ(header_of({330, "Multicast not available"}),
            "330 switchroom \"Multicast not available\"");
}

/// RFC 3264, 6: as many streams as were offered, in their order; those not wanted have port 0.
TEST(SessionDescription, AnswersEachStreamThatWasOffered) {
  const auto seen = read(
      described("m=video 5000 RTP/AVP 31 99\r\n" + both + "m=audio 6000 RTP/AVP 8\r\n"), a_first);
  ASSERT_TRUE(seen);
  const auto text = answer(*seen, own(), 7, 1);
  const auto video = text.find("m=video 0 RTP/AVP 31\r\n");
  const auto audio = text.find("m=audio 20002 RTP/AVP 8 101\r\n");
  const auto second = text.find("m=audio 0 RTP/AVP 8\r\n");
  EXPECT_NE(video, std::string::npos) << text;
  EXPECT_NE(audio, std::string::npos) << text;
  EXPECT_NE(second, std::string::npos) << text;
  EXPECT_LT(video, audio);
  EXPECT_LT(audio, second);
}

TEST(SessionDescription, WhatIsOfferedIsUnderstoodByWhoReadsIt) {
  const auto seen = read(offer(own(), a_first, 7, 0, keying::none), mu_first);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.address(), "192.0.2.1");
  EXPECT_EQ(seen->media.port(), 20002U);
  EXPECT_EQ(seen->media.payload_type(), 0U) << "both laws are offered";
  EXPECT_EQ(seen->media.events(), 101U);
}

TEST(SessionDescription, APhoneThatSaysAnAddressOfItsHomeIsLookedForWhereItIs) {
  const auto seen_at = [](std::string_view route) {
    auto seen = *read(described(both), a_first);
    locate(seen.media, route);
    return seen.media.seen_at();
  };
  EXPECT_EQ(seen_at("sip:203.0.113.9:61000;transport=UDP"), "203.0.113.9");
  EXPECT_EQ(seen_at("sip:[2001:db8::9]:61000;transport=TCP"), "2001:db8::9");
  EXPECT_EQ(seen_at("sip:192.0.2.7:61000;transport=UDP"), "192.0.2.7") << "its port may be another";
  EXPECT_EQ(seen_at(""), "");
}

// ---- codecs ------------------------------------------------------------------------------------

/// As linphone 5.1 offers, but for its addresses.
const std::string of_linphone =
    "m=audio 7078 RTP/AVP 96 97 98 0 8 9 18 101 99 100\r\na=rtpmap:96 opus/48000/2\r\n"
    "a=fmtp:96 useinbandfec=1\r\na=rtpmap:97 speex/16000\r\na=fmtp:97 vbr=on\r\n"
    "a=rtpmap:98 speex/8000\r\na=fmtp:98 vbr=on\r\na=fmtp:18 annexb=yes\r\n"
    "a=rtpmap:101 telephone-event/48000\r\na=rtpmap:99 telephone-event/16000\r\n"
    "a=rtpmap:100 telephone-event/8000\r\n";

TEST(SessionDescription, OfWhatThePhoneHasTheLinesFirstIsTaken) {
  const auto taken = [](std::vector<Codec> codecs) {
    const auto seen = read(described(of_linphone), {std::move(codecs)});
    return seen ? std::pair(seen->media.codec(), seen->media.payload_type())
                : std::pair(CODEC_UNSPECIFIED, 0U);
  };
  EXPECT_EQ(taken({CODEC_G722, CODEC_PCMA}), std::pair(CODEC_G722, 9U));
  EXPECT_EQ(taken({CODEC_OPUS, CODEC_PCMA}), std::pair(CODEC_OPUS, 96U));
  EXPECT_EQ(taken({CODEC_PCMU, CODEC_OPUS}), std::pair(CODEC_PCMU, 0U));
  EXPECT_EQ(taken({}), std::pair(CODEC_UNSPECIFIED, 0U));
  EXPECT_EQ(read(described(of_linphone), wide_first)->media.events(), 100U) << "at 8 kHz";
}

TEST(SessionDescription, OfSeveralThatAPhoneHasAnsweredItsFirstIsTaken) {
  auto as_it_likes = wide_first;
  as_it_likes.in_their_order = true;
  const auto seen = read(described("m=audio 4000 RTP/AVP 18 0 9\r\n"), as_it_likes);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.codec(), CODEC_PCMU);
}

TEST(SessionDescription, ANameWithAnotherClockIsAnotherCodec) {
  EXPECT_FALSE(read(described("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/8000\r\n"), wide_first));
  EXPECT_FALSE(read(described("m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 EVRC/8000\r\n"), wide_first));
  const auto moved =
      read(described("m=audio 4000 RTP/AVP 99\r\na=rtpmap:99 g722/8000\r\n"), wide_first);
  ASSERT_TRUE(moved) << "by a number of its own";
  EXPECT_EQ(moved->media.payload_type(), 99U);
}

TEST(SessionDescription, AllThatTheLineMaySpeakIsOfferedAndTheCallersFirst) {
  auto wanted = own();
  const auto first_of = [&](Codec codec) {
    wanted.set_codec(codec);
    const auto text = offer(wanted, wide_first, 7, 0, keying::none);
    const auto at = text.find("m=audio");
    return text.substr(at, text.find('\r', at) - at);
  };
  EXPECT_EQ(first_of(CODEC_UNSPECIFIED), "m=audio 20002 RTP/AVP 8 9 0 107 13 101");
  EXPECT_EQ(first_of(CODEC_OPUS), "m=audio 20002 RTP/AVP 107 9 8 0 13 101");
  EXPECT_EQ(first_of(CODEC_G722), "m=audio 20002 RTP/AVP 9 8 0 107 13 101");
}

/// RFC 7587, 7: 48,000 and two channels, whatever is sent.
TEST(SessionDescription, TheAnswerSaysWhatWasTaken) {
  const auto seen = read(described(of_linphone), {{CODEC_OPUS}});
  const auto text = answer(*seen, own(), 7, 1);
  EXPECT_NE(text.find("m=audio 20002 RTP/AVP 96 100\r\na=rtpmap:96 opus/48000/2\r\n"),
            std::string::npos)
      << text;
}

TEST(SessionDescription, ThePhonesPacketTimeIsTakenIfItCanBeSent) {
  const auto with = [](const std::string& ptime) {
    return read("v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" + both +
                    ptime,
                a_first)
        ->media.ptime_ms();
  };
  EXPECT_EQ(with("a=ptime:30\r\n"), 30U);
  EXPECT_EQ(with(""), 20U) << "RFC 3551, 4.2";
  EXPECT_EQ(with("a=ptime:25\r\n"), 20U);
  EXPECT_EQ(with("a=ptime:lots\r\n"), 20U);
}

/// The key of RFC 4568, 6.1, and what octets it is.
const std::string rfc_key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
const std::string rfc_key_octets = "YS___semctl () {\t220;}\n}\nunles";
std::string keyed(const std::string& crypto, const std::string& protocol = "RTP/SAVP") {
  return described("m=audio 4000 " + protocol + " 8\r\na=crypto:" + crypto + "\r\n");
}

TEST(SessionDescription, KeysOfSrtpAreTaken) {
  const auto seen = read(keyed("7 AES_CM_128_HMAC_SHA1_80 inline:" + rfc_key + "|2^20"), a_first);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.srtp_key(), rfc_key_octets);
  EXPECT_TRUE(seen->savp);
  auto ours = own();
  ours.set_srtp_key(std::string(30, '\0'));
  const auto text = answer(*seen, ours, 7, 1);
  EXPECT_NE(text.find("m=audio 20002 RTP/SAVP 8\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, 'A') + "\r\n"),
            std::string::npos)
      << text;
}

TEST(SessionDescription, KeysThatAreNotUnderstoodAreNone) {
  const std::string suite = "1 AES_CM_128_HMAC_SHA1_80 inline:";
  for (const auto& crypto :
       {suite + rfc_key + "|2^20|1:4", // a key identifier
        suite + rfc_key + " UNENCRYPTED_SRTP", suite + rfc_key.substr(4), suite + rfc_key + "AAAA",
        suite + "!!!!", suite, "1 F8_128_HMAC_SHA1_80 inline:" + rfc_key, std::string("1"),
        std::string()}) {
    EXPECT_FALSE(read(keyed(crypto), a_first)) << crypto;
    const auto plain = read(keyed(crypto, "RTP/AVP"), a_first);
    ASSERT_TRUE(plain) << crypto;
    EXPECT_EQ(plain->media.srtp_key(), "") << crypto;
  }
}

TEST(SessionDescription, TheFirstKeyThatIsUnderstoodIsTaken) {
  const auto seen = read(keyed("1 AEAD_AES_256_GCM inline:" + rfc_key +
                               "\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" + rfc_key),
                         a_first);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->crypto_tag, "2");
}

TEST(SessionDescription, ASecurePhoneIsNotHeardInTheClear) {
  EXPECT_FALSE(read(described(both), a_first_secure));
  EXPECT_TRUE(read(keyed("1 AES_CM_128_HMAC_SHA1_80 inline:" + rfc_key), a_first_secure));
}

TEST(SessionDescription, WhatIsOfferedSecurelyIsUnderstoodByWhoReadsIt) {
  auto ours = own();
  ours.set_srtp_key(rfc_key_octets);
  const auto seen = read(offer(ours, a_first, 7, 0, keying::sdes), a_first_secure);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.srtp_key(), rfc_key_octets);
  EXPECT_EQ(offer(ours, a_first, 7, 0, keying::none).find("crypto"), std::string::npos)
      << "a key in the clear protects nothing";
}

edge::v1::Lamp lamp(edge::v1::Lamp::Use use) {
  edge::v1::Lamp made;
  made.set_use(use);
  return made;
}

/// RFC 4235, 4.1 and 5.
TEST(LampDocument, TellsWhatSomebodysLinesDo) {
  const auto text = [](edge::v1::Lamp::Use use) {
    return lamp_document(dialog_lamp, lamp(use), "sip:201@here", 3);
  };
  const auto rings = text(edge::v1::Lamp::RINGS);
  EXPECT_NE(rings.find("version=\"3\" state=\"full\" entity=\"sip:201@here\""), std::string::npos);
  EXPECT_NE(rings.find("direction=\"recipient\"><state>early</state>"), std::string::npos) << rings;
  EXPECT_NE(text(edge::v1::Lamp::IN_USE).find("<state>confirmed</state>"), std::string::npos);
  EXPECT_NE(text(edge::v1::Lamp::IDLE).find("<state>terminated</state>"), std::string::npos);
  EXPECT_EQ(lamp_document(dialog_lamp, lamp(edge::v1::Lamp::IDLE), "\"><x>&", 0).find("<x>"),
            std::string::npos);
}

/// RFC 3842, 5.2.
TEST(LampDocument, TellsOfMessages) {
  auto has = lamp(edge::v1::Lamp::IDLE);
  has.set_new_messages(2);
  has.set_heard_messages(8);
  EXPECT_EQ(
      lamp_document(message_lamp, has, "sip:desk9@here", 0),
      "Messages-Waiting: yes\r\nMessage-Account: sip:desk9@here\r\nVoice-Message: 2/8 (0/0)\r\n");
  EXPECT_EQ(lamp_document(message_lamp, lamp(edge::v1::Lamp::IDLE), "sip:a@b", 0).substr(0, 20),
            "Messages-Waiting: no");
  EXPECT_EQ(lamp_type_of("presence"), nullptr);
}

/// RFC 3398, the tables of 7.2.4.1 and 8.2.6.1.
TEST(SessionDescription, WhatSofiaWouldParseWithoutEndIsRefused) {
  for (const auto* media :
       {"m=audio 4000 RTP/X\xc3P 8\r\n", "m=audio 4000 RTP/X 8 (\r\n", "m=audio 4000 x \xff\r\n",
        "m=audio 4000 RTP/AVP 8\rm=audio 4000 x ;\r\n", " m=audio 4000 x ;\r\n",
        "m=audio 4000 RTP x/y\r\n", "m=audio 4000RTP/AVP x/y\r\n", "m=audio 4000/x RTP/AVP 8\r\n",
        "m=audio 4000 /x 8\r\n"})
    EXPECT_FALSE(read(described(media + both), a_first)) << media;
  EXPECT_FALSE(read(described("m=audio 65536 RTP/AVP 8\r\n"), a_first));
  EXPECT_TRUE(
      read(described("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" + both), a_first));
}

/// As sofia's parser, which is not ours, reads it: "name|user|host", and what else there is.
std::string read_by_sofia(const std::string& header) {
  auto* home = static_cast<su_home_t*>(su_home_new(sizeof(su_home_t)));
  std::string made = "not understood";
  if (const auto* from = sip_from_make(home, header.c_str())) {
    const auto text = [](const char* what) { return std::string(what == nullptr ? "" : what); };
    std::string user = text(from->a_url->url_user);
    url_unescape(user.data(), from->a_url->url_user);
    user.resize(std::strlen(user.c_str()));
    made = text(from->a_display) + '|' + user + '|' + text(from->a_url->url_host) +
           text(from->a_url->url_params) + text(from->a_url->url_headers) +
           (from->a_params == nullptr ? "" : " and parameters");
  }
  su_home_unref(home);
  return made;
}

TEST(CallerHeader, NeitherNameNorNumberIsTakenForAnythingElse) {
  const auto read = [](const std::string& name, const std::string& number) {
    return read_by_sofia(caller_header(name, number, "office"));
  };
  EXPECT_EQ(read("Bea", "301"), "\"Bea\"|301|office");
  EXPECT_EQ(caller_header("Bea", "+4930*1", "office"), "\"Bea\" <sip:+4930*1@office>");
  EXPECT_EQ(read("M\u00fcller, \u4e2d", "301"), "\"M\u00fcller, \u4e2d\"|301|office");
  EXPECT_EQ(read("a\" <sip:b@c>;d=\\", "301"), "\"a <sip:b@c>;d=\"|301|office");
  EXPECT_EQ(read("", ""), "\"Anonymous\"|anonymous|anonymous.invalid");
  for (unsigned octet = 1; octet < 0x80; ++octet) {
    const auto number = std::string("1") + static_cast<char>(octet) + "2";
    EXPECT_EQ(read("", number), "\"\"|" + number + "|office") << octet;
  }
  EXPECT_EQ(read("", "1@evil;x=y?z>\r\nVia: w"), "\"\"|1@evil;x=y?z>\r\nVia: w|office");
}

TEST(CallerHeader, ItHasNoControlCharacters) {
  std::string all;
  for (unsigned octet = 0; octet < 256; ++octet)
    all += static_cast<char>(octet);
  for (unsigned code = 0x80; code < 0xa0; ++code) // C1, as UTF-8
    all.append(1, '\xc2').append(1, static_cast<char>(code));
  const auto made = caller_header(all + "\x1b[2J", all, "office");
  for (std::size_t n = 0; n < made.size(); ++n) {
    const auto octet = static_cast<unsigned char>(made[n]);
    EXPECT_FALSE(octet < 0x20 || octet == 0x7f) << n;
    const bool c1 = octet == 0xc2 && n + 1 < made.size() &&
                    static_cast<unsigned char>(made[n + 1]) - 0x80U < 0x20U;
    EXPECT_FALSE(c1) << n;
  }
}

TEST(Status, CausesAndCodes) {
  EXPECT_EQ(status_of(scn::v1::UNALLOCATED_NUMBER).code, 404);
  EXPECT_EQ(status_of(scn::v1::USER_BUSY).code, 486);
  EXPECT_EQ(status_of(scn::v1::NO_ANSWER).code, 480);
  EXPECT_EQ(status_of(scn::v1::CALL_REJECTED).code, 403);
  EXPECT_EQ(status_of(scn::v1::NUMBER_CHANGED).code, 410);
  EXPECT_EQ(status_of(scn::v1::DESTINATION_OUT_OF_ORDER).code, 502);
  EXPECT_EQ(status_of(scn::v1::NO_CIRCUIT_AVAILABLE).code, 503);
  EXPECT_EQ(cause_of(486), scn::v1::USER_BUSY);
  EXPECT_EQ(cause_of(600), scn::v1::USER_BUSY);
  EXPECT_EQ(cause_of(603), scn::v1::CALL_REJECTED);
  EXPECT_EQ(cause_of(404), scn::v1::UNALLOCATED_NUMBER);
  EXPECT_EQ(cause_of(408), scn::v1::DESTINATION_OUT_OF_ORDER);
}

class Ports : public ::testing::Test {
protected:
  static edge::v1::Ports told(const std::string& secret = "one") {
    edge::v1::Ports all;
    for (const unsigned line : {9U, 10U}) {
      auto& one = *all.add_ports();
      one.set_line(line);
      one.set_name("desk" + std::to_string(line));
      one.set_secret(line == 9 ? secret : "two");
    }
    return all;
  }
  ports all;
};

TEST_F(Ports, APhoneStaysWhereItIsUnlessItsPortHasChanged) {
  all.replace(told());
  all.named("desk9")->contact = "sip:desk9@192.0.2.7";
  all.named("desk10")->contact = "sip:desk10@192.0.2.8";
  all.replace(told("another"));
  EXPECT_EQ(all.at(9)->contact, "") << "it has not proved that it knows the new secret";
  EXPECT_EQ(all.at(10)->contact, "sip:desk10@192.0.2.8");
  EXPECT_EQ(all.named("desk11"), nullptr);
  EXPECT_EQ(all.named("desk10")->secret, "two");
  EXPECT_EQ(all.named("desk9")->secret, "another");
}

TEST_F(Ports, WhoDoesNotRegisterAgainIsGoneOnce) {
  all.replace(told());
  const clock::time_point now{};
  all.at(9)->contact = "sip:desk9@192.0.2.7";
  all.at(9)->expires = now + 60s;
  EXPECT_TRUE(all.take_expired(now + 59s).empty());
  EXPECT_EQ(all.take_expired(now + 60s), std::vector<std::uint32_t>{9});
  EXPECT_TRUE(all.take_expired(now + 61s).empty());
}

} // namespace
} // namespace switchroom::sip
