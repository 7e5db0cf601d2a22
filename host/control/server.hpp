// SPDX-License-Identifier: MIT
/// The control socket of switchroomd: a Unix socket, mode 0600, that serves any number of
/// clients. Each client's requests are answered one after the other.
#pragma once
#include "types/refusal.hpp"

#include "control.pb.h"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace switchroom::control {

/// Answers one request; may be called later, from the same executor. A client that has gone by
/// then is not missed. Calling it twice for one request has no effect.
using answer = std::function<void(const control::v1::Reply&)>;
using handler = std::function<void(v1::Request, answer)>;

class server {
public:
  /// Takes over a socket that a dead process left; refuses one that is answered.
  /// What is no request, or larger than largest_request, is answered by Error.
  static result<std::unique_ptr<server>> listen(boost::asio::any_io_executor,
                                                const std::filesystem::path&, handler);
  ~server(); ///< closes all connections and removes the socket
  server(const server&) = delete;
  server& operator=(const server&) = delete;

private:
  class listener;
  explicit server(std::shared_ptr<listener>);
  std::shared_ptr<listener> listener_;
};

} // namespace switchroom::control
