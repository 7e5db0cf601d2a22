// SPDX-License-Identifier: MIT
// What is in mailboxes (S17): for the lamp at the line where their owner is now, for operators.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

constexpr unsigned most_told = 99'999; ///< of a peer

} // namespace

voicemail::message* gateway::implementation::message_of(const extension_number& of,
                                                        std::uint64_t number) {
  auto& box = mailboxes_[of];
  const auto found = std::ranges::find(box, number, &voicemail::message::number);
  return found == box.end() ? nullptr : &*found;
}

void gateway::implementation::erase_message(const extension_number& of, std::uint64_t number) {
  if (std::erase_if(mailboxes_[of], [&](const auto& one) { return one.number == number; }) == 0)
    return;
  out_.emplace_back(store{voicemail::erase_message{of, number}});
  mailbox_changed(of);
}

/// The user is deleted.
void gateway::implementation::forget_mailbox(const extension_number& of) {
  if (mailboxes_.erase(of) > 0)
    mailbox_changed(of);
}

voicemail::tally gateway::implementation::tally_of(const extension_number& of) const {
  const auto* known = directory_.find(of);
  if (known != nullptr && known->home != settings_.gateway) {
    const auto there = mailboxes_elsewhere_.find(known->home);
    if (there == mailboxes_elsewhere_.end())
      return {};
    const auto told = there->second.find(of);
    return told == there->second.end() ? voicemail::tally{} : told->second;
  }
  const auto box = mailboxes_.find(of);
  if (box == mailboxes_.end())
    return {};
  const auto heard =
      static_cast<unsigned>(std::ranges::count(box->second, true, &voicemail::message::heard));
  return {static_cast<unsigned>(box->second.size()) - heard, heard};
}

/// Also when it was found full.
void gateway::implementation::mailbox_changed(const extension_number& of) {
  const auto has = tally_of(of);
  const std::string id = "mailbox-" + of;
  const auto most = settings_.mailboxes.most_messages;
  if (has.fresh + has.heard >= most)
    alarms_.raise(id, "A mailbox is full",
                  "The mailbox of user " + of + " holds " + std::to_string(most) +
                      " messages; callers are refused with an announcement.",
                  "Have the user listen and delete (*17, key 7), delete with `switchroom mailbox "
                  "delete " +
                      of + "`, or raise `messages` in [voicemail].");
  else
    alarms_.clear(id);
  lamps_changed_ = true;
  post_to_all(calls::mailbox_state(of, has.fresh, has.heard));
}

/// Only the home of a user speaks for the mailbox.
void gateway::implementation::take(const gateway_name& from, const scn::v1::MailboxState& news) {
  const auto* known = directory_.find(news.extension());
  if (known == nullptr || known->home != from)
    return;
  const voicemail::tally has{std::min(news.new_messages(), most_told),
                             std::min(news.heard_messages(), most_told)};
  if (has == voicemail::tally{})
    mailboxes_elsewhere_[from].erase(news.extension());
  else
    mailboxes_elsewhere_[from][news.extension()] = has;
  lamps_changed_ = true;
}

/// Of who sits here, wherever their home is: the lamp follows the person.
bool gateway::implementation::has_messages(const party& p) const {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  const auto* session = line == nullptr ? nullptr : desks_.at(line->line);
  return session != nullptr && session->settings.voicemail() &&
         tally_of(session->settings.extension()).fresh > 0;
}

// ---- operators ---------------------------------------------------------------------------------

control::v1::Mailboxes gateway::implementation::list_mailboxes() const {
  control::v1::Mailboxes list;
  for (const auto& known : directory_.all()) {
    const auto& extension = known.state.extension();
    const auto has = tally_of(extension);
    const auto own = own_users_.find(extension);
    const bool box_here =
        known.home == settings_.gateway && own != own_users_.end() && own->second.voicemail();
    if (!box_here && has == voicemail::tally{})
      continue;
    auto& box = *list.add_mailboxes();
    box.set_extension(extension);
    box.set_name(known.state.name());
    box.set_gateway(known.home);
    box.set_new_messages(has.fresh);
    box.set_heard_messages(has.heard);
  }
  return list;
}

control::v1::Reply gateway::implementation::show_mailbox(const extension_number& of) const {
  const auto own = own_users_.find(of);
  if (own == own_users_.end()) {
    const auto* known = directory_.find(of);
    return error({"User " + of + " is not one of gateway " + settings_.gateway + ".",
                  known == nullptr ? "`switchroom users` lists every user of the network."
                                   : "Ask the home gateway, " + known->home + "."});
  }
  const auto found = mailboxes_.find(of);
  if (!own->second.voicemail() && (found == mailboxes_.end() || found->second.empty()))
    return error({"User " + of + " has no mailbox.",
                  "Give the user one with `switchroom user set " + of + " --voicemail on`."});
  control::v1::Reply answer;
  auto& box = *answer.mutable_mailbox();
  box.set_extension(of);
  if (found != mailboxes_.end())
    for (const auto& one : found->second) {
      auto& message = *box.add_messages();
      message.set_number(one.number);
      message.set_from(one.from);
      message.set_from_name(one.from_name);
      message.set_at_s(one.at_s);
      message.set_length_s(std::chrono::duration<double>(one.length).count());
      message.set_heard(one.heard);
    }
  return answer;
}

control::v1::Reply
gateway::implementation::delete_messages(const control::v1::DeleteMessagesRequest& asked) {
  const auto& of = asked.extension();
  if (auto wrong = show_mailbox(of); wrong.has_error())
    return wrong;
  if (asked.message() != 0 && message_of(of, asked.message()) == nullptr)
    return error({"Mailbox " + of + " has no message " + std::to_string(asked.message()) + ".",
                  "`switchroom mailbox show " + of + "` lists the messages."});
  std::vector<std::uint64_t> numbers{asked.message()};
  if (asked.message() == 0) {
    numbers.clear();
    for (const auto& one : mailboxes_[of])
      numbers.push_back(one.number);
  }
  note("operator", "mailbox " + of, "delete " + std::to_string(numbers.size()) + " messages");
  for (const auto number : numbers)
    erase_message(of, number);
  control::v1::Reply answer;
  answer.mutable_done()->set_text("Deleted from mailbox " + of + ": " +
                                  std::to_string(numbers.size()) +
                                  (numbers.size() == 1 ? " message." : " messages."));
  return answer;
}

} // namespace switchroom::exchange
