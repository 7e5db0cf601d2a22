// SPDX-License-Identifier: MIT
// isdn-edge: signalling of a gateway's digital lines. Started by switchroomd, which it speaks to on
// a descriptor that it inherits, and ends with it. Links libpri, which is GPL-2-only.
#include "edges/isdn/capture.hpp"
#include "edges/isdn/signalling.hpp"
#include "edges/process/confinement.hpp"
#include "edges/process/gateway_connection.hpp"

#include "control/frame.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <iostream>
#include <poll.h>
#include <sys/prctl.h>

namespace {

using namespace switchroom;

/// Milliseconds until then, at least as many; -1: never.
int wait_until(std::optional<isdn::microseconds> then) {
  if (!then)
    return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*then - isdn::libpri_time());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

/// Until the gateway ends. What is said at one time leaves together. False: the gateway has said
/// what makes no sense. `leaving`: what it is told first.
bool serve(process::gateway_connection& gateway, isdn::capture* kept, std::string leaving) {
  isdn::signalling lines([&](isdn::v1::FromEdge message) { leaving += control::framed(message); });
  if (kept)
    lines.sees = [&](const isdn::v1::Frame& frame, bool sent, bool network) {
      kept->keep({frame.octets(), sent, network, static_cast<std::uint8_t>(frame.channel()),
                  std::chrono::duration_cast<isdn::microseconds>(
                      std::chrono::system_clock::now().time_since_epoch())});
    };
  bool sense = true;
  const auto told = [&](std::string_view body) {
    isdn::v1::ToEdge message;
    sense =
        message.ParseFromArray(body.data(), static_cast<int>(body.size())) && lines.told(message);
    return sense;
  };
  for (;;) {
    pollfd there{gateway.descriptor(), POLLIN, 0};
    const int count = ::poll(&there, 1, wait_until(lines.next()));
    if (count < 0 && errno != EINTR)
      return true;
    if (count > 0 && !gateway.read(told))
      return sense;
    lines.run();
    if (!gateway.write(std::exchange(leaving, {})))
      return true;
  }
}

/// For people who look at calls; calls do not need it. None: `trouble` says why.
std::unique_ptr<isdn::capture> capture_to(const std::string& path, std::string& trouble) {
  if (path.empty())
    return nullptr;
  try {
    return std::make_unique<isdn::capture>(path);
  } catch (const std::runtime_error& wrong) {
    isdn::v1::FromEdge message;
    message.mutable_trouble()->set_what(std::string("Nothing is captured: ") + wrong.what());
    message.mutable_trouble()->set_remedy(
        "Name a file as capture in [isdn] whose folder is there and can be written to, then start "
        "switchroomd again.");
    trouble = control::framed(message);
    return nullptr;
  }
}

} // namespace

int main(int argc, char** argv) {
  int descriptor = 3;
  std::string capture;
  CLI::App app{"Signalling of a gateway's digital lines; started by switchroomd"};
  app.add_option("--gateway", descriptor, "Descriptor of the connection to switchroomd");
  app.add_option("--capture", capture,
                 "File of all frames of D channels, for Wireshark; of 256 MiB at most");
  CLI11_PARSE(app, argc, argv);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  try {
    process::limit_resources();
    std::string trouble;
    const auto kept = capture_to(capture, trouble);
    process::gateway_connection gateway(descriptor);
    tzset(); // stations are shown the time of day; files cannot be read any more
    process::confine(process::sockets::none);
    if (!serve(gateway, kept.get(), std::move(trouble))) {
      std::cerr << "isdn-edge: what the gateway says makes no sense: is it of another version?\n";
      return 1;
    }
  } catch (const std::exception& wrong) {
    std::cerr << "isdn-edge: " << wrong.what() << '\n';
    return 1;
  }
  return 0;
}
