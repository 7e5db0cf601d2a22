// SPDX-License-Identifier: MIT
#include "edges/sip/stranger_log.hpp"

#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <sofia-sip/su_log.h>
#include <sys/types.h>
#include <unistd.h>

SOFIAPUBVAR su_log_t nta_log[], nua_log[], tport_log[], stun_log[]; // in no header

namespace switchroom::sip {
namespace {

using namespace std::chrono_literals;

constexpr int at_once = 10;
constexpr auto every = 60s;

void say_nothing(void*, char const*, va_list) {}

/// `at_once` lines in each `every`.
ssize_t write_some(void*, const char* text, std::size_t size) {
  static auto begun = std::chrono::steady_clock::now() - every;
  static int said = 0;
  if (const auto now = std::chrono::steady_clock::now(); now - begun >= every) {
    begun = now;
    said = 0;
  }
  if (said < at_once) {
    ++said;
    static_cast<void>(::write(STDERR_FILENO, text, size) < 0);
  }
  return static_cast<ssize_t>(size);
}

} // namespace

void write_little_to_stderr() {
  for (auto* log : {su_log_default, su_log_global, nta_log, nua_log, tport_log, stun_log})
    su_log_redirect(log, &say_nothing, nullptr);
  auto* made = fopencookie(nullptr, "w", {nullptr, &write_some, nullptr, nullptr});
  if (made == nullptr)
    return;
  setvbuf(made, nullptr, _IOLBF, BUFSIZ);
  stderr = made;
}

} // namespace switchroom::sip
