// SPDX-License-Identifier: MIT
/// A ZeroMQ socket that is read when something has come, on an executor and without a thread.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <zmq.hpp>

#include <functional>
#include <memory>

namespace switchroom::transport {

class watched_socket {
public:
  /// `take` reads until nothing waits, and says false; or true, when it has had enough for now.
  watched_socket(boost::asio::any_io_executor, zmq::socket_t&, std::function<bool()> take);
  /// Before the socket closes. `take` is not called any more.
  ~watched_socket();
  watched_socket(const watched_socket&) = delete;
  watched_socket& operator=(const watched_socket&) = delete;

private:
  void wait();
  void look();

  boost::asio::posix::stream_descriptor descriptor_;
  std::function<bool()> take_;
  std::shared_ptr<watched_socket*> self_; ///< null for handlers that come too late
};

} // namespace switchroom::transport
