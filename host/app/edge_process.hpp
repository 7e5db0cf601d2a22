// SPDX-License-Identifier: MIT
/// An edge: a process of its own that speaks a foreign signalling (proto/edge.proto). Started with
/// one end of a socket as descriptor 3, and again whenever it ends: at once after 0.3 s, then after
/// 2 s as long as it does not live for 10. Ends with its gateway.
#pragma once
#include "edge.pb.h"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::app {

class edge_process {
public:
  struct callbacks {
    /// All that has come since it was last called, in order.
    std::function<void(std::vector<edge::v1::FromEdge>)> said;
    std::function<void(const std::string& why)> down; ///< its calls are over
  };
  /// `first` is the first it is told, each time.
  edge_process(boost::asio::any_io_executor, std::vector<std::string> command,
               edge::v1::ToEdge first, callbacks);
  ~edge_process();
  edge_process(const edge_process&) = delete;
  edge_process& operator=(const edge_process&) = delete;

  /// Dropped while it is down.
  void say(const edge::v1::ToEdge&);

private:
  class supervision;
  std::shared_ptr<supervision> self_;
};

} // namespace switchroom::app
