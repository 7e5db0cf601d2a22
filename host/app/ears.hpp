// SPDX-License-Identifier: MIT
/// What listens to lines to exchanges (exchange::ear_begin): says digits in tones into a host slot,
/// then hears dial tone, busy, congestion (ITU-T E.180, of the country) and who calls (Bell 202 and
/// V.23) in what the slot hears. What it has to tell is taken with take_news(). One thread.
#pragma once

#include "app/news.hpp"
#include "app/tapes.hpp"
#include "media/recorder.hpp"
#include "switchroom/dsp/call_progress.hpp"
#include "switchroom/dsp/fsk.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace switchroom::app {

class ears {
public:
  ears(std::string_view locale, tape_deck& deck);

  void begin(const exchange::ear_begin&);
  void end(const exchange::ear_end&);
  /// To be called at next_look(), and as often as one likes.
  void look();
  instant next_look(instant now) const;
  std::optional<exchange::event> take_news();

  /// The digits, each 80 ms long with as much silence after it, 8,000 samples a second.
  static std::vector<std::int16_t> tones_of(std::string_view digits);

private:
  struct ear {
    host_slot slot;
    std::shared_ptr<media::recorder> recorder;
    dsp::call_progress tones;
    std::array<dsp::fsk_receiver, 2> displays{dsp::fsk_receiver(dsp::fsk_standard::bell202),
                                              dsp::fsk_receiver(dsp::fsk_standard::v23)};
    std::size_t left_to_say;
    int tone = dsp::call_progress::none;
  };
  void listen(std::uint64_t number, ear&);

  std::vector<dsp::progress_tone> plan_;
  tape_deck& deck_;
  std::map<std::uint64_t, ear> ears_;                   ///< by number
  std::vector<std::shared_ptr<media::recorder>> spent_; ///< until the voice thread has let them go
  news_queue news_;
};

} // namespace switchroom::app
