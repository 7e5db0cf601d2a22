// SPDX-License-Identifier: MIT
#include "switchroom/dsp/wav.hpp"

#include "../speech.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::dsp {
namespace {

namespace fs = std::filesystem;

class Wav : public testing::Test {
protected:
  Wav() { fs::create_directories(folder_); }
  ~Wav() override { fs::remove_all(folder_); }
  fs::path path(const std::string& name) const { return folder_ / name; }

  // A file as the standard lays it out, octet by octet.
  fs::path write(const std::string& name, std::uint16_t coding, std::uint16_t channels,
                 std::uint32_t rate, std::uint16_t bits, std::uint32_t data_size = 8) const {
    std::string octets = "RIFF" + number(36 + data_size, 4) + "WAVEfmt " + number(16, 4) +
                         number(coding, 2) + number(channels, 2) + number(rate, 4) +
                         number(rate * channels * bits / 8, 4) + number(channels * bits / 8U, 2) +
                         number(bits, 2) + "data" + number(data_size, 4) +
                         std::string("\x01\x00\xff\xff\xff\x7f\x00\x80", 8);
    std::ofstream(path(name), std::ios::binary) << octets;
    return path(name);
  }

  static std::string number(std::uint32_t value, int octets) {
    std::string out;
    for (int n = 0; n < octets; ++n) {
      out += static_cast<char>(value >> (8 * n) & 0xffU);
    }
    return out;
  }

private:
  fs::path folder_ =
      fs::temp_directory_path() / (std::string("switchroom-wav-") +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
};

wav_error refusal(const fs::path& file) {
  auto read = read_wav(file);
  const auto* error = std::get_if<wav_error>(&read);
  return error != nullptr ? *error : wav_error{};
}

TEST_F(Wav, ReadsWhatTheStandardSays) {
  const auto read = read_wav(write("four.wav", 1, 1, 8000, 16));
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read));
  EXPECT_EQ(std::get<0>(read), (std::vector<std::int16_t>{1, -1, 32767, -32768}));
}

TEST_F(Wav, PassesOverOtherChunks) {
  const std::string octets = "RIFF" + number(60, 4) + "WAVELIST" + number(3, 4) +
                             std::string("abc\0", 4) + "fmt " + number(16, 4) + number(1, 2) +
                             number(1, 2) + number(8000, 4) + number(16000, 4) + number(2, 2) +
                             number(16, 2) + "data" + number(2, 4) + std::string("\x34\x12", 2);
  std::ofstream(path("list.wav"), std::ios::binary) << octets;
  const auto read = read_wav(path("list.wav"));
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read));
  EXPECT_EQ(std::get<0>(read), std::vector<std::int16_t>{0x1234});
}

TEST_F(Wav, ReadsTheChannelsOfACapture) {
  {
    auto created = wav_writer::create(path("call.wav"), 2);
    ASSERT_TRUE(std::holds_alternative<wav_writer>(created));
    for (const float sample : {1.F, 2.F, 3.F, 4.F}) {
      std::get<wav_writer>(created).write(sample);
    }
  }
  const auto read = read_wav_channels(path("call.wav"));
  ASSERT_TRUE(std::holds_alternative<std::vector<std::vector<std::int16_t>>>(read));
  EXPECT_EQ(std::get<0>(read), (std::vector<std::vector<std::int16_t>>{{1, 3}, {2, 4}}));
  EXPECT_EQ(refusal(path("call.wav")).fault, wav_fault::wrong_format) << "a phone has one";
  EXPECT_EQ(std::get<wav_error>(read_wav_channels(write("three.wav", 1, 3, 8000, 16))).fault,
            wav_fault::wrong_format);
}

TEST_F(Wav, ReadsTheSpeechOfThePackage) {
  const fs::path speech = test::prompt("hello-world");
  ASSERT_TRUE(fs::exists(speech)) << speech << " is missing: run scripts/setup";
  const auto read = read_wav(speech);
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read));
  EXPECT_EQ(std::get<0>(read).size(), 11234U); // as soxi counts them
}

TEST_F(Wav, RefusesAWrongFormatSayingWhatWasFoundAndHowToConvert) {
  const fs::path wide = write("wide.wav", 1, 2, 16000, 24);
  const wav_error error = refusal(wide);
  EXPECT_EQ(error.fault, wav_fault::wrong_format);
  EXPECT_EQ(error.what, "cannot use " + wide.string() +
                            ": it has 16000 Hz, 2 channels, 24 bits; needed are 8000 Hz, 1 "
                            "channel, 16 bits, PCM (coding 1)");
  EXPECT_EQ(error.remedy, "give a recording; if this is one: sox '" + wide.string() +
                              "' -r 8000 -c 1 -b 16 -e signed '" + path("wide-8k.wav").string() +
                              "'");
  for (const fs::path& file :
       {write("rate.wav", 1, 1, 44100, 16), write("channels.wav", 1, 2, 8000, 16),
        write("bits.wav", 1, 1, 8000, 8), write("coding.wav", 6, 1, 8000, 16)}) {
    EXPECT_EQ(refusal(file).fault, wav_fault::wrong_format) << file;
  }
}

TEST_F(Wav, RefusesWhatIsMissingCutOrNoWav) {
  EXPECT_EQ(refusal(path("absent.wav")).what, "cannot open " + path("absent.wav").string());
  EXPECT_EQ(refusal(path("")).fault, wav_fault::cannot_open);
  std::ofstream(path("text.wav")) << "this is not a sound";
  EXPECT_EQ(refusal(path("text.wav")).fault, wav_fault::not_wav);
  std::ofstream(path("empty.wav")) << "";
  EXPECT_EQ(refusal(path("empty.wav")).fault, wav_fault::not_wav);
  const wav_error cut = refusal(write("cut.wav", 1, 1, 8000, 16, 4'000'000'000U));
  EXPECT_EQ(cut.fault, wav_fault::cut_short);
  EXPECT_NE(cut.what.find("after 4 of 2000000000 samples"), std::string::npos) << cut.what;
}

TEST_F(Wav, WritesTheStandardHeaderAndReadsBackWhatItWrote) {
  std::vector<std::int16_t> expected;
  {
    auto created = wav_writer::create(path("out.wav"));
    ASSERT_TRUE(std::holds_alternative<wav_writer>(created));
    wav_writer writer = std::get<wav_writer>(std::move(created));
    for (int n = 0; n < 20'000; ++n) {
      expected.push_back(static_cast<std::int16_t>(n * 977));
      writer.write(expected.back());
    }
    writer.write(40'000.0F);
    writer.write(-40'000.0F);
  }
  expected.push_back(32767);
  expected.push_back(-32768);
  const auto read = read_wav(path("out.wav"));
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read));
  EXPECT_EQ(std::get<0>(read), expected);
  std::ifstream file(path("out.wav"), std::ios::binary);
  const std::string octets{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(octets.size(), 44 + 2 * 20'002U);
  EXPECT_EQ(octets.substr(0, 44), "RIFF" + number(36 + 40'004, 4) + "WAVEfmt " + number(16, 4) +
                                      number(1, 2) + number(1, 2) + number(8000, 4) +
                                      number(16000, 4) + number(2, 2) + number(16, 2) + "data" +
                                      number(40'004, 4));
}

TEST_F(Wav, RecordingCanBeReadWhileItRuns) {
  auto created = wav_writer::create(path("live.wav"));
  ASSERT_TRUE(std::holds_alternative<wav_writer>(created));
  wav_writer writer = std::get<wav_writer>(std::move(created));
  for (int n = 0; n < 8100; ++n) {
    writer.write(5.0F);
  }
  const auto read = read_wav(path("live.wav"));
  ASSERT_TRUE(std::holds_alternative<std::vector<std::int16_t>>(read));
  EXPECT_EQ(std::get<0>(read).size(), 8000U);
}

TEST_F(Wav, CannotWriteWhereThereIsNoFolder) {
  const auto created = wav_writer::create(path("none/out.wav"));
  ASSERT_TRUE(std::holds_alternative<wav_error>(created));
  EXPECT_EQ(std::get<wav_error>(created).what, "cannot write " + path("none/out.wav").string());
}

} // namespace
} // namespace switchroom::dsp
