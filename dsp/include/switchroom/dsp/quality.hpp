// SPDX-License-Identifier: MIT
/// What people would say of a connection: the E-model, ITU-T G.107 (2015). From delay, codec and
/// loss it reckons a rating R, 0 … 100, and from R a mean opinion score (MOS), 1 … 4.5. All that
/// is not in `connection` has the default value of G.107, table 3: quiet rooms, ordinary
/// handsets. A planning model, good to compare connections; no measurement of speech.
///
/// Wideband codecs are rated by G.107.1, where R goes to 129; MOS there is of another scale and
/// must not be compared with that of narrow band. The talker's echo is reckoned there as in narrow
/// band, the listener's not at all.
#pragma once

namespace switchroom::dsp {

/// G.113, Appendix I and IV (provisional planning values, as they call them).
struct codec_impairment {
  double equipment = 0;       ///< Ie, or Ie,wb
  double loss_robustness = 1; ///< Bpl, > 0; the more, the less a lost packet is heard
  bool wideband = false;      ///< rated by G.107.1
};
inline constexpr codec_impairment g711_muted{0, 4.3}; ///< silence in place of what was lost
/// Concealment as in G.711, Appendix I. Bpl is of packets of 10 ms lost at random.
inline constexpr codec_impairment g711_concealed{0, 25.1};
// Of G.726 there is no published Bpl: of what is muted G.711's is taken; concealed, less than half
// of G.711's, for after a loss the decoder's state is wrong, too.
inline constexpr codec_impairment g726_40_muted{2, 4.3}, g726_32_muted{7, 4.3},
    g726_24_muted{25, 4.3}, g726_16_muted{50, 4.3};
inline constexpr codec_impairment g726_40_concealed{2, 10}, g726_32_concealed{7, 10},
    g726_24_concealed{25, 10}, g726_16_concealed{50, 10};
// Of G.722 there is no published Bpl,wb: the least that there is of G.722.2 is taken.
inline constexpr codec_impairment g722_64{13, 4.3, true}, g722_56{20, 4.3, true},
    g722_48{31, 4.3, true};

struct connection {
  codec_impairment codec = g711_concealed;
  /// Mouth to ear, ≥ 0: packets, network, jitter buffer and all (Ta; T is taken as the same, and
  /// the round trip Tr as twice this).
  double one_way_ms = 0;
  double loss_percent = 0; ///< 0 … 100: lost or too late (Ppl)
  /// How long the bursts of loss are, over how long they would be at random: ≥ 1 (BurstR). Not
  /// looked at in wideband, for which G.107.1 knows random loss only.
  double burst_ratio = 1;
  /// How much of the talker's voice comes back, dB below it (TELR). 65: no echo to speak of. A
  /// hybrid without a canceller is at some 30.
  double echo_loss_db = 65;
  double advantage = 0; ///< what people forgive for convenience (A): 0 … 20
};

/// Idd: what the delay alone spoils, in R. Zero up to 100 ms.
double delay_impairment(double one_way_ms);
/// Ie,eff: what codec and loss spoil, in R.
double equipment_impairment(const codec_impairment&, double loss_percent, double burst_ratio = 1);

/// R, held to 0 … 100, in wideband 0 … 129.
double rating(const connection&);

/// MOS of R (G.107, Annex B): 1 … 4.5. R of narrow band, or R of wideband over 1.29 (G.107.1,
/// Annex A).
double mean_opinion(double r);
/// MOS of a connection, by the scale of its codec.
double mean_opinion(const connection&);

} // namespace switchroom::dsp
