// SPDX-License-Identifier: MIT
#include "schedule.hpp"

#include "../host/small_network.hpp"

namespace switchroom::chaos {
namespace {

using namespace std::chrono_literals;
using test::small_network;

constexpr unsigned lines = 3;
constexpr int events = 60;

class life {
public:
  life(std::uint64_t seed, report& told)
      : random_(seed * 0x9e37'79b9'7f4a'7c15 + 1), told_(told), net_(conditions(seed)) {
    net_.complain = [this](const std::string& what) {
      told_.wrong.push_back(what);
      net_.halted = true;
    };
    const unsigned gateways = seed % 500 == 0 ? 32 : seed % 10 == 0 ? 8 : 3 + below(3);
    for (unsigned n = 0; n < gateways; ++n)
      add_gateway(n, gateways > 8 ? 1 : 2);
  }

  small_network& net() { return net_; }

  void run() {
    net_.start();
    for (int n = 0; n < events && told_.wrong.empty(); ++n) {
      happen();
      net_.run(pause());
    }
    come_to_rest();
  }

private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  small_network::options conditions(std::uint64_t seed) {
    small_network::options chosen;
    chosen.delay = 1ms;
    chosen.jitter = std::chrono::milliseconds(1 + below(80));
    chosen.loss = below(3) == 0 ? 0.0 : 0.01 * below(15);
    chosen.repeats = 0.01 * below(10);
    chosen.skew = 0.05; // two clocks: a tenth; what is allowed is an eighth
    chosen.seed = seed;
    chosen.lines = lines;
    chosen.backups = seed % 8 == 0 ? below(4) : 2;
    chosen.record = false;
    chosen.lease = 10s; // virtual time costs, too: a heartbeat a second and wire
    chosen.lockout = 5s;
    return chosen;
  }

  void add_gateway(unsigned n, unsigned people) {
    std::string name(1, static_cast<char>('a' + n % 26));
    name += std::to_string(n);
    std::vector<small_network::person> users;
    for (unsigned p = 0; p < people; ++p) {
      const auto extension = std::to_string(100 * (n + 1) + p);
      users.push_back({extension, extension, p == 0 ? 1u : 0u, below(8) == 0});
      people_.push_back(extension);
    }
    net_.add(name, std::move(users));
    names_.push_back(std::move(name));
  }

  const std::string& some_gateway() { return names_[below(static_cast<unsigned>(names_.size()))]; }
  /// Few people, so that they get into one another's way.
  const std::string& somebody() {
    return people_[below(std::min<unsigned>(4, static_cast<unsigned>(people_.size())))];
  }

  duration pause() {
    switch (below(10)) {
    case 0:
      return std::chrono::seconds(7 + below(10)); // leases run out
    case 1:
    case 2:
    case 3:
      return std::chrono::milliseconds(below(5000));
    default:
      return std::chrono::milliseconds(below(200));
    }
  }

  void say(const std::string& where, const std::string& what) {
    if (net_.watch)
      net_.watch(where, "*** " + what);
  }

  void happen() {
    auto& where = net_.at(some_gateway());
    const auto dice = below(100);
    if (!where.running) {
      if (dice < 60)
        say(where.name, "starts"), net_.boot(where);
      return;
    }
    if (dice < 58)
      return log_in(where, somebody());
    if (dice < 66)
      return say(where.name, "log-out at line 1"),
             net_.do_desks(where, desks::log_out{line_id{1 + below(lines)}});
    if (dice < 70)
      return net_.do_desks(where,
                           desks::line_use{line_id{1 + below(lines)}, false, random_() % 2 == 0});
    if (dice < 78)
      return cut(where.name);
    if (dice < 88)
      return say("all", "the wires are whole again"), net_.heal();
    if (dice < 94)
      return say(where.name, "stops"), net_.stop(where);
    say(where.name, "will stop in the middle of a step");
    net_.crash(where, static_cast<int>(below(4)));
  }

  void log_in(small_network::gateway& where, const std::string& who) {
    const auto line = 1 + below(lines);
    const auto code = below(20) == 0 ? "9999" : who;
    say(where.name, "log-in of " + who + " at line " + std::to_string(line));
    ++told_.logins;
    net_.do_desks(where, desks::log_in{line_id{line}, who, code, true});
  }

  void cut(const std::string& from) {
    const auto& to = some_gateway();
    if (to == from) {
      say(from, "is cut off");
      for (const auto& other : names_)
        if (other != from)
          net_.cut(from, other);
    } else if (below(3) == 0) {
      say(from, "is not heard by " + to + " any more");
      net_.cut_one_way(from, to);
    } else {
      say(from, "and " + to + " are cut apart");
      net_.cut(from, to);
    }
  }

  /// Whole wires, all gateways up, no call: everybody agrees, and everybody can log in.
  void come_to_rest() {
    if (net_.halted)
      return;
    say("all", "the wires are whole again, and all gateways run");
    net_.heal();
    net_.make_perfect();
    for (const auto& name : names_) {
      auto& one = net_.at(name);
      one.actions_left = -1;
      if (!one.running)
        net_.boot(one);
      for (unsigned line = 1; line <= lines; ++line)
        net_.do_desks(one, desks::line_use{line_id{line}, false, false});
    }
    net_.run(40s); // leases, lock-outs
    if (!told_.wrong.empty())
      return;
    if (const auto who = net_.disagreement(); !who.empty())
      return told_.wrong.push_back(who);
    for (unsigned n = 0; n < std::min<std::size_t>(4, people_.size()) && told_.wrong.empty(); ++n) {
      must_log_in(people_[n]);
      auto& where = net_.at(some_gateway()); // somebody may be logged out: no matter who
      net_.do_desks(where, desks::log_out{line_id{1 + below(lines)}, true});
      net_.run(1s);
      must_log_in(people_[below(n + 1)]);
    }
    net_.run(5s);
    if (!told_.wrong.empty())
      return;
    if (const auto who = net_.disagreement(); !who.empty())
      told_.wrong.push_back("after the last log-ins: " + who);
  }

  /// With the right code, nothing in the way, and all that could grant it there: at once.
  void must_log_in(const std::string& who) {
    auto& where = net_.at(some_gateway());
    const auto line = 1 + below(lines);
    where.results.clear();
    say(where.name, "last log-in of " + who + " at line " + std::to_string(line));
    ++told_.logins;
    net_.do_desks(where, desks::log_in{line_id{line}, who, who, true});
    net_.run(3s);
    if (where.results.size() != 1)
      return told_.wrong.push_back("a log-in at " + where.name + " has " +
                                   std::to_string(where.results.size()) + " results");
    const auto& result = where.results.front();
    if (result.outcome != desks::login_outcome::granted)
      told_.wrong.push_back("a log-in of " + who + " at " + where.name +
                            " is refused: " + result.text);
  }

  std::mt19937_64 random_;
  report& told_;
  small_network net_;
  std::vector<std::string> names_, people_;
};

} // namespace

report live(std::uint64_t seed,
            const std::function<void(double, const std::string&, const std::string&)>& watch) {
  report told;
  life one(seed, told);
  if (watch)
    one.net().watch = [&](const std::string& where, const std::string& what) {
      watch(std::chrono::duration<double>(one.net().now.time_since_epoch()).count(), where, what);
    };
  one.run();
  return told;
}

} // namespace switchroom::chaos
