// SPDX-License-Identifier: MIT
/// An edge: a process of its own that speaks a foreign signalling (proto/edge.proto,
/// proto/isdn.proto). Started with one end of a socket as descriptor 3, and again whenever it ends:
/// at once after 0.3 s, then after 2 s as long as it does not live for 10. Ends with its gateway.
#pragma once
#include "control/frame.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::app {

class edge_process {
public:
  struct callbacks {
    /// All that has come since it was last called, in order. False: one of them is no message.
    std::function<bool(const std::vector<std::string_view>&)> said;
    std::function<void(const std::string& why)> down; ///< its calls are over
  };
  /// `said` for messages of one kind.
  template <typename Message>
  static auto messages(std::function<void(std::vector<Message>)> to) {
    return [to = std::move(to)](const std::vector<std::string_view>& bodies) {
      std::vector<Message> said;
      for (const auto body : bodies)
        if (!said.emplace_back().ParseFromArray(body.data(), static_cast<int>(body.size())))
          return false;
      to(std::move(said));
      return true;
    };
  }

  /// `first` is the first it is told, each time.
  edge_process(boost::asio::any_io_executor, std::vector<std::string> command,
               const google::protobuf::MessageLite& first, callbacks);
  ~edge_process();
  edge_process(const edge_process&) = delete;
  edge_process& operator=(const edge_process&) = delete;

  /// Dropped while it is down.
  void say(const google::protobuf::MessageLite&);

private:
  class supervision;
  std::shared_ptr<supervision> self_;
};

} // namespace switchroom::app
