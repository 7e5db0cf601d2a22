// SPDX-License-Identifier: MIT
#include "app/tapes.hpp"

#include <algorithm>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;

constexpr duration between_tape_looks = 40ms;

std::size_t samples_in(duration time) {
  return static_cast<std::size_t>(time / frame_time);
}

} // namespace

void tapes::run(const exchange::tape_run& what,
                const std::function<voicemail::voice(std::uint64_t)>& voice_of) {
  voicemail::samples say;
  for (const auto& phrase : what.say) {
    prompts_.add(say, phrase);
    if (phrase.what != voicemail::phrase::kind::message)
      continue;
    if (const auto voice = voice_of(phrase.number)) {
      const auto linear = voicemail::from_a_law(*voice);
      say.insert(say.end(), linear.begin(), linear.end());
    }
  }
  run(what.tape, what.slot, std::move(say), samples_in(what.longest), what.silence);
}

void tapes::run(const exchange::show_caller& what) {
  using part = exchange::show_caller::part;
  using signal = dsp::caller_id_signal;
  voicemail::samples say;
  switch (what.what) {
  case part::after_ring:
    say = signal::after_ring(what.who, what.standard, dsp::message_format::multiple);
    break;
  case part::before_ring:
    say = signal::before_ring(what.who, what.standard);
    break;
  case part::alert:
    say = signal::alert();
    break;
  case part::in_a_call:
    say = signal::in_a_call(what.who, what.standard);
    break;
  }
  run(what.tape, what.slot, std::move(say), 0, 0ms);
}

void tapes::run(std::uint64_t number, host_slot slot, voicemail::samples say, std::size_t most,
                duration silence) {
  auto& here = running_[number];
  put_away(std::move(here.tape));
  here = {slot, std::make_shared<media::tape>(std::move(say), most), {}, 0, silence, false};
  deck_.mount(slot, here.tape);
}

void tapes::stop(const exchange::tape_stop& what) {
  if (running_.contains(what.tape))
    finish(what.tape, what.cut);
}

/// How much has come, and who has said something.
void tapes::listen(running& one) {
  const auto all = one.tape->recorded();
  one.recording.take(all.subspan(one.looked_at));
  one.looked_at = all.size();
}

void tapes::look() {
  std::erase_if(spent_, [](const auto& tape) { return tape.use_count() == 1; });
  std::vector<std::uint64_t> complete;
  for (auto& [number, one] : running_) {
    if (one.tape->all_said() && !std::exchange(one.said_told, true))
      news_.emplace_back(exchange::tape_said{number});
    if (!one.tape->records())
      continue;
    listen(one);
    if (one.tape->is_full() || one.recording.quiet() >= one.silence)
      complete.push_back(number);
  }
  for (const auto number : complete)
    finish(number, 0ms);
}

void tapes::finish(std::uint64_t number, duration cut) {
  auto ended = running_.extract(number);
  auto& one = ended.mapped();
  deck_.close(one.slot);
  if (one.tape->records()) {
    listen(one);
    const auto all = one.tape->recorded();
    const auto most = all.size() - std::min(all.size(), samples_in(cut));
    const auto worth = std::min(one.recording.worth(), most);
    news_.emplace_back(
        exchange::tape_recorded{number,
                                std::make_shared<const std::string>(
                                    all.begin(), all.begin() + static_cast<std::ptrdiff_t>(worth)),
                                frame_time * static_cast<std::int64_t>(worth)});
  }
  put_away(std::move(one.tape));
}

void tapes::put_away(std::shared_ptr<media::tape> tape) {
  if (tape != nullptr)
    spent_.push_back(std::move(tape));
}

instant tapes::next_look(instant now) const {
  return running_.empty() ? never : now + between_tape_looks;
}

std::optional<exchange::event> tapes::take_news() {
  return take_oldest(news_);
}

} // namespace switchroom::app
