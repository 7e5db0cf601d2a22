// SPDX-License-Identifier: MIT
/// Hunt groups (rule S16): who of a group rings for a caller, and when the caller goes elsewhere.
/// A hunt is one caller's search. Pure: what the members' lines do is handed in.
#pragma once
#include "types/ids.hpp"
#include "types/time.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::hunting {

enum class mode {
  sequential,   ///< from the first member on, one at a time
  rotary,       ///< from the one after who rang last
  longest_idle, ///< who has not had a call for longest
  collective,   ///< all at once
};
/// As in the configuration: "sequential", "rotary", "longest_idle", "collective".
std::string_view name(mode);
const std::vector<std::string>& mode_names();

/// For which calls a member's status on no answer holds (rule H10).
enum class no_answer_filter { none, any, external };
/// As in the configuration: "none", "any", "external".
const std::vector<std::string>& no_answer_filter_names();

struct group {
  extension_number number;
  std::string name;
  hunting::mode mode = hunting::mode::sequential;
  std::vector<extension_number> members; ///< in the order of sequential and rotary
  duration ring{std::chrono::seconds{15}};
  unsigned queue = 8;        ///< callers who may wait for a member
  extension_number overflow; ///< empty: none
  duration overflow_after{std::chrono::seconds{60}};
  extension_number night;     ///< who gets the calls during night service; empty: nobody
  bool night_service = false; ///< at start
  no_answer_filter no_answer = no_answer_filter::none;
  std::string day_profile; ///< night service while this time profile is not active; empty: none
};

/// A member as the group's gateway knows it. Who is logged off is never a target (H11).
enum class standing {
  absent, ///< logged off, unknown, or at a gateway that is lost
  busy,   ///< in use, rings for somebody else, or does not want to be disturbed
  free,
};
struct member {
  standing is = standing::absent;
  instant idle_since{};
};
using look = std::function<member(const extension_number&)>;

/// What a hunt does next.
struct move {
  enum class kind {
    ring,     ///< `members`, besides those that ring already
    wait,     ///< for those that ring, or in the queue
    overflow, ///< to the overflow number
    give_up,  ///< nobody can be reached: busy
  } what;
  std::vector<extension_number> members = {};
};

class hunt {
public:
  /// `last` is the member that rang last for anybody of the group (rotary).
  hunt(const hunting::group& of, instant now) : group_(of), began_(now) {}

  /// Looks again. `queued` callers of the group wait already, besides this one.
  move step(instant now, const look&, const extension_number& last, unsigned queued);
  /// The member was not reached, or did not answer.
  void failed(const extension_number&);
  /// Members that have rung for their time; the exchange stops them, and says failed().
  std::vector<extension_number> rung_out(instant now) const;
  instant next_deadline() const;

  const std::set<extension_number>& ringing() const { return ringing_; }
  bool queued() const { return queued_; }
  instant began() const { return began_; }
  const hunting::group& group() const { return group_; }

private:
  std::vector<extension_number> free_members(const look&, const extension_number& last) const;
  move nobody(const look&, unsigned queued_before);

  const hunting::group& group_;
  instant began_;
  std::set<extension_number> ringing_, tried_;
  instant ring_over_ = never, next_round_{};
  bool queued_ = false;
};

} // namespace switchroom::hunting
