// SPDX-License-Identifier: MIT
// A phone that is called may send something before it is answered: an announcement, or a tone of
// its own. Who calls hears that in place of our ringback, and is not heard; times and diversions go
// on as while it rings. Many phones promise it (183) and send nothing: so from the first packet on,
// not from the promise (RFC 3960, 3.2).
#include "calls/messages.hpp"
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

void gateway::implementation::take(const edge::v1::Listening& told) {
  auto* p = phone_of(told.line(), told.call());
  if (p == nullptr || !calls::usable(told.media()))
    return;
  open_phone(*p, told.media());
  auto* c = call_of(p->call);
  if (c == nullptr || p->machine.state() == lines::state::ringing)
    return;
  refresh_voice(*c);
  if (c->state == calls::state::active)
    tell_connected(*c); // whether it takes digits, we know now
}

void gateway::implementation::on(const voice_begins& heard) {
  for (auto& [line, p] : lines_)
    if (p.phone && p.phone->slot == heard.slot) {
      auto* c = call_of(p.call);
      if (c != nullptr && p.phone->listens && p.machine.state() == lines::state::ringing)
        hear_early(*c);
      return;
    }
}

/// Groups and pages ring several, of whom nobody is heard before he answers.
void gateway::implementation::hear_early(calls::call& c) {
  if (c.state != calls::state::alerting || std::holds_alternative<calls::service_leg>(c.origin))
    return;
  const bool news = !std::exchange(c.early, true);
  refresh_voice(c);
  if (news)
    note(label(c.destination), label(c.origin), "is heard before the answer");
  if (!news || c.answered) // it is in a call already: a transfer
    return;
  if (const auto* leg = std::get_if<calls::peer_leg>(&c.origin)) {
    const auto found = trunks_.find(*leg);
    if (found == trunks_.end() || visitors_.contains(*leg)) // has the voice path already
      return;
    const auto own = answer_endpoint(found->second);
    return post(leg->peer, calls::early(leg->number, &own));
  }
  const auto* p = party_of(c.origin);
  if (p == nullptr || !p->phone || p->phone->transfers || p->phone->answered)
    return;
  edge::v1::ToEdge message;
  auto& progress = *message.mutable_progress();
  progress.set_line(std::get<calls::line_leg>(c.origin).line.value);
  progress.set_call(p->phone->call);
  progress.set_early(true);
  *progress.mutable_media() = phone_endpoint(p->phone->slot);
  tell_edge(std::move(message));
}

/// Somebody else is called now: ringback again. If it was answered, or is over, who calls hears
/// that.
void gateway::implementation::end_early(calls::call& c) {
  c.early = false;
  if (c.state != calls::state::setting_up && c.state != calls::state::alerting)
    return;
  const auto* leg = std::get_if<calls::peer_leg>(&c.origin);
  if (leg != nullptr && !c.answered && !visitors_.contains(*leg)) {
    paths_.silence(slot_of(c.origin));
    post(leg->peer, calls::early(leg->number, nullptr)); // its gateway plays the tone
  } else if (!c.origin_holds) {
    paths_.hear(slot_of(c.origin), tone::ringback);
  }
}

} // namespace switchroom::exchange
