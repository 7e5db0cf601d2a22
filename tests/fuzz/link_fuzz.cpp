// SPDX-License-Identifier: MIT
// Octets of a link, as they may come from any board or any host. Every octet is taken, in whatever
// pieces; a good frame after damage is found, if a flag stands before it.
#include "board/link_codec.hpp"
#include "hold.hpp"

#include <algorithm>

using namespace switchroom;
using fuzz::hold;

namespace {

using octets = std::vector<std::uint8_t>;

std::vector<octets> frames_of(std::span<const std::uint8_t> all, board::link_end sender,
                              std::size_t piece) {
  std::vector<octets> found;
  board::decoder decoder(sender);
  for (std::size_t at = 0; at < all.size(); at += piece)
    decoder.push(all.subspan(at, std::min(piece, all.size() - at)), [&](const board::frame& f) {
      hold(board::well_formed(sender, static_cast<std::uint8_t>(f.type), f.body), "well formed");
      hold(f.body.size() <= board::largest_body, "not larger than the largest body");
      auto& kept = found.emplace_back(f.body.begin(), f.body.end());
      kept.push_back(static_cast<std::uint8_t>(f.type));
    });
  hold(decoder.figures().received == found.size(), "each is counted");
  return found;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> all(data, size);
  for (const auto sender : {board::link_end::host, board::link_end::board}) {
    const auto at_once = frames_of(all, sender, size + 1);
    hold(at_once == frames_of(all, sender, 1 + size % 7), "pieces do not matter");
    octets more(all.begin(), all.end());
    more.push_back(0x7e); // ends whatever the input left open
    board::encoder encoder;
    const std::uint8_t body[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const bool host = sender == board::link_end::host;
    encoder.append(more, host ? regs::frame_type::read : regs::frame_type::event,
                   std::span(body).first(host ? 5 : 9));
    hold(frames_of(more, sender, 64).size() > at_once.size(), "finds its way back");
  }
  return 0;
}
