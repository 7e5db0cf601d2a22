// SPDX-License-Identifier: MIT
/// Hears what an exchange of a given country says with tones: dial tone, ringing, busy, congestion,
/// special information (ITU-T E.180, E.182). 8,000 samples a second, 16 bits linear.
///
/// How: each 10 ms the last 40 ms are compared with the sounds of the plan, by least squares: that
/// sound is heard which explains three quarters of the energy, of several the one that explains
/// most; a sound of fewer frequencies first if what it explains is 8 % less at most. Stretches of
/// sounds and silence then are compared with the cadences: a tone is heard when one whole turn of
/// its cadence was, within a quarter of each length and 40 ms, beginning anywhere but with the
/// stretch that was under way when listening began; a last silence need be only as long as no other
/// tone of the plan has it, and a tone without cadence as long that it cannot be a beat of another.
/// While what was heard may still become another tone of the plan, none is told.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace switchroom::dsp {

/// A stretch of a tone's cadence.
struct progress_beat {
  double hertz = 0, second_hertz = 0; ///< 0: silence; one frequency
  unsigned ms = 0;                    ///< 0: for ever
  double tolerance_hertz = 5;         ///< either way; special information: 50
};
using progress_tone = std::vector<progress_beat>; ///< over and over

class call_progress {
public:
  static constexpr int none = -1;
  /// The tones of a plan, of at least one beat each. Least level of a sound, both frequencies
  /// together.
  explicit call_progress(std::vector<progress_tone> plan, double least_dbm0 = -40);

  void listen(samples);
  /// Number in the plan of the tone that is heard, or none.
  int tone() const { return tone_; }

private:
  static constexpr unsigned hop = 80, window = 320;
  static constexpr int silence = -1, noise = -2; ///< beside numbers of sounds
  struct sound {
    double hertz = 0, second_hertz = 0, tolerance_hertz = 0;
    bool operator==(const sound&) const = default;
  };
  struct basis { ///< a sound, at one place within its tolerance: orthonormal over a window
    int sound = noise;
    bool pair = false;
    std::vector<std::vector<double>> vectors;
  };
  struct stretch {
    int sound = silence;
    unsigned hops = 0;
    bool whole = true; ///< its beginning was heard
    double ms() const { return 10.0 * hops; }
  };
  struct beat {
    int sound = silence;
    unsigned ms = 0;
  };
  using cadence = std::vector<beat>;

  int number_of(const progress_beat&);
  void add_bases(const sound&, int number);
  int hear() const;
  void step(int heard);
  void match();
  /// Was one whole turn of it heard; of one that is heard; has nothing been heard against it.
  enum class asked : std::uint8_t { is_it, does_it_go_on, may_it_be };
  double misfit(const cadence&, asked) const;
  double reached_ms(const cadence&, const beat&) const;

  double least_energy_;
  std::vector<sound> sounds_;
  std::vector<basis> bases_;
  std::vector<cadence> tones_;
  std::vector<double> last_; ///< samples of the window; with those of the hop under way at its end
  int pending_ = noise;      ///< what the last hop was, if not what the stretch is
  unsigned pending_hops_ = 0;
  std::deque<stretch> stretches_{{silence, 0, false}}; ///< the last is under way
  int tone_ = none;
};

} // namespace switchroom::dsp
