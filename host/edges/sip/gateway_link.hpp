// SPDX-License-Identifier: MIT
/// The edge's end of the connection to its gateway (proto/edge.proto), on sofia's reactor.
#pragma once
#include "edge.pb.h"
#include "edges/process/gateway_connection.hpp"

#include <functional>
#include <sofia-sip/su_wait.h>

namespace switchroom::sip {

class gateway_link {
public:
  /// `gone`: the gateway has ended, or says what is no message.
  gateway_link(su_root_t*, int descriptor, std::function<void(const edge::v1::ToEdge&)> told,
               std::function<void()> gone);
  ~gateway_link();
  gateway_link(const gateway_link&) = delete;
  gateway_link& operator=(const gateway_link&) = delete;
  /// Waits while the gateway does not read: then there is nothing better to do.
  void say(const edge::v1::FromEdge&);

private:
  static int ready(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t*);
  void read();

  su_root_t* root_;
  process::gateway_connection connection_;
  int registered_ = -1;
  std::function<void(const edge::v1::ToEdge&)> told_;
  std::function<void()> gone_;
};

} // namespace switchroom::sip
