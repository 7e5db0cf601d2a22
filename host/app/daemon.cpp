// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include "app/daemon_implementation.hpp"

#include <spdlog/spdlog.h>
#include <switchroom/regs.hpp>
#include <sys/random.h>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

template <typename... F>
struct overloaded : F... {
  using F::operator()...;
};
template <typename... F>
overloaded(F...) -> overloaded<F...>; // clang 14 does not deduce it

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number))
    throw std::runtime_error("the system has no random numbers");
  return number;
}

instant steady_now() {
  return instant(
      std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

std::vector<line_id> lines_of(const exchange::settings& settings) {
  std::vector<line_id> lines;
  for (const auto& line : settings.lines)
    lines.push_back(line.line);
  return lines;
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

} // namespace

daemon::implementation::implementation(boost::asio::io_context& io, configuration config,
                                       store::database database, desks::stored stored,
                                       store::moment started)
    : io_(io), config_(std::move(config)), database_(std::move(database)), started_(started),
      fabric_(tables_of(config_.exchange.locale), config_.exchange.rtp_payload_type == 0,
              lines_of(config_.exchange)),
      gateway_(config_.exchange, std::move(stored), started.machine), timer_(io) {}

instant daemon::implementation::now() const {
  return steady_now();
}

store::moment daemon::implementation::this_moment() const {
  return {now(), std::chrono::system_clock::now()};
}

std::optional<refusal> daemon::implementation::open() {
  auto listening =
      control::server::listen(io_.get_executor(), config_.run_directory / control_socket,
                              [this](control::v1::Request ask, control::answer to) {
                                on_request(std::move(ask), std::move(to));
                              });
  if (!listening)
    return listening.error();
  control_ = std::move(*listening);
  auto network = transport::mesh::start(config_.network, io_.get_executor(), network_callbacks());
  if (!network)
    return network.error();
  network_ = std::move(*network);
  voice_ = std::make_unique<media::voice>(config_.voice, io_.get_executor(), voice_callbacks());
  arm_timer();
  return std::nullopt;
}

media::callbacks daemon::implementation::voice_callbacks() {
  media::callbacks to;
  to.up = [this](const board::capabilities& board) { on_board_up(board); };
  to.down = [this](const refusal& why) { on_board_down(why); };
  to.event = [this](const media::fabric_event& event) { on_fabric_event(event); };
  to.raise = [this](const media::alarm& alarm) { raise(alarm.id, alarm.title, alarm.text); };
  return to;
}

transport::callbacks daemon::implementation::network_callbacks() {
  transport::callbacks to;
  to.received = [this](std::vector<transport::delivery> batch) {
    for (auto& one : batch)
      step(exchange::peer_message{std::move(one.from), std::move(one.message)});
  };
  to.connected = [](const gateway_name& name) { spdlog::info("connected to {}", name); };
  to.raise = [this](const transport::alarm& alarm) { raise(alarm.id, alarm.title, alarm.text); };
  to.clear = [this](const std::string& id) { clear(id); };
  to.note = [](const std::string& text) { spdlog::warn("{}", text); };
  return to;
}

void daemon::implementation::raise(const std::string& id, const std::string& title,
                                   const refusal& text) {
  alarms_.raise(id, title, text.what, text.remedy);
  spdlog::warn("alarm {}: {}: {} Remedy: {}", id, title, text.what, text.remedy);
}

void daemon::implementation::clear(const std::string& id) {
  alarms_.clear(id);
}

// ---- one step ------------------------------------------------------------------------------

void daemon::implementation::step(const exchange::event& event) {
  save_what_waits();
  may_send_ = true;
  carry_out(gateway_.step(event, now()));
  arm_timer();
}

void daemon::implementation::arm_timer() {
  const instant next = gateway_.next_deadline();
  if (next == never) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(std::chrono::steady_clock::time_point(next.time_since_epoch()));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled)
      step(exchange::deadline{});
  });
}

void daemon::implementation::carry_out(const std::vector<exchange::action>& actions) {
  for (const auto& action : actions)
    std::visit(overloaded{
                   [&](const exchange::store& what) { save(what); },
                   [&](const exchange::erase_user& what) { save(what); },
                   [&](const exchange::send& message) {
                     if (!may_send_)
                       return;
                     // A line that must be silent before the peer may ring (rule H4) is told first.
                     write_registers(fabric_.so_far());
                     network_->send(message.to, message.message);
                   },
                   [&](const exchange::reply& reply) { answer(reply.number, reply.answer); },
                   [&](const exchange::media_open& media) {
                     voice_->open(media.slot, media.remote.address(),
                                  static_cast<std::uint16_t>(media.remote.port()),
                                  static_cast<std::uint8_t>(media.remote.payload_type()));
                   },
                   [&](const exchange::media_close& media) { voice_->close(media.slot); },
                   [&](const exchange::log& entry) {
                     spdlog::info("{} -> {}: {}", entry.from, entry.to, entry.what);
                   },
                   [&](const auto&) { fabric_.take(action); },
               },
               action);
  write_registers(fabric_.finish());
}

void daemon::implementation::write_registers(register_writes writes) {
  if (!writes.empty())
    voice_->write(std::move(writes));
}

// ---- what must last --------------------------------------------------------------------------

std::optional<store::failure> daemon::implementation::try_to_save(const unsaved_change& change) {
  if (const auto* user = std::get_if<exchange::erase_user>(&change))
    return database_.erase_user(user->extension);
  return std::visit(
      overloaded{[&](const desks::store_session& s) { return database_.save(s, this_moment()); },
                 [&](const desks::erase_session& s) { return database_.erase(s); },
                 [&](const auto& other) { return database_.save(other); }},
      std::get<exchange::store>(change));
}

void daemon::implementation::save(const unsaved_change& change) {
  if (unsaved_.empty()) {
    const auto failed = try_to_save(change);
    if (!failed)
      return;
    raise("store", "Changes cannot be kept", failed->why);
  }
  unsaved_.push_back(change); // in order, behind what waits already
  may_send_ = false;
}

void daemon::implementation::save_what_waits() {
  if (unsaved_.empty())
    return;
  while (!unsaved_.empty() && !try_to_save(unsaved_.front()))
    unsaved_.pop_front();
  if (unsaved_.empty()) {
    clear("store");
    spdlog::info("all changes are kept again");
  }
}

// ---- the board -------------------------------------------------------------------------------

void daemon::implementation::on_board_up(const board::capabilities& found) {
  board_ = found;
  write_registers(fabric_.start(found));
  const auto slot = [](std::uint32_t number) {
    return slot_id{static_cast<std::uint16_t>(number)};
  };
  spdlog::info("board up: {} blocks, {} lines", found.blocks.size(),
               found.capacity<regs::fxs_block>());
  step(exchange::board_up{
      found.capacity<regs::fxs_block>(), found.capacity<regs::tone_block>(),
      found.capacity<regs::link_block>(), slot(found.first_slot<regs::fxs_block>()),
      slot(found.first_slot<regs::tone_block>()), slot(found.first_slot<regs::link_block>())});
  find_lines_off_hook();
}

void daemon::implementation::on_board_down(const refusal& why) {
  board_.reset();
  board_down_why_ = why.what;
  spdlog::warn("board down: {} {}", why.what, why.remedy);
  step(exchange::board_down{why.what + ' ' + why.remedy});
}

void daemon::implementation::find_lines_off_hook() {
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

void daemon::implementation::on_fabric_event(const media::fabric_event& event) {
  if (const auto signal = signal_of(event.kind))
    step(exchange::line_signal{line_id{event.index + 1u}, *signal, event.data});
}

// ---- start and stop --------------------------------------------------------------------------

daemon::daemon(std::unique_ptr<implementation> made) : self_(std::move(made)) {}
daemon::~daemon() = default;

result<std::unique_ptr<daemon>> daemon::start(boost::asio::io_context& io, configuration config) {
  std::error_code failed;
  fs::create_directories(config.run_directory, failed);
  if (!failed)
    fs::permissions(config.run_directory, fs::perms::owner_all, failed);
  if (failed)
    return refusal{"cannot use " + config.run_directory.string() + ": " + failed.message(),
                   "choose a directory in [run] or with --run that this user may write to"};
  const store::moment started{steady_now(), std::chrono::system_clock::now()};
  config.exchange.boot = random_number();
  config.exchange.clock_origin_s =
      std::chrono::duration<double>(started.calendar.time_since_epoch()).count() -
      std::chrono::duration<double>(started.machine.time_since_epoch()).count();
  auto opened = store::database::open(config.database);
  if (const auto* why = std::get_if<store::failure>(&opened))
    return why->why;
  auto& database = std::get<store::database>(opened);
  auto stored = database.load(started);
  if (const auto* why = std::get_if<store::failure>(&stored))
    return why->why;
  auto made = std::make_unique<implementation>(io, std::move(config), std::move(database),
                                               std::get<desks::stored>(std::move(stored)), started);
  if (const auto refused = made->open())
    return *refused;
  return std::unique_ptr<daemon>(new daemon(std::move(made)));
}

} // namespace switchroom::app
