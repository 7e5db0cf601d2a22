// SPDX-License-Identifier: MIT
// Recordings wait for the board's frames, however slow it is, and for none that do not come. The
// voice thread is played here.
#include "app/recordings.hpp"

#include <gtest/gtest.h>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;

class Deck : public tape_deck {
public:
  void mount(host_slot, std::shared_ptr<media::mounted> what) override { mounted_ = what; }
  void close(host_slot) override { mounted_.reset(); }
  /// So many frames of the board.
  void turn(unsigned frames) {
    for (; frames > 0; --frames)
      mounted_->turn(frame_++, 7);
  }

private:
  std::shared_ptr<media::mounted> mounted_;
  std::uint32_t frame_ = 0;
};

class Recordings : public testing::Test {
protected:
  /// Of 8000 samples.
  Recordings() { all_.begin({1, {host_slot{0}}, {}, 8000}, now_); }
  void wait(duration time) {
    now_ += time;
    all_.look(now_);
  }
  Deck deck_;
  recordings all_{deck_};
  instant now_{};
};

TEST_F(Recordings, ATestLastsAsLongAsTheBoardTakes) {
  for (int second = 0; second < 20; ++second) { // 0.05 × real time
    EXPECT_FALSE(all_.take_news()) << second;
    deck_.turn(400);
    wait(1s);
  }
  const auto news = all_.take_news();
  ASSERT_TRUE(news);
  ASSERT_TRUE(std::holds_alternative<exchange::recorded>(*news));
  EXPECT_EQ(std::get<exchange::recorded>(*news).what->size(), 8000u);
}

TEST_F(Recordings, ATestOfWhichNothingComesIsOver) {
  deck_.turn(400);
  wait(100ms);
  wait(1900ms);
  EXPECT_FALSE(all_.take_news());
  wait(200ms);
  const auto news = all_.take_news();
  ASSERT_TRUE(news);
  ASSERT_TRUE(std::holds_alternative<exchange::record_over>(*news));
  EXPECT_EQ(std::get<exchange::record_over>(*news).number, 1u);
  deck_.turn(7600);
  wait(1s);
  EXPECT_FALSE(all_.take_news()) << "it is told once";
}

} // namespace
} // namespace switchroom::app
