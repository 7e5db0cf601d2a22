// SPDX-License-Identifier: MIT
/// The connection to one board: transport and client put together, and connected again when it
/// is cut. Lives on the thread that runs its io_context.
#pragma once
#include "board/client.hpp"
#include "board/transport.hpp"
#include "media/voice.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <string>

namespace switchroom::media {

/// Time of the voice thread.
instant now();

class board_link {
public:
  using words = std::vector<std::uint32_t>;
  using read_done = std::function<void(result<words>)>;

  /// Called from within the io_context. During `cell` and after `up`, write and send_cell may be
  /// used; what they send leaves together when all news of one read have been told.
  struct handlers {
    std::function<void()> up;
    std::function<void(const refusal& why)> down; ///< also when the board cannot be reached
    std::function<void(const board::event&)> event;
    std::function<void(std::uint32_t frame, std::span<const board::sample>)> cell;
    std::function<void(const alarm&)> raise;
  };

  board_link(boost::asio::io_context&, std::string name, board::endpoint, handlers);

  void start();
  bool is_up() const { return client_.is_up(); }
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

  void connect();
  void connect_later();
  void tick();
  void carry_out();
  void tell(const board::news&);
  void on_down(const refusal& why);
  void on_answer(const board::answer&);
  void note(board::ticket, pending);

  boost::asio::io_context& io_;
  board::endpoint where_;
  handlers handlers_;
  board::client client_;
  board::transport transport_;
  boost::asio::steady_timer tick_timer_, connect_timer_;
  std::chrono::milliseconds back_off_;
  // What is being done, and what doing it brings about: they change places, so that neither
  // allocates once it has grown.
  board::actions todo_, doing_;
  bool walking_ = false;
  std::map<board::ticket, pending> pending_;
  std::uint32_t frame_ = 0;
  std::uint64_t connects_ = 0;
};

} // namespace switchroom::media
