// SPDX-License-Identifier: MIT
#include "link_bench.hpp"

#include <gtest/gtest.h>
#include <iterator>

namespace switchroom::test {

std::vector<octets> unstuffed(const octets& line) {
  std::vector<octets> frames;
  octets now;
  bool escaped = false;
  for (const std::uint8_t octet : line) {
    if (octet == 0x7d) {
      escaped = true;
    } else if (octet != 0x7e) {
      now.push_back(escaped ? octet ^ 0x20 : octet);
      escaped = false;
    } else if (!now.empty()) {
      boost::crc_32_type crc;
      crc.process_bytes(now.data(), now.size() - 4);
      std::uint32_t check = 0;
      for (unsigned i = 0; i < 4; ++i)
        check |= std::uint32_t{now[now.size() - 4 + i]} << 8 * i;
      EXPECT_EQ(check, crc.checksum());
      now.resize(now.size() - 4);
      frames.push_back(std::move(now));
      now.clear();
    }
  }
  EXPECT_TRUE(now.empty()) << "the line ends within a frame";
  return frames;
}

link_bench::link_bench(unsigned seed, unsigned clocks)
    : link_(seed), random_(seed), sleep_(seed), clocks_per_frame_(clocks), clock_(clocks - 1) {
  link_->link_tx_ready_i = 1;
  link_.reset();
}

std::uint8_t link_bench::execute(bool write, std::uint32_t address, std::uint32_t data) {
  accesses.push_back({write, address, data});
  const auto at = memory.find(address);
  if (at == memory.end())
    return static_cast<std::uint8_t>(regs::status::no_such_register);
  if (!write)
    link_->reg_rdata_i = at->second;
  else if (address >= read_only_from)
    return static_cast<std::uint8_t>(regs::status::read_only);
  else
    at->second = data;
  return static_cast<std::uint8_t>(regs::status::ok);
}

void link_bench::drive_bus() {
  const bool own = link_->reg_addr_o >> 16 == link_block;
  if (!csr_by_test_) {
    link_->csr_valid_i = link_->reg_valid_o && own;
    link_->csr_write_i = link_->reg_write_o;
    link_->csr_addr_i = static_cast<std::uint16_t>(link_->reg_addr_o);
    link_->csr_wdata_i = link_->reg_wdata_o;
  }
  if (own) {
    link_->reg_ack_i = link_->csr_ack_o;
    link_->reg_status_i = link_->csr_status_o;
    link_->reg_rdata_i = link_->csr_rdata_o;
    return;
  }
  link_->reg_ack_i = 0;
  if (!link_->reg_valid_o || bus_answering_) {
    bus_wait_ = 0;
    bus_answering_ = false;
  } else if (++bus_wait_ > bus_clocks) {
    link_->reg_status_i = execute(link_->reg_write_o, link_->reg_addr_o, link_->reg_wdata_o);
    link_->reg_ack_i = 1;
    bus_answering_ = true;
  }
}

/// A frame begins with its slots, as the fabric's: slot s is read in clock s and written three
/// later.
void link_bench::drive_slots() {
  const unsigned read = clock_ - first_slot, written = read - 3;
  link_->host_stb_i = read < host_slots;
  link_->egress_stb_i = written < host_slots && (link_->host_enable_o >> written & 1) != 0;
  if (link_->host_stb_i)
    link_->host_slot_i = static_cast<std::uint8_t>(read);
  if (link_->egress_stb_i) {
    link_->egress_host_slot_i = static_cast<std::uint8_t>(written);
    link_->egress_sample_i = egress(frame, written);
  }
}

void link_bench::run_clock() {
  clock_ = (clock_ + 1) % clocks_per_frame_;
  link_->frame_stb_i = clock_ == 0;
  if (clock_ == 0)
    ++frame;
  link_->frame_i = frame;
  drive_slots();
  drive_bus();
  link_->link_rx_valid_i = !to_board.empty() && random_() % 100 >= rx_idle_percent;
  link_->link_rx_i = to_board.empty() ? 0 : to_board.front();
  if (link_->link_rx_valid_i && link_->link_rx_ready_o)
    to_board.pop_front();
  link_->link_tx_ready_i = random_() % 100 >= tx_stall_percent;
  if (link_->link_tx_valid_o && link_->link_tx_ready_i)
    from_board.push_back(link_->link_tx_o);
  link_->event_valid_i = !events.empty();
  if (!events.empty()) {
    link_->event_kind_i = events.front().kind;
    link_->event_index_i = events.front().index;
    link_->event_data_i = events.front().data;
    events.pop_front();
  }
  link_->eval(); // awake_o depends on inputs
  // Asleep it gets half of its clocks only, so that every test proves that it misses nothing.
  const bool sleeps = !link_->awake_o && !link_->link_rx_valid_i && random_() % 2 == 0;
  const bool requests_sleep = !link_->request_awake_o && sleep_() % 2 == 0;
  link_.clock(sleeps, requests_sleep);
  if (link_->host_stb_i)
    played[link_->host_slot_i] = link_->host_sample_o;
}

void link_bench::run_frames(unsigned frames) {
  for (unsigned n = 0; n < frames * clocks_per_frame_; ++n)
    run_clock();
}

void link_bench::finish_frame() {
  while (clock_ != clocks_per_frame_ - 1)
    run_clock();
}

std::vector<octets> link_bench::take_frames() {
  // A frame that is still being sent stays for the next call.
  octets whole;
  const auto last = std::find(from_board.rbegin(), from_board.rend(), 0x7e).base();
  whole.assign(from_board.begin(), last);
  from_board.erase(from_board.begin(), last);
  return unstuffed(whole);
}

std::vector<octets> link_bench::take_answers() {
  auto frames = take_frames();
  std::erase_if(frames, [](const octets& f) {
    return f[0] == static_cast<std::uint8_t>(regs::frame_type::board_cell);
  });
  return frames;
}

std::uint32_t link_bench::link_register(std::uint16_t offset) {
  csr_by_test_ = true;
  link_->csr_valid_i = 1;
  link_->csr_write_i = 0;
  link_->csr_addr_i = offset;
  do
    run_clock();
  while (!link_->csr_ack_o);
  const std::uint32_t word = link_->csr_rdata_o;
  run_clock();
  link_->csr_valid_i = 0;
  csr_by_test_ = false;
  return word;
}

void link_bench::enable(unsigned slot, bool on) {
  csr_by_test_ = true;
  link_->csr_valid_i = 1;
  link_->csr_write_i = 1;
  link_->csr_addr_i = static_cast<std::uint16_t>(regs::link_block::slot_config::offset + slot);
  link_->csr_wdata_i = on;
  do
    run_clock();
  while (!link_->csr_ack_o);
  run_clock();
  link_->csr_valid_i = 0;
  csr_by_test_ = false;
}

} // namespace switchroom::test
