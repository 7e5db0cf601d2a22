// SPDX-License-Identifier: MIT
/// A directory or a call log as a phone's display has it: one entry at a time, moved through by
/// keys (rule S7). Pure.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace switchroom::users {

/// Key `#`: the next entry; `*`: the one before; both go round. 2 to 9: the next name that begins
/// with a letter of that key (ITU-T E.161). 0: dial it. 1: close.
class display_list {
public:
  struct entry {
    std::string number; ///< empty: not known
    std::string name;
    std::string remark; ///< before the number: "missed, 3 min ago:"
  };
  enum class outcome { stays, closes, dials };

  /// At least one entry.
  explicit display_list(std::vector<entry>);
  /// Any other key: stays.
  outcome press(char key);
  /// The entry has a number that the keys of a phone can dial.
  bool dials() const;
  /// "2/5 204 Eva".
  std::string text() const;
  const entry& shown() const { return entries_[at_]; }

private:
  std::vector<entry> entries_;
  std::size_t at_ = 0;
};

} // namespace switchroom::users
