// SPDX-License-Identifier: MIT
/// Who calls, as an analog phone with a display is told: the message, its octets, and the samples
/// that carry them. Bellcore GR-30 and GR-31 (Bell 202), ETSI ETS 300 659-1 and -2 (V.23).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace switchroom::dsp {

/// Why something is not told.
enum class absence {
  none,        ///< it is told
  unavailable, ///< 'O': nobody knows it
  withheld,    ///< 'P': the caller does not want it told
};

struct caller_id {
  struct moment {
    unsigned month = 1, day = 1, hour = 0, minute = 0; ///< local time
    friend bool operator==(const moment&, const moment&) = default;
  };
  /// Printable ASCII; an encoder cuts what is longer.
  static constexpr std::size_t longest_number = 20, longest_name = 20;

  std::optional<moment> when = {};
  std::string number = {}, name = {};                         ///< empty: not told
  absence no_number = absence::none, no_name = absence::none; ///< none, and empty: not mentioned
  friend bool operator==(const caller_id&, const caller_id&) = default;
};

/// multiple: type 0x80, parameters of which each has a type. single: type 0x04, date, time and
/// number alone; Bellcore's only.
enum class message_format { multiple, single };

enum class message_fault {
  truncated,   ///< it ends before its length
  wrong_sum,   ///< damaged on its way: the sum, or a stop bit
  not_a_call,  ///< a message of another type
  wrong_field, ///< a parameter is longer than the message, or says what cannot be
};
struct message_error {
  message_fault what;
  std::uint8_t at = 0; ///< type of the message (not_a_call) or of the parameter (wrong_field)
  friend bool operator==(const message_error&, const message_error&) = default;
};
/// For people: "the message is damaged".
std::string to_string(const message_error&);

/// Type, length, content, sum. Letters with marks lose them, other characters become '?'. A single
/// message says neither names nor, without a date, anything: it has 01010000 then.
std::vector<std::uint8_t> encode(const caller_id&, message_format);
/// Octets of one message; what follows its sum is not looked at. Parameters of unknown types are
/// passed over.
std::variant<caller_id, message_error> decode(std::span<const std::uint8_t>);

/// Length of a message whose first two octets are these, sum included.
inline std::size_t message_length(std::uint8_t length) {
  return std::size_t{length} + 3;
}

/// Frequencies of 1200 baud: mark is 1.
enum class fsk_standard {
  bell202, ///< 1200 and 2200 Hz
  v23,     ///< 1300 and 2100 Hz (ITU-T V.23, mode 2)
};

/// What a phone is sent, 8000 samples a second. All is made at once, for a tape.
struct caller_id_signal {
  static constexpr double level_dbm0 = -13.5;     ///< of the message (ETS 300 659-1, 6.2)
  static constexpr double alert_level_dbm0 = -15; ///< of each tone of the alert (GR-30)
  static constexpr unsigned seizure_bits = 300;   ///< alternating, beginning with 0
  static constexpr unsigned marks_on_hook = 180, marks_off_hook = 80;

  /// In the pause after the first ring.
  static std::vector<std::int16_t> after_ring(const caller_id&, fsk_standard, message_format);
  /// After a reversal of the line and before it rings: silence, alert, message, silence (SIN 227).
  static std::vector<std::int16_t> before_ring(const caller_id&, fsk_standard);
  /// In a call: 2130 and 2750 Hz for 80 ms, which the phone acknowledges by D or A of DTMF.
  static std::vector<std::int16_t> alert();
  /// Then, to a phone that has acknowledged.
  static std::vector<std::int16_t> in_a_call(const caller_id&, fsk_standard);
};

} // namespace switchroom::dsp
