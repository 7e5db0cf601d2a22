// SPDX-License-Identifier: MIT
/// A board's oscillator, the fabric's clock and the elastic stores of its spans as their golden
/// models, and references, in continuous time: for runs of hours.
#pragma once
#include "clock/timing_sources.hpp"

#include "golden/clock_recovery.hpp"
#include "golden/e1_store.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace switchroom::sim {

/// The elastic store of a reference's span, and whether what leaves it is what came, frame by
/// frame.
class watched_store {
public:
  /// A frame of the far end begins at `at`.
  void strobe(double at) {
    catch_up(32);
    ++number_;
    began_ = at;
    written_ = 0;
  }
  /// A frame of ours begins at `now`; `run`: the span is sound.
  void frame(double now, bool run) {
    if (number_ > 0)
      catch_up(static_cast<unsigned>(std::clamp((now - began_) / 125e-6, 0.0, 0.999) * 32));
    const auto slip = store_.frame(run);
    repeats += slip == golden::e1_store::slip::repeat;
    skips += slip == golden::e1_store::slip::skip;
    if (!store_.ready())
      return;
    const auto heard = store_.read(5);
    if (heard_before_ && static_cast<std::uint8_t>(last_ + 1) != heard)
      ++broken;
    heard_before_ = true;
    last_ = heard;
  }
  unsigned repeats = 0, skips = 0;
  unsigned broken = 0; ///< frames that do not follow on the one before

private:
  void catch_up(unsigned to) {
    for (; written_ < to; ++written_)
      store_.write(written_, static_cast<std::uint8_t>(number_));
  }
  golden::e1_store store_;
  unsigned number_ = 0, written_ = 32;
  double began_ = 0;
  std::uint8_t last_ = 0;
  bool heard_before_ = false;
};

class clocked_frames {
public:
  static constexpr double frame_s = 125e-6;

  clocked_frames(unsigned clocks_per_frame, oscillator::character board,
                 std::vector<timing_source::character> references)
      : clock(static_cast<unsigned>(references.size()), clocks_per_frame),
        clocks_per_frame_(clocks_per_frame), board_(board), strobes_(references.size()) {
    stores.resize(references.size());
    for (auto& one : references)
      references_.emplace_back(one);
  }

  /// One frame.
  void frame() {
    const int step = clock.step();
    clock.frame(strobes_, number_ % 8 == 0);
    for (auto& one : strobes_)
      one = {};
    for (std::size_t n = 0; watches && n < stores.size(); ++n)
      stores[n].frame(now_, references_[n].comes());
    const unsigned length = clocks_per_frame_ + static_cast<unsigned>(step);
    const double period = frame_s / clocks_per_frame_ / (1 + board_.y(now_));
    const double end = now_ + length * period;
    for (std::size_t n = 0; n < references_.size(); ++n)
      for (auto& from = references_[n]; from.next() < end; from.advance())
        if (from.comes()) {
          if (watches)
            stores[n].strobe(from.next());
          const auto at = std::min(
              static_cast<unsigned>(std::max(0.0, (from.next() - now_) / period)), length - 1);
          strobes_[n].count = std::min(strobes_[n].count + 1, 3U);
          strobes_[n].left =
              at == 0 ? clocks_per_frame_ - 1 : std::min(length - 1 - at, clocks_per_frame_ - 2);
        }
    now_ = end;
    ++number_;
  }
  /// From now on reference `n` is another one.
  void replace(std::size_t n, timing_source::character by) {
    references_[n] = timing_source(std::move(by));
    while (references_[n].next() < now_)
      references_[n].advance();
  }
  /// Until `seconds`; of each 20 ms the average time error goes into `time_error`.
  void run_until(double seconds) {
    while (now_ < seconds) {
      double sum = 0;
      for (unsigned n = 0; n < averaged; ++n) {
        frame();
        sum += late();
      }
      time_error.push_back(sum / averaged);
    }
  }
  /// How late frames are, in seconds, beside perfect ones.
  double late() const { return now_ - static_cast<double>(number_) * frame_s; }
  double now() const { return now_; }
  double ppb(std::int32_t clocks_a_second) const {
    return clocks_a_second * 1e9 / (8000.0 * clocks_per_frame_);
  }

  static constexpr unsigned averaged = 160; ///< frames
  static constexpr double sample_s = averaged * frame_s;
  golden::clock_recovery clock;
  std::vector<double> time_error;
  std::vector<watched_store> stores; ///< one a reference, as if all were spans
  bool watches = true;               ///< the stores are of interest

private:
  unsigned clocks_per_frame_;
  oscillator board_;
  std::vector<timing_source> references_;
  std::vector<golden::clock_strobes> strobes_;
  double now_ = 0;
  std::uint64_t number_ = 0;
};

/// Takes what the configuration file says by its defaults.
inline void follow(golden::clock_recovery& clock, unsigned references, bool revertive = false) {
  using block = regs::clock_block;
  for (unsigned n = 0; n < references; ++n)
    clock.write(static_cast<std::uint16_t>(block::reference_config::offset + n),
                block::reference_config::enable::of(1) | block::reference_config::priority::of(n));
  clock.write(block::control::offset,
              block::control::enable::of(1) | block::control::revertive::of(revertive));
}

} // namespace switchroom::sim
