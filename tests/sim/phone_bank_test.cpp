// SPDX-License-Identifier: MIT
// Requests of proto/phone.proto, carried out over frames.
#include "board/phone_bank.hpp"

#include "frame_bench.hpp"
#include "loop/levels.hpp"
#include "loop/subscriber_loop.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

namespace v1 = switchroom::phone::v1;

// Two phones on lines that the test rings.
class two_phones {
public:
  two_phones() {
    for (std::size_t n = 0; n < 2; ++n) {
      lines_[n].handset.bind(sets_[n]);
    }
  }
  void run_ms(unsigned ms) { bench_.run(std::uint64_t{ms} * frames_per_ms); }

  // The answer, if it came at once; later ones are in `reply`.
  std::optional<v1::Reply> ask(const v1::Request& request) {
    reply.reset();
    bank_.submit(request, {.frame = bench_.frame(), .at_s = 12.5, .real_time_factor = 3.0},
                 [this](const v1::Reply& answer) { reply = answer; });
    return reply;
  }
  v1::Request request(std::uint32_t line) const {
    v1::Request out;
    out.set_line(line);
    return out;
  }
  void lift(std::uint32_t line) {
    v1::Request off = request(line);
    off.mutable_off_hook();
    ask(off);
  }

  std::array<line_drive, 2> drive{};
  std::optional<v1::Reply> reply;

private:
  std::array<phone, 2> sets_{phone("phone_1"), phone("phone_2")};
  std::array<subscriber_loop, 2> lines_{subscriber_loop("line_1", {}),
                                        subscriber_loop("line_2", {})};
  phone_bank bank_{{&sets_[0], &sets_[1]}};
  frame_bench bench_{"bench", [this](std::uint64_t frame) {
                       for (std::size_t n = 0; n < 2; ++n) {
                         lines_[n].exchange(drive[n]);
                       }
                       bank_.step({.frame = frame + 1});
                     }};
};

TEST(PhoneBank, DialIsAnsweredWhenTheLastKeyIsReleased) {
  two_phones phones;
  phones.run_ms(1);
  phones.lift(1);
  v1::Request dial = phones.request(1);
  dial.mutable_dial()->set_digits("*35,204");
  EXPECT_FALSE(phones.ask(dial));
  const unsigned due_ms = 6 * 70 + 5 * 70 + 1000; // six keys, the pauses between, a comma
  phones.run_ms(due_ms - 1);
  EXPECT_FALSE(phones.reply);
  phones.run_ms(1);
  ASSERT_TRUE(phones.reply);
  EXPECT_EQ(phones.reply->error(), "");
  EXPECT_EQ(phones.reply->frame(), (1 + due_ms) * 8);
  ASSERT_EQ(phones.reply->phones_size(), 1);
  EXPECT_TRUE(phones.reply->phones(0).off_hook());
}

TEST(PhoneBank, PulsesAreAnsweredWhenTheDialHasReturned) {
  two_phones phones;
  phones.run_ms(1);
  phones.lift(2);
  v1::Request dial = phones.request(2);
  dial.mutable_dial()->set_digits("20");
  dial.mutable_dial()->set_pulse(true);
  EXPECT_FALSE(phones.ask(dial));
  phones.run_ms(200 + 750 + 1000 - 1);
  EXPECT_FALSE(phones.reply);
  phones.run_ms(1);
  EXPECT_TRUE(phones.reply);
}

TEST(PhoneBank, RefusesWithASentenceAndARemedy) {
  two_phones phones;
  phones.run_ms(1);
  v1::Request dial = phones.request(1);
  dial.mutable_dial()->set_digits("1");
  auto reply = phones.ask(dial);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error(), "line 1 is on-hook and cannot dial");
  EXPECT_EQ(reply->remedy(), "take it off-hook first");
  phones.lift(1);
  dial.mutable_dial()->set_digits("12x4");
  EXPECT_EQ(phones.ask(dial).value().error(), "the phone has no key 'x'");
  dial.mutable_dial()->set_digits("12*");
  dial.mutable_dial()->set_pulse(true);
  EXPECT_EQ(phones.ask(dial).value().error(), "the phone has no key '*'");
  v1::Request state = phones.request(3);
  state.mutable_state();
  reply = phones.ask(state);
  EXPECT_EQ(reply.value().error(), "there is no phone on line 3");
  EXPECT_NE(reply.value().remedy().find("lines 1 to 2"), std::string::npos);
  state.set_line(0);
  EXPECT_EQ(phones.ask(state).value().error(), "there is no phone on line 0");
  EXPECT_EQ(phones.ask(phones.request(1)).value().error(), "the request asks for nothing");
  v1::Request play = phones.request(1);
  play.mutable_play()->set_file("/nowhere/speech.wav");
  EXPECT_EQ(phones.ask(play).value().error(), "cannot open /nowhere/speech.wav");
  v1::Request record = phones.request(1);
  record.mutable_record()->set_file("/nowhere/out.wav");
  EXPECT_EQ(phones.ask(record).value().error(), "cannot write /nowhere/out.wav");
  v1::Request flash = phones.request(1);
  flash.mutable_flash()->set_ms(5000);
  EXPECT_EQ(phones.ask(flash).value().error(), "a flash of 5000 ms is too long");
}

TEST(PhoneBank, HangingUpEndsDiallingWithAnError) {
  two_phones phones;
  phones.run_ms(1);
  phones.lift(1);
  v1::Request dial = phones.request(1);
  dial.mutable_dial()->set_digits("123");
  std::optional<v1::Reply> dialled;
  EXPECT_FALSE(phones.ask(dial));
  phones.run_ms(100);
  EXPECT_FALSE(phones.reply);
  v1::Request hang_up = phones.request(1);
  hang_up.mutable_on_hook();
  EXPECT_EQ(phones.ask(hang_up).value().error(), "");
  phones.run_ms(1);
  EXPECT_EQ(phones.reply.value().error(), "line 1 went on-hook before its last key");
}

TEST(PhoneBank, WaitsForRingingAndForSilence) {
  two_phones phones;
  phones.run_ms(10);
  v1::Request wait = phones.request(2);
  wait.mutable_wait_for()->set_what(v1::WaitFor::RINGING);
  wait.mutable_wait_for()->set_timeout_ms(500);
  EXPECT_FALSE(phones.ask(wait));
  phones.run_ms(499);
  EXPECT_FALSE(phones.reply);
  phones.run_ms(1);
  EXPECT_EQ(phones.reply.value().error(), "line 2 did not ring within 500 ms of board time");

  EXPECT_FALSE(phones.ask(wait));
  phones.drive[1].ring = true;
  phones.run_ms(1);
  ASSERT_TRUE(phones.reply);
  EXPECT_EQ(phones.reply->error(), "");
  EXPECT_TRUE(phones.reply->phones(0).ringing());
  EXPECT_EQ(phones.reply->phones(0).rings(), 1U);

  phones.run_ms(999);
  phones.drive[1].ring = false;
  wait.mutable_wait_for()->set_what(v1::WaitFor::SILENT);
  wait.mutable_wait_for()->set_timeout_ms(7000);
  EXPECT_FALSE(phones.ask(wait));
  phones.run_ms(6499);
  EXPECT_FALSE(phones.reply);
  phones.run_ms(1);
  ASSERT_TRUE(phones.reply);
  EXPECT_EQ(phones.reply->error(), "");
  ASSERT_EQ(phones.reply->phones(0).ring_ms_size(), 1);
  EXPECT_EQ(phones.reply->phones(0).ring_ms(0), 1000U);
}

TEST(PhoneBank, AllDescribesEveryPhoneAndCarriesTheMoment) {
  two_phones phones;
  phones.run_ms(10);
  phones.lift(2);
  v1::Request all = phones.request(0);
  all.mutable_all();
  const v1::Reply reply = phones.ask(all).value();
  ASSERT_EQ(reply.phones_size(), 2);
  EXPECT_EQ(reply.phones(0).line(), 1U);
  EXPECT_FALSE(reply.phones(0).off_hook());
  EXPECT_EQ(reply.phones(1).line(), 2U);
  EXPECT_TRUE(reply.phones(1).off_hook());
  EXPECT_EQ(reply.frame(), 80U);
  EXPECT_EQ(reply.at_s(), 12.5);
  EXPECT_EQ(reply.real_time_factor(), 3.0);
}

TEST(PhoneBank, PlaysAndRecordsFiles) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  const std::string speech = folder / "switchroom-phone-bank-speech.wav";
  const std::string heard = folder / "switchroom-phone-bank-heard.wav";
  {
    auto writer = std::get<dsp::wav_writer>(dsp::wav_writer::create(speech));
    for (int n = 0; n < 800; ++n) {
      writer.write(1000);
    }
  }
  two_phones phones;
  phones.run_ms(1);
  phones.lift(1);
  v1::Request record = phones.request(1);
  record.mutable_record()->set_file(heard);
  EXPECT_EQ(phones.ask(record).value().error(), "");
  v1::Request play = phones.request(1);
  play.mutable_play()->set_file(speech);
  const v1::Reply at_once = phones.ask(play).value();
  EXPECT_TRUE(at_once.phones(0).playing());
  EXPECT_TRUE(at_once.phones(0).recording());
  v1::Request wait = phones.request(1);
  wait.mutable_wait_for()->set_what(v1::WaitFor::PLAYED);
  wait.mutable_wait_for()->set_timeout_ms(1000);
  EXPECT_FALSE(phones.ask(wait));
  phones.run_ms(99);
  EXPECT_FALSE(phones.reply);
  phones.run_ms(1);
  EXPECT_EQ(phones.reply.value().error(), "");
  record.mutable_record()->clear_file();
  EXPECT_FALSE(phones.ask(record).value().phones(0).recording());
  EXPECT_EQ(std::get<0>(dsp::read_wav(heard)).size(), 800U);
  std::filesystem::remove(speech);
  std::filesystem::remove(heard);
}

} // namespace
} // namespace switchroom::sim
