// SPDX-License-Identifier: MIT
// Calls to mailboxes (S17). A mailbox is at its user's home: a call to it goes there, and ends at a
// host slot with a tape. It is not answered but speaks and listens to digits, as a gateway does
// after break out, so that keys come from anywhere by the way that digits have. What is recorded
// is kept before anybody is told of it.
#include "exchange/implementation.hpp"
#include "types/overloaded.hpp"

namespace switchroom::exchange {
namespace {

/// The key that ends a message is part of it until it is known to be one: 40 ms and more of DTMF
/// (ITU-T Q.24), and its way here.
constexpr duration key_heard{std::chrono::milliseconds{150}};

} // namespace

/// The owner listens, at whatever gateway they are logged in.
void gateway::implementation::act_voicemail(party& p) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  const auto* session = line == nullptr ? nullptr : desks_.at(line->line);
  if (session == nullptr)
    return refuse(p, tone::refusal, "only a user at the own line listens to messages");
  const auto& user = session->settings;
  if (!user.voicemail())
    return refuse(p, tone::refusal, "user " + user.extension() + " has no mailbox");
  if (user.home() != settings_.gateway && !network_.is_up(user.home()))
    return refuse(p, tone::congestion,
                  "the messages are at gateway " + user.home() + ", which is lost");
  calls::call c;
  c.from = caller_of(p);
  c.dialled = p.machine.last_digit();
  const calls::to_mailbox box{user.home(), user.extension(), true};
  drive(p, lines::event::called);
  place(p.leg, box, std::move(c));
}

/// Nobody answers: the caller shall leave a message. False: the call stays where it is.
bool gateway::implementation::to_voicemail(calls::call& c, const user::v1::User& called) {
  const auto box = calls::mailbox_of(called, surroundings(c.from));
  const auto hops = c.from.hops + 1 + (called.home() != settings_.gateway);
  if (!box || c.wish != calls::wish::talk || hops > calls::most_hops)
    return false;
  note(settings_.gateway, label(c.origin), called.extension() + " does not answer: voicemail");
  ++c.from.hops;
  c.diverted = true;
  if (c.state == calls::state::alerting)
    advance(c, calls::event::moved, scn::v1::NO_ANSWER);
  set_expiry(c);
  go(c, *box);
  return true;
}

void gateway::implementation::reach(calls::call& c, const calls::to_mailbox& there) {
  if (there.home != settings_.gateway) {
    c.wish = there.fetch ? calls::wish::fetch_messages : calls::wish::leave_message;
    reach(c, calls::to_gateway{there.home, there.extension, there.diversions});
    return;
  }
  c.extension = there.extension;
  pass(c, there.diversions);
  const auto slot = take_host_slot("A call to the mailbox of " + there.extension);
  if (!slot)
    return advance(c, calls::event::destination_gone, scn::v1::NO_CIRCUIT_AVAILABLE);
  const auto tape = ++last_tape_;
  const auto why = there.fetch ? voicemail::purpose::fetch : voicemail::purpose::leave;
  visits_.emplace(tape, mailbox_visit{voicemail::session(why, there.extension, settings_.mailboxes),
                                      there.extension, c.from, slot, c.id});
  c.destination = calls::service_leg{calls::service_leg::kind::mailbox, there.extension, slot};
  advance(c, calls::event::speaks, scn::v1::NORMAL_CLEARING);
  visit(tape, voicemail::begin{!disk_refuses_});
}

/// A peer's caller. Messages are told at the gateway alone at which their owner is logged in: it
/// has seen the login code.
void gateway::implementation::mailbox_asked(const calls::peer_leg& leg, const calls::caller& who,
                                            const extension_number& of, bool fetch) {
  const auto own = own_users_.find(of);
  const auto* known = directory_.find(of);
  const bool here = own != own_users_.end() && own->second.voicemail() && known != nullptr;
  const bool owner_there =
      here && known->state.presence() == scn::v1::LOGGED_IN && known->state.gateway() == leg.peer;
  if (!here || (fetch && !owner_there)) {
    note(settings_.gateway, leg.peer,
         here ? "refused: " + of + " is not logged in there" : "refused: no mailbox " + of);
    return release_leg(leg, scn::v1::CALL_REJECTED);
  }
  calls::call c;
  c.from = who;
  c.dialled = now_;
  place(leg, calls::to_mailbox{settings_.gateway, of, fetch}, std::move(c));
}

// ---- what a session does -----------------------------------------------------------------------

void gateway::implementation::on(const tape_said& news) {
  on_shown(news.tape);
  visit(news.tape, voicemail::said{});
}

void gateway::implementation::on(const tape_recorded& news) {
  visit(news.tape, voicemail::recorded{news.what, news.length});
}

void gateway::implementation::visit(std::uint64_t tape, const voicemail::event& happened) {
  const auto found = visits_.find(tape);
  if (found == visits_.end())
    return;
  for (const auto& done : found->second.session.step(happened, mailboxes_[found->second.of], now_))
    carry_out(tape, done);
}

void gateway::implementation::carry_out(std::uint64_t tape, const voicemail::action& done) {
  const auto found = visits_.find(tape);
  if (found == visits_.end())
    return;
  auto& one = found->second;
  std::visit(overloaded{
                 [&](const voicemail::say& words) {
                   if (one.session.was_full())
                     mailbox_changed(one.of);
                   if (!one.slot)
                     return;
                   const auto longest = words.record ? settings_.mailboxes.longest : duration{0};
                   out_.emplace_back(tape_run{*one.slot, tape, one.of, words.what, longest,
                                              settings_.mailboxes.silence});
                 },
                 [&](const voicemail::stop&) {
                   if (one.slot)
                     out_.emplace_back(tape_stop{*one.slot, tape, key_heard});
                 },
                 [&](const voicemail::keep& words) { keep_message(one, words); },
                 [&](const voicemail::mark_heard& which) {
                   auto* message = message_of(one.of, which.number);
                   if (message == nullptr || std::exchange(message->heard, true))
                     return;
                   out_.emplace_back(store{voicemail::store_message{*message, nullptr}});
                   mailbox_changed(one.of);
                 },
                 [&](const voicemail::erase& which) { erase_message(one.of, which.number); },
                 [&](const voicemail::over&) { end_visit(tape); },
             },
             done);
}

void gateway::implementation::keep_message(mailbox_visit& visit, const voicemail::keep& words) {
  voicemail::message fresh;
  fresh.of = visit.of;
  fresh.number = ++last_message_;
  fresh.from = visit.from.number;
  fresh.from_name = visit.from.name;
  fresh.at_s = wall_s();
  fresh.length = words.length;
  if (!own_users_.contains(visit.of))
    return; // deleted meanwhile
  note("mailbox " + visit.of, settings_.gateway,
       "message " + std::to_string(fresh.number) + " from " +
           (fresh.from.empty() ? "nobody known" : fresh.from));
  mailboxes_[visit.of].push_back(fresh);
  out_.emplace_back(store{voicemail::store_message{std::move(fresh), words.what}});
  mailbox_changed(visit.of);
}

/// Nothing more is to be said, or to be waited for.
void gateway::implementation::end_visit(std::uint64_t tape) {
  auto ended = visits_.extract(tape);
  if (ended.mapped().slot) {
    out_.emplace_back(tape_stop{*ended.mapped().slot, tape});
    paths_.give_back(*ended.mapped().slot);
  }
  if (auto* c = call_of(ended.mapped().call))
    advance(*c, calls::event::destination_gone, scn::v1::NORMAL_CLEARING);
}

/// The caller has gone from it; what was recorded is still to come.
void gateway::implementation::leave_mailbox(const calls::service_leg& box) {
  for (auto& [tape, one] : visits_) {
    if (!one.slot || one.slot != box.slot)
      continue;
    one.call.reset();
    const auto slot = *std::exchange(one.slot, std::nullopt);
    const auto number = tape;
    out_.emplace_back(tape_stop{slot, number});
    paths_.give_back(slot);
    return visit(number, voicemail::gone{});
  }
}

} // namespace switchroom::exchange
