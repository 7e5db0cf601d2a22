// SPDX-License-Identifier: MIT
#pragma once

#include "board/local_socket.hpp"
#include "board/phone_bank.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace switchroom::sim {

// Serves proto/phone.proto to any number of clients: a 4-byte little-endian length, then one
// Request; the same way back, one Reply. A client's requests are answered in order, one at a
// time. A request that cannot be read, or is longer than 64 KiB, ends its connection.
class phone_server {
public:
  using submit = std::function<void(const switchroom::phone::v1::Request&, phone_bank::reply_to)>;

  phone_server(boost::asio::io_context& io, const std::string& address, submit to);

private:
  class client;

  void accept();

  local_socket socket_;
  submit submit_;
};

} // namespace switchroom::sim
