// SPDX-License-Identifier: MIT
/// What the sequence numbers of a stream of RTP tell (RFC 3550, A.1 and A.3).
#pragma once
#include <algorithm>
#include <cstdint>

namespace switchroom::media {

enum class sequence_verdict {
  first,     ///< the stream begins, or begins anew after a jump
  next,      ///< newer than all before
  reordered, ///< older than one that came before it
  duplicate, ///< came before
  suspect,   ///< far from all before: believed when its successor comes
};

class sequence_tracker {
public:
  sequence_verdict see(std::uint16_t sequence) {
    if (!started_)
      return begin(sequence);
    const auto ahead = static_cast<std::int16_t>(sequence - highest_);
    if (ahead > max_dropout || ahead < -max_misorder) {
      if (suspected_ && sequence == expected_after_jump_)
        return begin(sequence);
      suspected_ = true;
      expected_after_jump_ = static_cast<std::uint16_t>(sequence + 1);
      return sequence_verdict::suspect;
    }
    suspected_ = false;
    if (ahead > 0) {
      seen_ = ahead < 64 ? seen_ << ahead | 1 : 1;
      expected_ += static_cast<std::uint64_t>(ahead);
      wraps_ += sequence < highest_ ? 1 : 0;
      highest_ = sequence;
      ++received_;
      return sequence_verdict::next;
    }
    // Of those too old to remember, none is called a duplicate.
    const std::uint64_t bit = ahead > -64 ? std::uint64_t{1} << -ahead : 0;
    if ((seen_ & bit) != 0)
      return sequence_verdict::duplicate;
    seen_ |= bit;
    ++received_;
    return sequence_verdict::reordered;
  }

  /// The next packet begins a stream, whatever its number: the sender is another.
  void forget() { started_ = false; }

  /// The highest number since the stream began, or began anew, with its wraps in the upper 16 bits.
  std::uint32_t extended_highest() const { return std::uint32_t{wraps_} << 16 | highest_; }
  std::uint64_t received() const { return received_; }
  /// Expected less received; never below zero.
  std::uint64_t lost() const { return expected_ - std::min(expected_, received_); }

private:
  static constexpr int max_dropout = 3000, max_misorder = 100; // RFC 3550, A.1

  sequence_verdict begin(std::uint16_t sequence) {
    started_ = true;
    suspected_ = false;
    highest_ = sequence;
    wraps_ = 0;
    seen_ = 1;
    ++expected_;
    ++received_;
    return sequence_verdict::first;
  }

  bool started_ = false, suspected_ = false;
  std::uint16_t highest_ = 0, wraps_ = 0, expected_after_jump_ = 0;
  std::uint64_t seen_ = 0; ///< bit n: highest − n has come
  std::uint64_t expected_ = 0, received_ = 0;
};

} // namespace switchroom::media
