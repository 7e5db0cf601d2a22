// SPDX-License-Identifier: MIT
/// The tapes that the exchange asks for (exchange::tape_run, exchange::show_caller): makes them
/// from prompts and messages, and from what displays are told, gives them to the voice thread, and
/// looks from time to time how far they have come. What it has to tell is taken with take_news().
/// One thread; reads prompts' files.
#pragma once

#include "app/news.hpp"
#include "exchange/exchange.hpp"
#include "media/tape.hpp"
#include "voicemail/prompts.hpp"
#include "voicemail/recording.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace switchroom::app {

/// Where tapes are put: the host slots of the board.
class tape_deck {
public:
  virtual ~tape_deck() = default;
  virtual void mount(host_slot, std::shared_ptr<media::mounted>) = 0;
  virtual void close(host_slot) = 0;
};

class tapes {
public:
  tapes(std::filesystem::path prompts, tape_deck& deck)
      : prompts_(std::move(prompts)), deck_(deck) {}

  /// `voice_of` gives the voice of a message; null: there is none any more.
  void run(const exchange::tape_run&,
           const std::function<voicemail::voice(std::uint64_t message)>& voice_of);
  void run(const exchange::show_caller&);
  void stop(const exchange::tape_stop&);
  /// To be called at next_look(), and as often as one likes.
  void look();
  instant next_look(instant now) const;
  std::optional<exchange::event> take_news();
  /// Prompts that were wanted and are not there: each is told once.
  std::vector<std::string> take_missing() { return prompts_.take_missing(); }

private:
  struct running {
    host_slot slot;
    std::shared_ptr<media::tape> tape;
    voicemail::recording recording;
    std::size_t looked_at = 0; ///< octets of what is recorded
    duration silence{0};
    bool said_told = false;
  };
  void run(std::uint64_t number, host_slot, voicemail::samples say, std::size_t most,
           duration silence);
  void listen(running&);
  void finish(std::uint64_t number, duration cut);
  void put_away(std::shared_ptr<media::tape>);

  voicemail::prompts prompts_;
  tape_deck& deck_;
  std::map<std::uint64_t, running> running_;        ///< by number
  std::vector<std::shared_ptr<media::tape>> spent_; ///< until the voice thread has let them go
  news_queue news_;
};

} // namespace switchroom::app
