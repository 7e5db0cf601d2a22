// SPDX-License-Identifier: MIT
/// One D channel: layer 2 and 3 by libpri, of which it has one controller, and the calls of it.
/// What libpri leaves to its user is here: B channels, restarts, layer 1, and that nothing stays
/// for ever. Has no thread, socket or clock but libpri_time().
#pragma once
#include "edges/isdn/b_channels.hpp"
#include "edges/isdn/feature_keys.hpp"
#include "edges/isdn/libpri.hpp"
#include "edges/isdn/message_head.hpp"
#include "edges/isdn/received_frames.hpp"
#include "edges/isdn/sabme_gate.hpp"
#include "edges/isdn/timekeeper.hpp"
#include "isdn.pb.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace switchroom::isdn {

using sink = std::function<void(v1::FromEdge)>;

class d_channel {
public:
  /// `figures` are counted on, and outlive this. Throws std::runtime_error when libpri has no
  /// memory.
  d_channel(v1::Channel, sink, v1::Figures& figures);
  ~d_channel();
  d_channel(const d_channel&) = delete;
  d_channel& operator=(const d_channel&) = delete;

  bool is_network() const { return settings_.kind() != v1::Channel::E1_USER; }
  /// What has come; shape as v1::Frame.
  void frame(std::string_view octets);
  void line(bool up);
  void setup(const v1::Setup&);
  void progress(const v1::Progress&);
  void digits(const v1::Digits&);
  void connect(const v1::Connect&);
  void release(const v1::Release&);
  void hold(const v1::Hold&);
  void hold_answer(const v1::HoldAnswer&);
  void notice(const v1::Notice&);
  void display(const v1::Display&);
  void keys(const v1::Keys&);
  void lamp(const v1::Lamp&);

  /// Timers that have run out.
  void run();
  std::optional<microseconds> next() const;
  unsigned calls() const { return static_cast<unsigned>(calls_.size()); }

private:
  struct call {
    std::uint64_t number = 0;
    q931_call* leg = nullptr;         ///< libpri's
    unsigned tei = 0;                 ///< of the far end's
    unsigned reference = 0;           ///< Q.931, 4.3; without the flag
    bool proceeds = false;            ///< of the far end's: something was said of it
    bool talks = false;               ///< was answered
    bool wants_digits = false;        ///< of the gateway's: the far end does
    bool ends = false;                ///< either side has ended it; the protocol goes on
    std::string unsent;               ///< digits that nobody has asked for yet
    int cause = 16;                   ///< with which it ends
    std::optional<microseconds> last; ///< then it is over, whatever the far end does
  };

  // What libpri says (d_channel_events.cpp).
  void look(pri_event&);
  void rings(const pri_event_ring&);
  void progressed(q931_call*, v1::Progress::Stage, int channel, int progress_mask);
  void answered(const pri_event_answer&);
  void dialled(q931_call*, std::string_view digits, bool complete);
  void keyed(q931_call*, std::string_view keys);
  void tell_keys(std::uint64_t number, std::string keys);
  void press(const pressed&);
  void ended(q931_call*, int cause, bool last);
  void restarted(int channel);
  void notified(q931_call*, int what);
  void hold_asked(q931_call*, bool on, int channel);
  void hold_answered(q931_call*, bool on, int cause, int channel);
  void subcommands(const pri_subcommands*, q931_call*);

  std::chrono::milliseconds t309() const {
    return std::chrono::milliseconds(pri_get_timer(libpri_, PRI_TIMER_T309));
  }
  bool is_bri() const { return settings_.kind() == v1::Channel::BRI_NETWORK; }
  static bool number_is_ours(std::uint64_t number) { return number % 2 == 0; } ///< the gateway's
  static bool is_mute(const call& one) {
    return !number_is_ours(one.number) && !one.proceeds && !one.ends;
  }
  call* find(std::uint64_t number);
  call* find(q931_call* leg);
  const call* find(const message_head&) const;
  call& add(std::uint64_t number, q931_call* leg);
  bool in_b_channel(call&, int channel);
  void send_digits(call&);
  /// Goes on with its end at the far end.
  void hang_up(call&, int cause);
  void over(std::uint64_t number, int cause);
  void tell_over(std::uint64_t number, int cause);
  void tell_release(std::uint64_t number, int cause);
  void refuse(q931_call* leg, int cause);
  void trouble(std::string what, std::string remedy);

  void take_timers();
  bool take(std::string_view octets);
  void given_up();
  void forget(q931_call*);
  void miss();
  void write(std::string_view octets);
  void come_up();
  void go_down(const std::string& why);
  void pretend_release();
  void end_calls(bool of_talk_too);
  void restart_next();
  void tell_up();
  void restart_acknowledged(int channel);
  void restart_missed();
  void serves(unsigned b, bool so);
  static int read_frame(pri*, void*, int);
  static int write_frame(pri*, void*, int);
  static void complains(pri*, char*);

  v1::Channel settings_;
  sink tell_;
  v1::Figures& figures_;
  pri* libpri_ = nullptr;
  b_channels b_;
  sabme_gate gate_;
  received_frames received_;
  std::string_view arriving_, unread_; ///< a frame, as long as it is looked at
  bool arriving_is_released_ = false;  ///< it was answered by RELEASE COMPLETE
  unsigned arriving_tei_ = 0;
  std::string asks_;        ///< for layer 2 of a PRI, when there was no layer 1
  std::set<unsigned> teis_; ///< that we have sent to
  std::map<std::uint64_t, call> calls_;
  std::unordered_map<q931_call*, std::uint64_t> by_leg_;
  std::uint64_t next_number_ = 1;
  bool line_up_ = false, link_up_ = false, told_up_ = false;
  std::optional<microseconds> down_since_; ///< none: it was never up
  std::optional<microseconds> lost_at_;    ///< then no call waits any longer for the line
  std::vector<unsigned> restarts_; ///< B channels to be restarted, the first of them just now
  std::optional<microseconds> restart_until_;
  bool restart_known_ = false; ///< the far end has acknowledged one
};

} // namespace switchroom::isdn
