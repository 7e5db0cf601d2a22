// SPDX-License-Identifier: MIT
/// Frequency shift keying at 1200 baud, 8 bits without parity, as caller ID has it: octets to
/// samples and back, 8000 samples a second. 6 2/3 samples are a bit.
#pragma once
#include "switchroom/dsp/caller_id.hpp"
#include "switchroom/dsp/samples.hpp"

#include <cstddef>
#include <deque>
#include <memory>

struct nco_crcf_s; // liquid-dsp
struct firfilt_rrrf_s;
struct firfilt_crcf_s;

namespace switchroom::dsp {

struct fsk_destroyer {
  void operator()(nco_crcf_s*) const;
  void operator()(firfilt_rrrf_s*) const;
  void operator()(firfilt_crcf_s*) const;
};

struct fsk_frequencies {
  double mark_hz, space_hz;
};
fsk_frequencies frequencies_of(fsk_standard);

/// A channel seizure, marks, octets, and some marks so that the last octet is heard whole.
class fsk_sender {
public:
  struct shape {
    unsigned seizure_bits = 0;
    unsigned mark_bits = 0;
    double level_dbm0 = caller_id_signal::level_dbm0;
    double baud = 1200;
  };
  fsk_sender(fsk_standard, std::vector<std::uint8_t> octets, const shape&);

  bool over() const { return bit_ >= bits_.size(); }
  /// 0 when it is over. The phase goes on from bit to bit.
  std::int16_t next();

private:
  void add_octet(std::uint8_t);

  std::vector<bool> bits_;
  std::size_t bit_ = 0;
  double into_bit_ = 0; ///< of 1
  double bits_a_sample_;
  float mark_turn_, space_turn_, peak_;
  std::unique_ptr<nco_crcf_s, fsk_destroyer> oscillator_;
};

/// Messages out of samples. Each tone is mixed down and summed over a bit; the louder wins, seen
/// from the middle of what marks and spaces have been like, which takes care of twist. Octets are
/// timed by their start bits and corrected by every edge. A message begins after 16 ms of marks,
/// seizure or not.
///
/// Hears −38 dBm0 and louder. What is said, sung or whistled instead of a message is, very rarely,
/// taken for a damaged one: who knows when a message may come shall listen then only.
class fsk_receiver {
public:
  using outcome = std::variant<caller_id, message_error>;

  explicit fsk_receiver(fsk_standard);

  void feed(samples);
  void feed(std::int16_t sample) { step(sample); }
  /// What has come since, in order.
  std::optional<outcome> take();
  /// A message has begun and is not over.
  bool busy() const { return !octets_.empty(); }
  /// Nothing was heard so far.
  void reset();

private:
  struct tone {
    std::unique_ptr<nco_crcf_s, fsk_destroyer> oscillator;
    std::unique_ptr<firfilt_crcf_s, fsk_destroyer> over_a_bit;
  };
  static tone make_tone(double hz);
  static float loudness(tone&, float sample);

  void step(std::int16_t);
  void follow(float now);
  void sample_bit(float value);
  void learn(float value);
  void end_octet(bool framed);
  void begin_octet(double at);
  void take_octet(std::uint8_t, bool framed);
  void finish(const outcome&);
  void give_up();

  std::unique_ptr<firfilt_rrrf_s, fsk_destroyer> band_;
  tone mark_, space_;

  double now_ = 0; ///< samples so far
  float last_ = 0; ///< difference of the tones before this one
  float power_ = 0, carrier_ = 0;
  float mark_mean_ = 0, space_mean_ = 0; ///< differences at marks and spaces
  bool in_octet_ = false;
  double start_ = 0;    ///< when the edge of the start bit passed the middle
  double expected_ = 0; ///< the next one, if octets follow each other
  unsigned bit_ = 0;    ///< to be looked at next: 0 the start bit, 9 the stop bit
  std::uint8_t octet_ = 0;
  double idle_since_ = 0; ///< marks since then
  bool armed_ = false;    ///< a message may begin
  bool well_framed_ = false;
  std::vector<std::uint8_t> octets_;
  std::deque<outcome> heard_;
};

} // namespace switchroom::dsp
