// SPDX-License-Identifier: MIT
/// Gateways of a small network in virtual time: directory, network and desks of each, joined by
/// wires that delay, and if told so lose and reorder. Checks rule H4 after every single step.
#pragma once
#include "desks/desks.hpp"
#include "scn/network.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <gtest/gtest.h>

#include <deque>
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
    duration patience{}; ///< if set, nobody is ever thought lost before it
    std::uint64_t seed = 1;
    unsigned lines = 4;
    unsigned backups = 0; ///< each gateway's: those after it by name
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
  };
  struct letter {
    instant at;
    std::uint64_t order;
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
    one.boot = random_() | 1;
    one.directory = std::make_unique<users::directory>(one.name);
    desks::settings desk;
    desk.gateway = one.name;
    desk.network_key = key();
    desk.voice_networking = one.licensed;
    desk.first_request = random_();
    scn::settings net;
    net.gateway = one.name;
    net.boot = one.boot;
    net.voice_networking = one.licensed;
    if (chosen_.patience > 0s)
      desk.lost_after = desk.restart_grace = net.lost_after = chosen_.patience;
    for (unsigned line = 1; line <= chosen_.lines; ++line)
      desk.ports.push_back({line_id{line}, {}});
    for (auto& port : desk.ports)
      for (const auto& who : one.people)
        if (who.base_line == port.line.value)
          port.base_user = who.extension;
    for (const auto& [name, other] : gateways_)
      if (name != one.name)
        net.peers.push_back(name);
    desk.backups = net.backups = backups_of(one.name);
    one.desks = std::make_unique<desks::state>(desk, one.disk, *one.directory, now);
    one.network = std::make_unique<scn::network>(net, *one.directory, now);
    do_desks(one, desks::deadline{});
    do_network(one, scn::deadline{});
  }

  /// The process ends; what is on disk stays, what is on the wire to and from it does not.
  void stop(gateway& one) {
    one.running = false;
    std::erase_if(wire_, [&](const letter& m) { return m.from == one.name || m.to == one.name; });
  }

  /// Nothing passes between the two until heal().
  void cut(const std::string& a, const std::string& b) {
    cuts_.insert({a, b});
    cuts_.insert({b, a});
  }
  void heal() { cuts_.clear(); }
  void make_perfect() {
    chosen_.loss = 0;
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
    while (now < end) {
      instant next = end;
      for (const auto& m : wire_)
        next = std::min(next, m.at);
      for (auto& [name, one] : gateways_)
        if (one.running)
          next = std::min({next, one.desks->next_deadline(), one.network->next_deadline()});
      idle = next > now ? 0 : idle + 1;
      if (idle > 10'000) {
        ADD_FAILURE() << "a deadline that passes and is asked for again, seed " << chosen_.seed;
        now = end;
        return;
      }
      now = std::max(now, next);
      deliver();
      for (auto& [name, one] : gateways_) {
        if (one.running && one.network->next_deadline() <= now)
          do_network(one, scn::deadline{});
        if (one.running && one.desks->next_deadline() <= now)
          do_desks(one, desks::deadline{});
      }
    }
  }

  void do_desks(gateway& one, const desks::event& event) {
    const auto actions = one.desks->step(event, now);
    one.did.insert(one.did.end(), actions.begin(), actions.end());
    for (const auto& action : actions) {
      if (const auto* a = std::get_if<desks::send>(&action))
        post(one, a->to, a->message);
      else if (const auto* all = std::get_if<desks::send_to_all>(&action))
        do_network(one, scn::own_user_changed{all->message.user_state()});
      else if (const auto* result = std::get_if<desks::login_result>(&action))
        one.results.push_back(*result);
      else if (const auto* note = std::get_if<desks::note>(&action))
        one.notes.push_back(note->text);
      else
        keep(one.disk, action);
    }
    check_h4();
  }

  void do_network(gateway& one, const scn::event& event) {
    for (const auto& action : one.network->step(event, now)) {
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

  /// Rule H4: at no instant do two ports ring for one login.
  void check_h4() {
    std::map<std::pair<std::string, std::string>, std::string> seen;
    for (auto& [name, one] : gateways_) {
      if (!one.running || !one.desks)
        continue;
      for (const auto* login : one.desks->sessions()) {
        if (!login->in_force)
          continue;
        const auto here = name + " line " + std::to_string(login->line.value) + " epoch " +
                          std::to_string(login->epoch.value);
        const auto [other, first] =
            seen.insert({{login->settings.home(), login->settings.extension()}, here});
        if (!first)
          ++doubles, ADD_FAILURE() << login->settings.extension() << " rings at " << here
                                   << " and at " << other->second << ", seed " << chosen_.seed;
      }
    }
  }

  instant now{};
  unsigned doubles = 0;
  std::vector<scn::v1::Envelope> travelled; ///< everything that was ever sent

private:
  void post(const gateway& from, const std::string& to, const scn::v1::Envelope& message) {
    travelled.push_back(message);
    if (cuts_.contains({from.name, to}) || !gateways_.contains(to) || !gateways_.at(to).running)
      return;
    if (chosen_.loss > 0 && std::bernoulli_distribution(chosen_.loss)(random_))
      return;
    auto at = now + chosen_.delay;
    if (chosen_.jitter > 0us)
      at += duration(random_() % static_cast<std::uint64_t>(chosen_.jitter.count()));
    wire_.push_back({at, order_++, from.name, to, message});
  }

  void deliver() {
    for (;;) {
      auto next = std::min_element(wire_.begin(), wire_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.at, a.order) < std::pair(b.at, b.order);
      });
      if (next == wire_.end() || next->at > now)
        return;
      const auto arrived = *next;
      wire_.erase(next);
      auto& to = gateways_.at(arrived.to);
      if (to.running && !cuts_.contains({arrived.from, arrived.to}))
        do_network(to, scn::received{arrived.from, arrived.message});
    }
  }

  static void keep(desks::stored& disk, const desks::action& action) {
    if (const auto* session = std::get_if<desks::store_session>(&action)) {
      std::erase_if(disk.sessions, [&](auto& s) { return s.line == session->what.line; });
      disk.sessions.push_back(session->what);
    } else if (const auto* gone = std::get_if<desks::erase_session>(&action)) {
      std::erase_if(disk.sessions, [&](auto& s) { return s.line == gone->line; });
    } else if (const auto* where = std::get_if<desks::store_whereabouts>(&action)) {
      std::erase_if(disk.whereabouts, [&](auto& w) { return w.extension() == where->extension; });
      disk.whereabouts.push_back(where->where);
    } else if (const auto* user = std::get_if<desks::store_user>(&action)) {
      std::erase_if(disk.users, [&](auto& u) { return u.extension() == user->user.extension(); });
      disk.users.push_back(user->user);
    } else if (const auto* promise = std::get_if<desks::store_ballot>(&action)) {
      std::erase_if(disk.ballots, [&](auto& b) { return b.who == promise->who; });
      disk.ballots.push_back(*promise);
    } else if (const auto* copy = std::get_if<desks::store_copy>(&action)) {
      std::erase_if(disk.copies, [&](auto& c) { return c.who == copy->who; });
      disk.copies.push_back(*copy);
    } else if (const auto* no_copy = std::get_if<desks::erase_copy>(&action)) {
      std::erase_if(disk.copies, [&](auto& c) { return c.who == no_copy->who; });
    }
  }

  options chosen_;
  std::mt19937_64 random_;
  std::map<std::string, gateway> gateways_;
  std::deque<letter> wire_;
  std::uint64_t order_ = 0;
  std::set<std::pair<std::string, std::string>> cuts_;
};

} // namespace switchroom::test
