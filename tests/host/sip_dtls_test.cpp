// SPDX-License-Identifier: MIT
// SRTP with keys by DTLS in session descriptions (RFC 5763, 8122, 8842).
#include "edges/sip/secure_media.hpp"
#include "edges/sip/session_description.hpp"

#include <gtest/gtest.h>

namespace switchroom::sip {
namespace {

const preferences any_law{{scn::v1::CODEC_PCMA, scn::v1::CODEC_PCMU}},
    secure_only{{scn::v1::CODEC_PCMA, scn::v1::CODEC_PCMU}, true};

/// The fingerprint of RFC 8122, 5, is of SHA-256.
const std::string rfc_text = "12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:"
                             "5D:49:6B:19:E5:7C:AB:4A:AD";
const std::string rfc_octets = "\x12\xDF\x3E\x5D\x49\x6B\x19\xE5\x7C\xAB\x4A\xAD\xB9\xB1\x3F\x82"
                               "\x18\x3B\x54\x02\x12\xDF\x3E\x5D"
                               "\x49\x6B\x19\xE5\x7C\xAB\x4A\xAD";
const std::string fingerprint_line = "a=fingerprint:sha-256 " + rfc_text + "\r\n";
const std::string crypto_line =
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";

std::string dtls_offer(const std::string& of_all, const std::string& media,
                       const std::string& profile = "UDP/TLS/RTP/SAVP") {
  return "v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" + of_all +
         "m=audio 4000 " + profile +
         " 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\n" +
         media;
}

scn::v1::MediaEndpoint gateways_end() {
  scn::v1::MediaEndpoint made;
  made.set_address("192.0.2.1");
  made.set_port(20002);
  made.set_payload_type(8);
  made.set_srtp_key(std::string(30, 'k'));
  made.mutable_dtls()->set_fingerprint(std::string(32, '\x0a'));
  return made;
}

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\r\n") != std::string::npos;
}

TEST(Fingerprint, IsReadAsItIsWritten) {
  EXPECT_EQ(fingerprint_octets("sha-256 " + rfc_text), rfc_octets);
  EXPECT_EQ(fingerprint_octets("SHA-256 " + rfc_text), rfc_octets) << "as baresip writes it";
  auto small = rfc_text;
  for (auto& c : small)
    c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(fingerprint_octets("sha-256  " + small), rfc_octets);
  scn::v1::DtlsEnd end;
  end.set_fingerprint(rfc_octets);
  EXPECT_EQ(dtls_lines(end, "actpass"), fingerprint_line + "a=setup:actpass\r\n");
}

TEST(Fingerprint, WhatIsNoneIsNone) {
  for (const auto& text :
       {std::string(), std::string("sha-256"), std::string("sha-256 "), "sha-1 " + rfc_text,
        "sha-256" + rfc_text, "sha-256 " + rfc_text.substr(3), "sha-256 " + rfc_text + ":00",
        "sha-256 " + rfc_text + "0", "sha-256 " + rfc_text + ":", "sha-256 G" + rfc_text.substr(1),
        "sha-256 " + rfc_text.substr(0, 93), "sha-256 " + std::string(95, ':'),
        "sha-256 12 DF" + rfc_text.substr(5)})
    EXPECT_EQ(fingerprint_octets(text), "") << text;
}

TEST(DtlsDescription, FingerprintAndRoleAreTakenOfTheStreamOrOfTheWhole) {
  const auto terms = fingerprint_line + "a=setup:actpass\r\n";
  for (const auto& text : {dtls_offer(terms, ""), dtls_offer("", terms),
                           dtls_offer("a=setup:actpass\r\n", fingerprint_line)}) {
    const auto seen = read(text, any_law);
    ASSERT_TRUE(seen) << text;
    EXPECT_EQ(seen->media.dtls().fingerprint(), rfc_octets);
    EXPECT_TRUE(seen->media.dtls().client());
    EXPECT_TRUE(seen->either_role);
    EXPECT_EQ(seen->media.payload_type(), 8U);
    EXPECT_EQ(seen->media.events(), 101U);
    EXPECT_FALSE(seen->media.one_port());
  }
}

TEST(DtlsDescription, TheFirstHashThatIsUnderstoodCounts) {
  const auto seen = read(
      dtls_offer("", "a=fingerprint:sha-1 12:DF\r\n" + fingerprint_line + "a=setup:active\r\n"),
      any_law);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->media.dtls().fingerprint(), rfc_octets);
}

TEST(DtlsDescription, IsAnsweredInTheProfileAndWithTheOtherRole) {
  struct {
    std::string theirs, ours;
  } const roles[] = {{"actpass", "passive"}, {"active", "passive"}, {"passive", "active"}};
  for (const auto* profile :
       {"UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF", "RTP/SAVPF", "RTP/SAVP", "RTP/AVP"})
    for (const auto& role : roles) {
      const auto seen = read(
          dtls_offer("", fingerprint_line + "a=setup:" + role.theirs + "\r\n", profile), any_law);
      ASSERT_TRUE(seen) << profile;
      EXPECT_TRUE(is_answerable(*seen, gateways_end()));
      const auto text = answer(*seen, gateways_end(), 7, 1);
      EXPECT_TRUE(has(text, std::string("m=audio 20002 ") + profile + " 8 101")) << text;
      EXPECT_TRUE(has(text, "a=setup:" + role.ours)) << text;
      EXPECT_NE(text.find("a=fingerprint:sha-256 0A:0A:"), std::string::npos) << text;
      EXPECT_EQ(text.find("crypto"), std::string::npos) << text;
      EXPECT_EQ(text.find("rtcp-mux"), std::string::npos) << text;
    }
}

TEST(DtlsDescription, IsPreferredToKeysInTheOffer) {
  const auto seen = read(
      dtls_offer("", crypto_line + fingerprint_line + "a=setup:actpass\r\n", "RTP/SAVP"), any_law);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->media.has_dtls());
  EXPECT_EQ(seen->media.srtp_key(), "");
}

TEST(DtlsDescription, OnePortIsAnsweredWhereItIsOffered) {
  const auto seen =
      read(dtls_offer("", fingerprint_line + "a=setup:actpass\r\na=rtcp-mux\r\n"), any_law);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->media.one_port());
  EXPECT_TRUE(has(answer(*seen, gateways_end(), 7, 1), "a=rtcp-mux"));
}

TEST(DtlsDescription, WhoseHandshakeIsNotUnderstoodIsNotSpokenTo) {
  for (const auto& terms :
       {std::string(), std::string("a=setup:actpass\r\n"), crypto_line,
        "a=fingerprint:sha-1 12:DF\r\na=setup:actpass\r\n" + crypto_line,
        fingerprint_line + "a=setup:holdconn\r\n", std::string("a=fingerprint\r\n")})
    for (const auto* profile : {"UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"})
      EXPECT_FALSE(read(dtls_offer("", terms, profile), any_law)) << terms;
  EXPECT_FALSE(read(dtls_offer(fingerprint_line, "", "TCP/TLS/RTP/SAVP"), any_law));
}

TEST(DtlsDescription, ASecurePhoneMayHaveEitherKind) {
  EXPECT_TRUE(read(dtls_offer("", fingerprint_line + "a=setup:actpass\r\n"), secure_only));
  EXPECT_FALSE(read(dtls_offer("", "", "RTP/AVP"), secure_only));
}

TEST(DtlsDescription, AGatewayWithoutCannotAnswer) {
  auto plain = gateways_end();
  plain.clear_dtls();
  EXPECT_FALSE(is_answerable(
      *read(dtls_offer("", fingerprint_line + "a=setup:active\r\n"), any_law), plain));
  EXPECT_TRUE(is_answerable(*read(dtls_offer("", crypto_line, "RTP/SAVP"), any_law), plain));
  plain.clear_srtp_key();
  EXPECT_FALSE(is_answerable(*read(dtls_offer("", crypto_line, "RTP/SAVP"), any_law), plain));
  const auto maybe =
      read(dtls_offer("", fingerprint_line + "a=setup:active\r\n", "RTP/AVP"), any_law);
  EXPECT_TRUE(is_answerable(*maybe, plain)) << "it would take either";
  EXPECT_EQ(answer(*maybe, plain, 7, 1).find("fingerprint"), std::string::npos);
}

TEST(DtlsDescription, WhatIsOfferedIsUnderstoodByWhoReadsIt) {
  const auto text = offer(gateways_end(), any_law, 7, 0, keying::dtls);
  EXPECT_NE(text.find("m=audio 20002 UDP/TLS/RTP/SAVP 8 0 "), std::string::npos) << text;
  EXPECT_EQ(text.find("crypto"), std::string::npos)
      << "a key in words beside it would be all one needs";
  const auto seen = read(text, secure_only);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->either_role);
  EXPECT_TRUE(seen->media.one_port());
  EXPECT_EQ(seen->media.dtls().fingerprint(), gateways_end().dtls().fingerprint());
  auto plain = gateways_end();
  plain.clear_dtls();
  EXPECT_NE(offer(plain, any_law, 7, 0, keying::dtls).find("m=audio 20002 RTP/AVP 8 0 "),
            std::string::npos);
}

/// RFC 8842, 5.3: in a later offer "actpass" is said by who goes on, too.
TEST(DtlsDescription, RolesStayWhileTheCertificateDoes) {
  const auto waits = read(dtls_offer("", fingerprint_line + "a=setup:passive\r\n"), any_law);
  auto again = read(dtls_offer("", fingerprint_line + "a=setup:actpass\r\n"), any_law);
  again->go_on_from(*waits);
  EXPECT_FALSE(again->media.dtls().client());
  EXPECT_EQ(again->media.SerializeAsString(), waits->media.SerializeAsString()) << "nothing is new";
  EXPECT_TRUE(has(answer(*again, gateways_end(), 7, 1), "a=setup:active"));
  auto other = rfc_text;
  other[0] = '2';
  auto fresh =
      read(dtls_offer("", "a=fingerprint:sha-256 " + other + "\r\na=setup:actpass\r\n"), any_law);
  fresh->go_on_from(*waits);
  EXPECT_TRUE(fresh->media.dtls().client()) << "a new handshake";
}

TEST(DtlsDescription, StreamsThatAreTurnedDownKeepTheirProfile) {
  const auto seen =
      read(dtls_offer("m=video 5000 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n",
                      fingerprint_line + "a=setup:actpass\r\n"),
           any_law);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(has(answer(*seen, gateways_end(), 7, 1), "m=video 0 UDP/TLS/RTP/SAVPF 96"));
}

} // namespace
} // namespace switchroom::sip
