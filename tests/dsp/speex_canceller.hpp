// SPDX-License-Identifier: MIT
/// speexdsp's echo canceller, for comparison.
#pragma once
#include <speex/speex_echo.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace switchroom::dsp::testing {

/// By frames of 8 ms.
class speex_canceller {
public:
  explicit speex_canceller(unsigned taps)
      : state_(speex_echo_state_init(64, static_cast<int>(taps)), speex_echo_state_destroy) {
    int rate = 8000;
    speex_echo_ctl(state_.get(), SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
  }
  void cancel(std::int16_t far, std::int16_t near, std::vector<std::int16_t>& left) {
    far_[n_] = far;
    near_[n_] = near;
    if (++n_ < far_.size())
      return;
    n_ = 0;
    std::array<std::int16_t, 64> out{};
    speex_echo_cancellation(state_.get(), near_.data(), far_.data(), out.data());
    left.insert(left.end(), out.begin(), out.end());
  }

private:
  std::unique_ptr<SpeexEchoState, decltype(&speex_echo_state_destroy)> state_;
  std::array<std::int16_t, 64> far_{}, near_{};
  std::size_t n_ = 0;
};

} // namespace switchroom::dsp::testing
