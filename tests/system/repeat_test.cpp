// SPDX-License-Identifier: MIT
// A seed and what people do give the same run: every event and every sample.
#include "two_towns.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace switchroom::system_test {
namespace {

class ShortCall : public TwoTowns {};

// Run by the test below, each time in a process of its own.
TEST_F(ShortCall, TellsItsFingerprint) {
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  connect(here, far, "301");
  far.begin_recording();
  here.begin_recording();
  here.say(goodbye);
  far.say(goodbye);
  world.run_ms(400);
  here.end_recording();
  far.end_recording();
  here.hang_up();
  std::printf("fingerprint %016llx\n", static_cast<unsigned long long>(world.fingerprint()));
}

std::unique_ptr<FILE, int (*)(FILE*)> begin_run() {
  return {popen("exec /proc/$PPID/exe "
                "--gtest_filter=ShortCall.TellsItsFingerprint",
                "r"),
          pclose};
}

std::string fingerprint_of(FILE* run) {
  std::string said;
  for (std::array<char, 256> line{}; std::fgets(line.data(), line.size(), run) != nullptr;)
    said += line.data();
  const auto at = said.find("fingerprint ");
  return at == std::string::npos || said.find("[  PASSED  ] 1 test") == std::string::npos
             ? "none: " + said
             : said.substr(at, 28);
}

TEST(Repeatable, TheSameSeedGivesTheSameEventsAndSamples) {
  const auto first = begin_run(), second = begin_run();
  const std::string one = fingerprint_of(first.get()), other = fingerprint_of(second.get());
  EXPECT_EQ(one.rfind("fingerprint ", 0), 0U) << one;
  EXPECT_EQ(one, other);
  std::printf("%s\n", one.c_str());
}

} // namespace
} // namespace switchroom::system_test
