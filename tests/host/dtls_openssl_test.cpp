// SPDX-License-Identifier: MIT
// Against the program `openssl`, over UDP: it and we come to the same keys, of either role.
#include "dtls/handshake.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace switchroom::dtls {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

instant now() {
  return instant(
      std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = popen(command.c_str(), "r");
  std::array<char, 4096> some{};
  for (std::size_t size = 0;
       pipe != nullptr && (size = fread(some.data(), 1, some.size(), pipe)) > 0;)
    text.append(some.data(), size);
  if (pipe == nullptr || pclose(pipe) != 0)
    ADD_FAILURE() << command;
  return text;
}

std::vector<std::uint8_t> octets_of(const std::string& hex) {
  std::vector<std::uint8_t> made;
  for (std::size_t n = 0; n + 1 < hex.size(); n += 2)
    made.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(n, 2), nullptr, 16)));
  return made;
}

/// `openssl` with these words, which ends when its input does.
class program {
public:
  explicit program(std::vector<std::string> words) {
    int in[2], out[2];
    EXPECT_EQ(pipe(in) | pipe(out), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, out[1], 2);
    for (const int end : {in[0], in[1], out[0], out[1]})
      posix_spawn_file_actions_addclose(&actions, end);
    std::vector<char*> arguments;
    for (auto& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    EXPECT_EQ(posix_spawnp(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
  }
  ~program() {
    kill(pid_, SIGTERM);
    close(input_);
    close(output_);
    waitpid(pid_, nullptr, 0);
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  int output() const { return output_; }

private:
  pid_t pid_ = 0;
  int input_ = -1, output_ = -1;
};

class OpenSslProgram : public ::testing::Test {
protected:
  OpenSslProgram() {
    std::string pattern = (fs::temp_directory_path() / "switchroom-dtls-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    output_of(
        "cd " + folder.string() +
        " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=phone -keyout key.pem "
        "-out cert.pem 2>/dev/null");
    const auto line = output_of("openssl x509 -noout -fingerprint -sha256 -in " +
                                (folder / "cert.pem").string()); // "sha256 Fingerprint=AB:CD…"
    std::string hex;
    for (const char c : line.substr(line.find('=') + 1))
      if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
        hex += c;
    phone = fingerprint_of(octets_of(hex)).value_or(fingerprint{});
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  }
  ~OpenSslProgram() override {
    close(socket_);
    fs::remove_all(folder);
  }
  static std::uint16_t port_of(int socket) {
    sockaddr_in here{};
    socklen_t size = sizeof here;
    getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size);
    return ntohs(here.sin_port);
  }
  std::vector<std::string> words(const std::string& what, const std::string& profile) const {
    return {"openssl",
            what,
            "-dtls1_2",
            "-cert",
            (folder / "cert.pem").string(),
            "-key",
            (folder / "key.pem").string(),
            "-use_srtp",
            profile,
            "-keymatexport",
            "EXTRACTOR-dtls_srtp",
            "-keymatexportlen",
            "60"};
  }

  /// Until `openssl` has told its keys or 20 s have gone.
  void carry(handshake& ours, const program& theirs, sockaddr_in far) {
    const auto until = now() + 20s;
    while (now() < until && said.find("Keying material: ") == std::string::npos &&
           ours.is() != handshake::state::wrong_certificate &&
           ours.is() != handshake::state::broken_off) {
      for (const auto& p : ours.take_packets())
        sendto(socket_, p.data(), p.size(), 0, reinterpret_cast<sockaddr*>(&far), sizeof far);
      pollfd ends[] = {{socket_, POLLIN, 0}, {theirs.output(), POLLIN, 0}};
      poll(ends, 2, 50);
      std::array<std::uint8_t, 2000> room{};
      if ((ends[0].revents & POLLIN) != 0) {
        socklen_t size = sizeof far;
        const auto got = recvfrom(socket_, room.data(), room.size(), 0,
                                  reinterpret_cast<sockaddr*>(&far), &size);
        if (got > 0)
          ours.receive(std::span(room).first(static_cast<std::size_t>(got)), now());
      }
      if ((ends[1].revents & POLLIN) != 0)
        if (const auto got = read(theirs.output(), room.data(), room.size()); got > 0)
          said.append(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(got));
      if (ours.deadline() <= now())
        ours.tick(now());
    }
  }
  void expect_keys(const srtp_key& of_client, const srtp_key& of_server) const {
    const auto at = said.find("Keying material: ");
    ASSERT_NE(at, std::string::npos) << said;
    const auto octets = octets_of(said.substr(at + 17, 120));
    ASSERT_EQ(octets.size(), 60U);
    const auto key = [&](std::size_t which) { // RFC 5764, 4.2
      srtp_key made{};
      std::copy_n(octets.begin() + static_cast<long>(which) * 16, 16, made.begin());
      std::copy_n(octets.begin() + 32 + static_cast<long>(which) * 14, 14, made.begin() + 16);
      return made;
    };
    EXPECT_EQ(of_client, key(0));
    EXPECT_EQ(of_server, key(1));
  }

  fs::path folder;
  fingerprint phone{};
  identity gateway;
  int socket_ = -1;
  std::string said;
};

constexpr const char* our_profile = "SRTP_AES128_CM_SHA1_80";

TEST_F(OpenSslProgram, AsClientComesToTheSameKeys) {
  auto command = words("s_client", our_profile);
  command.insert(command.end(), {"-connect", "127.0.0.1:" + std::to_string(port_of(socket_))});
  const program client(command);
  handshake server(gateway, role::server, phone, now());
  carry(server, client, {});
  ASSERT_EQ(server.is(), handshake::state::done) << server.why() << said;
  expect_keys(server.made().theirs, server.made().ours);
}

TEST_F(OpenSslProgram, AsServerComesToTheSameKeys) {
  const int other = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in far{};
  far.sin_family = AF_INET;
  far.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(other, reinterpret_cast<sockaddr*>(&far), sizeof far), 0);
  far.sin_port = htons(port_of(other));
  close(other); // nobody else will have it just now
  auto command = words("s_server", our_profile);
  command.insert(command.end(),
                 {"-Verify", "1", "-accept", "127.0.0.1:" + std::to_string(ntohs(far.sin_port))});
  const program server(command);
  handshake client(gateway, role::client, phone, now());
  carry(client, server, far);
  ASSERT_EQ(client.is(), handshake::state::done) << client.why() << said;
  expect_keys(client.made().ours, client.made().theirs);
}

TEST_F(OpenSslProgram, WithAnotherCertificateIsRefused) {
  auto command = words("s_client", our_profile);
  command.insert(command.end(), {"-connect", "127.0.0.1:" + std::to_string(port_of(socket_))});
  const program client(command);
  phone[31] ^= 1;
  handshake server(gateway, role::server, phone, now());
  carry(server, client, {});
  EXPECT_EQ(server.is(), handshake::state::wrong_certificate);
}

TEST_F(OpenSslProgram, WithOtherKindsOfSrtpAloneHasNoKeys) {
  auto command = words("s_client", "SRTP_AEAD_AES_256_GCM");
  command.insert(command.end(), {"-connect", "127.0.0.1:" + std::to_string(port_of(socket_))});
  const program client(command);
  handshake server(gateway, role::server, phone, now());
  carry(server, client, {});
  EXPECT_EQ(server.is(), handshake::state::broken_off);
  EXPECT_NE(server.why().find("SRTP"), std::string::npos) << server.why();
}

} // namespace
} // namespace switchroom::dtls
