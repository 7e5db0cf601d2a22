// SPDX-License-Identifier: MIT
#include "lines/line.hpp"

namespace switchroom::lines {
namespace {

using s = state;
using e = event;
using v = verb;

// A digit that comes when nobody listens (ringback, tones) is no business of the line. In a call it
// travels in the voice path, and is passed on to a far end that wants digits in words. A flash
// while there is dial tone, or while somebody is called and nobody is on hold, changes nothing.
constexpr rule rules[] = {
    {s::idle, e::off_hook, s::dial_tone, {v::hear_dial}},
    {s::idle, e::ring, s::ringing, {v::ring_on}},

    {s::dial_tone, e::digit, s::dialling, {v::hear_nothing, v::take_digit}},
    {s::dial_tone, e::patience_over, s::tone, {v::hear_unobtainable}},
    {s::dial_tone, e::on_hook, s::idle, {v::hear_nothing}},
    {s::dial_tone, e::resume, s::in_call, {v::unhold}},
    // A programmable button says at once what digits would.
    {s::dial_tone, e::called, s::waiting, {v::hear_nothing}},
    {s::dial_tone, e::desk_asked, s::asking_desk, {v::hear_nothing}},
    {s::dial_tone, e::refused, s::tone, {v::hear_reason}},

    {s::dialling, e::digit, s::dialling, {v::take_digit}},
    {s::dialling, e::dial_delay_over, s::dialling, {v::end_digits}},
    {s::dialling, e::patience_over, s::tone, {v::hear_unobtainable}},
    {s::dialling, e::called, s::waiting, {}},
    {s::dialling, e::desk_asked, s::asking_desk, {}},
    {s::dialling, e::refused, s::tone, {v::hear_reason}},
    {s::dialling, e::on_hook, s::idle, {v::hear_nothing}},
    {s::dialling, e::resume, s::in_call, {v::unhold}},

    {s::asking_desk, e::accepted, s::confirmed, {v::hear_confirmation}},
    {s::asking_desk, e::refused, s::tone, {v::hear_reason}},
    {s::asking_desk, e::on_hook, s::idle, {v::hear_nothing}},
    {s::asking_desk, e::resume, s::in_call, {v::unhold}},

    {s::waiting, e::far_alerting, s::ringback, {v::hear_ringback}},
    {s::waiting, e::far_speaks, s::overlap, {}},
    {s::waiting, e::far_answered, s::in_call, {}},
    {s::waiting, e::refused, s::tone, {v::hear_reason}},
    {s::waiting, e::digit, s::waiting, {v::pass_digit}},
    {s::waiting, e::on_hook, s::idle, {v::hear_nothing, v::release}},
    {s::waiting, e::resume, s::in_call, {v::release, v::unhold}},
    {s::waiting, e::hand_over, s::idle, {v::hear_nothing, v::hand_over}},

    {s::ringback, e::far_speaks, s::overlap, {}},
    {s::ringback, e::far_answered, s::in_call, {}},
    {s::ringback, e::refused, s::tone, {v::hear_reason}},
    {s::ringback, e::on_hook, s::idle, {v::hear_nothing, v::release}},
    {s::ringback, e::resume, s::in_call, {v::release, v::unhold}},
    {s::ringback, e::hand_over, s::idle, {v::hear_nothing, v::hand_over}},

    {s::overlap, e::digit, s::overlap, {v::pass_digit}},
    {s::overlap, e::far_answered, s::in_call, {}},
    {s::overlap, e::refused, s::tone, {v::hear_reason}},
    {s::overlap, e::on_hook, s::idle, {v::hear_nothing, v::release}},
    {s::overlap, e::resume, s::in_call, {v::release, v::unhold}},

    {s::ringing, e::off_hook, s::in_call, {v::ring_off, v::answer}},
    {s::ringing, e::ring_over, s::idle, {v::ring_off}},

    {s::in_call, e::digit, s::in_call, {v::pass_digit}},
    {s::in_call, e::far_released, s::tone, {v::hear_reason}},
    {s::in_call, e::on_hook, s::idle, {v::hear_nothing, v::release}},
    {s::in_call, e::flash, s::dial_tone, {v::hold, v::hear_dial}},
    {s::in_call, e::swap, s::in_call, {v::swap}},
    {s::in_call, e::take_waiting, s::in_call, {v::hold, v::take_waiting}},
    {s::in_call, e::hand_over, s::idle, {v::hear_nothing, v::hand_over}},

    {s::tone, e::patience_over, s::parked, {v::hear_nothing}},
    {s::tone, e::on_hook, s::idle, {v::hear_nothing}},
    {s::tone, e::flash, s::dial_tone, {v::hear_dial}},
    {s::tone, e::take_waiting, s::in_call, {v::take_waiting}},
    {s::tone, e::resume, s::in_call, {v::unhold}},

    {s::confirmed, e::patience_over, s::parked, {v::hear_nothing}},
    {s::confirmed, e::on_hook, s::idle, {v::hear_nothing}},
    {s::confirmed, e::flash, s::dial_tone, {v::hear_dial}},
    {s::confirmed, e::resume, s::in_call, {v::unhold}},

    {s::parked, e::flash, s::dial_tone, {v::hear_dial}},
    {s::parked, e::on_hook, s::idle, {}},
    {s::parked, e::resume, s::in_call, {v::unhold}},
};

} // namespace

std::span<const rule> table() {
  return rules;
}

std::string_view name(state what) {
  static constexpr std::string_view names[state_count] = {
      "idle",    "dial tone", "dialling", "logging in or out", "calling",   "hears ringback",
      "overlap", "ringing",   "in call",  "hears tone",        "confirmed", "parked"};
  return names[static_cast<std::size_t>(what)];
}

std::string_view name(event what) {
  static constexpr std::string_view names[event_count] = {"off hook",
                                                          "on hook",
                                                          "digit",
                                                          "dial delay over",
                                                          "patience over",
                                                          "called",
                                                          "desk asked",
                                                          "accepted",
                                                          "refused",
                                                          "far end alerting",
                                                          "far end speaks",
                                                          "far end answered",
                                                          "far end released",
                                                          "ring",
                                                          "ring over",
                                                          "flash",
                                                          "resume",
                                                          "swap",
                                                          "hand over",
                                                          "take waiting"};
  return names[static_cast<std::size_t>(what)];
}

std::string_view name(verb what) {
  static constexpr std::string_view names[] = {"",
                                               "hear dial tone",
                                               "hear ringback",
                                               "hear the reason",
                                               "hear unobtainable",
                                               "hear confirmation",
                                               "hear nothing",
                                               "look at digits",
                                               "look at digits, no more come",
                                               "pass digit on",
                                               "ring",
                                               "stop ringing",
                                               "answer",
                                               "release",
                                               "hold",
                                               "take off hold",
                                               "change calls",
                                               "hand over",
                                               "answer the call that waits"};
  return names[static_cast<std::size_t>(what)];
}

} // namespace switchroom::lines
