// SPDX-License-Identifier: MIT
// Lines to exchanges outside: each time slot of a trunk is one (docs/adr/0023). Who calls from
// outside reaches numbers and nothing else: nothing that is dialled there costs anything or changes
// anything.
#include "exchange/implementation.hpp"

#include <algorithm>
#include <stdexcept>

namespace switchroom::exchange {
namespace {

/// Lines of trunks are numbered beyond those of the configuration.
constexpr std::uint32_t lines_of_a_trunk = 100, first_trunk_line = 10000;
/// One trunk is tried no more often for one call: the first line may just have been taken from the
/// far end.
constexpr std::ptrdiff_t tries_of_a_trunk = 2;
/// Instead of a D channel: beyond all of those.
constexpr std::uint32_t first_analog_trunk = 10000;
/// Of its echo canceller: the other exchange's hybrid is a few milliseconds away.
constexpr unsigned tail_of_an_analog_line = 16;

line_id line_at(std::size_t trunk, unsigned channel) {
  return line_id{first_trunk_line + static_cast<std::uint32_t>(trunk) * lines_of_a_trunk + channel};
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

std::size_t digital_trunks(const settings& s) {
  return static_cast<std::size_t>(
      std::ranges::count_if(s.trunks, [](const auto& trunk) { return !trunk.analog; }));
}

void kept::add_trunk_lines() {
  for (std::size_t trunk = 0; trunk < settings_.trunks.size(); ++trunk) {
    auto plan = dialplan::of_line(system_plan_, settings_.trunks[trunk].codes);
    if (!plan)
      throw std::invalid_argument(plan.error().what); // the configuration has been checked
    outside_plans_.push_back(*plan);
    for (const auto channel : settings_.trunks[trunk].channels) {
      const auto line = line_at(trunk, channel);
      const bool analog = settings_.trunks[trunk].analog.has_value();
      const auto d_channel = static_cast<std::uint32_t>(trunk) + (analog ? first_analog_trunk : 1);
      auto& p = lines_.emplace(line, party(calls::line_leg{line}, timers_)).first->second;
      p.on_edge = true;
      p.isdn = isdn_place{d_channel, true, trunk, channel};
      isdn_lines_[d_channel].push_back(line);
      if (analog) {
        p.analog = analog_place{line_id{channel}};
        p.echo_tail_ms = tail_of_an_analog_line;
      }
    }
  }
}

// ---- a call to the outside ----------------------------------------------------------------------

/// The cheapest that is free and was not tried in vain.
party* gateway::implementation::free_line(const calls::outside_call& wanted) {
  const auto group = std::ranges::find(settings_.line_groups, wanted.group, &line_group::name);
  if (group == settings_.line_groups.end())
    return nullptr;
  for (const auto& name : group->trunks) {
    const auto found = std::ranges::find(settings_.trunks, name, &trunk_settings::name);
    const auto trunk = static_cast<std::size_t>(found - settings_.trunks.begin());
    const auto tried = std::ranges::count_if(
        wanted.tried, [&](line_id line) { return lines_.at(line).isdn->trunk == trunk; });
    if (found == settings_.trunks.end() || tried >= tries_of_a_trunk)
      continue;
    for (const auto channel : found->channels) {
      const auto line = line_at(trunk, channel);
      auto& p = lines_.at(line);
      if (p.machine.state() == lines::state::idle && !p.isdn_call && in_order(line) &&
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
  const auto& trunk = settings_.trunks[p.isdn->trunk];
  auto message = new_set_up(p, p.isdn->channel);
  auto& setup = *message.mutable_setup();
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

// ---- a call from outside ------------------------------------------------------------------------

/// The line that the far end has taken for it; null: it has a call.
party* gateway::implementation::outside_line(const isdn::v1::Setup& asked) {
  for (const auto line : isdn_lines_.at(asked.channel()))
    if (auto& p = lines_.at(line); p.isdn->channel == asked.b_channel())
      return !p.isdn_call && p.machine.state() == lines::state::idle ? &p : nullptr;
  return nullptr;
}

/// Rule C8: the digits that count.
std::string_view gateway::implementation::called_of(const party& p, std::string_view digits) const {
  const auto last = settings_.trunks[p.isdn->trunk].called_digits;
  return last > 0 && digits.size() > last ? digits.substr(digits.size() - last) : digits;
}

void gateway::implementation::trunk_changes(std::size_t which, bool up, const std::string& why) {
  auto& health = trunk_healths_[which];
  health.signalling = up;
  health.why = why;
  tell_of_trunk(which);
  note("isdn-edge", settings_.gateway,
       "trunk " + settings_.trunks[which].name + (up ? " in service" : " out of service"));
}

void gateway::implementation::on(const span_state& news) {
  auto& health = trunk_healths_[news.trunk];
  const auto before = std::exchange(health.span, news.trouble);
  if (before.what == news.trouble.what)
    return;
  const auto& trunk = settings_.trunks[news.trunk];
  const auto id = "span-" + std::to_string(trunk.span);
  const auto name = "span " + std::to_string(trunk.span);
  if (news.trouble.what.empty())
    alarms_.clear(id);
  else
    alarms_.raise(id, "Nothing can be said over " + name,
                  "On " + name + " (trunk " + trunk.name + ") " + news.trouble.what + ".",
                  news.trouble.remedy);
  tell_of_trunk(news.trunk);
  note("board", settings_.gateway,
       name + ": " + (news.trouble.what.empty() ? "in order" : news.trouble.what));
}

/// Of a span without a signal one alarm is enough.
void gateway::implementation::tell_of_trunk(std::size_t which) {
  const auto& trunk = settings_.trunks[which];
  const auto& health = trunk_healths_[which];
  const auto id = "trunk-" + trunk.name;
  if (health.signalling || !health.span.what.empty())
    alarms_.clear(id);
  else
    alarms_.raise(
        id, "Trunk " + trunk.name + " is out of order",
        "Its signalling (D channel of span " + std::to_string(trunk.span) + ") is down" +
            (health.why.empty() ? "" : ": " + health.why) + ".",
        "Does the other exchange run? One side has to be the network and the other the user: "
        "`kind` of the [[trunk]].");
}

// ---- what operators see -------------------------------------------------------------------------

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
