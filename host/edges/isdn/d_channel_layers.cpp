// SPDX-License-Identifier: MIT
// Layers 1 and 2 of a D channel, and the restart of its B channels when it comes up.
#include "edges/isdn/d_channel.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::isdn {

using namespace std::chrono_literals;

void d_channel::line(bool up) {
  if (line_up_ == up)
    return;
  line_up_ = up;
  gate_.opens();
  if (!up)
    pretend_release();
  else if (const auto frame = std::exchange(asks_, {}); !frame.empty())
    write(frame); // else libpri would ask again in a second
  if (!up && is_bri())
    end_calls(false);
  if (is_bri())
    up ? come_up() : go_down("the line is down");
}

/// Q.921's PH-DEACTIVATE, for which libpri has no call: as if the far end had released each data
/// link. Connected calls then wait T309; libpri itself would notice in 14 s only.
void d_channel::pretend_release() {
  for (const auto tei : teis_) {
    constexpr unsigned from_network = 2; // C/R of a command (Q.921, 3.3.2)
    const char disconnect[] = {static_cast<char>(is_network() ? 0 : from_network),
                               static_cast<char>(tei << 1 | 1), 0x53};
    take({disconnect, sizeof disconnect});
  }
}

/// Of a bus libpri keeps a call that rings at no station any more, and after T309 whatever the far
/// end has confused it with.
void d_channel::end_calls(bool of_talk_too) {
  std::vector<std::uint64_t> gone;
  for (const auto& [number, one] : calls_)
    if (of_talk_too || !one.talks)
      gone.push_back(number);
  for (const auto number : gone) {
    auto& one = calls_.at(number);
    if (!one.ends)
      tell_release(number, PRI_CAUSE_DESTINATION_OUT_OF_ORDER);
    forget(one.leg);
    over(number, PRI_CAUSE_DESTINATION_OUT_OF_ORDER);
  }
}

void d_channel::go_down(const std::string& why) {
  if (std::exchange(link_up_, false)) {
    down_since_ = libpri_time();
    lost_at_ = *down_since_ + t309() + 1s;
  }
  restarts_.clear();
  restart_until_.reset();
  if (!std::exchange(told_up_, false))
    return;
  v1::FromEdge message;
  auto& said = *message.mutable_channel();
  said.set_channel(settings_.channel());
  said.set_why(why);
  tell_(std::move(message));
}

/// Calls that the far end still has and we do not, after a start or a long time without each other,
/// are ended with their B channels' restart (Q.931, 5.5). A bus of stations knows no restart.
void d_channel::come_up() {
  if (std::exchange(link_up_, true))
    return;
  const bool strangers = !down_since_ || libpri_time() - *down_since_ >= t309();
  lost_at_.reset();
  restarts_.clear();
  if (strangers && !is_bri())
    for (const auto number : b_.numbers())
      if (!b_.user_of(number))
        restarts_.push_back(number);
  restart_known_ = false;
  restart_next();
}

void d_channel::restart_next() {
  restart_until_.reset();
  if (!restarts_.empty()) {
    const auto t316 = std::chrono::milliseconds(pri_get_timer(libpri_, PRI_TIMER_T316));
    const auto n316 = std::max(1, pri_get_timer(libpri_, PRI_TIMER_N316));
    restart_until_ = libpri_time() + t316 * n316 + 100ms;
    pri_reset(libpri_, static_cast<int>(restarts_.front()));
    return;
  }
  if (link_up_ && !std::exchange(told_up_, true))
    tell_up();
}

void d_channel::tell_up() {
  v1::FromEdge message;
  message.mutable_channel()->set_channel(settings_.channel());
  message.mutable_channel()->set_up(true);
  tell_(std::move(message));
}

void d_channel::restart_acknowledged(int channel) {
  if (restarts_.empty() || static_cast<int>(restarts_.front()) != (channel & 0xff))
    return;
  restart_known_ = true;
  serves(restarts_.front(), true);
  restarts_.erase(restarts_.begin());
  restart_next();
}

void d_channel::restart_missed() {
  if (!restart_known_) {
    trouble("the far end does not acknowledge that a B channel is restarted",
            "check that it is set to the same kind of line, and which of them is the network");
    restarts_.clear();
  } else {
    trouble("the restart of B channel " + std::to_string(restarts_.front()) +
                " is not acknowledged",
            "ask the far end whether it is blocked there");
    serves(restarts_.front(), false);
    restarts_.erase(restarts_.begin());
  }
  restart_next();
}

void d_channel::serves(unsigned b, bool so) {
  if (b_.is_in_service(b) == so)
    return;
  b_.in_service(b, so);
  v1::FromEdge message;
  auto& said = *message.mutable_b_channel();
  said.set_channel(settings_.channel());
  said.set_b_channel(b);
  said.set_in_service(so);
  tell_(std::move(message));
}

} // namespace switchroom::isdn
