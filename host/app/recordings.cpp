// SPDX-License-Identifier: MIT
#include "app/recordings.hpp"

#include <algorithm>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;

constexpr duration between_record_looks = 40ms, patience = 2s;
constexpr std::size_t samples_per_second = 8000;
/// More than an operator lets lie in that time.
constexpr std::size_t capture_room = 3 * samples_per_second;

void append(std::string& to, std::int16_t sample) {
  const auto bits = static_cast<std::uint16_t>(sample);
  to += static_cast<char>(bits & 0xff);
  to += static_cast<char>(bits >> 8);
}

} // namespace

void recordings::begin(const exchange::record_begin& what, instant now) {
  auto& one = running_[what.number];
  one.wanted = what.wanted;
  one.asked = one.grown = now;
  for (std::size_t n = 0; n < what.slots.size(); ++n) {
    const auto room = what.wanted == 0 ? capture_room : what.wanted;
    auto recorder =
        std::make_shared<media::recorder>(room, n == 0 ? what.say : std::vector<std::int16_t>{});
    deck_.mount(what.slots[n], recorder);
    one.channels.push_back({what.slots[n], std::move(recorder), {}, what.slots.size() == 1});
  }
}

void recordings::end(const exchange::record_end& what) {
  auto ended = running_.extract(what.number);
  if (ended.empty())
    return;
  for (auto& channel : ended.mapped().channels) {
    deck_.close(channel.slot);
    spent_.push_back(std::move(channel.recorder));
  }
}

/// The board may begin to send one slot some frames after another: what came before all did is
/// left out.
void recordings::collect(running& one) {
  for (auto& channel : one.channels)
    channel.recorder->drain(channel.samples);
  if (std::ranges::all_of(one.channels, &track::in_step))
    return;
  std::uint32_t last = 0;
  for (std::size_t n = 0; n < one.channels.size(); ++n) {
    const auto first = one.channels[n].recorder->first_frame();
    if (!first)
      return;
    if (n == 0 || static_cast<std::int32_t>(*first - last) > 0)
      last = *first;
  }
  for (auto& channel : one.channels) {
    const std::size_t early = last - *channel.recorder->first_frame();
    if (channel.samples.size() < early)
      return;
  }
  for (auto& channel : one.channels) {
    const auto early = static_cast<std::ptrdiff_t>(last - *channel.recorder->first_frame());
    channel.samples.erase(channel.samples.begin(), channel.samples.begin() + early);
    channel.in_step = true;
  }
}

std::optional<control::v1::Capture> recordings::more(std::uint64_t number, instant now) {
  const auto found = running_.find(number);
  if (found == running_.end() || found->second.wanted > 0)
    return std::nullopt;
  auto& one = found->second;
  one.asked = now;
  collect(one);
  control::v1::Capture taken;
  taken.set_number(number);
  taken.set_channels(static_cast<std::uint32_t>(one.channels.size()));
  std::size_t frames = one.channels[0].in_step ? one.channels[0].samples.size() : 0;
  for (const auto& channel : one.channels) {
    frames = std::min(frames, channel.in_step ? channel.samples.size() : 0);
    taken.set_lost(taken.lost() + channel.recorder->lost());
  }
  auto& octets = *taken.mutable_samples();
  octets.reserve(frames * one.channels.size() * 2);
  for (std::size_t n = 0; n < frames; ++n)
    for (const auto& channel : one.channels)
      append(octets, channel.samples[n]);
  for (auto& channel : one.channels)
    channel.samples.erase(channel.samples.begin(),
                          channel.samples.begin() + static_cast<std::ptrdiff_t>(frames));
  return taken;
}

void recordings::look(instant now) {
  std::erase_if(spent_, [](const auto& recorder) { return recorder.use_count() == 1; });
  for (auto& [number, one] : running_) {
    if (one.over)
      continue;
    if (one.wanted == 0) {
      one.over = now - one.asked > patience;
      if (one.over)
        news_.emplace_back(exchange::record_over{number});
      continue;
    }
    collect(one);
    auto& samples = one.channels[0].samples;
    if (samples.size() > one.had)
      one.grown = now;
    one.had = samples.size();
    if (one.had < one.wanted) {
      one.over = now - one.grown > patience;
      if (one.over)
        news_.emplace_back(exchange::record_over{number});
    } else {
      one.over = true;
      news_.emplace_back(exchange::recorded{
          number, std::make_shared<const std::vector<std::int16_t>>(std::move(samples))});
    }
  }
}

instant recordings::next_look(instant now) const {
  return running_.empty() ? never : now + between_record_looks;
}

std::optional<exchange::event> recordings::take_news() {
  return take_oldest(news_);
}

} // namespace switchroom::app
