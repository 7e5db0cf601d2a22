// SPDX-License-Identifier: MIT
#pragma once

#include "phone/phone.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include <phone.pb.h>

namespace switchroom::sim {

// Carries out requests of proto/phone.proto on the phones of a board, over as many frames as
// they take. Pure: the frame number is an argument; the files are opened by the phones.
class phone_bank {
public:
  // What a request that takes time waits for.
  enum class wait { keys_released, played, ringing, silent };
  using reply_to = std::function<void(const switchroom::phone::v1::Reply&)>;

  // `phones` stay the caller's; element 0 is line 1.
  explicit phone_bank(std::vector<phone*> phones) : phones_(std::move(phones)) {}

  // Begins a request at frame `now`, and answers it once: before submit() returns, or from a
  // later step(). `real_time_factor` is handed on in the answer.
  void submit(const switchroom::phone::v1::Request& request, std::uint64_t now, reply_to answer);

  // Call after every frame; `now` is the number of frames that have run.
  void step(std::uint64_t now);

  void set_real_time_factor(double factor) { real_time_factor_ = factor; }
  bool idle() const { return pending_.empty(); }

private:
  struct pending {
    std::uint32_t line;
    wait until;
    std::uint32_t timeout_ms;
    std::uint64_t give_up_at;
    reply_to to;
  };
  struct fault {
    std::string what; // empty: none
    std::string remedy;
  };

  fault begin_dialling(std::uint32_t line, const switchroom::phone::v1::Dial& dial);
  fault begin_flash(std::uint32_t line, const switchroom::phone::v1::Flash& flash);
  fault begin_playing(std::uint32_t line, const switchroom::phone::v1::Play& play);
  fault begin_recording(std::uint32_t line, const switchroom::phone::v1::Record& record);
  fault check_line(const switchroom::phone::v1::Request& request) const;
  // What is over at once.
  fault act(const switchroom::phone::v1::Request& request);
  fault verdict(const pending& waiting) const;
  bool reached(const pending& waiting) const;
  void answer(const reply_to& to, std::uint32_t line, const fault& error, std::uint64_t now) const;
  phone& at(std::uint32_t line) const { return *phones_[line - 1]; }

  std::vector<phone*> phones_;
  std::list<pending> pending_;
  double real_time_factor_ = 0;
};

} // namespace switchroom::sim
