// SPDX-License-Identifier: MIT
/// Who may register as which line, and where the phones are that have (RFC 3261, 10). One phone a
/// line: the last one that registers is it.
#pragma once
#include "edge.pb.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::sip {

using clock = std::chrono::steady_clock;

/// Shorter ones are refused, longer ones shortened (seconds).
inline constexpr unsigned shortest_registration = 30, longest_registration = 3600;

struct phone {
  std::uint32_t line = 0;
  std::string name, secret;
  std::string contact; ///< URI; empty: not here
  std::string route;   ///< where it has registered from: URI
  std::string software;
  bool secure = false;                ///< nothing but TLS and SRTP
  bool dtls = false;                  ///< is offered keys by it
  bool tells_silence = false;         ///< is sent comfort noise while nobody speaks
  std::vector<scn::v1::Codec> codecs; ///< that it may speak, the best first
  bool over_tls = false;              ///< it has registered by it
  clock::time_point expires{};
};

class ports {
public:
  /// Phones that are here stay, if their line, name and secret do.
  void replace(const edge::v1::Ports&);
  phone* named(const std::string& name);
  phone* at(std::uint32_t line);
  /// Lines whose phone has not registered again in time; it is not here any more.
  std::vector<std::uint32_t> take_expired(clock::time_point now);

private:
  std::map<std::string, phone> by_name_;
  std::map<std::uint32_t, phone*> by_line_; ///< into `by_name_`
};

} // namespace switchroom::sip
