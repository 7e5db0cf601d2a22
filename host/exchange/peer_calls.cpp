// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"
#include "exchange/media_key.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace switchroom::exchange {
namespace {

/// More in one message is no person at a keypad.
constexpr std::size_t most_digits_at_once = 64;

} // namespace

// ---- trunks ------------------------------------------------------------------------------------

/// For `whom`, who is refused if there is none.
std::optional<host_slot> gateway::implementation::take_host_slot(const std::string& whom) {
  if (!paths_.up())
    return std::nullopt;
  const auto slot = paths_.take_host_slot();
  if (slot)
    alarms_.clear("host-slots");
  else
    alarms_.raise(
        "host-slots", "All host slots are in use",
        whom + " was refused: no host slot was free. They are held by " + holders_of_host_slots() +
            ".",
        "Give the fabric more host slots (parameter HostSlots), or end calls or captures.");
  return slot;
}

/// For people: "3 calls with other gateways, 1 IP phone".
std::string gateway::implementation::holders_of_host_slots() const {
  const auto one_each = [](const auto& all, const auto& has) {
    return static_cast<std::size_t>(std::ranges::count_if(all, has));
  };
  std::size_t captured = 0, conferring = 0;
  for (const auto& [number, one] : captures_)
    captured += one.slots.size();
  for (const auto& [number, one] : conferences_)
    conferring += one.by_board ? 0 : one.parties.size();
  const struct {
    std::size_t count;
    const char *one, *many;
  } kinds[] = {
      {trunks_.size(), "call with another gateway", "calls with other gateways"},
      {one_each(lines_, [](const auto& one) { return one.second.phone.has_value(); }), "IP phone",
       "IP phones"},
      {one_each(visits_, [](const auto& one) { return one.second.slot.has_value(); }),
       "call to a mailbox", "calls to mailboxes"},
      {conferring, "party of a conference in the host", "parties of conferences in the host"},
      {one_each(lines_,
                [](const auto& one) {
                  return one.second.showing && one.second.showing->slot.has_value();
                }),
       "display", "displays"},
      {one_each(checks_, [](const auto& one) { return one.second.test.has_value(); }),
       "test of a line", "tests of lines"},
      {captured, "slot of a capture", "slots of captures"}};
  std::string text;
  for (const auto& kind : kinds)
    if (kind.count > 0)
      text += (text.empty() ? "" : ", ") + std::to_string(kind.count) + ' ' +
              (kind.count == 1 ? kind.one : kind.many);
  return text;
}

trunk* gateway::implementation::open_trunk(const calls::peer_leg& leg) {
  const auto slot = take_host_slot("A call with gateway " + leg.peer);
  if (!slot)
    return nullptr;
  return &trunks_.insert_or_assign(leg, trunk{*slot, {}, {}, {}}).first->second;
}

void gateway::implementation::close_trunk(const calls::peer_leg& leg) {
  const auto found = trunks_.find(leg);
  if (found == trunks_.end())
    return;
  if (found->second.open)
    close_stream(found->second.slot, leg.peer);
  paths_.give_back(found->second.slot);
  trunks_.erase(found);
  if (const auto visitor = visitors_.find(leg); visitor != visitors_.end()) {
    visitor->second.machine.forget();
    visitor->second.call.reset();
    gone_.insert(leg);
  }
}

void gateway::implementation::open_media(const calls::peer_leg& leg) {
  auto& t = trunks_.at(leg);
  if (!t.remote || (t.open && t.open->SerializeAsString() == t.remote->SerializeAsString()))
    return;
  t.open = t.remote;
  auto remote = *t.remote;
  remote.clear_dtls(); // what is only for phones
  remote.clear_one_port();
  remote.clear_tells_silence();
  open_stream(t.slot, remote);
}

/// How who is at this leg is spoken to, or would like to be. Who speaks with them does well to be
/// spoken to in the same way: then what is said goes on as it comes. CODEC_UNSPECIFIED: by the
/// board.
scn::v1::Codec gateway::implementation::spoken_at(const calls::leg& leg) {
  if (const auto* peer = std::get_if<calls::peer_leg>(&leg)) {
    const auto found = trunks_.find(*peer);
    if (found == trunks_.end() || !found->second.remote)
      return scn::v1::CODEC_UNSPECIFIED;
    const auto& remote = *found->second.remote;
    return remote.also().empty() ? calls::codec_of(remote) : remote.also(0);
  }
  const auto* p = party_of(leg);
  return p != nullptr && p->phone && p->phone->listens ? calls::codec_of(*p->phone->listens)
                                                       : scn::v1::CODEC_UNSPECIFIED;
}

/// Told to a peer that is called: it may choose the way in which who calls is spoken to.
scn::v1::MediaEndpoint gateway::implementation::offer_endpoint(const trunk& t,
                                                               const calls::leg& who) {
  auto own = own_endpoint(t.slot);
  if (const auto wanted = spoken_at(who);
      wanted != scn::v1::CODEC_UNSPECIFIED && !calls::is_law(wanted))
    own.add_also(wanted);
  own.set_takes_digits(takes_digits(who));
  return own;
}

/// Told to a peer that has called: both sides speak as it has said.
scn::v1::MediaEndpoint gateway::implementation::answer_endpoint(const trunk& t) const {
  auto own = own_endpoint(t.slot);
  own.set_payload_type(t.remote->payload_type());
  own.set_codec(calls::codec_of(*t.remote));
  return own;
}

/// The same, now that it speaks with `who`: as that one is spoken to, if the peer can.
scn::v1::MediaEndpoint gateway::implementation::answer_endpoint(const calls::peer_leg& leg,
                                                                const calls::leg& who) {
  auto& t = trunks_.at(leg);
  const auto wanted = spoken_at(who);
  if (std::ranges::find(t.remote->also(), wanted) != t.remote->also().end())
    calls::set_codec(*t.remote, wanted);
  t.remote->clear_also();
  if (t.open)
    open_media(leg);
  auto own = answer_endpoint(t);
  own.set_takes_digits(takes_digits(who));
  return own;
}

void gateway::implementation::open_stream(host_slot slot, const scn::v1::MediaEndpoint& remote) {
  out_.emplace_back(media_open{slot, remote,
                               remote.srtp_key().empty()
                                   ? std::string()
                                   : media_key(settings_.media_secret, paths_.use(slot))});
}

void gateway::implementation::close_stream(host_slot slot, const std::string& whose) {
  closing_.insert(slot);
  if (paths_.is_said(paths_.slot_of(slot)))
    closes_late_.emplace(slot, whose);
  else
    out_.emplace_back(media_close{slot, whose});
}

/// Streams of those who left a conference end when what they said has faded there.
void gateway::implementation::close_what_has_faded() {
  std::erase_if(closes_late_, [this](const auto& one) {
    const auto& [slot, whose] = one;
    if (paths_.up() && paths_.is_said(paths_.slot_of(slot)))
      return false;
    out_.emplace_back(media_close{slot, whose});
    return true;
  });
}

void gateway::implementation::on(const stream_over& what) {
  closing_.erase(what.slot);
  for (auto& made : calls_made_)
    if (auto& call = made.what.call; made.streams.contains(what.slot) && what.mos > 0)
      call.set_mos(call.mos() > 0 ? std::min(call.mos(), what.mos) : what.mos);
  if (!what.figures.empty())
    note("voice", what.whose, what.figures);
}

scn::v1::MediaEndpoint gateway::implementation::own_endpoint(host_slot slot) const {
  scn::v1::MediaEndpoint own;
  own.set_address(settings_.rtp_address);
  own.set_port(settings_.rtp_base_port + 2u * slot.value);
  own.set_payload_type(settings_.rtp_payload_type);
  own.set_ptime_ms(settings_.rtp_ptime_ms);
  own.set_srtp_key(media_key(settings_.media_secret, paths_.use(slot)));
  return own;
}

void gateway::implementation::release_leg(const calls::peer_leg& leg, calls::cause why) {
  post(leg.peer, calls::release(leg, why));
  close_trunk(leg);
}

/// Rule: a lost peer ends the calls over it, with cause 38; no other call notices.
void gateway::implementation::release_peer(const gateway_name& peer) {
  std::vector<calls::peer_leg> legs;
  for (const auto& [leg, t] : trunks_)
    if (leg.peer == peer)
      legs.push_back(leg);
  for (const auto& leg : legs) {
    const auto* mine = attached(leg);
    auto* c = mine == nullptr ? nullptr : call_of(*mine);
    if (c != nullptr && c->shorter && c->shorter->fresh == leg)
      drop_shorter(*c);
    else if (c != nullptr)
      advance(*c, calls::event::lost, scn::v1::NETWORK_OUT_OF_ORDER);
    if (trunks_.contains(leg)) // a visitor hears tones even without a call
      release_leg(leg, scn::v1::NETWORK_OUT_OF_ORDER);
  }
}

// ---- messages of calls that peers place ---------------------------------------------------------

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallSetup& asked) {
  const calls::peer_leg leg{from, asked.call(), false};
  if (trunks_.contains(leg))
    return; // said twice
  if (asked.hops() > calls::most_hops) {
    alarms_.raise("hops", "A call went through too many gateways",
                  "A call from gateway " + from + " had passed " + std::to_string(asked.hops()) +
                      " gateways; at most " + std::to_string(calls::most_hops) + " are allowed.",
                  "Look for users who are forwarded to each other on several gateways.");
    return post(from, calls::release(leg, scn::v1::CALL_REJECTED));
  }
  if (!calls::usable(asked.media()) || asked.to_case() == scn::v1::CallSetup::TO_NOT_SET)
    return post(from, calls::release(leg, scn::v1::CALL_REJECTED));
  if (!paths_.up())
    return post(from, calls::release(leg, scn::v1::DESTINATION_OUT_OF_ORDER));
  auto* t = open_trunk(leg);
  if (t == nullptr)
    return post(from, calls::release(leg, scn::v1::NO_CIRCUIT_AVAILABLE));
  hear_of(*t, asked.media());
  const calls::caller caller{asked.calling_number(),   asked.calling_name(), asked.hops(),
                             asked.emergency(),        asked.group_call(),   asked.one_way(),
                             asked.no_answer_counts(), asked.group()};
  if (asked.to_case() == scn::v1::CallSetup::kReplaces)
    return replace_leg(leg, asked);
  if (asked.to_case() == scn::v1::CallSetup::kBreakOut)
    return welcome_visitor(leg, *t, caller);
  if (asked.to_case() == scn::v1::CallSetup::kRetrieve)
    return retrieve_for(leg, asked.retrieve(), caller);
  if (asked.to_case() == scn::v1::CallSetup::kPickup)
    return pick_up_for(leg, asked.pickup(), caller);
  if (asked.to_case() == scn::v1::CallSetup::kPage) {
    calls::call c;
    c.from = caller;
    c.dialled = now_;
    return place(leg, calls::to_page{asked.page()}, std::move(c));
  }
  if (asked.to_case() == scn::v1::CallSetup::kConference) {
    calls::call c;
    c.from = caller;
    c.dialled = now_;
    return place(leg, calls::to_conference{asked.conference()}, std::move(c));
  }
  if (asked.to_case() == scn::v1::CallSetup::kLeaveMessage)
    return mailbox_asked(leg, caller, asked.leave_message(), false);
  if (asked.to_case() == scn::v1::CallSetup::kFetchMessages)
    return mailbox_asked(leg, caller, asked.fetch_messages(), true);
  calls::call c;
  c.from = caller;
  c.extension = asked.extension();
  c.dialled = now_;
  place(leg, calls::route_from_peer(asked.extension(), from, surroundings(caller, true)),
        std::move(c));
}

/// Rule S8: the caller dials here, so it hears this gateway's tones from now on.
void gateway::implementation::welcome_visitor(const calls::peer_leg& leg, trunk& t,
                                              const calls::caller& caller) {
  visitors_.erase(leg);
  gone_.erase(leg);
  auto& visitor = visitors_.emplace(leg, party(leg, timers_)).first->second;
  visitor.visitor = caller;
  visitor.machine.dials_by_pulses(true); // the digits may: only the caller's gateway knows
  const auto own = answer_endpoint(t);
  post(leg.peer, calls::progress(leg.number, false, &own));
  open_media(leg);
  drive(visitor, lines::event::off_hook);
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallDigits& more) {
  const calls::peer_leg leg{from, more.call(), more.by_receiver()};
  if (!trunks_.contains(leg) || more.digits().size() > most_digits_at_once)
    return;
  for (const char c : more.digits())
    if (auto* visitor = party_of(leg))
      dial(*visitor, c);
    else if (auto* call = call_of(trunks_.at(leg).call); call != nullptr && lines::is_digit(c))
      pass_digit(*call, leg, c);
}

// ---- messages of calls that we placed -----------------------------------------------------------

/// The call that a peer speaks of; takes its endpoint. None: there is no such call (any more),
/// or voice cannot be sent there; the peer is told.
calls::call* gateway::implementation::answered_for(const calls::peer_leg& leg,
                                                   const scn::v1::MediaEndpoint* media) {
  const auto found = trunks_.find(leg);
  auto* c = found == trunks_.end() ? nullptr : call_of(found->second.call);
  if (c == nullptr) {
    post(leg.peer, calls::release(leg, scn::v1::NORMAL_CLEARING));
    return nullptr;
  }
  if (c->destination != calls::leg(leg) || c->state == calls::state::active)
    return nullptr; // a path that is not the call's yet, or said twice
  if (media == nullptr)
    return c;
  if (!calls::usable(*media)) {
    advance(*c, calls::event::lost, scn::v1::NETWORK_OUT_OF_ORDER);
    return nullptr;
  }
  hear_of(found->second, *media);
  return c;
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallProgress& news) {
  const calls::peer_leg leg{from, news.call(), true};
  auto* c = answered_for(leg, news.has_media() ? &news.media() : nullptr);
  if (c == nullptr)
    return;
  if (news.has_media() && !news.early())
    advance(*c, calls::event::speaks, scn::v1::NORMAL_CLEARING);
  c->hunting = news.hunting();
  if (news.alerting() && (!news.has_media() || c->state == calls::state::setting_up))
    advance(*c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
  if (news.has_media() && news.early())
    hear_early(*c);
  else if (c->early)
    end_early(*c);
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallAnswer& news) {
  const calls::peer_leg leg{from, news.call(), true};
  const auto* mine = attached(leg);
  if (auto* c = mine == nullptr ? nullptr : call_of(*mine);
      c != nullptr && c->shorter && c->shorter->fresh == leg)
    return take_shorter(*c, news);
  auto* c = answered_for(leg, &news.media());
  if (c == nullptr)
    return;
  if (std::exchange(c->wish, calls::wish::talk) != calls::wish::talk)
    c->extension = news.connected_number();
  advance(*c, calls::event::answers, scn::v1::NORMAL_CLEARING);
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallRelease& news) {
  const calls::peer_leg leg{from, news.call(), news.by_receiver()};
  if (!trunks_.contains(leg))
    return; // both released at once
  const auto* mine = attached(leg);
  auto* c = mine == nullptr ? nullptr : call_of(*mine);
  close_trunk(leg);
  if (c == nullptr)
    return;
  if (c->shorter && c->shorter->fresh == leg)
    return c->shorter.reset(); // the old path stays
  const bool unanswered =
      c->state == calls::state::setting_up || c->state == calls::state::alerting;
  const bool called = c->destination == calls::leg(leg);
  if (called && unanswered && c->wish == calls::wish::talk &&
      news.cause() == scn::v1::NUMBER_CHANGED) {
    advance(*c, calls::event::moved, news.cause());
    return move_on(*c, from);
  }
  advance(*c, called ? calls::event::destination_gone : calls::event::origin_gone, news.cause());
}

} // namespace switchroom::exchange
