// SPDX-License-Identifier: MIT
// The G.726 engine in both its schedules: the ITU's sequences of Appendix II, libspandsp, and in
// lock step with its golden model.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../dsp/g726_spandsp.hpp"
#include "../dsp/signals.hpp"
#include "../dsp/spoken.hpp"
#include "Vg726_one_clock_model.h"
#include "Vg726_sequential_model.h"
#include "golden/g726_engine.hpp"
#include "itu_vectors.hpp"
#include "verilated_block.hpp"

// What is inside spandsp's codec: it has no call that changes the rate.
#include <spandsp/private/bitstream.h>

#include <spandsp/private/g726.h>

namespace {
using namespace switchroom;
using dsp::g711::law;
using dsp::g726::rate;
using golden::g726_op;
using words16 = std::vector<std::uint16_t>;

constexpr unsigned channels = 40;

/// What a channel is to work on, and what came of it.
struct work {
  g726_op op;
  words16 words;
  words16 results{};
};

/// An engine that is offered samples of channels in turn, with gaps as `random` has them, and left
/// to sleep when it says that it may.
template <class Model>
class engine {
public:
  explicit engine(unsigned seed) : rtl_(seed), random_(seed) {
    rtl_->op_valid_i = 0;
    rtl_.reset();
  }

  /// The next sample of a channel; runs until its result has come.
  std::uint16_t step(unsigned channel, const g726_op& op, std::uint16_t word) {
    offer(channel, op, word);
    while (!finished_[channel])
      clock();
    return result_[channel];
  }

  /// Works through all, each in a channel of its own, as closely as the engine takes it.
  void run(std::vector<work>& all) {
    std::size_t longest = 0;
    for (const auto& w : all)
      longest = std::max(longest, w.words.size());
    for (std::size_t n = 0; n < longest + 1; ++n)
      for (unsigned c = 0; c < all.size(); ++c) {
        auto& w = all[c];
        while (n > 0 && n <= w.words.size() && !finished_[c])
          clock();
        if (n > 0 && n <= w.words.size())
          w.results.push_back(result_[c]);
        if (n >= w.words.size())
          continue;
        g726_op op = w.op;
        op.reset = n == 0;
        offer(c, op, w.words[n]);
        for (unsigned gap = random_() % 64 == 0 ? random_() % 40 : 0; gap > 0; --gap)
          clock();
      }
  }

  int clocks() const { return clocks_; }

private:
  void offer(unsigned channel, const g726_op& op, std::uint16_t word) {
    rtl_->op_valid_i = 1;
    rtl_->op_channel_i = channel;
    rtl_->op_decode_i = op.decode;
    rtl_->op_rate_i = static_cast<unsigned>(op.rate) - 2;
    rtl_->op_octets_i = op.octets;
    rtl_->op_mu_law_i = op.law == law::mu;
    rtl_->op_reset_i = op.reset;
    rtl_->op_word_i = word;
    finished_[channel] = false;
    rtl_->eval();
    while (!rtl_->op_ready_o)
      clock();
    clock();
    rtl_->op_valid_i = 0;
    // Whatever is there without being offered is of no account.
    rtl_->op_channel_i = random_() % channels;
    rtl_->op_word_i = random_() & 0xffff;
    rtl_->op_reset_i = random_() & 1;
    rtl_->eval();
  }
  void clock() {
    rtl_.clock(!rtl_->awake_o);
    ++clocks_;
    ASSERT_LT(++since_result_, 100) << "no result, or a channel too far ahead";
    if (!rtl_->done_stb_o)
      return;
    since_result_ = 0;
    const unsigned channel = rtl_->done_channel_o;
    ASSERT_LT(channel, channels);
    ASSERT_FALSE(finished_[channel]) << "a second result";
    finished_[channel] = true;
    result_[channel] = rtl_->done_word_o;
  }

  test::verilated_block<Model> rtl_;
  std::mt19937 random_;
  std::array<bool, channels> finished_ = [] {
    std::array<bool, channels> all{};
    all.fill(true);
    return all;
  }();
  std::array<std::uint16_t, channels> result_{};
  int clocks_ = 0, since_result_ = 0;
};

template <class Model>
class G726Engine : public testing::Test {};
struct schedule_name {
  template <class Model>
  static std::string GetName(int) {
    return std::is_same_v<Model, Vg726_one_clock_model> ? "OneClock" : "Sequential";
  }
};
using schedules = testing::Types<Vg726_one_clock_model, Vg726_sequential_model>;
TYPED_TEST_SUITE(G726Engine, schedules, schedule_name);

words16 widened(const std::vector<std::uint8_t>& octets) {
  return {octets.begin(), octets.end()};
}
words16 widened(const std::vector<std::int16_t>& samples) {
  return {samples.begin(), samples.end()};
}

void expect_equal(const words16& ours, const words16& theirs, const std::string& of) {
  ASSERT_EQ(ours.size(), theirs.size()) << of;
  const auto at = std::mismatch(ours.begin(), ours.end(), theirs.begin()).first - ours.begin();
  ASSERT_EQ(at, std::ptrdiff_t(ours.size()))
      << of << ": " << ours[std::size_t(at)] << ", not " << theirs[std::size_t(at)];
}

// All 40 sequences at once, each in a channel: the channels do not disturb one another.
TYPED_TEST(G726Engine, AllSequencesOfTheItu) {
  if (test::itu_words("g726/nrm.a").empty() && !test::itu_required())
    GTEST_SKIP() << "ITU vectors not present";
  std::vector<work> all;
  std::vector<words16> expected;
  std::vector<std::string> names;
  const auto add = [&](const std::string& in, const std::string& out, const g726_op& op) {
    all.push_back({op, test::itu_words("g726/" + in)});
    expected.push_back(test::itu_words("g726/" + out));
    names.push_back(in + " to " + out);
    const bool overload = in[0] == 'o' || in[1] == 'v';
    ASSERT_EQ(all.back().words.size(), overload ? 2048u : 16384u) << in;
  };
  for (const rate r : dsp::spandsp::rates)
    for (const law l : {law::a, law::mu}) {
      const std::string kbit = dsp::spandsp::name_of(r), letter = l == law::a ? "a" : "m";
      const g726_op encode{false, r, true, l}, decode{true, r, true, l};
      add("nrm." + letter, "rn" + kbit + "f" + letter + ".i", encode);
      add("ovr." + letter, "rv" + kbit + "f" + letter + ".i", encode);
      add("rn" + kbit + "f" + letter + ".i", "rn" + kbit + "f" + letter + ".o", decode);
      add("rv" + kbit + "f" + letter + ".i", "rv" + kbit + "f" + letter + ".o", decode);
      add("i" + kbit, "ri" + kbit + "f" + letter + ".o", decode);
    }
  ASSERT_EQ(all.size(), channels);
  engine<TypeParam> e(1);
  e.run(all);
  for (std::size_t n = 0; n < all.size(); ++n)
    expect_equal(all[n].results, expected[n], names[n]);
}

// Encoders and decoders at all rates and ends, one after the other in the same channels.
template <class Model>
void expect_spandsps(const std::vector<std::int16_t>& sound, const std::string& of) {
  std::vector<work> encoders, decoders;
  std::vector<words16> codes, heard;
  for (const rate r : dsp::spandsp::rates) {
    encoders.push_back({{false, r}, widened(sound)});
    const auto sent = dsp::spandsp::encode(r, sound);
    codes.push_back(widened(sent));
    decoders.push_back({{true, r}, codes.back()});
    heard.push_back(widened(dsp::spandsp::decode(r, sent)));
    for (const law l : {law::a, law::mu}) {
      dsp::spandsp::octets pcm;
      for (const auto s : sound)
        pcm.push_back(dsp::g711::encode(l, s));
      encoders.push_back({{false, r, true, l}, widened(pcm)});
      const auto sent_of_law = dsp::spandsp::encode(r, l, pcm);
      codes.push_back(widened(sent_of_law));
      decoders.push_back({{true, r, true, l}, codes.back()});
      heard.push_back(widened(dsp::spandsp::decode(r, l, sent_of_law)));
    }
  }
  engine<Model> e(2);
  e.run(encoders);
  e.run(decoders);
  for (std::size_t n = 0; n < encoders.size(); ++n) {
    expect_equal(encoders[n].results, codes[n], of + ", codes " + std::to_string(n));
    // spandsp 0.0.6 lets a sample of more than 14 bits wrap around; Annex A limits it.
    if (!decoders[n].op.octets)
      for (std::size_t i = 0; i < heard[n].size(); ++i)
        if (decoders[n].results[i] == 32764 || decoders[n].results[i] == 0x8000)
          heard[n][i] = decoders[n].results[i];
    expect_equal(decoders[n].results, heard[n], of + ", samples " + std::to_string(n));
  }
}

TYPED_TEST(G726Engine, IsSpandspsOnSpeech) {
  auto speech = dsp::testing::two_minutes_of_speech();
  if (!speech)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  speech->resize(std::is_same_v<TypeParam, Vg726_one_clock_model> ? 400'000 : 40'000);
  expect_spandsps<TypeParam>(*speech, "speech");
}

TYPED_TEST(G726Engine, IsSpandspsOnWhatIsNoSpeech) {
  std::mt19937 random(3);
  std::vector<std::int16_t> sound = dsp::testing::noise(4000, 2, 1);
  for (const int peak : {300, 32767}) {
    const auto more = dsp::testing::noise(4000, peak, 2);
    sound.insert(sound.end(), more.begin(), more.end());
  }
  for (int n = 0; n < 20; ++n) {
    const auto tone = dsp::testing::sine(1 + random() % 3999, -double(random() % 50), 800);
    sound.insert(sound.end(), tone.begin(), tone.end());
    sound.insert(sound.end(), random() % 50, static_cast<std::int16_t>(random()));
  }
  while (sound.size() < 40'000)
    sound.insert(sound.end(), 1 + random() % 24,
                 static_cast<std::int16_t>(random() % 2 == 0 ? 32767 : -32768));
  expect_spandsps<TypeParam>(sound, "noise, tones, overload");
}

/// spandsp's codec with another rate from the next sample on.
void change_rate(g726_state_t& s, rate r, int ends) {
  const auto fresh = dsp::spandsp::peer_of(r, ends);
  s.rate = fresh->rate;
  s.bits_per_sample = fresh->bits_per_sample;
  s.enc_func = fresh->enc_func;
  s.dec_func = fresh->dec_func;
}

// G.726's rates have one state, so that a network may take away bits at any sample.
TYPED_TEST(G726Engine, RatesChangeBetweenTwoSamplesAsInSpandsp) {
  std::mt19937 random(4);
  const auto sound = dsp::testing::babble(5).take(20'000);
  for (const law l : {law::a, law::mu}) {
    engine<TypeParam> e(5);
    const int ends = dsp::spandsp::ends_of(l);
    const auto coder = dsp::spandsp::peer_of(rate::kbit_32, ends);
    const auto decoder = dsp::spandsp::peer_of(rate::kbit_32, ends);
    for (std::size_t n = 0; n < sound.size(); ++n) {
      const rate r = dsp::spandsp::rates[random() % 4];
      change_rate(*coder, r, ends);
      change_rate(*decoder, r, ends);
      const std::uint8_t octet = dsp::g711::encode(l, sound[n]);
      std::uint8_t code = 0, heard = 0;
      g726_encode(coder.get(), &code, reinterpret_cast<const std::int16_t*>(&octet), 1);
      ASSERT_EQ(e.step(7, {false, r, true, l, n == 0}, octet), code) << n;
      g726_decode(decoder.get(), reinterpret_cast<std::int16_t*>(&heard), &code, 1);
      ASSERT_EQ(e.step(8, {true, r, true, l, n == 0}, code), heard) << n;
    }
  }
}

// Any word, any rate, law and ends, any channel next, and a reset now and then: what a channel was
// before leaves nothing behind.
TYPED_TEST(G726Engine, IsItsGoldenModel) {
  std::mt19937 random(6);
  engine<TypeParam> e(6);
  golden::g726_engine model(channels);
  std::vector<bool> known(channels);
  for (int n = 0; n < 200'000; ++n) {
    const unsigned channel = random() % 8 * 5;
    const bool reset = !known[channel] || random() % 500 == 0;
    known[channel] = true;
    const g726_op op{random() % 2 == 0, dsp::spandsp::rates[random() % 4], random() % 2 == 0,
                     random() % 2 == 0 ? law::a : law::mu, reset};
    const auto word = static_cast<std::uint16_t>(random());
    ASSERT_EQ(e.step(channel, op, word), model.step(channel, op, word)) << n;
  }
}

// What the headers promise of time.
TYPED_TEST(G726Engine, TakesASampleEachTurn) {
  std::vector<work> all(channels, work{{false}, words16(50, 1234)});
  engine<TypeParam> e(7);
  e.run(all);
  const int samples = int(channels) * 50,
            turn = std::is_same_v<TypeParam, Vg726_one_clock_model> ? 1 : 16;
  EXPECT_GE(e.clocks(), samples * turn);
  EXPECT_LE(e.clocks(), samples * turn + samples / 64 * 2 * 40 + 40);
}

} // namespace
