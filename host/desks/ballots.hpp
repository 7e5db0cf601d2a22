// SPDX-License-Identifier: MIT
/// A grantor's memory of logins, and how it votes on new ones (docs/adr/0008).
#pragma once
#include "types/ids.hpp"
#include "types/time.hpp"

#include "scn.pb.h"

#include <map>
#include <utility>

namespace switchroom::desks {

/// A user by home and number: two homes may claim one number.
using identity = std::pair<gateway_name, extension_number>;

/// Where a user is logged in; epoch 0: nowhere.
struct login {
  gateway_name gateway;
  std::uint32_t line = 0;
  std::uint64_t epoch = 0;
  friend bool operator==(const login&, const login&) = default;
};

/// What one grantor keeps of one user. All but `heard` must survive a restart.
struct ballot {
  std::uint64_t promised = 0; ///< highest epoch it has voted for or confirmed
  login believed;
  gateway_name voted_for; ///< the coordinator of `promised`, empty: nobody
  instant heard{};        ///< when `believed` was last voted for or confirmed
  /// Highest epoch of a login that is known to have been granted: by this gateway itself, which is
  /// durable before the grant leaves, or as a renewal tells, and tells again after a restart.
  std::uint64_t granted = 0;
};

class ballots {
public:
  /// A login is over when its gateway has not been heard for `wait`.
  explicit ballots(duration wait) : wait_(wait) {}

  /// After a restart nobody knows when a login was last heard: it counts as heard now.
  void restore(const identity&, ballot, instant now);
  void forget(const identity& who) { kept_.erase(who); }
  const ballot& of(const identity&) const;

  /// If the answer is yes, of() has changed and must be durable before the answer leaves.
  scn::v1::VoteAnswer vote(const gateway_name& coordinator, const scn::v1::Vote&, instant now);

  /// `coordinator` will not grant this epoch any more, whoever votes for it yet: what was voted for
  /// then stands in nobody's way. False: it was not voted for, or is granted. If true, of() has
  /// changed and is to be durable: a restart would take the vote for a login.
  bool withdraw(const identity&, const gateway_name& coordinator, std::uint64_t epoch);

  /// This gateway grants what it has voted for. of() has changed and must be durable before the
  /// grant leaves: after a restart it would take it back.
  void grant(const identity&, std::uint64_t epoch);

  enum class renewed { confirmed, taken_over, unconfirmed, overtaken };
  /// `taken_over`: confirmed, but was not known: of() has changed as above. `unconfirmed`: a higher
  /// epoch is promised, so nothing can be said; a promise alone ends nothing. `overtaken`: a login
  /// with a higher epoch has been granted.
  renewed renew(const identity&, const login&, instant now);

  /// `gateway` says that no login up to `epoch` is there any more.
  void ended(const identity&, const gateway_name&, std::uint64_t epoch);

  /// How long the login that is believed in may still be in force unheard; 0: it is not.
  duration left(const identity&, instant now) const;

private:
  duration wait_;
  std::map<identity, ballot> kept_;
};

} // namespace switchroom::desks
