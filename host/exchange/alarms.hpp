// SPDX-License-Identifier: MIT
/// What is wrong, for people: each alarm has a title, what happened, a remedy, how often it was
/// raised, and whether it still stands.
#pragma once
#include "control.pb.h"

#include <map>
#include <string>
#include <string_view>

namespace switchroom::exchange {

/// As people count: "span-2" before "span-10".
struct counts_before {
  bool operator()(std::string_view a, std::string_view b) const;
};

class alarms {
public:
  void raise(const std::string& id, const std::string& title, const std::string& what,
             const std::string& remedy);
  /// It has passed; kept with its count.
  void clear(const std::string& id);
  /// Of one that stands: `what` has changed, and it is not counted again.
  void restate(const std::string& id, const std::string& what);
  bool stands(const std::string& id) const;
  unsigned standing() const;
  control::v1::Alarms all() const;

private:
  std::map<std::string, control::v1::Alarm, counts_before> by_id_;
};

} // namespace switchroom::exchange
