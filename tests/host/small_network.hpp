// SPDX-License-Identifier: MIT
/// Gateways of a small network in virtual time: directory, network and desks of each, joined by
/// wires that delay, and if told so lose, repeat and reorder. Clocks may run apart, a gateway may
/// stop between two actions of a step. Checks rules H4 and S12 after every single step.
#pragma once
#include "desks/desks.hpp"
#include "kept_disk.hpp"
#include "scn/network.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>

namespace switchroom::test {

using namespace std::chrono_literals;

struct small_network {
  struct person {
    std::string extension, code; ///< code empty: none
    std::uint32_t base_line = 0;
    bool force_login = false;
    std::uint32_t idle_s = 0;
  };
  struct options {
    duration delay = 200us;
    duration jitter{};   ///< more than 0: messages overtake one another
    double loss = 0;     ///< share of messages
    double repeats = 0;  ///< share of messages that arrive twice
    double skew = 0;     ///< clocks run fast or slow by up to this share, and hours apart
    bool record = true;  ///< fill did and travelled
    duration patience{}; ///< if set, nobody is ever thought lost before it
    std::uint64_t seed = 1;
    unsigned lines = 4;
    unsigned displays = 0; ///< so many lines, the last ones, have phones with a display
    unsigned backups = 0;  ///< each gateway's: those after it by name
    duration lease = 30s;
    duration lockout = 90s;
  };
  struct gateway {
    std::string name;
    std::vector<person> people;
    bool licensed = true;
    std::uint64_t boot = 0;
    std::unique_ptr<users::directory> directory;
    std::unique_ptr<scn::network> network;
    std::unique_ptr<desks::state> desks;
    desks::stored disk;
    std::vector<desks::login_result> results;
    std::vector<std::string> notes;
    std::map<std::string, scn::raise_alarm> alarms;
    std::vector<desks::action> did; ///< all actions, in order
    bool running = true;
    instant desks_due = never, network_due = never; ///< by the world's clock
    double rate = 1;                                ///< of its clock
    duration ahead{};                               ///< of its clock at the start
    int actions_left = -1; ///< then it stops, in the middle of a step; -1: never
  };
  struct letter {
    std::string from, to;
    scn::v1::Envelope message;
  };

  explicit small_network(options chosen) : chosen_(chosen), random_(chosen.seed) {}
  small_network() : small_network(options{}) {}

  gateway& add(const std::string& name, std::vector<person> people, bool licensed = true) {
    auto& made = gateways_[name];
    made.name = name;
    made.people = std::move(people);
    made.licensed = licensed;
    for (const auto& one : made.people)
      made.disk.users.push_back(user_of(one));
    if (chosen_.skew > 0) {
      made.rate = std::uniform_real_distribution(1 - chosen_.skew, 1 + chosen_.skew)(random_);
      made.ahead = std::chrono::minutes(random_() % 120);
    }
    return made;
  }

  /// All begin, and find one another.
  void start() {
    for (auto& [name, one] : gateways_)
      boot(one);
    run(2s);
  }

  void boot(gateway& one) {
    one.running = true;
    one.actions_left = -1;
    one.boot = random_() | 1;
    one.directory = std::make_unique<users::directory>(one.name);
    desks::settings desk;
    desk.gateway = one.name;
    desk.network_key = key();
    desk.voice_networking = one.licensed;
    desk.first_request = random_();
    desk.lease = chosen_.lease;
    desk.lockout = chosen_.lockout;
    scn::settings net;
    net.gateway = one.name;
    net.boot = one.boot;
    net.voice_networking = one.licensed;
    if (chosen_.patience > 0s)
      desk.lost_after = desk.restart_grace = net.lost_after = chosen_.patience;
    for (unsigned line = 1; line <= chosen_.lines; ++line)
      desk.ports.push_back({line_id{line}, {}, line + chosen_.displays > chosen_.lines});
    for (auto& port : desk.ports)
      for (const auto& who : one.people)
        if (who.base_line == port.line.value)
          port.base_user = who.extension;
    for (const auto& [name, other] : gateways_)
      if (name != one.name)
        net.peers.push_back(name);
    desk.backups = net.backups = backups_of(one.name);
    one.desks = std::make_unique<desks::state>(desk, one.disk, *one.directory, local(one));
    one.network = std::make_unique<scn::network>(net, *one.directory, local(one));
    do_desks(one, desks::deadline{});
    do_network(one, scn::deadline{});
  }

  /// The process ends; what is on disk stays, what is on the wire to and from it does not.
  void stop(gateway& one) {
    one.running = false;
    std::erase_if(
        wire_, [&](const auto& m) { return m.second.from == one.name || m.second.to == one.name; });
  }
  /// Ends it in the middle of a step, `actions` actions from now.
  void crash(gateway& one, int actions) { one.actions_left = actions; }

  /// Nothing passes between the two until heal().
  void cut(const std::string& a, const std::string& b) {
    cut_one_way(a, b);
    cut_one_way(b, a);
  }
  void cut_one_way(const std::string& from, const std::string& to) { cuts_.insert({from, to}); }
  void heal() { cuts_.clear(); }
  void make_perfect() {
    chosen_.loss = chosen_.repeats = 0;
    chosen_.jitter = {};
  }

  gateway& at(const std::string& name) { return gateways_.at(name); }
  std::map<std::string, gateway>& all() { return gateways_; }

  void log_in(const std::string& where, std::uint32_t line, const std::string& who,
              const std::string& code, bool ask = true) {
    do_desks(at(where), desks::log_in{line_id{line}, who, code, ask});
  }
  desks::login_result try_log_in(const std::string& where, std::uint32_t line,
                                 const std::string& who, const std::string& code, bool ask = true) {
    at(where).results.clear();
    log_in(where, line, who, code, ask);
    for (int i = 0; i < 50 && at(where).results.empty(); ++i)
      run(100ms);
    run(50ms); // for the news to travel
    EXPECT_EQ(at(where).results.size(), 1u) << "one answer for one login";
    return at(where).results.empty() ? desks::login_result{} : at(where).results.front();
  }
  desks::login_result try_log_out(const std::string& where, std::uint32_t line) {
    at(where).results.clear();
    do_desks(at(where), desks::log_out{line_id{line}});
    run(100ms);
    return at(where).results.empty() ? desks::login_result{} : at(where).results.front();
  }
  std::string who_is_at(const std::string& where, std::uint32_t line) {
    const auto* login = at(where).desks->at(line_id{line});
    return login ? login->settings.extension() : "NoUser";
  }

  void run(duration time) {
    const auto end = now + time;
    unsigned idle = 0; // rounds in which time stood still
    while (now < end && !halted) {
      instant next = wire_.empty() ? end : std::min(end, wire_.begin()->first);
      for (auto& [name, one] : gateways_)
        if (one.running)
          next = std::min({next, one.desks_due, one.network_due});
      idle = next > now ? 0 : idle + 1;
      if (idle > 10'000) {
        complain("a deadline that passes and is asked for again");
        now = end;
        return;
      }
      now = std::max(now, next);
      deliver();
      for (auto& [name, one] : gateways_) {
        if (one.running && one.network_due <= now)
          do_network(one, scn::deadline{});
        if (one.running && one.desks_due <= now)
          do_desks(one, desks::deadline{});
      }
    }
  }

  void do_desks(gateway& one, const desks::event& event) {
    const auto actions = one.desks->step(event, local(one));
    one.desks_due = world(one, one.desks->next_deadline());
    if (chosen_.record)
      one.did.insert(one.did.end(), actions.begin(), actions.end());
    for (const auto& action : actions) {
      if (one.actions_left == 0)
        stop(one);
      if (!one.running)
        return;
      one.actions_left -= one.actions_left > 0;
      if (const auto* a = std::get_if<desks::send>(&action))
        post(one, a->to, a->message);
      else if (const auto* all = std::get_if<desks::send_to_all>(&action))
        do_network(one, scn::own_user_changed{all->message.user_state()});
      else if (const auto* result = std::get_if<desks::login_result>(&action))
        one.results.push_back(*result);
      else if (const auto* note = std::get_if<desks::note>(&action)) {
        one.notes.push_back(note->text);
        if (watch)
          watch(one.name, note->text);
      } else
        std::visit(kept_disk{one.disk}, action);
    }
    check_h4();
  }

  void do_network(gateway& one, const scn::event& event) {
    const auto actions = one.network->step(event, local(one));
    one.network_due = world(one, one.network->next_deadline());
    for (const auto& action : actions) {
      if (!one.running)
        return;
      if (const auto* a = std::get_if<scn::send>(&action))
        post(one, a->to, a->message);
      else if (const auto* up = std::get_if<scn::peer_up>(&action))
        do_desks(one, desks::peer_up{up->peer});
      else if (const auto* lost = std::get_if<scn::peer_lost>(&action))
        do_desks(one, desks::peer_lost{lost->peer});
      else if (const auto* on = std::get_if<scn::hand_on>(&action))
        do_desks(one, desks::peer_message{on->from, on->message});
      else if (const auto* alarm = std::get_if<scn::raise_alarm>(&action))
        one.alarms[alarm->id] = *alarm;
      else if (const auto* clear = std::get_if<scn::clear_alarm>(&action))
        one.alarms.erase(clear->id);
    }
  }

  std::vector<std::string> backups_of(const std::string& name) const {
    std::vector<std::string> after;
    auto next = gateways_.find(name);
    while (after.size() < std::min<std::size_t>(chosen_.backups, gateways_.size() - 1)) {
      next = std::next(next) == gateways_.end() ? gateways_.begin() : std::next(next);
      after.push_back(next->first);
    }
    return after;
  }
  static std::vector<std::uint8_t> key() { return std::vector<std::uint8_t>(32, 0x5a); }
  static user::v1::User user_of(const person& who) {
    user::v1::User user;
    user.set_version(1);
    user.set_extension(who.extension);
    user.set_name("name of " + who.extension);
    user.set_base_line(who.base_line);
    user.set_force_login(who.force_login);
    user.set_login_idle_s(who.idle_s);
    const std::array<std::uint8_t, 16> salt{1, 2, 3};
    if (!who.code.empty())
      *user.mutable_login_code() = *users::make_verifier(who.code, key(), salt);
    return user;
  }

  /// Rules H4 and S12: at no instant two ports ring for one login.
  void check_h4() {
    std::map<std::pair<std::string_view, std::string_view>, const desks::session*> seen;
    for (auto& [name, one] : gateways_) {
      if (!one.running || !one.desks)
        continue;
      for (const auto* login : one.desks->sessions()) {
        if (!login->in_force)
          continue;
        const auto [other, first] =
            seen.insert({{login->settings.home(), login->settings.extension()}, login});
        if (first)
          continue;
        ++doubles;
        complain(login->settings.extension() + " rings at " + name + " line " +
                 std::to_string(login->line.value) + " with epoch " +
                 std::to_string(login->epoch.value) + " and elsewhere at line " +
                 std::to_string(other->second->line.value) + " with epoch " +
                 std::to_string(other->second->epoch.value));
      }
    }
  }

  static std::string brief(const scn::v1::UserState& state) {
    return state.extension() +
           (state.presence() == scn::v1::LOGGED_IN
                ? " is at " + state.gateway() + " line " + std::to_string(state.line())
                : " is logged off") +
           ", epoch " + std::to_string(state.epoch());
  }
  static std::string brief(scn::v1::Envelope message) {
    if (message.has_user_state())
      return "user_state " + std::to_string(message.user_state().directory_version()) + ": " +
             brief(message.user_state());
    if (message.has_directory())
      return "directory " + std::to_string(message.directory().version()) + " of " +
             std::to_string(message.directory().users_size());
    if (message.has_login_grant())
      message.mutable_login_grant()->clear_settings();
    return message.ShortDebugString();
  }

  /// What every home says of its users is where they are, and everybody has heard; else who does
  /// not agree with whom. Wants a quiet network.
  std::string disagreement() {
    std::size_t logged_in = 0, seated = 0;
    for (auto& [name, one] : gateways_) {
      seated += one.desks->sessions().size();
      for (const auto& entry : one.directory->all_of(name)) {
        const auto& state = entry.state;
        for (auto& [other_name, other] : gateways_) {
          const auto* heard = other.directory->find_at(name, state.extension());
          if (heard == nullptr || heard->state.epoch() != state.epoch() ||
              heard->state.gateway() != state.gateway() ||
              heard->state.presence() != state.presence())
            return other_name + " has heard of " + name + " that " +
                   (heard == nullptr ? "nothing" : brief(heard->state)) + ", not that " +
                   brief(state);
        }
        if (state.presence() != scn::v1::LOGGED_IN)
          continue;
        ++logged_in;
        const auto* there = gateways_.at(state.gateway()).desks->at(line_id{state.line()});
        if (there == nullptr || there->settings.extension() != state.extension() ||
            there->epoch.value != state.epoch() || !there->in_force)
          return state.gateway() + " does not ring, but " + name + " believes that " + brief(state);
      }
    }
    if (logged_in == seated)
      return "";
    for (auto& [name, one] : gateways_)
      for (const auto* login : one.desks->sessions()) {
        const auto* known =
            one.directory->find_at(login->settings.home(), login->settings.extension());
        if (known == nullptr || known->state.gateway() != name ||
            known->state.line() != login->line.value)
          return login->settings.home() + " does not know that " + login->settings.extension() +
                 " is at " + name + " line " + std::to_string(login->line.value) + ", epoch " +
                 std::to_string(login->epoch.value);
      }
    return "there is a login that its home does not know of";
  }

  /// What a gateway's clock shows.
  instant local(const gateway& one) const {
    return one.rate == 1 && one.ahead == duration{}
               ? now
               : instant(one.ahead +
                         std::chrono::duration_cast<duration>(now.time_since_epoch() * one.rate));
  }
  /// When that is; never before the clock shows it.
  instant world(const gateway& one, instant shown) const {
    if (shown == never || (one.rate == 1 && one.ahead == duration{}))
      return shown;
    return instant(
        std::chrono::duration_cast<duration>((shown - one.ahead).time_since_epoch() / one.rate) +
        std::chrono::microseconds(1));
  }

  instant now{};
  unsigned doubles = 0;
  bool halted = false; ///< nothing happens any more
  std::function<void(const std::string&)> complain = [this](const std::string& what) {
    ADD_FAILURE() << what << ", seed " << chosen_.seed;
  };
  std::function<void(const std::string& where, const std::string& what)> watch; ///< notes, messages
  std::vector<scn::v1::Envelope> travelled; ///< everything that was ever sent

private:
  void post(const gateway& from, const std::string& to, const scn::v1::Envelope& message) {
    if (chosen_.record)
      travelled.push_back(message);
    if (watch && !message.has_heartbeat() && !message.has_hello())
      watch(from.name + " → " + to, brief(message));
    if (cuts_.contains({from.name, to}) || !gateways_.contains(to) || !gateways_.at(to).running)
      return;
    if (chosen_.loss > 0 && std::bernoulli_distribution(chosen_.loss)(random_))
      return;
    const bool twice = chosen_.repeats > 0 && std::bernoulli_distribution(chosen_.repeats)(random_);
    for (int copies = twice ? 2 : 1; copies > 0; --copies) {
      auto at = now + chosen_.delay;
      if (chosen_.jitter > 0us)
        at += duration(random_() % static_cast<std::uint64_t>(chosen_.jitter.count()));
      wire_.emplace(at, letter{from.name, to, message}); // of one instant, in order
    }
  }

  void deliver() {
    while (!wire_.empty() && wire_.begin()->first <= now) {
      auto arrived = std::move(wire_.begin()->second);
      wire_.erase(wire_.begin());
      auto& to = gateways_.at(arrived.to);
      if (to.running && !cuts_.contains({arrived.from, arrived.to}))
        do_network(to, scn::received{std::move(arrived.from), std::move(arrived.message)});
    }
  }

  options chosen_;
  std::mt19937_64 random_;
  std::map<std::string, gateway> gateways_;
  std::multimap<instant, letter> wire_;
  std::set<std::pair<std::string, std::string>> cuts_;
};

} // namespace switchroom::test
