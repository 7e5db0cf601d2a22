// SPDX-License-Identifier: MIT
// Lines to exchanges outside. Each time slot of a trunk is a line as the others are: rung and
// lifted by what isdn-edge says instead of what the fabric hears, with a slot of the switch of its
// own (docs/adr/0023). Who calls from outside reaches numbers and nothing else: nothing that is
// dialled there costs anything or changes anything.
#include "exchange/implementation.hpp"

#include <algorithm>
#include <stdexcept>

namespace switchroom::exchange {
namespace {

using isdn::v1::Progress;

/// Lines of trunks are numbered beyond those of the configuration.
constexpr std::uint32_t lines_of_a_trunk = 100, first_trunk_line = 10000;
/// One trunk is tried no more often for one call: the first line may just have been taken from the
/// far end.
constexpr std::ptrdiff_t tries_of_a_trunk = 2;
/// Of its echo canceller: the other exchange's hybrid is a few milliseconds away.
constexpr unsigned tail_of_an_analog_line = 16;

line_id line_at(std::size_t trunk, unsigned channel) {
  return line_id{first_trunk_line + static_cast<std::uint32_t>(trunk) * lines_of_a_trunk + channel};
}

/// D channels are numbered as trunks are, from 1.
std::uint32_t channel_of(std::size_t trunk) {
  return static_cast<std::uint32_t>(trunk) + 1;
}

/// Another line may do.
bool is_of_the_line(calls::cause why) {
  switch (why) {
  case scn::v1::DESTINATION_OUT_OF_ORDER:
  case scn::v1::NO_CIRCUIT_AVAILABLE:
  case scn::v1::NETWORK_OUT_OF_ORDER:
  case scn::v1::RECOVERY_ON_TIMER_EXPIRY:
    return true;
  default:
    return false;
  }
}

} // namespace

void kept::add_trunk_lines() {
  for (std::size_t trunk = 0; trunk < settings_.trunks.size(); ++trunk) {
    auto plan = dialplan::of_line(system_plan_, settings_.trunks[trunk].codes);
    if (!plan)
      throw std::invalid_argument(plan.error().what); // the configuration has been checked
    outside_plans_.push_back(*plan);
    for (const auto channel : settings_.trunks[trunk].channels) {
      const auto line = line_at(trunk, channel);
      auto& p = lines_.emplace(line, party(calls::line_leg{line}, timers_)).first->second;
      p.on_edge = true;
      p.outside = outside_place{trunk, channel};
      if (settings_.trunks[trunk].analog) {
        p.analog = analog_place{line_id{channel}};
        p.echo_tail_ms = tail_of_an_analog_line;
      }
    }
  }
}

void gateway::implementation::tell_isdn(isdn::v1::ToEdge message) {
  if (!order_analog(message))
    out_.emplace_back(to_isdn{std::move(message)});
}

slot_id gateway::implementation::slot_of(const outside_place& place) const {
  if (settings_.trunks[place.trunk].analog)
    return paths_.slot_of(line_id{place.channel});
  return paths_.slot_of_span(settings_.trunks[place.trunk].span - 1, place.channel);
}

// ---- a call to the outside
// -----------------------------------------------------------------------

/// The cheapest that is free and was not tried in vain.
party* gateway::implementation::free_line(const calls::outside_call& wanted) {
  const auto group = std::ranges::find(settings_.line_groups, wanted.group, &line_group::name);
  if (group == settings_.line_groups.end())
    return nullptr;
  for (const auto& name : group->trunks) {
    const auto found = std::ranges::find(settings_.trunks, name, &trunk_settings::name);
    const auto trunk = static_cast<std::size_t>(found - settings_.trunks.begin());
    const auto tried = std::ranges::count_if(
        wanted.tried, [&](line_id line) { return lines_.at(line).outside->trunk == trunk; });
    if (found == settings_.trunks.end() || tried >= tries_of_a_trunk)
      continue;
    for (const auto channel : found->channels) {
      const auto line = line_at(trunk, channel);
      auto& p = lines_.at(line);
      if (p.machine.state() == lines::state::idle && !p.outside_call && in_order(line) &&
          std::ranges::find(wanted.tried, line) == wanted.tried.end())
        return &p;
    }
  }
  return nullptr;
}

bool gateway::implementation::reach(calls::call& c, const calls::to_outside& there) {
  if (!c.outside)
    c.outside = calls::outside_call{there.group, there.number};
  auto* p = free_line(*c.outside);
  if (p == nullptr) {
    advance(c, calls::event::destination_gone, scn::v1::NO_CIRCUIT_AVAILABLE);
    return false;
  }
  c.outside->tried.push_back(std::get<calls::line_leg>(p->leg).line);
  c.destination = p->leg;
  p->call = c.id;
  set_expiry(c); // it is outside now
  drive(*p, lines::event::ring);
  return true;
}

/// What a line does when it is rung.
void gateway::implementation::call_outside(party& p) {
  const auto* c = call_of(p.call);
  if (c == nullptr || !c->outside)
    return;
  const auto& trunk = settings_.trunks[p.outside->trunk];
  p.outside_call = outside_line_call{last_phone_call_ += 2};
  isdn::v1::ToEdge message;
  auto& setup = *message.mutable_setup();
  setup.set_channel(channel_of(p.outside->trunk));
  setup.set_call(p.outside_call->call);
  setup.set_b_channel(p.outside->channel);
  setup.set_exclusive(true); // it is this line
  setup.mutable_called()->set_digits(c->outside->number);
  setup.set_complete(true);
  setup.set_name(c->from.name);
  if (trunk.number.empty())
    setup.set_presentation(isdn::v1::UNAVAILABLE);
  else
    setup.mutable_calling()->set_digits(trunk.number + c->from.number);
  tell_isdn(std::move(message));
  note(settings_.gateway, label(p.leg), "calls " + c->outside->number);
}

/// True: the call goes out by another line.
bool gateway::implementation::overflow(calls::call& c, calls::cause why) {
  if (!c.outside || c.state != calls::state::setting_up || !is_of_the_line(why))
    return false;
  note(label(c.destination), settings_.gateway, "not taken: " + calls::text(why));
  if (free_line(*c.outside) == nullptr)
    return false;
  return reach(c, calls::to_outside{c.outside->group, c.outside->number});
}

// ---- what the other exchange is told
// -------------------------------------------------------------

/// Until the edge says that it is over nobody else has the line.
void gateway::implementation::release_outside(party& p, calls::cause why) {
  p.outside_call->over = true;
  paths_.silence(slot_of(p.leg)); // it may have been through before the answer
  isdn::v1::ToEdge message;
  auto& release = *message.mutable_release();
  release.set_channel(channel_of(p.outside->trunk));
  release.set_call(p.outside_call->call);
  release.set_cause(why);
  tell_isdn(std::move(message));
}

void gateway::implementation::connect_outside(const party& p) {
  isdn::v1::ToEdge message;
  message.mutable_connect()->set_channel(channel_of(p.outside->trunk));
  message.mutable_connect()->set_call(p.outside_call->call);
  tell_isdn(std::move(message));
}

/// What a line has come to. Who calls hears tones in the B channel, from dialling on.
void gateway::implementation::tell_outside(party& p, line_id line, tone reason) {
  using enum lines::state;
  if (!p.outside_call)
    return;
  auto& its = *p.outside_call;
  if (its.over)
    return;
  const auto say = [&](Progress::Stage stage) {
    isdn::v1::ToEdge message;
    auto& progress = *message.mutable_progress();
    progress.set_channel(channel_of(p.outside->trunk));
    progress.set_call(its.call);
    progress.set_stage(stage);
    progress.set_in_band(stage != Progress::PROCEEDING);
    if (!its.answered)
      tell_isdn(std::move(message));
  };
  switch (p.machine.state()) {
  case waiting:
    return say(Progress::PROCEEDING);
  case ringback:
    return say(Progress::ALERTING);
  case overlap:
    return say(Progress::IN_BAND);
  case in_call:
    if (!std::exchange(its.answered, true))
      connect_outside(p);
    return;
  case lines::state::tone:
  case confirmed:
  case parked:
    hang_up_.insert_or_assign(line, its.answered ? scn::v1::NORMAL_CLEARING
                                    : its.why != scn::v1::CAUSE_UNSPECIFIED ? its.why
                                                                            : cause_of(reason));
    return;
  case idle:
    return release_outside(p, scn::v1::NORMAL_CLEARING);
  default:
    return;
  }
}

/// The other exchange has hung up, or will not have the call.
void gateway::implementation::outside_is_down(party& p, calls::cause why) {
  p.outside_call->over = true;
  paths_.silence(slot_of(p.leg));
  if (p.machine.state() != lines::state::ringing)
    return put_down(p);
  auto* c = call_of(std::exchange(p.call, std::nullopt));
  drive(p, lines::event::ring_over);
  if (c != nullptr && !overflow(*c, why))
    advance(*c, calls::event::destination_gone, why);
}

/// It is told why.
void gateway::implementation::hang_up_outside(party& p, calls::cause why) {
  if (!p.outside_call || p.outside_call->over)
    return;
  release_outside(p, why);
  outside_is_down(p, why);
}

// ---- what the edge says
// --------------------------------------------------------------------------

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
    if (auto* p = outside_of(said.connect());
        p != nullptr && !p->outside_call->answered && p->machine.state() == lines::state::ringing) {
      p->outside_call->answered = true;
      drive(*p, lines::event::off_hook);
    }
    return;
  case body::kDigits:
    if (auto* p = outside_of(said.digits()); p != nullptr && !p->outside_call->over)
      take_outside_digits(*p, said.digits().digits(), said.digits().complete());
    return;
  case body::kRelease:
    if (auto* p = outside_of(said.release()); p != nullptr && !p->outside_call->over)
      outside_is_down(*p, said.release().cause());
    return;
  case body::kOver:
    if (auto* p = outside_of(said.over()))
      outside_is_over(*p, said.over().cause());
    return;
  case body::kTrouble:
    return note("isdn-edge", settings_.gateway, said.trouble().what());
  case body::kFigures:
    isdn_figures_ = said.figures();
    return;
  case body::kReady:
    note("isdn-edge", settings_.gateway, "edge up");
    isdn_lost_.clear();
    return alarms_.clear("isdn-edge");
  default: // frames are the rim's; what is left is of stations
    return;
  }
}

/// All that the edge keeps of it is gone.
void gateway::implementation::outside_is_over(party& p, calls::cause why) {
  const auto call = p.outside_call->call;
  if (!p.outside_call->over)
    outside_is_down(p, why);
  if (p.outside_call && p.outside_call->call == call)
    p.outside_call.reset();
}

/// The line with this call; null: it is over, or never was.
party* gateway::implementation::outside_with(std::uint32_t d_channel, std::uint64_t call) {
  if (!trunk_at(d_channel))
    return nullptr;
  const auto trunk = d_channel - 1;
  for (const auto channel : settings_.trunks[trunk].channels)
    if (auto& p = lines_.at(line_at(trunk, channel));
        p.outside_call && p.outside_call->call == call)
      return &p;
  return nullptr;
}

const trunk_settings* gateway::implementation::trunk_at(std::uint32_t d_channel) const {
  return d_channel == 0 || d_channel > settings_.trunks.size() ? nullptr
                                                               : &settings_.trunks[d_channel - 1];
}

void gateway::implementation::take(const isdn::v1::ChannelState& news) {
  const auto* trunk = trunk_at(news.channel());
  if (trunk == nullptr)
    return;
  const auto id = "trunk-" + trunk->name;
  if (news.up())
    alarms_.clear(id);
  else
    alarms_.raise(
        id, "Trunk " + trunk->name + " is out of order",
        "Its signalling (D channel of span " + std::to_string(trunk->span) + ") is down" +
            (news.why().empty() ? "" : ": " + news.why()) + ".",
        "Is the cable in, and does the other exchange run? One side has to be the network "
        "and the other the user: `kind` of the [[trunk]].");
  note("isdn-edge", settings_.gateway,
       "trunk " + trunk->name + (news.up() ? " in service" : " out of service"));
  for (const auto channel : trunk->channels) {
    auto& p = lines_.at(line_at(news.channel() - 1, channel));
    p.here = news.up() && p.outside->in_service;
    p.outside->up = news.up();
  }
}

void gateway::implementation::take(const isdn::v1::BChannel& news) {
  const auto found = trunk_at(news.channel()) == nullptr
                         ? lines_.end()
                         : lines_.find(line_at(news.channel() - 1, news.b_channel()));
  if (found == lines_.end())
    return;
  auto& p = found->second;
  p.outside->in_service = news.in_service();
  p.here = p.outside->up && news.in_service();
  note("isdn-edge", label(p.leg), news.in_service() ? "in service" : "out of service");
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
  const auto* trunk = trunk_at(asked.channel());
  std::string_view called = asked.called().digits();
  if (trunk == nullptr || asked.call() % 2 == 0 || !std::ranges::all_of(called, lines::is_digit) ||
      called.size() > lines::line::most_digits)
    return refuse_it(scn::v1::CALL_REJECTED);
  const auto found = lines_.find(line_at(asked.channel() - 1, asked.b_channel()));
  if (found == lines_.end() || found->second.outside_call ||
      found->second.machine.state() != lines::state::idle)
    return refuse_it(scn::v1::NO_CIRCUIT_AVAILABLE);
  if (!paths_.up())
    return refuse_it(scn::v1::DESTINATION_OUT_OF_ORDER);
  auto& p = found->second;
  p.outside_call = outside_line_call{asked.call()};
  const bool shown = asked.presentation() == isdn::v1::ALLOWED;
  p.visitor = {shown ? asked.calling().digits() : std::string(), shown ? asked.name() : "", 0};
  note(label(p.leg), settings_.gateway, "calls " + asked.called().digits());
  if (trunk->called_digits > 0 && called.size() > trunk->called_digits)
    called.remove_prefix(called.size() - trunk->called_digits);
  drive(p, lines::event::off_hook);
  take_outside_digits(p, called, asked.complete());
}

/// Rule C8. `complete`: no more come.
void gateway::implementation::take_outside_digits(party& p, std::string_view digits,
                                                  bool complete) {
  for (const char digit : digits)
    dial(p, digit);
  if (complete && p.machine.state() == lines::state::dial_tone) // called without a number
    return hang_up_outside(p, scn::v1::UNALLOCATED_NUMBER);
  if (complete)
    finish_dialling(p);
}

void gateway::implementation::take(const Progress& news) {
  auto* p = outside_of(news);
  auto* c = p == nullptr || p->outside_call->over ? nullptr : call_of(p->call);
  if (c == nullptr || p->machine.state() != lines::state::ringing)
    return;
  if (news.stage() == Progress::ALERTING) {
    advance(*c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
    if (news.in_band())
      hear_early(*c);
  } else if (news.stage() == Progress::IN_BAND || news.in_band()) {
    advance(*c, calls::event::speaks, scn::v1::NORMAL_CLEARING);
  }
}

/// It has died, or was never there: its calls are over, and it says anew which trunks are in order.
void gateway::implementation::on(const isdn_down& lost) {
  if (std::exchange(isdn_lost_, lost.why) != lost.why) {
    note("isdn-edge", settings_.gateway, "edge down: " + lost.why);
    alarms_.raise("isdn-edge", "Trunks cannot be served", "isdn-edge " + lost.why + ".",
                  "It is started again by itself. If this stays: is the program there, beside "
                  "switchroomd (it needs libpri)? The gateway's log has what it said.");
  }
  for (auto& [line, p] : lines_) {
    if (!p.outside || p.analog)
      continue;
    p.here = false;
    p.outside->up = false;
    p.outside->in_service = true;
    if (p.outside_call)
      outside_is_over(p, scn::v1::DESTINATION_OUT_OF_ORDER);
  }
  isdn_figures_.Clear();
}

// ---- what operators see
// --------------------------------------------------------------------------

control::v1::Trunks gateway::implementation::list_trunks() const {
  control::v1::Trunks list;
  for (std::size_t n = 0; n < settings_.trunks.size(); ++n) {
    const auto& configured = settings_.trunks[n];
    auto& trunk = *list.add_trunks();
    trunk.set_name(configured.name);
    trunk.set_span(configured.analog ? 0 : configured.span);
    for (const auto channel : configured.channels) {
      const auto& p = lines_.at(line_at(n, channel));
      trunk.set_in_service(p.here && paths_.up());
      auto& one = *trunk.add_channels();
      one.set_channel(channel);
      one.set_state(std::string(lines::name(p.machine.state())));
      const auto call = p.call ? calls_.find(*p.call) : calls_.end();
      if (call == calls_.end())
        continue;
      const auto& c = call->second;
      one.set_from(c.from.number);
      one.set_to(c.outside ? c.outside->number : c.extension);
    }
  }
  return list;
}

} // namespace switchroom::exchange
