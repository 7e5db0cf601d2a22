// SPDX-License-Identifier: MIT
/// All D channels of a gateway: what it says is carried out, what they say is told
/// (proto/isdn.proto).
#pragma once
#include "edges/isdn/d_channel.hpp"

#include <map>
#include <memory>

namespace switchroom::isdn {

class signalling {
public:
  explicit signalling(sink tell) : tell_(std::move(tell)) {}

  /// False: it makes no sense before, or after, the list of channels; the gateway is not one that
  /// this edge can serve.
  bool told(const v1::ToEdge&);
  void run();
  std::optional<microseconds> next() const;
  /// Frames that the gateway sends and gets, for a capture; may be empty.
  std::function<void(const v1::Frame&, bool sent, bool network)> sees;

private:
  bool open(const v1::Channels&);
  d_channel* at(std::uint32_t channel);
  void carry_out(d_channel&, const v1::ToEdge&);
  void tell_figures();

  sink tell_;
  v1::Figures figures_, told_figures_;
  std::optional<microseconds> figures_at_; ///< not before
  bool opened_ = false;
  std::map<std::uint32_t, std::unique_ptr<d_channel>> channels_;
};

} // namespace switchroom::isdn
