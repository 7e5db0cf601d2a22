// SPDX-License-Identifier: MIT
#include "switchroom/dsp/wav.hpp"
#include "virtual_world.hpp"

#include <stdexcept>

namespace switchroom::system_test {

void handset::lift() {
  phone().lift();
  world_->until([&] { return state() != "idle" && state() != "ringing"; }, 500);
}

void handset::hang_up() {
  phone().hang_up();
  world_->until([&] { return state() == "idle"; }, 1500);
}

void handset::dial(const std::string& keys) {
  press(keys);
  world_->until([&] { return phone().keys_released(); }, 10000);
}

std::string handset::display() {
  const auto* display = phone().display();
  if (display == nullptr || !display->last())
    return "";
  const auto& [who, waiting, error] = *display->last();
  if (!error.empty())
    return error;
  const std::string number = who.no_number == dsp::absence::withheld ? "withheld" : who.number;
  return (waiting ? "(waits) " : "") + number + (who.name.empty() ? "" : " " + who.name);
}

bool handset::is_rung() {
  return world_->until([&] { return rings(); }, 2000);
}

void handset::begin_recording() {
  recording_ = world_->new_recording();
  auto file = dsp::wav_writer::create(recording_);
  phone().record(std::get<dsp::wav_writer>(std::move(file)));
}

samples handset::end_recording() {
  phone().record(std::nullopt);
  return read_speech(recording_);
}

handset::sound handset::listen(unsigned ms) {
  begin_recording();
  world_->run_ms(ms);
  const samples heard = end_recording();
  return {dsp::measure_tone(heard), dsp::level_dbm0(heard)};
}

std::string handset::state() {
  return world_->line(*site_, line_).state();
}

std::string handset::user() {
  return world_->line(*site_, line_).user();
}

samples read_speech(const std::filesystem::path& file) {
  auto read = dsp::read_wav(file);
  if (const auto* wrong = std::get_if<dsp::wav_error>(&read))
    throw std::runtime_error(wrong->what);
  return std::get<samples>(std::move(read));
}

} // namespace switchroom::system_test
