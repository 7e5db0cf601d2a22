// SPDX-License-Identifier: MIT
// Lines that isdn-edge signals for (proto/isdn.proto): those of trunks (outside.cpp) and of digital
// stations (stations.cpp). They are lines as the others are, rung and lifted by what the edge says
// instead of what the fabric hears; their voice is in a slot of the switch, and tones are, too.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using isdn::v1::Progress;

/// So long a confirmation is heard before the gateway hangs up.
constexpr auto confirmation_time = 2s;

} // namespace

void gateway::implementation::tell_isdn(isdn::v1::ToEdge message) {
  if (!order_analog(message))
    out_.emplace_back(to_isdn{std::move(message)});
}

slot_id gateway::implementation::slot_of_isdn(const party& p) const {
  if (p.analog)
    return paths_.slot_of(p.analog->line);
  if (p.isdn->outside)
    return paths_.slot_of_span(settings_.trunks[p.isdn->trunk].span - 1, p.isdn->channel);
  return p.isdn_call && p.isdn_call->b_channel != 0
             ? paths_.slot_of_station(p.isdn->station, p.isdn_call->b_channel)
             : nowhere;
}

// ---- what the far end is told -------------------------------------------------------------------

/// A call of ours begins.
isdn::v1::ToEdge gateway::implementation::new_set_up(party& p, unsigned b_channel) {
  p.isdn_call = call_by_isdn{last_phone_call_ += 2, b_channel};
  isdn::v1::ToEdge message;
  auto& setup = *message.mutable_setup();
  setup.set_channel(p.isdn->d_channel);
  setup.set_call(p.isdn_call->call);
  setup.set_b_channel(b_channel);
  return message;
}

/// Until the edge says that it is over nobody else has the line.
void gateway::implementation::release_isdn(party& p, calls::cause why) {
  p.isdn_call->over = true;
  paths_.silence(slot_of(p.leg)); // it may have been through before the answer
  isdn::v1::ToEdge message;
  auto& release = *message.mutable_release();
  release.set_channel(p.isdn->d_channel);
  release.set_call(p.isdn_call->call);
  release.set_cause(why);
  tell_isdn(std::move(message));
}

void gateway::implementation::say_isdn(const party& p, Progress::Stage stage) {
  if (p.isdn_call->answered)
    return;
  isdn::v1::ToEdge message;
  auto& progress = *message.mutable_progress();
  progress.set_channel(p.isdn->d_channel);
  progress.set_call(p.isdn_call->call);
  progress.set_stage(stage);
  progress.set_in_band(stage != Progress::PROCEEDING);
  tell_isdn(std::move(message));
}

void gateway::implementation::connect_isdn(party& p) {
  if (std::exchange(p.isdn_call->answered, true))
    return;
  isdn::v1::ToEdge message;
  message.mutable_connect()->set_channel(p.isdn->d_channel);
  message.mutable_connect()->set_call(p.isdn_call->call);
  tell_isdn(std::move(message));
}

/// What a line has come to. Who calls hears tones in the B channel, from dialling on.
void gateway::implementation::tell_isdn_of(party& p, line_id line, tone reason) {
  using enum lines::state;
  if (!p.isdn_call || p.isdn_call->over)
    return;
  auto& its = *p.isdn_call;
  switch (p.machine.state()) {
  case waiting:
    return say_isdn(p, Progress::PROCEEDING);
  case ringback:
    return say_isdn(p, Progress::ALERTING);
  case overlap:
    return say_isdn(p, Progress::IN_BAND);
  case in_call:
    return connect_isdn(p);
  case confirmed:
    connect_isdn(p); // the tone, and the text, are for who is in a call
    its.ends = now_ + confirmation_time;
    return;
  case lines::state::tone:
    if (!p.isdn->outside && its.why == scn::v1::CAUSE_UNSPECIFIED) { // nobody else has refused it
      connect_isdn(p); // so that the tone is heard, and the text is read
      its.why = cause_of(reason);
      its.ends = now_ + confirmation_time;
      return;
    }
    [[fallthrough]];
  case parked:
    hang_up_.insert_or_assign(line, its.answered ? scn::v1::NORMAL_CLEARING
                                    : its.why != scn::v1::CAUSE_UNSPECIFIED ? its.why
                                                                            : cause_of(reason));
    return;
  case idle:
    return release_isdn(p, scn::v1::NORMAL_CLEARING);
  default:
    return;
  }
}

/// The far end has hung up, or will not have the call.
void gateway::implementation::isdn_is_down(party& p, calls::cause why) {
  p.isdn_call->over = true;
  paths_.silence(slot_of(p.leg));
  if (p.isdn_aside && p.held) { // the other stays on hold until the station wants it
    p.isdn_call->not_free = std::exchange(p.isdn_call->b_channel, 0);
    return active_is_down(p);
  }
  if (p.machine.state() != lines::state::ringing)
    return put_down(p);
  auto* c = call_of(std::exchange(p.call, std::nullopt));
  drive(p, lines::event::ring_over);
  if (c != nullptr && !overflow(*c, why))
    advance(*c, calls::event::destination_gone, why);
}

/// It is told why.
void gateway::implementation::hang_up_isdn(party& p, calls::cause why) {
  if (!p.isdn_call || p.isdn_call->over)
    return;
  release_isdn(p, why);
  isdn_is_down(p, why);
}

/// All that the edge keeps of it is gone.
void gateway::implementation::isdn_is_over(party& p, calls::cause why) {
  const auto call = p.isdn_call->call;
  if (!p.isdn_call->over)
    isdn_is_down(p, why);
  if (p.isdn_call && p.isdn_call->call == call)
    p.isdn_call.reset();
}

// ---- what the edge says -------------------------------------------------------------------------

void gateway::implementation::on(const isdn_message& arrived) {
  using body = isdn::v1::FromEdge;
  const auto& said = arrived.message;
  switch (said.body_case()) {
  case body::kChannel:
    return take(said.channel());
  case body::kBChannel:
    return take(said.b_channel());
  case body::kSetup:
    return take(said.setup());
  case body::kProgress:
    return take(said.progress());
  case body::kConnect:
    if (auto* p = isdn_of(said.connect());
        p != nullptr && !p->isdn_call->answered && p->machine.state() == lines::state::ringing) {
      learn_b_channel(*p, said.connect().b_channel());
      p->isdn_call->answered = true;
      drive(*p, lines::event::off_hook);
    } else if (auto* waited = station_with_aside(said.connect().channel(), said.connect().call())) {
      answer_station_aside(*waited, said.connect().b_channel());
    }
    return;
  case body::kDigits:
    if (auto* p = isdn_of(said.digits()); p != nullptr && !p->isdn_call->over)
      reads_keys(*p) ? turn(*p, said.digits().digits())
                     : take_isdn_digits(*p, said.digits().digits(), said.digits().complete());
    return;
  case body::kKeys:
    return take(said.keys());
  case body::kButton:
    return take(said.button());
  case body::kHold:
    return take(said.hold());
  case body::kRelease:
    if (auto* p = isdn_of(said.release()); p != nullptr && !p->isdn_call->over)
      isdn_is_down(*p, said.release().cause());
    else if (auto* other = station_with_aside(said.release().channel(), said.release().call()))
      aside_is_down(*other, said.release().cause());
    return;
  case body::kOver:
    if (auto* p = isdn_of(said.over()))
      isdn_is_over(*p, said.over().cause());
    else if (auto* other = station_with_aside(said.over().channel(), said.over().call()))
      aside_is_down(*other, said.over().cause());
    return;
  case body::kTrouble:
    if (said.trouble().channel() == 0) // else it is a far end's
      alarms_.raise("isdn-trouble", "isdn-edge cannot do all that it is asked",
                    said.trouble().what() + ".", said.trouble().remedy());
    return note("isdn-edge", settings_.gateway, said.trouble().what());
  case body::kFigures:
    isdn_figures_ = said.figures();
    return;
  case body::kReady:
    note("isdn-edge", settings_.gateway, "edge up");
    isdn_lost_.clear();
    return alarms_.clear("isdn-edge");
  default: // frames are the rim's
    return;
  }
}

/// The line with this call; null: it is over, or never was.
party* gateway::implementation::isdn_with(std::uint32_t d_channel, std::uint64_t call) {
  const auto found = isdn_lines_.find(d_channel);
  if (found == isdn_lines_.end())
    return nullptr;
  for (const auto line : found->second)
    if (auto& p = lines_.at(line); p.isdn_call && p.isdn_call->call == call)
      return &p;
  return nullptr;
}

/// Of a digital station: what is to be heard there has a slot from now on, or another.
void gateway::implementation::learn_b_channel(party& p, unsigned b_channel) {
  if (p.isdn->outside || b_channel == 0 || p.isdn_call->b_channel == b_channel)
    return;
  paths_.silence(slot_of(p.leg));
  p.isdn_call->b_channel = b_channel;
  if (auto* c = call_of(p.call))
    refresh_voice(*c);
}

void gateway::implementation::take(const isdn::v1::ChannelState& news) {
  const auto found = isdn_lines_.find(news.channel());
  if (found == isdn_lines_.end())
    return;
  const auto& first = lines_.at(found->second.front());
  if (first.isdn->outside)
    trunk_changes(first.isdn->trunk, news.up(), news.why());
  else if (first.isdn->up != news.up())
    note("isdn-edge", label(first.leg), news.up() ? "station is here" : "station gone");
  for (const auto line : found->second) {
    auto& p = lines_.at(line);
    p.isdn->up = news.up();
    p.here = news.up() && p.isdn->in_service;
  }
  if (auto* station = station_at(news.channel()); station != nullptr && news.up()) {
    station->lamps.clear(); // it shows nothing of before
    lamps_changed_ = true;
    clear_display(*station);
  }
}

void gateway::implementation::take(const isdn::v1::BChannel& news) {
  const auto found = isdn_lines_.find(news.channel());
  if (found == isdn_lines_.end())
    return;
  for (const auto line : found->second) {
    auto& p = lines_.at(line);
    if (!p.isdn->outside || p.isdn->channel != news.b_channel())
      continue;
    p.isdn->in_service = news.in_service();
    p.here = p.isdn->up && news.in_service();
    note("isdn-edge", label(p.leg), news.in_service() ? "in service" : "out of service");
  }
}

void gateway::implementation::take(const isdn::v1::Setup& asked) {
  const auto refuse_it = [&](calls::cause why) {
    isdn::v1::ToEdge message;
    auto& release = *message.mutable_release();
    release.set_channel(asked.channel());
    release.set_call(asked.call());
    release.set_cause(why);
    tell_isdn(std::move(message));
  };
  const auto& called = asked.called().digits();
  const auto found = isdn_lines_.find(asked.channel());
  const auto are_digits = [](std::string_view text) {
    return text.size() <= lines::line::most_digits && std::ranges::all_of(text, lines::is_digit);
  };
  if (found == isdn_lines_.end() || asked.call() % 2 == 0 || !are_digits(called) ||
      !are_digits(asked.keys()))
    return refuse_it(scn::v1::CALL_REJECTED);
  const bool outside = lines_.at(found->second.front()).isdn->outside;
  auto* p = outside ? outside_line(asked) : free_station(found->second.front());
  if (p == nullptr)
    return refuse_it(outside ? scn::v1::NO_CIRCUIT_AVAILABLE : scn::v1::USER_BUSY);
  if (!paths_.up())
    return refuse_it(scn::v1::DESTINATION_OUT_OF_ORDER);
  const bool shown = asked.presentation() == isdn::v1::ALLOWED;
  p->visitor = {shown ? asked.calling().digits() : std::string(), shown ? asked.name() : "", 0};
  if (outside)
    note(label(p->leg), settings_.gateway, "calls " + called);
  begin_call(*p, asked);
  const auto digits = outside ? std::string(called_of(*p, called)) : called + asked.keys();
  if (!asked.complete())
    say_isdn(*p, Progress::WANTS_DIGITS);
  if (!outside && !asked.complete() && digits.empty() && dial_shown(*p))
    return;
  take_isdn_digits(*p, digits, asked.complete());
}

/// `complete`: no more come.
void gateway::implementation::take_isdn_digits(party& p, std::string_view digits, bool complete) {
  for (const char digit : digits)
    dial(p, digit);
  if (complete && p.machine.state() == lines::state::dial_tone) // called without a number
    return hang_up_isdn(p, scn::v1::UNALLOCATED_NUMBER);
  if (complete)
    finish_dialling(p);
}

void gateway::implementation::take(const Progress& news) {
  auto* p = isdn_of(news);
  auto* c = p == nullptr || p->isdn_call->over ? nullptr : call_of(p->call);
  if (c == nullptr || p->machine.state() != lines::state::ringing)
    return;
  learn_b_channel(*p, news.b_channel());
  if (!p->isdn->outside) // it has been taken to ring from the beginning
    return;
  if (news.stage() == Progress::ALERTING) {
    advance(*c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
    if (news.in_band())
      hear_early(*c);
  } else if (news.stage() == Progress::IN_BAND || news.in_band()) {
    advance(*c, calls::event::speaks, scn::v1::NORMAL_CLEARING);
  }
}

/// It has died, or was never there: its calls are over, and it says anew what is in order.
void gateway::implementation::on(const isdn_down& lost) {
  if (std::exchange(isdn_lost_, lost.why) != lost.why) {
    note("isdn-edge", settings_.gateway, "edge down: " + lost.why);
    alarms_.raise("isdn-edge", "Trunks and digital stations cannot be served",
                  "isdn-edge " + lost.why + ".",
                  "It is started again by itself. If this stays: is the program there, beside "
                  "switchroomd (it needs libpri)? The gateway's log has what it said.");
  }
  alarms_.clear("isdn-trouble"); // the next one says it again
  for (auto& [line, p] : lines_) {
    if (!p.isdn || p.analog)
      continue;
    p.here = false;
    p.isdn->up = false;
    p.isdn->in_service = true;
    if (p.isdn_aside)
      aside_is_down(p, scn::v1::DESTINATION_OUT_OF_ORDER);
    if (p.isdn_call)
      isdn_is_over(p, scn::v1::DESTINATION_OUT_OF_ORDER);
  }
  isdn_figures_.Clear();
}

} // namespace switchroom::exchange
