// SPDX-License-Identifier: MIT
// The system directory of every gateway is searched from each (rule S7). Each keeps its own; who
// looks something up asks all of them at that moment, so there is nothing to keep in step.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"
#include "users/phone_book.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr auto patience_with_peers = 1s;
constexpr int most_found = 50; ///< of one gateway
constexpr std::size_t longest_search = 64;

/// Adds it, or says that there are more.
void put_entry(control::v1::FoundEntries& to, int& count, std::string name, std::string number,
               const char* of_kind, const gateway_name& whose) {
  if (++count > most_found)
    return to.set_more(true);
  auto& entry = *to.add_entries();
  entry.set_name(std::move(name));
  entry.set_number(std::move(number));
  entry.set_kind(of_kind);
  entry.set_gateway(whose);
}

} // namespace

/// Users and groups of the whole network are known here, and the own directory.
void gateway::implementation::find_here(std::string_view text,
                                        control::v1::FoundEntries& found) const {
  int count = 0;
  for (const auto& entry : settings_.phone_book)
    if (users::is_meant(entry.name(), entry.number(), text))
      put_entry(found, count, entry.name(), entry.number(), "directory", settings_.gateway);
  count = 0;
  for (const auto& known : directory_.all())
    if (users::is_meant(known.state.name(), known.state.extension(), text))
      put_entry(found, count, known.state.name(), known.state.extension(), "user", known.home);
  count = 0;
  for (const auto& group : settings_.groups)
    if (users::is_meant(group.name, group.number, text))
      put_entry(found, count, group.name, group.number, "group", settings_.gateway);
  for (const auto& [gateway, groups] : groups_elsewhere_)
    for (const auto& [number, group] : groups)
      if (users::is_meant(group.name(), number, text))
        put_entry(found, count, group.name(), number, "group", gateway);
}

/// None: answered when the peers have.
std::optional<control::v1::Reply> gateway::implementation::search(const operator_request& asked) {
  const auto& text = asked.ask.directory().text();
  if (text.empty() || text.size() > longest_search)
    return error({"There is nothing to search for, or it is too long.",
                  "Give 1 to 64 octets of a name, or the beginning of a number."});
  const auto number = ++last_search_;
  auto& one = searches_[number];
  one.asked = asked.number;
  one.until = now_ + patience_with_peers;
  find_here(text, one.found);
  scn::v1::Envelope message;
  message.mutable_directory_search()->set_request(number);
  message.mutable_directory_search()->set_text(text);
  for (const auto& [name, peer] : network_.peers()) {
    if (!network_.is_up(name)) {
      one.found.add_silent(name);
      continue;
    }
    one.waits_for.insert(name);
    post(name, message);
  }
  finish_searches();
  return std::nullopt;
}

void gateway::implementation::take(const gateway_name& from,
                                   const scn::v1::DirectorySearch& asked) {
  scn::v1::Envelope message;
  auto& answer = *message.mutable_directory_found();
  answer.set_request(asked.request());
  for (const auto& entry : settings_.phone_book) {
    if (asked.text().empty() || !users::is_meant(entry.name(), entry.number(), asked.text()))
      continue;
    if (answer.entries_size() == most_found) {
      answer.set_more(true);
      break;
    }
    *answer.add_entries() = entry;
  }
  post(from, std::move(message));
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::DirectoryFound& news) {
  const auto found = searches_.find(news.request());
  if (found == searches_.end() || found->second.waits_for.erase(from) == 0)
    return;
  int count = 0;
  auto& all = found->second.found;
  for (const auto& entry : news.entries())
    put_entry(all, count, entry.name(), entry.number(), "directory", from);
  if (news.more())
    all.set_more(true);
  finish_searches();
}

void gateway::implementation::no_answer_of(const gateway_name& peer) {
  for (auto& [number, one] : searches_)
    if (one.waits_for.erase(peer) != 0)
      one.found.add_silent(peer);
  finish_searches();
}

void gateway::implementation::finish_searches() {
  for (auto next = searches_.begin(); next != searches_.end();) {
    auto& one = next->second;
    if (!one.waits_for.empty() && now_ < one.until) {
      ++next;
      continue;
    }
    for (const auto& peer : one.waits_for)
      one.found.add_silent(peer);
    auto& entries = *one.found.mutable_entries();
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.name() < b.name(); });
    control::v1::Reply answer;
    *answer.mutable_directory() = std::move(one.found);
    out_.emplace_back(reply{one.asked, std::move(answer)});
    next = searches_.erase(next);
  }
}

} // namespace switchroom::exchange
