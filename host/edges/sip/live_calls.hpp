// SPDX-License-Identifier: MIT
/// Call-IDs of calls that there are. Who knows one, and it is the phone's own choice or sofia's at
/// random, is in the call, or has overheard it. Pure. So many and no more: what does not fit is
/// counted as a stranger's.
#pragma once
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace switchroom::sip {

class live_calls {
public:
  static constexpr std::size_t most = 4096;
  struct leaves {
    live_calls* of;
    void operator()(const std::string* id) const { of->ids_.erase(of->ids_.find(*id)); }
  };
  /// One of them, for as long as this lives.
  using member = std::unique_ptr<const std::string, leaves>;

  member add(const char* id) {
    const bool fits = id != nullptr && ids_.size() < most;
    return {fits ? &*ids_.emplace(id) : nullptr, leaves{this}};
  }
  bool has(std::string_view id) const { return ids_.contains(id); }

private:
  std::multiset<std::string, std::less<>> ids_; ///< two ends of one call may have the same
};

} // namespace switchroom::sip
