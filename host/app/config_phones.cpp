// SPDX-License-Identifier: MIT
// Where IP phones register, and what they speak if their lines do not say so.
#include "app/config_file.hpp"

#include <arpa/inet.h>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

bool is_v6(const std::string& text) {
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1;
}

/// As in a URI, where a port may follow (RFC 3986, 3.2.2).
bool is_host(const std::string& text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  in_addr v4{};
  return bracketed ? is_v6(text.substr(1, text.size() - 2))
                   : inet_pton(AF_INET, text.c_str(), &v4) == 1;
}

} // namespace

/// IP phones register here; without the section, at the RTP address and port 5060.
void configuration_file::sip() {
  const auto& own = made_.voice.rtp_address;
  made_.sip.listen = "sip:" + (is_v6(own) ? '[' + own + ']' : own) + ":5060";
  const toml::table* table = root_.table("sip");
  if (table == nullptr)
    return;
  auto in = section(*table, "[sip]");
  const auto listen = [&](const char* key, const char* scheme, std::string& found) {
    const auto given = in.text(key);
    if (!given)
      return;
    const auto colon = given->rfind(':');
    if (colon == std::string::npos || !is_host(given->substr(0, colon)) ||
        !is_port(given->substr(colon + 1)))
      in.wrong(key, "\"" + *given + "\" is no address and port",
               "give them in numbers, \"192.0.2.1:5060\" or \"[2001:db8::1]:5060\"");
    found = scheme + *given;
  };
  listen("listen", "sip:", made_.sip.listen);
  follow_listen(in);
  listen("tls_listen", "sips:", made_.sip.tls_listen);
  const auto certificate = in.text("certificate");
  const std::vector<std::string> digests{"md5", "sha-256", "both"};
  if (const auto kind = in.choice("digest", digests))
    made_.sip.digest = digests[*kind];
  if (const auto seconds = in.integer("shortest_session_s", 10, 3600))
    made_.sip.shortest_session_s = static_cast<unsigned>(*seconds);
  if (const auto seconds = in.integer("session_s", 0, 86'400))
    made_.sip.session_s = static_cast<unsigned>(*seconds);
  if (made_.sip.session_s != 0 && made_.sip.session_s < made_.sip.shortest_session_s)
    in.wrong("session_s",
             "session_s is shorter than shortest_session_s, " +
                 std::to_string(made_.sip.shortest_session_s),
             "give at least that, or 0: calls are not watched");
  in.refuse_the_rest();
  if (certificate) {
    made_.sip.certificate = from_here(*certificate);
    std::error_code unknown;
    if (!fs::is_regular_file(made_.sip.certificate, unknown))
      in.wrong("certificate", "there is no file " + made_.sip.certificate.string(),
               "give a PEM file with the private key and the certificate");
  }
  if (made_.sip.tls_listen.empty() == certificate.has_value())
    in.wrong(certificate ? "certificate" : "tls_listen",
             "tls_listen and certificate need one another", "give both, or neither");
}

/// Phones are told where to speak: where they register, unless [rtp] says otherwise.
void configuration_file::follow_listen(config_reader& in) {
  const auto& listen = made_.sip.listen;
  auto host = listen.substr(4, listen.rfind(':') - 4); // behind "sip:"
  std::erase_if(host, [](char c) { return c == '[' || c == ']'; });
  const auto is_loopback = [](const std::string& address) {
    return address.starts_with("127.") || address == "::1";
  };
  if (is_loopback(host))
    return;
  auto& voice = made_.voice.rtp_address;
  if (!has_rtp_address_ && host != "0.0.0.0" && host != "::") {
    voice = host;
    made_.voice.rtp_address_key = "listen in [sip], or another as address in [rtp]";
    if (!has_public_address_)
      made_.exchange.rtp_address = host;
  }
  if (is_loopback(voice))
    in.wrong("listen", "phones elsewhere would be told to speak to " + voice,
             "give this computer's own address in [rtp] address");
}

void configuration_file::share_rtp() {
  made_.exchange.phones_rtp_address = made_.voice.rtp_address;
  made_.voice.rtp_base_port = made_.exchange.rtp_base_port;
  made_.voice.rtp_payload_type = made_.exchange.rtp_payload_type;
  made_.voice.rtp_ptime_ms = made_.exchange.rtp_ptime_ms;
  const bool a_law = made_.exchange.rtp_payload_type == 8;
  for (auto& port : *made_.phones.mutable_ports())
    if (port.codecs().empty())
      for (const auto codec :
           {scn::v1::CODEC_G722, a_law ? scn::v1::CODEC_PCMA : scn::v1::CODEC_PCMU,
            a_law ? scn::v1::CODEC_PCMU : scn::v1::CODEC_PCMA, scn::v1::CODEC_OPUS})
        port.add_codecs(codec);
}

} // namespace switchroom::app
