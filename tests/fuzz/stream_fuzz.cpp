// SPDX-License-Identifier: MIT
// What a far end sends to a stream of voice: packets of any codec, digits, comfort noise, with SRTP
// or without, reports, over and over. Digits are digits; what goes on to another stream is a packet
// that the other's far end can read; the board gets its samples whatever has come.
#include "hold.hpp"
#include "media/stream.hpp"

#include <algorithm>
#include <string_view>

using namespace switchroom::media;
using switchroom::fuzz::hold;

namespace {

constexpr endpoint far_end = endpoint::v4(192, 0, 2, 1, 20000);
constexpr coding codings[] = {coding::pcma,    coding::pcmu,    coding::g722,    coding::g726_16,
                              coding::g726_24, coding::g726_32, coding::g726_40, coding::opus};

constexpr std::string_view digits = "0123456789*#ABCD";

srtp::keys keys_of(std::uint8_t ours, std::uint8_t theirs) {
  srtp::keys keys{};
  keys.ours.fill(ours);
  keys.theirs.fill(theirs);
  return keys;
}

agreement agreed(std::uint8_t how) {
  agreement a;
  a.payload_type = 96;
  a.coder = make_coder(codings[how & 7]);
  a.events = 101;
  a.comfort_noise = true;
  if ((how & 8) != 0)
    a.protection = std::make_shared<srtp>(keys_of(1, 2));
  return a;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::uint8_t> all(data, size);
  if (all.empty())
    return 0;
  const std::uint8_t how = all[0];
  all = all.subspan(1);
  stream heard({far_end, agreed(how), 20, (how & 16) != 0 ? 40U : 0U, {1, 2, 3}});
  stream goes_on({far_end, agreed(how & 7), 20, 0, {4, 5, 6}});
  srtp theirs(keys_of(2, 1)); // what is sealed with the right keys gets further
  switchroom::instant now{};
  // Of each packet: its length, when it comes and what it is, then its octets.
  while (all.size() >= 2) {
    const std::size_t length = std::min<std::size_t>(all[0], all.size() - 2);
    const std::uint8_t what = all[1];
    std::array<std::uint8_t, 255 + srtp::most_added> room{};
    std::ranges::copy(all.subspan(2, length), room.begin());
    all = all.subspan(2 + length);
    now += switchroom::frame_time * (what >> 3);
    std::span<const std::uint8_t> packet = std::span(room).first(length);
    if ((how & 8) != 0 && (what & 1) != 0) {
      const auto sealed =
          (what & 2) != 0 ? theirs.protect_rtcp(room, length) : theirs.protect(room, length);
      packet = std::span(room).first(sealed);
    }
    if ((what & 2) != 0) {
      heard.receive_report(far_end, packet, now);
    } else {
      const auto arrival = heard.receive(far_end, packet, now, (what & 4) == 0);
      hold(!arrival.digit || digits.find(*arrival.digit) != std::string_view::npos,
           "a digit is one");
      hold(arrival.samples <= voice_coder::largest_packet, "a packet is 60 ms at most");
      if (arrival.voice && goes_on.can_forward(heard)) {
        const auto forwarded = goes_on.forward(*arrival.voice, arrival.samples);
        hold(forwarded.empty() || std::holds_alternative<rtp_packet>(parse_rtp(forwarded)),
             "what goes on can be read");
      }
    }
    for (unsigned n = 0; n < (what >> 3) * 8U; ++n)
      heard.push(heard.pull());
  }
  const auto figures = heard.figures();
  hold(figures.packets_received >= figures.packets_late, "what was late had come");
  return 0;
}
