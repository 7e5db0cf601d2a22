// SPDX-License-Identifier: MIT
/// One random life of a network of 3 to 32 gateways, made of a seed: people log in and out, wires
/// lose, repeat and reorder what they carry, are cut, one way too, and heal; clocks run apart;
/// gateways stop, in the middle of a step too, and start again with what their disk has. The
/// gateways are the product's own desks, directory and network; only wires, disks and clocks are
/// made here. The same seed gives the same life.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace switchroom::chaos {

struct report {
  std::vector<std::string> wrong; ///< empty: the life was a good one
  unsigned logins = 0;
};

/// `watch`: told of every event, message and note, with the time in s; may be empty.
report live(std::uint64_t seed,
            const std::function<void(double at, const std::string& where, const std::string& what)>&
                watch = {});

} // namespace switchroom::chaos
