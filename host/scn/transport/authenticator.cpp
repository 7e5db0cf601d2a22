// SPDX-License-Identifier: MIT
#include "scn/transport/authenticator.hpp"

#include "scn/transport/curve_keys.hpp"

#include <zmq.h>

#include <array>
#include <cstdint>

namespace switchroom::transport {
namespace {

// Frames of a request, RFC 27: version, request id, domain, address, identity, mechanism,
// then credentials: for CURVE one frame of 32 octets.
enum request_frame { version, request_id, domain, address, identity, mechanism, key, frames };

std::string z85(const std::string& octets) {
  std::array<char, key_characters + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  return text.data();
}

} // namespace

zap_verdict authenticate(const std::vector<std::string>& request, const pinned_keys& pinned) {
  if (request.size() < key || request[version] != "1.0")
    return {};
  const bool is_curve =
      request.size() == frames && request[mechanism] == "CURVE" && request[key].size() == 32;
  const std::string claimed = is_curve ? z85(request[key]) : std::string{};
  if (is_curve && request[domain] == zap_domain && pinned.contains(claimed))
    return {{"1.0", request[request_id], "200", "OK", claimed, ""}, std::nullopt, request[address]};
  return {{"1.0", request[request_id], "300", "", "", ""}, claimed, request[address]};
}

} // namespace switchroom::transport
