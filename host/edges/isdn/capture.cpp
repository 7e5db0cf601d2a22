// SPDX-License-Identifier: MIT
#include "edges/isdn/capture.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace switchroom::isdn {
namespace {

constexpr std::uint32_t linktype_linux_lapd = 177;
constexpr std::size_t size_of_addresses = 16, size_of_record = 16;

void put_le(std::string& to, std::uint32_t value, unsigned octets = 4) {
  for (unsigned n = 0; n < octets; ++n)
    to += static_cast<char>(value >> 8 * n & 0xff);
}

void put_be16(std::string& to, unsigned value) {
  to += static_cast<char>(value >> 8 & 0xff);
  to += static_cast<char>(value & 0xff);
}

} // namespace

capture::capture(const std::string& path, std::uint64_t most)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)), left_(most) {
  if (file_ < 0)
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  std::string header;
  put_le(header, 0xa1b2c3d4); // microseconds follow
  put_le(header, 2, 2);
  put_le(header, 4, 2);
  put_le(header, 0);
  put_le(header, 0);
  put_le(header, 65535);
  put_le(header, linktype_linux_lapd);
  if (::write(file_, header.data(), header.size()) != static_cast<ssize_t>(header.size())) {
    ::close(file_);
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  }
}

capture::~capture() {
  ::close(file_);
}

/// The addresses before the frame are those of a packet socket of Linux: whose it is, and, as the
/// first octet of the address, whether we are the network.
void capture::keep(const frame& one) {
  std::string record;
  const auto size = static_cast<std::uint32_t>(one.octets.size() + size_of_addresses);
  if (left_ < size + size_of_record)
    return;
  left_ -= size + size_of_record;
  put_le(record, static_cast<std::uint32_t>(one.at.count() / 1'000'000));
  put_le(record, static_cast<std::uint32_t>(one.at.count() % 1'000'000));
  put_le(record, size);
  put_le(record, size);
  put_be16(record, one.sent ? 4 : 0); // PACKET_OUTGOING, PACKET_HOST
  put_be16(record, 8445);             // ARPHRD_LAPD
  put_be16(record, 2);
  record += one.network ? '\1' : '\0';
  record += static_cast<char>(one.channel);
  record.append(6, '\0');
  put_be16(record, 0x0030); // ETH_P_LAPD
  record += one.octets;
  if (::write(file_, record.data(), record.size()) != static_cast<ssize_t>(record.size()))
    left_ = 0; // the disk is full: what is there can be read
}

} // namespace switchroom::isdn
