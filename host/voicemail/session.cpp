// SPDX-License-Identifier: MIT
#include "voicemail/session.hpp"

#include "types/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::voicemail {
namespace {

phrase prompt(std::string name) {
  return {phrase::kind::prompt, std::move(name)};
}
phrase how_many(std::uint64_t number) {
  return {phrase::kind::count, {}, number};
}
const phrase beep{phrase::kind::beep};

using actions = std::vector<action>;

} // namespace

session::session(purpose why, extension_number of, settings s)
    : purpose_(why), of_(std::move(of)), settings_(s) {}

std::vector<action> session::step(const event& happened, std::span<const message> box,
                                  instant now) {
  deadline_ = never;
  return std::visit(overloaded{
                        [&](const begin& e) { return on(e, box); },
                        [&](const said& e) { return on(e, now); },
                        [&](const recorded& e) { return on(e); },
                        [&](const digit& e) { return on(e, now); },
                        [&](const gone& e) { return on(e); },
                        [&](const waited&) {
                          return state_ == state::menu ? end({prompt("vm-goodbye")}) : actions();
                        },
                    },
                    happened);
}

std::vector<action> session::on(const begin& how, std::span<const message> box) {
  if (state_ != state::waiting)
    return {};
  if (purpose_ == purpose::fetch)
    return count(box);
  full_ = box.size() >= settings_.most_messages;
  if (full_ || !how.room)
    return end({prompt("vm-mailboxfull")});
  state_ = state::greeting;
  return {say{{prompt("vm-theperson"),
               {phrase::kind::spelled, of_},
               prompt("vm-isunavail"),
               prompt("vm-intro"),
               beep},
              true}};
}

std::vector<action> session::count(std::span<const message> box) {
  const auto fresh = static_cast<std::uint64_t>(std::ranges::count(box, false, &message::heard));
  const auto old = box.size() - fresh;
  for (const bool heard : {false, true}) // new ones first, each kind as they came
    for (const auto& one : box)
      if (one.heard == heard)
        left_.push_back(one.number);
  if (left_.empty())
    return end({prompt("vm-youhave"), prompt("vm-no"), prompt("vm-messages")});
  phrases words{prompt("vm-youhave")};
  if (fresh > 0)
    words.insert(words.end(), {how_many(fresh), prompt("vm-INBOX")});
  if (fresh > 0 && old > 0)
    words.push_back(prompt("vm-and"));
  if (old > 0)
    words.insert(words.end(), {how_many(old), prompt("vm-Old")});
  words.push_back(prompt((old > 0 ? old : fresh) == 1 ? "vm-message" : "vm-messages"));
  state_ = state::counting;
  return {say{std::move(words)}};
}

std::vector<action> session::on(const said&, instant now) {
  switch (state_) {
  case state::greeting:
    state_ = state::recording;
    return {};
  case state::counting:
    return play({});
  case state::playing:
    state_ = state::menu;
    return {mark_heard{left_.front()},
            say{{prompt("vm-repeat"), prompt("vm-next"), prompt("vm-delete")}}};
  case state::menu:
    deadline_ = now + settings_.key_time;
    return {};
  case state::ending:
    state_ = state::closed;
    return {over{}};
  default:
    return {};
  }
}

std::vector<action> session::on(const recorded& what) {
  const bool there = state_ == state::recording || state_ == state::stopping;
  if (!there && state_ != state::closing)
    return {};
  const bool good = what.what != nullptr && what.length >= shortest_message;
  actions first;
  if (good)
    first.emplace_back(keep{what.what, what.length});
  if (there)
    return end({prompt(good ? "vm-msgsaved" : "vm-tooshort")}, std::move(first));
  state_ = state::closed;
  first.emplace_back(over{});
  return first;
}

std::vector<action> session::on(const digit& pressed, instant now) {
  if (pressed.key == '#' && state_ == state::greeting)
    return {say{{beep}, true}};
  if (pressed.key == '#' && state_ == state::recording) {
    state_ = state::stopping;
    return {stop{}};
  }
  const bool listens =
      state_ == state::counting || state_ == state::playing || state_ == state::menu;
  if (!listens)
    return {};
  actions first;
  switch (pressed.key) {
  case '5':
    return play({});
  case '6':
  case '#':
    if (state_ != state::counting) { // what was begun has been heard enough of
      first.emplace_back(mark_heard{left_.front()});
      left_.pop_front();
    }
    return play({}, std::move(first));
  case '7':
    if (state_ == state::counting)
      return {}; // nobody deletes what was not begun
    first.emplace_back(erase{left_.front()});
    left_.pop_front();
    return play({prompt("vm-deleted")}, std::move(first));
  default:
    if (state_ == state::menu)
      deadline_ = now + settings_.key_time;
    return {};
  }
}

std::vector<action> session::on(const gone&) {
  if (state_ == state::closed)
    return {};
  const bool says_something = state_ == state::recording || state_ == state::stopping;
  state_ = says_something ? state::closing : state::closed;
  return says_something ? actions{stop{}} : actions{over{}};
}

std::vector<action> session::play(phrases before, std::vector<action> first) {
  if (left_.empty()) {
    before.insert(before.end(), {prompt("vm-nomore"), prompt("vm-goodbye")});
    return end(std::move(before), std::move(first));
  }
  state_ = state::playing;
  before.push_back({phrase::kind::message, {}, left_.front()});
  first.emplace_back(say{std::move(before)});
  return first;
}

std::vector<action> session::end(phrases last_words, std::vector<action> first) {
  state_ = state::ending;
  first.emplace_back(say{std::move(last_words)});
  return first;
}

} // namespace switchroom::voicemail
