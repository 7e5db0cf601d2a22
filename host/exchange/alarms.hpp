// SPDX-License-Identifier: MIT
/// What is wrong, for people: each alarm has a title, what happened, a remedy, how often it was
/// raised, and whether it still stands.
#pragma once
#include "control.pb.h"

#include <map>
#include <string>

namespace switchroom::exchange {

class alarms {
public:
  void raise(const std::string& id, const std::string& title, const std::string& what,
             const std::string& remedy);
  /// It has passed; kept with its count.
  void clear(const std::string& id);
  bool stands(const std::string& id) const;
  unsigned standing() const;
  control::v1::Alarms all() const;

private:
  std::map<std::string, control::v1::Alarm> by_id_;
};

} // namespace switchroom::exchange
