// SPDX-License-Identifier: MIT
// usage: login_load provision SOCKET FIRST COUNT
//        login_load run SECONDS RATE LINES FIRST COUNT SOCKET...
// Operators that ask running gateways, on their control sockets, for users COUNT from extension
// FIRST on, and for log ins of these: on LINES lines of each gateway one after the other, together
// RATE a second (0: as fast as they are answered). Prints the figures as JSON; a log in counts from
// when it was due.
#include "control/frame.hpp"

#include "control.pb.h"

#include <boost/asio.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace switchroom {
namespace {

namespace asio = boost::asio;
using local = asio::local::stream_protocol;
using clock = std::chrono::steady_clock;

asio::awaitable<control::v1::Reply> ask(local::socket& socket, control::v1::Request request) {
  const std::string out = control::framed(request);
  co_await asio::async_write(socket, asio::buffer(out), asio::use_awaitable);
  control::length_field length{};
  co_await asio::async_read(socket, asio::buffer(length), asio::use_awaitable);
  std::string in(control::length_of(length), 0);
  co_await asio::async_read(socket, asio::buffer(in), asio::use_awaitable);
  control::v1::Reply reply;
  reply.ParseFromString(in);
  co_return reply;
}

control::v1::Request put_user(unsigned extension) {
  control::v1::Request request;
  auto& put = *request.mutable_put_user();
  put.set_extension(std::to_string(extension));
  put.set_name("Somebody Called " + put.extension());
  put.set_login_code("1234");
  put.set_forward_unconditional("");
  return request;
}

asio::awaitable<void> provision(std::string path, unsigned first, unsigned count) {
  local::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(local::endpoint(path), asio::use_awaitable);
  for (unsigned n = 0; n < count; ++n) {
    const auto reply = co_await ask(socket, put_user(first + n));
    if (reply.has_error())
      throw std::runtime_error(reply.error().what());
  }
}

std::string without_digits(std::string text) {
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

struct figures {
  std::vector<double> took_ms;
  std::map<std::string, unsigned> refused;
};

struct plan {
  clock::time_point begin, end;
  clock::duration period{}; ///< between two log ins at one line; 0: none
  unsigned first = 0, count = 0, all_lines = 0;
};

/// Line `mine` of all. Users go from line to line, so from gateway to gateway: they are not asked
/// for twice at once unless a line is a whole round behind.
asio::awaitable<void> work(std::string path, unsigned line, unsigned mine, plan todo,
                           figures& found) {
  local::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(local::endpoint(path), asio::use_awaitable);
  asio::steady_timer timer(socket.get_executor());
  const unsigned users_a_line = todo.count / todo.all_lines;
  auto due = todo.begin + todo.period * mine / todo.all_lines;
  for (unsigned round = 0; due < todo.end; ++round) {
    timer.expires_at(due);
    co_await timer.async_wait(asio::use_awaitable);
    control::v1::Request request;
    request.mutable_login()->set_line(line);
    const unsigned whose = (mine + 7 * round) % todo.all_lines;
    request.mutable_login()->set_extension(
        std::to_string(todo.first + whose * users_a_line + round % users_a_line));
    const auto reply = co_await ask(socket, std::move(request));
    const auto now = clock::now();
    if (reply.has_error())
      ++found.refused[without_digits(reply.error().what())]; // whoever it is
    else
      found.took_ms.push_back(std::chrono::duration<double, std::milli>(now - due).count());
    due = todo.period > clock::duration{} ? due + todo.period : now;
  }
}

void print(figures& found, double seconds) {
  auto& took = found.took_ms;
  std::sort(took.begin(), took.end());
  const auto at = [&](double share) {
    return took.empty()
               ? 0
               : took[std::min(took.size() - 1,
                               static_cast<std::size_t>(share * static_cast<double>(took.size())))];
  };
  unsigned refused = 0;
  for (const auto& [why, times] : found.refused) {
    refused += times;
    std::fprintf(stderr, "refused %u times: %s\n", times, why.c_str());
  }
  std::printf("{\"granted\": %zu, \"refused\": %u, \"perSecond\": %.1f, \"p50Ms\": %.2f, "
              "\"p99Ms\": %.2f, \"worstMs\": %.2f}\n",
              took.size(), refused, static_cast<double>(took.size()) / seconds, at(0.5), at(0.99),
              at(1));
}

int run(const std::vector<std::string>& words) {
  asio::io_context io(1);
  const auto number = [&](std::size_t n) { return static_cast<unsigned>(std::stoul(words.at(n))); };
  const auto rethrow = [](std::exception_ptr failed) {
    if (failed)
      std::rethrow_exception(failed);
  };
  if (words.at(0) == "provision") {
    asio::co_spawn(io, provision(words.at(1), number(2), number(3)), rethrow);
    io.run();
    return 0;
  }
  const unsigned seconds = number(1), rate = number(2), lines = number(3);
  figures found;
  plan todo;
  todo.begin = clock::now();
  todo.end = todo.begin + std::chrono::seconds(seconds);
  todo.first = number(4), todo.count = number(5);
  todo.all_lines = lines * static_cast<unsigned>(words.size() - 6);
  if (rate != 0)
    todo.period = std::chrono::duration_cast<clock::duration>(
        std::chrono::duration<double>(static_cast<double>(todo.all_lines) / rate));
  unsigned mine = 0;
  for (unsigned line = 1; line <= lines; ++line)
    for (std::size_t n = 6; n < words.size(); ++n)
      asio::co_spawn(io, work(words[n], line, mine++, todo, found), rethrow);
  io.run();
  print(found, seconds);
  return 0;
}

} // namespace
} // namespace switchroom

int main(int count, char** words) {
  try {
    return switchroom::run({words + 1, words + count});
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "login_load: %s\n", failed.what());
    return 2;
  }
}
