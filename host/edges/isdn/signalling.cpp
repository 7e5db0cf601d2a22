// SPDX-License-Identifier: MIT
#include "edges/isdn/signalling.hpp"

namespace switchroom::isdn {
namespace {

using namespace std::chrono_literals;

constexpr int most_channels = 256;

std::uint32_t channel_in(const v1::ToEdge& said) {
  switch (said.body_case()) {
  case v1::ToEdge::kFrame:
    return said.frame().channel();
  case v1::ToEdge::kLine:
    return said.line().channel();
  case v1::ToEdge::kSetup:
    return said.setup().channel();
  case v1::ToEdge::kProgress:
    return said.progress().channel();
  case v1::ToEdge::kDigits:
    return said.digits().channel();
  case v1::ToEdge::kConnect:
    return said.connect().channel();
  case v1::ToEdge::kRelease:
    return said.release().channel();
  case v1::ToEdge::kHold:
    return said.hold().channel();
  case v1::ToEdge::kHoldAnswer:
    return said.hold_answer().channel();
  case v1::ToEdge::kNotice:
    return said.notice().channel();
  case v1::ToEdge::kDisplay:
    return said.display().channel();
  case v1::ToEdge::kKeys:
    return said.keys().channel();
  case v1::ToEdge::kLamp:
    return said.lamp().channel();
  default:
    return 0;
  }
}

} // namespace

bool signalling::told(const v1::ToEdge& said) {
  if (said.has_channels() || !opened_)
    return said.has_channels() && open(said.channels());
  auto* channel = at(channel_in(said));
  if (channel)
    carry_out(*channel, said);
  else if (said.has_frame())
    figures_.set_frames_dropped(figures_.frames_dropped() + 1);
  run();
  return true;
}

bool signalling::open(const v1::Channels& list) {
  if (std::exchange(opened_, true) || list.channels_size() > most_channels)
    return false;
  for (const auto& one : list.channels()) {
    auto tell = [this, network = one.kind() != v1::Channel::E1_USER](v1::FromEdge message) {
      if (sees && message.has_frame())
        sees(message.frame(), true, network);
      tell_(std::move(message));
    };
    auto& place = channels_[one.channel()];
    if (one.channel() == 0 || place)
      return false;
    place = std::make_unique<d_channel>(one, std::move(tell), figures_);
  }
  v1::FromEdge message;
  message.mutable_ready();
  tell_(std::move(message));
  return true;
}

d_channel* signalling::at(std::uint32_t channel) {
  const auto found = channels_.find(channel);
  return found == channels_.end() ? nullptr : found->second.get();
}

void signalling::carry_out(d_channel& on, const v1::ToEdge& said) {
  switch (said.body_case()) {
  case v1::ToEdge::kFrame:
    if (sees)
      sees(said.frame(), false, on.is_network());
    return on.frame(said.frame().octets());
  case v1::ToEdge::kLine:
    return on.line(said.line().up());
  case v1::ToEdge::kSetup:
    return on.setup(said.setup());
  case v1::ToEdge::kProgress:
    return on.progress(said.progress());
  case v1::ToEdge::kDigits:
    return on.digits(said.digits());
  case v1::ToEdge::kConnect:
    return on.connect(said.connect());
  case v1::ToEdge::kRelease:
    return on.release(said.release());
  case v1::ToEdge::kHold:
    return on.hold(said.hold());
  case v1::ToEdge::kHoldAnswer:
    return on.hold_answer(said.hold_answer());
  case v1::ToEdge::kNotice:
    return on.notice(said.notice());
  case v1::ToEdge::kDisplay:
    return on.display(said.display());
  case v1::ToEdge::kKeys:
    return on.keys(said.keys());
  case v1::ToEdge::kLamp:
    return on.lamp(said.lamp());
  default:
    return;
  }
}

void signalling::run() {
  for (auto& [number, one] : channels_)
    one->run();
  tell_figures();
}

std::optional<microseconds> signalling::next() const {
  auto soonest = figures_at_;
  for (const auto& [number, one] : channels_)
    if (const auto at = one->next(); at && (!soonest || *at < *soonest))
      soonest = at;
  return soonest;
}

/// A change is told at once, the next one a second later.
void signalling::tell_figures() {
  const auto now = libpri_time();
  if (figures_at_ && *figures_at_ > now)
    return;
  figures_at_.reset();
  if (figures_.SerializeAsString() == told_figures_.SerializeAsString())
    return;
  told_figures_ = figures_;
  figures_at_ = now + 1s;
  v1::FromEdge message;
  *message.mutable_figures() = figures_;
  tell_(std::move(message));
}

} // namespace switchroom::isdn
