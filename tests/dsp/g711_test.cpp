// SPDX-License-Identifier: MIT
// G.711, every sample and every octet, against the ITU's files and against spandsp.
#include "switchroom/dsp/g711.hpp"

#include "vectors.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>

#include <algorithm>
#include <string>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;

using files::in_ci, files::itu_words;

void compare_with_itu(g711::law law, const std::string& codes, const std::string& decodes) {
  const auto source = itu_words("g711", "sweep.src"), code = itu_words("g711", codes),
             decode = itu_words("g711", decodes);
  if (source.empty() && !in_ci())
    GTEST_SKIP() << "ITU vectors not present";
  ASSERT_EQ(source.size(), 65536U);
  ASSERT_EQ(code.size(), 65536U);
  ASSERT_EQ(decode.size(), 65536U);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const auto sample = static_cast<std::int16_t>(source[i]);
    ASSERT_EQ(g711::encode(law, sample), code[i]) << "sample " << sample;
    ASSERT_EQ(g711::decode(law, static_cast<std::uint8_t>(code[i])),
              static_cast<std::int16_t>(decode[i]))
        << "octet " << code[i];
  }
}

TEST(G711, ALawIsTheItusForEverySample) {
  compare_with_itu(g711::law::a, "sweep-r.a", "sweep-r.a-a");
}

TEST(G711, MuLawIsTheItusForEverySample) {
  compare_with_itu(g711::law::mu, "sweep-r.u", "sweep-r.u-u");
}

TEST(G711, ALawIsSpandspsForEverySample) {
  for (int sample = -32768; sample <= 32767; ++sample)
    ASSERT_EQ(g711::encode_a(static_cast<std::int16_t>(sample)), linear_to_alaw(sample)) << sample;
  for (int octet = 0; octet < 256; ++octet)
    ASSERT_EQ(g711::decode_a(static_cast<std::uint8_t>(octet)),
              alaw_to_linear(static_cast<std::uint8_t>(octet)));
}

// spandsp 0.0.6 puts the decision values of negative µ-law samples one unit of 16 bits nearer to
// zero than the ITU's files do.
TEST(G711, MuLawIsSpandspsButForItsNegativeDecisionValues) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int shifted = sample < 0 ? std::max(sample - 1, -32768) : sample;
    ASSERT_EQ(g711::encode_mu(static_cast<std::int16_t>(shifted)), linear_to_ulaw(sample))
        << sample;
  }
  for (int octet = 0; octet < 256; ++octet)
    ASSERT_EQ(g711::decode_mu(static_cast<std::uint8_t>(octet)),
              ulaw_to_linear(static_cast<std::uint8_t>(octet)));
}

TEST(G711, OctetsSurviveDecodeAndEncode) {
  for (int i = 0; i < 256; ++i) {
    const auto octet = static_cast<std::uint8_t>(i);
    ASSERT_EQ(g711::encode_a(g711::decode_a(octet)), octet);
    // 0x7f is negative zero; linear samples have but one zero.
    ASSERT_EQ(g711::encode_mu(g711::decode_mu(octet)), octet == 0x7f ? 0xff : octet);
  }
}

} // namespace
