// SPDX-License-Identifier: MIT
#include "app/key_files.hpp"

#include "scn/transport/curve_keys.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t network_key_digits = 64;

std::string trimmed(std::string text) {
  constexpr const char* white = " \t\r\n";
  text.erase(text.find_last_not_of(white) + 1);
  text.erase(0, text.find_first_not_of(white));
  return text;
}

int nibble(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F')
    return digit - 'A' + 10;
  return -1;
}

std::string fresh_network_key() {
  std::uint8_t octets[network_key_digits / 2];
  if (getrandom(octets, sizeof octets, 0) != static_cast<ssize_t>(sizeof octets))
    throw std::runtime_error("the system has no random numbers");
  std::string text;
  for (const std::uint8_t octet : octets) {
    text += "0123456789abcdef"[octet >> 4];
    text += "0123456789abcdef"[octet & 15];
  }
  return text;
}

std::optional<refusal> write_new(const fs::path& path, const std::string& text, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0)
    return refusal{"cannot create " + path.string() + ": " + std::strerror(errno),
                   errno == EEXIST ? "keys are never overwritten: choose another directory, or "
                                     "move the old keys away"
                                   : "check that this user may write there"};
  const std::string line = text + '\n';
  const bool is_written =
      ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  if (::close(fd) != 0 || !is_written)
    return refusal{"cannot write " + path.string(), "check that the disk has room"};
  return std::nullopt;
}

} // namespace

result<std::string> read_secret(const fs::path& path) {
  struct stat about {};
  std::ifstream file(path);
  if (!file || ::stat(path.c_str(), &about) != 0)
    return refusal{"cannot read key file " + path.string() + ": " + std::strerror(errno),
                   "make keys with `switchroom keys new DIR` and name the file here"};
  if (S_ISDIR(about.st_mode))
    return refusal{path.string() + " is a directory, not a key file",
                   "name the file in it: secret.key or network.key"};
  if ((about.st_mode & 077) != 0)
    return refusal{"key file " + path.string() + " can be read or changed by others",
                   "chmod 600 " + path.string() + ", and make new keys if others had access"};
  return trimmed({std::istreambuf_iterator<char>(file), {}});
}

result<std::vector<std::uint8_t>> read_network_key(const fs::path& path) {
  const auto text = read_secret(path);
  if (!text)
    return text.error();
  std::vector<std::uint8_t> key;
  for (std::size_t at = 0; at + 1 < text->size(); at += 2) {
    const int high = nibble((*text)[at]), low = nibble((*text)[at + 1]);
    if (high < 0 || low < 0)
      break;
    key.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  if (text->size() != network_key_digits || key.size() * 2 != network_key_digits)
    return refusal{"key file " + path.string() + " does not hold 64 hexadecimal digits",
                   "copy network.key from another gateway of this network"};
  return key;
}

result<std::string> make_key_files(const fs::path& directory,
                                   const std::optional<fs::path>& network_key_from) {
  std::string network_key;
  if (network_key_from) {
    if (const auto known = read_network_key(*network_key_from); !known)
      return known.error();
    network_key = *read_secret(*network_key_from);
  } else {
    network_key = fresh_network_key();
  }
  std::error_code failed;
  if (fs::create_directories(directory, failed); failed)
    return refusal{"cannot create " + directory.string() + ": " + failed.message(),
                   "check that this user may write there"};
  fs::permissions(directory, fs::perms::owner_all, failed);
  const auto keys = transport::make_key_pair();
  if (auto refused = write_new(directory / key_file::secret_key, keys.secret_key, 0600))
    return *refused;
  if (auto refused = write_new(directory / key_file::public_key, keys.public_key, 0644))
    return *refused;
  if (auto refused = write_new(directory / key_file::network_key, network_key, 0600))
    return *refused;
  return keys.public_key;
}

} // namespace switchroom::app
