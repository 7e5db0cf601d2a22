// SPDX-License-Identifier: MIT
/// Which I frames layer 2 has taken: libpri does not tell, but what it sends says which one it
/// waits for, N(R) (Q.921, 3.5.2.4). A frame that comes again, or out of turn, is none. Pure.
#pragma once
#include <map>
#include <optional>
#include <string_view>

namespace switchroom::isdn {

class received_frames {
public:
  /// What leaves. Frames have three octets or more.
  void leaves(std::string_view frame) {
    const unsigned control = octet(frame, 2);
    if ((control & 3) == 3) {
      const unsigned kind = control & ~0x10U; // without P or F
      if (kind == sabme || kind == ua)
        awaited_[tei_of(frame)] = 0;
    } else if (frame.size() > 3) {
      awaited_[tei_of(frame)] = octet(frame, 3) >> 1;
    }
  }
  /// N(S) of an I frame that is the one waited for; none: it is no I frame, or another.
  std::optional<unsigned> awaits(std::string_view frame) const {
    if (frame.size() < 4 || (octet(frame, 2) & 1) != 0)
      return std::nullopt;
    const auto known = awaited_.find(tei_of(frame));
    const unsigned number = octet(frame, 2) >> 1;
    return known != awaited_.end() && known->second == number ? std::optional(number)
                                                              : std::nullopt;
  }
  /// Of the same TEI as the frame, what is waited for now, has `number` been taken?
  bool has_taken(std::string_view frame, unsigned number) const {
    const auto known = awaited_.find(tei_of(frame));
    return known != awaited_.end() && known->second == ((number + 1) & 0x7f);
  }

private:
  static constexpr unsigned sabme = 0x6f, ua = 0x63;
  static unsigned octet(std::string_view from, std::size_t at) {
    return static_cast<unsigned char>(from[at]);
  }
  static unsigned tei_of(std::string_view frame) { return octet(frame, 1) >> 1; }
  std::map<unsigned, unsigned> awaited_; ///< V(R) of each TEI
};

} // namespace switchroom::isdn
