// SPDX-License-Identifier: MIT
#include "app/ears.hpp"

#include "app/country_tables.hpp"
#include "media/telephone_events.hpp"

#include <algorithm>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;

constexpr duration between_ear_looks = 40ms;
constexpr std::size_t ear_room = 8000; ///< samples: more than lies between two looks
constexpr unsigned digit_samples = 640, gap_samples = 640;

/// In the order of progress_of().
constexpr std::array told_tones{exchange::outside_sound::dial_tone, exchange::outside_sound::busy,
                                exchange::outside_sound::congestion};

} // namespace

ears::ears(std::string_view locale, tape_deck& deck) : plan_(progress_of(locale)), deck_(deck) {}

std::vector<std::int16_t> ears::tones_of(std::string_view digits) {
  std::vector<std::int16_t> samples;
  for (const char digit : digits) {
    media::dual_tones tones;
    if (!tones.add(digit, digit_samples))
      continue;
    for (unsigned n = 0; n < digit_samples; ++n)
      samples.push_back(tones.next());
    samples.insert(samples.end(), gap_samples, 0);
  }
  return samples;
}

void ears::begin(const exchange::ear_begin& what) {
  auto say = tones_of(what.digits);
  const auto length = say.size();
  auto recorder = std::make_shared<media::recorder>(ear_room, std::move(say));
  deck_.mount(what.slot, recorder);
  ears_.emplace(what.ear, ear{.slot = what.slot,
                              .recorder = std::move(recorder),
                              .tones = dsp::call_progress(plan_),
                              .left_to_say = length});
}

void ears::end(const exchange::ear_end& what) {
  auto ended = ears_.extract(what.ear);
  if (ended.empty())
    return;
  deck_.close(ended.mapped().slot);
  spent_.push_back(std::move(ended.mapped().recorder));
}

void ears::listen(std::uint64_t number, ear& one) {
  std::vector<std::int16_t> heard;
  one.recorder->drain(heard);
  if (one.left_to_say > 0) {
    const auto said = std::min(one.left_to_say, heard.size());
    heard.erase(heard.begin(), heard.begin() + static_cast<std::ptrdiff_t>(said));
    one.left_to_say -= said;
    if (one.left_to_say > 0)
      return;
    news_.emplace_back(exchange::outside_heard{number, exchange::outside_sound::digits_said});
  }
  one.tones.listen(heard);
  if (const int tone = one.tones.tone(); std::exchange(one.tone, tone) != tone && tone >= 0 &&
                                         static_cast<std::size_t>(tone) < told_tones.size())
    news_.emplace_back(
        exchange::outside_heard{number, told_tones.at(static_cast<std::size_t>(tone))});
  for (auto& display : one.displays) {
    display.feed(heard);
    while (const auto outcome = display.take())
      if (const auto* who = std::get_if<dsp::caller_id>(&*outcome))
        news_.emplace_back(exchange::outside_caller{number, *who});
  }
}

void ears::look() {
  std::erase_if(spent_, [](const auto& recorder) { return recorder.use_count() == 1; });
  for (auto& [number, one] : ears_)
    listen(number, one);
}

instant ears::next_look(instant now) const {
  return ears_.empty() ? never : now + between_ear_looks;
}

std::optional<exchange::event> ears::take_news() {
  return take_oldest(news_);
}

} // namespace switchroom::app
