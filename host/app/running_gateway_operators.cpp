// SPDX-License-Identifier: MIT
#include "app/running_gateway.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <switchroom/regs.hpp>

namespace switchroom::app {
namespace {

constexpr std::size_t most_words = 32; // of one read (proto/link.md)

} // namespace

void running_gateway::on_request(control::v1::Request ask, control::answer to) {
  if (ask.has_board())
    return report_board(to);
  if (ask.has_voice())
    return report_voice(ask.voice(), to);
  if (ask.has_gain())
    return change_gain(ask.gain(), to);
  if (ask.has_capture() && (ask.capture().has_more() || ask.capture().has_stop()))
    return report_capture(ask.capture(), to);
  if (refuses_level(ask, to))
    return;
  using ask_case = control::v1::Request;
  const auto what = ask.ask_case();
  if ((what == ask_case::kPutUser || what == ask_case::kDeleteUser ||
       what == ask_case::kDeleteMessages)) {
    settle(); // which may find out by itself
    if (unsaved_.empty())
      tell_of_disk(database_.try_out());
  }
  exchange::operator_request asked;
  asked.number = ++last_request_;
  asked.ask = std::move(ask);
  asked.salt = around_.draw();
  asked_.emplace(asked.number, std::move(to));
  step(asked);
}

void running_gateway::answer(std::uint64_t number, control::v1::Reply reply, bool is_kept) {
  const auto waiting = asked_.extract(number);
  if (waiting.empty())
    return;
  const control::answer& to = waiting.mapped();
  if (!is_kept)
    answer_unkept(reply);
  switch (reply.answer_case()) {
  case control::v1::Reply::kLines:
    return report_lines(std::move(reply), to);
  case control::v1::Reply::kTrunks:
    return report_trunks(std::move(reply), to);
  case control::v1::Reply::kLevels:
    return report_levels(std::move(reply), to);
  case control::v1::Reply::kEcho:
    return report_echo(std::move(reply), to);
  case control::v1::Reply::kStatus:
    return read_clock(view(), [this, reply = std::move(reply), to](const rim_view& all) mutable {
      add_rim(*reply.mutable_status(), all, alarms_);
      to(reply);
    });
  case control::v1::Reply::kCalls:
    add_rim(*reply.mutable_calls(), view());
    break;
  case control::v1::Reply::kPeers:
    add_rim(*reply.mutable_peers(), view(), config_.network.peers);
    break;
  case control::v1::Reply::kLineTest:
    take_out_gain(*reply.mutable_line_test(), fabric_.gain_of(line_id{reply.line_test().line()}));
    break;
  case control::v1::Reply::kAlarms:
    add_rim(*reply.mutable_alarms(), alarms_);
    break;
  default:
    break;
  }
  to(reply);
}

/// The disk refused what the step had to keep: nobody shall be told that it is done.
void running_gateway::answer_unkept(control::v1::Reply& reply) const {
  if (!reply.has_done() || !disk_refuses_)
    return;
  reply.mutable_error()->set_what("The change is in force and will be kept as soon as the disk "
                                  "takes it; until then a restart would forget it: " +
                                  disk_refuses_->what + ".");
  reply.mutable_error()->set_remedy(disk_refuses_->remedy);
}

rim_view running_gateway::view() const {
  rim_view seen;
  seen.voice = around_.voice_figures();
  seen.network = around_.network_figures();
  if (handshakes_)
    seen.dtls_handshakes = handshakes_->counted();
  seen.link = config_.voice.link;
  seen.down_why = board_down_why_;
  seen.board = board_;
  seen.board_speed = pace_.speed();
  seen.clock_configured = config_.clock;
  return seen;
}

void running_gateway::report_lines(control::v1::Reply reply, const control::answer& to) {
  const std::uint32_t first = board_ ? board_->first_slot<regs::fxs_block>() : 0;
  const std::size_t lines = board_ ? board_->capacity<regs::fxs_block>() : 0;
  read_words(regs::level_block::type, regs::level_block::mean_square::offset + first, lines,
             [this, reply = std::move(reply), to](words found) mutable {
               rim_view seen = view();
               seen.line_mean_squares = std::move(found);
               read_echoes(std::move(seen),
                           [this, reply = std::move(reply), to](const rim_view& all) mutable {
                             add_rim(*reply.mutable_lines(), all);
                             for (auto& line : *reply.mutable_lines()->mutable_lines()) {
                               const auto gain = fabric_.gain_of(line_id{line.line()});
                               line.set_gain_in_db(gain.in_db);
                               line.set_gain_out_db(gain.out_db);
                               line.set_level_gain_db(fabric_.level_gain_of(line_id{line.line()}));
                             }
                             to(reply);
                           });
             });
}

/// Adds what the board's echo cancellers measure.
void running_gateway::read_echoes(rim_view seen, std::function<void(const rim_view&)> then) {
  using cancellers = regs::echo_block;
  const std::size_t lines = board_ ? board_->capacity<regs::fxs_block>() : 0;
  read_words(cancellers::type, cancellers::near_power::offset, lines,
             [this, lines, seen = std::move(seen), then = std::move(then)](words found) mutable {
               seen.near_powers = std::move(found);
               read_words(cancellers::type, cancellers::left_power::offset, lines,
                          [seen = std::move(seen), then = std::move(then)](words left) mutable {
                            seen.left_powers = std::move(left);
                            then(seen);
                          });
             });
}

/// What was captured; `stop` gives the last of it.
void running_gateway::report_capture(const control::v1::CaptureRequest& asked,
                                     const control::answer& to) {
  const bool stops = asked.has_stop();
  const auto number = stops ? asked.stop() : asked.more();
  control::v1::Reply reply;
  if (auto taken = recordings_.more(number, around_.now().machine)) {
    taken->set_over(stops);
    *reply.mutable_capture() = std::move(*taken);
  } else {
    reply.mutable_error()->set_what("There is no capture " + std::to_string(number) +
                                    " any more: the board has gone, or nobody asked for it for two "
                                    "seconds.");
    reply.mutable_error()->set_remedy("Begin another one.");
  }
  if (stops)
    step(exchange::record_over{number});
  to(reply);
}

/// In force at once, and ramped by the fabric; a call does not notice more than that.
void running_gateway::change_gain(const control::v1::GainRequest& asked,
                                  const control::answer& to) {
  const line_id line{asked.line()};
  control::v1::Reply reply;
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    reply.mutable_error()->set_what(what);
    reply.mutable_error()->set_remedy(remedy);
    to(reply);
  };
  const auto configured =
      std::ranges::find(config_.exchange.lines, line, &exchange::line_settings::line);
  if (configured == config_.exchange.lines.end() || configured->on_edge || configured->station)
    return refuse(
        "Line " + std::to_string(asked.line()) + " is no analog line of the board of gateway " +
            config_.exchange.gateway + ".",
        "`switchroom lines` lists them; IP phones and digital stations have their own volume.");
  if (board_ && !board_->find(regs::gain_block::type))
    return refuse("The board has no gains.", "Use a board image of this release.");
  const auto before = fabric_.gain_of(line);
  auto gain = before;
  gain.in_db = asked.has_in_db() ? asked.in_db() : gain.in_db;
  gain.out_db = asked.has_out_db() ? asked.out_db() : gain.out_db;
  if (!is_gain(gain.in_db) || !is_gain(gain.out_db))
    return refuse("A gain must be from -24 to 12 dB.", "Give one in that range.");
  if (gain.in_db != before.in_db || gain.out_db != before.out_db) {
    fabric_.set_gain(line, gain);
    write_registers(fabric_.so_far());
    step(exchange::done_at_rim{
        "line " + std::to_string(line.value),
        fmt::format("gain {:+.1f} dB in, {:+.1f} dB out", gain.in_db, gain.out_db)});
  }
  auto& now = *reply.mutable_gain();
  now.set_line(line.value);
  now.set_in_db(gain.in_db);
  now.set_out_db(gain.out_db);
  to(reply);
}

/// A tone that would be cut off: the exchange knows of no gains.
bool running_gateway::refuses_level(const control::v1::Request& ask,
                                    const control::answer& to) const {
  const bool tests = ask.has_line_test(), sounds = ask.has_tone() && ask.tone().on();
  if (!tests && !sounds)
    return false;
  const auto line = line_id{tests ? ask.line_test().line() : ask.tone().line()};
  const double dbm0 = tests ? ask.line_test().level_dbm0() : ask.tone().level_dbm0();
  const auto gain = fabric_.gain_of(line);
  const auto why = gain.out_db > 0 ? cut_off(dbm0, gain) : std::nullopt;
  if (!why)
    return false; // without a gain the exchange knows
  control::v1::Reply reply;
  reply.mutable_error()->set_what(why->what);
  reply.mutable_error()->set_remedy(why->remedy);
  to(reply);
  return true;
}

/// The exchange keeps no voices: they are on the disk.
void running_gateway::report_voice(const control::v1::VoiceRequest& asked,
                                   const control::answer& to) {
  control::v1::Reply reply;
  const auto found = database_.voice_of(asked.extension(), asked.message());
  if (const auto* why = std::get_if<store::failure>(&found)) {
    reply.mutable_error()->set_what(why->why.what);
    reply.mutable_error()->set_remedy(why->why.remedy);
  } else if (const auto& voice = std::get<voicemail::voice>(found); voice == nullptr) {
    reply.mutable_error()->set_what("Mailbox " + asked.extension() + " has no message " +
                                    std::to_string(asked.message()) + " at gateway " +
                                    config_.exchange.gateway + ".");
    reply.mutable_error()->set_remedy("`switchroom mailbox show " + asked.extension() +
                                      "` at the user's home lists the messages.");
  } else {
    reply.mutable_voice()->set_a_law(*voice);
  }
  to(reply);
}

void running_gateway::report_board(const control::answer& to) {
  using counters = regs::link_block;
  const std::size_t slots = board_ ? board_->capacity<regs::switch_block>() : 0;
  read_words(counters::type, counters::received_frames::offset,
             counters::dropped_events::offset - counters::received_frames::offset + 1,
             [this, to, slots](words counted) {
               read_words(regs::switch_block::type, regs::switch_block::connection::offset, slots,
                          [this, to, counted = std::move(counted)](words connections) {
                            rim_view seen = view();
                            seen.link_counters = counted;
                            seen.connections = std::move(connections);
                            control::v1::Reply reply;
                            *reply.mutable_board() = board_report(seen);
                            to(reply);
                          });
             });
}

void running_gateway::read_words(std::uint16_t block_type, std::uint32_t offset, std::size_t count,
                                 std::function<void(words)> then) {
  struct reader : std::enable_shared_from_this<reader> {
    surroundings& around;
    std::uint32_t address;
    std::size_t left;
    std::function<void(words)> then;
    words found;
    explicit reader(surroundings& a) : around(a), address(0), left(0) {}
    void next() {
      if (left == 0)
        return then(std::move(found));
      const auto now = static_cast<std::uint8_t>(std::min(left, most_words));
      around.read(address, now, [self = shared_from_this(), now](const result<words>& read) {
        if (!read)
          return self->then(std::move(self->found));
        self->found.insert(self->found.end(), read->begin(), read->end());
        self->address += now;
        self->left -= now;
        self->next();
      });
    }
  };
  const board::block* block = board_ ? board_->find(block_type) : nullptr;
  const auto reading = std::make_shared<reader>(around_);
  reading->address = block ? regs::address(block->index, offset) : 0;
  reading->left = block ? count : 0;
  reading->then = std::move(then);
  reading->next();
}

} // namespace switchroom::app
