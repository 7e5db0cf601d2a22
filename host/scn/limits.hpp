// SPDX-License-Identifier: MIT
/// How long what a peer says may be, field by field: no peer can fill the memory or the screens of
/// another.
#pragma once
#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>

namespace switchroom::scn {

/// A message that is full at so many octets can take one more item and stays under the 64 KiB that
/// a peer takes.
inline constexpr std::size_t full_message = 32'768;
/// Of a directory, of `full_message` octets each.
inline constexpr std::uint32_t most_parts = 256;

/// Every field, at every depth.
bool within_limits(const google::protobuf::Message&);

} // namespace switchroom::scn
