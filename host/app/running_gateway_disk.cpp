// SPDX-License-Identifier: MIT
// What must last, and what is done when the disk does not take it.
#include "app/running_gateway.hpp"
#include "types/overloaded.hpp"

#include <spdlog/spdlog.h>

namespace switchroom::app {
namespace {

constexpr duration between_looks = std::chrono::seconds{1};

} // namespace

std::optional<store::failure> running_gateway::try_to_save(const unsaved_change& change) {
  if (const auto* user = std::get_if<exchange::erase_user>(&change))
    return database_.erase_user(user->extension);
  return std::visit(
      overloaded{[&](const desks::store_session& s) { return database_.save(s, around_.now()); },
                 [&](const desks::erase_session& s) { return database_.erase(s); },
                 [&](const voicemail::erase_message& m) { return database_.erase(m); },
                 [&](const desks::erase_copy& c) { return database_.erase(c); },
                 [&](const desks::erase_unmerged& c) { return database_.erase(c); },
                 [&](const desks::erase_unsent& c) { return database_.erase(c); },
                 [&](const auto& other) { return database_.save(other); }},
      std::get<exchange::store>(change));
}

void running_gateway::save(const unsaved_change& change) {
  if (unsaved_.empty()) {
    const auto failed = try_to_save(change);
    if (!failed)
      return;
    tell_of_disk(failed);
  }
  unsaved_.push_back(change); // in order, behind what waits already
  may_send_ = false;
}

void running_gateway::save_what_waits() {
  while (!unsaved_.empty() && !try_to_save(unsaved_.front()))
    unsaved_.pop_front();
}

/// Each second, and before each step while something waits to be saved.
void running_gateway::watch_disk() {
  const auto now = around_.now().machine;
  if (now - disk_watched_ < between_looks && unsaved_.empty())
    return;
  disk_watched_ = now;
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
    (void)gateway_.step(exchange::disk{}, around_.now().machine);
    return;
  }
  if (!disk_refuses_)
    raise("store", "Changes cannot be kept", failed->why);
  disk_refuses_ = failed->why;
  // Between two steps or behind one: the exchange has nothing to say about it.
  (void)gateway_.step(exchange::disk{failed->why}, around_.now().machine);
}

/// The disk refused what this step had to keep: nobody shall be told that it is done.
void running_gateway::answer_change(control::v1::Reply& reply) const {
  if (may_send_ || !reply.has_done() || !disk_refuses_)
    return;
  reply.mutable_error()->set_what("The change is in force and will be kept as soon as the disk "
                                  "takes it; until then a restart would forget it: " +
                                  disk_refuses_->what + ".");
  reply.mutable_error()->set_remedy(disk_refuses_->remedy);
}

} // namespace switchroom::app
