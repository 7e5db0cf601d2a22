// SPDX-License-Identifier: MIT
// What the network between gateways may do to an exchange: messages that come again, clocks that
// differ, peers of another version. (That no stranger can repeat a message is CURVE's business:
// transport_test.)
#include "exchange_town.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using scn::v1::Envelope;

struct letter {
  std::string from, to;
  Envelope message;
};

/// What a person, or a disk, could tell.
std::vector<std::string> sight_of(town& t) {
  std::vector<std::string> seen = t.ringing();
  for (const auto* gateway : {"amsterdam", "berlin"}) {
    for (unsigned line = 1; line <= town_lines; ++line)
      seen.push_back(t.user_at(gateway, line) + " " + t.state_of(gateway, line) + " " +
                     t.hears(gateway, line));
    const auto used = t.in_use(gateway);
    seen.push_back(std::to_string(used.calls) + " calls, " + std::to_string(used.peer_legs) +
                   " legs, " + std::to_string(used.visitors) + " visitors");
  }
  for (const auto* user : {"201", "202", "204", "301", "302"})
    seen.push_back(t.document(user).ShortDebugString());
  return seen;
}

/// Log ins there and back, settings, calls, Break Out: every kind of message.
void an_eventful_day(town& t) {
  t.log_in("berlin", 3, "204*1204");
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*08"); // do not disturb, at another gateway
  t.run(200ms);
  t.hang_up("berlin", 3);
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*09");
  t.run(200ms);
  t.hang_up("berlin", 3);
  t.call("amsterdam", 1, "204");
  t.lift("berlin", 3);
  t.run(500ms);
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 3);
  t.call("amsterdam", 1, "*80*2#301");
  t.lift("berlin", 1);
  t.hang_up("berlin", 1);
  t.hang_up("amsterdam", 1);
  t.log_in("amsterdam", 4, "204*1204");
  t.run(2s);
}

TEST(Replay, S14_NoMessageThatComesAgainHasAnEffect) {
  town t;
  std::vector<letter> said;
  t.watch = [&](const std::string& from, const std::string& to, const Envelope& message) {
    said.push_back({from, to, message});
    return true;
  };
  an_eventful_day(t);
  t.watch = nullptr;
  std::set<int> kinds;
  const auto before = sight_of(t);
  for (const auto& one : said) {
    kinds.insert(one.message.body_case());
    t.forge(one.from, one.to, one.message);
    t.run(300ms);
    ASSERT_EQ(sight_of(t), before) << one.from << " again: " << one.message.ShortDebugString();
  }
  for (const auto kind : {Envelope::kLoginRequest, Envelope::kLoginGrant, Envelope::kRevoke,
                          Envelope::kUserState, Envelope::kSettingsRequest, Envelope::kCallSetup,
                          Envelope::kCallAnswer, Envelope::kCallRelease, Envelope::kCallDigits})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  EXPECT_EQ(t.faults(), std::vector<std::string>{});
}

TEST(Replay, S14_ASetUpThatComesAgainDoesNotRing) {
  town t;
  std::optional<letter> setup;
  t.watch = [&](const std::string& from, const std::string& to, const Envelope& message) {
    if (message.has_call_setup())
      setup = letter{from, to, message};
    return true;
  };
  t.call("amsterdam", 1, "301");
  ASSERT_TRUE(t.rings("berlin", 1));
  t.hang_up("amsterdam", 1);
  ASSERT_FALSE(t.rings("berlin", 1));
  t.forge(setup->from, setup->to, setup->message);
  t.run(1s);
  EXPECT_FALSE(t.rings("berlin", 1));
  control::v1::Request ask;
  ask.mutable_peers();
  EXPECT_EQ(t.ask("berlin", ask).peers().peers(0).malformed(), 1u) << "and it is counted";
}

// ---- clocks -------------------------------------------------------------------------------------

/// Two gateways, each with a clock of its own. What they say to one another is kept.
class two_clocks {
public:
  explicit two_clocks(duration ahead) {
    for (const auto* name : {"amsterdam", "berlin"}) {
      settings s;
      s.gateway = name;
      s.number = name[0] == 'a' ? "1" : "2";
      s.network_key.assign(32, 7);
      s.boot = s.number == "1" ? 11 : 22;
      s.clock_origin_s = name[0] == 'a' ? 0 : std::chrono::duration<double>(ahead).count();
      const std::string base = name[0] == 'a' ? "20" : "30";
      for (unsigned line = 1; line <= 4; ++line)
        s.lines.push_back({line_id{line}, base + std::to_string(line)});
      s.peers.push_back({name[0] == 'a' ? "berlin" : "amsterdam", name[0] == 'a' ? "2" : "1"});
      ahead_[name] = name[0] == 'a' ? 0s : ahead;
      gateways_.emplace(name, gateway(s, {}, clock(name)));
    }
    for (const auto* name : {"amsterdam", "berlin"}) {
      step(name, board_up{4, 16, 8, slot_id{0}, slot_id{16}, slot_id{64}});
      for (unsigned line = 1; line <= 4; ++line) {
        operator_request put;
        auto& user = *put.ask.mutable_put_user();
        user.set_extension((name[0] == 'a' ? "20" : "30") + std::to_string(line));
        user.set_login_code("1234");
        step(name, put);
      }
    }
    run(5s);
  }
  void run(duration time) {
    for (const auto end = now_ + time; now_ < end; now_ += 50ms)
      for (auto& [name, machine] : gateways_)
        if (machine.next_deadline() <= clock(name))
          step(name, deadline{});
  }
  void dial(const std::string& at, unsigned line, std::string_view digits) {
    step(at, line_signal{line_id{line}, signal::off_hook, 0});
    for (const char digit : digits)
      step(at, line_signal{line_id{line}, signal::dtmf_on, static_cast<std::uint16_t>(digit)});
    run(3s);
  }
  void hang_up(const std::string& at, unsigned line) {
    step(at, line_signal{line_id{line}, signal::on_hook, 0});
    run(1s);
  }
  std::vector<std::string> said;

private:
  instant clock(const std::string& of) const { return now_ + ahead_.at(of); }
  void step(const std::string& at, const event& what) {
    auto done = gateways_.at(at).step(what, clock(at));
    for (auto& one : done)
      if (auto* out = std::get_if<send>(&one)) {
        auto text = out->message;
        if (text.has_calls_made())
          for (auto& call : *text.mutable_calls_made()->mutable_calls())
            call.clear_at_s(); // for people to read
        said.push_back(at + ": " + text.ShortDebugString());
        step(out->to, peer_message{at, std::move(out->message)});
      }
  }

  instant now_{10h};
  std::map<std::string, duration> ahead_;
  std::map<std::string, gateway> gateways_;
};

std::vector<std::string> a_day_with(duration ahead) {
  two_clocks both(ahead);
  both.dial("berlin", 4, "*35*204*1234#");
  both.hang_up("berlin", 4);
  both.dial("amsterdam", 1, "204");
  both.hang_up("amsterdam", 1);
  both.dial("berlin", 4, "*08");
  both.hang_up("berlin", 4);
  both.run(60s);
  both.dial("amsterdam", 4, "*35*204*1234#");
  both.hang_up("amsterdam", 4);
  both.run(30s);
  return both.said;
}

/// No message holds a time of day but that of a call for the log, and no gateway compares another's
/// clock with its own.
TEST(Clocks, S12_AnHourApartEverythingIsSaidAsWithEqualClocks) {
  const auto equal = a_day_with(0s);
  EXPECT_GT(equal.size(), 100u);
  EXPECT_EQ(a_day_with(1h), equal);
  EXPECT_EQ(a_day_with(-1h), equal);
}

} // namespace
} // namespace switchroom::exchange
