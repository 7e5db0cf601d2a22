// SPDX-License-Identifier: MIT
// A session at a mailbox (S17), what counts as silence, and prompts.
#include "../speech.hpp"
#include "switchroom/dsp/g711.hpp"
#include "voicemail/prompts.hpp"
#include "voicemail/recording.hpp"
#include "voicemail/session.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace switchroom::voicemail {
namespace {

using namespace std::chrono_literals;

message new_one(std::uint64_t number, bool heard = false) {
  message made;
  made.of = "204";
  made.number = number;
  made.heard = heard;
  return made;
}

recorded voice_of(duration length) {
  return {std::make_shared<const std::string>("voice"), length};
}

/// What was done, in words: "say vm-intro beep, record; keep 4 s".
std::string words(const std::vector<action>& list) {
  std::string all;
  const auto add = [&](const std::string& what) { all += (all.empty() ? "" : "; ") + what; };
  for (const auto& one : list) {
    if (const auto* said = std::get_if<say>(&one)) {
      std::string text = "say";
      for (const auto& phrase : said->what)
        text +=
            " " + (phrase.what == phrase::kind::message ? "<" + std::to_string(phrase.number) + ">"
                   : phrase.what == phrase::kind::count ? std::to_string(phrase.number)
                   : phrase.what == phrase::kind::beep  ? "beep"
                                                        : phrase.text);
      add(text + (said->record ? ", record" : ""));
    } else if (const auto* kept = std::get_if<keep>(&one)) {
      add("keep " + std::to_string(kept->length / 1s) + " s");
    } else if (const auto* heard = std::get_if<mark_heard>(&one)) {
      add("heard " + std::to_string(heard->number));
    } else if (const auto* gone = std::get_if<erase>(&one)) {
      add("erase " + std::to_string(gone->number));
    } else {
      add(std::holds_alternative<stop>(one) ? "stop" : "over");
    }
  }
  return all;
}

class Session : public ::testing::Test {
protected:
  std::string step(const event& e) { return words(now_.step(e, box, instant{at += 1s})); }
  std::vector<message> box;
  duration at{0};
  session now_{purpose::leave, "204", {}};
};

class Leaving : public Session {};
class Fetching : public Session {
protected:
  Fetching() { now_ = session{purpose::fetch, "204", {}}; }
};

constexpr const char* intro = "say vm-theperson 204 vm-isunavail vm-intro beep, record";

TEST_F(Leaving, S17_GreetingMessageHangUp) {
  EXPECT_EQ(step(begin{}), intro);
  EXPECT_EQ(step(said{}), "");
  EXPECT_EQ(step(gone{}), "stop");
  EXPECT_EQ(step(voice_of(4s)), "keep 4 s; over");
  EXPECT_EQ(step(voice_of(4s)), ""); // once
}

TEST_F(Leaving, S17_SilenceOrTheLimitEndsItAndTheCallerHearsThatItIsKept) {
  step(begin{});
  step(said{});
  EXPECT_EQ(step(voice_of(9s)), "keep 9 s; say vm-msgsaved");
  EXPECT_EQ(step(said{}), "over");
}

TEST_F(Leaving, S17_HangingUpInTheGreetingKeepsNothing) {
  step(begin{});
  EXPECT_EQ(step(gone{}), "over");
}

TEST_F(Leaving, S17_LessThanASecondIsNoMessage) {
  step(begin{});
  step(said{});
  EXPECT_EQ(step(voice_of(999ms)), "say vm-tooshort");
}

TEST_F(Leaving, S17_TheKeyIsPressedAndThenTheReceiverPutDown) {
  step(begin{});
  step(said{});
  EXPECT_EQ(step(digit{'#'}), "stop");
  EXPECT_EQ(step(gone{}), "stop");
  EXPECT_EQ(step(voice_of(2s)), "keep 2 s; over");
}

TEST_F(Leaving, S17_OtherKeysDoNothing) {
  step(begin{});
  for (const char key : std::string_view("0123456789*"))
    EXPECT_EQ(step(digit{key}), "") << key;
  EXPECT_EQ(step(digit{'#'}), "say beep, record");
}

TEST_F(Leaving, S17_AFullMailboxAndAFullDiskAreSaid) {
  box.assign(30, new_one(1));
  EXPECT_EQ(step(begin{}), "say vm-mailboxfull");
  EXPECT_TRUE(now_.was_full());
  EXPECT_EQ(step(said{}), "over");
  box.clear();
  now_ = session{purpose::leave, "204", {}};
  EXPECT_EQ(step(begin{false}), "say vm-mailboxfull");
  EXPECT_FALSE(now_.was_full());
}

TEST_F(Fetching, S17_AnEmptyMailboxIsSaidToBe) {
  EXPECT_EQ(step(begin{}), "say vm-youhave vm-no vm-messages");
  EXPECT_EQ(step(said{}), "over");
}

TEST_F(Fetching, S17_NewOnesComeBeforeThoseThatWereHeard) {
  box = {new_one(3, true), new_one(5), new_one(6, true), new_one(8)};
  EXPECT_EQ(step(begin{}), "say vm-youhave 2 vm-INBOX vm-and 2 vm-Old vm-messages");
  EXPECT_EQ(step(said{}), "say <5>");
  EXPECT_EQ(step(digit{'6'}), "heard 5; say <8>");
  EXPECT_EQ(step(digit{'#'}), "heard 8; say <3>");
  EXPECT_EQ(step(digit{'7'}), "erase 3; say vm-deleted <6>");
  EXPECT_EQ(step(said{}), "heard 6; say vm-repeat vm-next vm-delete");
  EXPECT_EQ(step(digit{'5'}), "say <6>");
  EXPECT_EQ(step(digit{'6'}), "heard 6; say vm-nomore vm-goodbye");
  EXPECT_EQ(step(digit{'7'}), ""); // there is none
  EXPECT_EQ(step(said{}), "over");
}

TEST_F(Fetching, S17_KeysWhileTheyAreCounted) {
  box = {new_one(1), new_one(2)};
  step(begin{});
  EXPECT_EQ(step(digit{'7'}), "");        // nobody deletes what was not begun
  EXPECT_EQ(step(digit{'6'}), "say <1>"); // the first is the next
}

TEST_F(Fetching, S17_AKeyIsWaitedForTenSeconds) {
  box = {new_one(1)};
  step(begin{});
  EXPECT_EQ(now_.next_deadline(), never);
  step(said{});
  step(said{});
  EXPECT_EQ(now_.next_deadline(), never);
  step(said{}); // the menu
  EXPECT_EQ(now_.next_deadline(), instant{at + 10s});
  step(digit{'9'}); // none of them: so long again
  EXPECT_EQ(now_.next_deadline(), instant{at + 10s});
  EXPECT_EQ(step(waited{}), "say vm-goodbye");
  EXPECT_EQ(now_.next_deadline(), never);
}

TEST_F(Fetching, S17_HangingUpAtAnyTimeEndsIt) {
  box = {new_one(1)};
  step(begin{});
  step(said{});
  EXPECT_EQ(step(gone{}), "over");
  EXPECT_EQ(step(said{}), "");
  EXPECT_EQ(step(gone{}), "");
}

// ---- silence -----------------------------------------------------------------------------------

/// A 1000 Hz sine of so many dBm0 (0 dBm0: 22,827 peak), as A-law.
std::vector<std::uint8_t> sine(double dbm0, duration length) {
  std::vector<std::uint8_t> octets(static_cast<std::size_t>(length / frame_time));
  const double peak = 22827 * std::pow(10, dbm0 / 20);
  for (std::size_t n = 0; n < octets.size(); ++n)
    octets[n] = dsp::g711::encode_a(static_cast<std::int16_t>(
        std::lround(peak * std::sin(2 * std::numbers::pi * static_cast<double>(n) / 8))));
  return octets;
}

TEST(Recording, S17_SpeechEndsWithTheLastSoundAndHalfASecond) {
  recording r;
  EXPECT_EQ(r.worth(), 0U);
  r.take(sine(-20, 2s));
  r.take(sine(-99, 3s));
  EXPECT_EQ(r.length(), 5s);
  EXPECT_EQ(r.quiet(), 3s);
  EXPECT_EQ(r.worth(), 20'000U);
}

TEST(Recording, S17_APauseIsNotTheEnd) {
  recording r;
  r.take(sine(-30, 1s));
  r.take(sine(-99, 2s));
  r.take(sine(-30, 1s));
  EXPECT_EQ(r.quiet(), 0s);
  EXPECT_EQ(r.worth(), 32'000U);
}

TEST(Recording, S17_ALineAtRestIsSilentAndASoftVoiceIsNot) {
  recording noise;
  noise.take(sine(-50, 5s));
  EXPECT_EQ(noise.quiet(), 5s);
  EXPECT_EQ(noise.worth(), 0U);
  recording soft;
  soft.take(sine(-40, 5s));
  EXPECT_EQ(soft.quiet(), 0s);
}

TEST(Recording, S17_InWhateverPiecesItComes) {
  const auto all = sine(-20, 1s);
  recording r;
  for (std::size_t n = 0; n < all.size(); n += 7)
    r.take(std::span(all).subspan(n, std::min<std::size_t>(7, all.size() - n)));
  EXPECT_EQ(r.length(), 1s);
  EXPECT_EQ(r.quiet(), 0s);
}

// ---- prompts -----------------------------------------------------------------------------------

TEST(Prompts, S17_NumbersAreSpokenFromTheFilesThatThereAre) {
  using names = std::vector<std::string>;
  EXPECT_EQ(names_of_count(0), names{"digits/0"});
  EXPECT_EQ(names_of_count(20), names{"digits/20"});
  EXPECT_EQ(names_of_count(21), (names{"digits/20", "digits/1"}));
  EXPECT_EQ(names_of_count(90), names{"digits/90"});
  EXPECT_EQ(names_of_count(101), (names{"digits/1", "digits/0", "digits/1"}));
  EXPECT_EQ(names_of_digits("20*#"),
            (names{"digits/2", "digits/0", "digits/star", "digits/pound"}));
}

TEST(Prompts, S17_WhatTheSessionsSayIsInThePackage) {
  if (!std::filesystem::exists(test::prompt("vm-goodbye")))
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  prompts all(test::speech_folder());
  samples said;
  for (const auto* name :
       {"vm-theperson",   "vm-isunavail", "vm-intro",    "vm-msgsaved", "vm-tooshort",
        "vm-mailboxfull", "vm-youhave",   "vm-no",       "vm-INBOX",    "vm-Old",
        "vm-and",         "vm-message",   "vm-messages", "vm-repeat",   "vm-next",
        "vm-delete",      "vm-deleted",   "vm-nomore",   "vm-goodbye",  "im-sorry"})
    all.add(said, {phrase::kind::prompt, name});
  for (unsigned n = 0; n < 100; ++n)
    all.add(said, {phrase::kind::count, {}, n});
  EXPECT_EQ(all.take_missing(), std::vector<std::string>());
  EXPECT_GT(said.size(), 8000U * 60);
}

TEST(Prompts, S17_TonesStandInForWhatIsMissing) {
  prompts none("/nowhere");
  samples said;
  none.add(said, {phrase::kind::count, {}, 3}); // three of 150 ms, each with a pause
  EXPECT_EQ(said.size(), 3U * 2400);
  unsigned beats = 0;
  for (std::size_t n = 0; n + 80 <= said.size(); n += 80) {
    const auto loud = [&](std::size_t at) {
      return std::any_of(said.begin() + static_cast<std::ptrdiff_t>(at),
                         said.begin() + static_cast<std::ptrdiff_t>(at + 80),
                         [](std::int16_t s) { return std::abs(int{s}) > 1000; });
    };
    beats += loud(n) && (n == 0 || !loud(n - 80));
  }
  EXPECT_EQ(beats, 3U);
  EXPECT_EQ(none.take_missing().size(), 1U);
  none.add(said, {phrase::kind::count, {}, 3});
  EXPECT_TRUE(none.take_missing().empty()); // told once
}

} // namespace
} // namespace switchroom::voicemail
