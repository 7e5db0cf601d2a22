// SPDX-License-Identifier: MIT
/// Every user of the network, as every gateway knows them (rule S1).
#pragma once
#include "types/ids.hpp"

#include "scn.pb.h"
#include "user.pb.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::users {

struct entry {
  gateway_name home;
  scn::v1::UserState state;
};

/// Rule H12, as far as the directory tells: "idle" or "do not disturb". Calls are not in it.
std::string_view lamp_of(const scn::v1::UserState&);

class directory {
public:
  explicit directory(gateway_name own) : own_(std::move(own)) {}

  /// Takes what `home` says of one of its users. An older epoch than the one known is ignored,
  /// and so is a `directory_version` not above the one known. Version 0 carries no version: that
  /// is how desks enters this gateway's own users. The version known rises by single steps only,
  /// so that a gap stays visible. Returns true if anything changed.
  bool update(const gateway_name& home, const scn::v1::UserState&);
  /// Replaces all users of `home`.
  void replace(const gateway_name& home, const scn::v1::Directory&);
  /// `home` has restarted and counts its versions anew; its users stay known.
  void forget_version(const gateway_name& home) { versions_.erase(home); }

  /// The entry that counts here: the local one wins over a remote one of the same number (S5),
  /// then the home first in the alphabet.
  const entry* find(std::string_view extension) const;
  /// What this one gateway says of this number of its own.
  const entry* find_at(const gateway_name& home, std::string_view extension) const;
  /// Gateways that claim this number, more than one = the alarm of rule S5.
  std::vector<gateway_name> claimants(std::string_view extension) const;
  /// Numbers with more than one claimant.
  std::vector<extension_number> duplicates() const;
  /// Does any number equal / begin with these digits?
  bool is_number(std::string_view digits) const;
  bool begins_number(std::string_view digits) const;
  std::vector<entry> all() const;
  /// Those whose home is `home`.
  std::vector<entry> all_of(const gateway_name& home) const;
  /// 0: never had a directory of this start of `home`.
  std::uint64_t version_of(const gateway_name& home) const;

  /// Who votes on logins of the users of `home`, the home first; empty: not known.
  const std::vector<gateway_name>& grantors_of(const gateway_name& home) const;
  void set_grantors(const gateway_name& home, std::vector<gateway_name>);

private:
  using claims = std::map<gateway_name, entry>;

  gateway_name own_;
  std::map<extension_number, claims, std::less<>> by_number_;
  std::set<extension_number> duplicates_;
  std::map<gateway_name, std::uint64_t> versions_;
  std::map<gateway_name, std::vector<gateway_name>> grantors_;

  void put(const gateway_name& home, const scn::v1::UserState&);
  void remove(const gateway_name& home, std::string_view extension);
};

} // namespace switchroom::users
