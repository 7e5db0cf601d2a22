// SPDX-License-Identifier: MIT
/// Golden model of rtl/line/iom2_bus.sv: the line-card end of an IOM-2 bus, octet by octet.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"
#include "golden/g711.hpp"

namespace switchroom::golden {

/// The monitor channel of a station, a step a frame. Active is true here, zero on the bus.
class iom2_monitor {
public:
  /// What the host wants.
  struct wishes {
    std::uint8_t octet = 0;
    bool last = false, tag = false;
    bool take_tag = false, abort = false;
  };
  struct word {
    std::uint8_t octet = 0xff;
    bool mx = false, mr = false;
    bool operator==(const word&) const = default;
  };

  std::vector<regs::iom2_monitor> step(const word& heard, const wishes& host) {
    told_.clear();
    send(heard.mr, host);
    receive(heard.octet, heard.mx, host);
    return told_;
  }
  /// For the next frame.
  word says() const {
    word w;
    w.mx = sends_ != sending::nothing && sends_ != sending::next && sends_ != sending::end_1 &&
           sends_ != sending::end_2;
    w.mr = receives_ == receiving::taken || receives_ == receiving::next ||
           receives_ == receiving::again || receives_ == receiving::hold_next;
    if (w.mx || sends_ == sending::next)
      w.octet = out_;
    return w;
  }
  std::uint32_t status() const {
    using bits = regs::iom2_block::monitor_status;
    return bits::octet::of(got_) | bits::received_tag::of(received_tag_) |
           bits::sent_tag::of(sent_tag_) | bits::refused::of(refused_);
  }

private:
  enum class sending { nothing, first, ready, doubt, next, wait, answer, end_1, end_2 };
  enum class receiving { nothing, look, hold, taken, next, again, hold_next, answer, refuse };

  void tell(regs::iom2_monitor what) { told_.push_back(what); }
  void send(bool mr, const wishes& host) {
    const bool wants = host.tag != sent_tag_;
    const auto load = [&](sending then) {
      out_ = host.octet;
      last_ = host.last;
      sends_ = then;
    };
    const auto done = [&](bool acknowledged) {
      tell(acknowledged ? regs::iom2_monitor::sent : regs::iom2_monitor::refused);
      refused_ = !acknowledged;
      sends_ = acknowledged && !last_ ? sending::ready : sending::end_1;
    };
    switch (sends_) {
    case sending::nothing:
      if (wants && !mr) {
        refused_ = false;
        load(sending::first);
      }
      break;
    case sending::first:
    case sending::answer:
      if (!wants)
        sends_ = sending::end_1;
      else if (mr || sends_ == sending::answer) {
        sent_tag_ = !sent_tag_;
        done(mr);
      }
      break;
    case sending::ready:
    case sending::doubt:
      if (!mr && sends_ == sending::doubt)
        done(false);
      else if (!mr)
        sends_ = sending::doubt;
      else if (wants)
        load(sending::next);
      else
        sends_ = sending::ready;
      break;
    case sending::next:
      sends_ = sending::wait;
      break;
    case sending::wait:
      if (!wants)
        sends_ = sending::end_1;
      else if (!mr)
        sends_ = sending::answer;
      break;
    case sending::end_1:
      sends_ = sending::end_2;
      break;
    case sending::end_2:
      sends_ = sending::nothing;
      break;
    }
  }
  void receive(std::uint8_t octet, bool mx, const wishes& host) {
    const bool same = octet == std::exchange(seen_, octet);
    const auto got = [&](receiving then) {
      got_ = octet;
      received_tag_ = !received_tag_;
      receives_ = then;
      tell(regs::iom2_monitor::octet);
    };
    const auto end = [&] {
      receives_ = receiving::nothing;
      tell(regs::iom2_monitor::end);
    };
    switch (receives_) {
    case receiving::nothing:
      receives_ = mx ? receiving::look : receiving::nothing;
      break;
    case receiving::look:
      if (!mx)
        receives_ = receiving::nothing;
      else if (same)
        got(receiving::hold);
      break;
    case receiving::hold:
    case receiving::hold_next:
      if (!mx)
        end();
      else if (host.abort)
        receives_ = receiving::refuse;
      else if (host.take_tag == received_tag_)
        receives_ = receives_ == receiving::hold ? receiving::taken : receiving::answer;
      break;
    case receiving::taken:
      if (host.abort)
        receives_ = receiving::refuse;
      else if (!mx)
        receives_ = receiving::next;
      break;
    case receiving::next:
    case receiving::again:
      if (!mx)
        end();
      else if (same)
        got(receiving::hold_next);
      else
        receives_ = receiving::again;
      break;
    case receiving::answer:
      if (!mx)
        end();
      else
        receives_ = receiving::taken;
      break;
    case receiving::refuse:
      if (!mx)
        receives_ = receiving::nothing;
      break;
    }
  }

  sending sends_ = sending::nothing;
  receiving receives_ = receiving::nothing;
  std::uint8_t out_ = 0, seen_ = 0, got_ = 0;
  bool last_ = false, sent_tag_ = false, refused_ = false, received_tag_ = false;
  std::vector<regs::iom2_monitor> told_;
};

class iom2_bus {
public:
  using octets = std::array<std::uint8_t, 32>;

  explicit iom2_bus(unsigned first_slot) : first_slot_(first_slot) { command_.fill(15); }

  /// May the slot's sample be asked for, and what is it, in the frame that has begun.
  bool speaks(unsigned slot) const {
    return heard_ && slot % 4 != 3 && (slot % 4 == 2 ? has_d(slot / 4) : mode_of(slot) != off);
  }
  std::int16_t sample(unsigned slot) const {
    const std::uint8_t octet = heard_before_[slot];
    if (slot % 4 == 2)
      return static_cast<std::int16_t>(octet >> 6);
    return mode_of(slot) == clear ? static_cast<std::int16_t>(octet)
                                  : g711_decode(law_of(slot), octet);
  }

  /// A frame begins: what will be sent in it on DD. The registers are read again at each octet.
  void begin() {
    running_before_ = running_;
    running_ = enable_;
    heard_ = running_ && running_before_;
    if (!running_)
      stations_.fill({});
    heard_before_ = heard_now_;
    said_before_ = said_now_;
  }
  bool running() const { return running_; }
  /// What is sent in this frame.
  octets sends() const {
    octets dd;
    dd.fill(0xff);
    if (!running_)
      return dd;
    for (unsigned n = 0; n < 8; ++n) {
      for (unsigned b = 0; b < 2; ++b)
        if (heard_ && mode_of(4 * n + b) != off)
          dd[4 * n + b] = said_before_[4 * n + b];
      const auto monitor = stations_[n].monitor.says();
      dd[4 * n + 2] = monitor.octet;
      const unsigned d = heard_ && has_d(n) ? said_before_[4 * n + 2] & 3u : 3u;
      dd[4 * n + 3] = static_cast<std::uint8_t>(d << 6 | command_[n] << 2 | (monitor.mr ? 0 : 2) |
                                                (monitor.mx ? 0 : 1));
    }
    return dd;
  }
  /// What the switch gives to a slot in this frame.
  void egress(unsigned slot, std::int16_t sample) {
    said_now_[slot] = slot % 4 >= 2 || mode_of(slot) == clear ? static_cast<std::uint8_t>(sample)
                                                              : g711_encode(law_of(slot), sample);
  }
  /// It ends: what has come on DU.
  void end(const octets& du) {
    if (!running_)
      return;
    heard_now_ = du;
    for (unsigned n = 0; n < 8; ++n) {
      heard_now_[4 * n + 2] = du[4 * n + 3]; // D
      auto& s = stations_[n];
      const std::uint8_t tail = du[4 * n + 3];
      const std::uint8_t code = tail >> 2 & 15;
      if (std::exchange(s.seen, code) == code && code != s.code) {
        s.code = code;
        tell(regs::event_kind::iom2_indication, n, code);
      }
      const iom2_monitor::wishes host{static_cast<std::uint8_t>(send::octet::get(send_[n])),
                                      send::last::get(send_[n]) != 0, send::tag::get(send_[n]) != 0,
                                      take::tag::get(take_[n]) != 0,
                                      take::abort::get(take_[n]) != 0};
      auto told = s.monitor.step({du[4 * n + 2], (tail & 1) == 0, (tail & 2) == 0}, host);
      for (const auto kind : {regs::iom2_monitor::octet, regs::iom2_monitor::end,
                              regs::iom2_monitor::sent, regs::iom2_monitor::refused})
        for (const auto one : told)
          if (one == kind)
            tell(regs::event_kind::iom2_monitor, n,
                 static_cast<unsigned>(kind) << 8 | status::octet::get(s.monitor.status()));
    }
  }
  /// Somebody else has pulled so many of our ones down.
  void collide(std::uint32_t bits) { collisions_ += bits; }
  std::vector<board_event> take_events() { return std::exchange(events_, {}); }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    if (word == block::control::offset)
      enable_ = block::control::enable::get(value) != 0;
    else if (!put<block::station>(word, station_, value & 0x1f) &&
             !put<block::command>(word, command_, value & 15) &&
             !put<send>(word, send_, value & 0x3ff) && !put<take>(word, take_, value & 3))
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    return {};
  }
  register_answer read(std::uint16_t word) const {
    const auto is = [word](auto which) { return array_index<decltype(which)>(word, 8); };
    if (const int station = is(block::station{}); station >= 0)
      return {regs::status::ok, station_[at(station)]};
    if (const int command = is(block::command{}); command >= 0)
      return {regs::status::ok, command_[at(command)]};
    if (const int indication = is(block::indication{}); indication >= 0)
      return {regs::status::ok, stations_[at(indication)].code};
    if (const int sending = is(send{}); sending >= 0)
      return {regs::status::ok, send_[at(sending)]};
    if (const int taking = is(take{}); taking >= 0)
      return {regs::status::ok, take_[at(taking)]};
    if (const int both = is(status{}); both >= 0)
      return {regs::status::ok, stations_[at(both)].monitor.status()};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, 8};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    case block::control::offset:
      return {regs::status::ok, enable_};
    case block::collisions::offset:
      return {regs::status::ok, collisions_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::iom2_block;
  using send = block::monitor_send;
  using take = block::monitor_take;
  using status = block::monitor_status;
  static constexpr auto off = static_cast<unsigned>(regs::iom2_mode::off);
  static constexpr auto mu_law = static_cast<unsigned>(regs::iom2_mode::mu_law);
  static constexpr auto clear = static_cast<unsigned>(regs::iom2_mode::clear);
  struct state {
    std::uint8_t seen = 15, code = 15;
    iom2_monitor monitor;
  };

  template <class Register>
  static bool put(std::uint16_t word, std::array<std::uint32_t, 8>& array, std::uint32_t value) {
    const int n = array_index<Register>(word, 8);
    if (n >= 0)
      array[at(n)] = value;
    return n >= 0;
  }
  static std::size_t at(int n) { return static_cast<std::size_t>(n); }
  unsigned mode_of(unsigned slot) const { return station_[slot / 4] >> 2 * (slot % 4) & 3; }
  g711_law law_of(unsigned slot) const {
    return mode_of(slot) == mu_law ? g711_law::mu : g711_law::a;
  }
  bool has_d(unsigned n) const { return block::station::d::get(station_[n]) != 0; }
  void tell(regs::event_kind kind, unsigned n, unsigned data) {
    events_.push_back({kind, static_cast<std::uint8_t>(n), static_cast<std::uint16_t>(data)});
  }

  unsigned first_slot_;
  bool enable_ = false, running_ = false, running_before_ = false, heard_ = false;
  std::uint32_t collisions_ = 0;
  std::array<std::uint32_t, 8> station_{}, command_{}, send_{}, take_{};
  std::array<state, 8> stations_{};
  octets heard_now_{}, heard_before_{}, said_now_{}, said_before_{};
  std::vector<board_event> events_;
};

} // namespace switchroom::golden
