// SPDX-License-Identifier: MIT
#include "isdn_stack.hpp"

#include <sys/time.h>

#include <algorithm>
#include <cstring>

extern "C" {
#include <libpri.h>
}

namespace isdn_peer {
namespace {

namespace json = boost::json;

std::string text(const json::object& from, const char* key, const char* otherwise = "") {
  const auto* value = from.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : otherwise;
}
int number(const json::object& from, const char* key, int otherwise = 0) {
  const auto* value = from.if_contains(key);
  return value && value->is_int64() ? static_cast<int>(value->as_int64()) : otherwise;
}
/// What is shown is ISO 8859-1, JSON is UTF-8.
std::string utf8(std::string_view shown) {
  std::string made;
  for (const char octet : shown) {
    const auto one = static_cast<unsigned char>(octet);
    if (one >= 0x80)
      made += static_cast<char>(0xc0 | one >> 6);
    made += static_cast<char>(one < 0x80 ? one : 0x80 | (one & 0x3f));
  }
  return made;
}
bool flag(const json::object& from, const char* key, bool otherwise = false) {
  const auto* value = from.if_contains(key);
  return value && value->is_bool() ? value->as_bool() : otherwise;
}

} // namespace

stack::stack(bool network, bool bri, told tell, frame_out out)
    : tell_(std::move(tell)), out_(std::move(out)), bri_(bri && !network) {
  pri_set_message([](pri*, char*) {});
  pri_set_error([](pri*, char* what) { std::fputs(what, stderr); });
  const int node = network ? PRI_NETWORK : PRI_CPE;
  pri_ = bri ? pri_new_bri_cb(-1, 0, node, PRI_SWITCH_EUROISDN_E1, &read, &write, this)
             : pri_new_cb(-1, node, PRI_SWITCH_EUROISDN_E1, &read, &write, this);
  pri_set_overlapdial(pri_, 1);
  pri_hold_enable(pri_, 1);
  pri_hangup_fix_enable(pri_, 1);
  pri_display_options_receive(pri_, PRI_DISPLAY_OPTION_NAME_INITIAL | PRI_DISPLAY_OPTION_TEXT);
  if (network)
    pri_display_options_send(pri_, PRI_DISPLAY_OPTION_NAME_INITIAL | PRI_DISPLAY_OPTION_TEXT);
}

int stack::read(pri* from, void* buffer, int size) {
  auto& arriving = static_cast<stack*>(pri_get_userdata(from))->arriving_;
  if (arriving.empty() || static_cast<int>(arriving.size()) + 2 > size)
    return 0;
  std::memcpy(buffer, arriving.data(), arriving.size());
  const int length = static_cast<int>(arriving.size()) + 2; // its FCS, which nobody reads
  arriving.clear();
  return length;
}

int stack::write(pri* from, void* octets, int size) {
  if (size <= 2)
    return size;
  auto& self = *static_cast<stack*>(pri_get_userdata(from));
  const std::string_view frame(static_cast<const char*>(octets),
                               static_cast<std::size_t>(size - 2));
  const auto tei = static_cast<unsigned char>(frame[1]) >> 1;
  if (tei != 127)
    self.tei_ = tei;
  self.out_(frame);
  return size;
}

void stack::frame(std::string_view octets) {
  if (bri_ && station_.take(octets))
    return look_at_station();
  arriving_ = octets;
  if (auto* event = pri_check_event(pri_))
    look(event);
  run();
}

void stack::run() {
  while (auto* event = pri_schedule_run(pri_))
    look(event);
}

std::optional<std::chrono::milliseconds> stack::wait() const {
  const auto* next = pri_schedule_next(pri_);
  if (!next)
    return {};
  timeval now{};
  gettimeofday(&now, nullptr);
  const auto left = (next->tv_sec - now.tv_sec) * 1000LL + (next->tv_usec - now.tv_usec) / 1000 + 1;
  return std::chrono::milliseconds(std::max(left, 0LL));
}

// ---- what the far end does ----------------------------------------------------------------------

call* stack::of(q931_call* leg) {
  for (auto& [id, one] : calls_)
    if (one.leg == leg)
      return &one;
  return nullptr;
}

const call* stack::find(const std::string& id) const {
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : &found->second;
}

call& stack::add(std::string id, q931_call* leg) {
  auto& made = calls_[id];
  made = {id, leg};
  return made;
}

void stack::tell(const char* what, const call& one, json::object more) {
  more["event"] = what;
  more["id"] = one.id;
  more["channel"] = one.channel;
  tell_(std::move(more));
}

unsigned stack::channel_of(call& one, int encoded) {
  if (encoded > 0 && (encoded & 0xff) != 0 && (encoded & 0xff) != 0xff)
    one.channel = static_cast<unsigned>(encoded & 0xff);
  return one.channel;
}

void stack::display(const void* subcommands, const call* one) {
  const auto* list = static_cast<const pri_subcommands*>(subcommands);
  for (int n = 0; one && list && n < list->counter_subcmd; ++n)
    if (list->subcmd[n].cmd == PRI_SUBCMD_DISPLAY_TEXT) {
      tell("display", *one, {{"text", utf8(list->subcmd[n].u.display.text)}});
      station_.show_in_call(list->subcmd[n].u.display.text);
      look_at_station();
    }
}

void stack::look_at_station() {
  if (!bri_)
    return;
  json::object lamps;
  for (const auto& [key, lamp] : station_.lamps())
    lamps[std::to_string(key)] = lamp == switchroom::sim::station::lamp::on ? "on" : "flashes";
  const auto lines = station_.lines();
  tell_({{"event", "looks"}, {"lines", {utf8(lines[0]), utf8(lines[1])}}, {"lamps", lamps}});
}

void stack::look(void* what) {
  auto& event = *static_cast<pri_event*>(what);
  const auto say = [&](const char* name, q931_call* leg, int channel, json::object more = {}) {
    if (auto* one = of(leg)) {
      channel_of(*one, channel);
      tell(name, *one, std::move(more));
    }
  };
  switch (event.e) {
  case PRI_EVENT_DCHAN_UP:
    return tell_({{"event", "up"}});
  case PRI_EVENT_DCHAN_DOWN:
    return tell_({{"event", "down"}});
  case PRI_EVENT_RING:
    return ring(what);
  case PRI_EVENT_INFO_RECEIVED:
    display(event.ring.subcmds, of(event.ring.call));
    return digits(what);
  case PRI_EVENT_KEYPAD_DIGIT:
    return say("keys", event.digit.call, 0, {{"keys", std::string(event.digit.digits)}});
  case PRI_EVENT_SETUP_ACK:
    return say("wants_digits", event.setup_ack.call, event.setup_ack.channel,
               {{"in_band", (event.setup_ack.progressmask & PRI_PROG_INBAND_AVAILABLE) != 0}});
  case PRI_EVENT_PROCEEDING:
    return say("proceeding", event.proceeding.call, event.proceeding.channel);
  case PRI_EVENT_PROGRESS:
    return say("progress", event.proceeding.call, event.proceeding.channel);
  case PRI_EVENT_RINGING:
    return say("rings", event.ringing.call, event.ringing.channel,
               {{"in_band", (event.ringing.progressmask & PRI_PROG_INBAND_AVAILABLE) != 0}});
  case PRI_EVENT_ANSWER:
    say("answered", event.answer.call, event.answer.channel);
    return display(event.answer.subcmds, of(event.answer.call));
  case PRI_EVENT_HANGUP_REQ:
  case PRI_EVENT_HANGUP:
    display(event.hangup.subcmds, of(event.hangup.call));
    ended(event.hangup.call, event.hangup.cause, event.e == PRI_EVENT_HANGUP);
    return;
  case PRI_EVENT_HANGUP_ACK:
    return ended(event.hangup.call, event.hangup.cause, true);
  case PRI_EVENT_HOLD:
    pri_hold_ack(pri_, event.hold.call);
    return say("hold", event.hold.call, 0);
  case PRI_EVENT_RETRIEVE:
    if (auto* one = of(event.retrieve.call))
      pri_retrieve_ack(pri_, event.retrieve.call,
                       static_cast<int>(channel_of(*one, event.retrieve.channel)));
    return say("retrieve", event.retrieve.call, event.retrieve.channel);
  case PRI_EVENT_HOLD_ACK:
    return say("held", event.hold_ack.call, 0);
  case PRI_EVENT_HOLD_REJ:
    return say("not_held", event.hold_rej.call, 0, {{"cause", event.hold_rej.cause}});
  case PRI_EVENT_RETRIEVE_ACK:
    return say("retrieved", event.retrieve_ack.call, event.retrieve_ack.channel);
  case PRI_EVENT_RETRIEVE_REJ:
    return say("not_retrieved", event.retrieve_rej.call, 0, {{"cause", event.retrieve_rej.cause}});
  case PRI_EVENT_NOTIFY:
    return say("notify", event.notify.call, 0, {{"what", event.notify.info}});
  case PRI_EVENT_RESTART:
    return tell_({{"event", "restart"}, {"channel", event.restart.channel & 0xff}});
  default:
    return;
  }
}

void stack::ring(void* what) {
  auto& event = static_cast<pri_event*>(what)->ring;
  auto& one = add("in" + std::to_string(++incoming_), event.call);
  channel_of(one, event.channel);
  if (one.channel == 0)
    one.channel = 1; // we are asked to choose
  tell("ring", one,
       {{"to", std::string(event.callednum)},
        {"from", std::string(event.callingnum)},
        {"name", utf8(event.callingname)},
        {"presentation", event.callingpres},
        {"plan", event.calledplan},
        {"bearer", event.ctype},
        {"complete", event.complete != 0},
        {"exclusive", event.flexible == 0}});
  ringing_ = one.id;
  display(event.subcmds, &one);
  react(one, event.callednum, event.complete != 0);
}

void stack::digits(void* what) {
  auto& event = static_cast<pri_event*>(what)->ring;
  auto* one = of(event.call);
  if (!one || (*event.callednum == '\0' && event.complete == 0))
    return;
  tell("digits", *one,
       {{"digits", std::string(event.callednum)}, {"complete", event.complete != 0}});
  react(*one, event.callednum, event.complete != 0);
}

void stack::react(call& one, const std::string& more, bool complete) {
  auto& all = dialled_[one.id];
  const bool first = all.empty();
  all += more;
  const int channel = static_cast<int>(one.channel);
  if (by_itself_.wants > all.size() && !complete) {
    if (first && all.size() == more.size())
      pri_setup_ack(pri_, one.leg, channel, 0, 1);
    return;
  }
  if (by_itself_.refuse != 0) {
    pri_proceeding(pri_, one.leg, channel, 0);
    pri_hangup(pri_, one.leg, by_itself_.refuse);
  } else if (by_itself_.answer) {
    pri_answer(pri_, one.leg, channel, 0);
  }
}

void stack::ended(q931_call* leg, int cause, bool over) {
  const auto* one = of(leg);
  const auto id = one ? one->id : "";
  if (id == ringing_) // its release may go on, but there is nothing to be answered
    ringing_.clear();
  if (one)
    tell(over ? "over" : "disconnected", *one, {{"cause", cause}});
  pri_hangup(pri_, leg, cause);
  if (over) {
    calls_.erase(id);
    dialled_.erase(id);
    station_.call_over();
    look_at_station();
  }
}

// ---- what it is told ----------------------------------------------------------------------------

bool stack::place(const json::object& with) {
  auto* leg = pri_new_call(pri_);
  auto* request = pri_sr_new();
  auto to = text(with, "to"), from = text(with, "from"), name = text(with, "name");
  const int channel = number(with, "channel", -1);
  pri_sr_set_channel(request, channel, flag(with, "exclusive") ? 1 : 0, 0);
  pri_sr_set_bearer(request, number(with, "bearer", PRI_TRANS_CAP_SPEECH), PRI_LAYER_1_ALAW);
  pri_sr_set_called(request, to.data(), number(with, "plan", PRI_UNKNOWN),
                    flag(with, "complete", true) ? 1 : 0);
  if (!from.empty())
    pri_sr_set_caller(request, from.data(), name.empty() ? nullptr : name.data(), PRI_NATIONAL_ISDN,
                      flag(with, "restricted") ? PRES_PROHIB_USER_NUMBER_PASSED_SCREEN
                                               : PRES_ALLOWED_USER_NUMBER_PASSED_SCREEN);
  const auto keys = text(with, "keys");
  if (!keys.empty())
    pri_sr_set_keypad_digits(request, keys.c_str());
  auto& one = add(text(with, "id"), leg);
  one.ours = true;
  one.channel = channel > 0 ? static_cast<unsigned>(channel) : 0;
  const bool placed = pri_setup(pri_, leg, request) == 0;
  pri_sr_free(request);
  return placed;
}

bool stack::command(const json::object& with) {
  const auto what = text(with, "do");
  if (what == "call")
    return place(with);
  if (what == "reflexes") {
    by_itself_ = {flag(with, "answer"), number(with, "refuse"),
                  static_cast<unsigned>(number(with, "wants"))};
    return true;
  }
  if (what == "timer")
    return pri_set_timer(pri_, pri_timer2idx(text(with, "name").c_str()), number(with, "value")) ==
           0;
  if (what == "lift")
    return lift();
  if (what == "press")
    return press(with);
  const auto found = calls_.find(what == "hang_up" ? lifted_ : text(with, "id"));
  return found != calls_.end() && in_call(found->second, what, with);
}

bool stack::lift() {
  auto* ringing = calls_.contains(ringing_) ? &calls_.at(ringing_) : nullptr;
  lifted_ = ringing ? ringing_ : "handset";
  ringing_.clear();
  if (ringing)
    return pri_answer(pri_, ringing->leg, static_cast<int>(ringing->channel), 0) == 0;
  return place({{"id", lifted_}, {"to", ""}, {"complete", false}});
}

bool stack::press(const json::object& with) {
  if (!bri_ || tei_ == 0)
    return false;
  const auto key = number(with, "button");
  out_(key > 0 ? switchroom::sim::station::button(static_cast<unsigned>(key), tei_)
               : switchroom::sim::station::keys(text(with, "keys"), tei_));
  return true;
}

bool stack::in_call(call& one, std::string_view what, const json::object& with) {
  const int channel = number(with, "channel", static_cast<int>(one.channel));
  const int in_band = flag(with, "in_band") ? 1 : 0;
  if (what == "more")
    return pri_setup_ack(pri_, one.leg, channel, 0, in_band) == 0;
  if (what == "proceed")
    return pri_proceeding(pri_, one.leg, channel, in_band) == 0;
  if (what == "ring")
    return pri_acknowledge(pri_, one.leg, channel, in_band) == 0;
  if (one.id == ringing_ && (what == "answer" || what == "hangup"))
    ringing_.clear(); // to lift the receiver begins another call
  if (what == "answer")
    return pri_answer(pri_, one.leg, channel, 0) == 0;
  if (what == "hangup" || what == "hang_up")
    return pri_hangup(pri_, one.leg, number(with, "cause", PRI_CAUSE_NORMAL_CLEARING)) == 0;
  if (what == "keys")
    return pri_keypad_facility(pri_, one.leg, text(with, "keys").c_str()) == 0;
  if (what == "hold")
    return pri_hold(pri_, one.leg) == 0;
  if (what == "retrieve")
    return pri_retrieve(pri_, one.leg, number(with, "channel", 0)) == 0;
  if (what == "digits") {
    for (const char digit : text(with, "digits"))
      pri_information(pri_, one.leg, digit);
    return true;
  }
  if (what == "display") {
    const auto shown = text(with, "text");
    pri_subcmd_display_txt made{};
    made.length = static_cast<int>(std::min(shown.size(), sizeof made.text));
    std::memcpy(made.text, shown.data(), static_cast<std::size_t>(made.length));
    return pri_display_text(pri_, one.leg, &made) == 0;
  }
  return false;
}

} // namespace isdn_peer
