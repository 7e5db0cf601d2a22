// SPDX-License-Identifier: MIT
#include "media/codec.hpp"

#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/g722.hpp"
#include "switchroom/dsp/g726.hpp"
#include "switchroom/dsp/resampler.hpp"

#include <algorithm>
#include <array>
#include <opus/opus.h>
#include <stdexcept>

namespace switchroom::media {
namespace {

constexpr std::size_t largest = voice_coder::largest_packet;

/// The length of what has an octet for each sample at 8 kHz, as G.711 and G.722 do.
std::size_t octet_a_sample(std::span<const std::uint8_t> octets) {
  return octets.size() <= largest ? octets.size() : 0;
}

class g711_coder : public voice_coder {
public:
  explicit g711_coder(dsp::g711::law law) : law_(law) {}
  coding what() const override { return law_ == dsp::g711::law::a ? coding::pcma : coding::pcmu; }
  std::size_t encode(std::span<const std::int16_t> samples,
                     std::span<std::uint8_t, largest> octets) override {
    std::ranges::transform(samples, octets.begin(),
                           [this](std::int16_t s) { return dsp::g711::encode(law_, s); });
    return samples.size();
  }
  std::size_t decode(std::span<const std::uint8_t> octets,
                     std::span<std::int16_t, largest> samples) override {
    const std::size_t count = length(octets);
    std::ranges::transform(octets.first(count), samples.begin(),
                           [this](std::uint8_t o) { return dsp::g711::decode(law_, o); });
    return count;
  }
  std::size_t length(std::span<const std::uint8_t> octets) const override {
    return octet_a_sample(octets);
  }

private:
  dsp::g711::law law_;
};

class g722_coder : public voice_coder {
public:
  coding what() const override { return coding::g722; }
  std::size_t encode(std::span<const std::int16_t> samples,
                     std::span<std::uint8_t, largest> octets) override {
    std::array<std::int16_t, 2 * largest> wide;
    const std::size_t count = up_.process(samples, wide);
    return encoder_.encode(std::span(wide).first(count), octets);
  }
  std::size_t decode(std::span<const std::uint8_t> octets,
                     std::span<std::int16_t, largest> samples) override {
    std::array<std::int16_t, 2 * largest> wide;
    const std::size_t count = decoder_.decode(octets.first(length(octets)), wide);
    return down_.process(std::span(wide).first(count), samples);
  }
  std::size_t length(std::span<const std::uint8_t> octets) const override {
    return octet_a_sample(octets);
  }
  void decode_anew() override { decoder_ = dsp::g722::decoder(); }

private:
  dsp::g722::encoder encoder_;
  dsp::g722::decoder decoder_;
  dsp::resampler up_{dsp::rates::from_8_to_16}, down_{dsp::rates::from_16_to_8};
};

class g726_coder : public voice_coder {
public:
  g726_coder(coding which, dsp::g726::rate r) : which_(which), rate_(r), encoder_(r), decoder_(r) {}
  coding what() const override { return which_; }
  std::size_t encode(std::span<const std::int16_t> samples,
                     std::span<std::uint8_t, largest> octets) override {
    std::array<std::uint8_t, largest> codes;
    const std::size_t count = encoder_.encode(samples, codes);
    return pack(rate_, dsp::g726::order::low_bits_first, std::span(codes).first(count), octets);
  }
  std::size_t decode(std::span<const std::uint8_t> octets,
                     std::span<std::int16_t, largest> samples) override {
    if (length(octets) == 0)
      return 0;
    std::array<std::uint8_t, largest> codes;
    const std::size_t count = unpack(rate_, dsp::g726::order::low_bits_first, octets, codes);
    return decoder_.decode(std::span(codes).first(count), samples);
  }
  std::size_t length(std::span<const std::uint8_t> octets) const override {
    const std::size_t count =
        octets.size() / octets_of_group(rate_) * dsp::g726::codes_of_group(rate_);
    return count <= largest ? count : 0;
  }
  void decode_anew() override { decoder_ = dsp::g726::decoder(rate_); }

private:
  coding which_;
  dsp::g726::rate rate_;
  dsp::g726::encoder encoder_;
  dsp::g726::decoder decoder_;
};

/// libopus codes and decodes at 8 kHz by itself.
class opus_coder : public voice_coder {
public:
  opus_coder() {
    int failed = OPUS_OK;
    encoder_.reset(opus_encoder_create(rate, 1, OPUS_APPLICATION_VOIP, &failed));
    if (failed == OPUS_OK)
      decoder_.reset(opus_decoder_create(rate, 1, &failed));
    if (failed != OPUS_OK)
      throw std::runtime_error(std::string("libopus: ") + opus_strerror(failed));
    // Of four kilohertz, more bits are not heard; a packet more of work is: it is the voice
    // thread's.
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(bit_rate));
    opus_encoder_ctl(encoder_.get(), OPUS_SET_COMPLEXITY(complexity));
  }
  coding what() const override { return coding::opus; }
  std::size_t encode(std::span<const std::int16_t> samples,
                     std::span<std::uint8_t, largest> octets) override {
    const auto size = opus_encode(encoder_.get(), samples.data(), static_cast<int>(samples.size()),
                                  octets.data(), static_cast<opus_int32>(octets.size()));
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  std::size_t decode(std::span<const std::uint8_t> octets,
                     std::span<std::int16_t, largest> samples) override {
    const auto count =
        opus_decode(decoder_.get(), octets.data(), static_cast<opus_int32>(octets.size()),
                    samples.data(), static_cast<int>(samples.size()), 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  std::size_t length(std::span<const std::uint8_t> octets) const override {
    std::array<opus_int16, most_frames> sizes;
    const auto frames = opus_packet_parse(octets.data(), static_cast<opus_int32>(octets.size()),
                                          nullptr, nullptr, sizes.data(), nullptr);
    if (frames <= 0)
      return 0;
    const auto count =
        static_cast<std::size_t>(frames) *
        static_cast<std::size_t>(opus_packet_get_samples_per_frame(octets.data(), rate));
    return count <= largest ? count : 0;
  }
  void decode_anew() override { opus_decoder_ctl(decoder_.get(), OPUS_RESET_STATE); }

private:
  static constexpr std::size_t most_frames = 48; ///< of a packet (RFC 6716, 3.2.5)
  static constexpr opus_int32 rate = 8000, bit_rate = 20'000, complexity = 3;
  struct ends {
    void operator()(OpusEncoder* one) const { opus_encoder_destroy(one); }
    void operator()(OpusDecoder* one) const { opus_decoder_destroy(one); }
  };
  std::unique_ptr<OpusEncoder, ends> encoder_;
  std::unique_ptr<OpusDecoder, ends> decoder_;
};

} // namespace

std::string_view name_of(coding what) {
  switch (what) {
  case coding::pcmu:
    return "PCMU";
  case coding::pcma:
    return "PCMA";
  case coding::g722:
    return "G722";
  case coding::g726_16:
    return "G726-16";
  case coding::g726_24:
    return "G726-24";
  case coding::g726_32:
    return "G726-32";
  case coding::g726_40:
    return "G726-40";
  case coding::opus:
    break;
  }
  return "opus";
}

unsigned clock_of(coding what) {
  return what == coding::opus ? 48'000 : 8'000;
}

unsigned packet_time_of(coding what, unsigned asked_ms) {
  // RFC 6716, 2.1.4: frames of 10, 20, 40 and 60 ms.
  const bool between = asked_ms == 30 || asked_ms == 50;
  return what == coding::opus && between ? asked_ms - 10 : asked_ms;
}

std::shared_ptr<voice_coder> make_coder(coding what) {
  // These keep nothing of what they have coded: one does for all.
  static const auto mu_law = std::make_shared<g711_coder>(dsp::g711::law::mu),
                    a_law = std::make_shared<g711_coder>(dsp::g711::law::a);
  switch (what) {
  case coding::pcmu:
    return mu_law;
  case coding::pcma:
    return a_law;
  case coding::g722:
    return std::make_shared<g722_coder>();
  case coding::g726_16:
    return std::make_shared<g726_coder>(what, dsp::g726::rate::kbit_16);
  case coding::g726_24:
    return std::make_shared<g726_coder>(what, dsp::g726::rate::kbit_24);
  case coding::g726_32:
    return std::make_shared<g726_coder>(what, dsp::g726::rate::kbit_32);
  case coding::g726_40:
    return std::make_shared<g726_coder>(what, dsp::g726::rate::kbit_40);
  case coding::opus:
    break;
  }
  return std::make_shared<opus_coder>();
}

} // namespace switchroom::media
