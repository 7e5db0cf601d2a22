// SPDX-License-Identifier: MIT
#include "phone/caller_display.hpp"

#include "loop/levels.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace switchroom::sim {
namespace {

constexpr std::uint64_t ms = frames_per_ms;
constexpr std::uint64_t after_ringing = 6500 * ms;   // the longest pause of a cadence
constexpr std::uint64_t belongs_to_ring = 3000 * ms; // a message, and ringing that begins then
constexpr std::uint64_t before_key = 20 * ms;        // GR-30: 0 … 100 ms after the alert
constexpr std::uint64_t patience = 1200 * ms;        // key, pause, and the longest message
constexpr std::uint64_t other_receiver = 30 * ms;    // is so much later at most

} // namespace

void caller_display::listen_for(std::uint64_t frames) {
  if (listening_ == 0) {
    for (auto& one : receivers_) {
      one.reset();
    }
    error_.reset();
  }
  listening_ = frames;
}

bool caller_display::hear(float sample, bool waiting) {
  const auto linear =
      static_cast<std::int16_t>(std::lrint(std::clamp(sample, -32768.0F, 32767.0F)));
  --listening_;
  for (auto& one : receivers_) {
    one.feed(linear);
    while (const auto heard = one.take()) {
      if (const auto* who = std::get_if<dsp::caller_id>(&*heard)) {
        last_ = shown{*who, waiting, {}};
        ++messages_;
        since_message_ = 0;
        listening_ = 0;
        error_.reset();
        return true;
      }
      error_ = dsp::to_string(std::get<dsp::message_error>(*heard));
      until_error_ = other_receiver;
    }
  }
  if (error_ && until_error_-- == 0) {
    last_ = shown{{}, waiting, *std::exchange(error_, std::nullopt)};
    return true;
  }
  return false;
}

void caller_display::step_on_hook(const line_state& now) {
  if (now.new_ringing && since_message_ > belongs_to_ring) {
    last_.reset();
  }
  if ((was_ringing_ && !now.ringing) || (now.reversed && !was_reversed_)) {
    listen_for(after_ringing);
  }
  if (listening_ > 0 && !now.ringing) {
    hear(now.sample, false);
  }
}

caller_display::output caller_display::step_off_hook(const line_state& now) {
  if (listening_ == 0) {
    if (alert_.step(
            static_cast<std::int16_t>(std::lrint(std::clamp(now.sample, -32768.0F, 32767.0F))))) {
      listen_for(patience);
      until_key_ = before_key;
    }
    return {};
  }
  const bool press = until_key_ > 0 && --until_key_ == 0;
  if (hear(now.sample, true)) {
    listening_ = 0;
  }
  if (listening_ == 0) {
    alert_.reset();
  }
  return {.mute = true, .acknowledge = press};
}

caller_display::output caller_display::step(const line_state& now) {
  since_message_ += since_message_ == never ? 0U : 1U;
  since_ringing_ = now.ringing ? 0 : since_ringing_ + (since_ringing_ == never ? 0U : 1U);
  if (now.off_hook && !was_off_hook_ && since_ringing_ > after_ringing &&
      since_message_ > after_ringing) {
    last_.reset(); // lifted to call, not to answer
  }
  if (now.off_hook != was_off_hook_) {
    listening_ = 0;
    until_key_ = 0;
    alert_.reset();
  }
  output out;
  if (now.off_hook) {
    out = step_off_hook(now);
  } else {
    step_on_hook(now);
  }
  was_ringing_ = now.ringing;
  was_reversed_ = now.reversed;
  was_off_hook_ = now.off_hook;
  return out;
}

} // namespace switchroom::sim
