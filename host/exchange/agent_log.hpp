// SPDX-License-Identifier: MIT
/// What agents do, in order (rule H19): events of this gateway's own agents, wherever they are,
/// in the order in which the home learns of them. The last 10,000 are kept.
#pragma once
#include "types/ids.hpp"

#include "control.pb.h"

#include <deque>
#include <map>

namespace switchroom::exchange {

class agent_log {
public:
  /// Adds an event, numbered and with the place of the agent's last login. What is no news is not
  /// added.
  void add(double at_s, const extension_number&, const std::string& what);
  /// The agent logs in or out; says so if it is news. Nowhere: `gateway` empty.
  void move(double at_s, const extension_number&, const gateway_name&, std::uint32_t line,
            std::uint64_t epoch);
  void forget(const extension_number& who) { known_.erase(who); }
  /// Those with a higher number.
  control::v1::AgentEvents after(std::uint64_t number) const;
  /// Agents who are logged in there.
  std::vector<extension_number> at(const gateway_name&) const;
  /// Is the agent logged in there, as far as is known?
  bool is_at(const extension_number&, const gateway_name&) const;

private:
  struct standing {
    gateway_name gateway;
    std::uint32_t line = 0;
    std::uint64_t epoch = 0;
    std::string last;
  };
  static constexpr std::size_t most = 10'000;
  std::map<extension_number, standing> known_;
  std::deque<control::v1::AgentEvent> events_;
  std::uint64_t last_ = 0;
};

} // namespace switchroom::exchange
