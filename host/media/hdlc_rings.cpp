// SPDX-License-Identifier: MIT
#include "media/hdlc_rings.hpp"

#include <algorithm>
#include <bit>

namespace switchroom::media {
namespace {

constexpr std::uint32_t most_words = 32; ///< of one request
constexpr duration look_every{1'000'000};

std::uint32_t words_for(std::size_t octets) {
  return static_cast<std::uint32_t>((octets + 3) / 4);
}

} // namespace

// ---- the board -------------------------------------------------------------------------------

void hdlc_rings::up(const board::capabilities& board) {
  down();
  const board::block* found = board.find(block::type);
  if (found == nullptr)
    return;
  index_ = found->index;
  ports_.read(address<block::ring_words>(0), 1,
              [this, life = board_life_, capacity = found->capacity](result<words> got) {
                if (life != board_life_ || !got || got->size() != 1)
                  return;
                const std::uint32_t ring = got->front();
                if (!std::has_single_bit(ring) || ring < 4 || ring > 256)
                  return; // no ring that this host knows
                ring_words_ = ring;
                capacity_ = std::min<std::uint32_t>(capacity, block::channel::count);
                for (std::uint8_t n = 0; n < capacity_; ++n)
                  if (channels_[n].settings)
                    begin(n);
              });
}

void hdlc_rings::down() {
  ++board_life_;
  capacity_ = ring_words_ = 0;
  for (auto& c : channels_)
    stop(c);
}

void hdlc_rings::stop(channel& c) {
  figures_.dropped += c.waiting.size();
  channel fresh;
  fresh.settings = c.settings;
  fresh.life = c.life + 1;
  c = std::move(fresh);
}

void hdlc_rings::begin(std::uint8_t number) {
  using config = block::channel;
  auto& c = channels_[number];
  stop(c);
  // While it is not enabled all its pointers are 0.
  const std::uint32_t word = config::enable::of(1) | config::bits::of(c.settings->bits - 1u) |
                             config::idle_ones::of(c.settings->idle_ones) |
                             config::mark::of(c.life) | config::most::of(c.settings->most_octets);
  const std::array<register_write, 2> both{
      {{address<config>(number), 0}, {address<config>(number), word}}};
  ports_.write(both);
  c.runs = true;
  c.is_told = true;
}

void hdlc_rings::open(std::uint8_t number, const hdlc_settings& settings) {
  if (number >= channels_.size())
    return;
  channels_[number].settings = settings;
  if (number < capacity_)
    begin(number);
}

void hdlc_rings::close(std::uint8_t number) {
  if (number >= channels_.size() || !channels_[number].settings)
    return;
  stop(channels_[number]);
  channels_[number].settings.reset();
  if (number < capacity_) {
    const register_write off{address<block::channel>(number), 0};
    ports_.write(std::span(&off, 1));
  }
}

bool hdlc_rings::take(const board::event& e) {
  if (e.kind != regs::event_kind::hdlc_received && e.kind != regs::event_kind::hdlc_sent)
    return false;
  constexpr unsigned mark_at = 13; // of the data; below is a pointer
  if (e.index >= capacity_ || !channels_[e.index].runs ||
      block::channel::mark::of(e.data >> mark_at) !=
          block::channel::mark::of(channels_[e.index].life))
    return true;
  const std::uint32_t pointer = e.data % (2 * ring_words_);
  if (e.kind == regs::event_kind::hdlc_received) {
    there_is(e.index, pointer);
  } else {
    channels_[e.index].is_told = false;
    was_sent(e.index, pointer);
  }
  return true;
}

void hdlc_rings::tick(instant now) {
  if (now - looked_ < look_every)
    return;
  looked_ = now;
  for (std::uint8_t n = 0; n < capacity_; ++n)
    if (channels_[n].runs)
      look(n);
}

void hdlc_rings::look(std::uint8_t number) {
  const auto ask = [&](std::uint32_t where, auto then) {
    ports_.read(where, 1, [this, number, then, life = channels_[number].life](result<words> got) {
      if (life == channels_[number].life && got && got->size() == 1)
        (this->*then)(number, got->front());
    });
  };
  ask(address<block::receive_head>(number), &hdlc_rings::there_is);
  ask(address<block::transmit_tail>(number), &hdlc_rings::was_sent);
}

// ---- received --------------------------------------------------------------------------------

void hdlc_rings::there_is(std::uint8_t number, std::uint32_t head) {
  auto& c = channels_[number];
  const std::uint32_t unread = between(c.receive_tail, head);
  // What is told late may be behind what was read since.
  if (c.reading || unread == 0 || unread > ring_words_)
    return;
  c.reading = true;
  c.receive_head = head;
  c.read.clear();
  for (std::uint32_t at = c.receive_tail; at != head;) {
    const std::uint32_t place = at % ring_words_;
    const std::uint32_t count = std::min({most_words, ring_words_ - place, between(at, head)});
    at = after(at, count);
    ports_.read(address<block::receive_ring>(256u * number + place),
                static_cast<std::uint8_t>(count), [this, number, life = c.life](result<words> got) {
                  if (life == channels_[number].life)
                    has_read(number, std::move(got));
                });
  }
}

void hdlc_rings::has_read(std::uint8_t number, result<words> got) {
  auto& c = channels_[number];
  if (!got) { // the board is there, but has no such ring
    ++figures_.malformed;
    begin(number);
    return;
  }
  c.read.insert(c.read.end(), got->begin(), got->end());
  if (c.read.size() < between(c.receive_tail, c.receive_head))
    return;
  c.receive_tail = c.receive_head;
  const register_write tail{address<block::receive_tail>(number), c.receive_tail};
  ports_.write(std::span(&tail, 1));
  c.reading = false;
  hand_on(number);
}

void hdlc_rings::hand_on(std::uint8_t number) {
  // Whoever is told may close the channel, or open it again.
  const words read = std::move(channels_[number].read);
  const std::uint32_t life = channels_[number].life;
  for (std::size_t at = 0; at < read.size() && life == channels_[number].life;) {
    const std::uint32_t octets = read[at];
    if (octets == 0 || words_for(octets) > read.size() - at - 1) {
      ++figures_.malformed;
      begin(number);
      return;
    }
    hdlc_frame frame{number, {}};
    frame.octets.reserve(octets);
    for (std::uint32_t n = 0; n < octets; ++n)
      frame.octets.push_back(static_cast<std::uint8_t>(read[at + 1 + n / 4] >> 8 * (n % 4)));
    at += 1 + words_for(octets);
    ++figures_.received;
    ports_.received(frame);
  }
}

// ---- to be sent ------------------------------------------------------------------------------

void hdlc_rings::send(const hdlc_frame& frame) {
  if (frame.channel >= capacity_ || !channels_[frame.channel].runs || frame.octets.empty() ||
      words_for(frame.octets.size()) >= ring_words_ ||
      channels_[frame.channel].waiting.size() >= most_waiting) {
    ++figures_.dropped;
    return;
  }
  channels_[frame.channel].waiting.push_back(frame.octets);
  fill(frame.channel);
}

void hdlc_rings::was_sent(std::uint8_t number, std::uint32_t tail) {
  auto& c = channels_[number];
  // What is told late may be behind what is known.
  if (between(tail, c.transmit_head) <= between(c.transmit_tail, c.transmit_head))
    c.transmit_tail = tail % (2 * ring_words_);
  fill(number);
}

void hdlc_rings::fill(std::uint8_t number) {
  auto& c = channels_[number];
  std::vector<register_write> writes;
  const auto fits = [&] {
    return between(c.transmit_tail, c.transmit_head) + 1 + words_for(c.waiting.front().size()) <=
           ring_words_;
  };
  while (!c.waiting.empty() && fits()) {
    put(number, c.waiting.front(), writes);
    c.waiting.pop_front();
    ++figures_.sent;
  }
  // Something waits for room, but the board has told once already: it is asked to tell again, and
  // in case that all has been sent by then, it is looked at.
  const bool ask = writes.empty() && !c.waiting.empty() && !c.is_told;
  if (writes.empty() && !ask)
    return;
  writes.push_back({address<block::transmit_head>(number), c.transmit_head});
  c.is_told = true;
  ports_.write(writes);
  if (ask)
    look(number);
}

void hdlc_rings::put(std::uint8_t number, const std::vector<std::uint8_t>& frame,
                     std::vector<register_write>& out) {
  auto& c = channels_[number];
  const auto add = [&](std::uint32_t word) {
    out.push_back(
        {address<block::transmit_ring>(256u * number + c.transmit_head % ring_words_), word});
    c.transmit_head = after(c.transmit_head, 1);
  };
  add(static_cast<std::uint32_t>(frame.size()));
  for (std::size_t n = 0; n < frame.size(); n += 4) {
    std::uint32_t four = 0;
    for (std::size_t k = 0; k < std::min<std::size_t>(4, frame.size() - n); ++k)
      four |= std::uint32_t{frame[n + k]} << 8 * k;
    add(four);
  }
}

} // namespace switchroom::media
