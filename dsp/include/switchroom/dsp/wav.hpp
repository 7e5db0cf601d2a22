// SPDX-License-Identifier: MIT
/// The one WAV format of phones and measurements: RIFF, PCM, mono, 16 bit, 8000 Hz; captures of
/// lines are stereo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace switchroom::dsp {

enum class wav_fault { cannot_open, not_wav, wrong_format, cut_short, cannot_write, disk_full };

/// What is wrong, naming the file, and what to do about it.
struct wav_error {
  wav_fault fault;
  std::string what;
  std::string remedy;
};

/// The samples of a file. Chunks other than `fmt ` and `data` are passed over.
std::variant<std::vector<std::int16_t>, wav_error> read_wav(const std::filesystem::path& file);

/// The same of one or two channels: each as a vector of its own.
std::variant<std::vector<std::vector<std::int16_t>>, wav_error>
read_wav_channels(const std::filesystem::path& file);

/// Writes while it records: the header is made right once a second, so that a recording that is
/// cut off can still be played.
class wav_writer {
public:
  /// Truncates the file.
  static std::variant<wav_writer, wav_error> create(const std::filesystem::path& file,
                                                    std::uint16_t channels = 1);

  wav_writer(wav_writer&& other) noexcept = default;
  wav_writer& operator=(wav_writer&& other) noexcept;
  ~wav_writer();

  /// Clips to 16 bits. Of each channel in turn.
  void write(float sample);
  /// Puts what was given so far into the file. What is wrong if it did not take all of that, now or
  /// before: it can be played as far as it says then, and takes nothing any more.
  std::optional<wav_error> flush();

private:
  wav_writer(std::filesystem::path path, std::ofstream file, std::uint16_t channels)
      : path_(std::move(path)), file_(std::move(file)), channels_(channels) {}

  std::filesystem::path path_;
  std::ofstream file_;
  std::uint16_t channels_;
  std::vector<std::int16_t> pending_;
  std::uint32_t written_ = 0; ///< samples that the header tells of
};

} // namespace switchroom::dsp
