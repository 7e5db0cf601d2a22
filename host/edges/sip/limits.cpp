// SPDX-License-Identifier: MIT
#include "edges/sip/limits.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace switchroom::sip {
namespace {

using namespace std::chrono_literals;

constexpr auto counted_for = 60s; ///< wrong passwords
/// A source that was refused something is called limited for so long.
constexpr auto shown_for = 10s;
constexpr std::size_t worst_shown = 5;
/// So many of the silent ones are looked at for one that is not locked.
constexpr unsigned looked_at = 64;
constexpr auto kinds = {limits::kind::asks, limits::kind::answers, limits::kind::goes_on};

} // namespace

/// A call is a proof, too: its phone has proved itself, or was called where it had registered.
bool limits::is_known(const state& of, kind what, time now) const {
  return what == kind::goes_on || of.known_until > now;
}

double limits::most(const state& of, kind what, time now) const {
  return is_known(of, what, now) ? chosen_.known_at_once : chosen_.at_once;
}

limits::bucket& limits::filled(state& of, kind what, time now) const {
  auto& one = of.of(what);
  const double rate = is_known(of, what, now) ? chosen_.known_a_second : chosen_.a_second;
  const double seconds = std::chrono::duration<double>(now - one.at).count();
  one.left = std::min(most(of, what, now), one.left + rate * std::max(seconds, 0.0));
  one.at = now;
  return one;
}

limits::state& limits::at(const std::string& source, time now) {
  if (const auto found = by_source_.find(source); found != by_source_.end()) {
    states_.splice(states_.begin(), states_, found->second);
    return states_.front();
  }
  if (by_source_.size() >= chosen_.sources)
    forget_one(now);
  states_.push_front({});
  auto& made = states_.front();
  made.source = source;
  for (const auto one : kinds)
    made.of(one) = {most(made, one, now), now};
  by_source_.emplace(source, states_.begin());
  return made;
}

void limits::forget_one(time now) {
  auto chosen = std::prev(states_.end());
  auto one = states_.end();
  for (unsigned n = 0; n < looked_at && one != states_.begin(); ++n)
    if ((--one)->locked_until <= now) {
      chosen = one;
      break;
    }
  by_source_.erase(chosen->source);
  states_.erase(chosen);
}

limits::verdict limits::arrived(const std::string& source, kind what, time now) {
  auto& from = at(source, now);
  auto& its = filled(from, what, now);
  if (its.left >= 1) {
    its.left -= 1;
    return verdict::serve;
  }
  ++refused_;
  ++from.refused;
  from.limited_until = now + shown_for;
  if (its.left - 1 < -chosen_.refused_at_once)
    return verdict::drop;
  its.left -= 1;
  return verdict::refuse;
}

bool limits::refuses(const std::string& source, kind what, time now) {
  const auto found = by_source_.find(source);
  if (found == by_source_.end())
    return false;
  return filled(*found->second, what, now).left < 0;
}

void limits::proved(const std::string& source, time now) {
  auto& from = at(source, now);
  from.known_until = now + chosen_.known_for;
  for (const auto one : kinds) // of calls, too: many phones may be behind one address
    from.of(one) = {most(from, one, now), now};
}

void limits::wrong_password(const std::string& source, time now) {
  auto& from = at(source, now);
  if (now - from.first_wrong > counted_for) {
    from.first_wrong = now;
    from.wrong = 0;
  }
  ++from.wrong_passwords;
  ++wrong_passwords_;
  if (++from.wrong < chosen_.wrong_passwords)
    return;
  from.locked_until = now + chosen_.locked_for;
  from.wrong = 0;
}

bool limits::locked(const std::string& source, time now) const {
  const auto found = by_source_.find(source);
  return found != by_source_.end() && found->second->locked_until > now;
}

std::chrono::seconds limits::retry_after(const std::string& source, time now) const {
  const auto found = by_source_.find(source);
  if (found == by_source_.end())
    return 1s;
  auto& from = *found->second;
  const double missing =
      std::max(0.0, 1 - std::min(from.of(kind::asks).left, from.of(kind::answers).left));
  const std::chrono::seconds filled{static_cast<int>(missing / chosen_.a_second) + 1};
  return std::max(filled, std::chrono::ceil<std::chrono::seconds>(from.locked_until - now));
}

limits::figures limits::report(time now) const {
  figures made{refused_, wrong_passwords_, 0, {}};
  const auto weight = [](const source_figures& one) {
    return std::pair(one.limited, one.refused + 10 * one.wrong_passwords);
  };
  for (const auto& one : states_) {
    const bool limited = one.limited_until > now || one.locked_until > now;
    made.limited += limited;
    if (!limited && one.refused == 0 && one.wrong_passwords == 0)
      continue;
    made.worst.push_back({one.source, one.refused, one.wrong_passwords, limited});
    std::ranges::sort(made.worst, std::ranges::greater(), weight);
    made.worst.resize(std::min(made.worst.size(), worst_shown));
  }
  return made;
}

std::string source_of(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> octets{};
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1)
    return text;
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) != 1)
    return {};
  std::array<char, INET6_ADDRSTRLEN> made{};
  const bool v4 = IN6_IS_ADDR_V4MAPPED(octets.data());
  if (v4)
    return inet_ntop(AF_INET, octets.data() + 12, made.data(), made.size());
  std::fill(octets.begin() + 8, octets.end(), static_cast<unsigned char>(0));
  return std::string(inet_ntop(AF_INET6, octets.data(), made.data(), made.size())) + "/64";
}

} // namespace switchroom::sip
