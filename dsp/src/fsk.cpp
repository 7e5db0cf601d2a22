// SPDX-License-Identifier: MIT
#include "switchroom/dsp/fsk.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex> // before liquid.h, which then takes its complex type from here
#include <numbers>

#include <liquid/liquid.h>

namespace switchroom::dsp {
namespace {

constexpr double baud = 1200;
constexpr double a_bit = samples_per_second / baud;
constexpr unsigned last_marks = 8; // GR-30: 2 … 10 after the sum

// A tone summed over a bit, 6 2/3 samples, in whole ones.
constexpr std::array<float, 7> bit_window{5 / 6.F, 1, 1, 1, 1, 1, 5 / 6.F};

// What lets both tones and their keying pass: linear phase, so that edges stay where they are.
constexpr unsigned band_taps = 33;
constexpr double band_centre_hz = 1700, band_half_hz = 1150;

constexpr double faintest_carrier_dbm0 = -40; // of the power in the band
constexpr float power_share = 1 / 64.F;       // of a sample: 8 ms
constexpr float lost = 0.125F;                // of the carrier's power: it has gone
constexpr double marks_to_arm = 20;           // bits
constexpr double longest_pause = 20;          // bits of marks between octets (ETS 300 659-1: 10)
constexpr double edge_gain = 0.2;             // of an edge's lateness that is believed
constexpr float learning = 1 / 24.F;          // of a bit, about marks and spaces

float radians(double hz) {
  return static_cast<float>(2 * std::numbers::pi * hz / samples_per_second);
}

bool may_begin(std::uint8_t type) { // of any message: calls, messages waiting, charges, SMS
  return type == 0x04 || type == 0x06 || (type >= 0x80 && type <= 0x89);
}

} // namespace

fsk_frequencies frequencies_of(fsk_standard standard) {
  return standard == fsk_standard::bell202 ? fsk_frequencies{1200, 2200}
                                           : fsk_frequencies{1300, 2100};
}

void fsk_destroyer::operator()(nco_crcf_s* it) const {
  nco_crcf_destroy(it);
}
void fsk_destroyer::operator()(firfilt_rrrf_s* it) const {
  firfilt_rrrf_destroy(it);
}
void fsk_destroyer::operator()(firfilt_crcf_s* it) const {
  firfilt_crcf_destroy(it);
}

// ---- sender ----------------------------------------------------------------------------------

fsk_sender::fsk_sender(fsk_standard standard, std::vector<std::uint8_t> octets, const shape& how)
    : bits_a_sample_(how.baud / samples_per_second),
      mark_turn_(radians(frequencies_of(standard).mark_hz)),
      space_turn_(radians(frequencies_of(standard).space_hz)),
      peak_(static_cast<float>(peak_of_0dbm0 * std::pow(10, how.level_dbm0 / 20))),
      oscillator_(nco_crcf_create(LIQUID_VCO)) {
  for (unsigned n = 0; n < how.seizure_bits; ++n)
    bits_.push_back(n % 2 != 0);
  bits_.insert(bits_.end(), how.mark_bits, true);
  for (const auto octet : octets)
    add_octet(octet);
  bits_.insert(bits_.end(), last_marks, true);
}

void fsk_sender::add_octet(std::uint8_t octet) {
  bits_.push_back(false);
  for (unsigned n = 0; n < 8; ++n)
    bits_.push_back((octet >> n & 1U) != 0);
  bits_.push_back(true);
}

/// A sample in which one bit ends and the next begins turns by its share of each.
std::int16_t fsk_sender::next() {
  if (over())
    return 0;
  const auto turn_of = [this](std::size_t bit) { return bits_[bit] ? mark_turn_ : space_turn_; };
  const float value = peak_ * nco_crcf_sin(oscillator_.get());
  float turned = turn_of(bit_);
  into_bit_ += bits_a_sample_;
  if (into_bit_ >= 1) {
    into_bit_ -= 1;
    const auto fresh = static_cast<float>(into_bit_ / bits_a_sample_);
    ++bit_;
    turned = (1 - fresh) * turned + fresh * (over() ? mark_turn_ : turn_of(bit_));
  }
  nco_crcf_set_frequency(oscillator_.get(), turned);
  nco_crcf_step(oscillator_.get());
  return static_cast<std::int16_t>(std::lround(value));
}

// ---- receiver --------------------------------------------------------------------------------

fsk_receiver::fsk_receiver(fsk_standard standard)
    : mark_(make_tone(frequencies_of(standard).mark_hz)),
      space_(make_tone(frequencies_of(standard).space_hz)) {
  std::array<float, band_taps> taps{};
  liquid_firdes_kaiser(band_taps, static_cast<float>(band_half_hz / samples_per_second), 40, 0,
                       taps.data());
  const float gain = 2 * static_cast<float>(2 * band_half_hz / samples_per_second);
  for (unsigned n = 0; n < band_taps; ++n)
    taps[n] *=
        gain * std::cos(radians(band_centre_hz) * (static_cast<float>(n) - (band_taps - 1) / 2));
  band_.reset(firfilt_rrrf_create(taps.data(), band_taps));
  reset();
}

fsk_receiver::tone fsk_receiver::make_tone(double hz) {
  tone made;
  made.oscillator.reset(nco_crcf_create(LIQUID_VCO));
  nco_crcf_set_frequency(made.oscillator.get(), radians(hz));
  auto window = bit_window;
  made.over_a_bit.reset(firfilt_crcf_create(window.data(), static_cast<unsigned>(window.size())));
  return made;
}

void fsk_receiver::reset() {
  firfilt_rrrf_reset(band_.get());
  firfilt_crcf_reset(mark_.over_a_bit.get());
  firfilt_crcf_reset(space_.over_a_bit.get());
  now_ = start_ = expected_ = idle_since_ = 0;
  last_ = power_ = carrier_ = mark_mean_ = space_mean_ = 0;
  in_octet_ = armed_ = false;
  octets_.clear();
  heard_.clear();
}

std::optional<fsk_receiver::outcome> fsk_receiver::take() {
  if (heard_.empty())
    return std::nullopt;
  auto first = std::move(heard_.front());
  heard_.pop_front();
  return first;
}

void fsk_receiver::feed(samples in) {
  for (const auto sample : in)
    step(sample);
}

float fsk_receiver::loudness(tone& one, float sample) {
  std::complex<float> down, sum;
  nco_crcf_mix_down(one.oscillator.get(), {sample, 0}, &down);
  nco_crcf_step(one.oscillator.get());
  firfilt_crcf_push(one.over_a_bit.get(), down);
  firfilt_crcf_execute(one.over_a_bit.get(), &sum);
  return std::abs(sum);
}

void fsk_receiver::step(std::int16_t sample) {
  static const auto faintest = static_cast<float>(peak_of_0dbm0 * peak_of_0dbm0 / 2 *
                                                  std::pow(10, faintest_carrier_dbm0 / 10));
  float passed = 0;
  firfilt_rrrf_push(band_.get(), static_cast<float>(sample));
  firfilt_rrrf_execute(band_.get(), &passed);
  power_ += power_share * (passed * passed - power_);
  const float difference = loudness(mark_, passed) - loudness(space_, passed);
  now_ += 1;
  if (power_ < faintest || power_ < lost * carrier_) {
    give_up();
  } else {
    carrier_ = std::max(carrier_ * (1 - power_share / 8), power_);
    follow(difference - (mark_mean_ + space_mean_) / 2);
  }
  last_ = difference - (mark_mean_ + space_mean_) / 2;
}

/// The carrier has gone.
void fsk_receiver::give_up() {
  if (!octets_.empty())
    finish(message_error{message_fault::truncated});
  carrier_ = 0;
  mark_mean_ = space_mean_ = 0;
  in_octet_ = armed_ = false;
  idle_since_ = now_;
}

/// Edges and middles of bits. Between two samples the difference is taken as a straight line.
void fsk_receiver::follow(float now) {
  const bool falls = last_ >= 0 && now < 0, edge = falls || (last_ < 0 && now >= 0);
  const double crossed = edge ? now_ - 1 + double{last_} / (double{last_} - double{now}) : 0;
  if (!in_octet_) {
    if (falls)
      begin_octet(crossed);
    else if (now < 0)
      idle_since_ = now_; // no mark: nothing has begun here yet
    else if (!octets_.empty() && now_ - idle_since_ > longest_pause * a_bit)
      finish(message_error{message_fault::truncated});
    else if (now_ - idle_since_ > marks_to_arm * a_bit)
      armed_ = true;
    return;
  }
  if (edge && bit_ > 0) {
    const double late = crossed - start_;
    const double off = late - std::round(late / a_bit) * a_bit;
    start_ += edge_gain * off;
  }
  const double due = start_ + (bit_ + 0.5) * a_bit;
  if (due <= now_) {
    const double back = now_ - due;
    sample_bit(static_cast<float>(now + back * (double{last_} - double{now})));
  }
}

/// Octets mostly follow each other without a pause: then the edge is where it was expected, and
/// noise moves it half as much.
void fsk_receiver::begin_octet(double at) {
  const double off = at - expected_;
  start_ = std::abs(off) < 0.3 * a_bit ? at - off / 2 : at;
  in_octet_ = true;
  bit_ = 0;
  octet_ = 0;
}

void fsk_receiver::sample_bit(float value) {
  const bool mark = value >= 0;
  if (bit_ == 0 && mark) { // no start bit
    in_octet_ = false;
    return;
  }
  learn(value);
  if (bit_ >= 1 && bit_ <= 8)
    octet_ = static_cast<std::uint8_t>(octet_ | (mark ? 1U << (bit_ - 1) : 0U));
  if (++bit_ == 10)
    end_octet(mark);
}

/// `value` is seen from the middle as it was.
void fsk_receiver::learn(float value) {
  const float middle = (mark_mean_ + space_mean_) / 2;
  if (mark_mean_ == space_mean_) { // the first
    mark_mean_ = std::abs(value);
    space_mean_ = -std::abs(value);
    return;
  }
  float& mean = value >= 0 ? mark_mean_ : space_mean_;
  mean += learning * (value + middle - mean);
}

void fsk_receiver::end_octet(bool framed) {
  in_octet_ = false;
  expected_ = start_ + 10 * a_bit;
  idle_since_ = now_;
  if (armed_ || !octets_.empty())
    take_octet(octet_, framed);
}

/// Noise in the marks before a message looks like an octet of ones; seizure bits like 0x55.
void fsk_receiver::take_octet(std::uint8_t octet, bool framed) {
  if (octets_.empty() && !may_begin(octet)) {
    const bool noise = !framed || octet >= 0xe0;
    armed_ = noise;
    return;
  }
  armed_ = false;
  well_framed_ = framed && (well_framed_ || octets_.empty());
  octets_.push_back(octet);
  if (octets_.size() >= 2 && octets_.size() == message_length(octets_[1]))
    finish(well_framed_ ? decode(octets_) : message_error{message_fault::wrong_sum});
}

void fsk_receiver::finish(const outcome& what) {
  heard_.push_back(what);
  octets_.clear();
  armed_ = false;
}

} // namespace switchroom::dsp
