// SPDX-License-Identifier: MIT
#include "switchroom/dsp/quality.hpp"

#include <algorithm>
#include <cmath>

// Names are those of G.107, whose clause 7 this follows.
namespace switchroom::dsp {
namespace {

constexpr double slr = 8, rlr = 2, olr = slr + rlr; // loudness, dB
constexpr double stmr = 15, lstr = 18;              // sidetone, dB
constexpr double ds = 3;                            // D-value of the telephone, sending
constexpr double wepl = 110;                        // weighted echo path loss, dB
constexpr double qdu = 1;
constexpr double nc = -70, nfor = -64;                  // circuit noise dBm0p, noise floor dBmp
constexpr double ps = 35, pr = 35;                      // room noise, dB(A)
constexpr double widest = 129, wide_over_narrow = 1.29; // G.107.1: Ro,wb, Annex A

double power_of(double db) {
  return std::pow(10, db / 10);
}

/// 7.2: all noises as one at the 0 dBr point, dBm0p.
double noise_dbm0p() {
  const double nos = ps - slr - ds - 100 + 0.004 * std::pow(ps - olr - ds - 14, 2);
  const double pre = pr + 10 * std::log10(1 + power_of(10 - lstr));
  const double nor = rlr - 121 + pre + 0.008 * std::pow(pre - 35, 2);
  const double nfo = nfor + rlr;
  return 10 * std::log10(power_of(nc) + power_of(nos) + power_of(nor) + power_of(nfo));
}

/// (1 + x^n)^(1/n)
double bent(double x, double n) {
  return std::pow(1 + std::pow(x, n), 1 / n);
}

/// 7.3: what comes with the voice, Is. Too loud, sidetone, quantizing.
double simultaneous(double ro, double no, double t, double telr) {
  const double xolr = olr + 0.2 * (64 + no - rlr);
  const double iolr = 20 * (bent(xolr / 8, 8) - xolr / 8);
  const double stmro = -10 * std::log10(power_of(-stmr) + std::exp(-t / 4) * power_of(-telr));
  const double ist = 12 * bent((stmro - 13) / 6, 8) - 28 * bent((stmro + 1) / 19.4, 35) -
                     13 * bent((stmro - 3) / 33, 13) + 29;
  const double q = 37 - 15 * std::log10(qdu);
  const double g = 1.07 + 0.258 * q + 0.0602 * q * q;
  const double y = (ro - 100) / 15 + 46 / 8.4 - g / 9, z = 46.0 / 30 - g / 40;
  const double iq = 15 * std::log10(1 + std::pow(10, y) + std::pow(10, z));
  return iolr + ist + iq;
}

/// A hinge at zero, bent the more the larger `softness`.
double above_zero(double x, double softness) {
  return x / 2 + std::sqrt(x * x / 4 + softness);
}

/// 7.4: Idte, what the talker's echo spoils.
double talker_echo(double no, double t, double telr) {
  if (t < 1)
    return 0;
  const double terv =
      telr - 40 * std::log10((1 + t / 10) / (1 + t / 150)) + 6 * std::exp(-0.3 * t * t);
  const double roe = -1.5 * (no - rlr), re = 80 + 2.5 * (terv - 14);
  return (above_zero(roe - re, 100) - 1) * (1 - std::exp(-t));
}

/// 7.4: Idle, what the listener's echo spoils; `t` one way.
double listener_echo(double ro, double t) {
  const double rle = 10.5 * (wepl + 7) * std::pow(2 * t + 1, -0.25);
  return above_zero(ro - rle, 169);
}

} // namespace

double delay_impairment(double one_way_ms) {
  if (one_way_ms <= 100)
    return 0;
  const double x = std::log2(one_way_ms / 100);
  return 25 * (bent(x, 6) - 3 * bent(x / 3, 6) + 2);
}

double equipment_impairment(const codec_impairment& codec, double loss_percent,
                            double burst_ratio) {
  const double ppl = std::clamp(loss_percent, 0.0, 100.0);
  const double burst = codec.wideband ? 1 : std::max(burst_ratio, 1.0);
  return codec.equipment + (95 - codec.equipment) * ppl / (ppl / burst + codec.loss_robustness);
}

double rating(const connection& c) {
  const double t = std::max(c.one_way_ms, 0.0);
  const double no = noise_dbm0p(), ro = 15 - 1.5 * (slr + no);
  const double spoilt = talker_echo(no, t, c.echo_loss_db) + delay_impairment(t) +
                        equipment_impairment(c.codec, c.loss_percent, c.burst_ratio) - c.advantage;
  if (c.codec.wideband) // Is,wb is zero
    return std::clamp(widest - spoilt, 0.0, widest);
  return std::clamp(ro - simultaneous(ro, no, t, c.echo_loss_db) - listener_echo(ro, t) - spoilt,
                    0.0, 100.0);
}

double mean_opinion(double r) {
  if (r <= 0)
    return 1;
  if (r >= 100)
    return 4.5;
  // A little below 1 near R = 0, which nobody can say.
  return std::max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

double mean_opinion(const connection& c) {
  return mean_opinion(rating(c) / (c.codec.wideband ? wide_over_narrow : 1));
}

} // namespace switchroom::dsp
