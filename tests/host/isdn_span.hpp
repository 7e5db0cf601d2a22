// SPDX-License-Identifier: MIT
/// Two ends of an E1 in one process and in virtual time, each our layer with its libpri: for what
/// is ours to decide. Against a libpri that is not behind our layer, tests/peers.
#pragma once
#include "edges/isdn/signalling.hpp"

#include <deque>
#include <gtest/gtest.h>

namespace switchroom::isdn {

using namespace std::chrono_literals;

class isdn_end {
public:
  explicit isdn_end(v1::Channel::Kind kind) {
    v1::ToEdge first;
    auto& one = *first.mutable_channels()->add_channels();
    one.set_channel(1);
    one.set_name("span");
    one.set_kind(kind);
    EXPECT_TRUE(lines.told(first));
  }
  void tell(const v1::ToEdge& message) { EXPECT_TRUE(lines.told(message)); }
  void line(bool up) {
    v1::ToEdge message;
    message.mutable_line()->set_channel(1);
    message.mutable_line()->set_up(up);
    tell(message);
  }
  void setup(std::uint64_t call, unsigned b, bool exclusive = false,
             const std::string& to = "4711") {
    v1::ToEdge message;
    auto& one = *message.mutable_setup();
    one.set_channel(1);
    one.set_call(call);
    one.set_b_channel(b);
    one.set_exclusive(exclusive);
    one.mutable_called()->set_digits(to);
    one.set_complete(true);
    tell(message);
  }
  void progress(std::uint64_t call, v1::Progress::Stage stage) {
    v1::ToEdge message;
    message.mutable_progress()->set_channel(1);
    message.mutable_progress()->set_call(call);
    message.mutable_progress()->set_stage(stage);
    tell(message);
  }
  void connect(std::uint64_t call) {
    v1::ToEdge message;
    message.mutable_connect()->set_channel(1);
    message.mutable_connect()->set_call(call);
    tell(message);
  }
  void release(std::uint64_t call, scn::v1::Cause cause = scn::v1::NORMAL_CLEARING) {
    v1::ToEdge message;
    message.mutable_release()->set_channel(1);
    message.mutable_release()->set_call(call);
    message.mutable_release()->set_cause(cause);
    tell(message);
  }

  void notice(std::uint64_t call) { // that it is held
    v1::ToEdge message;
    message.mutable_notice()->set_channel(1);
    message.mutable_notice()->set_call(call);
    message.mutable_notice()->set_held(true);
    tell(message);
  }

  /// What was heard of one kind, in order; all else as it was.
  template <class Pick>
  auto heard_of(Pick pick) const {
    std::vector<std::decay_t<decltype(pick(v1::FromEdge{}))>> found;
    for (const auto& one : heard)
      if (v1::FromEdge empty; pick(one).SerializeAsString() != pick(empty).SerializeAsString())
        found.push_back(pick(one));
    return found;
  }
  std::vector<v1::Setup> setups() const {
    return heard_of([](const auto& one) { return one.setup(); });
  }
  std::vector<v1::Over> overs() const {
    return heard_of([](const auto& one) { return one.over(); });
  }
  std::vector<v1::Connect> connects() const {
    return heard_of([](const auto& one) { return one.connect(); });
  }
  std::vector<v1::Progress> progresses() const {
    return heard_of([](const auto& one) { return one.progress(); });
  }
  std::vector<v1::Release> releases() const {
    return heard_of([](const auto& one) { return one.release(); });
  }
  std::vector<v1::Trouble> troubles() const {
    return heard_of([](const auto& one) { return one.trouble(); });
  }
  /// As was last told; none: never.
  std::optional<bool> up() const {
    std::optional<bool> last;
    for (const auto& one : heard)
      if (one.has_channel())
        last = one.channel().up();
    return last;
  }
  v1::Figures figures() const {
    const auto all = heard_of([](const auto& one) { return one.figures(); });
    return all.empty() ? v1::Figures{} : all.back();
  }

  std::deque<std::string> frames;  ///< that leave
  std::vector<v1::FromEdge> heard; ///< without frames
  signalling lines{[this](v1::FromEdge message) {
    if (message.has_frame())
      frames.push_back(message.frame().octets());
    else
      heard.push_back(std::move(message));
  }};
};

class isdn_span {
  microseconds now_ = 1000s;
  const int stopped_ = (stop_libpri_time(now_), 0); // before there is a timer

public:
  ~isdn_span() { stop_libpri_time({}); }

  /// Frames go to and fro until there are none.
  void settle() {
    for (int n = 0; n < 100'000 && (carry(network, user) || carry(user, network)); ++n) {
    }
  }
  void pass(microseconds time) {
    const auto then = now_ + time;
    settle();
    while (now_ < then) {
      auto next = then;
      for (const auto* one : {&network, &user})
        if (const auto at = one->lines.next(); at && *at < next)
          next = *at;
      now_ = std::max(next, now_ + 1ms);
      stop_libpri_time(now_);
      network.lines.run();
      user.lines.run();
      settle();
    }
  }
  void begin() {
    network.line(true);
    user.line(true);
    pass(2s);
    ASSERT_EQ(network.up(), true);
    ASSERT_EQ(user.up(), true);
    for (auto* one : {&network, &user})
      one->heard.clear();
  }
  bool cut = false; ///< what leaves is lost
  std::uint64_t carried = 0;
  isdn_end network{v1::Channel::E1_NETWORK}, user{v1::Channel::E1_USER};

private:
  bool carry(isdn_end& from, isdn_end& to) {
    if (from.frames.empty())
      return false;
    v1::ToEdge message;
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(from.frames.front());
    from.frames.pop_front();
    ++carried;
    if (!cut)
      to.tell(message);
    return true;
  }
};

} // namespace switchroom::isdn
