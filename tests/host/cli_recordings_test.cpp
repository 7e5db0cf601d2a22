// SPDX-License-Identifier: MIT
// What switchroom(1) says of lines that are recorded or tested, asked of a gateway whose answers
// are known. A full disk is /dev/full, or a file that may not grow (RLIMIT_FSIZE, as a quota does).
#include "app/config.hpp"
#include "control/server.hpp"
#include "switchroom/dsp/wav.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <thread>

namespace switchroom::cli {
namespace {

namespace fs = std::filesystem;
using control::v1::Reply;
using control::v1::Request;

class Recordings : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "switchroom-cli-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::create_directory(folder_ / "bristol");
    auto listening = control::server::listen(
        io_.get_executor(), folder_ / "bristol" / app::control_socket,
        [this](const Request& ask, const control::answer& to) { to(answer(ask)); });
    ASSERT_TRUE(listening) << listening.error().what;
    server_ = std::move(*listening);
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    boost::asio::post(io_, [this] { server_.reset(); });
    thread_.join();
    fs::remove_all(folder_);
  }

  Reply answer(const Request& ask) {
    Reply reply;
    if (ask.has_line_test())
      *reply.mutable_line_test() = tested_;
    if (ask.has_levels())
      *reply.mutable_levels() = levels_;
    if (ask.has_echo())
      *reply.mutable_echo() = echo_;
    if (ask.has_tone()) {
      tone_ = ask.tone();
      reply.mutable_done()->set_text("as told");
    }
    if (ask.has_voice()) // two seconds
      reply.mutable_voice()->set_a_law(std::string(16000, '\xd5'));
    if (ask.has_capture() && ask.capture().has_more() && --board_lasts_ < 0) {
      reply.mutable_error()->set_what("The board is gone.");
    } else if (ask.has_capture()) {
      stops_ += ask.capture().has_stop();
      reply.mutable_capture()->set_number(1);
      reply.mutable_capture()->set_channels(2);
      if (!ask.capture().has_line()) // half a second
        reply.mutable_capture()->set_samples(std::string(16000, 'x'));
    }
    return reply;
  }

  struct told {
    int code;
    std::string text;
  };
  /// `limits` are the shell's, of what files may grow to.
  told run(const std::string& arguments, const std::string& limits = "") {
    const std::string command = "cd " + folder_.string() + "; " + limits +
                                " exec " SWITCHROOM " --run . -g bristol " + arguments + " 2>&1";
    FILE* out = popen(command.c_str(), "r");
    std::string text;
    for (std::array<char, 256> line{}; std::fgets(line.data(), line.size(), out) != nullptr;)
      text += line.data();
    return {WEXITSTATUS(pclose(out)), text};
  }

  fs::path folder_;
  control::v1::LineTest tested_;
  control::v1::Levels levels_;
  control::v1::EchoState echo_;
  control::v1::ToneRequest tone_;
  std::atomic<int> stops_{0};
  std::atomic<int> board_lasts_{1000}; ///< answers to captures

private:
  boost::asio::io_context io_;
  std::unique_ptr<control::server> server_;
  std::thread thread_;
};

const std::string remedy =
    "  remedy: free space on its disk, or name a file on another one; `df` shows what is free\n";
/// 512 octets each (IEEE Std 1003.1, ulimit): 40,960.
const std::string quota = "trap '' XFSZ; ulimit -f 80;";

TEST_F(Recordings, ACaptureInJsonHasFigures) {
  const auto got = run("--json capture line 5 --seconds 0.5 five.wav");
  EXPECT_EQ(got.code, 0);
  EXPECT_EQ(got.text, "{\"seconds\":5E-1,\"channels\":2,\"file\":\"five.wav\",\"lost\":0}\n");
  board_lasts_ = 0;
  EXPECT_EQ(run("--json capture line 5 five.wav").text.find("until then"), std::string::npos);
}

TEST_F(Recordings, ACaptureOntoAFullDiskEndsAndSaysHowMuchThereIs) {
  const auto full = run("capture line 5 --seconds 5 /dev/full");
  EXPECT_EQ(full.code, 1);
  EXPECT_EQ(full.text,
            "switchroom: /dev/full takes no more: only the first 0.0 s are in it\n" + remedy);
  EXPECT_EQ(stops_, 1);
  // Half a second has 16,000 octets: of the third there is room for a part.
  const auto grown = run("capture line 5 --seconds 5 call.wav", quota);
  EXPECT_EQ(grown.code, 1);
  EXPECT_EQ(grown.text,
            "switchroom: call.wav takes no more: only the first 1.0 s are in it\n" + remedy);
  EXPECT_EQ(stops_, 2);
}

TEST_F(Recordings, ACaptureThatTheBoardEndsSaysWhatThereIs) {
  board_lasts_ = 2;
  const auto cut = run("capture line 5 --seconds 5 call.wav");
  EXPECT_EQ(cut.code, 1);
  EXPECT_EQ(cut.text, "switchroom: The board is gone.\nThe 1.0 s until then are in call.wav.\n");
  EXPECT_EQ(fs::file_size(folder_ / "call.wav"), 44u + 2u * 16000);
}

TEST_F(Recordings, ACaptureGoesToAFile) {
  const auto pipe = run("capture line 5 -");
  EXPECT_EQ(pipe.code, 2);
  EXPECT_NE(pipe.text.find("cannot go to a pipe"), std::string::npos) << pipe.text;
  EXPECT_FALSE(fs::exists(folder_ / "-"));
  const auto none = run("capture line 5 call.wav --seconds 0");
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.text.find("0 is no number from 0.1 to 86400"), std::string::npos) << none.text;
}

TEST_F(Recordings, ACaptureThatFitsIsWritten) {
  const auto all = run("capture line 5 --seconds 1 call.wav", quota);
  EXPECT_EQ(all.code, 0);
  EXPECT_EQ(all.text, "1.0 s, 2 channels, written to call.wav; 0 samples lost.\n");
  EXPECT_EQ(fs::file_size(folder_ / "call.wav"), 44u + 2u * 16000);
}

TEST_F(Recordings, AMessageThatDoesNotFitIsNotSaidToBeWritten) {
  const auto fits = run("mailbox export 204 1 message.wav", quota);
  EXPECT_EQ(fits.text, "2.0 s written to message.wav.\n");
  const auto cut = run("mailbox export 204 1 message.wav", "trap '' XFSZ; ulimit -f 40;");
  EXPECT_EQ(cut.code, 1);
  EXPECT_EQ(cut.text,
            "switchroom: message.wav takes no more: only the first 1.0 s are in it\n" + remedy);
  const auto read = dsp::read_wav(folder_ / "message.wav");
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read)) << "can be played";
  EXPECT_EQ(std::get<0>(read).size(), 8000u);
}

TEST_F(Recordings, ALineTestHasNoReturnLossOfWhatDidNotComeBack) {
  tested_.set_off_hook(true);
  tested_.set_sent_dbm0(-10);
  tested_.set_noise_dbm0(-65);
  for (const double dbm0 : {-22., -90., -97.}) {
    auto& tone = *tested_.add_tones();
    tone.set_hz(1004);
    tone.set_level_dbm0(dbm0);
    if (dbm0 > -90)
      tone.set_return_loss_db(-10 - dbm0);
  }
  const auto in_json = run("--json line test 3").text;
  std::size_t losses = 0;
  for (auto at = in_json.find("returnLossDb"); at != std::string::npos;
       at = in_json.find("returnLossDb", at + 1))
    ++losses;
  EXPECT_EQ(losses, 1u) << in_json;
  const auto found = run("line test 3");
  EXPECT_EQ(found.code, 0);
  EXPECT_NE(found.text.find("-22.0"), std::string::npos) << found.text;
  EXPECT_NE(found.text.find("12.0"), std::string::npos) << found.text;
  EXPECT_EQ(found.text.find("80.0"), std::string::npos) << found.text;
  EXPECT_EQ(found.text.find("87.0"), std::string::npos) << found.text;
}

TEST_F(Recordings, ALineTestThatSomebodyDisturbedSaysSo) {
  tested_.set_off_hook(true);
  tested_.add_tones()->set_hz(1004);
  EXPECT_EQ(run("line test 3").text.find("isturbed"), std::string::npos);
  tested_.mutable_tones(0)->set_disturbed(true);
  EXPECT_NE(run("line test 3").text.find("disturbed: something else"), std::string::npos);
  tested_.set_noise_disturbed(true);
  EXPECT_NE(run("line test 3").text.find("disturbed: it was not steady"), std::string::npos);
  tested_.set_off_hook(false);
  tested_.set_hook_changed(true); // figures are of a part of it
  const auto changed = run("line test 3");
  EXPECT_EQ(changed.code, 0);
  EXPECT_NE(changed.text.find("lifted or put down in the test"), std::string::npos);
}

/// Noise, in the right channel 80 samples later and half as large (6.02 dB): 10 ms.
TEST_F(Recordings, AChannelOfACaptureIsMeasured) {
  {
    auto mono = dsp::wav_writer::create(folder_ / "played.wav");
    auto stereo = dsp::wav_writer::create(folder_ / "call.wav", 2);
    std::mt19937 random(5);
    std::normal_distribution<float> noise(0, 4000);
    std::vector<float> played(16000);
    for (std::size_t n = 0; n < played.size(); ++n) {
      played[n] = noise(random);
      std::get<dsp::wav_writer>(mono).write(played[n]);
      std::get<dsp::wav_writer>(stereo).write(0);
      std::get<dsp::wav_writer>(stereo).write(n < 80 ? 0 : played[n - 80] / 2);
    }
  }
  const auto hears = run("measure played.wav call.wav --channel hears");
  EXPECT_EQ(hears.code, 0);
  EXPECT_NE(hears.text.find("delay        10.00 ms\ngain         -6.02 dB"), std::string::npos)
      << hears.text;
  EXPECT_EQ(run("measure played.wav call.wav --channel says").code, 1);
}

TEST_F(Recordings, AToneIsPutIntoALineAsATechnicianSays) {
  EXPECT_EQ(run("line tone 3 --hz 2804 --dbm0 -20 --seconds 5").text, "as told\n");
  EXPECT_EQ(tone_.ShortDebugString(), "line: 3 on: true hz: 2804 level_dbm0: -20 seconds: 5");
  run("line tone 3");
  EXPECT_EQ(tone_.ShortDebugString(), "line: 3 on: true hz: 1004 level_dbm0: -10");
  run("line tone 3 --off");
  EXPECT_FALSE(tone_.on());
}

TEST_F(Recordings, LevelsAreShownBothWaysWithTheirSlots) {
  auto& line = *levels_.add_lines();
  line.set_name("line 3");
  line.set_state("in call");
  line.set_slot(2);
  line.mutable_says()->set_rms_dbm0(-21.04);
  line.mutable_says()->set_peak_dbm0(-7.5);
  line.set_hears_slot(64);
  line.mutable_hears()->set_rms_dbm0(-99);
  line.mutable_hears()->set_peak_dbm0(-99);
  EXPECT_EQ(run("levels 3").text,
            "LINE    STATE    SLOT  SAYS dBm0  PEAK  HEARS SLOT  HEARS dBm0  PEAK  OVERLOAD\n"
            "line 3  in call     2      -21.0  -7.5          64           -     -\n");
  line.mutable_hears()->set_overload(true);
  EXPECT_NE(run("levels 3").text.find("  hears\n"), std::string::npos);
}

TEST_F(Recordings, AnEchoIsToldInWordsThatPeopleKnow) {
  echo_.set_line(3);
  echo_.set_state("works");
  echo_.set_tail_ms(64);
  echo_.set_has_ms(64);
  echo_.set_from_ms(32);
  echo_.set_hears_dbm0(-10);
  echo_.set_returns_dbm0(-22);
  echo_.set_left_dbm0(-50);
  echo_.set_erl_db(12);
  echo_.set_erle_db(28);
  EXPECT_EQ(
      run("echo 3").text,
      "Line 3: a canceller of 64 ms works; its tail lies at 32 to 96 ms of the board's pool.\n"
      "  hears    -10.0 dBm0\n"
      "  returns  -22.0 dBm0, echo return loss (ERL) 12.0 dB\n"
      "  left     -50.0 dBm0, echo return loss enhancement (ERLE) 28.0 dB\n"
      "Figures of an echo only while nobody speaks at the line.\n");
  echo_.Clear();
  echo_.set_line(3);
  echo_.set_tail_ms(64);
  echo_.set_state("no room");
  EXPECT_NE(run("echo 3").text.find("no room for it"), std::string::npos);
  echo_.set_tail_ms(0);
  EXPECT_EQ(run("echo 3").text, "Line 3: no echo canceller is wanted.\n");
}

TEST_F(Recordings, ALineTestWithTheReceiverDownFailsWithoutFigures) {
  tested_.add_tones()->set_level_dbm0(-70);
  const auto down = run("line test 3");
  EXPECT_EQ(down.code, 1);
  EXPECT_EQ(down.text, "switchroom: the receiver of line 3 is down: the line's codec is off, and "
                       "nothing can come back\n  remedy: lift it, or put a termination there\n");
  const auto in_json = run("--json line test 3");
  EXPECT_EQ(in_json.code, 1);
  EXPECT_EQ(in_json.text.find("evelDbm0"), std::string::npos) << in_json.text;
}

} // namespace
} // namespace switchroom::cli
