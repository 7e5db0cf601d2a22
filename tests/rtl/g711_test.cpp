// SPDX-License-Identifier: MIT
// G.711: RTL and golden model, every input, against the ITU's vectors and libspandsp.
#include <cmath> // before spandsp, which redefines lrint
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp/telephony.h>

#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>

#include "Vg711_functions_model.h"
#include "golden/g711.hpp"
#include "itu_vectors.hpp"
#include "verilated_block.hpp"

namespace {
using switchroom::golden::g711_law;

struct law_case {
  g711_law law;
  const char* name;
  const char* codes;   ///< ITU: codes of sweep.src
  const char* decoded; ///< ITU: those codes decoded
  std::uint8_t (*encode)(int);
  std::int16_t (*decode)(std::uint8_t);
};

class G711 : public testing::TestWithParam<law_case> {
protected:
  std::uint8_t rtl_encode(std::int16_t sample) {
    rtl_->mu_law_i = GetParam().law == g711_law::mu;
    rtl_->sample_i = static_cast<std::uint16_t>(sample);
    rtl_->eval();
    return rtl_->octet_o;
  }
  std::int16_t rtl_decode(std::uint8_t octet) {
    rtl_->mu_law_i = GetParam().law == g711_law::mu;
    rtl_->octet_i = octet;
    rtl_->eval();
    return static_cast<std::int16_t>(rtl_->sample_o);
  }

private:
  switchroom::test::verilated_block<Vg711_functions_model> rtl_{1};
};

TEST_P(G711, EveryInputAgainstItuVectors) {
  const auto source = switchroom::test::itu_words("g711/sweep.src");
  const auto codes = switchroom::test::itu_words(std::string("g711/") + GetParam().codes);
  const auto decoded = switchroom::test::itu_words(std::string("g711/") + GetParam().decoded);
  if (source.empty() && !switchroom::test::itu_required())
    GTEST_SKIP() << "ITU vectors not present";
  ASSERT_EQ(source.size(), 65536u);
  ASSERT_EQ(codes.size(), source.size());
  ASSERT_EQ(decoded.size(), source.size());
  std::vector<bool> seen(65536);
  for (std::size_t n = 0; n < source.size(); ++n) {
    const auto sample = static_cast<std::int16_t>(source[n]);
    const auto octet = static_cast<std::uint8_t>(codes[n]);
    const auto value = static_cast<std::int16_t>(decoded[n]);
    seen[source[n]] = true;
    ASSERT_EQ(rtl_encode(sample), octet) << "RTL, sample " << sample;
    ASSERT_EQ(switchroom::golden::g711_encode(GetParam().law, sample), octet)
        << "golden, sample " << sample;
    ASSERT_EQ(rtl_decode(octet), value) << "RTL, octet " << int{octet};
    ASSERT_EQ(switchroom::golden::g711_decode(GetParam().law, octet), value)
        << "golden, octet " << int{octet};
  }
  ASSERT_EQ(seen, std::vector<bool>(65536, true)) << "the vectors do not cover all inputs";
}

// spandsp 0.0.6 takes the two's complement magnitude in mu-law and so puts a negative sample that
// lies on a decision level one step further out than ITU-T G.191; one unit less undoes that.
TEST_P(G711, EveryInputAgainstSpandsp) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const bool shifted = GetParam().law == g711_law::mu && sample < -1;
    const auto octet = GetParam().encode(shifted ? sample + 1 : sample);
    const auto input = static_cast<std::int16_t>(sample);
    ASSERT_EQ(rtl_encode(input), octet) << "RTL, sample " << sample;
    ASSERT_EQ(switchroom::golden::g711_encode(GetParam().law, input), octet)
        << "golden, sample " << sample;
  }
  for (unsigned octet = 0; octet < 256; ++octet) {
    const auto code = static_cast<std::uint8_t>(octet);
    const auto value = GetParam().decode(code);
    ASSERT_EQ(rtl_decode(code), value) << "RTL, octet " << octet;
    ASSERT_EQ(switchroom::golden::g711_decode(GetParam().law, code), value)
        << "golden, octet " << octet;
  }
}

// G.711, clause 4: a decoded value is coded as it was (mu-law's two zeros are one).
TEST_P(G711, EveryCodeSurvivesATandem) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const auto code = static_cast<std::uint8_t>(octet);
    const bool minus_zero = GetParam().law == g711_law::mu && code == 0x7f;
    ASSERT_EQ(rtl_encode(rtl_decode(code)), minus_zero ? 0xff : code);
  }
}

INSTANTIATE_TEST_SUITE_P(Laws, G711,
                         testing::Values(law_case{g711_law::a, "ALaw", "sweep-r.a", "sweep-r.a-a",
                                                  [](int s) { return linear_to_alaw(s); },
                                                  [](std::uint8_t o) { return alaw_to_linear(o); }},
                                         law_case{
                                             g711_law::mu, "MuLaw", "sweep-r.u", "sweep-r.u-u",
                                             [](int s) { return linear_to_ulaw(s); },
                                             [](std::uint8_t o) { return ulaw_to_linear(o); }}),
                         [](const auto& law) { return std::string(law.param.name); });

} // namespace
