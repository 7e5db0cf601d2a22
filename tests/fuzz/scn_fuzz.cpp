// SPDX-License-Identifier: MIT
// Two peers that send anything, to a whole exchange with phones in use, in virtual time. Whatever
// comes: nothing leaks, no deadline stands still, what is sent can be sent, and a peer that begins
// anew with a hello is served again.
#include "exchange/exchange.hpp"
#include "hold.hpp"
#include "random_message.hpp"

using namespace switchroom;
using namespace switchroom::exchange;
using fuzz::hold;

namespace {

constexpr const char* peers[] = {"berlin", "cologne"};
constexpr unsigned lines = 4, tones = 16, hosts = 8;

class attacked {
public:
  attacked() : gateway_(chosen(), {}, now_) {
    step(board_up{lines, tones, hosts, slot_id{0}, slot_id{16}, slot_id{64}});
    for (unsigned line = 1; line <= lines; ++line) {
      operator_request put;
      put.ask.mutable_put_user()->set_extension("20" + std::to_string(line));
      put.ask.mutable_put_user()->set_login_code("120" + std::to_string(line));
      step(put);
    }
    for (const auto* peer : peers)
      hello(peer, 1);
  }

  void act(fuzz::source& by) {
    const auto what = by.octet();
    const auto* peer = peers[what >> 7];
    switch (what % 8) {
    case 0:
    case 1:
    case 2:
      return message(peer, by);
    case 3:
      return octets(peer, by);
    case 4:
      return pass(std::chrono::milliseconds{by.octet() * 40});
    case 5:
      return dial(by);
    case 6:
      return hello(peer, by.below(4));
    case 7:
      return step(line_signal{line_id{1 + by.below(lines)},
                              by.below(2) ? signal::off_hook : signal::on_hook, 0});
    }
  }

  /// The peers go, the phones are put down: everything is free again.
  void end() {
    for (unsigned line = 1; line <= lines; ++line)
      step(line_signal{line_id{line}, signal::on_hook, 0});
    pass(std::chrono::seconds{200});
    const auto left = gateway_.in_use();
    hold(left.calls + left.peer_legs + left.visitors + left.host_slots + left.tone_channels == 0,
         "nothing is left over");
    hello(peers[0], 7);
    control::v1::Request ask;
    ask.mutable_peers();
    hold(reply_to(ask).peers().peers(0).state() == "up", "who says hello anew is up");
  }

private:
  static settings chosen() {
    settings s;
    s.gateway = "amsterdam";
    s.number = "20";
    s.network_key.assign(32, 7);
    s.boot = 5;
    for (unsigned line = 1; line <= lines; ++line)
      s.lines.push_back({line_id{line}, "20" + std::to_string(line)});
    for (const auto* peer : peers)
      s.peers.push_back({peer, std::to_string(30 + s.peers.size())});
    return s;
  }

  void step(const event& what) {
    for (const auto& done : gateway_.step(what, now_)) {
      if (const auto* out = std::get_if<send>(&done)) {
        hold(out->message.body_case() != scn::v1::Envelope::BODY_NOT_SET, "has a body");
        hold(out->message.ByteSizeLong() <= 64 * 1024, "fits in a message");
      } else if (const auto* answer = std::get_if<exchange::reply>(&done)) {
        reply_ = answer->answer;
      }
    }
    const auto used = gateway_.in_use();
    hold(used.host_slots <= hosts && used.tone_channels <= tones, "pools hold what they have");
  }
  control::v1::Reply reply_to(const control::v1::Request& ask) {
    operator_request asked;
    asked.ask = ask;
    step(asked);
    return reply_;
  }
  void pass(duration time) {
    const auto end = now_ + time;
    for (int n = 0; gateway_.next_deadline() <= end; ++n) {
      now_ = std::max(now_, gateway_.next_deadline());
      step(deadline{});
      hold(n < 20'000, "time goes on");
    }
    now_ = end;
  }
  void message(const char* peer, fuzz::source& by) {
    peer_message arrived{peer, {}};
    fuzz::fill(arrived.message, by);
    if (by.below(8) != 0)
      arrived.message.set_protocol(scn::protocol_version);
    step(arrived);
  }
  void octets(const char* peer, fuzz::source& by) {
    peer_message arrived{peer, {}};
    std::string all;
    for (auto n = by.octet(); n > 0; --n)
      all += static_cast<char>(by.octet());
    if (arrived.message.ParseFromString(all))
      step(arrived);
  }
  void hello(const char* peer, std::uint64_t boot) {
    peer_message arrived{peer, {}};
    arrived.message.set_protocol(scn::protocol_version);
    auto& said = *arrived.message.mutable_hello();
    said.set_boot(boot);
    said.set_newest_protocol(scn::protocol_version);
    said.set_voice_networking(true);
    step(arrived);
  }
  void dial(fuzz::source& by) {
    const line_id line{1 + by.below(lines)};
    step(line_signal{line, signal::off_hook, 0});
    for (const char digit : by.text())
      step(line_signal{line, signal::dtmf_on, static_cast<std::uint16_t>(digit)});
  }

  instant now_{std::chrono::hours{1}};
  gateway gateway_;
  control::v1::Reply reply_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::source by(data, size);
  attacked one;
  while (!by.empty())
    one.act(by);
  one.end();
  return 0;
}
