// SPDX-License-Identifier: MIT
#include "config_fixture.hpp"

namespace switchroom::app {
namespace {

/// On span 2.
const std::string trunk = "[[trunk]]\nname = \"city\"\nspan = 2\n[[line_group]]\nname = \"out\"\n"
                          "trunks = [\"city\"]\n";

TEST_F(Config, TheClockHasReferencesInOrder) {
  const auto read = parse(good() + trunk +
                          "[clock]\nreferences = [\"span 2\", \"external\"]\nexternal = \"1 Hz\"\n"
                          "revertive = true\nhold_off_ms = 100\nwait_to_restore_s = 60\n"
                          "limit_ppm = 25.5\n");
  const auto* made = std::get_if<configuration>(&read);
  ASSERT_NE(made, nullptr) << std::get<config_problems>(read).front().what;
  EXPECT_EQ(made->clock.references, (std::vector<unsigned>{2, clock_settings::external}));
  EXPECT_EQ(made->clock.external_kind, regs::clock_kind::second);
  EXPECT_TRUE(made->clock.revertive);
  EXPECT_EQ(made->clock.hold_off_ms, 100U);
  EXPECT_EQ(made->clock.restore_ms, 60'000U);
  EXPECT_EQ(made->clock.limit_ppm, 25.5);
  const auto without = parse(good());
  EXPECT_TRUE(std::get<configuration>(without).clock.references.empty());
}

TEST_F(Config, ReferencesThatCannotBeAreRefused) {
  const auto told = [&](const std::string& more) {
    const auto read = parse(good() + trunk + "[clock]\n" + more);
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong == nullptr ? "" : wrong->front().what + " | " + wrong->front().remedy;
  };
  for (const auto& [more, why] :
       {std::pair("references = [\"span 0\"]\n", "\"span 0\" is no reference"),
        {"references = [\"span 15\"]\n", "write \"span N\" with N from 1 to 14"},
        {"references = [\"spam 1\"]\n", "\"spam 1\" is no reference"},
        {"references = [\"span 2\", \"span 2\"]\n", "span 2 is there twice"},
        {"references = [\"span 9\"]\n", "gateway.toml:32:14: no trunk is on span 9"},
        {"references = []\n", "references names nothing | name what the clock follows"},
        {"revertive = true\n", "references"},
        {"references = [\"external\"]\nexternal = \"10 MHz\"\n", "external is \"10 MHz\""},
        {"references = [\"external\"]\nwait_to_restore_s = 1001\n", "wait_to_restore_s"},
        {"references = [\"external\"]\nlimit_ppm = 0.5\n", "limit_ppm"},
        {"references = [\"external\"]\nloop = 1\n", "loop"}})
    EXPECT_NE(told(more).find(why), std::string::npos) << more << told(more);
}

} // namespace
} // namespace switchroom::app
