// SPDX-License-Identifier: MIT
/// Which call has which B channel of an interface, and who yields when both sides take the same one
/// at the same time (Q.931, 5.7 and D.3). Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace switchroom::isdn {

class b_channels {
public:
  enum class side { network, user };
  using call_number = std::uint64_t;
  struct wish {
    unsigned channel = 0;   ///< 0: any
    bool exclusive = false; ///< and no other
  };

  /// Channels are numbers from 1, as the wire has them.
  b_channels(side, std::vector<unsigned> channels);

  /// A call of ours asks the far end for a channel. False: it is taken, out of service or none of
  /// these.
  bool ask(call_number, wish);
  /// The far end's call asks us; the one that it gets. None: none is free, or not the only one it
  /// would take. A call of ours that asked for the same may lose it: then it has none until the far
  /// end's answer names one.
  std::optional<unsigned> asked(call_number, wish);
  /// The far end has answered a call of ours, for the first time or again; 0: without a channel.
  /// False: that cannot be, and the call has to end.
  bool answered(call_number, unsigned channel);
  /// The call is held: its channel is free.
  void held(call_number);
  /// False: the call stays without a channel.
  bool retrieved(call_number, unsigned channel);
  void over(call_number);

  void in_service(unsigned channel, bool);
  bool is_in_service(unsigned channel) const;
  /// 0: none.
  unsigned of(call_number) const;
  std::optional<call_number> user_of(unsigned channel) const;
  unsigned taken() const;
  const std::vector<unsigned> numbers() const;

private:
  struct state {
    unsigned number = 0;
    bool serves = true;
    std::optional<call_number> call;
    bool ours = false;      ///< we have asked for it, and
    bool agreed = false;    ///< the far end has answered
    bool exclusive = false; ///< as we have asked
    bool is_free() const { return serves && !call; }
  };
  state* at(unsigned channel);
  const state* at(unsigned channel) const;
  state* at_call(call_number);
  state* any_free();
  static void take(state&, call_number, bool ours, bool agreed, bool exclusive);

  side side_;
  std::vector<state> states_;
};

} // namespace switchroom::isdn
