// SPDX-License-Identifier: MIT
// A client of the control socket that says anything: the real server on a real socket. The server
// answers each whole frame once, or an Error and closes; it never waits for nothing and keeps
// nothing of a client that has gone.
#include "control/frame.hpp"
#include "control/server.hpp"
#include "hold.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace switchroom;
using fuzz::hold;

namespace {

class served {
public:
  served() {
    path_ = std::filesystem::temp_directory_path() /
            ("switchroom-fuzz-" + std::to_string(getpid()) + ".sock");
    auto listening = control::server::listen(
        io_.get_executor(), path_, [this](control::v1::Request ask, const control::answer& to) {
          ++asked_;
          hold(ask.ask_case() != control::v1::Request::ASK_NOT_SET, "a request asks for something");
          control::v1::Reply reply;
          reply.mutable_done();
          to(reply);
          to(reply); // a second answer has no effect
        });
    hold(bool(listening), "listens");
    server_ = std::move(*listening);
  }

  void take(std::string_view said) {
    asked_ = 0;
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path_.string().copy(where.sun_path, sizeof where.sun_path - 1);
    hold(connect(client, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0, "connects");
    (void)!::send(client, said.data(), said.size(), MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    io_.restart();
    std::string heard;
    char buffer[4096];
    for (int round = 0; round < 1000; ++round) {
      io_.poll();
      const auto n = recv(client, buffer, sizeof buffer, MSG_DONTWAIT);
      if (n > 0)
        heard.append(buffer, static_cast<std::size_t>(n));
      else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
        break;
      hold(round < 999, "comes to an end");
    }
    close(client);
    check(heard);
  }

private:
  void check(std::string_view heard) const {
    unsigned done = 0;
    while (heard.size() >= 4) {
      control::length_field field;
      std::copy_n(heard.begin(), 4, reinterpret_cast<char*>(field.data()));
      const auto size = control::length_of(field);
      if (heard.size() < 4 + size)
        return; // the client closed while it was answered
      control::v1::Reply reply;
      hold(reply.ParseFromArray(heard.data() + 4, static_cast<int>(size)), "answers are whole");
      hold(reply.has_done() || !reply.error().remedy().empty(), "errors have a remedy");
      done += reply.has_done();
      heard.remove_prefix(4 + size);
    }
    hold(done <= asked_, "an answer a request");
  }

  boost::asio::io_context io_{1};
  std::filesystem::path path_;
  std::unique_ptr<control::server> server_;
  unsigned asked_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static served one;
  const std::string_view said(reinterpret_cast<const char*>(data), size);
  one.take(said);
  // The same as the body of a well-framed request: beyond the length, to the parser.
  if (size <= control::largest_request) {
    std::string framed;
    for (unsigned shift = 0; shift < 32; shift += 8)
      framed += static_cast<char>(size >> shift & 0xff);
    one.take(framed.append(said));
  }
  return 0;
}
