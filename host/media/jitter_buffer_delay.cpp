// SPDX-License-Identifier: MIT
// How the delay follows the network and the clocks.
#include "media/jitter_buffer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace switchroom::media {
namespace {

constexpr unsigned late_per_mille = 10, median_per_mille = 500, earlier_per_mille = 800;
/// Of fewer nobody concludes that less delay would do, or that a clock drifts.
constexpr std::uint32_t few_packets = 32, few_packets_fixed = 64;
/// A late packet counts as much as so many that are not, and after so much it is a longer way.
constexpr unsigned a_late_one = 8, longer_way = 3 * a_late_one;
constexpr std::uint32_t longer_way_after = 160; ///< samples from the first one on: 20 ms
constexpr std::int32_t near_enough = 8;         ///< samples: then adapting ends
/// Between two splices: what they join must be heard, or it sounds rough.
constexpr std::uint32_t pause_longer = 320, pause_shorter = 640;
/// How alike two places must be at first; then less by a tenth each so many samples.
constexpr double alike = 0.9;
constexpr double less_alike_soon = 320, less_alike_late = 4000;
/// Samples. What is less too long waits until places are alike.
constexpr std::int32_t much_too_short = 40, much_too_long = 80;

} // namespace

/// Before anything is done about it: a packet has come, when it did. Is it near enough to tell
/// something of its way?
bool jitter_buffer::observe(std::uint32_t timestamp) {
  const samples ahead = ahead_of_play(timestamp);
  if (ahead < -static_cast<samples>(most_delay) || ahead > static_cast<samples>(capacity))
    return false;
  arrivals_.see(frame_ - timestamp, frame_);
  watch_for_a_longer_way(frame_ - timestamp, ahead < 0);
  if (static_cast<samples>(newest_end_ - play_) <= 0)
    adapt_in_gap(timestamp);
  return true;
}

void jitter_buffer::watch_for_a_longer_way(transit_time took, bool late) {
  if (!late) {
    lateness_ -= std::min(lateness_, 1U);
    return;
  }
  if (lateness_ == 0)
    late_since_ = frame_;
  lateness_ = std::min(lateness_ + a_late_one, longer_way + a_late_one);
  if (is_adaptive() && lateness_ >= longer_way && frame_ - late_since_ >= longer_way_after)
    arrivals_.insist(took, late_per_mille);
}

/// Samples by which the delay is too short, or, negative, too long.
jitter_buffer::samples jitter_buffer::shortfall() const {
  const auto too_short_for = [this](unsigned per_mille, unsigned wait) {
    const transit_time longest = arrivals_.all_but(per_mille);
    return static_cast<samples>(longest + wait - (frame_ - play_));
  };
  if (!is_adaptive())
    return arrivals_.seen() < few_packets_fixed
               ? 0
               : too_short_for(earlier_per_mille, fixed_ + arrivals::step / 2);
  const samples wanted = std::min(std::max(too_short_for(late_per_mille, 3 * arrivals::step),
                                           too_short_for(median_per_mille, least_delay)),
                                  too_short_for(median_per_mille, most_));
  return wanted < 0 && arrivals_.seen() < few_packets ? 0 : wanted;
}

/// So many samples too short or too long are borne.
jitter_buffer::samples jitter_buffer::patience(bool longer) const {
  if (is_adaptive())
    return longer ? 16 : 24;
  // A long delay says that the way stops now and then, and bears more; but at first it is set well.
  return static_cast<samples>(arrivals_.is_young() ? std::min(fixed_ / 2, 60U) : fixed_ / 2);
}

void jitter_buffer::shift(samples later) {
  play_ -= static_cast<std::uint32_t>(later);
  (later > 0 ? counts_.lengthened : counts_.shortened) += static_cast<unsigned>(std::abs(later));
  if (is_adaptive() || later == 0)
    return;
  ++(arrivals_.is_young() ? counts_.settled
     : later > 0          ? counts_.slips_repeated
                          : counts_.slips_dropped);
}

/// All that has come was played: what is being made up may as well last longer, or end sooner.
void jitter_buffer::adapt_in_gap(std::uint32_t timestamp) {
  const samples wanted = shortfall();
  if (std::abs(wanted) < patience(wanted > 0))
    return;
  const auto made_up = static_cast<samples>(play_ - newest_end_);
  shift(std::clamp(wanted, -std::max(ahead_of_play(timestamp), 0), made_up));
}

/// By a splice before what is played next, if the sound there allows.
void jitter_buffer::adapt() {
  const samples wanted = shortfall();
  const bool longer = wanted > 0, goes_on = adapting_ && longer == longer_;
  if (std::abs(wanted) < (goes_on ? near_enough : patience(longer))) {
    adapting_ = false;
    return;
  }
  if (!goes_on)
    adapting_since_ = frame_;
  adapting_ = true;
  longer_ = longer;
  if (frame_ - spliced_at_ < (longer ? pause_longer : pause_shorter) || concealment_.gap() > 0 ||
      concealment_.fading())
    return;
  const double waited = frame_ - adapting_since_;
  const double less = wanted >= much_too_short             ? waited / less_alike_soon
                      : longer || -wanted >= much_too_long ? waited / less_alike_late
                                                           : 0;
  splice(longer ? dsp::splice::longer : dsp::splice::shorter,
         static_cast<unsigned>(std::abs(wanted)), alike - 0.1 * less);
}

void jitter_buffer::splice(dsp::splice how, unsigned wanted, double least_likeness) {
  constexpr std::size_t here = dsp::longest_silence + dsp::splice_fade;
  std::array<std::int16_t, 2 * here> sound;
  concealment_.last_heard(std::span(sound).first<here>());
  std::size_t whole = here;
  for (std::uint32_t at = play_; whole < sound.size() && cell(at) != absent; ++at)
    sound[whole++] = static_cast<std::int16_t>(cell(at));
  const bool longer = how == dsp::splice::longer;
  const auto known = std::span<const std::int16_t>(sound).first(whole);
  const auto found = dsp::find_joint(known, here, how, wanted);
  const bool has_room = newest_end_ - play_ + found.length <= capacity;
  if (found.length == 0 || found.likeness < least_likeness || !has_room)
    return;
  const std::uint32_t length = found.length;
  std::array<std::int16_t, here> joined;
  const auto made =
      std::span(joined).first(longer ? std::max(length, dsp::splice_fade) : dsp::splice_fade);
  dsp::make_joint(known, here, how, length, made);
  for (std::uint32_t i = 0; !longer && i < length; ++i)
    cell(play_ + i) = absent;
  shift(longer ? static_cast<samples>(length) : -static_cast<samples>(length));
  for (std::uint32_t i = 0; i < made.size(); ++i)
    cell(play_ + i) = made[i];
  spliced_at_ = frame_;
}

} // namespace switchroom::media
