// SPDX-License-Identifier: MIT
/// Some gateways, their boards and the wires between them, in virtual time: what the rim does for
/// an exchange, without any rim. Delivers `send` after a delay, keeps what boards were told, and
/// checks after every step what must always hold. A seed and the calls made on it give the same
/// run every time.
#pragma once
#include "exchange/exchange.hpp"

#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace switchroom::exchange {

// The slots of every board of the town.
inline constexpr unsigned town_lines = 4, town_tone_channels = 16, town_host_slots = 8;
inline constexpr unsigned town_echo_places = 3;
inline constexpr std::uint16_t town_first_tone = 16, town_first_host = 64, town_first_member = 128,
                               town_first_span = 512, town_first_station = 640;
inline constexpr unsigned town_spans = 2, town_stations = 2;

class town {
public:
  using settings_change = std::function<void(settings&)>;

  /// amsterdam (users 201, 202, 204 at lines 1–3), berlin (301, 302), cologne (401, 402);
  /// line 4 of amsterdam and lines 3 and 4 of the others have no base user. Login codes: 1 and
  /// the number, but for 202 and 302, who have none. Ready: boards up, peers connected.
  explicit town(unsigned gateways = 2, const settings_change& = {},
                unsigned host_slots = town_host_slots, unsigned members = 0);

  // ---- IP phones (exchange_town_phones.cpp): lines above town_lines that are on_edge
  struct ip_phone {
    std::uint64_t call = 0, aside = 0; ///< 0: none
    bool aside_rings = false, transfer_failed = false;
    std::string aside_ended; ///< why the call aside ended
    bool rings = false, hears_ringback = false, talks = false;
    bool hears_early = false; ///< what comes before an answer is to be heard by its voice
    std::string caller;       ///< as it was shown
    std::string ended;        ///< why the last call ended
    std::map<std::uint64_t, edge::v1::Lamp> lamps; ///< by number of its watch
    std::string got, sounded;         ///< digits sent to it in words, and those it said as tones
    scn::v1::MediaEndpoint its, gate; ///< where it listens, where the gateway does
  };
  void phone_registers(const std::string& gateway, unsigned line, bool here = true);
  void phone_calls(const std::string& gateway, unsigned line, const std::string& digits);
  /// It does not say where it listens until phone_listens.
  void phone_calls_without_media(const std::string& gateway, unsigned line,
                                 const std::string& digits);
  /// It says so; of a call to it that it has not answered: it may send something before that.
  void phone_listens(const std::string& gateway, unsigned line);
  /// The first packet of its voice comes.
  void phone_begins(const std::string& gateway, unsigned line);
  /// In this way it is spoken to from its next call on; PCMA before.
  void phone_speaks(const std::string& gateway, unsigned line, scn::v1::Codec);
  /// How voice is coded on all streams that are open, in order: "G722 G722".
  std::string codecs(const std::string& gateway) const;
  /// How voice that goes over the network is heard; 0: nothing was.
  double mos = 0;
  void phone_lifts(const std::string& gateway, unsigned line);
  void phone_dials(const std::string& gateway, unsigned line, const std::string& digits);
  void phone_holds(const std::string& gateway, unsigned line, bool on);
  /// What it talks to, it holds; the other it takes off hold, or answers.
  void phone_changes_over(const std::string& gateway, unsigned line);
  /// The call aside goes: given up, or declined.
  void phone_drops_aside(const std::string& gateway, unsigned line,
                         scn::v1::Cause why = scn::v1::NORMAL_CLEARING);
  /// It can do without RFC 4733.
  void phone_takes_tones(const std::string& gateway, unsigned line);
  void phone_transfers(const std::string& gateway, unsigned line, const std::string& digits);
  void phone_joins_its_calls(const std::string& gateway, unsigned line);
  void phone_ends(const std::string& gateway, unsigned line,
                  scn::v1::Cause why = scn::v1::NORMAL_CLEARING);
  /// As an edge would that says something wrong: why the call was refused.
  std::string refused(const std::string& gateway, const edge::v1::FromEdge&);
  void edge_dies(const std::string& gateway);
  /// A lamp of its own, for a number; without one, for messages.
  void phone_watches(const std::string& gateway, unsigned line, std::uint64_t which,
                     const std::string& number, bool on = true);
  /// From now on it listens at another port.
  void phone_moves(const std::string& gateway, unsigned line, std::uint16_t port);
  void phone_tells_fingerprint(const std::string& gateway, unsigned line, const std::string&);
  /// The far ends of the gateway's streams.
  std::vector<scn::v1::MediaEndpoint> remotes(const std::string& gateway) const;
  /// Who speaks to the gateway in its place is not who the phone said it is.
  void phone_is_refused(const std::string& gateway, unsigned line);
  /// In its voice (RFC 4733).
  void phone_presses(const std::string& gateway, unsigned line, const std::string& digits);
  void tell(const std::string& gateway, const edge::v1::FromEdge&);
  const ip_phone& phone(const std::string& gateway, unsigned line) const;
  std::string phone_hears(const std::string& gateway, unsigned line) const;

  // ---- trunks (exchange_town_trunks.cpp): the exchange at the far end of a gateway's first ones.
  // A line of theirs is a link, in the order of settings::trunks, and a channel. Digital stations
  // are links behind those, with channels 1 and 2; 3 and 4: calls on those while others that began
  // there are elsewhere, or on hold.
  struct far_line {
    std::uint64_t call = 0;         ///< 0: none
    std::string called, caller;     ///< of a call that the gateway makes
    std::string told;               ///< how its call has come on, "proceeding rings answered"
    std::string ended;              ///< why the last call ended
    std::string name;               ///< of who calls a station
    unsigned b_channel = 0;         ///< a station's call was told that it has, on retrieve
    std::vector<std::string> shown; ///< by a station, in its last call
  };
  /// A station lifts and says nothing, or all at once.
  void station_calls(const std::string& gateway, unsigned link, const std::string& digits = {},
                     unsigned channel = 1);
  /// The call that began on `channel`; `wanted`: B channel, when it is retrieved.
  void station_holds(const std::string& gateway, unsigned link, bool on, unsigned channel = 1,
                     unsigned wanted = 1);
  // Without a call, or beside it: a programmable button, and keys.
  void station_presses(const std::string& gateway, unsigned link, unsigned button);
  void station_keys(const std::string& gateway, unsigned link, const std::string& keys);
  /// What it shows at rest, and the lamps of its buttons that are not off, "2 on, 3 flashes".
  std::string display(const std::string& gateway, unsigned link) const;
  std::string lamps(const std::string& gateway, unsigned link) const;
  /// It was without power.
  void forget_lamps(const std::string& gateway, unsigned link) {
    members_.at(gateway).displays[link].clear();
    members_.at(gateway).lamps[link].clear();
  }
  void trunk_comes(const std::string& gateway, unsigned link, bool up = true);
  /// What is wrong with a trunk's span; empty: nothing is.
  void span_tells(const std::string& gateway, std::size_t trunk, const std::string& trouble);
  void far_calls(const std::string& gateway, unsigned link, unsigned channel,
                 const std::string& called, bool complete = true);
  void far_dials(const std::string& gateway, unsigned link, unsigned channel,
                 const std::string& digits, bool complete = false);
  void far_tells(const std::string& gateway, unsigned link, unsigned channel,
                 isdn::v1::Progress::Stage, bool in_band = false);
  /// A station may choose another B channel than it was offered.
  void far_answers(const std::string& gateway, unsigned link, unsigned channel,
                   unsigned chosen = 0);
  void far_ends(const std::string& gateway, unsigned link, unsigned channel,
                scn::v1::Cause why = scn::v1::NORMAL_CLEARING);
  void tell(const std::string& gateway, const isdn::v1::FromEdge&);
  void isdn_edge_dies(const std::string& gateway);
  /// Why a set-up that no far line has was refused last.
  std::string far_refused(const std::string& gateway) const {
    return members_.at(gateway).far_refused;
  }
  const far_line& far(const std::string& gateway, unsigned link, unsigned channel) const;
  std::string far_hears(const std::string& gateway, unsigned link, unsigned channel) const;

  // ---- analog trunks: line 4 of a board may lead to an exchange
  /// What listens to it hears this.
  void outside_sounds(const std::string& gateway, outside_sound);
  void outside_shows(const std::string& gateway, const dsp::caller_id&);
  bool loop_closed(const std::string& gateway) const;
  /// All that was dialled in the last call: "tones 123", "pulses 123".
  std::string dialled_outside(const std::string& gateway) const;
  bool listens_outside(const std::string& gateway) const;

  // ---- people ----
  void lift(const std::string& gateway, unsigned line);
  void hang_up(const std::string& gateway, unsigned line);
  /// The hook, for a moment (recall).
  void flash(const std::string& gateway, unsigned line);
  /// DTMF, 100 ms a digit.
  void dial(const std::string& gateway, unsigned line, const std::string& digits);
  void pulse(const std::string& gateway, unsigned line, const std::string& digits);
  void signal_line(const std::string& gateway, unsigned line, signal, std::uint16_t data = 0);
  /// lift, dial, and enough time to reach the far end.
  void call(const std::string& gateway, unsigned line, const std::string& digits);
  /// lift, dial, hang up.
  void log_in(const std::string& gateway, unsigned line, const std::string& number_and_code);

  /// Tone, "silence", or the line whose mouthpiece is heard: "dial", "amsterdam line 1"; in a
  /// conference all that are, in order, with + between.
  std::string hears(const std::string& gateway, unsigned line) const;
  /// Of the test tone that it hears; 0: none.
  sine test_tone(const std::string& gateway, unsigned line) const;
  bool rings(const std::string& gateway, unsigned line) const;
  /// Every line that rings, "berlin line 3".
  std::vector<std::string> ringing() const;

  // ---- operators ----
  control::v1::Reply ask(const std::string& gateway, const control::v1::Request&);
  std::string state_of(const std::string& gateway, unsigned line);
  std::string user_at(const std::string& gateway, unsigned line);
  std::string alarm(const std::string& gateway, const std::string& id); ///< its text, "" = none
  std::vector<std::string> log(const std::string& gateway) const;       ///< "from → to: what"

  /// What a mailbox holds on the disk of its gateway: who was recorded, "berlin line 1;"; in
  /// brackets what was heard.
  std::string messages(const std::string& gateway, const std::string& extension) const;
  /// Whoever is being recorded at a gateway says nothing any more.
  void nobody_speaks(const std::string& gateway);
  /// Nothing is recorded any more for who captures or tests a line.
  void recording_is_over(const std::string& gateway);
  /// From now on the disk of a gateway takes no changes, or takes them again.
  void disk_refuses(const std::string& gateway, bool refuses);

  /// A user as the home's disk has it.
  user::v1::User document(const std::string& extension) const;

  // ---- fate ----
  void run(duration);
  void cut(const std::string& a, const std::string& b);
  void heal(const std::string& a, const std::string& b);
  void board_fails(const std::string& gateway);
  void board_returns(const std::string& gateway);
  void restart(const std::string& gateway);
  /// The clock on its wall shows so many seconds since 1970-01-01 UTC.
  void set_clock(const std::string& gateway, double utc_s);
  /// A message as if `from` had sent it.
  void forge(const std::string& from, const std::string& to, const scn::v1::Envelope&);
  /// Hangs up every line, waits, and checks that nothing is left over.
  void everybody_hangs_up();
  /// Every message takes up to this much longer, from this seed; order is kept.
  void jitter(duration most, std::uint64_t seed);

  /// One mouthpiece may be heard by several: somebody pages.
  bool pages = false;
  /// Lines that ring with the cadence of a page.
  std::vector<std::string> paged() const;

  /// Of boards that are found from now on.
  unsigned tone_channels = town_tone_channels;

  instant now() const { return now_; }
  const std::vector<std::string>& faults() const { return faults_; }
  gateway::resources in_use(const std::string& gateway) const;
  /// Voice streams to and from other gateways that are open.
  unsigned open_streams(const std::string& gateway) const;
  /// What the rim was told of streams, ever: "3 opened, 1 closed".
  std::string told_of_streams(const std::string& gateway) const;
  unsigned relays(const std::string& gateway) const;
  /// Has the line's battery been reversed?
  bool reversed(const std::string& gateway, unsigned line) const;
  /// From now on nothing is ever said by tapes of a gateway, or is again.
  void tapes_stand_still(const std::string& gateway, bool yes);
  /// Members of the board's conferences, "1 in 0 is muted, 3 in 0 speaks"; empty: none.
  std::string members(const std::string& gateway) const;
  /// Are digits of the line kept from who listens?
  bool mutes_digits(const std::string& gateway, unsigned line) const;
  /// The line's echo canceller, "16 ms from 2"; empty: none.
  std::string canceller(const std::string& gateway, unsigned line) const;
  std::uint64_t steps() const { return steps_; }
  /// Called with every message as it is sent; false drops it.
  std::function<bool(const std::string& from, const std::string& to, const scn::v1::Envelope&)>
      watch;

private:
  /// Says a phrase a second; then records until it is stopped.
  struct tape {
    std::uint64_t number;
    std::string says;
    instant said, full;
    bool told = false, records = false;
    std::string heard = {}; ///< when it began to record
  };
  /// Of a conference that the board mixes.
  struct seat {
    member_join as;
    instant muted = never; ///< since
  };
  struct board {
    bool up = false;
    std::map<slot_id, slot_id> connections;
    std::map<host_slot, relay> relays; ///< by to
    std::set<line_id> digits_muted, reversed;
    std::map<line_id, cancel_echo> cancellers;
    std::map<tone_channel, tone> tones;
    std::map<tone_channel, sine> sines; ///< of tone::test
    std::map<host_slot, scn::v1::MediaEndpoint> media;
    unsigned streams_opened = 0, streams_closed = 0; ///< ever
    std::map<host_slot, tape> tapes;
    std::map<host_slot, std::uint8_t> parties; ///< of conferences: the bridge
    std::map<member_id, seat> seats;           ///< of conferences that it mixes
    std::map<line_id, std::string> ringing;    ///< line → who is meant
    std::set<line_id> paged;                   ///< of those, with the cadence of a page
    std::set<line_id> off_hook;
    std::set<line_id> loops; ///< to exchanges, closed
    std::string dialled_outside;
    std::map<host_slot, std::uint64_t> ears;
    std::map<std::uint64_t, std::vector<host_slot>> records; ///< by the number of the record_begin
  };
  struct member {
    settings chosen;
    desks::stored disk;
    voicemail::stored mail;
    standing::v1::Standing standing;
    std::map<std::uint64_t, std::string> voices; ///< of messages
    std::vector<event> news;                     ///< of tapes
    bool tapes_stand_still = false;
    std::optional<gateway> machine;
    board hardware;
    std::vector<std::string> ladder;
    std::map<std::uint64_t, control::v1::Reply> replies;
    std::map<unsigned, ip_phone> phones;
    std::map<std::pair<unsigned, unsigned>, far_line> far_lines; ///< by link and channel
    std::map<unsigned, std::string> displays;                    ///< of stations, by link
    std::map<unsigned, std::map<unsigned, isdn::v1::Lamp::Shows>> lamps;
    std::string far_refused;
    std::uint64_t last_phone_call = 1;
    std::uint64_t wrong_call = 0; ///< of what an edge has said that it must not
    std::string wrong_call_ended;
  };
  struct letter {
    instant due;
    std::uint64_t number;
    std::string from, to;
    scn::v1::Envelope message;
    bool operator>(const letter& other) const {
      return std::tie(due, number) > std::tie(other.due, other.number);
    }
  };

  void add(const std::string& name, const std::string& number, unsigned first_user,
           const std::vector<unsigned>& at_home, const settings_change&);
  void step(member&, const event&);
  void carry_out(member&, const action&);
  void carry_out_board(member&, const action&);
  static std::optional<host_slot> slot_of(const member&, const ip_phone&);
  static void carry_out_digit(member&, host_slot, char digit, bool in_words);
  void carry_out_phone(member&, const edge::v1::ToEdge&);
  void carry_out_trunk(member&, const isdn::v1::ToEdge&);
  static slot_id slot_of(const member&, unsigned link, unsigned channel);
  static isdn::v1::FromEdge over(unsigned d_channel, std::uint64_t call, scn::v1::Cause);

  edge::v1::FromEdge seize(const std::string& gateway, unsigned line, const std::string& digits);
  void keep(member&, const voicemail::store_message&);
  void run_tape(member&, const tape_run&);
  void run_tape(member&, const show_caller&);
  void stop_tape(member&, host_slot);
  bool run_tapes(member&);
  std::string who_speaks_to(const member&, host_slot) const;
  instant next_of_tapes(const member&) const;
  void deliver(member& from, const send&);
  /// Is the host slot recorded?
  static bool records(const member&, host_slot);
  void check(const member&);
  void check_ringing();
  void fault(const member&, const std::string& what);
  std::string trace(const member&, slot_id listener, int depth) const;
  std::string others(const member&, slot_id self, int depth) const;
  static std::optional<seat> seat_at(const member&, slot_id);
  void sit(member&, const member_join&);
  void expect_silent(const member&, const std::function<bool(slot_id to, slot_id from)>& which);
  const member* sender_to(const scn::v1::MediaEndpoint& where, host_slot& by) const;
  bool is_cut(const std::string& a, const std::string& b) const;
  void start_board(member&);

  unsigned host_slots_, members_of_conferences_;
  instant now_{};
  std::uint64_t steps_ = 0, letters_sent_ = 0, requests_ = 0, boots_ = 0;
  std::map<std::string, member> members_;
  std::priority_queue<letter, std::vector<letter>, std::greater<>> post_;
  std::map<std::pair<std::string, std::string>, instant> last_due_;
  std::set<std::pair<std::string, std::string>> cuts_;
  std::vector<std::string> faults_;
  duration most_jitter_{0};
  std::mt19937_64 random_{1};
  unsigned stuck_ = 0;
};

} // namespace switchroom::exchange
