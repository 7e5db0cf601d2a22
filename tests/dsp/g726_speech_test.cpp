// SPDX-License-Identifier: MIT
// G.726 against spandsp on real speech, each file a call of its own: some minutes of the English
// package, or, if SWITCHROOM_ALL_SPEECH is set (scripts/g726-speech), all that is installed, in all
// languages, at six levels.
#include "g726_compared.hpp"
#include "signals.hpp"
#include "spoken.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace switchroom::dsp;
using spandsp::words;

std::vector<fs::path> recordings(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".wav")
        files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

class G726Speech : public ::testing::TestWithParam<g726::rate> {};

TEST_P(G726Speech, IsSpandsps) {
  const bool all = std::getenv("SWITCHROOM_ALL_SPEECH") != nullptr;
  const fs::path english = switchroom::test::speech_folder();
  const auto files = recordings(all ? english.parent_path() : english);
  if (files.empty())
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  constexpr std::array as_it_is = {1.0};
  constexpr std::array louder_and_softer = {0.1, 0.25, 0.5, 1.0, 2.0, 4.0};
  std::size_t samples = 0, calls = 0;
  for (std::size_t n = 0; n < files.size(); n += all ? 1 : 4) {
    const words speech = switchroom::test::wav(files[n]);
    for (const double gain :
         all ? std::span<const double>(louder_and_softer) : std::span<const double>(as_it_is)) {
      words said;
      for (const auto sample : speech)
        said.push_back(switchroom::dsp::testing::clip(gain * sample));
      ASSERT_NO_FATAL_FAILURE(spandsp::expect_spandsps(GetParam(), said, files[n].string()));
      samples += said.size();
      ++calls;
    }
  }
  std::printf("%zu files, %zu of each coder's codes and samples: %.2f hours\n", calls, samples,
              double(samples) / 8000 / 3600);
  EXPECT_GT(samples, all ? std::size_t{2 * 3600 * 8000} : std::size_t{4 * 60 * 8000});
}

INSTANTIATE_TEST_SUITE_P(All, G726Speech, ::testing::ValuesIn(spandsp::rates),
                         [](const auto& of) { return spandsp::name_of(of.param); });

} // namespace
