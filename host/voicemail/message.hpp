// SPDX-License-Identifier: MIT
/// What a mailbox holds (rule S17), and what is durable of it.
#pragma once
#include "types/ids.hpp"
#include "types/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::voicemail {

/// A-law octets, 8000 a second. Null: there is none.
using voice = std::shared_ptr<const std::string>;

/// A message without its voice.
struct message {
  extension_number of;      ///< whose mailbox
  std::uint64_t number = 0; ///< at this gateway; never used twice
  extension_number from;    ///< empty: not known
  std::string from_name;
  double at_s = 0; ///< seconds since 1970-01-01 UTC: when it was complete
  duration length{0};
  bool heard = false;
  friend bool operator==(const message&, const message&) = default;
};

/// A new message, or without a voice: what has changed of an old one.
struct store_message {
  message what;
  voice said;
};
struct erase_message {
  extension_number of;
  std::uint64_t number = 0;
};

/// All messages that a gateway keeps, as they are on its disk.
struct stored {
  std::vector<message> messages;
  std::uint64_t last_number = 0; ///< that was ever used
};

/// How many, for the lamp (S17).
struct tally {
  unsigned fresh = 0, heard = 0;
  friend bool operator==(const tally&, const tally&) = default;
};

} // namespace switchroom::voicemail
