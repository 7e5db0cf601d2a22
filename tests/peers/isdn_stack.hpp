// SPDX-License-Identifier: MIT
/// libpri as an exchange or a phone of tests uses it: what it is told and tells are JSON objects.
#pragma once
#include "station/station.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

struct pri;
struct q931_call;

namespace isdn_peer {

struct call {
  std::string id;
  q931_call* leg = nullptr;
  unsigned channel = 0; ///< B channel; 0: none
  bool ours = false;
};

/// What it does by itself with calls that come.
struct reflexes {
  bool answer = false;
  int refuse = 0;     ///< with that cause; 0: it does not
  unsigned wants = 0; ///< digits: as long as there are fewer, more are asked for
};

class stack {
public:
  using told = std::function<void(boost::json::object)>;
  using frame_out = std::function<void(std::string_view)>;
  stack(bool network, bool bri, told, frame_out);

  /// Of LAPD, without FCS.
  void frame(std::string_view octets);
  void run();
  std::optional<std::chrono::milliseconds> wait() const;
  /// False: there is no such command, or call.
  bool command(const boost::json::object&);
  const call* find(const std::string& id) const;

private:
  void look(void* event);
  void ring(void* event);
  void digits(void* event);
  void ended(q931_call*, int cause, bool over);
  void tell(const char* what, const call&, boost::json::object more = {});
  void display(const void* subcommands, const call*);
  void look_at_station();
  bool lift();
  bool press(const boost::json::object&);
  call* of(q931_call*);
  call& add(std::string id, q931_call*);
  unsigned channel_of(call&, int encoded);
  bool place(const boost::json::object&);
  bool in_call(call&, std::string_view what, const boost::json::object&);
  void react(call&, const std::string& dialled, bool complete);
  static int read(pri*, void*, int);
  static int write(pri*, void*, int);

  told tell_;
  frame_out out_;
  pri* pri_;
  std::string arriving_;
  std::map<std::string, call> calls_;
  std::map<std::string, std::string> dialled_;
  reflexes by_itself_;
  unsigned incoming_ = 0;
  bool bri_;
  unsigned tei_ = 0;             ///< 0: it has none yet
  std::string ringing_, lifted_; ///< calls of the handset
  switchroom::sim::station station_;
};

} // namespace isdn_peer
