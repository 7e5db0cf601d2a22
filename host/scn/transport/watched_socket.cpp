// SPDX-License-Identifier: MIT
#include "scn/transport/watched_socket.hpp"

#include <boost/asio/post.hpp>

namespace switchroom::transport {

watched_socket::watched_socket(boost::asio::any_io_executor executor, zmq::socket_t& socket,
                               std::function<bool()> take)
    : descriptor_(executor, socket.get(zmq::sockopt::fd)), take_(std::move(take)),
      self_(std::make_shared<watched_socket*>(this)) {
  // Something may wait already, and the descriptor tells of it only when something else comes.
  boost::asio::post(executor, [self = self_] {
    if (*self != nullptr)
      (*self)->look();
  });
}

watched_socket::~watched_socket() {
  *self_ = nullptr;
  descriptor_.release(); // it is the socket's
}

/// The descriptor is readable from when something comes until all of it is read: it says that
/// there may be something, and nothing about how much (zmq_getsockopt(3), ZMQ_FD).
void watched_socket::wait() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [self = self_](boost::system::error_code cancelled) {
                           if (!cancelled && *self != nullptr)
                             (*self)->look();
                         });
}

void watched_socket::look() {
  const auto self = self_; // `take_` may end us
  const bool more = take_();
  if (*self == nullptr)
    return;
  if (!more)
    return wait();
  boost::asio::post(descriptor_.get_executor(), [self] { // behind what is ready elsewhere
    if (*self != nullptr)
      (*self)->look();
  });
}

} // namespace switchroom::transport
