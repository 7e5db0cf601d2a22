// SPDX-License-Identifier: MIT
// The exchanges outside, and the edge that speaks to them.
#include "calls/cause.hpp"
#include "exchange_town.hpp"

namespace switchroom::exchange {

using namespace std::chrono_literals;

void town::tell(const std::string& gateway, const isdn::v1::FromEdge& what) {
  step(members_.at(gateway), isdn_message{what});
  run(50ms);
}

void town::trunk_comes(const std::string& gateway, unsigned link, bool up) {
  isdn::v1::FromEdge said;
  said.mutable_channel()->set_channel(link + 1);
  said.mutable_channel()->set_up(up);
  if (!up)
    said.mutable_channel()->set_why("no answer to SABME");
  tell(gateway, said);
  for (auto& [where, line] : members_.at(gateway).far_lines)
    if (!up && where.first == link && line.call != 0)
      far_ends(gateway, link, where.second, scn::v1::NETWORK_OUT_OF_ORDER);
}

void town::far_calls(const std::string& gateway, unsigned link, unsigned channel,
                     const std::string& called, bool complete) {
  auto& m = members_.at(gateway);
  auto& line = m.far_lines[{link, channel}];
  line = {};
  line.call = m.last_phone_call += 2;
  isdn::v1::FromEdge said;
  auto& setup = *said.mutable_setup();
  setup.set_channel(link + 1);
  setup.set_call(line.call);
  setup.set_b_channel(channel);
  setup.mutable_called()->set_digits(called);
  setup.set_complete(complete);
  setup.mutable_calling()->set_digits("030555");
  setup.set_name("Outside");
  tell(gateway, said);
}

void town::far_dials(const std::string& gateway, unsigned link, unsigned channel,
                     const std::string& digits, bool complete) {
  isdn::v1::FromEdge said;
  said.mutable_digits()->set_channel(link + 1);
  said.mutable_digits()->set_call(far(gateway, link, channel).call);
  said.mutable_digits()->set_digits(digits);
  said.mutable_digits()->set_complete(complete);
  tell(gateway, said);
}

void town::far_tells(const std::string& gateway, unsigned link, unsigned channel,
                     isdn::v1::Progress::Stage stage, bool in_band) {
  isdn::v1::FromEdge said;
  said.mutable_progress()->set_channel(link + 1);
  said.mutable_progress()->set_call(far(gateway, link, channel).call);
  said.mutable_progress()->set_stage(stage);
  said.mutable_progress()->set_in_band(in_band);
  tell(gateway, said);
}

void town::far_answers(const std::string& gateway, unsigned link, unsigned channel,
                       unsigned chosen) {
  isdn::v1::FromEdge said;
  said.mutable_connect()->set_channel(link + 1);
  said.mutable_connect()->set_call(far(gateway, link, channel).call);
  said.mutable_connect()->set_b_channel(chosen == 0 ? channel : chosen);
  tell(gateway, said);
}

void town::far_ends(const std::string& gateway, unsigned link, unsigned channel,
                    scn::v1::Cause why) {
  const auto call = members_.at(gateway).far_lines.at({link, channel}).call;
  isdn::v1::FromEdge said;
  said.mutable_release()->set_channel(link + 1);
  said.mutable_release()->set_call(call);
  said.mutable_release()->set_cause(why);
  tell(gateway, said);
  auto& line = members_.at(gateway).far_lines.at({link, channel});
  if (line.call == call)
    line.call = 0;
  tell(gateway, over(link + 1, call, why));
}

isdn::v1::FromEdge town::over(unsigned d_channel, std::uint64_t call, scn::v1::Cause why) {
  isdn::v1::FromEdge said;
  said.mutable_over()->set_channel(d_channel);
  said.mutable_over()->set_call(call);
  said.mutable_over()->set_cause(why);
  return said;
}

void town::outside_sounds(const std::string& gateway, outside_sound what) {
  auto& m = members_.at(gateway);
  if (m.hardware.ears.empty())
    return fault(m, "nobody listens outside");
  step(m, outside_heard{m.hardware.ears.begin()->second, what});
  run(50ms);
}

void town::outside_shows(const std::string& gateway, const dsp::caller_id& who) {
  auto& m = members_.at(gateway);
  if (m.hardware.ears.empty())
    return fault(m, "nobody listens outside");
  step(m, outside_caller{m.hardware.ears.begin()->second, who});
  run(50ms);
}

bool town::loop_closed(const std::string& gateway) const {
  return !members_.at(gateway).hardware.loops.empty();
}

std::string town::dialled_outside(const std::string& gateway) const {
  return members_.at(gateway).hardware.dialled_outside;
}

bool town::listens_outside(const std::string& gateway) const {
  return !members_.at(gateway).hardware.ears.empty();
}

void town::span_tells(const std::string& gateway, std::size_t trunk, const std::string& trouble) {
  step(members_.at(gateway), span_state{trunk, {trouble, trouble.empty() ? "" : "Mend it."}});
}

void town::isdn_edge_dies(const std::string& gateway) {
  for (auto& [where, line] : members_.at(gateway).far_lines)
    line.call = 0;
  step(members_.at(gateway), isdn_down{"has ended"});
  run(50ms);
}

const town::far_line& town::far(const std::string& gateway, unsigned link, unsigned channel) const {
  static const far_line none;
  const auto& lines = members_.at(gateway).far_lines;
  const auto found = lines.find({link, channel});
  return found == lines.end() ? none : found->second;
}

void town::station_calls(const std::string& gateway, unsigned link, const std::string& digits,
                         unsigned channel) {
  auto& m = members_.at(gateway);
  auto& line = m.far_lines[{link, channel}];
  line = {};
  line.call = m.last_phone_call += 2;
  isdn::v1::FromEdge said;
  auto& setup = *said.mutable_setup();
  setup.set_channel(link + 1);
  setup.set_call(line.call);
  setup.set_b_channel(channel);
  setup.mutable_called()->set_digits(digits);
  setup.set_complete(!digits.empty());
  tell(gateway, said);
}

void town::station_holds(const std::string& gateway, unsigned link, bool on, unsigned channel,
                         unsigned wanted) {
  isdn::v1::FromEdge said;
  said.mutable_hold()->set_channel(link + 1);
  said.mutable_hold()->set_call(far(gateway, link, channel).call);
  said.mutable_hold()->set_on(on);
  said.mutable_hold()->set_b_channel(on ? 0 : wanted);
  tell(gateway, said);
}

void town::station_presses(const std::string& gateway, unsigned link, unsigned button) {
  isdn::v1::FromEdge said;
  said.mutable_button()->set_channel(link + 1);
  said.mutable_button()->set_key(button);
  tell(gateway, said);
}

void town::station_keys(const std::string& gateway, unsigned link, const std::string& keys) {
  isdn::v1::FromEdge said;
  said.mutable_keys()->set_channel(link + 1);
  said.mutable_keys()->set_keys(keys);
  tell(gateway, said);
}

std::string town::display(const std::string& gateway, unsigned link) const {
  const auto& all = members_.at(gateway).displays;
  const auto found = all.find(link);
  return found == all.end() ? std::string() : found->second;
}

std::string town::lamps(const std::string& gateway, unsigned link) const {
  static const char* names[] = {"off", "on", "flashes"};
  const auto& all = members_.at(gateway).lamps;
  std::string lit;
  if (const auto found = all.find(link); found != all.end())
    for (const auto& [key, shows] : found->second)
      if (shows != isdn::v1::Lamp::OFF)
        lit += (lit.empty() ? "" : ", ") + std::to_string(key) + " " + names[shows];
  return lit;
}

slot_id town::slot_of(const member& m, unsigned link, unsigned channel) {
  if (link >= m.chosen.trunks.size()) {
    const auto station = static_cast<unsigned>(link - m.chosen.trunks.size());
    return slot_id{static_cast<std::uint16_t>(town_first_station + 4 * station + channel - 1)};
  }
  const auto span = m.chosen.trunks.at(link).span - 1;
  return slot_id{static_cast<std::uint16_t>(town_first_span + 32 * span + channel)};
}

std::string town::far_hears(const std::string& gateway, unsigned link, unsigned channel) const {
  const auto& m = members_.at(gateway);
  return trace(m, slot_of(m, link, channel), 0);
}

void town::carry_out_trunk(member& m, const isdn::v1::ToEdge& told) {
  using body = isdn::v1::ToEdge;
  const auto line_of = [&](const auto& message) -> far_line* {
    for (auto& [where, line] : m.far_lines)
      if (where.first + 1 == message.channel() && line.call == message.call())
        return &line;
    return nullptr;
  };
  const auto hear = [&](const auto& message, const std::string& what) {
    auto* line = line_of(message);
    if (line != nullptr)
      line->told += (line->told.empty() ? "" : " ") + what;
    else
      fault(m, what + " of no call");
  };
  switch (told.body_case()) {
  case body::kSetup: {
    const auto& setup = told.setup();
    const auto link = setup.channel() - 1;
    auto place = setup.b_channel();
    if (link >= m.chosen.trunks.size() && m.far_lines[{link, place}].call != 0)
      place += 2; // a station's call that began there may have another channel by now
    auto& line = m.far_lines[{link, place}];
    if (line.call != 0)
      fault(m, "a second call on channel " + std::to_string(setup.b_channel()));
    line = {};
    line.call = setup.call();
    line.called = setup.called().digits();
    line.caller = setup.calling().digits();
    line.name = setup.name();
    return;
  }
  case body::kProgress: {
    static const char* stages[] = {"wants-digits", "proceeding", "in-band", "rings"};
    return hear(told.progress(), stages[told.progress().stage()]);
  }
  case body::kLamp:
    m.lamps[told.lamp().channel() - 1][told.lamp().key()] = told.lamp().shows();
    return;
  case body::kDisplay:
    if (told.display().call() == 0)
      m.displays[told.display().channel() - 1] = told.display().text();
    else if (auto* line = line_of(told.display()))
      line->shown.push_back(told.display().text());
    return;
  case body::kHoldAnswer:
    if (auto* line = line_of(told.hold_answer()))
      line->b_channel = told.hold_answer().b_channel();
    return hear(told.hold_answer(), told.hold_answer().done() ? "held" : "not-held");
  case body::kConnect:
    return hear(told.connect(), "answered");
  case body::kRelease: {
    const auto why = told.release().cause();
    auto* line = line_of(told.release());
    if (line != nullptr) {
      line->ended = calls::text(why);
      line->call = 0;
    } else {
      m.far_refused = calls::text(why);
    }
    m.news.push_back(isdn_message{over(told.release().channel(), told.release().call(), why)});
    return;
  }
  default:
    return;
  }
}

} // namespace switchroom::exchange
