// SPDX-License-Identifier: MIT
/// The host's end of a board: what comes in (octets, requests, time) against what must be done
/// (octets out, news). A pure state machine:
///
///     idle ──connected──► greeting ──hello_reply──► discovering ──last header──► up
///       ▲                    │                          │                        │
///       └──── disconnected, no answer, refused, silent, board restarted: `down` ─┘
///
/// Owned by one thread (the voice thread); nothing in it locks or waits. Once its buffers have
/// grown it allocates nothing for a cell: `actions` is the caller's, cleared and used again.
#pragma once
#include "board/discovery.hpp"
#include "board/request_window.hpp"

#include <variant>

namespace switchroom::board {

/// The board is known and can be used; see client::board().
struct up {};

enum class down_reason {
  disconnected,    ///< the transport says so
  no_hello,        ///< nobody answers hello
  refused,         ///< a version or block that this host does not know
  unanswered,      ///< register requests stay unanswered whatever is repeated
  silent,          ///< no board cells any more
  board_restarted, ///< its frame number jumped back: its registers are lost
};

/// The board cannot be used any more. Requests that have no answer yet get none. The client is
/// idle; close the transport and say connected() when there is a new one.
struct down {
  down_reason reason;
  refusal why;
};

/// Each event of the board once, in order.
struct event {
  std::uint32_t frame; ///< when it happened
  regs::event_kind kind;
  std::uint8_t index;
  std::uint16_t data;
};

/// One frame of the board has begun. While up, the owner answers each with one send_cell().
struct cell {
  std::uint32_t frame; ///< the frame that began
  std::size_t first;   ///< its samples, of the frame before: actions::samples_of()
  std::size_t samples;
};

/// A read or write is done. Writes that failed were done up to the register that refused.
struct answer {
  ticket id;
  regs::status status;
  std::size_t first; ///< the words read: actions::words_of(); fewer if status is not ok
  std::size_t words;
};

using news = std::variant<up, down, event, cell, answer>;

/// What the owner has to do: send `octets`, then look at `list` in order.
struct actions {
  std::vector<std::uint8_t> octets;
  std::vector<news> list;
  std::vector<sample> samples;
  std::vector<std::uint32_t> words;

  void clear();
  std::span<const sample> samples_of(const cell& c) const {
    return std::span(samples).subspan(c.first, c.samples);
  }
  std::span<const std::uint32_t> words_of(const answer& a) const {
    return std::span(words).subspan(a.first, a.words);
  }
};

struct client_figures {
  std::uint64_t cells = 0;           ///< board cells received
  std::uint64_t cells_lost = 0;      ///< missing, by their frame numbers
  std::uint64_t events = 0;          ///< handed on
  std::uint64_t events_repeated = 0; ///< came once more, dropped
  std::uint64_t event_gaps = 0;      ///< an event's number was not the next one
};

struct client_settings {
  std::string name = "board";   ///< how messages call it
  duration hello_time{250'000}; ///< between two hellos
  unsigned hellos = 8;          ///< before giving up
  duration silence{2'000'000};  ///< without a board cell: down
  request_window::limits window{};
};

class client {
public:
  explicit client(client_settings settings);

  // Each appends to `todo` what is to be done. `now` never goes back.
  void connected(instant now, actions& todo);
  void disconnected(instant now, actions& todo);
  void received(std::span<const std::uint8_t> octets, instant now, actions& todo);
  /// To be called every 50 ms or more often.
  void tick(instant now, actions& todo);

  /// Writes or reads registers from `address` (regs::address()) on, in the order of the calls.
  /// The answer comes as news. Any number of words; ticket::none, and no answer, when not up
  /// or when there are no words.
  ticket write(std::uint32_t address, std::span<const std::uint32_t> words, actions& todo);
  ticket read(std::uint32_t address, std::size_t count, actions& todo);

  /// The same by name: write<regs::switch_block::connection>(slot, word, todo). ticket::none
  /// also when the board has no such block or the register has no such index.
  template <typename Register>
  ticket write(std::uint32_t index, std::span<const std::uint32_t> words, actions& todo) {
    const auto at = address_of<Register>(index, words.size());
    return at ? write(*at, words, todo) : ticket::none;
  }
  template <typename Register>
  ticket write(std::uint32_t index, std::uint32_t word, actions& todo) {
    return write<Register>(index, std::span(&word, 1), todo);
  }
  template <typename Register>
  ticket read(std::uint32_t index, std::size_t count, actions& todo) {
    const auto at = address_of<Register>(index, count);
    return at ? read(*at, count, todo) : ticket::none;
  }

  /// Samples due in `frame`, at most largest_cell; acknowledges events. Does nothing when
  /// not up (then the client answers the board's cells itself).
  void send_cell(std::uint32_t frame, std::span<const sample> samples, actions& todo);

  bool is_up() const { return state_ == state::up; }
  const capabilities& board() const { return discovery_.found(); }
  /// Requests that have no answer yet.
  std::size_t waiting() const { return window_.waiting(); }
  const client_figures& figures() const { return figures_; }
  const window_figures& requests() const { return window_.figures(); }
  const decoder_figures& link() const { return decoder_.figures(); }

private:
  enum class state { idle, greeting, discovering, up };

  template <typename Register>
  std::optional<std::uint32_t> address_of(std::uint32_t index, std::size_t count) const {
    const block* found = board().find(Register::block::type);
    if (!found || index >= Register::count || count > Register::count - index)
      return std::nullopt;
    return regs::address(found->index, Register::offset + index);
  }
  void on_frame(const frame& f, actions& todo);
  void on_hello_reply(const frame& f, actions& todo);
  void on_reply(const frame& f, actions& todo);
  void on_cell(const frame& f, actions& todo);
  void on_event(const frame& f, actions& todo);
  void on_discovered(const request_window::answer& a, actions& todo);
  void on_answer(const request_window::answer& a, actions& todo);
  void say_hello(actions& todo);
  void ask(const std::vector<discovery::question>& questions, actions& todo);
  ticket next_ticket();
  void check_requests(actions& todo);
  void go_down(down_reason reason, refusal why, actions& todo);

  client_settings settings_;
  state state_ = state::idle;
  instant now_{};
  encoder encoder_;
  decoder decoder_{link_end::board};
  request_window window_;
  discovery discovery_;
  unsigned hellos_ = 0;
  instant last_hello_{};
  instant last_heard_{};
  std::optional<std::uint32_t> last_frame_;
  std::uint8_t last_event_ = 0; ///< number of the last one handed on; 0: none
  std::uint32_t last_ticket_ = 0;
  regs::status status_ = regs::status::ok; ///< of the read or write that is being answered
  std::vector<std::uint32_t> read_words_;  ///< of the same
  client_figures figures_;
};

} // namespace switchroom::board
