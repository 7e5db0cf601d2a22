// SPDX-License-Identifier: MIT
// Datagrams as they may come to a port of RTP from who has no key: whatever they are, no handshake
// is done, of either role, and what is sifted out of one is sifted as the same again. Each is
// preceded by its length in two octets.
#include "dtls/handshake.hpp"
#include "dtls/records.hpp"
#include "hold.hpp"

#include <algorithm>

using namespace switchroom;
using switchroom::fuzz::hold;

namespace {

void receive(dtls::handshake& one, std::span<const std::uint8_t> all) {
  instant now{std::chrono::hours{1}};
  while (all.size() >= 2) {
    const auto size = std::min<std::size_t>(all[0] << 8 | all[1], all.size() - 2);
    one.receive(all.subspan(2, size), now);
    hold(one.is() != dtls::handshake::state::done, "nobody has proved anything");
    one.take_packets();
    all = all.subspan(2 + size);
    now += std::chrono::milliseconds{100};
    if (one.deadline() <= now)
      one.tick(now);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> all(data, size);
  const auto once = dtls::sift(all);
  hold(once.octets.size() <= size, "nothing is added");
  const auto twice = dtls::sift(once.octets);
  hold(twice.octets == once.octets && !twice.alert, "what is left is what is worth looking at");
  static const dtls::identity gateway;
  for (const auto role : {dtls::role::server, dtls::role::client}) {
    dtls::handshake one(gateway, role, dtls::fingerprint{}, instant{std::chrono::hours{1}});
    receive(one, all);
  }
  return 0;
}
