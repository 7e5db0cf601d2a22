// SPDX-License-Identifier: MIT
// Golden model of rtl/voice/conference.sv: members of bridges, each hearing the others. What a
// member hears is added up from the others, one by one; there is no sum of all from which its own
// is taken.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "golden/board_port.hpp"

namespace switchroom::golden {

class conference {
public:
  conference(unsigned members, unsigned first_slot) : first_slot_(first_slot), members_(members) {}

  /// What a member hears in the frame that comes next.
  std::int16_t sample(unsigned n) const { return members_[n].hears; }

  /// One frame: what the switch gives to each member.
  void frame(std::span<const std::int16_t> samples) {
    for (unsigned n = 0; n < members_.size(); ++n)
      if (members_[n].takes_part())
        say(members_[n], samples[n]);
    for (unsigned number = 0; number < bridges_.size(); ++number)
      meet(bridges_[number], number);
    for (auto& m : members_)
      m.speaks_now = false;
  }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    const int n = index(word);
    if (n < 0)
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    auto& m = members_[static_cast<std::size_t>(n)];
    if (config::enable::get(value) == 0) {
      if (m.enabled)
        m.fades = m.has_spoken;
      m.enabled = false;
      m.hears = 0;
      return {};
    }
    if (!m.enabled || config::bridge::get(m.word) != config::bridge::get(value))
      m = {};
    m.enabled = true;
    m.word = value & 0x3fffffff;
    return {};
  }

  register_answer read(std::uint16_t word) const {
    if (const int n = index(word); n >= 0) {
      const auto& m = members_[static_cast<std::size_t>(n)];
      return {regs::status::ok, m.enabled ? m.word : 0};
    }
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, static_cast<std::uint32_t>(members_.size())};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::conference_block;
  using config = block::member;

  /// A gain that follows what it shall be through two poles of 1/16, each of which comes to it. A
  /// gain of 1 is 65,536.
  class ramp {
  public:
    void follow(std::int64_t target) {
      second_ = nearer(second_, first_);
      first_ = nearer(first_, target);
    }
    std::int64_t value() const { return second_; }
    bool is_silent() const { return first_ == 0 && second_ == 0; }

  private:
    static std::int64_t nearer(std::int64_t now, std::int64_t goal) {
      const std::int64_t way = std::abs(goal - now);
      const std::int64_t step = way / 16 + (way % 16 != 0 ? 1 : 0);
      return goal > now ? now + step : now - step;
    }
    std::int64_t first_ = 0, second_ = 0;
  };
  struct member {
    std::uint32_t word = 0; ///< the last one that enabled it
    bool enabled = false;
    ramp mouth, ear;
    bool has_spoken = false;
    bool fades = false;      ///< not enabled any more, and what it said last still heard
    bool speaks_now = false; ///< in this frame
    std::int16_t said = 0;   ///< last
    std::int64_t share = 0;  ///< of the bridge
    std::int16_t hears = 0;
    bool takes_part() const { return enabled || fades; }
  };
  struct bridge {
    static constexpr std::int64_t unity = 1 << 24;
    std::int64_t gain = unity;
    unsigned holds = 0; ///< frames
  };

  /// An exact product, of which only whole samples count: towards minus infinity.
  static std::int64_t times(std::int64_t sample, std::int64_t gain) {
    const std::int64_t product = sample * gain;
    return product >= 0 ? product / 65536 : -((-product + 65535) / 65536);
  }

  static void say(member& m, std::int16_t sample) {
    if (m.enabled)
      m.said = sample;
    m.has_spoken = m.speaks_now = true;
    const bool wanted = m.enabled && config::mute::get(m.word) == 0;
    m.mouth.follow(wanted ? std::int64_t{config::says::get(m.word)} * 64 : 0);
    m.share = times(m.said, m.mouth.value());
    if (!m.enabled && m.mouth.is_silent())
      m.fades = false;
  }

  /// Those of a bridge hear each other; then it is turned down if it was too loud for one of them.
  void meet(bridge& b, unsigned number) {
    std::vector<member*> present;
    for (auto& m : members_)
      if (m.speaks_now && config::bridge::get(m.word) == number)
        present.push_back(&m);
    if (present.empty()) {
      b = {};
      return;
    }
    std::int64_t peak = 0;
    for (auto* ear : present) {
      if (!ear->enabled)
        continue;
      std::int64_t others = 0;
      for (const auto* mouth : present)
        if (mouth != ear)
          others += mouth->share;
      const std::int64_t heard = times(others, b.gain / 256);
      peak = std::max(peak, std::abs(heard));
      ear->ear.follow(std::min<std::int64_t>(config::hears::get(ear->word), 1024) * 64);
      ear->hears = static_cast<std::int16_t>(
          times(std::clamp<std::int64_t>(heard, -32768, 32767), ear->ear.value()));
    }
    turn(b, peak);
  }

  static void turn(bridge& b, std::int64_t peak) {
    constexpr std::int64_t unity = bridge::unity, loudest = 32256;
    if (peak > loudest) {
      b.gain -= b.gain * std::min<std::int64_t>(peak - loudest, 32768) / 65536;
      b.holds = 400;
    } else if (b.holds > 0) {
      --b.holds;
    } else {
      b.gain = std::min(b.gain + b.gain / 4096 + 1, unity);
    }
  }

  int index(std::uint16_t word) const {
    return array_index<config>(word, static_cast<unsigned>(members_.size()));
  }

  unsigned first_slot_;
  std::vector<member> members_;
  std::array<bridge, 32> bridges_{};
};

} // namespace switchroom::golden
