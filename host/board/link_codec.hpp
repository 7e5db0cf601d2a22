// SPDX-License-Identifier: MIT
/// Link frames to octets and back (proto/link.md). Pure; neither side allocates once its buffers
/// have grown to the largest frame.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <switchroom/regs.hpp>
#include <vector>

namespace switchroom::board {

/// One sample of one host slot, 16-bit linear.
struct sample {
  std::uint8_t slot; ///< host slot, 0 … capacity of the link block − 1
  std::int16_t value;
  friend bool operator==(const sample&, const sample&) = default;
};

inline constexpr std::size_t largest_body = 250;
/// Samples that fit in a cell to the board.
inline constexpr std::size_t largest_cell = 80;

/// CRC-32 of IEEE 802.3, as transmitted. The check value of "123456789" is 0xcbf43926.
std::uint32_t crc32(std::span<const std::uint8_t> octets);

/// Puts frames into octets. Numbers them; one encoder per direction and connection.
class encoder {
public:
  /// Appends flag, stuffed frame and flag to `out`. `body` has at most largest_body octets.
  void append(std::vector<std::uint8_t>& out, regs::frame_type type,
              std::span<const std::uint8_t> body);

  /// A cell for the board: samples due in `frame`, at most largest_cell, and the event that is
  /// acknowledged (0: none).
  void append_cell(std::vector<std::uint8_t>& out, std::uint32_t frame, std::uint8_t acknowledged,
                   std::span<const sample> samples);

private:
  std::uint8_t sequence_ = 0;
};

/// A whole frame with a good check, a known type and a length that fits the type.
struct frame {
  regs::frame_type type;
  std::uint8_t sequence;
  std::span<const std::uint8_t> body; ///< valid until the decoder takes the next octet
};

/// What a decoder has seen; each counts link frames.
struct decoder_figures {
  std::uint64_t received = 0;      ///< handed on
  std::uint64_t check_errors = 0;  ///< dropped: wrong CRC or too short
  std::uint64_t malformed = 0;     ///< dropped: good CRC, but unknown type or wrong length
  std::uint64_t sequence_gaps = 0; ///< missing, by the sequence numbers
};

/// Who sent the octets; each end sends frame types of its own.
enum class link_end { host, board };

/// True when `octets` of body are a length that `type` from `sender` can have.
bool well_formed(link_end sender, std::uint8_t type, std::span<const std::uint8_t> body);

/// Takes octets as they come, in pieces of any size. Finds its way back after any damage at the
/// next flag.
class decoder {
public:
  explicit decoder(link_end sender) : sender_(sender) {}

  /// Calls `sink(const frame&)` for every good frame that ends within `octets`.
  template <typename Sink>
  void push(std::span<const std::uint8_t> octets, Sink&& sink) {
    for (const std::uint8_t octet : octets) {
      if (octet == flag) {
        if (finish())
          sink(frame{static_cast<regs::frame_type>(buffer_[0]), buffer_[1],
                     std::span(buffer_).subspan(2, size_ - 6)});
        begin();
      } else if (octet == escape) {
        escaped_ = true;
      } else {
        take(escaped_ ? octet ^ 0x20 : octet);
        escaped_ = false;
      }
    }
  }

  const decoder_figures& figures() const { return figures_; }
  /// A new connection: what came before the first flag is no frame, any sequence may begin.
  /// The figures go on.
  void restart();

private:
  static constexpr std::uint8_t flag = 0x7e;
  static constexpr std::uint8_t escape = 0x7d;
  void take(std::uint8_t octet);
  bool finish();
  void begin();
  void count_gap();

  std::array<std::uint8_t, largest_body + 6> buffer_{};
  std::size_t size_ = 0; ///< octets of this frame so far, also those beyond the buffer
  std::uint32_t crc_ = 0xffffffff;
  bool escaped_ = false;
  bool hunting_ = true; ///< no flag yet
  bool numbered_ = false;
  std::uint8_t next_ = 0;
  link_end sender_;
  decoder_figures figures_;
};

/// Little-endian number of `octets.size()` (up to 4) octets.
inline std::uint32_t little_endian(std::span<const std::uint8_t> octets) {
  std::uint32_t value = 0;
  for (std::size_t i = octets.size(); i-- > 0;)
    value = value << 8 | octets[i];
  return value;
}

} // namespace switchroom::board
