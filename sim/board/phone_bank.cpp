// SPDX-License-Identifier: MIT
#include "board/phone_bank.hpp"

#include "loop/levels.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace switchroom::sim {
namespace v1 = switchroom::phone::v1;
namespace {

constexpr std::uint32_t usual_flash_ms = 200; // for a Flash without a length
constexpr std::uint32_t longest_flash_ms = 2000;
constexpr std::uint64_t never = ~std::uint64_t{0};

std::string line_name(std::uint32_t line) {
  return "line " + std::to_string(line);
}

void describe(const caller_display::shown& shown, v1::Caller& caller) {
  const auto& who = shown.who;
  caller.set_number(who.number);
  caller.set_name(who.name);
  caller.set_number_withheld(who.no_number == dsp::absence::withheld);
  caller.set_waiting(shown.waiting);
  caller.set_error(shown.error);
  if (who.when) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%02u-%02u %02u:%02u", who.when->month % 100,
                  who.when->day % 100, who.when->hour % 100, who.when->minute % 100);
    caller.set_time(text.data());
  }
}

void describe(const sim::phone& phone, std::uint32_t line, v1::PhoneState& state) {
  state.set_line(line);
  state.set_off_hook(phone.off_hook());
  state.set_ringing(phone.bell().ringing());
  state.set_rings(phone.bell().bursts());
  for (const std::uint32_t ms : phone.bell().cadence_ms()) {
    state.add_ring_ms(ms);
  }
  state.set_playing(phone.playing());
  state.set_recording(phone.recording());
  state.set_battery_reversed(phone.battery_reversed());
  state.set_level_dbm0(phone.heard_dbm0());
  if (phone.display() != nullptr && phone.display()->last()) {
    describe(*phone.display()->last(), *state.mutable_caller());
  }
}

phone_bank::wait wait_of(v1::WaitFor::What what) {
  switch (what) {
  case v1::WaitFor::RINGING:
    return phone_bank::wait::ringing;
  case v1::WaitFor::SILENT:
    return phone_bank::wait::silent;
  default:
    return phone_bank::wait::played;
  }
}

const char* unmet(phone_bank::wait what) {
  switch (what) {
  case phone_bank::wait::ringing:
    return " did not ring within ";
  case phone_bank::wait::silent:
    return " did not stop ringing within ";
  default:
    return " was still playing after ";
  }
}

// Who asks may be in another folder, or another user.
std::string remedy_of(const dsp::wav_error& error) {
  const bool of_path =
      error.fault == dsp::wav_fault::cannot_open || error.fault == dsp::wav_fault::cannot_write;
  return error.remedy + (of_path ? "; the file is opened by switchroom-board, in its folder" : "");
}

} // namespace

phone_bank::fault phone_bank::check_line(const v1::Request& request) const {
  if (request.ask_case() == v1::Request::kAll) {
    return {};
  }
  if (request.ask_case() == v1::Request::ASK_NOT_SET) {
    return {"the request asks for nothing", "use a newer switchroom-board, or fill in `ask`"};
  }
  if (request.line() < 1 || request.line() > phones_.size()) {
    return {"there is no phone on " + line_name(request.line()),
            "this board has phones on lines 1 to " + std::to_string(phones_.size()) +
                "; start it with --lines for more"};
  }
  return {};
}

phone_bank::fault phone_bank::begin_dialling(std::uint32_t line, const v1::Dial& dial) {
  if (!at(line).off_hook()) {
    return {line_name(line) + " is on-hook and cannot dial", "take it off-hook first"};
  }
  for (const char key : dial.digits()) {
    if (!keypad::has_key(key, dial.pulse())) {
      return {std::string("the phone has no key '") + key + "'",
              dial.pulse() ? "a pulse phone dials 0-9; a comma is a pause of one second"
                           : "a DTMF phone dials 0-9 * # A-D; a comma is a pause of one second"};
    }
  }
  at(line).dial(dial.digits(), dial.pulse());
  return {};
}

phone_bank::fault phone_bank::begin_flash(std::uint32_t line, const v1::Flash& flash) {
  if (!at(line).off_hook()) {
    return {line_name(line) + " is on-hook and cannot flash", "take it off-hook first"};
  }
  if (flash.ms() > longest_flash_ms) {
    return {"a flash of " + std::to_string(flash.ms()) + " ms is too long",
            "use 1 to " + std::to_string(longest_flash_ms) + " ms, or on-hook and off-hook"};
  }
  at(line).flash(flash.ms() == 0 ? usual_flash_ms : flash.ms());
  return {};
}

phone_bank::fault phone_bank::begin_playing(std::uint32_t line, const v1::Play& play) {
  if (!at(line).off_hook()) {
    return {line_name(line) + " is on-hook: nobody would hear what it plays",
            "take it off-hook first"};
  }
  auto read = dsp::read_wav(play.file());
  if (auto* error = std::get_if<dsp::wav_error>(&read)) {
    return {error->what, remedy_of(*error)};
  }
  at(line).play(std::get<std::vector<std::int16_t>>(std::move(read)));
  return {};
}

phone_bank::fault phone_bank::begin_recording(std::uint32_t line, const v1::Record& record) {
  if (record.file().empty()) {
    at(line).record(std::nullopt);
    return {};
  }
  auto created = dsp::wav_writer::create(record.file());
  if (auto* error = std::get_if<dsp::wav_error>(&created)) {
    return {error->what, remedy_of(*error)};
  }
  at(line).record(std::get<dsp::wav_writer>(std::move(created)));
  return {};
}

phone_bank::fault phone_bank::act(const v1::Request& request) {
  const std::uint32_t line = request.line();
  switch (request.ask_case()) {
  case v1::Request::kOffHook:
    at(line).lift();
    return {};
  case v1::Request::kOnHook:
    at(line).hang_up();
    return {};
  case v1::Request::kFlash:
    return begin_flash(line, request.flash());
  case v1::Request::kDial:
    return begin_dialling(line, request.dial());
  case v1::Request::kPlay:
    return begin_playing(line, request.play());
  case v1::Request::kRecord:
    return begin_recording(line, request.record());
  default:
    return {};
  }
}

void phone_bank::submit(const v1::Request& request, const board_moment& now, reply_to to) {
  fault error = check_line(request);
  if (error.what.empty()) {
    error = act(request);
  }
  const std::uint32_t line = request.line();
  if (!error.what.empty()) {
    answer(to, request.has_all() ? 0 : line, error, now);
  } else if (request.has_dial() || request.has_flash()) {
    pending_.push_back({line, wait::keys_released, 0, never, std::move(to)});
  } else if (request.has_wait_for()) {
    const std::uint32_t ms = request.wait_for().timeout_ms();
    pending_.push_back({line, wait_of(request.wait_for().what()), ms,
                        now.frame + std::uint64_t{ms} * frames_per_ms, std::move(to)});
  } else {
    answer(to, request.has_all() ? 0 : line, {}, now);
  }
}

bool phone_bank::reached(const pending& waiting) const {
  const phone& phone = at(waiting.line);
  switch (waiting.until) {
  case wait::keys_released:
    return phone.keys_released();
  case wait::played:
    return !phone.playing();
  case wait::ringing:
    return phone.bell().ringing();
  case wait::silent:
    return phone.bell().silent();
  }
  return true;
}

void phone_bank::step(const board_moment& now) {
  std::list<pending> over;
  for (auto waiting = pending_.begin(); waiting != pending_.end();) {
    const auto next = std::next(waiting);
    if (now.frame >= waiting->give_up_at || reached(*waiting)) {
      over.splice(over.end(), pending_, waiting);
    }
    waiting = next;
  }
  for (const pending& waiting : over) {
    answer(waiting.to, waiting.line, verdict(waiting), now);
  }
}

phone_bank::fault phone_bank::verdict(const pending& waiting) const {
  if (waiting.until == wait::keys_released && !at(waiting.line).off_hook()) {
    return {line_name(waiting.line) + " went on-hook before its last key",
            "answer one client's dialling before another hangs up"};
  }
  if (reached(waiting)) {
    return {};
  }
  return {line_name(waiting.line) + unmet(waiting.until) + std::to_string(waiting.timeout_ms) +
              " ms of board time",
          "wait longer, or look at the calls: switchroom calls"};
}

void phone_bank::answer(const reply_to& to, std::uint32_t line, const fault& error,
                        const board_moment& now) const {
  v1::Reply reply;
  reply.set_error(error.what);
  reply.set_remedy(error.remedy);
  reply.set_frame(now.frame);
  reply.set_real_time_factor(now.real_time_factor);
  reply.set_at_s(now.at_s);
  const auto count = static_cast<std::uint32_t>(phones_.size());
  for (std::uint32_t each = 1; each <= count; ++each) {
    if (line == 0 || line == each) {
      describe(at(each), each, *reply.add_phones());
    }
  }
  to(reply);
}

} // namespace switchroom::sim
