// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"
#include "types/overloaded.hpp"

namespace switchroom::exchange {
namespace {

/// What to do about a refused log in, for operators.
std::string remedy_for(desks::login_outcome why) {
  using enum desks::login_outcome;
  switch (why) {
  case wrong_code:
    return "Dial the right login code, or set a new one with `switchroom user code`.";
  case locked_out:
    return "Wait until the lock has passed; `switchroom lines` and `switchroom users` show it.";
  case unknown_user:
    return "`switchroom users` lists every user of the network, `switchroom desks` who is logged "
           "in "
           "here.";
  case no_login_code:
    return "Give the user a login code with `switchroom user code`.";
  case not_licensed:
    return "Install a Voice Networking licence on both gateways.";
  case home_unreachable:
    return "Bring the user's home gateway back; `switchroom peers` shows it.";
  case agent_stays:
    return "Log in at the home gateway, or set `agent_roaming` in its [gateway].";
  case line_busy:
    return "Try again when the line no longer rings.";
  default:
    return "Try again in a few seconds.";
  }
}

} // namespace

void gateway::implementation::post(const gateway_name& to, scn::v1::Envelope message) {
  if (const auto what = calls::describe(message); !what.empty())
    note(settings_.gateway, to, what);
  ++sent_[to];
  message.set_protocol(scn::protocol_version);
  out_.emplace_back(send{to, std::move(message)});
}

void gateway::implementation::post_to_all(const scn::v1::Envelope& message) {
  for (const auto& [name, peer] : network_.peers())
    if (network_.is_up(name))
      post(name, message);
}

// ---- peers -------------------------------------------------------------------------------------

void gateway::implementation::watch_network(scn::event happened) {
  std::vector<gateway_name> came_up;
  for (auto& done : network_.step(std::move(happened), now_)) {
    if (auto* out = std::get_if<scn::send>(&done)) {
      if (const auto what = calls::describe(out->message); !what.empty())
        note(settings_.gateway, out->to, what);
      out_.emplace_back(send{out->to, std::move(out->message)});
    } else if (const auto* up = std::get_if<scn::peer_up>(&done)) {
      note(up->peer, settings_.gateway, "peer up");
      run_desks(desks::peer_up{up->peer});
      came_up.push_back(up->peer);
      see_again(up->peer);
    } else if (const auto* lost = std::get_if<scn::peer_lost>(&done)) {
      note(lost->peer, settings_.gateway, "peer lost");
      release_peer(lost->peer);
      uses_.erase(lost->peer);
      lamps_changed_ = true;
      lose_sight(lost->peer);
      no_answer_of(lost->peer);
      parked_elsewhere_.erase(lost->peer);
      groups_elsewhere_.erase(lost->peer);
      mailboxes_elsewhere_.erase(lost->peer);
      conferences_elsewhere_.erase(lost->peer);
      emergency_elsewhere_.erase(lost->peer);
      uses_changed_ = numbers_changed_ = true;
      run_desks(desks::peer_lost{lost->peer});
    } else if (auto* handed = std::get_if<scn::hand_on>(&done)) {
      hand_on(handed->from, std::move(handed->message));
    } else if (const auto* bad = std::get_if<scn::raise_alarm>(&done)) {
      alarms_.raise(bad->id, bad->title, bad->what, bad->remedy);
    } else if (const auto* good = std::get_if<scn::clear_alarm>(&done)) {
      alarms_.clear(good->id);
    }
  }
  for (const auto& peer : came_up) // after our hello: without, the peer does not listen
    announce_all(peer);
}

/// What a peer asks to be changed here, while the disk takes nothing: it hears why, at once.
bool gateway::implementation::refuse_change(const gateway_name& from,
                                            const scn::v1::Envelope& asked) {
  if (!disk_refuses_ || !(asked.has_login_request() || asked.has_settings_request()))
    return false;
  scn::v1::Envelope answer;
  if (asked.has_login_request()) {
    answer.mutable_login_refusal()->set_request(asked.login_request().request());
    answer.mutable_login_refusal()->set_reason(scn::v1::HOME_UNREACHABLE); // as good as
  } else {
    answer.mutable_settings_answer()->set_request(asked.settings_request().request());
    answer.mutable_settings_answer()->set_reason(scn::v1::BAD_SETTING);
    answer.mutable_settings_answer()->set_text(
        "Gateway " + settings_.gateway + " cannot keep changes: " + disk_refuses_->what + ".");
  }
  note(settings_.gateway, from, "refused: changes cannot be kept: " + disk_refuses_->what);
  post(from, std::move(answer));
  return true;
}

void gateway::implementation::hand_on(const gateway_name& from, scn::v1::Envelope message) {
  if (refuse_change(from, message))
    return;
  using body = scn::v1::Envelope;
  switch (message.body_case()) {
  case body::kCallSetup:
    return take(from, message.call_setup());
  case body::kCallProgress:
    return take(from, message.call_progress());
  case body::kCallAnswer:
    return take(from, message.call_answer());
  case body::kCallRelease:
    return take(from, message.call_release());
  case body::kCallDigits:
    return take(from, message.call_digits());
  case body::kCallHold:
    return take(from, message.call_hold());
  case body::kCallConnected:
    return take(from, message.call_connected());
  case body::kUserUse:
    return take(from, message.user_use());
  case body::kParkSlot:
    return take(from, message.park_slot());
  case body::kGroupState:
    return take(from, message.group_state());
  case body::kNightService:
    return take(from, message.night_service());
  case body::kEmergencyPort:
    return take(from, message.emergency_port());
  case body::kConferenceState:
    return take(from, message.conference_state());
  case body::kMailboxState:
    return take(from, message.mailbox_state());
  case body::kDirectorySearch:
    return take(from, message.directory_search());
  case body::kDirectoryFound:
    return take(from, message.directory_found());
  case body::kCallReroute:
    return take(from, message.call_reroute());
  default:
    numbers_changed_ |= message.has_directory() ||
                        (message.has_user_state() && is_watched(message.user_state().extension()));
    return run_desks(desks::peer_message{from, std::move(message)});
  }
}

// ---- desks -------------------------------------------------------------------------------------

void gateway::implementation::run_desks(const desks::event& happened) {
  for (const auto& done : desks_.step(happened, now_))
    on_desk(done);
}

void gateway::implementation::on_desk(const desks::action& done) {
  std::visit(overloaded{
                 [&](const desks::login_result& outcome) { on_login_result(outcome); },
                 [&](const desks::settings_result& settled) { on_settings_result(settled); },
                 [&](const desks::occupant_changed& one) { on_occupant_changed(one.line); },
                 [&](const desks::send& out) { post(out.to, out.message); },
                 [&](const desks::send_to_all& all) {
                   agent_moves(all.message.user_state());
                   // The network numbers the versions of the directory.
                   watch_network(scn::own_user_changed{all.message.user_state()});
                 },
                 [&](const desks::note& said) { note("desks", settings_.gateway, said.text); },
                 [&](const desks::store_user& user) {
                   own_users_[user.user.extension()] = user.user;
                   out_.emplace_back(store{user});
                 },
                 [&](const desks::store_session& session) {
                   lamps_changed_ = true; // some show a setting
                   out_.emplace_back(store{session});
                 },
                 [&](const auto& change) { out_.emplace_back(store{change}); },
             },
             done);
}

/// Rule H4: who sat here rings here no longer, before anything else happens.
void gateway::implementation::on_occupant_changed(line_id line) {
  const auto found = lines_.find(line);
  if (found != lines_.end())
    touch(found->second); // the lamp follows the person (H12)
  lamps_changed_ = true;
  const auto* session = desks_.at(line);
  const auto person = session == nullptr ? extension_number() : session->settings.extension();
  if (found != lines_.end() && std::exchange(found->second.person, person) != person) {
    found->second.last_called.clear();
    standing_changed_ |= found->second.duty != duty::available;
    found->second.duty = duty::available; // it is the person's
    found->second.duty_over = never;
    clear_display(found->second);
  }
  if (auto* waits = found == lines_.end() ? nullptr : call_of(found->second.waiting)) {
    advance(*waits, calls::event::moved, scn::v1::NUMBER_CHANGED);
    moved_.insert(waits->id);
  }
  if (found == lines_.end() || found->second.machine.state() != lines::state::ringing)
    return;
  auto* c = call_of(found->second.call);
  if (c == nullptr)
    return;
  advance(*c, calls::event::moved, scn::v1::NUMBER_CHANGED);
  moved_.insert(c->id);
}

void gateway::implementation::on_login_result(const desks::login_result& result) {
  using enum desks::login_outcome;
  const std::string line = "line " + std::to_string(result.line.value);
  note("desks", line, result.text);
  // Rule S9, short form: what is inert here, where there is no voice to say it.
  const auto* session = result.logged_in ? desks_.at(result.line) : nullptr;
  const auto inert = session == nullptr ? std::string() : users::summary_of(remarks_on(*session));
  if (!inert.empty())
    note("desks", line, inert + " `switchroom desks report` tells why.");
  auto& waiting = askers_[result.line];
  if (waiting.empty())
    return; // the outcome of what was pending (rule H14)
  const auto who = waiting.front();
  waiting.pop_front();
  const bool good = result.outcome == granted || result.outcome == pending;
  if (who.request) {
    control::v1::Reply answer;
    if (good) {
      answer.mutable_done()->set_text(result.text + (inert.empty() ? "" : " " + inert));
    } else {
      answer = error({result.text, std::string(remedy_for(result.outcome))});
    }
    out_.emplace_back(reply{*who.request, std::move(answer)});
    return;
  }
  auto& p = lines_.at(result.line);
  if (who.seizure != p.seizures)
    return;
  drive(p, good ? lines::event::accepted : lines::event::refused, 0,
        !good           ? tone::refusal
        : inert.empty() ? tone::confirmation
                        : tone::confirmation_limited);
  show(p, result.text); // in the call that the station has come to
  if (!inert.empty())
    show(p, inert);
}

} // namespace switchroom::exchange
