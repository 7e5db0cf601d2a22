// SPDX-License-Identifier: MIT
/// Frames of D channels, kept in a file that Wireshark reads (pcap; LINKTYPE_LINUX_LAPD, 177).
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace switchroom::isdn {

class capture {
public:
  /// Writes the file anew, and no more than so many octets of it. Throws std::runtime_error if it
  /// cannot be written.
  explicit capture(const std::string& path, std::uint64_t most = 256 << 20);
  ~capture();
  capture(const capture&) = delete;
  capture& operator=(const capture&) = delete;

  struct frame {
    std::string_view octets;        ///< from the address on, without FCS
    bool sent = false;              ///< by us
    bool network = false;           ///< we are the network's side
    std::uint8_t channel = 0;       ///< D channel
    std::chrono::microseconds at{}; ///< since 1970-01-01 UTC
  };
  void keep(const frame&);

private:
  int file_;
  std::uint64_t left_;
};

} // namespace switchroom::isdn
