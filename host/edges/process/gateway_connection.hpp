// SPDX-License-Identifier: MIT
/// An edge's end of the connection to its gateway: messages framed as in control/frame.hpp, on a
/// stream socket that the edge inherits. Whose reactor waits for it is the edge's affair.
#pragma once
#include <functional>
#include <google/protobuf/message_lite.h>
#include <string>
#include <string_view>

namespace switchroom::process {

class gateway_connection {
public:
  /// The descriptor is closed with this.
  explicit gateway_connection(int descriptor) : descriptor_(descriptor) {}
  ~gateway_connection();
  gateway_connection(const gateway_connection&) = delete;
  gateway_connection& operator=(const gateway_connection&) = delete;
  int descriptor() const { return descriptor_; }

  /// Hands on what has come, message by message; does not wait. False: the gateway has ended, or
  /// said what is no message: what `told` said no to.
  bool read(const std::function<bool(std::string_view message)>& told);
  /// Waits while the gateway does not read: then there is nothing better to do. False: it has
  /// ended.
  bool say(const google::protobuf::MessageLite&);
  /// As `say`, of messages that are framed already.
  bool write(std::string_view octets);

private:
  bool wait_for_room() const;

  int descriptor_;
  std::string waiting_;
};

} // namespace switchroom::process
