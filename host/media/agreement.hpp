// SPDX-License-Identifier: MIT
/// What both ends of a stream have agreed on, besides where it goes.
#pragma once
#include "media/codec.hpp"
#include "media/endpoint.hpp"
#include "media/srtp.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace switchroom::media {

inline constexpr std::uint8_t payload_pcmu = 0, payload_pcma = 8, payload_g722 = 9; // RFC 3551
inline constexpr std::uint8_t payload_noise = 13;                                   // RFC 3389

/// Ten to sixty milliseconds, in steps of ten: what a stream can put into a packet.
inline constexpr bool is_ptime(unsigned ms) {
  return ms >= 10 && ms <= 60 && ms % 10 == 0;
}

struct agreement {
  std::uint8_t payload_type = payload_pcma;
  std::uint8_t ptime_ms = 0; ///< of what is sent: is_ptime; 0: as the gateway's settings say
  std::uint8_t events = 0;   ///< payload type of telephone-event (RFC 4733); 0: digits are tones
  std::shared_ptr<srtp> protection = {};   ///< null: plain RTP
  std::shared_ptr<voice_coder> coder = {}; ///< null: G.711 of the payload type
  /// Behind a translator of addresses, a far end does not know its own, or not its port. Voice that
  /// comes first from here, whatever the port, is its, and what is sent goes there (symmetric RTP,
  /// RFC 4961). If it has said this address, voice from where it said counts before that.
  std::optional<network_address> seen_at = {};
  bool comfort_noise = false; ///< it may send, and be sent, packets of payload_noise
  bool tells_silence = false; ///< we do: while there is no voice, none is sent
  /// The keys come by a handshake on the way of the voice (RFC 5764). Without them nothing is sent
  /// or heard but that.
  bool by_handshake = false;
  /// Of RTCP beside RTP, if it has keys of its own: a handshake of its own has made them.
  std::shared_ptr<srtp> report_protection = {};
  bool one_port = false; ///< RTCP goes where RTP goes (RFC 5761)

  /// None: nobody knows.
  std::optional<coding> what() const {
    if (coder)
      return coder->what();
    return payload_type == payload_pcma   ? std::optional(coding::pcma)
           : payload_type == payload_pcmu ? std::optional(coding::pcmu)
                                          : std::nullopt;
  }
  /// Nothing is to be changed: protection with the same keys is the same.
  bool is(const agreement& other) const {
    return payload_type == other.payload_type && ptime_ms == other.ptime_ms &&
           events == other.events && what() == other.what() && seen_at == other.seen_at &&
           comfort_noise == other.comfort_noise && tells_silence == other.tells_silence &&
           by_handshake == other.by_handshake && one_port == other.one_port &&
           are_same(protection, other.protection) &&
           are_same(report_protection, other.report_protection);
  }
  /// It comes after another in the same stream: what that one's keys have counted goes on.
  void go_on_from(const agreement& before) const {
    if (protection && before.protection)
      protection->go_on_from(*before.protection);
    if (report_protection && before.report_protection)
      report_protection->go_on_from(*before.report_protection);
  }
  /// Whose RTP, or whose RTCP, has to wait.
  bool lacks_keys() const { return by_handshake && protection == nullptr; }
  bool lacks_report_keys() const { return by_handshake && of_reports() == nullptr; }
  srtp* of_reports() const {
    return by_handshake && !one_port ? report_protection.get() : protection.get();
  }

private:
  static bool are_same(const std::shared_ptr<srtp>& a, const std::shared_ptr<srtp>& b) {
    return (a == nullptr) == (b == nullptr) && (a == nullptr || a->with() == b->with());
  }
};

} // namespace switchroom::media
