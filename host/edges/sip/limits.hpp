// SPDX-License-Identifier: MIT
/// How much a network address may ask without proving itself. Pure: the time is passed in.
///
/// Each source has a bucket that each of its requests takes from, and a proof fills again. When it
/// is empty, requests are refused; when a source asks on, they are dropped unread. A source whose
/// phone has proved itself may ask more. What answers a challenge (only who was sent it there can)
/// has a bucket of its own, so that nobody who writes a phone's address on his packets hinders it;
/// and so has what goes on with a call that there is, whose Call-ID he would have to know.
/// Wrong passwords are counted apart. Knows so many sources and no more: the one that has been
/// silent for longest is forgotten.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace switchroom::sip {

struct limits_chosen {
  double at_once = 20, a_second = 5;               ///< of a stranger
  double known_at_once = 200, known_a_second = 50; ///< of a source that has proved itself
  double refused_at_once = 40;                     ///< so many are answered; the rest is dropped
  unsigned wrong_passwords = 10;                   ///< in a minute: then locked
  std::chrono::seconds locked_for{60};
  std::chrono::seconds known_for{3700}; ///< after a proof: until the phone registers again
  std::size_t sources = 4096;
};

class limits {
public:
  using time = std::chrono::steady_clock::time_point;
  /// Of a request: it begins something, answers a challenge that was sent there, or is of a call.
  enum class kind { asks, answers, goes_on };
  enum class verdict { serve, refuse, drop };
  struct source_figures {
    std::string source;
    std::uint64_t refused = 0, wrong_passwords = 0;
    bool limited = false;
  };
  struct figures {
    std::uint64_t refused = 0; ///< requests, dropped ones included
    std::uint64_t wrong_passwords = 0;
    std::uint32_t limited = 0;         ///< sources, now
    std::vector<source_figures> worst; ///< that were refused most or are locked, at most five
  };

  explicit limits(limits_chosen chosen = {}) : chosen_(chosen) {}
  /// A request has come.
  verdict arrived(const std::string& source, kind, time now);
  /// What was said of its last request, as far as that can still be told.
  bool refuses(const std::string& source, kind, time now);
  void proved(const std::string& source, time now);
  void wrong_password(const std::string& source, time now);
  /// No password is tried: there were too many wrong ones.
  bool locked(const std::string& source, time now) const;
  /// After so long it is worth to try again: at least 1 s.
  std::chrono::seconds retry_after(const std::string& source, time now) const;
  figures report(time now) const;
  std::size_t known() const { return by_source_.size(); }

private:
  struct bucket {
    double left = 0;
    time at{};
  };
  struct state {
    std::string source;
    std::array<bucket, 3> buckets; ///< by kind
    bucket& of(kind one) { return buckets[static_cast<std::size_t>(one)]; }
    time known_until{};
    time locked_until{};
    time limited_until{};
    time first_wrong{}; ///< of those that are counted
    unsigned wrong = 0; ///< since then
    std::uint64_t refused = 0, wrong_passwords = 0;
  };
  using states = std::list<state>; ///< the one heard of last is first

  state& at(const std::string& source, time now);
  void forget_one(time now);
  bool is_known(const state&, kind, time now) const;
  double most(const state&, kind, time now) const;
  bucket& filled(state&, kind, time now) const;

  limits_chosen chosen_;
  states states_;
  std::unordered_map<std::string, states::iterator> by_source_;
  std::uint64_t refused_ = 0, wrong_passwords_ = 0;
};

/// What is one source: an IPv4 address; of an IPv6 address its network of 64 bits, in which who has
/// one address has all. "" : no address.
std::string source_of(std::string_view address);

} // namespace switchroom::sip
