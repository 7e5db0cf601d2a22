// SPDX-License-Identifier: MIT
#include "app/fabric_writer.hpp"
#include "exchange/echo_pool.hpp"
#include "types/overloaded.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <variant>

namespace switchroom::app {
namespace {

using fxs = regs::fxs_block;
using tone = regs::tone_block;
using dtmf = regs::dtmf_block;
using echo = regs::echo_block;
using answer_tone = regs::answer_tone_block;
using time_slots = regs::switch_block;
using meeting = regs::conference_block;
using gain = regs::gain_block;
using fxo = regs::fxo_block;

constexpr std::uint32_t dial_places = 32; ///< of digits, regs/fxo.toml
using e1 = regs::e1_block;
using hdlc = regs::hdlc_block;
using iom2 = regs::iom2_block;
using clock = regs::clock_block;

/// C/I codes downstream (the interface's specification, of line cards).
constexpr std::uint32_t activation_request = 8;

std::uint32_t factor(double db, double as_it_is = gain::output::reset) {
  return static_cast<std::uint32_t>(std::lround(as_it_is * std::pow(10, db / 20)));
}

} // namespace

// ---- a new board ---------------------------------------------------------------------------

register_writes fabric_writer::start(const board::capabilities& found) {
  board_ = found;
  line_control_.clear();
  exchange_places_.clear();
  level_gains_.clear();
  sources_.clear();
  waiting_.clear();
  silence();
  load(tone::type, tables_.segments);
  load(fxs::type, tables_.cadences);
  put_lines();
  put_exchange_lines();
  put_gains();
  put_spans();
  put_stations();
  put_clock();
  return finish();
}

void fabric_writer::silence() {
  for (std::uint32_t slot = 0; slot < board_.capacity<time_slots>(); ++slot)
    put<time_slots::connection>(slot, 0);
  is_connected_ = board_.capacity<time_slots>() > 0;
  for (std::uint32_t channel = 0; channel < board_.capacity<tone>(); ++channel)
    put<tone::channel_control>(channel, 0);
  for (std::uint32_t member = 0; member < board_.capacity<meeting>(); ++member)
    put<meeting::member>(member, 0);
  for (std::uint32_t line = 0; line < board_.capacity<fxs>(); ++line)
    put<fxs::line_control>(line, 0);
  for (std::uint32_t place = 0; place < board_.capacity<fxo>(); ++place)
    put<fxo::line_control>(place, 0);
}

/// A board that has been ours before may have gains of then.
void fabric_writer::put_gains() {
  for (std::uint32_t line = 0; line < board_.capacity<fxs>(); ++line)
    put_gain(line_id{line + 1});
}

/// The same words as before change nothing: a clock that follows goes on.
void fabric_writer::put_clock() {
  using reference = clock::reference_config;
  const auto count = board_.capacity<clock>();
  std::vector<std::uint32_t> words(count);
  std::uint32_t priority = 0;
  for (const unsigned wanted : clock_.references) {
    const auto place = count == 0 ? count : reference_place(wanted, count);
    if (place + (wanted != clock_settings::external) >= count)
      continue; // no such span
    const auto kind =
        wanted == clock_settings::external ? clock_.external_kind : regs::clock_kind::bit;
    words[place] = reference::enable::of(1) |
                   reference::kind::of(static_cast<std::uint32_t>(kind)) |
                   reference::priority::of(priority++);
  }
  for (std::uint32_t n = 0; n < count; ++n)
    put<reference>(n, words[n]);
  put<clock::hold_off_ms>(0, clock_.hold_off_ms);
  put<clock::restore_ms>(0, clock_.restore_ms);
  put<clock::limit>(0, static_cast<std::uint32_t>(
                           std::lround(clock_.limit_ppm * 8e-3 * board_.clocks_per_frame)));
  put<clock::control>(0, clock_.references.empty()
                             ? 0
                             : clock::control::enable::of(1) |
                                   clock::control::revertive::of(clock_.revertive));
}

void fabric_writer::put_gain(line_id line) {
  const double out_db = gain_of(line).out_db;
  put<gain::line_input>(line.value - 1, factor(whole_gain_in(line)));
  put<gain::output>(board_.first_slot<fxs>() + line.value - 1, factor(out_db));
}

/// Time slots with voice speak A-law, as between countries; the D channel goes through the switch
/// as it is, to its HDLC channel and back.
void fabric_writer::put_spans() {
  using slots = e1::slot_config;
  constexpr std::uint32_t slots_of_a_span = 32, signalling = 16, a_law = 1, clear = 3;
  for (std::uint32_t n = 0; n < board_.capacity<e1>(); ++n)
    put<e1::config>(n, 0);
  for (std::uint32_t n = 0; n < spans_.size(); ++n) {
    const auto& span = spans_[n];
    if (span.number > board_.capacity<e1>() || n >= board_.capacity<hdlc>())
      continue;
    const auto first = slots_of_a_span * (span.number - 1);
    for (std::uint32_t slot = 0; slot < slots_of_a_span; ++slot)
      put<slots>(first + slot, 0);
    for (const auto slot : span.channels)
      put<slots>(first + slot, slots::mode::of(a_law));
    put<slots>(first + signalling, slots::mode::of(clear));
    put<e1::config>(span.number - 1,
                    e1::config::enable::of(1) |
                        e1::config::crc4::of(static_cast<std::uint32_t>(span.check)));
    join_d_channel(board_.first_slot<e1>() + first + signalling, n);
  }
}

/// B channels speak A-law; D channels follow those of trunks. Layer 1 is asked to come up.
void fabric_writer::put_stations() {
  using station = iom2::station;
  constexpr std::uint32_t slots_of_a_station = 4, d = 2;
  const auto a_law = static_cast<std::uint32_t>(regs::iom2_mode::a_law);
  put<iom2::control>(0, iom2::control::enable::of(!stations_.empty()));
  for (std::uint32_t n = 0; n < stations_.size(); ++n) {
    const auto place = stations_[n] - 1;
    const auto channel = static_cast<std::uint32_t>(spans_.size()) + n;
    if (place >= board_.capacity<iom2>() || channel >= board_.capacity<hdlc>())
      continue;
    put<station>(place, station::b1::of(a_law) | station::b2::of(a_law) | station::d::of(1));
    put<iom2::command>(place, activation_request);
    join_d_channel(board_.first_slot<iom2>() + slots_of_a_station * place + d, channel);
  }
}

/// Both ways, as it is.
void fabric_writer::join_d_channel(std::uint32_t slot, std::uint32_t channel) {
  const slot_id here{static_cast<std::uint16_t>(slot)},
      there{static_cast<std::uint16_t>(board_.first_slot<hdlc>() + channel)};
  connect({here, there});
  connect({there, here});
}

void fabric_writer::set_gain(line_id line, line_gain wanted) {
  gains_[line] = wanted;
  if (has(line))
    put_gain(line);
}

line_gain fabric_writer::gain_of(line_id line) const {
  const auto found = gains_.find(line);
  return found == gains_.end() ? line_gain{} : found->second;
}

void fabric_writer::set_level_gain(line_id line, double db) {
  if (db == level_gain_of(line))
    return;
  level_gains_[line] = db;
  if (has(line))
    put_gain(line);
}

double fabric_writer::level_gain_of(line_id line) const {
  const auto found = level_gains_.find(line);
  return found == level_gains_.end() ? 0 : found->second;
}

/// As far as the fabric can.
double fabric_writer::whole_gain_in(line_id line) const {
  return std::min(gain_of(line).in_db + level_gain_of(line), most_gain_db);
}

/// No line's: one that the board does not have.
line_id fabric_writer::line_at(slot_id slot) const {
  return line_id{slot.value - board_.first_slot<fxs>() + 1};
}

double fabric_writer::gain_between(slot_id from, slot_id to) const {
  const line_id says = line_at(from), hears = line_at(to);
  return (has(says) ? whole_gain_in(says) : 0) + (has(hears) ? gain_of(hears).out_db : 0);
}

std::optional<slot_id> fabric_writer::source_of(slot_id slot) const {
  const auto found = sources_.find(slot);
  return found == sources_.end() ? std::nullopt : std::optional(found->second);
}

void fabric_writer::load(std::uint16_t block_type, const std::vector<table_word>& words) {
  if (const board::block* block = board_.find(block_type))
    for (const auto& word : words)
      waiting_.push_back({regs::address(block->index, word.offset), word.value});
}

void fabric_writer::put_lines() {
  std::vector<bool> is_used(board_.capacity<fxs>());
  for (const auto line : lines_)
    if (has(line))
      is_used[line.value - 1] = true;
  for (std::uint32_t n = 0; n < is_used.size(); ++n) {
    put<fxs::line_config>(n, fxs::line_config::mu_law::of(mu_law_) |
                                 fxs::line_config::enable::of(is_used[n]));
    if (n < board_.capacity<dtmf>())
      put<dtmf::channel_config>(n, dtmf::channel_config::enable::of(is_used[n]));
    put<echo::line>(n, 0);
    put<answer_tone::line_config>(n, 0);
  }
}

void fabric_writer::put_exchange_lines() {
  for (std::uint32_t place = 0; place < board_.capacity<fxo>(); ++place)
    put<fxo::line_config>(place, fxo::line_config::mu_law::of(mu_law_));
  for (const auto line : exchange_lines_)
    if (const auto place = exchange_place(line)) {
      put<fxo::line_config>(*place, fxo::line_config::mu_law::of(mu_law_) |
                                        fxo::line_config::enable::of(1));
      put<dtmf::channel_config>(line.value - 1, dtmf::channel_config::enable::of(1));
    }
}

/// Of a line of those that may lead to an exchange.
std::optional<std::uint32_t> fabric_writer::exchange_place(line_id line) const {
  const auto first = board_.first_slot<fxo>() - board_.first_slot<fxs>() + 1;
  const bool there = line.value >= first && line.value < first + board_.capacity<fxo>();
  return there ? std::optional(line.value - first) : std::nullopt;
}

void fabric_writer::put_exchange_line(std::uint32_t place) {
  const auto& line = exchange_places_[place];
  put<fxo::line_control>(place, fxo::line_control::close::of(line.closed) |
                                    fxo::line_control::dial_end::of(line.dial_end));
}

void fabric_writer::dial(std::uint32_t place, const std::string& digits) {
  auto& line = exchange_places_[place];
  for (const char digit : digits) {
    if (digit < '0' || digit > '9')
      continue;
    const auto pulses = static_cast<std::uint32_t>(digit == '0' ? 10 : digit - '0');
    auto& word = line.dial.at(line.dial_end / 8);
    const auto at = 4 * (line.dial_end % 8);
    word = (word & ~(0xfU << at)) | pulses << at;
    line.dial_end = (line.dial_end + 1) % dial_places;
  }
  for (std::uint32_t n = 0; n < line.dial.size(); ++n)
    put<fxo::dial>(4 * place + n, line.dial[n]);
  put_exchange_line(place);
}

// ---- one step --------------------------------------------------------------------------------

void fabric_writer::take(const exchange::action& action) {
  using line = fxs::line_control;
  std::visit(overloaded{
                 [&](const exchange::connect& what) { connect(what); },
                 [&](const exchange::play& what) { play(what); },
                 [&](const exchange::ring& what) {
                   const auto cadence = tables_.cadence.find(what.cadence);
                   const std::uint32_t number =
                       cadence == tables_.cadence.end() ? 0u : cadence->second;
                   control_line(what.line, line::ring::mask | line::cadence::mask,
                                what.on ? line::ring::of(1) | line::cadence::of(number) : 0);
                 },
                 [&](const exchange::reverse_battery& what) {
                   control_line(what.line, line::reverse::mask, line::reverse::of(what.on));
                 },
                 [&](const exchange::mute_digits& what) {
                   if (has(what.line) && what.line.value <= board_.capacity<dtmf>())
                     put<dtmf::channel_config>(what.line.value - 1,
                                               dtmf::channel_config::enable::of(1) |
                                                   dtmf::channel_config::mute::of(what.on));
                 },
                 [&](const exchange::cancel_echo& what) { cancel(what); },
                 [&](const exchange::loop& what) {
                   if (const auto place = exchange_place(what.line)) {
                     exchange_places_[*place].closed = what.closed;
                     put_exchange_line(*place);
                   }
                 },
                 [&](const exchange::dial_pulses& what) {
                   if (const auto place = exchange_place(what.line))
                     dial(*place, what.digits);
                 },
                 [&](const exchange::member_join& what) { join(what); },
                 [&](const exchange::member_leave& what) {
                   if (what.member.value < board_.capacity<meeting>())
                     put<meeting::member>(what.member.value, 0);
                 },
                 [](const auto&) {},
             },
             action);
}

void fabric_writer::cancel(const exchange::cancel_echo& what) {
  using word = echo::line;
  const unsigned places = what.tail_ms / exchange::echo_pool::ms_a_place;
  if (!has(what.line) || what.place + places > board_.capacity<echo>())
    return;
  std::uint32_t config = 0;
  if (places != 0) // 1, 2, 4, 8 places are 0, 1, 2, 3
    config = word::enable::of(1) | word::suppress::of(1) |
             word::tail::of(static_cast<std::uint32_t>(std::countr_zero(places))) |
             word::place::of(what.place);
  put<word>(what.line.value - 1, config);
  // A modem's tone has the canceller keep out of the way.
  put<answer_tone::line_config>(what.line.value - 1,
                                answer_tone::line_config::enable::of(what.tail_ms != 0));
}

void fabric_writer::connect(const exchange::connect& what) {
  using word = time_slots::connection;
  const std::uint32_t slots = board_.capacity<time_slots>();
  if (what.to.value >= slots || (what.from && what.from->value >= slots))
    return;
  put<word>(what.to.value,
            what.from ? word::source::of(what.from->value) | word::enable::of(1) : 0);
  is_connected_ = true;
  if (what.from)
    sources_.insert_or_assign(what.to, *what.from);
  else
    sources_.erase(what.to);
}

void fabric_writer::play(const exchange::play& what) {
  using word = tone::channel_control;
  if (what.channel.value >= board_.capacity<tone>())
    return;
  if (what.what == exchange::tone::test)
    return put<word>(what.channel.value,
                     word::segment::of(load_test_tone(what.channel, what.test)) | word::run::of(1) |
                         word::start::of(++start_));
  const auto program = tables_.first_segment.find(what.what);
  if (program == tables_.first_segment.end())
    put<word>(what.channel.value, 0);
  else
    put<word>(what.channel.value,
              word::segment::of(program->second) | word::run::of(1) | word::start::of(++start_));
}

/// Into a segment of the channel's own: those of the country are at the other end of the table.
std::uint8_t fabric_writer::load_test_tone(tone_channel channel, const exchange::sine& what) {
  const std::uint32_t segment = tone::segment_frequency::count - 1U - channel.value;
  put<tone::segment_frequency>(segment, tone::segment_frequency::a::of(turns_of(what.hz)));
  put<tone::segment_amplitude>(segment, tone::segment_amplitude::a::of(peak_of(what.dbm0)));
  put<tone::segment_timing>(segment, tone::segment_timing::next::of(segment)); // for ever
  put<tone::segment_third>(segment, 0);
  return static_cast<std::uint8_t>(segment);
}

void fabric_writer::join(const exchange::member_join& what) {
  using word = meeting::member;
  constexpr double as_it_is = 1024;
  if (what.member.value < board_.capacity<meeting>())
    put<word>(what.member.value,
              word::enable::of(1) | word::mute::of(what.muted) | word::bridge::of(what.bridge) |
                  word::says::of(factor(what.says_db, as_it_is)) |
                  word::hears::of(what.listens ? factor(what.hears_db, as_it_is) : 0));
}

bool fabric_writer::has(line_id line) const {
  return line.value >= 1 && line.value <= board_.capacity<fxs>();
}

void fabric_writer::control_line(line_id line, std::uint32_t mask, std::uint32_t bits) {
  if (!has(line))
    return;
  auto& word = line_control_[line];
  word = (word & ~mask) | bits;
  put<fxs::line_control>(line.value - 1, word);
}

register_writes fabric_writer::so_far() {
  return std::exchange(waiting_, {});
}

register_writes fabric_writer::finish() {
  if (std::exchange(is_connected_, false))
    put<time_slots::control>(0, time_slots::control::commit::of(1));
  return so_far();
}

} // namespace switchroom::app
