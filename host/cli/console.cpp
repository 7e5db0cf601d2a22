// SPDX-License-Identifier: MIT
#include "cli/console.hpp"

#include "app/config.hpp"

#include <boost/json.hpp>
#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <iostream>
#include <set>
#include <sys/ioctl.h>
#include <unistd.h>

namespace switchroom::cli {
namespace fs = std::filesystem;
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (!isatty(STDOUT_FILENO))
    return 0;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

console::console()
    : colour_(isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR")), width_(terminal_width()) {}

fs::path console::run_directory() const {
  if (!run_option.empty())
    return run_option;
  if (const char* own = std::getenv("SWITCHROOM_RUN"))
    return own;
  if (const char* user = std::getenv("XDG_RUNTIME_DIR"))
    return fs::path(user) / "switchroom";
  return "/run/switchroom";
}

result<std::string> console::which_gateway(exit_code& code) const {
  std::set<std::string> here;
  std::error_code not_there;
  for (const auto& entry : fs::directory_iterator(run_directory(), not_there))
    if (fs::exists(entry.path() / app::control_socket, not_there))
      here.insert(entry.path().filename().string());
  if (gateway.empty() && here.size() == 1)
    return *here.begin();
  // One whose board is up without it has a directory, too.
  const bool is_there =
      fs::is_directory(app::gateway_directory(run_directory(), gateway), not_there);
  if (!gateway.empty() && (is_there || here.empty()))
    return gateway;
  if (here.empty()) {
    code = not_reachable;
    return refusal{"no gateway runs in " + run_directory().string(),
                   "start switchroomd, or name its run directory with --run or SWITCHROOM_RUN"};
  }
  std::string list;
  for (const auto& name : here)
    list += (list.empty() ? "" : ", ") + name;
  if (!gateway.empty()) {
    code = not_reachable;
    return refusal{"no gateway " + gateway + " runs in " + run_directory().string(),
                   "there " + std::string(here.size() == 1 ? "is " : "are ") + list};
  }
  code = usage;
  return refusal{"several gateways run in " + run_directory().string() + ": " + list,
                 "name one with -g"};
}

int console::complain(const refusal& why, exit_code code) const {
  if (json) {
    std::cerr << boost::json::serialize(
                     boost::json::object{{"error", {{"what", why.what}, {"remedy", why.remedy}}}})
              << '\n';
    return code;
  }
  const bool in_colour = isatty(STDERR_FILENO) && !std::getenv("NO_COLOR");
  std::cerr << (in_colour ? "\033[31mswitchroom:\033[0m " : "switchroom: ") << why.what << '\n';
  if (!why.remedy.empty())
    std::cerr << "  remedy: " << why.remedy << '\n';
  return code;
}

int console::exchange(const char* socket, const std::string& whom,
                      const google::protobuf::Message& ask, google::protobuf::Message& answer,
                      std::chrono::milliseconds timeout) {
  exit_code code = not_reachable;
  const auto name = which_gateway(code);
  if (!name)
    return complain(name.error(), code);
  auto opened = control::connection::open(app::gateway_directory(run_directory(), *name) / socket,
                                          whom + " of " + *name);
  if (!opened)
    return complain(opened.error(), not_reachable);
  const auto octets = opened->ask(ask, timeout);
  if (!octets)
    return complain(octets.error(), not_reachable);
  if (!answer.ParseFromString(*octets))
    return complain({whom + " of " + *name + " gave an answer that cannot be read",
                     "use a switchroom command of the same version"},
                    not_reachable);
  return done;
}

int console::fetch(const control::v1::Request& ask, control::v1::Reply& reply,
                   std::chrono::milliseconds timeout) {
  if (const int code = exchange(app::control_socket, "switchroomd", ask, reply, timeout))
    return code;
  if (reply.has_error())
    return complain({reply.error().what(), reply.error().remedy()}, refused);
  return done;
}

int console::ask(const control::v1::Request& request,
                 const std::function<void(const control::v1::Reply&)>& show) {
  control::v1::Reply reply;
  if (const int code = fetch(request, reply))
    return code;
  if (!json) {
    show(reply);
    return done;
  }
  // The answer itself, without the envelope that says which kind it is.
  const auto* kind =
      reply.GetDescriptor()->FindFieldByNumber(static_cast<int>(reply.answer_case()));
  if (kind)
    print_json(reply.GetReflection()->GetMessage(reply, kind));
  return done;
}

int console::ask(const phone::v1::Request& request, std::chrono::milliseconds timeout,
                 const std::function<void(const phone::v1::Reply&)>& show) {
  phone::v1::Reply reply;
  if (const int code = exchange(app::phone_socket, "the board's phones", request, reply, timeout))
    return code;
  if (!reply.error().empty())
    return complain({reply.error(), reply.remedy()}, refused);
  if (json)
    print_json(reply);
  else
    show(reply);
  return done;
}

void console::print_json(const google::protobuf::Message& message) const {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    std::cout << text;
}

} // namespace switchroom::cli
