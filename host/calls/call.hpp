// SPDX-License-Identifier: MIT
/// A call: two legs and where they stand. The machine is a table of states × events that can be
/// printed; pairs that are not in the table change nothing. Pure.
#pragma once
#include "types/ids.hpp"
#include "types/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace switchroom::calls {

struct line_leg {
  line_id line;
  friend bool operator==(const line_leg&, const line_leg&) = default;
};
/// A call leg to or from another gateway. The number is its caller's and unique with that
/// gateway (scn.proto, CallSetup.call).
struct peer_leg {
  gateway_name peer;
  std::uint64_t number = 0;
  bool ours = false; ///< we sent the CallSetup
  friend bool operator==(const peer_leg&, const peer_leg&) = default;
  friend bool operator<(const peer_leg& a, const peer_leg& b) {
    return std::tie(a.peer, a.number, a.ours) < std::tie(b.peer, b.number, b.ours);
  }
};
/// Where a call ends that is with nobody just now, or with the gateway itself.
struct service_leg {
  enum class kind {
    park,        ///< `name` is the slot
    call_back,   ///< `name` is who became free
    hunt,        ///< `name` is the group that looks for a member
    member,      ///< of a hunt; `name` is the number of the caller's call
    mailbox,     ///< `name` is whose
    conference,  ///< `name` is its number
    page,        ///< to everybody of a group, or to the user `name`
    page_member, ///< one of them; `name` is the number of the call of who speaks
  } what;
  std::string name;
  std::optional<host_slot> slot = {};   ///< of those that speak and listen
  std::optional<member_id> member = {}; ///< the same, of a conference that the board mixes
  bool speaks() const { return slot || member; }
  friend bool operator==(const service_leg&, const service_leg&) = default;
};
/// "park slot 12".
std::string text(const service_leg&);
using leg = std::variant<line_leg, peer_leg, service_leg>;
/// Where who pages others speaks to.
bool is_page(const leg&);
/// Whose leg is a conference's; null: no conference's.
const service_leg* as_conference(const leg&);

enum class state {
  setting_up, ///< nothing heard of the called side yet
  overlap,    ///< the called side sends tones and listens to digits (rule S8)
  alerting,
  active,
  released,
};
inline constexpr std::size_t state_count = 5;
std::string_view name(state);

enum class event {
  speaks, ///< the called side's voice path is there before an answer
  alerts,
  answers,
  origin_gone,
  destination_gone,
  expired,   ///< no word from the called gateway, or nobody answers
  lost,      ///< of no side's doing: board or peer
  moved,     ///< the called user is not there (any more): look for them again
  passed_on, ///< transferred to somebody who has not answered yet: begins again, answered as it is
};
inline constexpr std::size_t event_count = 9;
std::string_view name(event);

enum class verb {
  none,
  tell_alerting, ///< to the origin
  tell_speaks,   ///< to the origin
  tell_answered, ///< to the origin
  join,          ///< both directions of voice, in one step
  clear_origin,
  clear_destination,
};
std::string_view name(verb);
using verbs = std::array<verb, 2>;

struct rule {
  state from;
  event on;
  state to;
  verbs does;
};
std::span<const rule> table();

/// What a person called, for whom, from where: travels with the call when it is sent on.
struct caller {
  std::string number; ///< empty: a NoUser port
  std::string name;
  unsigned hops = 0;      ///< gateways and forwardings passed so far (rule S5)
  bool urgent = false;    ///< an emergency call disturbs everybody (rule S10)
  bool for_group = false; ///< of a hunt group: the member's own forwarding does not count (S16)
  bool page = false;      ///< the called person is spoken to and not heard (S6)
  bool no_answer_counts = false; ///< rule H10, as the group wants it
  std::string group = {};        ///< whose member is called
};
/// Rule S5: a call that has passed more is refused.
inline constexpr unsigned most_hops = 5;

/// A path that is being set up to take the place of a leg of an active call (CallReroute).
struct shorter_path {
  peer_leg fresh, old;
};

/// A call to a number outside, and where it was not taken.
struct outside_call {
  std::string group, number;
  std::vector<line_id> tried = {};
};

/// What the caller wants of `call::extension`.
enum class wish { talk, retrieve, pickup, leave_message, fetch_messages, confer, page };

struct call {
  call_id id;
  leg origin, destination;
  calls::state state = state::setting_up;
  caller from;
  std::string extension; ///< who was called, a park slot or a conference; empty: break out
  calls::wish wish = calls::wish::talk;
  std::optional<outside_call> outside = {}; ///< `extension` is empty then
  std::string account;                      ///< booked to (C1); empty: none
  bool hunting = false; ///< another gateway looks for a member, and sets the time
  bool break_out = false;
  bool asked_home = false; ///< after NUMBER_CHANGED, once
  bool diverted = false;   ///< by a setting of who was called first, here
  bool early = false;      ///< while it rings, what the called side sends is heard
  bool answered = false;   ///< once: whoever is its origin now has been told so
  bool origin_holds = false, destination_holds = false;
  std::optional<leg> transferred_by; ///< gets the call back if the transfer fails
  std::optional<shorter_path> shorter;
  std::set<host_slot> streams = {}; ///< that have carried its voice
  bool reroute_asked = false;       ///< a neighbour was asked to do without this gateway
  instant dialled{};                ///< last digit, or when the set-up arrived
  instant alerted = never;
  instant expires = never;  ///< forward on no answer, or `gives_up`
  instant gives_up = never; ///< of the state it is in
};

leg& other_side(call&, const leg&);
/// Does this side have the call on hold?
bool& holds(call&, const leg&);
/// The same call seen from its other end.
void turn(call&);

/// Moves the call on; `destination_gone` etc. carry no cause here: the exchange has it.
verbs step(call&, event);

} // namespace switchroom::calls
