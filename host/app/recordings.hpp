// SPDX-License-Identifier: MIT
/// What the exchange has recorded (exchange::record_begin): puts recorders into host slots and
/// takes away what they have, for a test until it is all there, for a capture whenever an operator
/// asks. Who does not ask for two seconds has gone; so has a board of which nothing comes for as
/// long, however slow it is. What it has to tell is taken with take_news(). One thread.
#pragma once

#include "app/news.hpp"
#include "app/tapes.hpp"
#include "media/recorder.hpp"

#include "control.pb.h"

namespace switchroom::app {

class recordings {
public:
  explicit recordings(tape_deck& deck) : deck_(deck) {}

  void begin(const exchange::record_begin&, instant now);
  void end(const exchange::record_end&);
  /// Of a capture, what has come since the last time, in step: no channel has more than another.
  /// None: there is no such capture.
  std::optional<control::v1::Capture> more(std::uint64_t number, instant now);
  /// To be called at next_look(), and as often as one likes.
  void look(instant now);
  instant next_look(instant now) const;
  std::optional<exchange::event> take_news();

private:
  struct track {
    host_slot slot;
    std::shared_ptr<media::recorder> recorder;
    std::vector<std::int16_t> samples; ///< not taken away yet
    bool in_step = false;
  };
  struct running {
    std::vector<track> channels;
    std::size_t wanted = 0; ///< of a test
    instant asked{};        ///< of a capture, the last time
    instant grown{};        ///< of a test: something came then
    std::size_t had = 0;    ///< samples, then
    bool over = false;      ///< it was told
  };
  static void collect(running&);

  tape_deck& deck_;
  std::map<std::uint64_t, running> running_;            ///< by number
  std::vector<std::shared_ptr<media::recorder>> spent_; ///< until the voice thread has let them go
  news_queue news_;
};

} // namespace switchroom::app
