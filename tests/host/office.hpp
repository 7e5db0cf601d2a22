// SPDX-License-Identifier: MIT
/// A whole gateway (running_gateway, exchange, SQLite) with no board, no peers and a clock that is
/// set by hand.
#pragma once
#include "app/running_gateway.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <map>
#include <utility>

namespace switchroom::app {

using namespace std::chrono_literals;

class alone : public surroundings {
public:
  store::moment now() const override { return {at, std::chrono::system_clock::time_point{}}; }
  random_octets draw() override { return {++drawn_}; }
  void wake_at(instant) override {}
  void settle_soon() override { is_to_settle = true; }
  void send(const gateway_name&, const scn::v1::Envelope& message) override {
    sent.push_back(message);
  }
  void send(const edge::v1::ToEdge&) override {}
  void send(const isdn::v1::ToEdge&) override {}
  void write(register_writes) override {}
  void read(std::uint32_t, std::uint8_t, std::function<void(result<words>)> then) override {
    then(refusal{"no board", ""});
  }
  void open(host_slot, std::string, std::uint16_t, media::agreement) override {}
  void relay(host_slot, std::optional<host_slot>, bool) override {}
  void send_digit(host_slot, char) override {}
  void sound_digit(host_slot, char) override {}
  void send_handshake(media::handshake_packet) override {}
  void mount(host_slot, std::shared_ptr<media::mounted> what) override {
    mounted = std::dynamic_pointer_cast<media::tape>(what);
  }
  void close(host_slot) override {}
  void join(host_slot, media::bridge_number) override {}
  void leave(host_slot) override {}
  void open_hdlc(std::uint8_t, media::hdlc_settings) override {}
  void send_frame(media::hdlc_frame) override {}
  media::snapshot voice_figures() const override {
    media::snapshot seen;
    seen.link.frame = frame;
    return seen;
  }
  transport::figures network_figures() const override { return {}; }

  instant at{10s};
  std::vector<scn::v1::Envelope> sent;
  std::shared_ptr<media::tape> mounted;
  bool is_to_settle = false;
  std::uint32_t frame = 0; ///< the board's newest

private:
  std::uint8_t drawn_ = 0;
};

/// One gateway with users 201 and 202 at lines 1 and 2.
class office {
public:
  /// Of a peer that has just started.
  static scn::v1::Envelope hello() {
    scn::v1::Envelope message;
    message.mutable_hello()->set_boot(5);
    message.mutable_hello()->set_newest_protocol(1);
    message.mutable_hello()->set_voice_networking(true);
    return message;
  }
  explicit office(const std::filesystem::path& database, clock_settings clock = {},
                  std::vector<exchange::trunk_settings> trunks = {}) {
    spdlog::set_level(spdlog::level::off);
    configuration config;
    config.exchange.gateway = "amsterdam";
    config.exchange.locale = "US";
    config.exchange.lines = {{line_id{1}, "201"}, {line_id{2}, "202"}};
    config.exchange.peers = {{"berlin", ""}};
    config.exchange.network_key.assign(32, 7);
    config.database = database;
    config.clock = std::move(clock);
    for (std::size_t n = 0; n < trunks.size(); ++n)
      config.d_channels.add_channels();
    config.exchange.trunks = std::move(trunks);
    auto opened = running_gateway::open(config, around_);
    if (!opened)
      throw std::runtime_error(opened.error().what);
    gateway_ = std::move(*opened);
    board::capabilities board;
    board.clocks_per_frame = 1024;
    board.blocks = {{0, 1, 1, 7, {}}, {1, 2, 1, 16, {}}, {2, 3, 1, 4, 0}, {3, 4, 1, 4, 4},
                    {4, 5, 1, 4, 0},  {5, 6, 1, 16, {}}, {6, 7, 1, 2, 8}, {7, 16, 1, 2, {}}};
    gateway_->on_board_up(board);
    put("201", "Ada");
    put("202", "Bea");
  }

  control::v1::Reply ask(const control::v1::Request& request) {
    control::v1::Reply answer;
    gateway_->on_request(request, [&](const control::v1::Reply& reply) { answer = reply; });
    settle();
    return answer;
  }
  /// The answer comes at settle().
  void ask_only(const control::v1::Request& request, control::answer to) {
    gateway_->on_request(request, std::move(to));
  }
  void settle() {
    if (std::exchange(around_.is_to_settle, false))
      gateway_->settle();
  }
  control::v1::Reply put(const std::string& extension, const std::string& name) {
    control::v1::Request request;
    request.mutable_put_user()->set_extension(extension);
    request.mutable_put_user()->set_name(name);
    return ask(request);
  }
  std::string name_of(const std::string& extension) {
    control::v1::Request request;
    request.mutable_users();
    const auto answer = ask(request);
    for (const auto& user : answer.users().users())
      if (user.extension() == extension)
        return user.name();
    return "";
  }
  /// The alarm of the disk, if it stands.
  std::optional<control::v1::Alarm> alarm() {
    control::v1::Request request;
    request.mutable_alarms();
    const auto answer = ask(request);
    for (const auto& one : answer.alarms().alarms())
      if (one.id() == "store" && one.standing())
        return one;
    return std::nullopt;
  }
  /// Those that stand.
  std::map<std::string, control::v1::Alarm> alarms() {
    control::v1::Request request;
    request.mutable_alarms();
    std::map<std::string, control::v1::Alarm> standing;
    const auto answer = ask(request);
    for (const auto& one : answer.alarms().alarms())
      if (one.standing())
        standing[one.id()] = one;
    return standing;
  }
  /// Alarms of a span, from 0: bits of regs e1 status.
  void tell_of_span(std::uint8_t span, std::uint16_t status) {
    gateway_->on_fabric_event(
        {0, static_cast<std::uint8_t>(regs::event_kind::e1_alarms), span, status});
  }
  /// From the board's clock.
  void tell_of_clock(regs::event_kind kind, std::uint8_t index, std::uint16_t data) {
    gateway_->on_fabric_event({0, static_cast<std::uint8_t>(kind), index, data});
  }
  /// Time passes, a second at a time, in which the board runs at so much of real time.
  void run_board(duration time, double speed) {
    for (; time > 0s; time -= 1s) {
      around_.frame += static_cast<std::uint32_t>(8000 * speed);
      pass(1s);
    }
  }
  control::v1::Status status() {
    control::v1::Request request;
    request.mutable_status();
    return ask(request).status();
  }
  void lose_board() { gateway_->on_board_down({"It is unplugged.", "Plug it in."}); }
  /// From a peer; what it brings about waits for settle().
  void hear(const gateway_name& from, scn::v1::Envelope message) {
    message.set_protocol(1);
    gateway_->on_messages({{from, std::move(message)}});
  }
  /// What has arrived together, in this order.
  void hear_all(const gateway_name& from, const std::vector<scn::v1::Envelope>& messages) {
    std::vector<transport::delivery> batch;
    for (const auto& one : messages) {
      batch.push_back({from, one});
      batch.back().message.set_protocol(1);
    }
    gateway_->on_messages(std::move(batch));
  }
  std::vector<scn::v1::Envelope>& sent() { return around_.sent; }
  /// The same: waits.
  void hook_only(unsigned line, bool off) {
    signal_only(line, off ? regs::event_kind::off_hook : regs::event_kind::on_hook, 0);
  }
  void dial_only(unsigned line, std::string_view digits) {
    for (const char digit : digits)
      signal_only(line, regs::event_kind::dtmf_on, static_cast<std::uint16_t>(digit));
  }
  void pass(duration time) {
    around_.at += time;
    gateway_->wake();
    settle();
  }
  void hook(unsigned line, bool off) {
    signal(line, off ? regs::event_kind::off_hook : regs::event_kind::on_hook, 0);
  }
  void dial(unsigned line, std::string_view digits) {
    for (const char digit : digits)
      signal(line, regs::event_kind::dtmf_on, static_cast<std::uint16_t>(digit));
  }
  std::string state_of(unsigned line) {
    control::v1::Request request;
    request.mutable_lines();
    return ask(request).lines().lines(static_cast<int>(line) - 1).state();
  }
  std::string log() {
    control::v1::Request request;
    request.mutable_log();
    std::string all;
    const auto answer = ask(request);
    for (const auto& entry : answer.log().entries())
      all += entry.what() + "\n";
    return all;
  }

  /// The tape says all and then hears so much of a voice.
  void speak_to_the_tape(duration time) {
    ASSERT_NE(around_.mounted, nullptr);
    while (!around_.mounted->all_said())
      around_.mounted->take();
    pass(100ms);
    for (auto n = time / frame_time; n > 0; --n)
      around_.mounted->put(n % 16 < 8 ? 8000 : -8000);
    pass(100ms);
  }
  void set(const std::string& extension, const std::string& setting, const std::string& value) {
    control::v1::Request request;
    request.mutable_put_user()->set_extension(extension);
    auto& change = *request.mutable_put_user()->add_changes();
    change.set_setting(setting);
    change.set_value(value);
    ASSERT_TRUE(ask(request).has_done());
  }

private:
  void signal(unsigned line, regs::event_kind kind, std::uint16_t data) {
    signal_only(line, kind, data);
    settle();
  }
  void signal_only(unsigned line, regs::event_kind kind, std::uint16_t data) {
    media::fabric_event event{};
    event.kind = static_cast<std::uint8_t>(kind);
    event.index = static_cast<std::uint8_t>(line - 1);
    event.data = data;
    gateway_->on_fabric_event(event);
  }
  alone around_;
  std::unique_ptr<running_gateway> gateway_;
};

class folder_of_an_office {
public:
  folder_of_an_office() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "switchroom-office-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~folder_of_an_office() { std::filesystem::remove_all(folder_); }
  folder_of_an_office(const folder_of_an_office&) = delete;
  folder_of_an_office& operator=(const folder_of_an_office&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_; }

private:
  std::filesystem::path folder_;
};

} // namespace switchroom::app
