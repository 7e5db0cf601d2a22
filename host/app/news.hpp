// SPDX-License-Identifier: MIT
/// What ears, recordings and tapes have to tell the exchange, in the order in which it happened.
#pragma once

#include "exchange/exchange.hpp"

#include <deque>
#include <optional>
#include <utility>

namespace switchroom::app {

using news_queue = std::deque<exchange::event>;

/// The oldest, if there is any.
inline std::optional<exchange::event> take_oldest(news_queue& from) {
  if (from.empty())
    return std::nullopt;
  auto oldest = std::move(from.front());
  from.pop_front();
  return oldest;
}

} // namespace switchroom::app
