// SPDX-License-Identifier: MIT
/// A conversation with one board, without any I/O: octets and time in, octets and news out. The
/// thread that owns the connection is a rim around it; tests run it in virtual time.
#pragma once
#include "board/client.hpp"
#include "media/voice.hpp"

#include <functional>
#include <map>
#include <string>

namespace switchroom::media {

class board_session {
public:
  using words = std::vector<std::uint32_t>;
  using read_done = std::function<void(result<words>)>;

  /// Called from within the functions below. During `cell` and after `up`, write and send_cell
  /// may be used; what they send leaves together when all news of one call have been told.
  struct handlers {
    std::function<void(std::span<const std::uint8_t>)> send;
    std::function<void()> up;
    /// The connection is of no more use, or there is none. Requests without an answer get `why`.
    std::function<void(const refusal& why)> down;
    std::function<void(const board::event&)> event;
    std::function<void(std::uint32_t frame, std::span<const board::sample>)> cell;
    std::function<void(const alarm&)> raise;
  };

  /// `name` is how messages call the board.
  board_session(std::string name, handlers);

  // What happens to the connection. `now` never goes back.
  void connected(instant now);
  void received(std::span<const std::uint8_t> octets, instant now);
  void disconnected(instant now);
  /// To be called every 50 ms or more often, connected or not.
  void tick(instant now);

  const board::capabilities& board() const { return client_.board(); }

  /// Registers that follow each other are written together. Nothing happens while not up.
  void write(std::span<const register_write>);
  template <typename Register>
  void write_one(std::uint32_t index, std::uint32_t word) {
    note(client_.write<Register>(index, word, todo_), {Register::offset + index, 1, {}});
    if (!walking_)
      carry_out();
  }
  void read(std::uint32_t address, std::uint8_t count, read_done then);
  void send_cell(std::uint32_t frame, std::span<const board::sample> samples) {
    client_.send_cell(frame, samples, todo_);
  }
  link_figures figures() const;

private:
  /// A request that has no answer yet.
  struct pending {
    std::uint32_t address;
    std::size_t count;
    read_done then; ///< of a read
  };

  void carry_out();
  void tell(const board::news&);
  void on_down(const refusal& why);
  void on_answer(const board::answer&);
  void note(board::ticket, pending);

  handlers handlers_;
  board::client client_;
  // What is being done, and what doing it brings about: they change places, so that neither
  // allocates once it has grown.
  board::actions todo_, doing_;
  bool walking_ = false;
  std::map<board::ticket, pending> pending_;
  std::uint32_t frame_ = 0;
  std::uint64_t connects_ = 0;
};

} // namespace switchroom::media
