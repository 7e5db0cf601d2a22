// SPDX-License-Identifier: MIT
// Random nights out on three gateways: people lift, dial, log in and hang up, wires are cut and
// healed, boards and gateways fail and return. What must always hold is checked by the town
// after every step; in the end nothing may be left over and calls work again.
#include "exchange_town.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

struct night {
  std::uint64_t seed;
  bool fate; ///< cuts, boards and restarts too
};

class Soak : public ::testing::TestWithParam<night> {
protected:
  std::mt19937_64 random{GetParam().seed};
  town t{3, [](settings& s) {
           s.call_back_time = 30s;
           s.park_time = 40s;
           s.lines[0].display.standard = dsp::fsk_standard::v23;
           s.lines[1].display = s.lines[0].display;
           s.lines[1].display.before_ringing = true;
           if (s.gateway != "berlin")
             return;
           hunting::group g;
           g.number = "600";
           g.members = {"201", "301", "401", "302", "204"};
           g.mode = static_cast<hunting::mode>(GetParam().seed % 4);
           g.ring = 5s;
           g.overflow = "402";
           g.overflow_after = 30s;
           s.groups.push_back(g);
         }};
  std::uint64_t up_to(std::uint64_t n) { return random() % n; }
  std::string gateway() {
    static const char* names[] = {"amsterdam", "berlin", "cologne"};
    return names[up_to(3)];
  }
  std::string number() {
    static const char* numbers[] = {"201", "202", "204", "301", "302", "401", "402", "299", "600"};
    return numbers[up_to(9)];
  }
  /// Something to dial: a number, a log in (one in eight wrong), a break-out, noise.
  std::string digits() {
    auto who = number();
    static const char* features[] = {"*00", "*01", "*03", "*05", "*08", "*09",
                                     "*02", "*15", "*07", "*57", "*14", "*12"};
    switch (up_to(11)) {
    case 9:
      return service();
    case 10:
      return "600";
    case 8: {
      const std::string code = features[up_to(12)];
      return code[1] == '0' && code[2] != '7' ? code
             : code == "*15"                  ? code
                                              : code + "*" + who + "#";
    }
    case 0:
    case 1:
      return "*35*" + who + "*" + (up_to(8) == 0 ? "9" : "1" + who) + "#";
    case 2:
      return "*36";
    case 3:
      return "*80*" + std::to_string(1 + up_to(4)) + "#" + number();
    case 4:
      return std::string(1 + up_to(6), "0123456789*#"[up_to(12)]);
    default:
      return who;
    }
  }
  /// Park, retrieve, pickup, call back, night service: whether it makes sense or not.
  std::string service() {
    const auto slot = std::to_string(up_to(3));
    switch (up_to(8)) {
    case 0:
    case 1:
      return "*37*" + slot + "#";
    case 2:
      return "*38*" + slot + "#";
    case 3:
      return "*32*" + number() + "#";
    case 4:
      return "*40*" + number() + "#";
    case 5:
      return up_to(4) == 0 ? "*20*600#" : "*21*600#";
    case 6:
      return "*15";
    default:
      return "*30";
    }
  }
  void operate() {
    control::v1::Request r;
    if (up_to(2) == 0) {
      r.mutable_login()->set_line(1 + static_cast<std::uint32_t>(up_to(town_lines)));
      r.mutable_login()->set_extension(number());
    } else {
      r.mutable_logout()->set_line(1 + static_cast<std::uint32_t>(up_to(town_lines)));
    }
    t.ask(gateway(), r);
  }
  void strike() {
    const auto a = gateway(), b = gateway();
    switch (up_to(6)) {
    case 0:
      return t.cut(a, b);
    case 1:
      t.heal(a, b);
      return t.run(5s);
    case 2:
      t.heal(a, b);
      return t.board_returns(b);
    case 3:
      return t.board_fails(a);
    case 4:
      return t.board_returns(a);
    default:
      return t.restart(a);
    }
  }
  void use_phone() {
    const auto where = gateway();
    const auto line = 1 + static_cast<unsigned>(up_to(town_lines));
    t.signal_line(where, line, signal::on_hook);
    t.signal_line(where, line, signal::off_hook);
    t.dial(where, line, digits());
    if (up_to(4) == 0)
      t.signal_line(where, line, signal::on_hook); // at once, whatever is on its way
  }
  /// Somebody who talks asks somebody else, and then hangs up, swaps, or waits.
  void enquire() {
    const auto where = gateway();
    const auto line = 1 + static_cast<unsigned>(up_to(town_lines));
    if (t.state_of(where, line) != "in call")
      return answer();
    t.signal_line(where, line, signal::flash, 250);
    t.dial(where, line, up_to(2) == 0 ? service() : number());
    if (up_to(3) == 0)
      answer();
    if (up_to(2) == 0)
      t.signal_line(where, line, signal::on_hook);
  }
  void answer() {
    const auto bells = t.ringing();
    if (bells.empty())
      return;
    const auto& bell = bells[up_to(bells.size())];
    const auto name = bell.substr(0, bell.find(' '));
    t.signal_line(name, static_cast<unsigned>(bell.back() - '0'), signal::off_hook);
  }
  void one_thing() {
    const auto where = gateway();
    const auto line = 1 + static_cast<unsigned>(up_to(town_lines));
    switch (up_to(14)) {
    case 12:
      return t.signal_line(where, line, signal::flash, 250);
    case 13:
      return enquire();
    case 0:
      return t.signal_line(where, line, signal::off_hook);
    case 1:
      return t.dial(where, line, digits()); // whatever the line is doing
    case 2:
    case 3:
    case 4:
      return use_phone();
    case 5:
    case 6:
      return answer();
    case 7:
    case 8:
      return t.signal_line(where, line, signal::on_hook);
    case 9:
      return up_to(4) == 0 ? operate() : t.run(duration(up_to(200'000)));
    case 10:
      return t.run(duration(up_to(30'000)));
    default:
      return GetParam().fate && up_to(10) == 0 ? strike() : t.run(duration(up_to(3'000'000)));
    }
  }
  void make_peace() {
    for (const auto* a : {"amsterdam", "berlin", "cologne"}) {
      for (const auto* b : {"amsterdam", "berlin", "cologne"})
        t.heal(a, b);
      t.board_returns(a);
    }
    for (const auto* where : {"amsterdam", "berlin", "cologne"})
      for (unsigned line = 1; line <= town_lines; ++line)
        t.signal_line(where, line, signal::off_hook);
    t.run(31s); // wishes for a call back are forgotten
    t.everybody_hangs_up();
    t.run(30s);
    t.everybody_hangs_up();
  }
};

TEST_P(Soak, NothingIsSharedLostOrLeftOver) {
  t.jitter(20ms, GetParam().seed);
  std::map<scn::v1::Envelope::BodyCase, unsigned> sent;
  t.watch = [&](const std::string&, const std::string&, const auto& e) {
    return ++sent[e.body_case()] > 0;
  };
  for (int n = 0; n < 4000; ++n) {
    one_thing();
    if (!t.faults().empty())
      break;
  }
  if (t.faults().empty())
    make_peace();
  for (const auto& fault : t.faults())
    ADD_FAILURE() << "seed " << GetParam().seed << ": " << fault;
  // A night on which nothing happened proves nothing.
  using body = scn::v1::Envelope;
  for (const auto what : {body::kLoginGrant, body::kCallSetup, body::kCallRelease, body::kUserUse})
    EXPECT_GT(sent[what], 2u) << what;
  if (!GetParam().fate) {
    for (const auto what : {body::kRevoke, body::kCallAnswer, body::kCallDigits, body::kCallHold,
                            body::kCallConnected, body::kGroupState, body::kSettingsAnswer})
      EXPECT_GT(sent[what], 0u) << what;
  }
  t.call("amsterdam", 4, "301"); // wherever 301 is: an answer, and no silence
  EXPECT_NE(t.hears("amsterdam", 4), "silence");
}

std::vector<night> nights() {
  std::vector<night> list;
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    list.push_back({seed, seed % 2 == 0});
  return list;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Soak, ::testing::ValuesIn(nights()), [](const auto& one) {
  return (one.param.fate ? "fateful_" : "busy_") + std::to_string(one.param.seed);
});

} // namespace
} // namespace switchroom::exchange
