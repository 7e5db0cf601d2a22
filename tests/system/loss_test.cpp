// SPDX-License-Identifier: MIT
// Voice packets are lost between two gateways: what is made up, and what the gateway says of it.
// The kernel here has no netem, so it is the wire of the virtual world that loses.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

struct way {
  double share;
  unsigned burst;
  double pesq; ///< of concealment by G.711 Appendix I, 20 ms packets, as others measured; 0: not
};

class Loss : public TwoTowns {
protected:
  /// All that Amsterdam's end of its one voice stream has counted.
  control::v1::MediaFigures figures() {
    control::v1::Request which;
    which.mutable_calls();
    const auto calls = world.ask(world.site("amsterdam"), which).calls();
    EXPECT_EQ(calls.calls_size(), 1);
    return calls.calls_size() == 1 ? calls.calls(0).media(0) : control::v1::MediaFigures();
  }
};

TEST_F(Loss, IsConcealedAndTold) {
  const auto speech = read_speech(prompt("vm-intro"));
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  std::printf("lost       concealed   R     MOS (G.107)   PESQ of Appendix I (VOICE.md)\n");
  double worse_than = 5;
  for (const auto& on_the_way : {way{0, 1, 4.34}, way{0.01, 1, 4.07}, way{0.03, 1, 3.49},
                                 way{0.05, 1, 3.09}, way{0.10, 1, 2.52}, way{0.05, 4, 0}}) {
    connect(here, far, "301");
    world.lose_voice(on_the_way.share, on_the_way.burst);
    here.begin_recording();
    far.say(speech);
    world.until([&] { return !far.speaking(); }, 15'000);
    const auto heard = here.end_recording();
    const auto f = figures();
    world.lose_voice(0);
    far.hang_up();
    here.hang_up();
    world.run_ms(300);

    std::printf("%4.0f %% x %u  %6.1f %%  %6.1f  %6.2f   %11.2f\n", 100 * on_the_way.share,
                on_the_way.burst, 100 * f.concealed(), f.r(), f.mos(), on_the_way.pesq);
    const double packets = static_cast<double>(f.packets_received() + f.packets_lost());
    const double lost = static_cast<double>(f.packets_lost()) / packets;
    EXPECT_NEAR(lost, on_the_way.share, 0.5 * on_the_way.share + 0.003);
    EXPECT_NEAR(f.concealed(), lost, 0.005) << "what is lost is made up, and nothing else";
    // G.107, 3.5, with Ie 0 and Bpl 25.1 (G.113) on top of 93.2 less what the delay costs.
    const double burst_ratio = std::max(1.0, on_the_way.burst * (1 - lost));
    const double spoilt = 95 * 100 * lost / (100 * lost / burst_ratio + 25.1);
    EXPECT_NEAR(f.r(), 92.5 - spoilt, 2.5);
    if (on_the_way.burst == 1) {
      EXPECT_LT(f.mos(), worse_than);
      worse_than = f.mos();
    }
    const auto compared = dsp::compare(speech, heard);
    if (on_the_way.share <= 0.03) { // of longer gaps the end fades away, as it shall
      EXPECT_EQ(compared.gaps, 0U) << "no silence where somebody speaks";
      EXPECT_EQ(compared.slips.size(), 0U);
    }
  }
}

} // namespace
} // namespace switchroom::system_test
