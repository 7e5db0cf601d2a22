// SPDX-License-Identifier: MIT
/// Golden model of rtl/top/fabric, the voice path and its registers, stepped once a frame: the
/// golden models of its blocks, joined. Hook supervision and the link's octets have models of their
/// own.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "golden/answer_tone.hpp"
#include "golden/board_port.hpp"
#include "golden/conference.hpp"
#include "golden/dtmf_detector.hpp"
#include "golden/echo_cancellers.hpp"
#include "golden/g711.hpp"
#include "golden/g726_channels.hpp"
#include "golden/gain_stage.hpp"
#include "golden/hdlc_channels.hpp"
#include "golden/level_meter.hpp"
#include "golden/time_slot_switch.hpp"
#include "golden/tone_generator.hpp"

namespace switchroom::golden {

/// Numbers of slots by kind, in the order in which they lie in the switch.
struct fabric_shape {
  unsigned slots = 328;
  unsigned lines = 32;
  unsigned fxo_lines = 2; ///< of them, the last: places for an exchange line, too
  unsigned tone_channels = 32;
  unsigned host_slots = 64;
  unsigned g726_channels = 64;
  unsigned members = 64; ///< of conferences
  unsigned spans = 1;    ///< have a model of their own, as the IOM-2 bus: they are silent here
  unsigned hdlc_channels = 8;
  unsigned echo_places = 32;
  unsigned level_window = 1024; ///< frames
  constexpr unsigned first_tone() const { return lines; }
  constexpr unsigned first_host() const { return lines + tone_channels; }
  constexpr unsigned first_g726() const { return first_host() + host_slots; }
  constexpr unsigned first_member() const { return first_g726() + g726_channels; }
  constexpr unsigned first_hdlc() const { return first_member() + members + 32 * spans; }
};

/// What enters in a frame.
struct fabric_input {
  std::vector<std::uint8_t> octets;                 ///< one a line, from its codec
  std::vector<std::optional<std::int16_t>> samples; ///< one a host slot; none: nothing has come
};

/// What leaves in a frame.
struct fabric_output {
  std::vector<std::uint8_t> octets;  ///< one a line, to its codec
  std::vector<std::int16_t> samples; ///< one a host slot, whether the host wants it or not
};

class fabric {
public:
  explicit fabric(fabric_shape shape)
      : shape_(shape), switch_(shape.slots), tones_(shape.tone_channels, shape.first_tone()),
        g726_(shape.g726_channels, shape.first_g726()),
        conferences_(shape.members, shape.first_member()),
        hdlc_(shape.hdlc_channels, shape.first_hdlc(), 128),
        echoes_(shape.lines, shape.echo_places), levels_(shape.slots, shape.level_window),
        digits_(shape.lines), answers_(shape.lines), gains_(shape.slots, shape.lines),
        lines_(shape.lines), exchange_lines_(shape.fxo_lines), host_enabled_(shape.host_slots),
        ingress_(shape.slots), egress_(shape.slots) {}

  /// One frame.
  fabric_output frame(const fabric_input& input) {
    for (unsigned slot = 0; slot < shape_.slots; ++slot)
      ingress_[slot] = source(input, slot);
    const std::vector raw(ingress_.begin(), ingress_.begin() + shape_.lines);
    std::vector<std::int16_t> said;
    for (unsigned n = 0; n < shape_.lines; ++n) {
      said.push_back(echoes_.said(n, ingress_[n], answers_.disables(n)));
      ingress_[n] = echoes_.left(n);
    }
    levels_.frame(ingress_);
    const std::vector heard(ingress_.begin(), ingress_.begin() + shape_.lines);
    for (unsigned n = 0; n < shape_.lines; ++n)
      ingress_[n] = digits_.muted(n, said[n]);
    digits_.frame(heard);
    gains_.ingress(ingress_);
    const auto switched = switch_.frame(ingress_);
    egress_.assign(switched.begin(), switched.end());
    gains_.egress(egress_);
    const std::span<const std::int16_t> egress = egress_;
    answers_.frame(raw, egress.first(shape_.lines));
    tones_.frame();
    g726_.frame(egress.subspan(shape_.first_g726(), shape_.g726_channels));
    conferences_.frame(egress.subspan(shape_.first_member(), shape_.members));
    hdlc_.frame(egress.subspan(shape_.first_hdlc(), shape_.hdlc_channels));
    fabric_output output;
    for (unsigned n = 0; n < shape_.lines; ++n) {
      output.octets.push_back(
          g711_encode(line_at(n).law, line_at(n).enable ? egress[n] : std::int16_t{0}));
      echoes_.heard(n, g711_decode(line_at(n).law, output.octets.back()));
    }
    echoes_.frame();
    const auto host = egress.subspan(shape_.first_host(), shape_.host_slots);
    output.samples.assign(host.begin(), host.end());
    return output;
  }

  /// A write that the board has executed in the frame just stepped, to the block of `type` in
  /// regs/. Blocks and words that do not belong to the voice path change nothing.
  void write(std::uint16_t type, std::uint16_t word, std::uint32_t value) {
    switch (type) {
    case regs::switch_block::type:
      write_switch(word, value);
      break;
    case regs::tone_block::type:
      tones_.write(word, value);
      break;
    case regs::g726_block::type:
      g726_.write(word, value);
      break;
    case regs::gain_block::type:
      gains_.write(word, value);
      break;
    case regs::echo_block::type:
      echoes_.write(word, value);
      break;
    case regs::conference_block::type:
      conferences_.write(word, value);
      break;
    case regs::hdlc_block::type:
      hdlc_.write(word, value);
      break;
    case regs::fxs_block::type:
      write_line(word, value);
      break;
    case regs::fxo_block::type:
      write_exchange_line(word, value);
      break;
    case regs::dtmf_block::type:
      digits_.write(word, value);
      break;
    case regs::answer_tone_block::type:
      answers_.write(word, value);
      break;
    case regs::link_block::type:
      write_link(word, value);
      break;
    default:
      break;
    }
  }

  const time_slot_switch& slots() const { return switch_; }
  const level_meter& levels() const { return levels_; }
  const answer_tone& answer_tones() const { return answers_; }
  bool host_slot_enabled(unsigned n) const { return host_enabled_[n]; }

private:
  struct line {
    g711_law law = g711_law::a;
    bool enable = false;
  };

  std::int16_t source(const fabric_input& input, unsigned slot) const {
    if (slot < shape_.lines)
      return line_at(slot).enable ? g711_decode(line_at(slot).law, input.octets[slot])
                                  : std::int16_t{0};
    if (slot < shape_.first_host())
      return tones_.sample(slot - shape_.first_tone());
    if (const unsigned n = slot - shape_.first_host(); n < shape_.host_slots)
      return host_enabled_[n] ? input.samples[n].value_or(0) : std::int16_t{0};
    if (const unsigned n = slot - shape_.first_g726(); n < shape_.g726_channels)
      return g726_.sample(n);
    if (const unsigned n = slot - shape_.first_member(); n < shape_.members)
      return conferences_.sample(n);
    const unsigned n = slot - shape_.first_hdlc();
    return n < shape_.hdlc_channels && hdlc_.speaks(n) ? hdlc_.sample(n) : std::int16_t{0};
  }

  /// A place that takes either kind of line speaks as the one that is enabled says.
  line line_at(unsigned n) const {
    const unsigned first = shape_.lines - shape_.fxo_lines;
    return n >= first && exchange_lines_[n - first].enable ? exchange_lines_[n - first] : lines_[n];
  }

  void write_switch(std::uint16_t word, std::uint32_t value) {
    using block = regs::switch_block;
    if (const int n = array_index<block::connection>(word, shape_.slots); n >= 0)
      switch_.write(static_cast<std::size_t>(n),
                    {block::connection::enable::get(value) != 0,
                     static_cast<std::uint16_t>(block::connection::source::get(value))});
    else if (word == block::control::offset && block::control::commit::get(value) != 0)
      switch_.commit();
  }
  void write_line(std::uint16_t word, std::uint32_t value) {
    using config = regs::fxs_block::line_config;
    if (const int n = array_index<config>(word, shape_.lines); n >= 0)
      lines_[static_cast<std::size_t>(n)] = {config::mu_law::get(value) != 0 ? g711_law::mu
                                                                             : g711_law::a,
                                             config::enable::get(value) != 0};
  }
  void write_exchange_line(std::uint16_t word, std::uint32_t value) {
    using config = regs::fxo_block::line_config;
    if (const int n = array_index<config>(word, shape_.fxo_lines); n >= 0)
      exchange_lines_[static_cast<std::size_t>(n)] = {config::mu_law::get(value) != 0 ? g711_law::mu
                                                                                      : g711_law::a,
                                                      config::enable::get(value) != 0};
  }
  void write_link(std::uint16_t word, std::uint32_t value) {
    using config = regs::link_block::slot_config;
    if (const int n = array_index<config>(word, shape_.host_slots); n >= 0)
      host_enabled_[static_cast<std::size_t>(n)] = config::enable::get(value) != 0;
  }

  fabric_shape shape_;
  time_slot_switch switch_;
  tone_generator tones_;
  g726_channels g726_;
  conference conferences_;
  hdlc_channels hdlc_;
  echo_cancellers echoes_;
  level_meter levels_;
  dtmf_detector digits_;
  answer_tone answers_;
  gain_stage gains_;
  std::vector<line> lines_, exchange_lines_;
  std::vector<bool> host_enabled_;
  std::vector<std::int16_t> ingress_, egress_;
};

} // namespace switchroom::golden
