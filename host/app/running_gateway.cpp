// SPDX-License-Identifier: MIT
#include "app/running_gateway.hpp"
#include "types/overloaded.hpp"

#include <spdlog/spdlog.h>

#include <cmath>
#include <cstring>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

std::vector<line_id> lines_of(const exchange::settings& settings) {
  std::vector<line_id> lines;
  for (const auto& line : settings.lines)
    if (!line.on_edge)
      lines.push_back(line.line);
  return lines;
}

std::vector<line_id> exchange_lines_of(const exchange::settings& settings) {
  std::vector<line_id> lines;
  for (const auto& trunk : settings.trunks)
    if (trunk.analog)
      for (const auto channel : trunk.channels)
        lines.push_back(line_id{channel});
  return lines;
}

/// Of a line to an exchange: its events count from the first of those.
std::optional<exchange::signal> exchange_signal_of(std::uint8_t kind) {
  switch (static_cast<regs::event_kind>(kind)) {
  case regs::event_kind::line_rings:
    return exchange::signal::line_rings;
  case regs::event_kind::line_silent:
    return exchange::signal::line_silent;
  case regs::event_kind::polarity:
    return exchange::signal::polarity;
  case regs::event_kind::line_seized:
    return exchange::signal::line_seized;
  case regs::event_kind::line_dead:
    return exchange::signal::line_dead;
  case regs::event_kind::line_lost:
    return exchange::signal::line_lost;
  case regs::event_kind::line_dialled:
    return exchange::signal::line_dialled;
  default:
    return std::nullopt;
  }
}

std::optional<exchange::signal> signal_of(std::uint8_t kind) {
  switch (static_cast<regs::event_kind>(kind)) {
  case regs::event_kind::off_hook:
    return exchange::signal::off_hook;
  case regs::event_kind::on_hook:
    return exchange::signal::on_hook;
  case regs::event_kind::flash:
    return exchange::signal::flash;
  case regs::event_kind::pulse_digit:
    return exchange::signal::pulse_digit;
  case regs::event_kind::ring_trip:
    return exchange::signal::ring_trip;
  case regs::event_kind::dtmf_on:
    return exchange::signal::dtmf_on;
  case regs::event_kind::dtmf_off:
    return exchange::signal::dtmf_off;
  default:
    return std::nullopt; // tone_done: the exchange lets its tones run for ever or end by timer
  }
}

/// What exchange::wall_clock wants.
double origin_of(const store::moment& now) {
  return std::chrono::duration<double>(now.calendar.time_since_epoch()).count() -
         std::chrono::duration<double>(now.machine.time_since_epoch()).count();
}

/// So long after a board is up the voice thread has told of its frames for certain.
constexpr auto frames_are_known = std::chrono::seconds(1);
constexpr double clock_tolerance_s = 0.5; // hours of time profiles begin with a minute

} // namespace

// ---- start -----------------------------------------------------------------------------------

result<std::unique_ptr<running_gateway>> running_gateway::open(configuration config,
                                                               surroundings& around) {
  const store::moment started = around.now();
  const auto random = around.draw();
  std::memcpy(&config.exchange.boot, random.data(), sizeof config.exchange.boot);
  if (config.voice.protect) {
    const auto secret = around.draw();
    config.exchange.media_secret.assign(secret.begin(), secret.end());
  }
  config.exchange.clock_origin_s = origin_of(started);
  for (auto& line : config.exchange.lines)
    line.display.first_pause = tables_of(config.exchange.locale).first_pause;
  auto opened = store::database::open(config.database);
  if (const auto* why = std::get_if<store::failure>(&opened))
    return why->why;
  auto& database = std::get<store::database>(opened);
  auto stored = database.load(started);
  if (const auto* why = std::get_if<store::failure>(&stored))
    return why->why;
  auto messages = database.load_messages();
  if (const auto* why = std::get_if<store::failure>(&messages))
    return why->why;
  auto standing = database.load_standing();
  if (const auto* why = std::get_if<store::failure>(&standing))
    return why->why;
  return std::make_unique<running_gateway>(
      std::move(config), around, std::move(database), std::get<desks::stored>(std::move(stored)),
      std::get<voicemail::stored>(std::move(messages)),
      std::get<standing::v1::Standing>(std::move(standing)), started);
}

running_gateway::running_gateway(configuration config, surroundings& around,
                                 store::database database, desks::stored stored,
                                 voicemail::stored messages, const standing::v1::Standing& standing,
                                 store::moment started)
    : config_(std::move(config)), around_(around), handshakes_(new_handshakes()),
      database_(std::move(database)),
      fabric_(tables_of(config_.exchange.locale), config_.exchange.rtp_payload_type == 0,
              lines_of(config_.exchange), config_.gains, config_.spans, config_.stations,
              exchange_lines_of(config_.exchange)),
      gateway_(config_.exchange, std::move(stored), started.machine, std::move(messages), standing),
      tapes_(config_.prompts, around), recordings_(around), ears_(config_.exchange.locale, around),
      clock_origin_s_(config_.exchange.clock_origin_s) {
  fabric_.set_clock(config_.clock);
}

void running_gateway::start() {
  open_d_channels();
  wake_when_due();
}

void running_gateway::wake() {
  wipe_when_due();
  tick_handshakes();
  step(exchange::deadline{});
}

void running_gateway::wake_when_due() {
  around_.wake_at(std::min({gateway_.next_deadline(), tapes_.next_look(around_.now().machine),
                            recordings_.next_look(around_.now().machine),
                            ears_.next_look(around_.now().machine), wipe_due_, pace_due_,
                            levels_due_, handshakes_ ? handshakes_->next_deadline() : never}));
}

void running_gateway::on_messages(std::vector<transport::delivery> batch) {
  watch();
  for (auto& [from, message] : batch)
    hand_in(exchange::peer_message{std::move(from), std::move(message)});
  look_around();
}

void running_gateway::raise(const std::string& id, const std::string& title, const refusal& text) {
  alarms_.raise(id, title, text.what, text.remedy);
  spdlog::warn("alarm {}: {}: {} Remedy: {}", id, title, text.what, text.remedy);
}

void running_gateway::clear(const std::string& id) {
  alarms_.clear(id);
}

// ---- one step ------------------------------------------------------------------------------

void running_gateway::step(exchange::event event) {
  watch();
  hand_in(std::move(event));
  look_around();
}

/// Before anything is handed in.
void running_gateway::watch() {
  watch_disk();
  watch_clock();
  watch_pace();
  look_at_levels();
}

/// Afterwards.
void running_gateway::look_around() {
  tapes_.look();
  while (const auto news = tapes_.take_news())
    hand_in(*news);
  recordings_.look(around_.now().machine);
  while (const auto news = recordings_.take_news())
    hand_in(*news);
  ears_.look();
  while (const auto news = ears_.take_news())
    hand_in(*news);
  for (const auto& missing : tapes_.take_missing())
    raise("prompts", "Voice prompts are missing",
          {missing + "; callers of mailboxes hear tones instead",
           "install asterisk-core-sounds-en-wav, or set `prompts` in [voicemail]"});
  wake_when_due();
}

void running_gateway::hand_in(exchange::event event) {
  carry_out(gateway_.step(std::move(event), around_.now().machine));
  while (!streams_over_.empty()) {
    auto over = std::move(streams_over_.front());
    streams_over_.pop_front();
    carry_out(gateway_.step(std::move(over), around_.now().machine));
  }
}

/// Who hears that a message is kept must hear the truth: the disk is waited for.
void running_gateway::run_tape(exchange::tape_run what) {
  settle();
  if (!is_kept_)
    what.say = {{voicemail::phrase::kind::prompt, "im-sorry"}};
  tapes_.run(what, [&](std::uint64_t message) -> voicemail::voice {
    auto voice = database_.voice_of(what.mailbox, message);
    auto* found = std::get_if<voicemail::voice>(&voice);
    return found == nullptr ? nullptr : *found;
  });
}

/// The calendar's clock may be set, above all soon after a start without a network.
void running_gateway::watch_clock() {
  const auto now = around_.now();
  const double origin = origin_of(now);
  if (std::abs(origin - clock_origin_s_) < clock_tolerance_s)
    return;
  clock_origin_s_ = origin;
  hand_in(exchange::wall_clock{origin});
}

void running_gateway::carry_out(const std::vector<exchange::action>& actions) {
  is_kept_ = true;
  if (!held_.empty())
    held_.emplace_back();
  for (const auto& action : actions)
    std::visit(
        overloaded{
            [&](const exchange::store& what) { save(what); },
            [&](const exchange::erase_user& what) { save(what); },
            [&](const exchange::send& message) {
              // A line that must be silent before the peer may ring (rule H4) is told first.
              write_registers(fabric_.so_far());
              tell(message);
            },
            [&](const exchange::reply& reply) { tell(reply); },
            [&](const exchange::to_edge& told) { around_.send(told.message); },
            [&](const exchange::to_isdn& told) { around_.send(told.message); },
            [&](const exchange::media_open& media) { open(media); },
            [&](const exchange::relay& what) { around_.relay(what.to, what.from, what.shared); },
            [&](const exchange::send_digit& one) { around_.send_digit(one.slot, one.digit); },
            [&](const exchange::sound_digit& one) { around_.sound_digit(one.slot, one.digit); },
            [&](const exchange::media_close& media) { close(media); },
            [&](const exchange::tape_run& what) {
              write_registers(fabric_.so_far());
              run_tape(what);
            },
            [&](const exchange::show_caller& what) { tapes_.run(what); },
            [&](const exchange::bridge_join& what) { around_.join(what.slot, what.bridge); },
            [&](const exchange::bridge_leave& what) { around_.leave(what.slot); },
            [&](const exchange::tape_stop& what) { tapes_.stop(what); },
            [&](const exchange::record_begin& what) {
              recordings_.begin(what, around_.now().machine);
            },
            [&](const exchange::record_end& what) { recordings_.end(what); },
            [&](const exchange::ear_begin& what) { ears_.begin(what); },
            [&](const exchange::ear_end& what) { ears_.end(what); },
            [&](const exchange::log& entry) {
              spdlog::info("{} -> {}: {}", entry.from, entry.to, entry.what);
            },
            [&](const exchange::cancel_echo& what) {
              fabric_.take(action);
              control_level(what);
            },
            [&](const auto&) { fabric_.take(action); },
        },
        action);
  write_registers(fabric_.finish());
}

void running_gateway::tell(const telling& what) {
  if (held_.empty())
    tell_now(what, is_kept_);
  else
    held_.back().to_tell.push_back(what);
}

/// An operator is told that something is not kept; a peer is told nothing that would be untrue.
void running_gateway::tell_now(const telling& what, bool is_kept) {
  if (const auto* reply = std::get_if<exchange::reply>(&what))
    answer(reply->number, reply->answer, is_kept);
  else if (const auto& out = std::get<exchange::send>(what);
           unsaved_.empty() || !must_wait(out.message, !is_kept))
    around_.send(out.to, out.message);
}

void running_gateway::write_registers(register_writes writes) {
  if (!writes.empty())
    around_.write(std::move(writes));
}

// ---- the board -------------------------------------------------------------------------------

void running_gateway::on_board_up(const board::capabilities& found) {
  board_ = found;
  pace_.forget();
  pace_due_ = around_.now().machine + frames_are_known;
  write_registers(fabric_.start(found));
  const auto slot = [](std::uint32_t number) {
    return slot_id{static_cast<std::uint16_t>(number)};
  };
  spdlog::info("board up: {} blocks, {} lines", found.blocks.size(),
               found.capacity<regs::fxs_block>());
  exchange::board_up up{
      found.capacity<regs::fxs_block>(),          found.capacity<regs::tone_block>(),
      found.capacity<regs::link_block>(),         slot(found.first_slot<regs::fxs_block>()),
      slot(found.first_slot<regs::tone_block>()), slot(found.first_slot<regs::link_block>()),
      found.capacity<regs::conference_block>(),   slot(found.first_slot<regs::conference_block>()),
      found.capacity<regs::echo_block>(),         found.capacity<regs::e1_block>(),
      slot(found.first_slot<regs::e1_block>()),   found.capacity<regs::iom2_block>(),
      slot(found.first_slot<regs::iom2_block>())};
  up.exchange_lines = found.capacity<regs::fxo_block>();
  up.first_exchange_line = first_exchange_line();
  step(up);
  find_lines_off_hook();
  find_span_alarms();
  find_stations();
  look_at_clock();
}

void running_gateway::on_board_down(const refusal& why) {
  board_.reset();
  carriers_.clear();
  tell_carriers();
  forget_clock();
  forget_levels();
  pace_.forget();
  pace_due_ = never;
  board_down_why_ = why.what;
  spdlog::warn("board down: {} {}", why.what, why.remedy);
  step(exchange::board_down{why.what + ' ' + why.remedy});
}

void running_gateway::find_lines_off_hook() {
  // A handset that was lifted before the board was up sent its event to nobody.
  using status = regs::fxs_block::line_status;
  read_words(regs::fxs_block::type, status::offset, board_->capacity<regs::fxs_block>(),
             [this](const words& found) {
               for (const auto& line : config_.exchange.lines)
                 if (line.line.value <= found.size() &&
                     status::off_hook::get(found[line.line.value - 1]))
                   step(exchange::line_signal{line.line, exchange::signal::off_hook, 0});
             });
}

line_id running_gateway::first_exchange_line() const {
  return board_ ? line_id{board_->first_slot<regs::fxo_block>() -
                          board_->first_slot<regs::fxs_block>() + 1}
                : line_id{};
}

void running_gateway::on_fabric_event(const media::fabric_event& event) {
  on_signal_in_band(event);
  if (const auto heard = exchange_signal_of(event.kind))
    step(exchange::line_signal{line_id{first_exchange_line().value + event.index}, *heard,
                               event.data});
  else if (static_cast<regs::event_kind>(event.kind) == regs::event_kind::e1_alarms)
    on_span(event.index, event.data);
  else if (static_cast<regs::event_kind>(event.kind) == regs::event_kind::iom2_indication)
    on_station(event.index, event.data);
  else if (const auto signal = signal_of(event.kind))
    step(exchange::line_signal{line_id{event.index + 1u}, *signal, event.data});
  else if (const auto kind = static_cast<regs::event_kind>(event.kind);
           kind == regs::event_kind::clock_state || kind == regs::event_kind::clock_reference)
    on_clock_event(event);
}

void running_gateway::on_digit(const media::heard_digit& heard) {
  step(exchange::digit_heard{heard.slot, heard.digit});
}

void running_gateway::on_speaks(host_slot slot) {
  step(exchange::voice_begins{slot});
}

// ---- IP phones -------------------------------------------------------------------------------

void running_gateway::on_edge(std::vector<edge::v1::FromEdge> batch) {
  watch();
  for (auto& message : batch)
    hand_in(exchange::edge_message{std::move(message)});
  look_around();
}

void running_gateway::on_edge_down(const std::string& why) {
  spdlog::warn("sip-edge {}", why);
  step(exchange::edge_down{why});
}

} // namespace switchroom::app
