// SPDX-License-Identifier: MIT
/// What tests of calls share: a town that must be left as it was found, and people in it.
#pragma once
#include "exchange_town.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {

inline void expect_nothing_left(town& t) {
  t.everybody_hangs_up();
  for (const auto& fault : t.faults())
    ADD_FAILURE() << fault;
}

inline void expect_talk(const town& t, const std::string& a, unsigned line_a, const std::string& b,
                        unsigned line_b) {
  EXPECT_EQ(t.hears(a, line_a), b + " line " + std::to_string(line_b));
  EXPECT_EQ(t.hears(b, line_b), a + " line " + std::to_string(line_a));
}

/// An operator at `gateway` changes a setting of a user.
inline control::v1::Reply set(town& t, const std::string& gateway, const std::string& who,
                              const std::string& setting, const std::string& value) {
  control::v1::Request put;
  put.mutable_put_user()->set_extension(who);
  auto& change = *put.mutable_put_user()->add_changes();
  change.set_setting(setting);
  change.set_value(value);
  return t.ask(gateway, put);
}

/// Lifts, dials, waits, listens, hangs up.
inline std::string tone_after(town& t, const std::string& where, unsigned line,
                              const std::string& digits, duration wait = {}) {
  t.call(where, line, digits);
  t.run(wait);
  auto heard = t.hears(where, line);
  t.hang_up(where, line);
  return heard;
}

class People : public ::testing::Test {
protected:
  explicit People(unsigned gateways = 3, const town::settings_change& change = {},
                  unsigned host_slots = town_host_slots, unsigned members = 0)
      : t(gateways, change, host_slots, members) {}
  void TearDown() override { expect_nothing_left(t); }

  void expect_talk(const std::string& a, unsigned line_a, const std::string& b, unsigned line_b) {
    exchange::expect_talk(t, a, line_a, b, line_b);
  }
  void talk(const std::string& a, unsigned line_a, const std::string& number, const std::string& b,
            unsigned line_b) {
    t.call(a, line_a, number);
    t.lift(b, line_b);
    expect_talk(a, line_a, b, line_b);
  }
  std::string tone_after(const std::string& where, unsigned line, const std::string& digits) {
    return exchange::tone_after(t, where, line, digits);
  }
  /// With the dial delay over.
  std::string tone_after_delay(const std::string& where, unsigned line, const std::string& digits) {
    return exchange::tone_after(t, where, line, digits, std::chrono::seconds{5});
  }
  /// Legs to and from peers at the three, "2 1 1".
  std::string legs() const {
    return of_all([&](const std::string& name) { return t.in_use(name).peer_legs; });
  }
  /// Voice streams between gateways, as legs().
  std::string streams() const {
    return of_all([&](const std::string& name) { return t.open_streams(name); });
  }

  town t;

private:
  template <typename Count>
  static std::string of_all(Count count) {
    std::string all;
    for (const auto* name : {"amsterdam", "berlin", "cologne"})
      all.append(all.empty() ? "" : " ").append(std::to_string(count(name)));
    return all;
  }
};

} // namespace switchroom::exchange
