// SPDX-License-Identifier: MIT
// E1 spans in lock step with their golden model, with random settings, whatever happens to the
// line.
#include "e1_bench.hpp"

namespace switchroom::test {
namespace {

using block = regs::e1_block;
using config = block::config;

class E1 : public testing::TestWithParam<unsigned> {};

std::uint32_t some_config(std::mt19937& random) {
  return config::enable::of(random() % 32 != 0) | config::crc4::of(random() % 3) |
         config::cas::of(random() % 2) | config::loop::of(random() % 3 != 0 ? 0 : random() % 4) |
         config::send_ais::of(random() % 16 == 0) | config::send_rai::of(random() % 8 == 0) |
         config::send_cas_alarm::of(random() % 8 == 0) | config::sa::of(random());
}

/// Any register, and some that are none.
std::uint32_t some_word(std::mt19937& random) {
  switch (random() % 4) {
  case 0:
    return random() % 0x90;
  case 1:
    return block::slot_config::offset + random() % 70;
  case 2:
    return block::cas_send::offset + random() % 70;
  default:
    return block::cas_received::offset + random() % 70;
  }
}

void something_happens(e1_far_end& far, std::mt19937& random) {
  constexpr std::array error_rates{0., 0., 0., 1e-3, 1e-4, 1e-5, 1e-6, 1e-2};
  switch (random() % 12) {
  case 0:
    far.pulled = !far.pulled;
    break;
  case 1:
    far.slides = static_cast<int>(random() % 9) - 4;
    break;
  case 2:
    far.sends.ais = !far.sends.ais;
    break;
  case 3:
    far.sends.crc4 = random() % 4 != 0;
    break;
  case 4:
    far.sends.cas = random() % 4 != 0;
    break;
  case 5:
    far.ppm = static_cast<double>(random() % 201) - 100;
    break;
  case 6:
    far.sends.a = random() % 4 == 0;
    far.sends.y = random() % 4 == 0;
    far.sends.e = random() % 4 != 0;
    far.sends.sa = random();
    break;
  case 7:
    far.sends.prbs = random() % 2 != 0 ? 0 : random();
    break;
  case 8:
    far.pulled = far.sends.ais = false;
    far.errors = 0;
    break;
  case 9:
    far.scrambles = random() % 2 != 0;
    break;
  case 10:
    far.errors = error_rates[random() % error_rates.size()];
    break;
  default:
    far.signal[random() % 32] = random() % 16;
    break;
  }
}

TEST_P(E1, LockStepWithGoldenModelWhateverHappens) {
  e1_bench bench(GetParam());
  for (unsigned s = 0; s < e1_bench::spans; ++s)
    bench.write(config::offset + s,
                config::enable::of(1) | config::crc4::of(2) | config::cas::of(s));
  for (unsigned slot = 0; slot < e1_bench::slots; ++slot)
    bench.write(block::slot_config::offset + slot, slot % 4);
  ASSERT_NO_FATAL_FAILURE(bench.settle());
  for (int round = 0; round < 80; ++round) {
    auto& random = bench.random;
    something_happens(bench.far[random() % 2], random);
    const auto span = random() % 2;
    switch (random() % 10) {
    case 0:
      bench.write(config::offset + span, some_config(random));
      break;
    case 1:
      bench.write(block::slot_config::offset + random() % 64, random() % 4);
      break;
    case 2:
      bench.write(block::prbs_send::offset + span, random());
      break;
    case 3:
      bench.write(block::prbs_check::offset + span, bench.far[span].sends.prbs);
      break;
    case 4:
      bench.write(block::cas_send::offset + random() % 64, random() % 16);
      break;
    case 5:
      bench.write(block::idle::offset + span, random() % 256);
      break;
    case 6:
      bench.write(some_word(random) | 0x4000 * (random() % 8 == 0), 0);
      break;
    default:
      break;
    }
    for (int n = 0; n < 6; ++n)
      bench.read(some_word(random));
    for (std::uint32_t word = block::status::offset; word < block::prbs_send::offset; ++word)
      bench.read(word);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1 + random() % 60));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, E1, testing::Range(1u, 5u));

} // namespace
} // namespace switchroom::test
