// SPDX-License-Identifier: MIT
/// Where a command talks to: one gateway's sockets on one side, a person or a program on the
/// other.
#pragma once
#include "control/client.hpp"
#include "types/refusal.hpp"

#include "control.pb.h"
#include "phone.pb.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace switchroom::cli {

/// What switchroom(1) promises.
enum exit_code : int { done = 0, refused = 1, usage = 2, not_reachable = 3 };

class console {
public:
  // Filled in by the command line.
  std::string run_option; ///< empty: SWITCHROOM_RUN, $XDG_RUNTIME_DIR/switchroom, /run/switchroom
  std::string gateway;    ///< empty: the only one there is
  bool json = false;

  console();
  bool colour() const { return colour_; }
  std::size_t width() const { return width_; } ///< 0: not a terminal

  /// Asks switchroomd, and shows its answer: as JSON, or by `show`.
  int ask(const control::v1::Request&, const std::function<void(const control::v1::Reply&)>& show);
  /// The answer alone, for commands that need more than one, or more time: most are answered at
  /// once, a login that waits for its home within 3 s. Complains itself.
  int fetch(const control::v1::Request&, control::v1::Reply&,
            std::chrono::milliseconds timeout = std::chrono::seconds{10});
  /// The same to the simulated phones of the gateway's board.
  int ask(const phone::v1::Request&, std::chrono::milliseconds timeout,
          const std::function<void(const phone::v1::Reply&)>& show);

  /// Prints a message as JSON, defaults included.
  void print_json(const google::protobuf::Message&) const;
  /// Says on standard error what is wrong and what to do, in JSON if that is asked for; returns
  /// `code`.
  int complain(const refusal&, exit_code code) const;

private:
  std::filesystem::path run_directory() const;
  /// The name given, or the only gateway that has a control socket.
  result<std::string> which_gateway(exit_code& code) const;
  int exchange(const char* socket, const std::string& whom, const google::protobuf::Message& ask,
               google::protobuf::Message& answer, std::chrono::milliseconds timeout);

  bool colour_;
  std::size_t width_;
};

} // namespace switchroom::cli
