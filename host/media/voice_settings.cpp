// SPDX-License-Identifier: MIT
#include "board/transport.hpp"
#include "media/stream.hpp"
#include "media/voice.hpp"

#include <boost/asio/ip/address.hpp>

namespace switchroom::media {

std::optional<refusal> check(const voice_settings& s) {
  if (const auto link = board::endpoint::parse(s.link); !link)
    return link.error();
  boost::system::error_code bad;
  boost::asio::ip::make_address(s.rtp_address, bad);
  if (bad)
    return refusal{"[rtp] address \"" + s.rtp_address + "\" is not an IP address",
                   "give an address of this machine, e.g. 127.0.0.1"};
  if (!is_ptime(s.rtp_ptime_ms))
    return refusal{"[rtp] ptime_ms is " + std::to_string(s.rtp_ptime_ms),
                   "give 10, 20, 30, 40, 50 or 60"};
  constexpr unsigned least_ms = jitter_buffer::least_delay / 8,
                     most_ms = jitter_buffer::most_delay / 8;
  if (s.jitter_target_ms > most_ms)
    return refusal{"the jitter buffer's delay is " + std::to_string(s.jitter_target_ms) + " ms",
                   "give 1 to 128 ms, or 0: as the network asks"};
  if (s.jitter_most_ms < least_ms || s.jitter_most_ms > most_ms)
    return refusal{"the jitter buffer's longest delay is " + std::to_string(s.jitter_most_ms) +
                       " ms",
                   "give 5 to 128 ms"};
  return std::nullopt;
}

} // namespace switchroom::media
