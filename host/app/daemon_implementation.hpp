// SPDX-License-Identifier: MIT
/// Inside the daemon only: daemon.cpp is what happens, daemon_operators.cpp what is answered.
#pragma once
#include "app/daemon.hpp"
#include "app/fabric_writer.hpp"
#include "app/operator_reports.hpp"
#include "control/server.hpp"
#include "store/store.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <map>

namespace switchroom::app {

class daemon::implementation {
public:
  implementation(boost::asio::io_context&, configuration, store::database, desks::stored,
                 store::moment started);
  /// Begins to listen and starts the threads; nothing when it may go on.
  std::optional<refusal> open();

private:
  using words = std::vector<std::uint32_t>;
  using unsaved_change = std::variant<exchange::store, exchange::erase_user>;

  // daemon.cpp
  instant now() const;
  store::moment this_moment() const;
  void step(const exchange::event&);
  void carry_out(const std::vector<exchange::action>&);
  void arm_timer();
  void save(const unsaved_change&);
  std::optional<store::failure> try_to_save(const unsaved_change&);
  void save_what_waits();
  void write_registers(register_writes);
  void raise(const std::string& id, const std::string& title, const refusal&);
  void clear(const std::string& id);

  void on_board_up(const board::capabilities&);
  void on_board_down(const refusal&);
  void on_fabric_event(const media::fabric_event&);
  void find_lines_off_hook();
  media::callbacks voice_callbacks();
  transport::callbacks network_callbacks();

  // daemon_operators.cpp
  void on_request(control::v1::Request, control::answer);
  void answer(std::uint64_t number, control::v1::Reply);
  void report_board(const control::answer&);
  void report_lines(control::v1::Reply, const control::answer&);
  rim_view view() const;
  /// Reads registers in order, 32 at a time; gives what it could read.
  void read_words(std::uint16_t block_type, std::uint32_t offset, std::size_t count,
                  std::function<void(words)> then);

  boost::asio::io_context& io_;
  configuration config_;
  store::database database_;
  store::moment started_;
  fabric_writer fabric_;
  exchange::gateway gateway_;
  exchange::alarms alarms_; ///< of the rim; the exchange has its own
  boost::asio::steady_timer timer_;

  std::deque<unsaved_change> unsaved_; ///< in order; empty unless the disk refuses
  bool may_send_ = true;               ///< in this step: nothing of it is unsaved

  std::optional<board::capabilities> board_;
  std::string board_down_why_ = "not connected yet";
  std::map<std::uint64_t, control::answer> asked_;
  std::uint64_t last_request_ = 0;

  // Last, so that they go first: each calls back into what is above.
  std::unique_ptr<control::server> control_;
  std::unique_ptr<transport::mesh> network_;
  std::unique_ptr<media::voice> voice_;
};

} // namespace switchroom::app
