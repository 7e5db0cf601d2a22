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

class directory {
public:
  explicit directory(gateway_name own) : own_(std::move(own)) {}

  /// Takes what `home` says of one of its users. An older epoch than the one known is ignored.
  /// Returns true if anything changed.
  bool update(const gateway_name& home, const scn::v1::UserState&);
  /// Replaces all users of `home`.
  void replace(const gateway_name& home, const scn::v1::Directory&);

  /// The entry that counts here: the local one wins over a remote one of the same number (S5).
  const entry* find(std::string_view extension) const;
  /// Gateways that claim this number, more than one = the alarm of rule S5.
  std::vector<gateway_name> claimants(std::string_view extension) const;
  /// Numbers with more than one claimant.
  std::vector<extension_number> duplicates() const;
  /// Does any number equal / begin with these digits?
  bool is_number(std::string_view digits) const;
  bool begins_number(std::string_view digits) const;
  std::vector<entry> all() const;
  std::uint64_t version_of(const gateway_name& home) const;

private:
  gateway_name own_;
  std::map<gateway_name, std::map<extension_number, scn::v1::UserState, std::less<>>> by_home_;
  std::map<gateway_name, std::uint64_t> versions_;
};

} // namespace switchroom::users
