// SPDX-License-Identifier: MIT
// The board comes, goes, and says what its lines do.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

void gateway::implementation::on(const board_up& board) {
  if (paths_.up())
    on(board_down{"discovered again"});
  paths_.begin(board);
  echoes_.begin(board.echo_places);
  note("board", settings_.gateway, "board up");
  alarms_.clear("board-down");
  for (auto& [line, p] : lines_) {
    p.digits_muted = false; // as after reset
    if (!p.on_edge && line.value <= board.lines)
      out_.emplace_back(ring{line, false, ring_cadence::internal});
  }
  find_analog_lines(board);
  line_id last;
  for (const auto& [line, p] : lines_)
    if (!p.on_edge)
      last = line;
  if (last.value > board.lines)
    alarms_.raise("lines-missing", "Lines are configured that the board does not have",
                  "The board has " + std::to_string(board.lines) +
                      " lines; the configuration goes up to line " + std::to_string(last.value) +
                      ".",
                  "Take the lines out of the configuration, or connect a larger board.");
  else
    alarms_.clear("lines-missing");
  find_missing_places(board);
}

/// Of digital lines.
void gateway::implementation::find_missing_places(const board_up& board) {
  std::string spans, stations;
  const auto name = [](std::string& missing, const std::string& one) {
    missing += (missing.empty() ? "" : ", ") + one;
  };
  for (const auto& trunk : settings_.trunks)
    if (!trunk.analog && trunk.span > board.spans)
      name(spans, std::to_string(trunk.span) + " (trunk " + trunk.name + ")");
  for (const auto& line : settings_.lines)
    if (line.station && *line.station > board.stations)
      name(stations,
           std::to_string(*line.station) + " (line " + std::to_string(line.line.value) + ")");
  const auto tell = [&](const std::string& id, const std::string& missing, const std::string& what,
                        unsigned has, const std::string& key) {
    if (missing.empty())
      return alarms_.clear(id);
    alarms_.raise(id, "The board has not all " + what + "s that are configured",
                  "There is no " + what + ' ' + missing + ": the board has " + std::to_string(has) +
                      '.',
                  "Correct " + key + ", or connect another board.");
  };
  tell("spans-missing", spans, "span", board.spans, "`span` of the [[trunk]]");
  tell("stations-missing", stations, "station", board.stations, "`station` of the [[line]]");
}

void gateway::implementation::on(const board_down& down) {
  note("board", settings_.gateway, "board down: " + down.why);
  alarms_.raise("board-down", "The board is not there",
                "The link to the board is down: " + down.why,
                "Check that the board runs and that its link is connected.");
  if (!paths_.up())
    return; // it was never there, or the reason is another one now
  std::vector<call_id> ids;
  for (const auto& [id, c] : calls_)
    ids.push_back(id);
  for (const auto id : ids) // every voice path goes through the board
    advance(calls_.at(id), calls::event::lost, scn::v1::DESTINATION_OUT_OF_ORDER);
  while (!checks_.empty())
    drop_check(checks_.begin()->first, {"the board has gone", "Try again when it is back."});
  while (!captures_.empty())
    end_capture(captures_.begin()->first, "capture ends: the board has gone");
  while (!trunks_.empty())
    release_leg(trunks_.begin()->first, scn::v1::DESTINATION_OUT_OF_ORDER);
  for (auto& [line, p] : lines_) {
    stop_showing(p);
    p.machine.forget();
    p.call.reset();
    p.held.reset();
    p.waiting.reset();
    stop_waiting(p);
    if (p.isdn_aside)
      release_station_aside(p);
    p.isdn_aside.reset();
    if (p.isdn_call && !p.isdn_call->over)
      release_isdn(p, scn::v1::DESTINATION_OUT_OF_ORDER);
    for (auto* which : {&p.phone, &p.aside}) {
      if (!*which)
        continue;
      release_phone(line, (*which)->call, scn::v1::DESTINATION_OUT_OF_ORDER);
      end_phone_call(p, *which);
    }
    touched_.insert(line);
  }
  lose_analog_lines();
  // Nobody is there to be told to stop ringing.
  std::erase_if(out_, [](const action& one) {
    return std::holds_alternative<ring>(one) || std::holds_alternative<reverse_battery>(one) ||
           std::holds_alternative<loop>(one) || std::holds_alternative<dial_pulses>(one) ||
           std::holds_alternative<ear_begin>(one);
  });
  paths_.end();
}

void gateway::implementation::on(const line_signal& heard) {
  if (const auto check = checks_.find(heard.line); check != checks_.end())
    return hook_in_check(check->second, heard.what);
  if (auto* p = analog_at(heard.line))
    return on_analog(*p, heard);
  const auto found = lines_.find(heard.line);
  if (!in_order(heard.line) || found->second.on_edge)
    return;
  auto& p = found->second;
  switch (heard.what) {
  case signal::ring_trip:
  case signal::off_hook:
    if (p.machine.state() == lines::state::idle && heard.what == signal::ring_trip)
      return; // the caller gave up a moment before; off_hook follows
    return drive(p, lines::event::off_hook);
  case signal::on_hook:
    return put_down(p);
  case signal::pulse_digit:
    p.machine.dials_by_pulses(true);
    if (heard.data >= 1 && heard.data <= 10)
      drive(p, lines::event::digit, static_cast<char>('0' + heard.data % 10));
    return;
  case signal::dtmf_on:
    p.machine.dials_by_pulses(false);
    if (heard.data < 128 && !acknowledge(p, static_cast<char>(heard.data)))
      dial(p, static_cast<char>(heard.data));
    return;
  case signal::flash:
    return flash(p);
  default: // dtmf_off, and what is of lines to an exchange
    return;
  }
}

} // namespace switchroom::exchange
