// SPDX-License-Identifier: MIT
#include "switchroom/dsp/wav.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <optional>
#include <sstream>

namespace switchroom::dsp {
namespace {

static_assert(std::endian::native == std::endian::little, "RIFF is little-endian");

constexpr std::uint16_t pcm = 1;
constexpr std::uint32_t rate_hz = 8000;

// The body of a `fmt ` chunk, as in Microsoft's "Multimedia Programming Interface and Data
// Specifications 1.0", and in the same order.
struct wav_format {
  std::uint16_t coding;
  std::uint16_t channels;
  std::uint32_t rate_hz;
  std::uint32_t octets_per_second;
  std::uint16_t octets_per_frame;
  std::uint16_t bits;
};
static_assert(sizeof(wav_format) == 16);

struct chunk_header {
  std::array<char, 4> name;
  std::uint32_t size;
  bool is(const char* wanted) const { return std::memcmp(name.data(), wanted, 4) == 0; }
};

template <typename T>
bool read_raw(std::istream& in, T& value) {
  return static_cast<bool>(in.read(reinterpret_cast<char*>(&value), sizeof value));
}

template <typename T>
void write_raw(std::ostream& out, const T& value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string sox_command(const std::filesystem::path& file) {
  const std::filesystem::path converted = file.parent_path() / (file.stem().string() + "-8k.wav");
  return "give a recording; if this is one: sox '" + file.string() +
         "' -r 8000 -c 1 -b 16 -e signed '" + converted.string() + "'";
}

wav_error wrong_format(const std::filesystem::path& file, const wav_format& found) {
  std::string what = "cannot use " + file.string() + ": it has " + std::to_string(found.rate_hz) +
                     " Hz, " + std::to_string(found.channels) +
                     (found.channels == 1 ? " channel, " : " channels, ") +
                     std::to_string(found.bits) + " bits";
  if (found.coding != pcm) {
    what += ", coding " + std::to_string(found.coding);
  }
  what += "; needed are 8000 Hz, 1 channel, 16 bits, PCM (coding 1)";
  return {wav_fault::wrong_format, std::move(what), sox_command(file)};
}

bool playable(const wav_format& found, std::uint16_t most_channels) {
  return found.coding == pcm && found.channels >= 1 && found.channels <= most_channels &&
         found.bits == 16 && found.rate_hz == rate_hz;
}

std::variant<std::vector<std::int16_t>, wav_error> read_data(std::istream& in, std::uint32_t octets,
                                                             const std::filesystem::path& file) {
  // Not sized by what the header claims: a broken one may claim 4 GB.
  std::vector<std::int16_t> samples;
  std::array<std::int16_t, 4096> block;
  for (std::uint32_t left = octets / 2; left > 0;) {
    const std::uint32_t wanted = std::min<std::uint32_t>(left, block.size());
    in.read(reinterpret_cast<char*>(block.data()), std::streamsize{wanted} * 2);
    const auto got = static_cast<std::uint32_t>(in.gcount() / 2);
    samples.insert(samples.end(), block.begin(), block.begin() + got);
    left -= got;
    if (got < wanted) {
      return wav_error{wav_fault::cut_short,
                       "cannot use " + file.string() + ": it ends after " +
                           std::to_string(samples.size()) + " of " + std::to_string(octets / 2) +
                           " samples",
                       "copy the file again, or repair it: sox --ignore-length IN.wav OUT.wav"};
    }
  }
  return samples;
}

wav_error takes_no_more(const std::filesystem::path& file, double seconds) {
  std::ostringstream what;
  what << file.string() << " takes no more: only the first " << std::fixed << std::setprecision(1)
       << seconds << " s are in it";
  return {wav_fault::disk_full, what.str(),
          "free space on its disk, or name a file on another one; `df` shows what is free"};
}

void write_header(std::ostream& out, std::uint32_t samples, std::uint16_t channels) {
  const auto block = static_cast<std::uint16_t>(2 * channels);
  const wav_format format{pcm, channels, rate_hz, rate_hz * block, block, 16};
  out.seekp(0);
  write_raw(out, chunk_header{{'R', 'I', 'F', 'F'}, 36 + samples * 2});
  out.write("WAVE", 4);
  write_raw(out, chunk_header{{'f', 'm', 't', ' '}, sizeof format});
  write_raw(out, format);
  write_raw(out, chunk_header{{'d', 'a', 't', 'a'}, samples * 2});
}

/// In turn of each channel.
struct sound {
  std::uint16_t channels;
  std::vector<std::int16_t> samples;
};

std::variant<sound, wav_error> read_sound(const std::filesystem::path& file,
                                          std::uint16_t most_channels) {
  std::ifstream in(file, std::ios::binary);
  chunk_header riff{};
  std::array<char, 4> kind{};
  if (!in || std::filesystem::is_directory(file)) {
    return wav_error{wav_fault::cannot_open, "cannot open " + file.string(), "check the path"};
  }
  if (!read_raw(in, riff) || !riff.is("RIFF") || !read_raw(in, kind) ||
      std::memcmp(kind.data(), "WAVE", 4) != 0) {
    return wav_error{wav_fault::not_wav, "cannot use " + file.string() + ": it is no WAV file",
                     sox_command(file)};
  }
  std::optional<wav_format> format;
  for (chunk_header chunk{}; read_raw(in, chunk);) {
    if (chunk.is("fmt ") && chunk.size >= sizeof(wav_format)) {
      format.emplace();
      read_raw(in, *format);
      if (!playable(*format, most_channels)) {
        return wrong_format(file, *format);
      }
      in.seekg(chunk.size - sizeof(wav_format) + (chunk.size & 1U), std::ios::cur);
    } else if (chunk.is("data") && format) {
      auto read = read_data(in, chunk.size, file);
      if (auto* wrong = std::get_if<wav_error>(&read)) {
        return std::move(*wrong);
      }
      return sound{format->channels, std::get<0>(std::move(read))};
    } else {
      in.seekg(std::streamoff{chunk.size} + (chunk.size & 1U), std::ios::cur);
    }
  }
  return wav_error{wav_fault::not_wav, "cannot use " + file.string() + ": it has no samples",
                   sox_command(file)};
}

} // namespace

std::variant<std::vector<std::int16_t>, wav_error> read_wav(const std::filesystem::path& file) {
  auto read = read_sound(file, 1);
  if (auto* wrong = std::get_if<wav_error>(&read)) {
    return std::move(*wrong);
  }
  return std::get<sound>(std::move(read)).samples;
}

std::variant<std::vector<std::vector<std::int16_t>>, wav_error>
read_wav_channels(const std::filesystem::path& file) {
  const auto read = read_sound(file, 2);
  if (const auto* wrong = std::get_if<wav_error>(&read)) {
    return *wrong;
  }
  const auto& all = std::get<sound>(read);
  std::vector<std::vector<std::int16_t>> channels(all.channels);
  for (std::size_t n = 0; n < all.samples.size(); ++n) {
    channels[n % all.channels].push_back(all.samples[n]);
  }
  return channels;
}

std::variant<wav_writer, wav_error> wav_writer::create(const std::filesystem::path& file,
                                                       std::uint16_t channels) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) {
    return wav_error{wav_fault::cannot_write, "cannot write " + file.string(),
                     "check that its folder exists and may be written to"};
  }
  write_header(out, 0, channels);
  out.flush();
  if (!out) {
    return takes_no_more(file, 0);
  }
  return wav_writer(file, std::move(out), channels);
}

wav_writer& wav_writer::operator=(wav_writer&& other) noexcept {
  flush();
  path_ = std::move(other.path_);
  file_ = std::move(other.file_);
  channels_ = other.channels_;
  pending_ = std::move(other.pending_);
  written_ = other.written_;
  return *this;
}

wav_writer::~wav_writer() {
  flush();
}

void wav_writer::write(float sample) {
  pending_.push_back(
      static_cast<std::int16_t>(std::lround(std::clamp(sample, -32768.0F, 32767.0F))));
  if (pending_.size() == std::size_t{rate_hz} * channels_) {
    flush();
  }
}

std::optional<wav_error> wav_writer::flush() {
  if (!file_.is_open()) {
    return std::nullopt;
  }
  file_.seekp(0, std::ios::end);
  file_.write(reinterpret_cast<const char*>(pending_.data()),
              static_cast<std::streamsize>(pending_.size() * sizeof(std::int16_t)));
  // The samples first: the header tells of none that are not there.
  file_.flush();
  const auto written = written_ + static_cast<std::uint32_t>(pending_.size());
  pending_.clear();
  write_header(file_, written, channels_);
  file_.flush();
  if (!file_) {
    return takes_no_more(path_, static_cast<double>(written_) / rate_hz / channels_);
  }
  written_ = written;
  return std::nullopt;
}

} // namespace switchroom::dsp
