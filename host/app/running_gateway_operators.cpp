// SPDX-License-Identifier: MIT
#include "app/running_gateway.hpp"

#include <algorithm>
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
  case control::v1::Reply::kStatus:
    add_rim(*reply.mutable_status(), view(), alarms_);
    break;
  case control::v1::Reply::kCalls:
    add_rim(*reply.mutable_calls(), view());
    break;
  case control::v1::Reply::kPeers:
    add_rim(*reply.mutable_peers(), view(), config_.network.peers);
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
                           [reply = std::move(reply), to](const rim_view& all) mutable {
                             add_rim(*reply.mutable_lines(), all);
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
