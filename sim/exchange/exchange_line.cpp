// SPDX-License-Identifier: MIT
#include "exchange/exchange_line.hpp"

#include "loop/levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace switchroom::sim {
namespace {

constexpr double tone_hz = 425, tone_dbm0 = -12;
constexpr std::uint32_t ringing_ms = 1000, ringing_turn_ms = 5000;
constexpr std::uint32_t beat_ms = 480; // of busy tone
constexpr double shown_from_ms = 1500; // caller ID begins, of ringing
constexpr std::size_t most_heard = std::size_t{60} * frames_per_second;

} // namespace

exchange_line::exchange_line(const sc_core::sc_module_name& name, const exchange_options& options)
    : sc_module(name), options_(options) {
  using switchroom::regs::dtmf_block;
  using switchroom::regs::fxs_block;
  hook_.write(fxs_block::line_config::offset, fxs_block::line_config::enable::of(1));
  keys_.write(dtmf_block::channel_config::offset, dtmf_block::channel_config::enable::of(1));
}

void exchange_line::enter(state next) {
  state_ = next;
  since_ = 0;
  if (next == state::talking) {
    heard_.clear();
  }
  if (next != state::talking) {
    reversed_ = false;
  }
}

void exchange_line::call(const dsp::caller_id& who) {
  if (state_ != state::idle) {
    return;
  }
  shown_ = options_.caller_id ? dsp::caller_id_signal::after_ring(who, *options_.caller_id,
                                                                  dsp::message_format::multiple)
                              : std::vector<std::int16_t>{};
  enter(state::ringing);
}

void exchange_line::answer() {
  if (state_ == state::ringback) {
    enter(state::talking);
    reversed_ = options_.reverses_on_answer;
  }
}

void exchange_line::hang_up() {
  if (state_ == state::ringing) {
    enter(state::idle);
  } else if (state_ == state::talking) {
    enter(state::released);
  }
}

void exchange_line::play(std::vector<std::int16_t> samples) {
  speech_ = std::move(samples);
  spoken_ = 0;
}

bool exchange_line::rings_now() const {
  return state_ == state::ringing &&
         static_cast<std::uint64_t>(ms()) % ringing_turn_ms < ringing_ms;
}

// What the line is sent in this frame.
float exchange_line::sound() {
  const auto now = static_cast<std::uint64_t>(ms());
  bool tone = false;
  switch (state_) {
  case state::ringing: {
    const double at = (ms() - shown_from_ms) * frames_per_ms;
    return at >= 0 && at < static_cast<double>(shown_.size())
               ? static_cast<float>(shown_[static_cast<std::size_t>(at)])
               : 0.0F;
  }
  case state::dial_tone:
    tone = now >= options_.dial_tone_after_ms;
    break;
  case state::ringback:
    tone = now % ringing_turn_ms < ringing_ms;
    break;
  case state::busy:
    tone = now / beat_ms % 2 == 0;
    break;
  case state::released:
    tone = now >= options_.release_break_ms && (now - options_.release_break_ms) / beat_ms % 2 == 0;
    break;
  case state::talking:
    return spoken_ < speech_.size() ? static_cast<float>(speech_[spoken_++]) : 0.0F;
  default:
    break;
  }
  const double turns = tone_hz * static_cast<double>(frame_) / frames_per_second;
  return tone ? static_cast<float>(sine_peak(tone_dbm0) * std::sin(2 * std::numbers::pi * turns))
              : 0.0F;
}

void exchange_line::take(char digit) {
  if (state_ != state::dial_tone && state_ != state::dialling) {
    return;
  }
  dialled_ += digit;
  enter(state::dialling);
  if (dialled_.size() == options_.number_digits) {
    enter(dialled_.starts_with(options_.busy_prefix) ? state::busy : state::ringback);
  }
}

void exchange_line::hear(const handset_sense& line) {
  closed_ = line.contact_closed;
  std::vector<golden::board_event> events;
  if (frame_ % frames_per_ms == 0) {
    events = hook_.tick([this](unsigned) { return closed_; });
  }
  const float clipped = std::clamp(line.mouthpiece, -32768.0F, 32767.0F);
  const std::array sample{static_cast<std::int16_t>(std::lrint(clipped))};
  for (const auto& event : keys_.frame(sample)) {
    events.push_back(event);
  }
  for (const auto& event : events) {
    switch (event.kind) {
    case regs::event_kind::off_hook:
      off_hook_ = true;
      if (state_ == state::ringing) {
        enter(state::talking);
      } else {
        dialled_.clear();
        enter(state::dial_tone);
      }
      break;
    case regs::event_kind::on_hook:
      off_hook_ = false;
      enter(state::idle);
      break;
    case regs::event_kind::pulse_digit:
      take(static_cast<char>('0' + event.data % 10));
      break;
    case regs::event_kind::dtmf_on:
      take(static_cast<char>(event.data));
      break;
    default:
      break;
    }
  }
  if (state_ == state::talking && heard_.size() < most_heard) {
    heard_.push_back(line.mouthpiece);
  }
}

void exchange_line::step() {
  const bool fed = state_ != state::released || ms() >= options_.release_break_ms;
  const float sample = sound();
  const handset_sense line = handset->exchange(
      {.earpiece = sample, .ringing = rings_now(), .reversed = reversed_, .fed = fed});
  ++since_;
  hear(line);
  if (state_ == state::ringback && options_.answer_after_ms != 0 &&
      ms() >= options_.answer_after_ms) {
    answer();
  }
  ++frame_;
}

} // namespace switchroom::sim
