// SPDX-License-Identifier: MIT
/// Brings who speaks at a line to a wanted level, from what the board's meter reads of the line
/// before that gain: an automatic level control device in the sense of ITU-T G.169. Pure.
///
/// Follows speech only. What is as loud as what was before and comes next is no speech: a tone, a
/// steady noise, a modem. Nor is what is not well above the line's quietest moments, or what may
/// be an echo of what the line hears.
#pragma once
#include <cstddef>
#include <deque>

namespace switchroom::lines {

class level_control {
public:
  /// G.115 and G.169 want speech at that level (RFC 7874, 4).
  static constexpr double usual_dbm0 = -19;
  /// Louder or softer by so much at most.
  static constexpr double most_db = 12;
  /// The gain moves by so much at most from one reading to the next.
  static constexpr double step_db = 1;

  /// One window of the meter, in dBm0 before the gain.
  struct reading {
    double said;
    double peak;  ///< its largest sample, as if all were so large: of a sine, 3 dB above `said`
    double heard; ///< what the line heard meanwhile
  };

  explicit level_control(double wanted_dbm0) : wanted_dbm0_(wanted_dbm0) {}

  /// Windows follow one another, some 8 a second; one may be left out, none come twice.
  void read(const reading&);
  /// The line says a digit: it is none of speech, and not to be made louder than it is.
  void on_digit();
  /// A modem or fax answers at one end (ITU-T V.25, 2100 Hz): no gain until the call is over.
  void on_answer_tone();

  double gain_db() const;

private:
  bool is_speech(const reading& before, const reading&, const reading& after) const;
  void follow(const reading&);

  double wanted_dbm0_;
  double gain_db_ = 0;
  bool is_data_ = false;
  std::deque<reading> read_;    ///< the last ones, the newest last
  std::size_t passed_over_ = 0; ///< so many more are a digit's
  std::size_t followed_ = 0;    ///< windows of speech, as far as they count
  double power_ = 0;            ///< of speech: 1 is 0 dBm0
};

} // namespace switchroom::lines
