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
    if (ask.has_voice()) // two seconds
      reply.mutable_voice()->set_a_law(std::string(16000, '\xd5'));
    if (ask.has_capture()) {
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
  std::atomic<int> stops_{0};

private:
  boost::asio::io_context io_;
  std::unique_ptr<control::server> server_;
  std::thread thread_;
};

const std::string remedy =
    "  remedy: free space on its disk, or name a file on another one; `df` shows what is free\n";
/// 512 octets each (IEEE Std 1003.1, ulimit): 40,960.
const std::string quota = "trap '' XFSZ; ulimit -f 80;";

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
    tone.set_return_loss_db(-10 - dbm0);
  }
  const auto found = run("line test 3");
  EXPECT_EQ(found.code, 0);
  EXPECT_NE(found.text.find("-22.0"), std::string::npos) << found.text;
  EXPECT_NE(found.text.find("12.0"), std::string::npos) << found.text;
  EXPECT_EQ(found.text.find("80.0"), std::string::npos) << found.text;
  EXPECT_EQ(found.text.find("87.0"), std::string::npos) << found.text;
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
