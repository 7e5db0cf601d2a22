// SPDX-License-Identifier: MIT
/// A gateway at work: the exchange, fed from the board, the network, the operators and the clock,
/// and its actions carried out. Has no thread, socket or clock: those are its surroundings, the
/// daemon's in real life and made of queues in tests of the whole system. The disk is its own.
///
/// Nobody is told of a login that a restart would forget. From the first change that must be
/// durable until settle(), messages and answers wait: what has arrived by then is handed in first,
/// and all its changes are one transaction, one wait for the disk (docs/adr/0014). Lines and tones
/// wait for nothing. When the disk refuses, what a restart would forget is not told, and is left to
/// be asked for again; calls go on. The changes are tried again each second, and the exchange
/// refuses new ones with the reason until there is room.
///
/// One thread: no function may be called from within one of the surroundings' own.
#pragma once
#include "app/board_pace.hpp"
#include "app/config.hpp"
#include "app/ears.hpp"
#include "app/fabric_writer.hpp"
#include "app/handshakes.hpp"
#include "app/operator_reports.hpp"
#include "app/recordings.hpp"
#include "app/tapes.hpp"
#include "control/server.hpp"
#include "lines/level_control.hpp"
#include "store/store.hpp"
#include "types/refusal.hpp"

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace switchroom::app {

/// What a running gateway asks of the world. `write`, `open`, `relay`, `send_digit`,
/// `send_handshake`, `sound_digit`, `mount`, `close`, `join` and `leave` are of its board's voice
/// and as in media::voice.
class surroundings : public tape_deck, public media::mixer {
public:
  using words = std::vector<std::uint32_t>;
  using random_octets = std::array<std::uint8_t, 16>;

  virtual store::moment now() const = 0;
  virtual random_octets draw() = 0;
  /// Call running_gateway::wake() then, once, and forget former wishes. `never`: not at all.
  virtual void wake_at(instant) = 0;
  /// Call running_gateway::settle() once, when what has arrived already has been handed in.
  virtual void settle_soon() = 0;
  virtual void send(const gateway_name& to, const scn::v1::Envelope&) = 0;
  virtual void send(const edge::v1::ToEdge&) = 0;
  virtual void send(const isdn::v1::ToEdge&) = 0;
  virtual void write(register_writes) = 0;
  virtual void read(std::uint32_t address, std::uint8_t count,
                    std::function<void(result<words>)> then) = 0;
  virtual void open(host_slot, std::string address, std::uint16_t port, media::agreement) = 0;
  virtual void relay(host_slot to, std::optional<host_slot> from, bool shared) = 0;
  virtual void send_digit(host_slot, char) = 0;
  virtual void send_handshake(media::handshake_packet) = 0;
  virtual void sound_digit(host_slot, char) = 0;
  /// Of D channels.
  virtual void open_hdlc(std::uint8_t channel, media::hdlc_settings) = 0;
  virtual void send_frame(media::hdlc_frame) = 0;
  virtual media::snapshot voice_figures() const = 0;
  virtual transport::figures network_figures() const = 0;
};

class running_gateway {
public:
  /// Opens the database; goes on where it left off. `around` must outlive it and is not asked
  /// for more than the time and random octets before start().
  static result<std::unique_ptr<running_gateway>> open(configuration, surroundings& around);
  running_gateway(configuration, surroundings&, store::database, desks::stored, voicemail::stored,
                  const standing::v1::Standing&, store::moment started);

  /// The surroundings are ready.
  void start();
  void wake();
  /// Makes durable what must be, and lets go what waits for it.
  void settle();
  /// From peers, named by their proven keys, in the order of arrival.
  void on_messages(std::vector<transport::delivery>);
  /// Answers once, now or later.
  void on_request(control::v1::Request, control::answer);

  void on_board_up(const board::capabilities&);
  void on_board_down(const refusal& why);
  void on_fabric_event(const media::fabric_event&);
  void on_digit(const media::heard_digit&);
  void on_speaks(host_slot);
  void on_handshake(const media::handshake_packet&);
  void on_edge(std::vector<edge::v1::FromEdge> batch);
  void on_edge_down(const std::string& why);
  void on_frame(const media::hdlc_frame&);
  void on_isdn(std::vector<isdn::v1::FromEdge> batch);
  void on_isdn_down(const std::string& why);

  /// Alarms of the surroundings; the exchange has its own.
  void raise(const std::string& id, const std::string& title, const refusal&);
  void clear(const std::string& id);

private:
  using words = surroundings::words;
  using change = std::variant<exchange::store, exchange::erase_user>;
  struct unsaved {
    std::string row; ///< of the database; empty: others of the row count beside it
    change what;
  };
  using telling = std::variant<exchange::send, exchange::reply>;
  /// What a step has changed, and whom it tells of it.
  struct held_step {
    std::vector<change> changes;
    std::vector<telling> to_tell;
  };

  // running_gateway.cpp
  void step(exchange::event);
  void watch();
  void look_around();
  void hand_in(exchange::event);
  void run_tape(exchange::tape_run);
  void carry_out(const std::vector<exchange::action>&);
  void tell(const telling&);
  void tell_now(const telling&, bool is_kept);
  void wake_when_due();
  void watch_clock();
  void write_registers(register_writes);
  void find_lines_off_hook();
  // The board's clock (running_gateway_clock.cpp)
  void look_at_clock();
  void on_clock_event(const media::fabric_event&);
  void tell_of_clock(regs::clock_state);
  void tell_of_reference(unsigned reference);
  void forget_clock();
  void watch_pace();
  void read_clock(rim_view, std::function<void(const rim_view&)> then);
  line_id first_exchange_line() const;

  // running_gateway_levels.cpp
  void control_level(const exchange::cancel_echo&);
  void forget_levels();
  void look_at_levels();
  struct slot_range {
    std::size_t first = 0, count = 0;
  };
  slot_range all_slots() const;
  slot_range slots_of_lines() const;
  void read_meter(slot_range peaks, slot_range mean_squares,
                  std::function<void(const words& peaks, const words& mean_squares)> then);
  void read_window(slot_range peaks, slot_range mean_squares, words before, unsigned tries,
                   std::function<void(const words& peaks, const words& mean_squares)> then);
  void report_levels(control::v1::Reply, const control::answer&);
  void report_echo(control::v1::Reply, const control::answer&);
  void look_at_law();
  void on_levels(const words& peaks, const words& mean_squares);
  void on_signal_in_band(const media::fabric_event&);

  // running_gateway_spans.cpp
  void open_d_channels();
  void find_span_alarms();
  void find_stations();
  void on_station(unsigned place, std::uint32_t indication);
  void on_span(unsigned span, std::uint32_t word);
  std::size_t d_channels() const;
  /// `d_channel` from 0.
  void set_carrier(std::size_t d_channel, bool there);
  void tell_carrier(std::size_t d_channel);
  void tell_carriers();
  void report_trunks(control::v1::Reply, const control::answer&);

  // running_gateway_streams.cpp
  std::unique_ptr<handshakes> new_handshakes();
  void open(const exchange::media_open&);
  void close(const exchange::media_close&);
  void tick_handshakes();
  void hand_in_refused();

  // running_gateway_disk.cpp
  void save(const change&);
  std::optional<store::failure> try_to_save(const change&);
  void give_up(const store::failure&);
  bool must_wait(const scn::v1::Envelope&, bool has_changes) const;
  void wait_for_room(const change&);
  void save_what_waits();
  bool save_some(std::size_t most);
  void wipe_when_due();
  void watch_disk();
  void tell_of_disk(const std::optional<store::failure>&);

  // running_gateway_operators.cpp
  void answer(std::uint64_t number, control::v1::Reply, bool is_kept);
  void answer_unkept(control::v1::Reply&) const;
  void report_board(const control::answer&);
  void report_voice(const control::v1::VoiceRequest&, const control::answer&);
  void report_lines(control::v1::Reply, const control::answer&);
  void report_capture(const control::v1::CaptureRequest&, const control::answer&);
  void change_gain(const control::v1::GainRequest&, const control::answer&);
  bool refuses_level(const control::v1::Request&, const control::answer&) const;
  void read_echoes(rim_view, std::function<void(const rim_view&)> then);
  rim_view view() const;
  /// Reads registers in order, 32 at a time; gives what it could read.
  void read_words(std::uint16_t block_type, std::uint32_t offset, std::size_t count,
                  std::function<void(words)> then);

  configuration config_;
  surroundings& around_;
  std::unique_ptr<handshakes> handshakes_; ///< null: no stream's keys come by one
  store::database database_;
  fabric_writer fabric_;
  exchange::gateway gateway_;
  tapes tapes_;
  recordings recordings_;
  ears ears_;
  exchange::alarms alarms_; ///< of the rim

  std::vector<held_step> held_;         ///< since a transaction was begun; empty: there is none
  std::deque<unsaved> unsaved_;         ///< in order; empty unless the disk refuses
  bool is_kept_ = true;                 ///< nothing of this step is in unsaved_
  std::optional<refusal> disk_refuses_; ///< as the exchange was told
  instant disk_watched_{}, wiped_{}, wipe_due_ = never;
  double clock_origin_s_ = 0; ///< as the exchange was told

  std::set<unsigned> lost_references_; ///< of the clock, as clock_settings::references
  std::vector<bool> carriers_;         ///< by D channel: its line can carry frames; empty: none can
  std::optional<board::capabilities> board_;
  board_pace pace_;
  instant pace_due_ = never; ///< it is looked at; never: the board is down
  std::map<line_id, lines::level_control> level_controls_; ///< of lines in calls
  instant levels_due_ = never;                             ///< the meter is read
  std::string board_down_why_ = "not connected yet";
  std::map<std::uint64_t, control::answer> asked_;
  std::uint64_t last_request_ = 0;
  std::deque<exchange::stream_over> streams_over_;        ///< to be handed in
  std::vector<exchange::stream_refused> refused_streams_; ///< as above
};

} // namespace switchroom::app
