// SPDX-License-Identifier: MIT
#include "span/far_end.hpp"

#include <algorithm>

namespace switchroom::sim {
namespace {
constexpr std::size_t most_waiting = 64;
constexpr std::size_t most_heard = 8000; // a second that nobody takes
constexpr std::uint8_t silence = 0xd5;   // A-law
constexpr unsigned signalling_slot = 16;
} // namespace

span_far_end::span_far_end(const span_options& options) : options_(options), random_(options.seed) {
  saying_.fill(silence);
  saying_[signalling_slot] = 0xff;
}

void span_far_end::say(const span_frame& octets) {
  if (waiting_.size() == most_waiting) {
    waiting_.pop_front();
    ++figures_.lost;
  }
  waiting_.push_back(octets);
}

void span_far_end::take(std::vector<span_frame>& frames) {
  frames.insert(frames.end(), heard_.begin(), heard_.end());
  heard_.clear();
}

bool span_far_end::next_bit() {
  if (place_ == 0) {
    if (waiting_.empty()) {
      saying_[signalling_slot] = 0xff;
      ++figures_.repeated;
    } else {
      saying_ = waiting_.front();
      waiting_.pop_front();
    }
  }
  golden::e1_transmitter::contents contents;
  contents.crc4 = options_.crc4;
  contents.a = !aligned();
  contents.e = receiver_.crc() && wrong_ == 0;
  contents.octet = saying_[place_ / 8];
  if (place_ == 0 && transmitter_.e_is_next() && wrong_ > 0) {
    --wrong_;
  }
  const bool bit = transmitter_.send(place_, contents);
  place_ = (place_ + 1) % 256;
  return bit;
}

golden::e1_pulse span_far_end::struck(golden::e1_pulse pulse) {
  constexpr double two_to_32 = 4294967296.0;
  if (options_.bit_errors <= 0 ||
      static_cast<double>(random_.next() >> 32U) >= options_.bit_errors * two_to_32) {
    return pulse;
  }
  if (pulse.positive || pulse.negative) {
    return {};
  }
  return {.positive = random_.between(0, 1) != 0, .negative = false};
}

std::vector<golden::e1_pulse> span_far_end::arrives() {
  std::vector<golden::e1_pulse> pulses;
  for (due_ += 1 + options_.ppm * 1e-6; due_ >= 1; due_ -= 1) {
    const golden::e1_pulse pulse = struck(coder_.code(next_bit()));
    pulses.push_back(pulled_ ? golden::e1_pulse{} : pulse);
  }
  return pulses;
}

void span_far_end::hears(golden::e1_pulse pulse) {
  const auto got = receiver_.take(pulled_ ? golden::e1_pulse{} : pulse, options_.crc4 ? 2 : 0, 0);
  figures_.violations += got.violation ? 1 : 0;
  figures_.fas_errors += got.fas_error ? 1 : 0;
  figures_.crc_errors += got.crc_error ? 1 : 0;
  figures_.e_bits += got.e_bit ? 1 : 0;
  figures_.alignments += got.change ? 1 : 0;
  wrong_ = receiver_.crc() ? std::min(wrong_ + (got.crc_error ? 1U : 0U), 3U) : 0;
  if (!got.octet) {
    return;
  }
  hearing_[got.slot] = *got.octet;
  if (got.slot == 31 && aligned() && heard_.size() < most_heard) {
    heard_.push_back(hearing_);
  }
}

} // namespace switchroom::sim
