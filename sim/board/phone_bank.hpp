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

// A moment of a board's life.
struct board_moment {
  std::uint64_t frame = 0;     // frames that have run
  double at_s = 0;             // the same by the computer's clock, since 1970 UTC; 0: virtual time
  double real_time_factor = 0; // of the fabric until now
};

// Carries out requests of proto/phone.proto on the phones of a board, over as many frames as
// they take. Pure but for the files it opens.
class phone_bank {
public:
  // What a request that takes time waits for.
  enum class wait { keys_released, played, ringing, silent };
  using reply_to = std::function<void(const switchroom::phone::v1::Reply&)>;

  // `phones` stay the caller's; element 0 is line 1.
  explicit phone_bank(std::vector<phone*> phones) : phones_(std::move(phones)) {}

  // Begins a request, and answers it once: before submit() returns, or from a later step().
  void submit(const switchroom::phone::v1::Request& request, const board_moment& now,
              reply_to answer);

  // Call after every frame.
  void step(const board_moment& now);

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
  void answer(const reply_to& to, std::uint32_t line, const fault& error,
              const board_moment& now) const;
  phone& at(std::uint32_t line) const { return *phones_[line - 1]; }

  std::vector<phone*> phones_;
  std::list<pending> pending_;
};

} // namespace switchroom::sim
