// SPDX-License-Identifier: MIT
/// Register requests in order, several under way, each executed once whatever the link loses:
/// the host's half of "read, write" in proto/link.md (go back to the oldest unanswered). Pure.
#pragma once
#include "board/link_codec.hpp"
#include "types/time.hpp"

#include <deque>

namespace switchroom::board {

/// Names one read or write of the host's; 0 is none.
enum class ticket : std::uint32_t { none = 0 };

/// One request frame. A read or write of more than 32 words is several; `last` marks the end.
struct request {
  ticket id;
  bool write;
  bool last;
  std::uint32_t address;
  std::uint8_t count;               ///< words, 1 … 32
  std::vector<std::uint32_t> words; ///< of a write
};

struct window_figures {
  std::uint64_t requests = 0;      ///< answered
  std::uint64_t repeated = 0;      ///< sent once more because an answer was missing
  std::uint64_t stale_replies = 0; ///< answers that nobody waited for (any more)
};

class request_window {
public:
  struct limits {
    std::size_t under_way = 8; ///< the board remembers the status of the last eight writes
    std::uint32_t cells = 200; ///< board cells without an answer before it repeats
    duration time{500'000};    ///< the same, if no board cells come
    unsigned repetitions = 8;  ///< in a row without an answer, then it gives up
  };
  /// An answer to the oldest request.
  struct answer {
    request asked;
    regs::status status;
    std::span<const std::uint8_t> data; ///< little-endian words that were read
  };

  explicit request_window(limits l) : limits_(l) {}

  /// A new conversation: forgets all requests; the next tag is 0.
  void restart();
  void add(request r) { queue_.push_back(std::move(r)); }
  /// Sends what the window has room for.
  void send(encoder& link, std::vector<std::uint8_t>& out, instant now);
  /// A read_reply or write_reply. `sink(const answer&)` is called if it is the answer to the
  /// oldest request. Repeats requests if it shows that something is missing.
  template <typename Sink>
  void reply(const frame& f, encoder& link, std::vector<std::uint8_t>& out, instant now,
             Sink&& sink) {
    if (!answers_oldest(f, link, out, now))
      return;
    const answer a{pop(now), static_cast<regs::status>(f.body[1]), f.body.subspan(2)};
    send(link, out, now);
    sink(a);
  }
  /// A board cell came: the clock by which answers are missed.
  void cell() { ++cells_; }
  /// Repeats when it is time. False: has repeated in vain and gives up.
  bool check(encoder& link, std::vector<std::uint8_t>& out, instant now);
  /// Requests without an answer, sent or not.
  std::size_t waiting() const { return queue_.size(); }
  const window_figures& figures() const { return figures_; }

private:
  bool answers_oldest(const frame& f, encoder& link, std::vector<std::uint8_t>& out, instant now);
  request pop(instant now);
  void go_back(encoder& link, std::vector<std::uint8_t>& out, instant now);
  void put(const request& r, std::uint8_t tag, encoder& link, std::vector<std::uint8_t>& out);
  void restart_timer(instant now);

  limits limits_;
  std::deque<request> queue_;
  std::size_t under_way_ = 0; ///< the first so many of queue_ were sent
  std::uint8_t tag_ = 0;      ///< of the first
  bool went_back_ = false;    ///< and the answer to the first has not come since
  unsigned repetitions_ = 0;
  std::uint32_t cells_ = 0;
  instant since_{};
  window_figures figures_;
};

} // namespace switchroom::board
