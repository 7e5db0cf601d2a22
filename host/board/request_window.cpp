// SPDX-License-Identifier: MIT
#include "board/request_window.hpp"

#include <array>

namespace switchroom::board {

void request_window::restart() {
  queue_.clear();
  under_way_ = 0;
  tag_ = 0;
  went_back_ = false;
  repetitions_ = 0;
}

void request_window::restart_timer(instant now) {
  cells_ = 0;
  since_ = now;
}

void request_window::put(const request& r, std::uint8_t tag, encoder& link,
                         std::vector<std::uint8_t>& out) {
  std::array<std::uint8_t, largest_body> body;
  std::size_t size = 0;
  body[size++] = tag;
  for (unsigned shift = 0; shift < 24; shift += 8)
    body[size++] = static_cast<std::uint8_t>(r.address >> shift);
  if (!r.write)
    body[size++] = r.count;
  for (const std::uint32_t word : r.words)
    for (unsigned shift = 0; shift < 32; shift += 8)
      body[size++] = static_cast<std::uint8_t>(word >> shift);
  link.append(out, r.write ? regs::frame_type::write : regs::frame_type::read,
              std::span(body).first(size));
}

void request_window::send(encoder& link, std::vector<std::uint8_t>& out, instant now) {
  if (under_way_ == 0)
    restart_timer(now);
  while (under_way_ < queue_.size() && under_way_ < limits_.under_way) {
    put(queue_[under_way_], static_cast<std::uint8_t>(tag_ + under_way_), link, out);
    ++under_way_;
  }
}

bool request_window::answers_oldest(const frame& f, encoder& link, std::vector<std::uint8_t>& out,
                                    instant now) {
  const auto place = static_cast<std::uint8_t>(f.body[0] - tag_);
  const bool write = f.type == regs::frame_type::write_reply;
  if (place >= under_way_ || queue_[place].write != write) {
    ++figures_.stale_replies;
    return false;
  }
  const auto status = static_cast<regs::status>(f.body[1]);
  if (place > 0 || status == regs::status::out_of_order) {
    // An answer, or the request itself, was lost. Once is enough: what was sent before the
    // repetition is answered before it, and says the same again.
    ++figures_.stale_replies;
    if (!went_back_)
      go_back(link, out, now);
    return false;
  }
  if (!write && status == regs::status::ok && f.body.size() != 2 + 4u * queue_[0].count) {
    ++figures_.stale_replies;
    return false;
  }
  return true;
}

request request_window::pop(instant now) {
  request first = std::move(queue_.front());
  queue_.pop_front();
  --under_way_;
  ++tag_;
  ++figures_.requests;
  went_back_ = false;
  repetitions_ = 0;
  restart_timer(now);
  return first;
}

void request_window::go_back(encoder& link, std::vector<std::uint8_t>& out, instant now) {
  went_back_ = true;
  figures_.repeated += under_way_;
  for (std::size_t i = 0; i < under_way_; ++i)
    put(queue_[i], static_cast<std::uint8_t>(tag_ + i), link, out);
  restart_timer(now);
}

bool request_window::check(encoder& link, std::vector<std::uint8_t>& out, instant now) {
  if (under_way_ == 0 || (cells_ < limits_.cells && now - since_ < limits_.time))
    return true;
  if (repetitions_ == limits_.repetitions)
    return false;
  ++repetitions_;
  go_back(link, out, now);
  return true;
}

} // namespace switchroom::board
