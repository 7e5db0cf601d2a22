// SPDX-License-Identifier: MIT
// Digits of a call that reach the other side in words: to an IP phone by RFC 4733, to a mailbox, to
// another gateway by CallDigits. Whoever takes them so shall not hear the tone as well, or would
// count it twice; everybody else has nothing but the tone.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

/// A tone comes back from a far hybrid, and is recognised there, within so long.
constexpr duration longest_echo{std::chrono::seconds{1}};

} // namespace

/// One side of the call has dialled it. To a called side that speaks and listens.
void gateway::implementation::pass_digit(calls::call& c, const calls::leg& from, char digit) {
  const bool listens = c.state == calls::state::overlap;
  const auto& to = calls::other_side(c, from);
  if (const auto* far = std::get_if<calls::peer_leg>(&to);
      far != nullptr && (c.break_out || listens || c.state == calls::state::active))
    return post(far->peer, calls::digit(*far, digit));
  const auto* line = std::get_if<calls::line_leg>(&to);
  if (const auto* p = party_of(to); line != nullptr && p->phone && p->phone->answered) {
    const bool is_echo = p->phone->said == digit && now_ - p->phone->said_at < longest_echo;
    if (!is_echo)
      out_.emplace_back(send_digit{p->phone->slot, digit});
    return;
  }
  const auto* box = std::get_if<calls::service_leg>(&to);
  if (box == nullptr || !box->slot || !listens)
    return;
  for (const auto& [tape, one] : visits_)
    if (one.slot == box->slot)
      return visit(tape, voicemail::digit{digit});
}

/// Who is there gets digits in words, and is better off without tones. Of another gateway's side
/// that gateway has told.
bool gateway::implementation::takes_digits(const calls::leg& who) {
  if (const auto* service = std::get_if<calls::service_leg>(&who))
    return service->what == calls::service_leg::kind::mailbox;
  if (const auto* peer = std::get_if<calls::peer_leg>(&who)) {
    const auto found = trunks_.find(*peer);
    return found != trunks_.end() && found->second.takes_digits;
  }
  const auto* p = party_of(who);
  return p != nullptr && p->phone && p->phone->listens && p->phone->listens->events() != 0;
}

/// What a peer says of its end of the voice path. `takes_digits` may change in a call, which is no
/// reason to open the stream anew.
void gateway::implementation::hear_of(trunk& t, scn::v1::MediaEndpoint end) {
  t.takes_digits = end.takes_digits();
  end.clear_takes_digits();
  t.remote = std::move(end);
}

/// At the end of a step: the board mutes the digits of those lines whose other side takes them in
/// words.
void gateway::implementation::mute_digits_told() {
  if (!paths_.up())
    return;
  for (auto& [line, p] : lines_) {
    const auto here = line_of_board(line, p);
    if (!here)
      continue;
    auto* c = talk_of(p);
    const bool told = c != nullptr && takes_digits(calls::other_side(*c, p.leg));
    if (std::exchange(p.digits_muted, told) != told)
      out_.emplace_back(mute_digits{*here, told});
  }
}

} // namespace switchroom::exchange
