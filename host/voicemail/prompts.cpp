// SPDX-License-Identifier: MIT
#include "voicemail/prompts.hpp"

#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/wav.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace switchroom::voicemail {
namespace {

constexpr double peak = 22827 * 0.2512; // −12 dBm0 (ITU-T E.180, clause 5)
constexpr std::uint64_t most_counted = 9;

void add_tone(samples& to, double hz, unsigned ms) {
  for (unsigned n = 0; n < ms * 8; ++n)
    to.push_back(static_cast<std::int16_t>(
        std::lround(peak * std::sin(2 * std::numbers::pi * hz * n / 8000))));
}

void add_silence(samples& to, unsigned ms) {
  to.insert(to.end(), std::size_t{ms} * 8, 0);
}

} // namespace

std::vector<std::string> names_of_digits(std::string_view digits) {
  std::vector<std::string> names;
  for (const char c : digits)
    names.push_back(std::string("digits/") + (c == '*'   ? "star"
                                              : c == '#' ? "pound"
                                                         : std::string(1, c)));
  return names;
}

std::vector<std::string> names_of_count(std::uint64_t number) {
  if (number > 99)
    return names_of_digits(std::to_string(number));
  if (number <= 20)
    return {"digits/" + std::to_string(number)};
  std::vector<std::string> names{"digits/" + std::to_string(number / 10 * 10)};
  if (number % 10 != 0)
    names.push_back("digits/" + std::to_string(number % 10));
  return names;
}

samples beep_tone() {
  samples tone;
  add_tone(tone, 1000, 250);
  return tone;
}

samples from_a_law(std::string_view octets) {
  samples linear(octets.size());
  std::ranges::transform(octets, linear.begin(), [](char octet) {
    return dsp::g711::decode_a(static_cast<std::uint8_t>(octet));
  });
  return linear;
}

const samples* prompts::read(const std::string& name) {
  auto [at, is_new] = known_.try_emplace(name);
  if (is_new) {
    auto file = dsp::read_wav(folder_ / (name + ".wav"));
    if (auto* good = std::get_if<samples>(&file))
      at->second = std::move(*good);
    else
      missing_.push_back(std::get<dsp::wav_error>(file).what);
  }
  return at->second ? &*at->second : nullptr;
}

void prompts::add(samples& to, const phrase& which) {
  using kind = phrase::kind;
  std::vector<std::string> names;
  switch (which.what) {
  case kind::message:
    return;
  case kind::beep: {
    const auto tone = beep_tone();
    to.insert(to.end(), tone.begin(), tone.end());
    return;
  }
  case kind::prompt:
    names = {which.text};
    break;
  case kind::count:
    names = names_of_count(which.number);
    break;
  case kind::spelled:
    names = names_of_digits(which.text);
    break;
  }
  const bool complete =
      std::ranges::all_of(names, [&](const auto& name) { return read(name) != nullptr; });
  if (complete) {
    for (const auto& name : names)
      to.insert(to.end(), read(name)->begin(), read(name)->end());
  } else if (which.what == kind::count) {
    for (std::uint64_t n = 0; n < std::min(which.number, most_counted); ++n) {
      add_tone(to, 950, 150);
      add_silence(to, 150);
    }
  } else if (which.what == kind::prompt) {
    add_tone(to, 425, 300);
    add_silence(to, 200);
  }
}

} // namespace switchroom::voicemail
