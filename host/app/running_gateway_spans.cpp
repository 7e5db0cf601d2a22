// SPDX-License-Identifier: MIT
// Spans of trunks: their alarms, and the frames of their D channels, which pass between the board
// and isdn-edge. D channel n of isdn.proto, from 1, has HDLC channel n − 1.
#include "app/running_gateway.hpp"

#include <spdlog/spdlog.h>

#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

using span_status = regs::e1_block::status;

/// Why nothing can be said over a span; empty: it can.
refusal trouble_of(std::uint32_t word) {
  if (span_status::los::get(word))
    return {"there is no signal", "Is the cable in, and is the other exchange on? Receive and "
                                  "transmit pairs may be crossed."};
  if (span_status::ais::get(word))
    return {"the far end sends nothing but ones (AIS)",
            "Something between here and the other exchange has lost its signal: ask who runs it."};
  if (span_status::lof::get(word))
    return {"what is received has no frames",
            "Is it an E1 of 2,048 kbit/s? Does the far end send CRC-4 as `crc4` of the [[trunk]] "
            "says?"};
  if (span_status::rai::get(word))
    return {"the far end does not understand what is sent (RAI)",
            "Is the transmit pair in order? Does the far end expect CRC-4 as `crc4` of the "
            "[[trunk]] says?"};
  return {};
}

} // namespace

void running_gateway::open_d_channels() {
  media::hdlc_settings of_station;
  of_station.bits = 2;
  of_station.idle_ones = true; // I.430, 6.1.1
  for (std::size_t n = 0; n < d_channels(); ++n)
    around_.open_hdlc(static_cast<std::uint8_t>(n), n < exchange::digital_trunks(config_.exchange)
                                                        ? media::hdlc_settings{}
                                                        : of_station);
}

std::size_t running_gateway::d_channels() const {
  return static_cast<std::size_t>(config_.d_channels.channels_size());
}

/// Alarms that stood before the board was up were told to nobody.
void running_gateway::find_span_alarms() {
  read_words(regs::e1_block::type, span_status::offset, board_->capacity<regs::e1_block>(),
             [this](const words& found) {
               for (unsigned span = 0; span < found.size(); ++span)
                 on_span(span, found[span]);
             });
}

void running_gateway::find_stations() {
  using indication = regs::iom2_block::indication;
  read_words(regs::iom2_block::type, indication::offset, board_->capacity<regs::iom2_block>(),
             [this](const words& found) {
               for (unsigned place = 0; place < found.size(); ++place)
                 on_station(place, found[place]);
             });
}

/// `place` at the bus, from 0.
void running_gateway::on_station(unsigned place, std::uint32_t indication) {
  constexpr std::uint32_t activated = 12; // C/I upstream: AI
  for (std::size_t n = 0; n < config_.stations.size(); ++n)
    if (config_.stations[n] == place + 1)
      set_carrier(config_.exchange.trunks.size() + n, indication == activated);
}

/// `span` from 0.
void running_gateway::on_span(unsigned span, std::uint32_t word) {
  for (std::size_t n = 0; n < exchange::digital_trunks(config_.exchange); ++n) {
    const auto& trunk = config_.exchange.trunks[n];
    if (trunk.span != span + 1)
      continue;
    const auto trouble = trouble_of(word);
    set_carrier(n, trouble.what.empty());
    tell_of_reference(trunk.span);
    step(exchange::span_state{n, trouble});
  }
}

void running_gateway::set_carrier(std::size_t d_channel, bool there) {
  carriers_.resize(d_channels());
  carriers_[d_channel] = there;
  tell_carrier(d_channel);
}

void running_gateway::tell_carriers() {
  for (std::size_t n = 0; n < d_channels(); ++n)
    tell_carrier(n);
}

void running_gateway::tell_carrier(std::size_t d_channel) {
  isdn::v1::ToEdge message;
  message.mutable_line()->set_channel(static_cast<std::uint32_t>(d_channel) + 1);
  message.mutable_line()->set_up(d_channel < carriers_.size() && carriers_[d_channel]);
  around_.send(message);
}

void running_gateway::on_frame(const media::hdlc_frame& come) {
  isdn::v1::ToEdge message;
  auto& frame = *message.mutable_frame();
  frame.set_channel(come.channel + 1u);
  frame.set_octets(come.octets.data(), come.octets.size());
  around_.send(message);
}

void running_gateway::on_isdn(std::vector<isdn::v1::FromEdge> batch) {
  watch();
  for (auto& message : batch) {
    if (message.has_frame()) {
      const auto& frame = message.frame();
      if (frame.channel() >= 1 && frame.channel() <= d_channels())
        around_.send_frame({static_cast<std::uint8_t>(frame.channel() - 1),
                            {frame.octets().begin(), frame.octets().end()}});
      continue;
    }
    if (message.has_ready()) // it begins with all lines down
      tell_carriers();
    hand_in(exchange::isdn_message{std::move(message)});
  }
  look_around();
}

void running_gateway::on_isdn_down(const std::string& why) {
  spdlog::warn("isdn-edge {}", why);
  step(exchange::isdn_down{why});
}

// ---- operators ----------------------------------------------------------------------------------

/// With what the board counts of each span.
void running_gateway::report_trunks(control::v1::Reply reply, const control::answer& to) {
  const std::size_t spans = board_ ? board_->capacity<regs::e1_block>() : 0;
  using counters = regs::e1_block;
  read_words(counters::type, span_status::offset, spans, [=, this](words alarms) mutable {
    constexpr std::uint32_t first = counters::code_violations::offset,
                            last = counters::skips::offset + counters::skips::count;
    read_words(counters::type, first, spans == 0 ? 0 : last - first,
               [=](const words& counted) mutable {
                 const auto count = [&](std::uint32_t offset, std::uint32_t span) {
                   const auto at = offset - first + span;
                   return at < counted.size() ? counted[at] : 0;
                 };
                 for (auto& trunk : *reply.mutable_trunks()->mutable_trunks()) {
                   const auto span = trunk.span() - 1;
                   if (span >= alarms.size())
                     continue;
                   trunk.set_carrier(trouble_of(alarms[span]).what);
                   trunk.set_without_crc4(span_status::without_crc4::get(alarms[span]));
                   trunk.set_code_violations(count(counters::code_violations::offset, span));
                   trunk.set_frame_errors(count(counters::fas_errors::offset, span));
                   trunk.set_crc_errors(count(counters::crc_errors::offset, span));
                   trunk.set_far_crc_errors(count(counters::e_bits::offset, span));
                   trunk.set_alignments(count(counters::alignments::offset, span));
                   trunk.set_slips(count(counters::repeats::offset, span) +
                                   count(counters::skips::offset, span));
                 }
                 to(reply);
               });
  });
}

} // namespace switchroom::app
