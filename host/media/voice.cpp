// SPDX-License-Identifier: MIT
#include "media/voice.hpp"

#include "media/board_link.hpp"
#include "media/engine.hpp"
#include "media/rtp_sockets.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <mutex>
#include <pthread.h>
#include <random>
#include <stdexcept>
#include <thread>

namespace switchroom::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
constexpr auto publish_every = 100ms;

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

} // namespace

/// Everything but the first and the last functions is used by the voice thread alone.
class voice::rim {
public:
  rim(voice_settings settings, asio::any_io_executor to, callbacks told)
      : settings_(std::move(settings)), to_(std::move(to)),
        told_(std::make_shared<const callbacks>(std::move(told))), whom_(told_),
        sockets_(
            io_, asio::ip::make_address(settings_.rtp_address), settings_.rtp_base_port,
            [this](host_slot slot, const endpoint& from, std::span<const std::uint8_t> octets) {
              if (engine_)
                engine_->on_packet(slot, from, octets, now());
            }),
        link_(io_, settings_.link, *board::endpoint::parse(settings_.link), handlers()),
        publish_timer_(io_) {
    post([this] {
      link_.start();
      publish();
    });
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "voice");
      io_.run();
    });
  }

  ~rim() {
    io_.stop();
    thread_.join();
  }
  rim(const rim&) = delete;
  rim& operator=(const rim&) = delete;

  template <typename Work>
  void post(Work work) {
    asio::post(io_, std::move(work));
  }

  board_link& link() { return link_; }

  void open(host_slot slot, const std::string& address, std::uint16_t port,
            std::uint8_t payload_type) {
    const auto remote = parse_endpoint(address, port);
    std::optional<refusal> why;
    if (!remote || port == 0)
      why = refusal{"the far end gave \"" + address + "\" port " + std::to_string(port) +
                        " for voice, which is no address to send to",
                    "give a numeric address as address in [rtp] of the far gateway"};
    else if (!engine_)
      why = refusal{"there is no board to take voice from", "see the alarms for why"};
    else if (!sockets_.is_bound(slot))
      bind();
    if (!why)
      why = engine_->open(slot, *remote, payload_type);
    if (why)
      raise({"rtp-stream-" + std::to_string(slot.value), "Voice cannot be carried", *why});
    else
      enable(slot.value, true);
  }

  void close(host_slot slot) {
    if (!engine_ || !engine_->is_open(slot))
      return;
    engine_->close(slot);
    enable(slot.value, false);
  }

  void read(std::uint32_t address, std::uint8_t count,
            std::function<void(result<std::vector<std::uint32_t>>)> then) {
    link_.read(address, count, [this, then = std::move(then)](auto answer) {
      tell([then, answer = std::move(answer)](const callbacks&) { then(answer); });
    });
  }

  /// Called by control.
  snapshot figures() const {
    const std::lock_guard lock(published_mutex_);
    return published_;
  }

private:
  board_link::handlers handlers() {
    return {[this] { on_up(); }, [this](const refusal& why) { on_down(why); },
            [this](const board::event& e) {
              const fabric_event event{e.frame, static_cast<std::uint8_t>(e.kind), e.index, e.data};
              tell([event](const callbacks& c) {
                if (c.event)
                  c.event(event);
              });
            },
            [this](std::uint32_t frame, std::span<const board::sample> samples) {
              on_cell(frame, samples);
            },
            [this](const alarm& a) { raise(a); }};
  }

  /// Calls control back on its executor, unless this object is gone by then.
  template <typename Call>
  void tell(Call call) {
    asio::post(to_, [whom = whom_, call = std::move(call)] {
      if (const auto there = whom.lock())
        call(*there);
    });
  }

  void raise(const alarm& a) {
    tell([a](const callbacks& c) {
      if (c.raise)
        c.raise(a);
    });
  }

  void bind() {
    for (const auto& [slot, why] : sockets_.bind(engine_->host_slots()))
      raise({"rtp-port-" + std::to_string(slot.value), "RTP port not available", why});
  }

  void enable(std::uint32_t slot, bool on) {
    using config = regs::link_block::slot_config;
    link_.write_one<config>(slot, config::enable::of(on ? 1 : 0));
  }

  void on_up() {
    const unsigned slots = std::min<unsigned>(link_.board().capacity<regs::link_block>(),
                                              static_cast<unsigned>(board::largest_cell));
    if (!engine_ || engine_->host_slots() != slots)
      engine_.emplace(engine_settings{slots, settings_.rtp_ptime_ms, settings_.jitter_target_ms,
                                      random_seed()});
    bind();
    for (unsigned slot = 0; slot < slots; ++slot)
      enable(slot, engine_->is_open(host_slot{static_cast<std::uint8_t>(slot)}));
    was_up_ = true;
    tell([board = link_.board()](const callbacks& c) {
      if (c.up)
        c.up(board);
    });
  }

  void on_down(const refusal& why) {
    if (engine_)
      engine_->board_lost();
    const bool news = was_up_ || why.what != last_down_;
    was_up_ = false;
    last_down_ = why.what;
    if (news)
      tell([why](const callbacks& c) {
        if (c.down)
          c.down(why);
      });
  }

  void on_cell(std::uint32_t frame, std::span<const board::sample> samples) {
    const engine::cell_answer answer = engine_->on_cell(frame, samples, now());
    link_.send_cell(frame + settings_.lead_frames, answer.samples);
    for (const outgoing_packet& packet : answer.packets)
      sockets_.send(packet);
  }

  void publish() {
    // If control is reading just now, it has what it wants; the next one is 0.1 s away.
    if (const std::unique_lock lock(published_mutex_, std::try_to_lock); lock) {
      published_.link = link_.figures();
      published_.unsent = sockets_.unsent();
      published_.streams.clear();
      if (engine_) {
        published_.strays = engine_->strays();
        for (const std::uint8_t slot : engine_->open_slots())
          published_.streams.push_back({host_slot{slot}, engine_->figures(host_slot{slot})});
      }
    }
    publish_timer_.expires_after(publish_every);
    publish_timer_.async_wait([this](boost::system::error_code stopped) {
      if (!stopped)
        publish();
    });
  }

  voice_settings settings_;
  asio::any_io_executor to_;
  std::shared_ptr<const callbacks> told_; ///< gone with this object, so that posted calls end
  std::weak_ptr<const callbacks> whom_;   ///< the voice thread's way to them
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  rtp_sockets sockets_;
  board_link link_;
  std::optional<engine> engine_; ///< from the first up on
  bool was_up_ = false;
  std::string last_down_;
  asio::steady_timer publish_timer_;
  mutable std::mutex published_mutex_;
  snapshot published_;
  std::thread thread_;
};

voice::voice(voice_settings settings, asio::any_io_executor to, callbacks told) {
  if (const auto why = check(settings))
    throw std::invalid_argument(why->what + "; " + why->remedy);
  rim_ = std::make_unique<rim>(std::move(settings), std::move(to), std::move(told));
}

voice::~voice() = default;

void voice::write(std::vector<register_write> registers) {
  rim_->post(
      [rim = rim_.get(), registers = std::move(registers)] { rim->link().write(registers); });
}

void voice::read(std::uint32_t address, std::uint8_t count,
                 std::function<void(result<std::vector<std::uint32_t>>)> then) {
  rim_->post([rim = rim_.get(), address, count, then = std::move(then)] {
    rim->read(address, count, then);
  });
}

void voice::open(host_slot slot, std::string address, std::uint16_t port,
                 std::uint8_t payload_type) {
  rim_->post([rim = rim_.get(), slot, address = std::move(address), port, payload_type] {
    rim->open(slot, address, port, payload_type);
  });
}

void voice::close(host_slot slot) {
  rim_->post([rim = rim_.get(), slot] { rim->close(slot); });
}

snapshot voice::figures() const {
  return rim_->figures();
}

} // namespace switchroom::media
