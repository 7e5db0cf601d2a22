// SPDX-License-Identifier: MIT
/// A disk that only tests have: does to desks::stored what the store does to its database.
#pragma once
#include "desks/desks.hpp"

namespace switchroom::test {

struct kept_disk {
  desks::stored& all;

  void operator()(const desks::store_user& one) const {
    put(all.users, one.user, [](const auto& u) { return u.extension(); });
  }
  void operator()(const desks::store_whereabouts& one) const {
    put(all.whereabouts, one.where, [](const auto& w) { return w.extension(); });
  }
  void operator()(const desks::store_session& one) const {
    put(all.sessions, one.what, [](const auto& s) { return s.line; });
  }
  void operator()(const desks::erase_session& one) const {
    std::erase_if(all.sessions, [&](const auto& s) { return s.line == one.line; });
  }
  void operator()(const desks::store_ballot& one) const { put(all.ballots, one, who); }
  void operator()(const desks::erase_ballot& one) const { drop(all.ballots, one.who); }
  void operator()(const desks::store_copy& one) const { put(all.copies, one, who); }
  void operator()(const desks::erase_copy& one) const { drop(all.copies, one.who); }
  void operator()(const desks::store_unmerged& one) const { put(all.unmerged, one, who); }
  void operator()(const desks::erase_unmerged& one) const { drop(all.unmerged, one.who); }
  void operator()(const desks::store_records& one) const {
    put(all.records, one.records, [](const auto& r) { return r.extension(); });
  }
  void operator()(const desks::store_unsent& one) const { put(all.unsent, one, who); }
  void operator()(const desks::erase_unsent& one) const { drop(all.unsent, one.who); }
  /// What is not for the disk.
  template <typename Other>
  void operator()(const Other&) const {}

private:
  static constexpr auto who = [](const auto& one) { return one.who; };

  template <typename Item, typename Key>
  static void put(std::vector<Item>& list, const Item& item, Key key) {
    std::erase_if(list, [&](const auto& old) { return key(old) == key(item); });
    list.push_back(item);
  }
  template <typename Item>
  static void drop(std::vector<Item>& list, const desks::identity& whose) {
    std::erase_if(list, [&](const auto& old) { return old.who == whose; });
  }
};

} // namespace switchroom::test
