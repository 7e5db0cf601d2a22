// SPDX-License-Identifier: MIT
/// The signal that tells a phone in a call that data for its display may follow: 2130 and 2750 Hz
/// (GR-30: CPE alerting signal; ETS 300 659-1: dual tone alerting signal).
#pragma once
#include <complex>
#include <cstdint>
#include <memory>

struct nco_crcf_s; // liquid-dsp
struct iirfilt_crcf_s;

namespace switchroom::dsp {

/// Accepts 70 to 130 ms, −35 dBm0 a tone and louder, 7 dB between them, 0.6 % beside their
/// frequencies; they must be most of what is heard.
class alert_detector {
public:
  alert_detector();

  /// True once, when the signal is over.
  bool step(std::int16_t sample);
  void reset();

private:
  struct destroyer {
    void operator()(nco_crcf_s*) const;
    void operator()(iirfilt_crcf_s*) const;
  };
  struct tone {
    std::unique_ptr<nco_crcf_s, destroyer> oscillator;
    std::unique_ptr<iirfilt_crcf_s, destroyer> narrow;
  };
  static tone make_tone(double hz);
  static float power(tone&, float sample);

  tone low_, high_;
  std::unique_ptr<iirfilt_crcf_s, destroyer> all_;
  unsigned present_ = 0; ///< samples
};

} // namespace switchroom::dsp
