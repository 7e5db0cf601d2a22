// SPDX-License-Identifier: MIT
// Tapes of the town: a phrase takes a second, and what is recorded is who was heard (S17).
#include "exchange_town.hpp"

#include <algorithm>

namespace switchroom::exchange {

using namespace std::chrono_literals;

void town::keep(member& m, const voicemail::store_message& what) {
  auto& all = m.mail.messages;
  std::erase_if(all, [&](const auto& old) { return old.number == what.what.number; });
  all.push_back(what.what);
  m.mail.last_number = std::max(m.mail.last_number, what.what.number);
  if (what.said != nullptr)
    m.voices[what.what.number] = *what.said;
}

void town::run_tape(member& m, const tape_run& what) {
  std::string says;
  for (const auto& phrase : what.say) {
    using kind = voicemail::phrase::kind;
    says += says.empty() ? "" : " ";
    says += phrase.what == kind::message ? "<" + m.voices[phrase.number] + ">"
            : phrase.what == kind::count ? std::to_string(phrase.number)
            : phrase.what == kind::beep  ? "beep"
                                         : phrase.text;
  }
  const auto said = now_ + 1s * what.say.size();
  m.hardware.tapes[what.slot] = {what.tape,           says,  said,
                                 said + what.longest, false, what.longest.count() > 0};
}

/// A second, but for the alert's tenth.
void town::run_tape(member& m, const show_caller& what) {
  using part = show_caller::part;
  const auto& who = what.who;
  const std::string number = who.no_number == dsp::absence::withheld ? "withheld" : who.number;
  const std::string says = what.what == part::alert
                               ? "alert"
                               : (what.what == part::before_ring ? "shows first " : "shows ") +
                                     number + (who.name.empty() ? "" : " " + who.name);
  const auto said = now_ + (what.what == part::alert ? 100ms : 1000ms);
  m.hardware.tapes[what.slot] = {what.tape, says,  m.tapes_stand_still ? never : said,
                                 never,     false, false};
}

bool town::reversed(const std::string& gateway, unsigned line) const {
  return members_.at(gateway).hardware.reversed.contains(line_id{line});
}

void town::tapes_stand_still(const std::string& gateway, bool yes) {
  members_.at(gateway).tapes_stand_still = yes;
}

/// What it recorded is who was heard when it began.
void town::stop_tape(member& m, host_slot slot) {
  const auto ended = m.hardware.tapes.extract(slot);
  if (ended.empty() || !ended.mapped().records)
    return;
  const auto& reel = ended.mapped();
  const auto heard = reel.heard.empty() ? who_speaks_to(m, slot) : reel.heard;
  m.news.emplace_back(tape_recorded{reel.number, std::make_shared<const std::string>(heard),
                                    std::max<duration>(now_ - reel.said, duration{0})});
}

instant town::next_of_tapes(const member& m) const {
  instant next = never;
  for (const auto& [slot, reel] : m.hardware.tapes)
    next = std::min({next, reel.told ? never : reel.said, reel.records ? reel.full : never});
  return next;
}

/// "silence", or as hears().
std::string town::who_speaks_to(const member& m, host_slot slot) const {
  const slot_id ear{static_cast<std::uint16_t>(town_first_host + slot.value)};
  return m.hardware.up ? trace(m, ear, 0) : "silence";
}

/// True: a tape had something to tell.
bool town::run_tapes(member& m) {
  for (auto& [slot, reel] : m.hardware.tapes) {
    if (!reel.told && reel.said <= now_) {
      reel.told = true;
      reel.heard = who_speaks_to(m, slot);
      step(m, tape_said{reel.number});
      return true;
    }
    if (reel.records && reel.full <= now_) {
      stop_tape(m, slot);
      for (const auto& news : std::exchange(m.news, {}))
        step(m, news);
      return true;
    }
  }
  return false;
}

void town::nobody_speaks(const std::string& gateway) {
  auto& m = members_.at(gateway);
  for (auto& [slot, reel] : m.hardware.tapes)
    if (reel.records)
      reel.full = std::min(reel.full, now_);
  run(duration{0});
}

void town::recording_is_over(const std::string& gateway) {
  auto& m = members_.at(gateway);
  const auto records = m.hardware.records;
  for (const auto& [number, slots] : records)
    step(m, record_over{number});
}

void town::disk_refuses(const std::string& gateway, bool refuses) {
  std::optional<refusal> why;
  if (refuses)
    why = refusal{"the disk is full", "free space"};
  step(members_.at(gateway), disk{why});
}

std::string town::messages(const std::string& gateway, const std::string& extension) const {
  const auto& m = members_.at(gateway);
  std::string all;
  for (const auto& one : m.mail.messages) {
    if (one.of != extension)
      continue;
    const auto& voice = m.voices.at(one.number);
    all += (one.heard ? "(" + voice + ")" : voice) + ";";
  }
  return all;
}

} // namespace switchroom::exchange
