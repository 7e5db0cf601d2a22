// SPDX-License-Identifier: MIT
/// switchroomd: a running gateway (running_gateway.hpp) in real life. All of it runs on the
/// io_context's one thread; voice and the network have threads of their own and post to it.
#pragma once
#include "app/config.hpp"
#include "types/refusal.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace switchroom::app {

class daemon {
public:
  /// Makes the run directory (mode 0700), opens the database, listens and starts the threads.
  /// A board that is not there is no reason to refuse: the gateway goes on without and raises an
  /// alarm. `io` must be run by one thread only.
  static result<std::unique_ptr<daemon>> start(boost::asio::io_context& io, configuration);
  ~daemon(); ///< when `io` runs no more
  daemon(const daemon&) = delete;
  daemon& operator=(const daemon&) = delete;

private:
  class implementation;
  explicit daemon(std::unique_ptr<implementation>);
  std::unique_ptr<implementation> self_;
};

} // namespace switchroom::app
