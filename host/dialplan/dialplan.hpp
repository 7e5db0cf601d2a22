// SPDX-License-Identifier: MIT
/// Short codes: what do the digits dialled so far mean? (rules C1–C10)
/// Pure: the caller hands in digits as they come and says when the dial delay is over. One engine
/// for codes of users, rights, the system and lines, and for Break Out.
///
/// Each level is an automaton of its own (table.hpp), compiled once and shared by all plans that
/// have it. What a digit costs depends on the codes that begin as the digits do.
#pragma once
#include "types/ids.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::user::v1 {
class ShortCode;
}

namespace switchroom::dialplan {

/// What a short code does. Names as in configuration are feature_name() ("log_in", "dial" …).
enum class feature {
  dial,              ///< call `number`
  log_in,            ///< rule H2; number = extension*code, or the base user's code
  log_out,           ///< rule H2
  break_out,         ///< rule S8; number = name or number of a gateway
  emergency,         ///< rule S10, H13
  change_login_code, ///< rule H18; number = old*new
  // Settings of the user who dials, but for follow_me_here: of the user who is `number` (C9).
  // What each does to the document is a table of host/exchange/user_features.cpp.
  cancel_forwarding,
  forward_unconditional_on,
  forward_unconditional_off,
  forward_busy_on,
  forward_busy_off,
  forward_no_answer_on,
  forward_no_answer_off,
  forward_number, ///< empty: none
  forward_busy_number,
  do_not_disturb_on,
  do_not_disturb_off,
  do_not_disturb_exception_add,
  do_not_disturb_exception_remove,
  follow_me_here,
  follow_me_here_cancel,
  follow_me_to, ///< empty: off
  call_waiting_on,
  call_waiting_off,
  park,             ///< the call on hold; number = slot, empty: the own number
  retrieve,         ///< the call in a park slot
  pickup,           ///< a call that rings at another phone; number = whose, empty: anybody's
  call_back,        ///< when `number` is free; empty: the number dialled before
  call_back_cancel, ///< all that were asked for
  night_service_on, ///< of the hunt group `number`
  night_service_off,
  voicemail,  ///< listen to the own messages (S17)
  conference, ///< join the conference `number` (S6)
  page,       ///< speak to all of the group `number`, or to that user (S6)
  available,  ///< to groups again (H10)
  not_available,
  directory, ///< opened on the phone's display (S7)
  call_log,
  transfer,    ///< of a button, in a call: its two calls become one (S6)
  barred,      ///< refused: a code of user rights that takes something away (S2)
  unsupported, ///< in the default table (C9), not served by this version: refused with its name
};
std::string_view feature_name(feature);
std::optional<feature> feature_named(std::string_view);
/// It can do nothing without one.
bool needs_number(feature);

/// Rule C1, with the code parsed and checked.
struct short_code {
  std::string code;
  feature what = feature::dial;
  std::string number;
  std::string line_group;
  std::string name; ///< of an unsupported feature, for the refusal
  bool force_account_code = false, force_authorisation_code = false;
};

/// As a user's document, user rights or the configuration have it. Of a feature that nobody knows:
/// `unsupported`, by its name.
short_code code_of(const user::v1::ShortCode&);

/// Levels in order of precedence, of what a person dials: user, rights, system (C3); of what
/// arrives on a line: line, system (C8). `extension` and the defaults stand between and after as
/// extension dialling and `?` codes do; for what arrives, `extension` comes before all codes.
enum class level {
  user,
  rights,
  line,
  system,
  extension,
  user_default,
  line_default,
  system_default
};
std::string_view level_name(level); ///< "user", "user rights", "line", "system" …

/// One view of the plan: compiled codes of all its levels. Cheap to copy.
class plan;

/// Is this a number that can be called: exactly, as the beginning of one, or not at all?
enum class extension_match { none, partial, exact };
using extension_lookup = std::function<extension_match(std::string_view digits)>;

/// Builds a plan of what people dial. Refuses a malformed code or number, naming the level, code
/// and character. Of two equal codes in one level the first counts, so that configured codes go
/// before defaults.
///
/// What rules C2 to C7 leave open, decided here:
/// - A code that ends in N can always match more, so it waits as if it ended in `;`.
/// - The dial delay makes no number of a beginning: while a longer code or number could match, only
///   a code that matches acts then, not `?`. `#` says that this was all.
/// - N matches digits; where `#` follows it in the code, also `*` (`*35*N#`).
/// - X in a code and no N: the number's N is what the X matched, in order.
/// - A `#` that fits no code says that dialling is complete.
/// - An emergency code comes before every other, and nothing fires on the beginning of one
///   before the dial delay (rule S10).
/// - `,` `;` `W` and `"…"`-less lower-case letters of a number stay as they are in match::number.
result<plan> compile(const std::vector<short_code>& user, const std::vector<short_code>& rights,
                     const std::vector<short_code>& system);
/// The same with the system's codes of another plan, which are not compiled again.
result<plan> of_user(const plan& system, const std::vector<short_code>& user,
                     const std::vector<short_code>& rights);
/// Rule C8: of the digits that arrive on a line.
result<plan> of_line(const plan& system, const std::vector<short_code>& line);

/// Rule C9's default system codes for a locale ("NL", "DE", "GB", "US" …). Those whose feature
/// this version does not serve are in it as `unsupported`, with a name for the refusal.
std::vector<short_code> default_system_codes(std::string_view locale,
                                             const std::string& line_group = {});

/// Rule C5. Settings; default_timers() are the defaults of a locale.
struct dial_timers {
  /// With fewer digits, an exact match waits for the dial delay if a longer code or number could
  /// match; from so many on it acts at once (C4). Emergency codes always do.
  unsigned dial_delay_count = 0;
  duration dial_delay{std::chrono::seconds{4}}; ///< from the last digit
  duration off_hook_timeout{std::chrono::seconds{30}};
};
dial_timers default_timers(std::string_view locale);

/// What the digits came to.
struct match {
  feature what = feature::dial;
  std::string number;   ///< `number` of the code with N, `.` … filled in (rule C7)
  std::string wildcard; ///< what N or X matched
  level from = level::system;
  std::string code; ///< the code that won
  std::string line_group;
  std::string name; ///< of an unsupported feature
  bool force_account_code = false, force_authorisation_code = false;
};

struct call_context {
  std::string calling_number; ///< `S`
  std::string extension;      ///< `E`
  std::string user_name;      ///< `U`
};

enum class verdict {
  wait,    ///< more digits may decide; if none come, ask again with ended = true
  matched, ///< act now
  unknown, ///< number-not-in-service (rule C4)
};
struct decision {
  verdict what = verdict::wait;
  std::optional<match> winner;      ///< set when matched
  bool secondary_dial_tone = false; ///< while waiting: the digits are the `[n]` of a code
};

enum class dialling {
  goes_on,
  paused,   ///< the dial delay is over (C5)
  complete, ///< no more digits can come
};

/// Rule C10: every code considered, in order of precedence.
struct considered {
  level from;
  short_code code;
  std::string why; ///< "wins: …", "loses: …", "waits: …", "no match: …"
  /// Of one that does not match: how many digits do, before the first that does not.
  std::optional<std::size_t> fits = {};
};
struct explanation {
  std::vector<considered> codes;
  decision now;   ///< with these digits and no more
  decision later; ///< when the dial delay has run out
};
explanation explain(const plan&, std::string_view digits, const extension_lookup&,
                    const call_context&, unsigned dial_delay_count = 0);

class table;
class plan {
public:
  using tables = std::vector<std::shared_ptr<const table>>;
  plan() = default;
  plan(tables levels, bool arriving) : levels_(std::move(levels)), arriving_(arriving) {}
  const tables& levels() const { return levels_; } ///< in order of precedence
  bool arriving() const { return arriving_; }      ///< rule C8 holds instead of C3

private:
  tables levels_;
  bool arriving_ = false;
};

} // namespace switchroom::dialplan
