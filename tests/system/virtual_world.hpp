// SPDX-License-Identifier: MIT
/// Gateways, their boards, the wires between them and the people at the phones, in virtual time:
/// a frame of 125 µs after another, each as long as it takes to compute. Nothing sleeps and
/// nothing asks what time it is, so that a seed and the calls made here give the same run.
///
/// A SystemC kernel elaborates once in a process: one world a process, its sites made at once.
#pragma once
#include "switchroom/dsp/level.hpp"
#include "virtual_site.hpp"

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace switchroom::system_test {

struct person {
  unsigned line;
  std::string extension;
  std::string code;                                    ///< "": no hot desking (H3)
  std::string short_code = {}, short_code_number = {}; ///< one of their own, or none
};

struct site_plan {
  std::string name, number, locale;
  std::vector<person> people;
  std::vector<std::pair<std::string, std::string>> short_codes = {}; ///< code → number to dial
  std::string caller_id = "off";                                     ///< of all lines
  unsigned exchanges = 0;                                            ///< lines to one, from 31 on
  std::string more = {};                                             ///< of switchroomd.toml
  std::string rtp = {};                                              ///< more of [rtp] there
  std::map<unsigned, double> speech_levels = {};                     ///< by line
};

using samples = std::vector<std::int16_t>;

class virtual_world;

/// Somebody at a phone.
class handset {
public:
  handset(virtual_world& world, virtual_site& site, unsigned line)
      : world_(&world), site_(&site), line_(line) {}

  void lift_at_once() { phone().lift(); }
  void lift();    ///< and waits until the exchange has seen it
  void hang_up(); ///< the same
  /// Presses the keys and waits until the last is released.
  void dial(const std::string& keys);
  void flash() { phone().flash(250); }
  void press(const std::string& keys) { phone().dial(keys, false); } ///< without waiting
  void say(samples speech) { phone().play(std::move(speech)); }
  bool speaking() { return phone().playing(); }
  bool rings() { return phone().bell().ringing(); }
  /// Waits for it, for 2 s at most.
  bool is_rung();
  /// "" for nothing; "201 Anna", "withheld"; "(waits) 201 Anna".
  std::string display();
  bool battery_reversed() { return phone().battery_reversed(); }
  void have_no_display() { phone().have_no_display(); }
  const std::vector<std::uint32_t>& cadence_ms() { return phone().bell().cadence_ms(); }

  void begin_recording();
  samples end_recording();
  /// What is heard in the next milliseconds: its strongest sine, and the level of it all.
  struct sound {
    dsp::tone_figures tone;
    double level_dbm0;
  };
  sound listen(unsigned ms = 100);

  std::string state(); ///< of the line, as operators see it
  std::string user();  ///< logged in here; "" = NoUser

private:
  sim::phone& phone() { return site_->board().phone_at(line_ - 1); }

  virtual_world* world_;
  virtual_site* site_;
  unsigned line_;
  std::filesystem::path recording_;
};

class virtual_world {
public:
  static constexpr unsigned lines = 4; ///< of every site

  /// Ready: boards found, peers connected, people known everywhere.
  explicit virtual_world(const std::vector<site_plan>&, std::uint64_t seed = 1);
  ~virtual_world();
  virtual_world(const virtual_world&) = delete;
  virtual_world& operator=(const virtual_world&) = delete;

  void run_ms(unsigned ms);
  /// Runs until it is so; false if it is not after `limit_ms`.
  bool until(const std::function<bool()>& is_so, unsigned limit_ms);
  double seconds() const { return static_cast<double>(frame_) / 8000; }

  virtual_site& site(const std::string& name) { return *sites_.at(name); }
  handset at(const std::string& site, unsigned line) { return {*this, this->site(site), line}; }
  control::v1::Reply ask(virtual_site&, const control::v1::Request&);
  control::v1::Line line(virtual_site&, unsigned number);
  /// What standing or past alarm says, "" = there was none.
  std::string alarm(const std::string& site, const std::string& id);

  /// Board and peers are up.
  bool is_ready(virtual_site&);
  /// The wires between all sites, for messages and voice.
  void cut_network() { network_cut_ = true; }
  void mend_network() { network_cut_ = false; }
  /// From now on this share of voice packets is lost, in runs of `burst` packets, at random.
  void lose_voice(double share, unsigned burst = 1) {
    lost_share_ = share;
    burst_ = burst;
  }

  std::filesystem::path new_recording();
  /// Of all events at all sites and of all that was recorded.
  std::uint64_t fingerprint();

private:
  template <typename What>
  struct travelling {
    std::uint64_t due; ///< frame
    What what;
  };
  struct letter {
    gateway_name from, to;
    std::string envelope;
  };
  struct packet {
    media::endpoint from, to;
    std::vector<std::uint8_t> octets;
  };

  app::configuration configure(const site_plan&, const std::vector<site_plan>& all,
                               const std::map<std::string, std::string>& keys) const;
  void put_people(const site_plan&);
  void run_frame();
  void deliver();

  std::filesystem::path folder_;
  std::map<std::string, std::unique_ptr<virtual_site>> sites_;
  std::deque<travelling<letter>> letters_;
  std::deque<travelling<packet>> packets_;
  bool is_lost(const media::endpoint& to);

  bool network_cut_ = false;
  double lost_share_ = 0;
  unsigned burst_ = 1;
  std::map<std::uint16_t, unsigned> still_lost_; ///< of the burst, by port
  std::mt19937_64 chance_{7};
  std::uint64_t frame_ = 0;
  unsigned recordings_ = 0;
};

/// Samples of a WAV file; throws when there are none.
samples read_speech(const std::filesystem::path&);

} // namespace switchroom::system_test
