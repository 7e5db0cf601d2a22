// SPDX-License-Identifier: MIT
#include "board/client.hpp"

namespace switchroom::board {
namespace {
constexpr std::size_t words_a_request = 32;
}

void actions::clear() {
  octets.clear();
  list.clear();
  samples.clear();
  words.clear();
}

client::client(client_settings settings)
    : settings_(std::move(settings)), window_(settings_.window), discovery_(settings_.name) {}

void client::connected(instant now, actions& todo) {
  now_ = now;
  state_ = state::greeting;
  decoder_.restart();
  window_.restart();
  hellos_ = 0;
  last_heard_ = now;
  say_hello(todo);
}

void client::disconnected(instant now, actions& todo) {
  now_ = now;
  if (state_ != state::idle)
    go_down(down_reason::disconnected,
            {settings_.name + ": the link to the board was cut.",
             "Check that the board (or switchroom-board) runs; the host connects again by itself."},
            todo);
}

void client::go_down(down_reason reason, refusal why, actions& todo) {
  state_ = state::idle;
  window_.restart();
  todo.list.emplace_back(down{reason, std::move(why)});
}

void client::say_hello(actions& todo) {
  const auto version = static_cast<std::uint8_t>(regs::protocol::version);
  encoder_.append(todo.octets, regs::frame_type::hello, std::span(&version, 1));
  ++hellos_;
  last_hello_ = now_;
  last_event_ = 0;
}

void client::tick(instant now, actions& todo) {
  now_ = now;
  if (state_ == state::idle)
    return;
  if (state_ == state::greeting) {
    if (now - last_hello_ < settings_.hello_time)
      return;
    if (hellos_ < settings_.hellos)
      return say_hello(todo);
    return go_down(down_reason::no_hello,
                   {settings_.name + ": nobody answers on the link to the board.",
                    "Check the link address, the cable and the speed, and that the board runs."},
                   todo);
  }
  if (now - last_heard_ >= settings_.silence)
    return go_down(down_reason::silent,
                   {settings_.name + ": the board has stopped sending frames.",
                    "Check the board's power and clock, or whether switchroom-board is stopped."},
                   todo);
  check_requests(todo);
}

void client::check_requests(actions& todo) {
  if (!window_.check(encoder_, todo.octets, now_))
    go_down(down_reason::unanswered,
            {settings_.name + ": the board sends frames but does not answer register requests.",
             "The link loses what the host sends: check the cable; see the link's counters."},
            todo);
}

void client::received(std::span<const std::uint8_t> octets, instant now, actions& todo) {
  now_ = now;
  decoder_.push(octets, [&](const frame& f) { on_frame(f, todo); });
}

void client::on_frame(const frame& f, actions& todo) {
  if (state_ == state::idle)
    return;
  switch (f.type) {
  case regs::frame_type::hello_reply:
    return on_hello_reply(f, todo);
  case regs::frame_type::read_reply:
  case regs::frame_type::write_reply:
    return on_reply(f, todo);
  case regs::frame_type::board_cell:
    return on_cell(f, todo);
  case regs::frame_type::event:
    return on_event(f, todo);
  default:
    return; // the decoder lets no other type of the board's through
  }
}

void client::on_hello_reply(const frame& f, actions& todo) {
  // A second one answers a hello that was repeated too early. The board executed it before
  // anything that was sent after the first answer, so nothing is lost by ignoring it.
  if (state_ != state::greeting)
    return;
  if (auto why = check_protocol(settings_.name, f.body[0]))
    return go_down(down_reason::refused, *std::move(why), todo);
  state_ = state::discovering;
  last_heard_ = now_;
  last_frame_.reset();
  last_event_ = 0;
  window_.restart();
  status_ = regs::status::ok;
  read_words_.clear();
  ask(discovery_.begin(), todo);
}

void client::ask(const std::vector<discovery::question>& questions, actions& todo) {
  for (const auto& q : questions)
    window_.add({ticket::none, false, true, q.address, q.count, {}});
  window_.send(encoder_, todo.octets, now_);
}

void client::on_reply(const frame& f, actions& todo) {
  if (state_ == state::greeting)
    return; // to the conversation before
  window_.reply(f, encoder_, todo.octets, now_, [&](const request_window::answer& a) {
    for (std::size_t i = 0; i + 4 <= a.data.size(); i += 4)
      read_words_.push_back(little_endian(a.data.subspan(i, 4)));
    if (status_ == regs::status::ok)
      status_ = a.status;
    if (!a.asked.last)
      return;
    if (state_ == state::discovering)
      on_discovered(a, todo);
    else
      on_answer(a, todo);
    status_ = regs::status::ok;
    read_words_.clear();
  });
}

void client::on_discovered(const request_window::answer&, actions& todo) {
  const auto next = discovery_.answered(status_, read_words_);
  if (!next)
    return go_down(down_reason::refused, next.error(), todo);
  ask(*next, todo);
  if (discovery_.complete()) {
    state_ = state::up;
    todo.list.emplace_back(up{});
  }
}

void client::on_answer(const request_window::answer& a, actions& todo) {
  todo.list.emplace_back(answer{a.asked.id, status_, todo.words.size(), read_words_.size()});
  todo.words.insert(todo.words.end(), read_words_.begin(), read_words_.end());
}

void client::on_cell(const frame& f, actions& todo) {
  const std::uint32_t number = little_endian(f.body.first(4));
  last_heard_ = now_;
  ++figures_.cells;
  if (state_ != state::greeting && last_frame_) {
    const std::uint32_t step = number - *last_frame_;
    if (step == 0 || step >= 0x80000000u)
      return go_down(down_reason::board_restarted,
                     {settings_.name + ": the board has restarted.",
                      "The host sets it up again when it connects; see the board's own log."},
                     todo);
    figures_.cells_lost += step - 1;
  }
  last_frame_ = number;
  window_.cell();
  check_requests(todo);
  if (state_ != state::up) {
    if (state_ != state::idle)
      encoder_.append_cell(todo.octets, number + 1, 0, {});
    return;
  }
  cell begun{number, todo.samples.size(), 0};
  for (std::size_t i = 4; i + 3 <= f.body.size(); i += 3) {
    const auto bits = static_cast<std::uint16_t>(little_endian(f.body.subspan(i + 1, 2)));
    todo.samples.push_back({f.body[i], static_cast<std::int16_t>(bits)});
    ++begun.samples;
  }
  todo.list.emplace_back(begun);
}

void client::on_event(const frame& f, actions& todo) {
  // Until the board is known there is nobody to tell. Not acknowledged, it comes again.
  if (state_ != state::up || f.body[0] == 0)
    return;
  const std::uint8_t number = f.body[0];
  if (number == last_event_) {
    ++figures_.events_repeated;
    return;
  }
  if (number != (last_event_ == 255 ? 1 : last_event_ + 1))
    ++figures_.event_gaps;
  last_event_ = number;
  ++figures_.events;
  todo.list.emplace_back(event{little_endian(f.body.subspan(1, 4)),
                               static_cast<regs::event_kind>(f.body[5]), f.body[6],
                               static_cast<std::uint16_t>(little_endian(f.body.subspan(7, 2)))});
}

ticket client::next_ticket() {
  if (++last_ticket_ == 0)
    ++last_ticket_;
  return ticket{last_ticket_};
}

ticket client::write(std::uint32_t address, std::span<const std::uint32_t> words, actions& todo) {
  if (state_ != state::up || words.empty())
    return ticket::none;
  const ticket id = next_ticket();
  for (std::size_t at = 0; at < words.size(); at += words_a_request) {
    const auto part = words.subspan(at, std::min(words_a_request, words.size() - at));
    window_.add({id,
                 true,
                 at + part.size() == words.size(),
                 address + static_cast<std::uint32_t>(at),
                 static_cast<std::uint8_t>(part.size()),
                 {part.begin(), part.end()}});
  }
  window_.send(encoder_, todo.octets, now_);
  return id;
}

ticket client::read(std::uint32_t address, std::size_t count, actions& todo) {
  if (state_ != state::up || count == 0)
    return ticket::none;
  const ticket id = next_ticket();
  for (std::size_t at = 0; at < count; at += words_a_request) {
    const std::size_t part = std::min(words_a_request, count - at);
    window_.add({id,
                 false,
                 at + part == count,
                 address + static_cast<std::uint32_t>(at),
                 static_cast<std::uint8_t>(part),
                 {}});
  }
  window_.send(encoder_, todo.octets, now_);
  return id;
}

void client::send_cell(std::uint32_t frame, std::span<const sample> samples, actions& todo) {
  if (state_ == state::up)
    encoder_.append_cell(todo.octets, frame, last_event_, samples);
}

} // namespace switchroom::board
