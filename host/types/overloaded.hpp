// SPDX-License-Identifier: MIT
/// One lambda a kind, for std::visit.
#pragma once

namespace switchroom {

template <typename... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
overloaded(Cases...) -> overloaded<Cases...>; // clang 14 does not deduce it

} // namespace switchroom
