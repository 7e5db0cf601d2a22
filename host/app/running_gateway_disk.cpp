// SPDX-License-Identifier: MIT
// What must last, and what is done when the disk does not take it.
#include "app/running_gateway.hpp"
#include "types/overloaded.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace switchroom::app {
namespace {

constexpr duration between_looks = std::chrono::seconds{1};
/// A wipe costs waiting for the disk, however many log outs it is for.
constexpr duration between_wipes = std::chrono::milliseconds{250};

/// Changes of a disk that was full for long are drained in transactions of so many.
constexpr std::size_t most_at_once = 500;

/// Which row of the database a change replaces or takes away, for those that do so whole.
std::string row_of(const exchange::store& what) {
  const auto of = [](const char* table, const desks::identity& who) {
    return table + who.first + ' ' + who.second;
  };
  return std::visit(
      overloaded{
          [](const desks::store_user& s) { return "user " + s.user.extension(); },
          [](const desks::store_whereabouts& s) { return "place " + s.extension; },
          [](const desks::store_records& s) { return "records " + s.records.extension(); },
          [](const desks::store_session& s) { return "line " + std::to_string(s.what.line.value); },
          [](const desks::erase_session& s) { return "line " + std::to_string(s.line.value); },
          [&](const desks::store_ballot& s) { return of("ballot ", s.who); },
          [&](const desks::erase_ballot& s) { return of("ballot ", s.who); },
          [&](const desks::store_copy& s) { return of("copy ", s.who); },
          [&](const desks::erase_copy& s) { return of("copy ", s.who); },
          [&](const desks::store_unmerged& s) { return of("unmerged ", s.who); },
          [&](const desks::erase_unmerged& s) { return of("unmerged ", s.who); },
          [&](const desks::store_unsent& s) { return of("unsent ", s.who); },
          [&](const desks::erase_unsent& s) { return of("unsent ", s.who); },
          [](const exchange::store_standing&) { return std::string("standing"); },
          [](const auto&) { return std::string(); }, // messages: voice and mark are two changes
      },
      what);
}

template <typename Change>
std::string row_of(const Change& what) {
  const auto* kept = std::get_if<exchange::store>(&what);
  return kept == nullptr ? std::string() : row_of(*kept);
}

/// In the log, in the clear.
template <typename Change>
bool leaves_traces(const Change& what) {
  const auto* kept = std::get_if<exchange::store>(&what);
  return kept == nullptr || std::holds_alternative<desks::erase_session>(*kept) ||
         std::holds_alternative<desks::erase_unmerged>(*kept) ||
         std::holds_alternative<voicemail::erase_message>(*kept);
}

} // namespace

std::optional<store::failure> running_gateway::try_to_save(const change& what) {
  if (leaves_traces(what))
    wipe_due_ = std::min(wipe_due_, wiped_ + between_wipes);
  if (const auto* user = std::get_if<exchange::erase_user>(&what))
    return database_.erase_user(user->extension);
  return std::visit(
      overloaded{[&](const desks::store_session& s) { return database_.save(s, around_.now()); },
                 [&](const desks::erase_session& s) { return database_.erase(s); },
                 [&](const voicemail::erase_message& m) { return database_.erase(m); },
                 [&](const desks::erase_ballot& b) { return database_.erase(b); },
                 [&](const desks::erase_copy& c) { return database_.erase(c); },
                 [&](const desks::erase_unmerged& c) { return database_.erase(c); },
                 [&](const desks::erase_unsent& c) { return database_.erase(c); },
                 [&](const auto& other) { return database_.save(other); }},
      std::get<exchange::store>(what));
}

void running_gateway::save(const change& what) {
  if (!unsaved_.empty()) {
    wait_for_room(what); // behind what waits already
    is_kept_ = false;
    return;
  }
  std::optional<store::failure> failed;
  if (held_.empty()) {
    held_.emplace_back();
    around_.settle_soon();
    failed = database_.begin();
  }
  held_.back().changes.push_back(what);
  if (!failed)
    failed = try_to_save(what);
  if (failed)
    give_up(*failed);
}

void running_gateway::settle() {
  if (held_.empty())
    return;
  if (const auto failed = database_.commit())
    return give_up(*failed);
  for (const auto& one : std::exchange(held_, {}))
    for (const auto& what : one.to_tell)
      tell_now(what, true);
  wipe_when_due();
  wake_when_due();
}

/// What a gateway must still know after a restart when a peer has heard it. `has_changes`: so the
/// step that says it had something to keep. Calls are no matter of the disk, and go on.
bool running_gateway::must_wait(const scn::v1::Envelope& message, bool has_changes) const {
  const auto waits = [&](auto kind) {
    using kept = decltype(kind);
    return std::any_of(unsaved_.begin(), unsaved_.end(), [](const unsaved& one) {
      const auto* what = std::get_if<exchange::store>(&one.what);
      return what != nullptr && std::holds_alternative<kept>(*what);
    });
  };
  using body = scn::v1::Envelope;
  switch (message.body_case()) {
  case body::kVote:
  case body::kVoteAnswer:
  case body::kRenewalAnswer: // also of one that was asked before, and changes nothing any more
    return waits(desks::store_ballot{});
  case body::kCallsKept:
    return waits(desks::store_records{});
  case body::kCopiesKept:
    return waits(desks::store_copy{});
  case body::kLoginGrant:
  case body::kRevokeDone:
  case body::kLogoutNotice:
  case body::kSettingsAnswer:
  case body::kCopies:
  case body::kUserState:
  case body::kMailboxState:
  case body::kGroupState:
    return has_changes;
  default:
    return false;
  }
}

/// The disk takes nothing of this transaction: it is kept in memory, and nobody is told of it.
void running_gateway::give_up(const store::failure& failed) {
  database_.rollback();
  is_kept_ = held_.back().changes.empty();
  const auto steps = std::exchange(held_, {});
  for (const auto& one : steps)
    for (const auto& what : one.changes)
      wait_for_room(what);
  tell_of_disk(failed);
  for (const auto& one : steps)
    for (const auto& what : one.to_tell)
      tell_now(what, one.changes.empty());
}

/// Of each row only the newest: a disk may be full for long, and peers repeat what is not answered.
void running_gateway::wait_for_room(const change& what) {
  auto row = row_of(what);
  if (!row.empty())
    std::erase_if(unsaved_, [&](const unsaved& old) { return old.row == row; });
  unsaved_.push_back({std::move(row), what});
}

/// As much as is one transaction; the next look goes on. One alone at first: as a rule it is
/// refused.
void running_gateway::save_what_waits() {
  if (save_some(1) && !unsaved_.empty())
    (void)save_some(most_at_once);
}

/// False: the disk has refused, and all of them wait on.
bool running_gateway::save_some(std::size_t most) {
  const auto now_many = std::min(unsaved_.size(), most);
  auto failed = database_.begin();
  for (std::size_t n = 0; n < now_many && !failed; ++n)
    failed = try_to_save(unsaved_[n].what);
  if (!failed)
    failed = database_.commit();
  if (failed) {
    database_.rollback();
    return false;
  }
  unsaved_.erase(unsaved_.begin(), unsaved_.begin() + static_cast<std::ptrdiff_t>(now_many));
  return true;
}

/// Rule H16.
void running_gateway::wipe_when_due() {
  const auto now = around_.now().machine;
  if (now < wipe_due_ || !held_.empty())
    return;
  wiped_ = now;
  const auto failed = database_.wipe();
  wipe_due_ = failed ? now + between_looks : never;
  if (failed)
    raise("wipe", "What was erased is still on the disk", failed->why);
  else
    clear("wipe");
}

/// Each second: a disk that is slow to refuse must not be asked before every step.
void running_gateway::watch_disk() {
  const auto now = around_.now().machine;
  if (now - disk_watched_ < between_looks)
    return;
  disk_watched_ = now;
  if (disk_refuses_)
    settle(); // else the disk would be asked from within its transaction
  if (!unsaved_.empty())
    save_what_waits();
  if (!unsaved_.empty())
    return;
  // While all is well the file system is asked, which costs a microsecond; afterwards the disk is.
  tell_of_disk(disk_refuses_ ? database_.try_out() : database_.lack_of_room());
}

void running_gateway::tell_of_disk(const std::optional<store::failure>& failed) {
  if (!failed && !disk_refuses_)
    return;
  if (!failed) {
    clear("store");
    spdlog::info("all changes are kept again");
    disk_refuses_.reset();
    hand_in(exchange::disk{});
    return;
  }
  if (!disk_refuses_)
    raise("store", "Changes cannot be kept", failed->why);
  disk_refuses_ = failed->why;
  // Between two steps or behind one: the exchange has nothing to say about it.
  (void)gateway_.step(exchange::disk{failed->why}, around_.now().machine);
}

} // namespace switchroom::app
