// SPDX-License-Identifier: MIT
#include "media/voice.hpp"

#include "media/board_link.hpp"
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
  rim(const voice_settings& settings, asio::any_io_executor to, callbacks told)
      : to_(std::move(to)), told_(std::make_shared<const callbacks>(std::move(told))), whom_(told_),
        sockets_(
            io_, asio::ip::make_address(settings.rtp_address), settings.rtp_base_port,
            [this](host_slot slot, const endpoint& from, std::span<const std::uint8_t> octets) {
              path_.on_packet(slot, from, octets, now());
            },
            [this](host_slot slot, const endpoint& from, std::span<const std::uint8_t> octets) {
              path_.on_report(slot, from, octets, now());
            },
            settings.rtp_address_key),
        path_(settings, random_seed(), ports(), posted()),
        link_(io_, *board::endpoint::parse(settings.link), path_), publish_timer_(io_) {
    post([this] {
      link_.start();
      publish();
    });
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "voice");
      // It sleeps most of the time and has a deadline when it does not. Who may not ask for this
      // runs as everybody does.
      const sched_param soon{.sched_priority = 1};
      static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_RR, &soon));
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

  voice_path& path() { return path_; }

  void read(std::uint32_t address, std::uint8_t count,
            std::function<void(result<std::vector<std::uint32_t>>)> then) {
    path_.read(address, count, [this, then = std::move(then)](auto answer) {
      tell([then, answer = std::move(answer)](const callbacks&) { then(answer); });
    });
  }

  /// Called by control.
  snapshot figures() const {
    const std::lock_guard lock(published_mutex_);
    return published_;
  }

private:
  voice_path::ports ports() {
    return {[this](std::span<const std::uint8_t> octets) { link_.send(octets); },
            [this] { link_.begin_again(); },
            [this](const outgoing_packet& packet) { sockets_.send(packet); },
            [this](unsigned slots) { return sockets_.bind(slots); }};
  }

  /// Control's callbacks, each called on control's executor.
  callbacks posted() {
    callbacks by_post;
    by_post.up = [this](const board::capabilities& board) {
      link_.is_well();
      pass_on(&callbacks::up, board);
    };
    by_post.down = [this](const refusal& why) { pass_on(&callbacks::down, why); };
    by_post.event = [this](const fabric_event& event) { pass_on(&callbacks::event, event); };
    by_post.digit = [this](const heard_digit& digit) { pass_on(&callbacks::digit, digit); };
    by_post.speaks = [this](const host_slot& slot) { pass_on(&callbacks::speaks, slot); };
    by_post.handshake = [this](const handshake_packet& p) { pass_on(&callbacks::handshake, p); };
    by_post.frame = [this](const hdlc_frame& f) { pass_on(&callbacks::frame, f); };
    by_post.raise = [this](const alarm& a) { pass_on(&callbacks::raise, a); };
    return by_post;
  }

  template <typename News>
  void pass_on(std::function<void(const News&)> callbacks::*whom, const News& news) {
    tell([whom, news](const callbacks& c) {
      if (c.*whom)
        (c.*whom)(news);
    });
  }

  /// Calls control back on its executor, unless this object is gone by then.
  template <typename Call>
  void tell(Call call) {
    asio::post(to_, [whom = whom_, call = std::move(call)] {
      if (const auto there = whom.lock())
        call(*there);
    });
  }

  void publish() {
    // If control is reading just now, it has what it wants; the next one is 0.1 s away.
    if (const std::unique_lock lock(published_mutex_, std::try_to_lock); lock) {
      path_.figures(published_);
      published_.unsent = sockets_.unsent();
    }
    publish_timer_.expires_after(publish_every);
    publish_timer_.async_wait([this](boost::system::error_code stopped) {
      if (!stopped)
        publish();
    });
  }

  asio::any_io_executor to_;
  std::shared_ptr<const callbacks> told_; ///< gone with this object, so that posted calls end
  std::weak_ptr<const callbacks> whom_;   ///< the voice thread's way to them
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  rtp_sockets sockets_;
  voice_path path_;
  board_link link_;
  asio::steady_timer publish_timer_;
  mutable std::mutex published_mutex_;
  snapshot published_;
  std::thread thread_;
};

voice::voice(const voice_settings& settings, asio::any_io_executor to, callbacks told) {
  if (const auto why = check(settings))
    throw std::invalid_argument(why->what + "; " + why->remedy);
  rim_ = std::make_unique<rim>(settings, std::move(to), std::move(told));
}

voice::~voice() = default;

void voice::write(std::vector<register_write> registers) {
  rim_->post(
      [rim = rim_.get(), registers = std::move(registers)] { rim->path().write(registers); });
}

void voice::read(std::uint32_t address, std::uint8_t count,
                 std::function<void(result<std::vector<std::uint32_t>>)> then) {
  rim_->post([rim = rim_.get(), address, count, then = std::move(then)] {
    rim->read(address, count, then);
  });
}

void voice::open(host_slot slot, std::string address, std::uint16_t port, agreement agreed) {
  rim_->post([rim = rim_.get(), slot, address = std::move(address), port,
              agreed = std::move(agreed)]() mutable {
    rim->path().open(slot, address, port, std::move(agreed));
  });
}

void voice::send_digit(host_slot slot, char digit) {
  rim_->post([rim = rim_.get(), slot, digit] { rim->path().send_digit(slot, digit); });
}

void voice::send_handshake(handshake_packet packet) {
  rim_->post(
      [rim = rim_.get(), packet = std::move(packet)] { rim->path().send_handshake(packet); });
}

void voice::sound_digit(host_slot slot, char digit) {
  rim_->post([rim = rim_.get(), slot, digit] { rim->path().sound_digit(slot, digit); });
}

void voice::mount(host_slot slot, std::shared_ptr<mounted> what) {
  rim_->post([rim = rim_.get(), slot, what = std::move(what)]() mutable {
    rim->path().mount(slot, std::move(what));
  });
}

void voice::join(host_slot slot, bridge_number which) {
  rim_->post([rim = rim_.get(), slot, which] { rim->path().join(slot, which); });
}

void voice::relay(host_slot to, std::optional<host_slot> from, bool shared) {
  rim_->post([rim = rim_.get(), to, from, shared] { rim->path().relay(to, from, shared); });
}

void voice::close(host_slot slot) {
  rim_->post([rim = rim_.get(), slot] { rim->path().close(slot); });
}

void voice::open_hdlc(std::uint8_t channel, hdlc_settings settings) {
  rim_->post([rim = rim_.get(), channel, settings] { rim->path().open_hdlc(channel, settings); });
}

void voice::close_hdlc(std::uint8_t channel) {
  rim_->post([rim = rim_.get(), channel] { rim->path().close_hdlc(channel); });
}

void voice::send_frame(hdlc_frame frame) {
  rim_->post([rim = rim_.get(), frame = std::move(frame)] { rim->path().send_frame(frame); });
}

snapshot voice::figures() const {
  return rim_->figures();
}

} // namespace switchroom::media
