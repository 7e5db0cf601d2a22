// SPDX-License-Identifier: MIT
// isdn_peer: an exchange or phones at the far end of a digital line, for tests. It shares no source
// with isdn-edge; libpri is all that both have. Commands are JSON objects on stdin, a line each,
// and events so on stdout:
//   {"do":"call","id":"a","to":"4711","from":"30123","name":"Anna","channel":3,"exclusive":true,
//    "complete":false}                           then {"do":"digits","id":"a","digits":"12"}
//   {"do":"ring","id":"in1","in_band":true}      also proceed, more, answer, hangup (cause), hold,
//                                                retrieve, keys, display (text)
//   {"do":"reflexes","answer":true,"refuse":17,"wants":4}
//   {"do":"lift"}, {"do":"hang_up"}             of a station: answers who rings, or calls, as
//                                                "handset", without a number
//   {"do":"press","button":3}, {"do":"press","keys":"#0"}   of a station, with a call or without;
//   what
//                                                it shows is
//                                                {"event":"looks","lines":[…],"lamps":{…}}
//   {"do":"tone","id":"a","hz":1004,"dbm0":-10}  with --span; also play and record (path: A-law,
//   raw)
// A call that comes is "in1", "in2" … A command that cannot be is answered with
// {"event":"refused"}.
#include "isdn_span.hpp"
#include "isdn_stack.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

namespace json = boost::json;

int connected_to(const std::string& path, int type) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof to.sun_path)
    throw std::runtime_error("the path is too long: " + path);
  std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
  const int made = ::socket(AF_UNIX, type, 0);
  if (::connect(made, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("cannot connect to " + path + ": " + std::strerror(errno));
  return made;
}

class peer {
public:
  peer(bool network, bool bri, int frames, int of_span)
      : line_(of_span >= 0 ? of_span : frames), is_span_(of_span >= 0),
        stack_(
            network, bri,
            [](json::object said) { std::cout << json::serialize(said) << std::endl; },
            [this](std::string_view frame) { send(frame); }),
        span_(bri, [this](std::string_view frame) { stack_.frame(frame); }) {
    ready_ = true;
    for (const auto& frame : std::exchange(early_, {}))
      send(frame);
  }

  void run() {
    for (bool open = true; open;) {
      const auto wait = stack_.wait();
      pollfd there[] = {{line_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
      if (::poll(there, 2, wait ? static_cast<int>(wait->count()) : -1) < 0 && errno != EINTR)
        return;
      if (there[0].revents != 0)
        open = is_span_ ? take_span() : take_frame();
      if (there[1].revents != 0 && !take_commands())
        return;
      stack_.run();
    }
  }

private:
  void send(std::string_view frame) {
    if (!ready_) // libpri begins while it is being made
      early_.emplace_back(frame);
    else if (is_span_)
      span_.send(frame);
    else if (::send(line_, frame.data(), frame.size(), MSG_NOSIGNAL) < 0)
      std::cerr << "isdn_peer: a frame was not sent: " << std::strerror(errno) << '\n';
  }

  bool take_frame() {
    char frame[2048];
    const auto size = ::recv(line_, frame, sizeof frame, 0);
    if (size > 0)
      stack_.frame({frame, static_cast<std::size_t>(size)});
    return size > 0;
  }

  /// Whoever sends a frame of the span gives the clock: one goes back for each.
  bool take_span() {
    std::uint8_t octets[64 * isdn_peer::span::most_slots];
    std::memcpy(octets, rest_, have_);
    const auto size = ::recv(line_, octets + have_, sizeof octets - have_, 0);
    if (size <= 0)
      return false;
    have_ += static_cast<std::size_t>(size);
    std::string back;
    std::size_t at = 0;
    for (; have_ - at >= span_.slots(); at += span_.slots()) {
      std::uint8_t out[isdn_peer::span::most_slots];
      span_.exchange(octets + at, out);
      back.append(reinterpret_cast<const char*>(out), span_.slots());
    }
    have_ -= at;
    std::memcpy(rest_, octets + at, have_);
    for (std::size_t sent = 0; sent < back.size();) {
      const auto now = ::send(line_, back.data() + sent, back.size() - sent, MSG_NOSIGNAL);
      if (now <= 0)
        return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }

  bool take_commands() {
    char some[4096];
    const auto size = ::read(STDIN_FILENO, some, sizeof some);
    if (size <= 0)
      return false;
    commands_.append(some, static_cast<std::size_t>(size));
    for (auto end = commands_.find('\n'); end != std::string::npos; end = commands_.find('\n')) {
      const auto line = commands_.substr(0, end);
      commands_.erase(0, end + 1);
      boost::system::error_code wrong;
      const auto value = json::parse(line, wrong);
      if (wrong || !value.is_object() || !carry_out(value.as_object()))
        std::cout << json::serialize(json::object{{"event", "refused"}, {"command", line}})
                  << std::endl;
    }
    return true;
  }

  bool carry_out(const json::object& command) {
    const auto text = [&](const char* key) {
      const auto* value = command.if_contains(key);
      return value && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const auto real = [&](const char* key, double otherwise) {
      const auto* value = command.if_contains(key);
      return static_cast<float>(value && value->is_number() ? value->to_number<double>()
                                                            : otherwise);
    };
    const auto what = text("do");
    if (what != "tone" && what != "play" && what != "record")
      return stack_.command(command);
    const auto* one = stack_.find(text("id"));
    if (!is_span_ || !one || one->channel == 0)
      return false;
    if (what == "record")
      return span_.record(one->channel, text("path"));
    if (what == "tone") {
      span_.tone(one->channel, real("hz", 0), real("dbm0", -10));
      return true;
    }
    std::ifstream file(text("path"), std::ios::binary);
    span_.play(one->channel, {std::istreambuf_iterator<char>(file), {}});
    return bool(file);
  }

  int line_;
  bool is_span_, ready_ = false;
  std::vector<std::string> early_;
  isdn_peer::stack stack_;
  isdn_peer::span span_;
  std::string commands_;
  std::uint8_t rest_[isdn_peer::span::most_slots]{};
  std::size_t have_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  bool network = false, bri = false;
  int frames = -1;
  std::string frames_at, span_at;
  CLI::App app{"The far end of a digital line, for tests"};
  app.add_flag("--network", network, "It is the network (NT), else the user (TE)");
  app.add_flag("--bri", bri, "A BRI, point to multipoint; else a PRI");
  app.add_option("--frames-fd", frames,
                 "Descriptor of a socket of packets: a LAPD frame each, no FCS");
  app.add_option("--frames", frames_at,
                 "The same by the path of a listening socket (SOCK_SEQPACKET)");
  app.add_option("--span", span_at,
                 "Path of a listening stream socket: 32 octets a frame, both ways; of a BRI 3");
  CLI11_PARSE(app, argc, argv);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::srandom(
      static_cast<unsigned>(::getpid())); // two that ask for a TEI at once are told apart by it
  try {
    if (!frames_at.empty())
      frames = connected_to(frames_at, SOCK_SEQPACKET);
    const int of_span = span_at.empty() ? -1 : connected_to(span_at, SOCK_STREAM);
    if (frames < 0 && of_span < 0)
      throw std::runtime_error("say where the line is: --frames-fd, --frames or --span");
    peer(network, bri, frames, of_span).run();
  } catch (const std::exception& wrong) {
    std::cerr << "isdn_peer: " << wrong.what() << '\n';
    return 1;
  }
  return 0;
}
