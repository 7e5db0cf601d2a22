// SPDX-License-Identifier: MIT
// Which filter is heard, from energies of blocks alone, by the conditions of docs/adr/0028.
#include "switchroom/dsp/filter_choice.hpp"

#include <gtest/gtest.h>

namespace {

using switchroom::dsp::filter_choice;
using verdict = filter_choice::verdict;
using energies = filter_choice::energies;

constexpr std::uint64_t quietest = std::uint64_t{filter_choice::quietest} * filter_choice::block;
constexpr std::uint64_t soft = 2 * quietest; ///< between −53.5 and −47.5 dBm0
constexpr std::uint64_t loud = 1000 * quietest;

/// An echo as loud as the far end, and what each filter leaves of it, in thousandths.
energies block(double foreground, double background, std::uint64_t far = loud) {
  const auto part = [far](double thousandths) {
    return static_cast<std::uint64_t>(static_cast<double>(far) * thousandths / 1000);
  };
  return {far, far, part(1000), part(background), part(foreground)};
}
/// A pause: 20 dB under what came before; with nothing left of it, if anybody looked.
energies pause() {
  auto b = block(0, 0);
  b.near /= 100;
  return b;
}
/// Somebody at the near end is louder than an echo can be.
energies spoken(double foreground, double background) {
  auto b = block(foreground, background);
  b.far = b.near / 2 - 1;
  return b;
}

class FilterChoice : public testing::Test {
protected:
  verdict judge(const energies& b, int times = 1) {
    verdict last = verdict::keep;
    while (times-- > 0)
      last = choice.judge(b);
    return last;
  }
  /// The foreground leaves 23 dB less, which is proven, and long so.
  void prove() {
    judge(block(5, 5), 40);
    ASSERT_TRUE(choice.cancels());
    ASSERT_TRUE(choice.learns());
  }
  /// So that means are of this, and nothing has been taken over.
  void settle(double foreground, double background, int blocks = 10) {
    for (int n = 0; n < blocks; ++n)
      ASSERT_EQ(judge(spoken(foreground, background)), verdict::keep);
  }
  /// The path has changed; how many blocks until the background is taken over?
  int until_taken_over(const energies& b, int most = 40) {
    for (int n = 1; n <= most; ++n)
      if (choice.judge(b) == verdict::take_over)
        return n;
    return most + 1;
  }
  /// Somewhere in the examination of the background filter, after `passed` blocks that it passed.
  void examine(int passed) {
    prove();
    int n = 0;
    for (; choice.learns(); ++n)
      judge(block(900, 50));
    ASSERT_GE(n, 3);
    judge(block(900, 50), passed - 3);
  }

  filter_choice choice;
};

TEST_F(FilterChoice, NothingIsHeardBeforeItHasDoneWellInTwoBlocks) {
  EXPECT_FALSE(choice.cancels());
  judge(block(400, 400));
  EXPECT_FALSE(choice.cancels());
  judge(block(400, 400));
  EXPECT_TRUE(choice.cancels());
  judge(block(510, 510));
  EXPECT_FALSE(choice.cancels()) << "2.9 dB are less than half";
}

TEST_F(FilterChoice, EightBlocksInARowProve) {
  for (const int blocks : {7, 8}) {
    choice = {};
    judge(block(5, 5), blocks);
    EXPECT_TRUE(choice.learns());
    judge(block(600, 600));
    EXPECT_EQ(choice.cancels(), blocks == 8);
  }
}

TEST_F(FilterChoice, WhatIsProvenIsSixDecibelsDown) {
  judge(block(300, 300), 30);
  EXPECT_TRUE(choice.cancels());
  judge(block(900, 900));
  EXPECT_FALSE(choice.cancels()) << "5.2 dB: heard, and not proven";
  judge(block(200, 200), 30);
  judge(block(900, 900));
  EXPECT_TRUE(choice.cancels());
}

TEST_F(FilterChoice, APauseOfTheNearEndTellsNothing) {
  judge(block(5, 5), 7);
  for (int n = 0; n < 2; ++n) {
    auto wrong = pause();
    wrong.foreground = wrong.near;
    judge(wrong);
  }
  judge(block(5, 5));
  judge(block(600, 600));
  EXPECT_TRUE(choice.cancels()) << "it does not break the row";
  choice = {};
  judge(block(5, 5));
  judge(pause(), 2);
  EXPECT_FALSE(choice.cancels()) << "nor is it one of it";
}

TEST_F(FilterChoice, WhatIsSixDecibelsUnderTheMeanIsAPause) {
  for (const unsigned part : {3U, 7U}) {
    choice = {};
    judge(block(5, 5), 7);
    auto b = block(5, 5);
    b.near /= part;
    b.foreground = b.near;
    judge(b);
    EXPECT_EQ(choice.cancels(), part == 7) << part;
  }
}

TEST_F(FilterChoice, WhatIsLeftIsWhatCameWhileNothingIsHeard) {
  judge(block(5, 5));
  EXPECT_EQ(choice.left_mean(), choice.near_mean());
  judge(block(5, 5));
  EXPECT_LT(choice.left_mean(), choice.near_mean() / 100);
}

TEST_F(FilterChoice, NearlyLearntIs21DecibelsDown) {
  judge(block(7, 7), 40);
  EXPECT_TRUE(choice.nearly_learnt());
  judge(block(9, 9), 40);
  EXPECT_FALSE(choice.nearly_learnt());
}

TEST_F(FilterChoice, TwiceTheFarEndIsSomebodyWhoSpeaks) {
  auto b = block(5, 5);
  b.far = b.near * 2 / 3;
  judge(b);
  EXPECT_TRUE(choice.learns());
  judge(spoken(5, 5));
  EXPECT_FALSE(choice.learns());
}

TEST_F(FilterChoice, AFarEndThatIsSilentTellsNothing) {
  judge(block(5, 5, quietest - 1), 20);
  EXPECT_FALSE(choice.cancels());
  judge(block(5, 5, soft), 2);
  EXPECT_TRUE(choice.cancels());
}

TEST_F(FilterChoice, WhoeverSpeaksAtTheNearEndBreaksTheRow) {
  judge(block(5, 5), 7);
  judge(spoken(5, 5));
  EXPECT_FALSE(choice.learns());
  EXPECT_FALSE(choice.cancels());
  judge(block(5, 5));
  EXPECT_TRUE(choice.learns());
}

TEST_F(FilterChoice, BeforeAnythingIsProvenTheBackgroundIsTakenOverWhereTheForegroundFails) {
  EXPECT_EQ(judge(block(1000, 50)), verdict::take_over);
  choice = {};
  EXPECT_EQ(judge(block(1000, 240)), verdict::take_over) << "6 dB are well";
  choice = {};
  EXPECT_EQ(judge(block(1000, 260)), verdict::keep) << "less is not, but of 9 dB under what came";
  choice = {};
  EXPECT_EQ(judge(block(400, 5)), verdict::keep) << "it is being examined, and does well";
}

TEST_F(FilterChoice, TheBlockThatProvesTheForegroundTakesNothingOver) {
  judge(block(100, 100), 7);
  EXPECT_EQ(judge(block(100, 5)), verdict::keep);
  EXPECT_EQ(judge(block(100, 5)), verdict::take_over) << "the next one does";
}

TEST_F(FilterChoice, AChangedPathIsTakenOverAfterThreeBlocksThatLearnAndFiveThatDoNot) {
  prove();
  int learnt = 0;
  while (choice.learns()) {
    EXPECT_EQ(judge(block(900, 50)), verdict::keep);
    ASSERT_LT(++learnt, 20);
  }
  EXPECT_EQ(until_taken_over(block(900, 50)), 5);
  EXPECT_TRUE(choice.learns());
  EXPECT_LT(choice.left_mean(), choice.near_mean() / 10) << "what is left is the new one's";
  EXPECT_LE(until_taken_over(block(50, 40)), 2) << "a bit better than that will do";
}

TEST_F(FilterChoice, WhatIsNotBetterByMuchLearnsOn) {
  prove();
  for (int n = 0; n < 20; ++n) {
    judge(block(400, 150));
    EXPECT_TRUE(choice.learns()) << "4.3 dB";
  }
  settle(2000, 400);
  for (int n = 0; n < 20; ++n) {
    judge(block(2000, 400));
    EXPECT_TRUE(choice.learns()) << "7 dB, but hardly less than came";
  }
}

TEST_F(FilterChoice, ABlockThatIsNotSixDecibelsBetterEndsTheExamination) {
  for (const double background : {230.0, 220.0}) {
    choice = {};
    examine(6);
    judge(block(900, background));
    EXPECT_EQ(choice.learns(), background == 230.0);
  }
}

TEST_F(FilterChoice, ASoftFarEndExaminesASilentOneDoesNot) {
  prove();
  for (int n = 0; choice.learns() && n < 40; ++n)
    judge(block(900, 50, soft));
  judge(block(900, 50, quietest - 1), 20);
  EXPECT_FALSE(choice.learns()) << "it waits";
  EXPECT_EQ(until_taken_over(block(900, 50, soft)), 5);
  choice = {};
  prove();
  judge(block(900, 50, quietest - 1), 20);
  EXPECT_FALSE(choice.learns()) << "three blocks of what learns count, and then it waits";
}

TEST_F(FilterChoice, WhoeverSpeaksEndsTheExaminationOfTheBackground) {
  examine(7);
  EXPECT_EQ(judge(spoken(900, 50)), verdict::keep);
  EXPECT_GT(until_taken_over(block(900, 50), 7), 7);
}

TEST_F(FilterChoice, ABitBetterWillDoWhileTheForegroundIsAtItsBest) {
  prove();
  EXPECT_EQ(until_taken_over(block(5, 4)), 1);
  prove();
  EXPECT_EQ(until_taken_over(block(5, 4.9)), 41) << "0.1 dB";
}

TEST_F(FilterChoice, ABitBetterWillNotDoWhenMoreIsLeftThanAtItsBest) {
  prove();
  settle(7, 5.6);
  EXPECT_EQ(judge(block(7, 5.6)), verdict::take_over) << "1.5 dB more";
  choice = {};
  prove();
  settle(15, 12);
  EXPECT_EQ(judge(block(15, 12)), verdict::keep) << "4.8 dB more";
  settle(15, 12, 30);
  EXPECT_EQ(judge(block(15, 12)), verdict::keep) << "half a second ago";
  settle(15, 12, 90);
  EXPECT_EQ(judge(block(15, 12)), verdict::take_over) << "2 s are long ago";
}

TEST_F(FilterChoice, ItsBestIsSinceItWasProven) {
  judge(block(1, 1), 7);
  judge(block(900, 900));
  judge(block(100, 100), 30);
  EXPECT_LE(until_taken_over(block(100, 80)), 2);
  judge(block(80, 5), 3);
  judge(block(5, 5), 20);
  settle(30, 25);
  EXPECT_EQ(judge(block(30, 25)), verdict::keep) << "and the best of all since then";
}

TEST_F(FilterChoice, WhatIsBetterIsBetterInTheBlockToo) {
  prove();
  settle(5, 1, 1);
  EXPECT_EQ(judge(block(5, 6)), verdict::keep);
}

TEST_F(FilterChoice, NothingIsTakenOverWhileSomebodySpeaks) {
  prove();
  EXPECT_EQ(until_taken_over(spoken(5, 4), 10), 11);
  EXPECT_EQ(until_taken_over(block(5, 4)), 1);
}

/// The foreground is at its best again, and the background, which stands still, the better one.
TEST_F(FilterChoice, WhatStandsStillIsNotTakenOverBeforeItIsProven) {
  examine(3);
  EXPECT_EQ(until_taken_over(block(5, 1, quietest - 1), 40), 41);
  EXPECT_FALSE(choice.learns());
  EXPECT_EQ(until_taken_over(block(5, 1)), 5);
}

TEST_F(FilterChoice, WhatLeavesMoreThanCameIsProvenNoLonger) {
  prove();
  judge(block(4000, 3000), 12);
  EXPECT_TRUE(choice.cancels()) << "no filter is the better one: somebody speaks";
  judge(block(4000, 900), 12);
  EXPECT_FALSE(choice.cancels());
  prove();
  judge(block(17'000, 17'000), 12);
  EXPECT_FALSE(choice.cancels()) << "12 dB more than came, whatever the other does";
  choice = {};
  prove();
  judge(block(12'000, 12'000), 12);
  EXPECT_TRUE(choice.cancels()) << "10.8 dB are not so much";
  choice = {};
  prove();
  judge(block(2000, 900), 12);
  EXPECT_TRUE(choice.cancels()) << "3 dB are less than 4.8";
  choice = {};
  prove();
  judge(block(4000, 900, 5 * quietest), 40);
  EXPECT_FALSE(choice.cancels()) << "-46.5 dBm0 are loud";
  choice = {};
  prove();
  judge(block(4000, 900, soft), 40);
  EXPECT_TRUE(choice.cancels()) << "a soft far end says little";
}

/// Blocks that the background has passed are none of the foreground's; a pause, which says nothing
/// of that, does not make them so.
TEST_F(FilterChoice, WhoseProofIsDroppedBeginsAnew) {
  examine(6);
  auto worse = pause();
  worse.foreground = 20 * loud;
  judge(worse);
  EXPECT_FALSE(choice.cancels());
}

TEST_F(FilterChoice, ABackgroundThatHasLostWhatItKnewIsRestored) {
  prove();
  verdict last = verdict::keep;
  for (int n = 0; n < 3 && last == verdict::keep; ++n)
    last = judge(block(5, 300));
  EXPECT_EQ(last, verdict::restore);
  EXPECT_EQ(judge(block(5, 11)), verdict::keep) << "it knows again what the foreground knows";
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(judge(block(5, 15)), verdict::keep) << "4.8 dB";
}

} // namespace
